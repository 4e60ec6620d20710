// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a row in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 107.6, brotli: 103.3 },
  "slim, without the wasm": { gzip: 23.9, brotli: 21.3 },
  "core.wasm": { gzip: 85.7, brotli: 74.4 },
};
