// Unpacking the core, synchronously, since constructors need it at once: the platform's `DecompressionStream` is
// asynchronous. A wasm of 2 kB does it, which the platform compiles in half a millisecond: a page runs it once, and
// JavaScript that nobody has compiled yet takes five times as long. `inflate/lib.rs` is what it is made of.

import { inflater } from "../../build/inflater.js";

interface Inflater {
  readonly memory: WebAssembly.Memory;
  /** Where packed bytes are put. */
  packed(): number;
  /** Inflates them, and says where they stand. */
  inflate(): number;
}

/** Inflates Base64 of DEFLATE into bytes of the size that the build measured. */
export function inflated(base64: string, size: number): Uint8Array<ArrayBuffer> {
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(bytesOf(inflater)));
  const { memory, packed, inflate } = exports as unknown as Inflater;
  new Uint8Array(memory.buffer, packed()).set(bytesOf(base64));
  return new Uint8Array(memory.buffer as ArrayBuffer, inflate(), size);
}

function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array<ArrayBuffer> };
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, base64);
  const text = atob(base64);
  // A plain loop: `Uint8Array.from` with a function takes ten times as long.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}
