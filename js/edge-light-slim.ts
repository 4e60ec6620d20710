/**
 * The slim entry for the edge runtime of Next.js and Vercel. Next.js refuses to build a program that can compile WebAssembly
 * from bytes, so this entry takes the module that the bundler compiled.
 * @packageDocumentation
 */

import type { WasmSource } from "./load/given.js";
import type { WasmModule } from "./platform-types.js";
// The build leaves this import as it is, so that both entries share one wasm module.
import { preload as preloadImported } from "./workerd.js";

export * from "./workerd.js";
export type { WasmSource };

/**
 * Instantiates the wasm module ahead of its first use. The argument is there for programs that run elsewhere, too: the
 * module came with the import.
 * @throws WasmError when the module cannot be instantiated
 */
export async function preload(_source: WasmSource | Promise<WasmSource>): Promise<void> {
  await preloadImported();
}

/** Does nothing: the module came with the import, and the first client instantiates it. */
export function preloadSync(_source: WasmModule | ArrayBufferView | ArrayBuffer): void {}
