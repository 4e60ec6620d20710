import { failed, wasmError } from "./wasm-error.js";

/** Where the core can come from: compiled, as bytes, as a response, or from a URL that is fetched. */
export type WasmSource = WebAssembly.Module | BufferSource | Response | URL | string;

let module: WebAssembly.Module | undefined;

/** The core that was given. */
export function compiledCore(): WebAssembly.Module {
  if (module === undefined) {
    throw failed("NotLoaded", "The WebAssembly core is not there yet: `await preload(…)` before the first client.");
  }
  return module;
}

/**
 * Loads the core, `azure-queue-wasm/core.wasm` of this very version. It has to be done before the first client is made. A
 * failure, with a `WasmError`, is not remembered: a second try can succeed. Once the core is there, a further call does
 * nothing.
 * @param source a module, bytes, a response, or a URL to be fetched; or a Promise of one
 */
export async function preload(source: WasmSource | Promise<WasmSource>): Promise<void> {
  if (module !== undefined) return;
  try {
    let given = await source;
    if (typeof given === "string" || given instanceof URL) given = await fetch(given);
    if (given instanceof Response) given = await bytesOf(given);
    module = given instanceof WebAssembly.Module ? given : await WebAssembly.compile(given);
  } catch (cause) {
    throw wasmError(cause);
  }
}

/**
 * Takes the core, `azure-queue-wasm/core.wasm` of this very version, from what is there already. Chromium compiles up to
 * 8 MB of bytes in this way on the main thread.
 * @throws WasmError when it is no such module
 */
export function preloadSync(source: WebAssembly.Module | BufferSource): void {
  try {
    module ??= source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source);
  } catch (cause) {
    throw wasmError(cause);
  }
}

async function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`the response has the status ${response.status}`);
  return await response.arrayBuffer();
}
