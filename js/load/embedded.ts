import { deflated, size } from "../../build/embedded.js";
import { inflate } from "./inflate.js";
import { wasmError } from "./wasm-error.js";

let module: WebAssembly.Module | undefined;

/** The core, compiled at its first use unless it was before. A failure is not remembered. */
export function compiledCore(): WebAssembly.Module {
  try {
    module ??= new WebAssembly.Module(bytes());
  } catch (cause) {
    throw wasmError(cause);
  }
  return module;
}

/** Compiles the core away from the main thread. */
export async function compileAhead(): Promise<void> {
  try {
    module ??= await WebAssembly.compile(bytes());
  } catch (cause) {
    throw wasmError(cause);
  }
}

function bytes(): Uint8Array<ArrayBuffer> {
  const text = atob(deflated);
  // A plain loop: `Uint8Array.from` with a function takes ten times as long.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return inflate(bytes, size);
}
