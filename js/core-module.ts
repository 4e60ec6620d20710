import module from "../build/core.wasm";
import type { WasmModule } from "./platform-types.js";

/** The wasm module of this package, which the bundler compiled: for `preload` and `preloadSync` of the slim entry. */
const coreModule: WasmModule = module;
export default coreModule;
