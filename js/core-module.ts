import module from "../build/core.wasm";

/** The wasm module of this package, which the bundler compiled: for `preload` and `preloadSync` of the slim entry. */
const coreModule: WebAssembly.Module = module;
export default coreModule;
