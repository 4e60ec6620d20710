// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a paragraph in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 118.5, brotli: 113.8 },
  "slim, without the wasm": { gzip: 24.6, brotli: 21.9 },
  "core.wasm": { gzip: 95.2, brotli: 80.5 },
};

/** Instructions of the core, a tenth more than were counted: compilers differ. A line goes up only with the reason in
 * its commit. */
export const instructions = {
  "send 1 KiB": 28_900,
  "page of 32 x 1 KiB": 352_000,
  "page of 32 x 48 KiB": 5_120_000,
  "page of 32 with entities": 731_000,
  "list of 5,000 queues": 35_300_000,
};
