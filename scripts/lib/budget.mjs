// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a row in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 103.3, brotli: 99.1 },
  "slim, without the wasm": { gzip: 20.8, brotli: 18.5 },
  "core.wasm": { gzip: 83.9, brotli: 72.9 },
};
