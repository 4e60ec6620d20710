/**
 * Azure Queue Storage without its core, for programs that load the `.wasm` (`azure-queue-wasm/core.wasm`) by themselves.
 * @packageDocumentation
 */

export * from "./api.js";
export { preload, preloadSync, type WasmSource } from "./load/given.js";
