// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. It only ever gets less.

export const budget = {
  "whole API, wasm inside": { gzip: 112, brotli: 107.2 },
  "slim, without the wasm": { gzip: 18, brotli: 15.2 },
  "core.wasm": { gzip: 96, brotli: 82.5 },
};
