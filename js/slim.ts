/**
 * Azure Queue Storage without its core, for programs that load the `.wasm` (`azure-queue-wasm/core.wasm`) by themselves.
 * @packageDocumentation
 */

import { load } from "./core.js";
import { compileAhead, compileNow, forget, type WasmSource } from "./load/given.js";
import type { WasmModule } from "./platform-types.js";
import { atCaller, startAtCaller } from "./stack.js";

export * from "./api.js";
export type { WasmSource };

/**
 * Loads the core, `azure-queue-wasm/core.wasm` of this very version. It has to be done before the first client is made. A
 * failure, with a `WasmError`, is not remembered: a second try can succeed. Once the core is there, a further call does
 * nothing.
 * @throws TypeError when the source is none of these
 * @param source a module, bytes, a response, or a URL to be fetched; or a Promise of one
 */
export async function preload(source: WasmSource | Promise<WasmSource>): Promise<void> {
  try {
    await compileAhead(source, begin);
  } catch (error) {
    throw startAtCaller(error, preload);
  }
}

/**
 * Takes the core, `azure-queue-wasm/core.wasm` of this very version, from what is there already. Chromium compiles up to
 * 8 MB of bytes in this way on the main thread.
 * @throws WasmError when it is no such module, TypeError when it is neither
 */
export function preloadSync(source: WasmModule | ArrayBufferView | ArrayBuffer): void {
  atCaller(preloadSync, () => {
    compileNow(source);
    begin();
  });
}

/** Another module than ours, of an older version for example, shows only here. */
function begin(): void {
  try {
    load();
  } catch (error) {
    forget();
    throw error;
  }
}
