// On a server that renders pages: importing the package has no effect, and reads nothing that a browser or a server
// gives.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import * as vite from "vite";
import { assertCalls, startAccount } from "./support/account.mjs";
import { run } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

// Replaces every global that is not the language's own by one which tells that it was read, and those that only
// browsers have, too; then loads an entry. The lists of what is there before and after must be the same.
const watching = (load) => `
  const { runInNewContext } = process.getBuiltinModule("node:vm");
  const print = console.log.bind(console);
  const language = new Set(runInNewContext("Object.getOwnPropertyNames(globalThis)"));
  for (const name of ["WebAssembly", "console"]) language.delete(name);
  const browsers = ["window", "self", "document", "location", "localStorage", "indexedDB", "caches", "XMLHttpRequest"];
  const names = Object.getOwnPropertyNames(globalThis).filter((name) => !language.has(name));
  const read = [];
  for (const name of new Set([...names, ...browsers])) {
    const { get, value } = Object.getOwnPropertyDescriptor(globalThis, name) ?? {};
    Object.defineProperty(globalThis, name, {
      configurable: true,
      get() {
        // What Node itself reads while it loads is none of ours.
        if (new Error().stack.includes("azure-queue-wasm/dist")) read.push(name);
        return get ? get.call(globalThis) : value;
      },
    });
  }
  const before = Object.getOwnPropertyNames(globalThis);
  ${load}
  const added = Object.getOwnPropertyNames(globalThis).filter((name) => !before.includes(name));
  print(JSON.stringify({ exports: typeof loaded.QueueClient, read, added }));
`;

const entries = ["azure-queue-wasm", "azure-queue-wasm/slim"];
const loads = { import: (entry) => `await import("${entry}")`, require: (entry) => `require("${entry}")` };

describe("server-side rendering", () => {
  for (const [name, load] of Object.entries(loads)) {
    test(`${name} has no effect`, async () => {
      const file = name === "import" ? "main.mjs" : "main.cjs";
      for (const entry of entries) {
        const folder = project({ [file]: watching(`const loaded = ${load(entry)};`) });
        const output = JSON.parse(await run(folder, process.execPath, file));
        assert.deepEqual(output, { exports: "function", read: [], added: [] }, entry);
      }
    });
  }

  test("Vite's build for servers", async () => {
    const given = account.given();
    const main = `
      import * as azureQueue from "azure-queue-wasm";
      import { calls } from "./calls.mjs";
      console.log(JSON.stringify(await calls(azureQueue, ${JSON.stringify(given)})));
    `;
    const root = project({ "main.mjs": main }, { manifest: { type: "module" } });
    await vite.build({ root, logLevel: "warn", build: { ssr: "main.mjs" } });
    assertCalls(JSON.parse(await run(root, process.execPath, "dist/main.js")), given);
  });
});
