/**
 * Azure Queue Storage for Cloudflare, where WebAssembly is imported and never compiled from bytes.
 * @packageDocumentation
 */

import { load } from "./core.js";

export * from "./api.js";

/** Makes the core ready ahead of its first use. It need not be called: it was compiled when the program was deployed. */
export async function preload(): Promise<void> {
  load();
}
