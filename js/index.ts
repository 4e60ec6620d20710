/**
 * Azure Queue Storage for browsers, workers, Node, Deno and Bun: the core is inside, nothing has to be loaded.
 * @packageDocumentation
 */

export * from "./api.js";
export { preload } from "./load/embedded.js";
