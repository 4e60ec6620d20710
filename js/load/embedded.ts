// The build puts Node's own in its place for the entries of Node.
import { coreBytes } from "./deflated.js";
import { wasmError } from "./wasm-error.js";

let module: WebAssembly.Module | undefined;

/** The core, compiled at its first use unless it was before. A failure is not remembered. */
export function compiledCore(): WebAssembly.Module {
  try {
    module ??= new WebAssembly.Module(coreBytes());
  } catch (cause) {
    throw wasmError(cause);
  }
  return module;
}

/** Compiles the core away from the main thread. */
export async function compileAhead(): Promise<void> {
  try {
    module ??= await WebAssembly.compile(coreBytes());
  } catch (cause) {
    throw wasmError(cause);
  }
}
