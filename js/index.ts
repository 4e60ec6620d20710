/**
 * Azure Queue Storage for browsers, workers, Node, Deno and Bun: the core is inside, nothing has to be loaded.
 * @packageDocumentation
 */

import { load } from "./core.js";
import { compileAhead } from "./load/embedded.js";
import { startAtCaller } from "./stack.js";

export * from "./api.js";

/**
 * Makes the core ready ahead of its first use, and compiles it away from the main thread. It need not be called: without
 * it the first client that is made does so, which takes some milliseconds. Rejects with a `WasmError` where WebAssembly is
 * not allowed.
 */
export async function preload(): Promise<void> {
  try {
    await compileAhead();
    load();
  } catch (error) {
    throw startAtCaller(error, preload);
  }
}
