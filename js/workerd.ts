/**
 * Azure Queue Storage for Cloudflare, where WebAssembly is imported and never compiled from bytes.
 * @packageDocumentation
 */

export * from "./api.js";
export { preload } from "./load/imported.js";
