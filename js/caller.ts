// What a caller hands over may do anything when somebody looks at it: getters and proxies throw, and proxies may have been
// revoked.

import { argumentError } from "./errors.js";

/** What is found by looking at an argument; what it throws is the `cause` of the refusal. */
export function looking<Result>(argument: string, look: () => Result): Result {
  try {
    return look();
  } catch (cause) {
    const message = `${argument} must be readable; got an object that throws when it is read`;
    throw argumentError(TypeError, message, argument, { cause });
  }
}

/** A value that is no text, in words that fit in an error. Nothing of an object is shown: its notation would call a
 * function of the caller's. */
export function inWords(value: unknown): string {
  if (typeof value === "function") return "a function";
  if (typeof value === "object" && value !== null) return isArray(value) ? "an array" : "an object";
  const words = wellFormed(String(value));
  return words.length > 64 ? `a ${typeof value} of ${words.length} characters` : words;
}

/** A text with U+FFFD in the place of each half of a surrogate pair. */
export function wellFormed(text: string): string {
  // Not \p{Surrogate}, which is gathered from all characters there are when the file is read.
  return text.replace(/[\ud800-\udfff]/gu, "\ufffd");
}

/** A name that came with a message: it may be as long as one, and hold what ends lines or colours them. */
export function named(name: string): string {
  return JSON.stringify(name.length > 256 ? `${name.slice(0, 256)}…` : name);
}

/** `false` for a proxy that was revoked. */
export function isArray(value: unknown): value is unknown[] {
  try {
    return Array.isArray(value);
  } catch {
    return false;
  }
}

const byteLength = Object.getOwnPropertyDescriptor(ArrayBuffer.prototype, "byteLength")?.get as () => number;

/** Of any realm, and not by a name that anything can give itself. */
export function isBytes(value: unknown): value is ArrayBufferView | ArrayBuffer {
  if (ArrayBuffer.isView(value)) return true;
  // Nothing else needs to be asked, and to be refused is slow.
  if (typeof value !== "object" || value === null) return false;
  try {
    byteLength.call(value);
    return true;
  } catch {
    return false;
  }
}
