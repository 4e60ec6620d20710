// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. A line goes up only together with
// a row in docs/size.md that says what for.

export const budget = {
  "whole API, wasm inside": { gzip: 104.5, brotli: 100.2 },
  "slim, without the wasm": { gzip: 22, brotli: 19.6 },
  "core.wasm": { gzip: 84.3, brotli: 73.2 },
};
