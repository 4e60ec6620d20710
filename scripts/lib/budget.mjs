// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a paragraph in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 125.8, brotli: 120.4 },
  "slim, without the wasm": { gzip: 29.6, brotli: 26.4 },
  "core.wasm": { gzip: 97.3, brotli: 84.4 },
};

/** Instructions of the core, a tenth more than were counted: compilers differ. A line goes up only with the reason in
 * its commit. */
export const instructions = {
  "send 1 KiB": 30_300,
  "send of 4,800 lines": 3_290_000,
  "page of 32 x 1 KiB": 428_000,
  "page of 32 x 48 KiB": 7_100_000,
  "page of 32 with entities": 859_000,
  "list of 5,000 queues": 42_100_000,
};
