// Importing the package has no effect: it reads no global of the platform, so a runtime may lack any of them until the
// first use. Each entry runs in a realm that has the JavaScript language and nothing else.

import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import vm from "node:vm";
import { transformSync } from "esbuild";

const dist = fileURLToPath(new URL("../../dist/", import.meta.url));
const entries = ["", "cjs/"].flatMap((folder) =>
  readdirSync(dist + folder)
    .filter((file) => file.endsWith(".js"))
    .map((file) => folder + file),
);
const wasm = new WebAssembly.Module(readFileSync(`${dist}core.wasm`));

/** The globals that V8 adds to each realm, and that are no part of the language. */
const addedByV8 = ["WebAssembly", "console"];
const ofBrowsers = ["window", "self", "document", "location", "localStorage", "XMLHttpRequest", "Worker", "caches"];

/** Creates a realm in which each global of the platform is `undefined`, and which records the names that are read. */
function languageOnly() {
  const realm = vm.createContext();
  const global = vm.runInContext("globalThis", realm);
  const language = new Set(Object.getOwnPropertyNames(global).filter((name) => !addedByV8.includes(name)));
  const platform = [...Object.getOwnPropertyNames(globalThis), ...addedByV8, ...ofBrowsers];
  const read = [];
  for (const name of platform.filter((name) => !language.has(name))) {
    const get = () => void read.push(name);
    Object.defineProperty(global, name, { get, configurable: true });
  }
  return { realm, read };
}

/** Gives the platform back to a realm, but for the globals with these names. */
function addPlatform(realm, missing) {
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !missing.includes(name));
  const descriptors = names.map((name) => [name, Object.getOwnPropertyDescriptor(globalThis, name)]);
  const global = vm.runInContext("globalThis", realm);
  const own = new Set(vm.runInContext("Object.getOwnPropertyNames(globalThis)", vm.createContext()));
  for (const name of addedByV8) own.delete(name);
  for (const [name, descriptor] of descriptors) if (!own.has(name)) Object.defineProperty(global, name, descriptor);
}

/** Evaluates an entry in a realm and returns its exports. ES modules are transformed to CommonJS. */
function evaluate(entry, realm) {
  const source = readFileSync(dist + entry, "utf8");
  const code = entry.startsWith("cjs/") ? source : transformSync(source, { format: "cjs", target: "es2022" }).code;
  const module = { exports: {} };
  const require = (specifier) => {
    if (/\.wasm(\?module)?$/.test(specifier)) return { __esModule: true, default: wasm };
    return specifier.startsWith("./") ? evaluate(specifier.slice(2), realm) : createRequire(dist)(specifier);
  };
  vm.runInContext(`(function (module, exports, require) {${code}\n})`, realm)(module, module.exports, require);
  return module.exports;
}

describe("import", () => {
  for (const entry of entries) {
    test(`${entry} reads no global of the platform`, () => {
      const { realm, read } = languageOnly();
      const exported = evaluate(entry, realm);
      assert.ok(Object.keys(exported).length > 0);
      assert.deepEqual(read, []);
    });
  }

  test("covers the entries of package.json", () => {
    const { exports } = JSON.parse(readFileSync(new URL("../../package.json", import.meta.url), "utf8"));
    const paths = JSON.stringify(exports).matchAll(/"\.\/dist\/([^"]+\.js)"/g);
    assert.deepEqual(new Set(entries), new Set(Array.from(paths, ([, path]) => path)));
  });
});

describe("first use without a global that it needs", () => {
  const url = "https://account.queue.core.windows.net";
  const answer = async () => new Response(null, { status: 204, headers: { "x-ms-request-id": "r-1" } });

  for (const name of ["WebAssembly", "TextDecoder", "TextEncoder"]) {
    test(`throws an error that names ${name}, and works once it is there`, () => {
      const { realm } = languageOnly();
      const { QueueClient, isAzureError } = evaluate("index.js", realm);
      // With `process`, the codecs of `node:util` would take their places.
      addPlatform(realm, [name, "process"]);
      assert.throws(
        () => new QueueClient(url, "orders"),
        (error) => isAzureError(error, "WasmError") && error.message.includes(`${name} is not defined`),
      );
      addPlatform(realm, []);
      assert.equal(new QueueClient(url, "orders").url, `${url}/orders`);
    });
  }

  test("takes the text codecs of node:util where jsdom hides them", () => {
    const { realm } = languageOnly();
    const { QueueClient } = evaluate("cjs/index.js", realm);
    addPlatform(realm, ["TextDecoder", "TextEncoder"]);
    assert.equal(new QueueClient(url, "bestellungen").url, `${url}/bestellungen`);
  });

  test("rejects a call with an error that names fetch, and works once it is there", async () => {
    const { realm } = languageOnly();
    const { QueueClient } = evaluate("index.js", realm);
    addPlatform(realm, ["fetch"]);
    const queue = new QueueClient(url, "orders");
    const missing = { name: "TypeError", argument: "fetch", message: /^fetch is not defined/ };
    await assert.rejects(queue.sendMessage("tea"), missing);
    await assert.rejects(queue.diagnose(), missing);
    Object.defineProperty(vm.runInContext("globalThis", realm), "fetch", { value: answer });
    await queue.deleteQueue();
  });

  test("needs no global fetch where the option is set", async () => {
    const { realm } = languageOnly();
    const { QueueClient } = evaluate("index.js", realm);
    addPlatform(realm, ["fetch"]);
    await new QueueClient(url, "orders", undefined, { fetch: answer }).deleteQueue();
  });
});
