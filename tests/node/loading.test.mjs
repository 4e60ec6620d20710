// Entries, and how each one comes by its core. What runs where is the matrix of tests/runtimes/.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { runInNewContext } from "node:vm";

const dist = new URL("../../dist/", import.meta.url);
const bytes = readFileSync(new URL("core.wasm", dist));
const url = "https://account.queue.core.windows.net";

let copies = 0;
/** An entry of its own, in which nothing is loaded yet. */
const fresh = (entry) => import(`${new URL(entry, dist).href}?copy=${copies++}`);
const works = ({ QueueClient }) => assert.equal(new QueueClient(url, "orders").url, `${url}/orders`);

describe("the default entry", () => {
  test("compiles at the first use", async () => works(await fresh("index.js")));

  test("can be told to compile ahead, any number of times", async () => {
    const entry = await fresh("index.js");
    await Promise.all([entry.preload(), entry.preload()]);
    works(entry);
    await entry.preload();
  });

  for (const [where, message, code, allowed] of [
    [
      "a page's policy",
      "WebAssembly.Module(): Compiling or instantiating WebAssembly module violates the following Content Security policy directive because neither 'wasm-eval' nor 'unsafe-eval' is an allowed source",
      "BlockedByContentSecurityPolicy",
      "add 'wasm-unsafe-eval' to its script-src",
    ],
    [
      "a runtime",
      "WebAssembly.Module(): Wasm code generation disallowed by embedder",
      "BlockedByRuntime",
      "with the export condition `workerd` or `edge-light`",
    ],
    ["anything else", "out of memory", "NotLoaded", "out of memory"],
  ]) {
    test(`says what to do when ${where} forbids it, and forgets it`, async (context) => {
      const { QueueClient, preload, isAzureError } = await fresh("index.js");
      function refuse() {
        throw new WebAssembly.CompileError(message);
      }
      const { Module } = WebAssembly;
      WebAssembly.Module = refuse;
      context.mock.method(WebAssembly, "compile", async () => refuse());
      const refused = (error) =>
        isAzureError(error, "WasmError") && error.code === code && error.message.includes(allowed);
      try {
        assert.throws(() => new QueueClient(url, "orders"), refused);
        await assert.rejects(preload(), refused);
      } finally {
        WebAssembly.Module = Module;
      }
      works({ QueueClient });
    });
  }
});

describe("the slim entry", () => {
  const response = () => new Response(bytes, { headers: { "content-type": "application/wasm" } });
  for (const [what, source] of [
    ["a module", () => new WebAssembly.Module(bytes)],
    ["bytes", () => bytes],
    ["an ArrayBuffer", () => new Uint8Array(bytes).buffer],
    ["a response", response],
    ["a Promise of a response", async () => response()],
    ["a URL", () => new URL(`data:application/wasm;base64,${bytes.toString("base64")}`)],
    ["a URL as text", () => `data:application/wasm;base64,${bytes.toString("base64")}`],
  ]) {
    test(`takes ${what}`, async () => {
      const entry = await fresh("slim.js");
      await entry.preload(source());
      works(entry);
    });
  }

  test("takes a module of another realm, as Next.js compiles it", async () => {
    for (const load of ["preload", "preloadSync"]) {
      const entry = await fresh("slim.js");
      await entry[load](runInNewContext("new WebAssembly.Module(bytes)", { bytes }));
      works(entry);
    }
  });

  test("takes a module or bytes at once", async () => {
    for (const source of [bytes, new WebAssembly.Module(bytes)]) {
      const entry = await fresh("slim.js");
      entry.preloadSync(source);
      works(entry);
    }
  });

  test("an encoding for JSON can be made before the core is there", async () => {
    const entry = await fresh("slim.js");
    const codec = entry.jsonEncoding("base64");
    entry.preloadSync(bytes);
    assert.deepEqual([codec.encode([1]), codec.decode("WzFd")], ["WzFd", [1]]);
  });

  test("says what is missing, and that something else is no core", async () => {
    const entry = await fresh("slim.js");
    const refused = (words) => ({ name: "WasmError", code: "NotLoaded", message: words });
    assert.throws(() => new entry.QueueClient(url, "orders"), refused(/await preload/));
    await assert.rejects(entry.preload(new Response("", { status: 404 })), refused(/the status 404/));
    await assert.rejects(entry.preload(new Uint8Array(8)), refused(/magic word/));
    assert.throws(() => entry.preloadSync(new Uint8Array(8)), refused(/magic word/));
    // A module, and none of ours.
    const empty = new Uint8Array([0, 0x61, 0x73, 0x6d, 1, 0, 0, 0]);
    await assert.rejects(entry.preload(empty), refused(/could not be loaded/));
    assert.throws(() => entry.preloadSync(empty), refused(/could not be loaded/));
    await entry.preload(bytes);
    works(entry);
  });

  test("takes the right one, whatever else it is given at the same time", async () => {
    // It asks for an import that ours does not give.
    const asks = [1, 4, 1, 0x60, 0, 0, 2, 7, 1, 1, 0x78, 1, 0x79, 0, 0];
    const wrong = new WebAssembly.Module(Uint8Array.of(0, 0x61, 0x73, 0x6d, 1, 0, 0, 0, ...asks));
    const right = new WebAssembly.Module(bytes);
    const after = async (steps, value) => {
      for (let step = 0; step < steps; step++) await undefined;
      return value;
    };
    for (let steps = 0; steps < 6; steps++) {
      for (const [one, other] of [
        [wrong, right],
        [right, wrong],
      ]) {
        const entry = await fresh("slim.js");
        const settled = await Promise.allSettled([entry.preload(after(steps, one)), entry.preload(after(3, other))]);
        assert.equal(settled[one === right ? 0 : 1].status, "fulfilled", `${steps} steps`);
        works(entry);
      }
    }
  });
});

test("another module at the same time does not keep the slim entry from its own", async () => {
  const own = new WebAssembly.Module(bytes);
  // It asks for a function that we have not.
  const other = new WebAssembly.Module(
    Uint8Array.of(0, 97, 115, 109, 1, 0, 0, 0, 1, 4, 1, 96, 0, 0, 2, 7, 1, 1, 97, 1, 98, 0, 0),
  );
  for (const order of [
    [own, other],
    [other, own],
  ]) {
    const entry = await fresh("slim.js");
    await Promise.allSettled(order.map((module) => entry.preload(module)));
    works(entry);
  }
});

test("the core inside the default entry is the one beside it", async () => {
  const { deflated } = await import("../../build/deflated.js");
  const { inflateRawSync } = await import("node:zlib");
  assert.deepEqual(inflateRawSync(Buffer.from(deflated, "base64")), bytes);
  assert.ok(readFileSync(fileURLToPath(new URL("index.js", dist)), "utf8").includes(deflated));
});
