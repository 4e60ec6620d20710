// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a row in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 106.9, brotli: 102.7 },
  "slim, without the wasm": { gzip: 23.6, brotli: 20.9 },
  "core.wasm": { gzip: 85.2, brotli: 73.9 },
};
