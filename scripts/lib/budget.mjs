// What the package may weigh, compressed as web servers do it; in kB, of 1,000 bytes. It only ever gets less.

export const budget = {
  "whole API, wasm inside": { gzip: 95.7, brotli: 91.3 },
  "slim, without the wasm": { gzip: 16.6, brotli: 14.8 },
  "core.wasm": { gzip: 79.7, brotli: 69.4 },
};
