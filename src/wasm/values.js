// What a step of a call hands to `js/`.

/** Values as they leave wasm memory, which the next call may change. */
export function values(text, numbers, bytes) {
  return [text, numbers.slice(), bytes?.slice()];
}

/** An error in the same form, marked: other things are thrown here too. */
export function refusal(text, numbers, cause) {
  return { azureQueueError: [text, numbers.slice()], cause };
}

/** What the caller threw, or aborted with: it is handed back as it is, and is no failure of the core, whatever it is. */
export function handBack(reason) {
  return { azureQueueReason: reason };
}
