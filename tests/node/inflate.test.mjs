// What unpacks the core in pages, against what zlib packs in all of DEFLATE's ways.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { test } from "node:test";
import { constants, deflateRawSync } from "node:zlib";
import { deflated } from "../../build/deflated.js";
import { inflater } from "../../build/inflater.js";

const module = new WebAssembly.Module(Buffer.from(inflater, "base64"));

function inflated(bytes, size) {
  const { memory, packed, inflate } = new WebAssembly.Instance(module).exports;
  new Uint8Array(memory.buffer, packed()).set(bytes);
  return Buffer.from(memory.buffer, inflate(), size);
}

const core = readFileSync(new URL("../../build/core.wasm", import.meta.url));
// Numbers that look random and are the same each time.
const noise = Uint32Array.from({ length: 20_000 }, (_, i) => Math.imul(i * i + 1, 2654435761) ^ (i << 7));
const plain = {
  nothing: Buffer.alloc(0),
  "one byte": Buffer.from("a"),
  "one byte, often": Buffer.alloc(100_000, "a"),
  "two, of which copies overlap": Buffer.from("ab".repeat(5_000)),
  "what repeats as far back as it may": Buffer.concat([
    Buffer.from(noise.buffer, 0, 32_768),
    Buffer.from(noise.buffer, 0, 9_000),
  ]),
  noise: Buffer.from(noise.buffer),
  "the core": core,
};

for (const [what, bytes] of Object.entries(plain)) {
  for (const [how, options] of Object.entries({
    "not packed at all": { level: 0 },
    "at level 1": { level: 1 },
    "at level 9": { level: 9 },
    "with fixed codes": { strategy: constants.Z_FIXED },
    "without copies": { strategy: constants.Z_HUFFMAN_ONLY },
  })) {
    test(`${what}, ${how}`, () => assert.ok(inflated(deflateRawSync(bytes, options), bytes.length).equals(bytes)));
  }
}

test("what is no DEFLATE ends", () => {
  for (const bytes of [[], [0xff, 0xff, 0xff], [5, 0, 0], deflateRawSync(core).subarray(0, 1_000)]) inflated(bytes, 1);
});

test("the core as the build packs it", () => {
  assert.ok(inflated(Buffer.from(deflated, "base64"), core.length).equals(core));
});
