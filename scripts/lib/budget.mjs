// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a row in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 101.6, brotli: 97.6 },
  "slim, without the wasm": { gzip: 19.2, brotli: 17.1 },
  "core.wasm": { gzip: 83.9, brotli: 72.9 },
};
