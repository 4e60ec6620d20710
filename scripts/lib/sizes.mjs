// How much a page has to load for the package: measured as a page gets it, and held against the budget.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { brotliCompressSync, gzipSync } from "node:zlib";
import { budget } from "./budget.mjs";
import { root } from "./run.mjs";

const dist = join(root, "dist");

/** What is measured: names are those of the budget. */
const parts = {
  "whole API, wasm inside": () => minified("index.js"),
  "slim, without the wasm": () => minified("slim.js"),
  "core.wasm": () => readFileSync(join(dist, "core.wasm")),
};

/** Prints the table; what is over its budget failed. */
export async function checkSizes() {
  console.log(row("", "raw", "gzip", "at most", "brotli", "at most"));
  const count = { passed: 0, failed: 0 };
  for (const [name, read] of Object.entries(parts)) {
    const bytes = await read();
    // Node's brotli does its best unless told otherwise.
    const [raw, gzip, brotli] = [bytes, gzipSync(bytes, { level: 9 }), brotliCompressSync(bytes)].map(kilobytes);
    const most = budget[name];
    console.log(row(name, raw, gzip, most.gzip, brotli, most.brotli));
    const fits = { gzip: gzip <= most.gzip, brotli: brotli <= most.brotli };
    for (const [how, isSmall] of Object.entries(fits)) {
      count[isSmall ? "passed" : "failed"]++;
      if (!isSmall) console.log(`✗ ${name}: too large after ${how}; see scripts/lib/budget.mjs`);
    }
  }
  return count;
}

/** All that an entry exports, as a bundler makes it for a page. */
async function minified(entry) {
  // Loaded only now: in a fresh clone it is not there until the set-up has run.
  const { build } = await import("esbuild");
  const { outputFiles } = await build({
    stdin: { contents: `export * from "./${entry}";`, resolveDir: dist },
    bundle: true,
    minify: true,
    format: "esm",
    write: false,
  });
  return outputFiles[0].contents;
}

const kilobytes = ({ length }) => length / 1000;

function row(name, ...cells) {
  const texts = cells.map((cell) => (typeof cell === "number" ? cell.toFixed(1) : cell));
  return `  ${name.padEnd(24)}${texts.map((text) => text.padStart(9)).join("")}`;
}
