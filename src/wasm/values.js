// What a step of a call hands to `js/`.

/** Values as they leave wasm memory, which the next call may change. */
export function values(text, numbers, bytes, before) {
  return [text, numbers.slice(), bytes?.slice(), before];
}

/** Where texts go that cross before the last one. */
export function noTexts() {
  return [];
}

/** In the place of a result: what is to be thrown. */
export function refused(thrown) {
  return { refused: thrown };
}

/** An error in the same form, marked: other things are thrown here too. */
export function refusal(text, numbers, before, cause) {
  return { azureQueueError: [text, numbers.slice(), undefined, before], cause };
}

/** What the caller threw, or aborted with: it is handed back as it is, and is no failure of the core, whatever it is. */
export function handBack(reason) {
  return { azureQueueReason: reason };
}
