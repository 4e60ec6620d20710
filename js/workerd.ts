/**
 * Azure Queue Storage for Cloudflare, Next.js and Vercel, whose runtimes import WebAssembly and never compile it from
 * bytes.
 * @packageDocumentation
 */

import { load } from "./core.js";

export * from "./api.js";

/** Makes the core ready ahead of its first use. It need not be called: it was compiled when the program was deployed. */
export async function preload(): Promise<void> {
  load();
}
