// What a step of a call hands to `js/`.

/** Values as they leave wasm memory, which the next call may change. */
export function values(text, numbers, bytes) {
  return [text, numbers.slice(), bytes?.slice()];
}

/**
 * The same, of a text that is nothing but ASCII. In Node one of more than a million characters that a Buffer makes lies
 * outside of V8's heap, in memory that is kept from one to the next; a TextDecoder asks for fresh memory each time, and takes
 * seven times as long.
 */
export function valuesInAscii(ascii, numbers, bytes) {
  return values(inNode(ascii) ?? new TextDecoder().decode(ascii), numbers, bytes);
}

function inNode({ buffer, byteOffset, length }) {
  // Elsewhere something that is called so is slow.
  return globalThis.process?.versions?.node && globalThis.Buffer?.from(buffer, byteOffset, length).toString("latin1");
}

/** An error in the same form, marked: other things are thrown here too. */
export function refusal(text, numbers, cause) {
  return { azureQueueError: [text, numbers.slice()], cause };
}

/** What the caller threw, or aborted with: it is handed back as it is, and is no failure of the core, whatever it is. */
export function handBack(reason) {
  return { azureQueueReason: reason };
}
