// The bundler or the runtime (Cloudflare, Next.js, Vercel) makes a `WebAssembly.Module` of this import.
import module from "../../build/core.wasm";

/** The core, compiled when the program was deployed. */
export function compiledCore(): WebAssembly.Module {
  return module;
}
