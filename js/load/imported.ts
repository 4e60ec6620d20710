// Cloudflare's runtime makes a module of this import; bundlers for it leave it as it is.
import module from "../../build/core.wasm";

/** The core, compiled when the program was deployed. */
export function compiledCore(): WebAssembly.Module {
  return module;
}
