import { inWords, isBytes, looking } from "../caller.js";
import { argumentError } from "../errors.js";
import type { PlatformResponse, PlatformUrl, WasmModule } from "../platform-types.js";
import { failed, wasmError } from "./wasm-error.js";

/** Where the core can come from: compiled, as bytes, as a response, or from a URL that is fetched. */
export type WasmSource = WasmModule | ArrayBufferView | ArrayBuffer | PlatformResponse | PlatformUrl | string;

let module: WebAssembly.Module | undefined;

/**
 * The core that was given.
 * @internal
 */
export function compiledCore(): WebAssembly.Module {
  if (module === undefined) {
    throw failed("NotLoaded", "The WebAssembly core is not there yet: `await preload(…)` before the first client.");
  }
  return module;
}

/**
 * Takes the core from wherever it is, and begins with it at once: another one may come at the same time.
 * @internal
 */
export async function compileAhead(source: WasmSource | Promise<WasmSource>, begin: () => void): Promise<void> {
  if (module !== undefined) return;
  const given = await Promise.resolve(source).catch((cause) => {
    throw wasmError(cause);
  });
  check(given, "a WebAssembly.Module, bytes, a Response, a URL, or a Promise of one", isPlace);
  let own: WebAssembly.Module;
  try {
    own = checked(await compiled(given));
  } catch (cause) {
    throw wasmError(cause);
  }
  module ??= own;
  begin();
}

/**
 * Takes the core from what is there already.
 * @internal
 */
export function compileNow(source: WasmModule | ArrayBufferView | ArrayBuffer): void {
  if (module !== undefined) return;
  check(source, "a WebAssembly.Module or bytes");
  try {
    module = checked(
      isModule(source) ? (source as WebAssembly.Module) : new WebAssembly.Module(source as BufferSource),
    );
  } catch (cause) {
    throw wasmError(cause);
  }
}

function check(source: unknown, allowed: string, isAllowed = (_source: unknown) => false): void {
  // Where there is no WebAssembly, that is what the error has to say.
  const mayBeModule = () => typeof WebAssembly === "undefined" || isModule(source);
  if (looking("source", () => isBytes(source) || mayBeModule() || isAllowed(source))) return;
  const given = typeof source === "string" ? "text" : inWords(source);
  throw argumentError(TypeError, `source must be ${allowed}; got ${given}`, "source");
}

/** Recognizes a module of another realm, too: Next.js compiles there. Throws what a proxy throws. */
function isModule(source: unknown): boolean {
  if (source instanceof WebAssembly.Module) return true;
  try {
    WebAssembly.Module.imports(source as WebAssembly.Module);
    return true;
  } catch {
    return false;
  }
}

/** Where bytes can be had. */
function isPlace(source: unknown): boolean {
  return typeof source === "string" || source instanceof URL || source instanceof Response;
}

async function compiled(source: WasmSource): Promise<WebAssembly.Module> {
  if (isModule(source)) return source as WebAssembly.Module;
  const response = typeof source === "string" || source instanceof URL ? await fetch(source) : source;
  const bytes = response instanceof Response ? await bytesOf(response) : (response as BufferSource);
  return await WebAssembly.compile(bytes);
}

/**
 * Forgets a module that turned out to be none of ours, so that a second try can succeed.
 * @internal
 */
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
