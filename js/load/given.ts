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

/** Takes the core from wherever it is. */
export async function compileAhead(source: WasmSource | Promise<WasmSource>): Promise<void> {
  if (module !== undefined) return;
  try {
    let given = await source;
    if (typeof given === "string" || given instanceof URL) given = await fetch(given);
    if (given instanceof Response) given = await bytesOf(given);
    module = checked(given instanceof WebAssembly.Module ? given : await WebAssembly.compile(given));
  } catch (cause) {
    throw wasmError(cause);
  }
}

/** Takes the core from what is there already. */
export function compileNow(source: WebAssembly.Module | BufferSource): void {
  try {
    module ??= checked(source instanceof WebAssembly.Module ? source : new WebAssembly.Module(source));
  } catch (cause) {
    throw wasmError(cause);
  }
}

/** Forgets a module that turned out to be none of ours, so that a second try can succeed. */
export function forget(): void {
  module = undefined;
}

/** One that asks for nothing would be instantiated, whatever it is; another version of ours would not. */
function checked(module: WebAssembly.Module): WebAssembly.Module {
  if (WebAssembly.Module.imports(module).length > 0) return module;
  throw new Error("the module is not the one of this package");
}

async function bytesOf(response: Response): Promise<ArrayBuffer> {
  if (!response.ok) throw new Error(`the response has the status ${response.status}`);
  return await response.arrayBuffer();
}
