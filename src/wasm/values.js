// What a step of a call hands to `js/`.

/** Values as they leave wasm memory, which the next call may change. */
export function values(text, numbers, bytes, before) {
  return [text, numbers.slice(), bytes?.slice(), before];
}

/** Where texts go that cross before the last one. */
export function noTexts() {
  return [];
}

/** An error in the same form, marked: other things are thrown here too. */
export function refusal(text, numbers, before, cause) {
  return { azureQueueError: [text, numbers.slice(), undefined, before], cause };
}

/**
 * A value that is no result, by its mark in output.rs: what is to be thrown, or what the caller threw or aborted with. The
 * mark is a number so that the signature is one that something else has: V8 compiles something for each.
 */
export function marked(mark, value) {
  return mark === 0 ? { refused: value } : { azureQueueReason: value };
}
