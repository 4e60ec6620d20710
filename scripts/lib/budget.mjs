// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a row in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 107, brotli: 102.8 },
  "slim, without the wasm": { gzip: 23.8, brotli: 21.2 },
  "core.wasm": { gzip: 85.2, brotli: 73.9 },
};
