// What each bundler makes of a page that uses the package, opened in Chromium; and what it leaves of an import that is
// not used.

import assert from "node:assert/strict";
import { readdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { createServer } from "vite";
import { startBrowser } from "../support/browsers.mjs";
import { assertCalls, startAccount } from "./support/account.mjs";
import { bundled, bundlers } from "./support/bundlers.mjs";
import { outcomeAt, outcomeIn, reporting } from "./support/pages.mjs";
import { project } from "./support/project.mjs";

let account;
let browser;
before(async () => {
  account = await startAccount();
  browser = await startBrowser("chromium");
});
after(async () => {
  await browser?.close();
  await account?.stop();
});

const using = (given) => `
  import * as azureQueue from "azure-queue-wasm";
  import { calls } from "../calls.mjs";
  ${reporting(given)}
`;

/** With the .wasm as a file of its own, at an address that Vite gives. */
const usingSlim = (given) => `
  import * as azureQueue from "azure-queue-wasm/slim";
  import wasm from "azure-queue-wasm/core.wasm?url";
  import { calls } from "../calls.mjs";
  await azureQueue.preload(wasm);
  ${reporting(given)}
`;

/** What an import may leave behind when nothing of it is used. */
const mostBytes = 200;

for (const [name, bundle] of Object.entries(bundlers)) {
  describe(name, () => {
    test("build", async () => {
      const given = account.given();
      const folder = project(bundled(using(given)));
      await bundle(folder);
      assert.deepEqual(besideScripts(folder), [], "the wasm is in the bundle, and nowhere else");
      assertCalls(await outcomeIn(browser, join(folder, "dist")), given);
    });

    test("tree shaking", async (t) => {
      const without = await bytesOf(bundle, "document.title = 'tea';");
      const unused = await bytesOf(bundle, `import { QueueClient } from "azure-queue-wasm"; document.title = 'tea';`);
      t.diagnostic(`${name}: an import that is not used leaves ${unused - without} bytes`);
      assert.ok(unused - without <= mostBytes, `${unused - without} bytes are left, at most ${mostBytes} may`);
    });

    if (!name.startsWith("Vite")) return;
    test("dev server", () => inDevServer(using));
    test("slim", async () => {
      const given = account.given();
      const folder = project(bundled(usingSlim(given)));
      await bundle(folder);
      const [wasm, ...others] = besideScripts(folder);
      assert.match(wasm, /^assets.core-[\w-]+\.wasm$/);
      assert.deepEqual(others, []);
      assertCalls(await outcomeIn(browser, join(folder, "dist")), given);
    });
    test("slim, dev server", () => inDevServer(usingSlim));
  });
}

async function inDevServer(script) {
  const given = account.given();
  const root = project(bundled(script(given)));
  const server = await createServer({ root, logLevel: "warn", server: { host: "127.0.0.1", port: 0 } });
  try {
    await server.listen();
    assertCalls(await outcomeAt(browser, server.resolvedUrls.local[0]), given);
  } finally {
    await server.close();
  }
}

/** What a bundler wrote besides scripts and the page. */
function besideScripts(folder) {
  const files = filesIn(join(folder, "dist")).map(({ file }) => file);
  return files.filter((file) => !/\.(js|html)$/.test(file));
}

async function bytesOf(bundle, script) {
  const folder = project(bundled(script));
  await bundle(folder);
  const scripts = filesIn(join(folder, "dist")).filter(({ file }) => !file.endsWith(".html"));
  return scripts.reduce((sum, { size }) => sum + size, 0);
}

function filesIn(folder) {
  const files = readdirSync(folder, { recursive: true }).map((file) => ({ file, stat: statSync(join(folder, file)) }));
  return files.filter(({ stat }) => stat.isFile()).map(({ file, stat }) => ({ file, size: stat.size }));
}
