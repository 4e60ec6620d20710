// What Node and V8 do before the first client is there. It does not depend on the machine; `npm run bench -- --parts start`
// measures what it takes.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { test } from "node:test";
import binaryen from "binaryen";
import * as imported from "../../dist/node.js";

const required = createRequire(import.meta.url)("../../dist/cjs/node.js");
const wasm = binaryen.readBinary(readFileSync(new URL("../../dist/core.wasm", import.meta.url)));
const functions = Array.from({ length: wasm.getNumFunctions() }, (_, i) =>
  binaryen.getFunctionInfo(wasm.getFunctionByIndex(i)),
);

test("what the core imports has few signatures: V8 compiles something for each", () => {
  const asked = functions.filter(({ module }) => module !== "");
  const signatures = new Set(asked.map(({ params, results }) => `${binaryen.expandType(params)}:${results}`));
  assert.ok(asked.length > 0);
  assert.ok(signatures.size <= 21, [...signatures].join("\n"));
});

for (const file of ["node.js", "node-slim.js", "cjs/node.js", "cjs/node-slim.js"]) {
  const source = readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8");

  test(`${file} is ASCII: else V8 keeps all of it in two bytes a character`, () => {
    assert.deepEqual(source.match(/[^\n\x20-\x7e].{0,20}/), null);
  });

  test(`${file} has no class of characters that is looked up when the file is read`, () => {
    assert.deepEqual(source.match(/.{0,20}\\p\{.{0,20}/), null);
  });

  test(`${file} has no line that hides an error, but those of the core`, () => {
    const lines = source.split("\n").filter((line) => line.length > 1000);
    for (const line of lines) assert.match(line, /[\w+/]{1000}/);
    assert.equal(lines.length, file.includes("slim") ? 0 : 1);
  });
}

for (const file of ["node.js", "cjs/node.js"]) {
  test(`${file} has the core in pieces, for which V8's buffers need not grow`, () => {
    const source = readFileSync(new URL(`../../dist/${file}`, import.meta.url), "utf8");
    const pieces = source.match(/[\w+/=]{1000,}/g);
    assert.ok(pieces.length > 1);
    for (const piece of pieces) assert.ok(piece.length <= 64 * 1024, `${piece.length}`);
  });
}

for (const [how, module] of Object.entries({ imported, required })) {
  test(`${how}, classes and functions have their names`, () => {
    const named = Object.entries(module).filter(([, value]) => typeof value === "function");
    assert.ok(named.length > 20);
    for (const [name, value] of named) assert.equal(value.name, name);
  });

  test(`${how}, the stack of an error starts at the caller`, () => {
    assert.throws(() => new module.QueueClient("https://a.example/", 7), {
      stack: /^TypeError: .*\n +at .*start\.test\.mjs:/,
    });
  });
}
