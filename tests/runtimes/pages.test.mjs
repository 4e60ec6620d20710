// Pages without a bundler, and the kinds of workers: in Chromium, from an origin that is not the account's.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "../support/browsers.mjs";
import { assertCalls, startAccount } from "./support/account.mjs";
import { outcome, outcomeIn, pageWith, reporting } from "./support/pages.mjs";
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

const dist = "/node_modules/azure-queue-wasm/dist";

const imports = (entry = "index.js") => `
  import * as azureQueue from "${dist}/${entry}";
  import { calls } from "/calls.mjs";
`;

/** Opens a page of a project with these files, and gives what came of its calls. */
const opened = (files, headers) => outcomeIn(browser, project(files), headers);

describe("a page by itself", () => {
  test("module", async () => {
    const given = account.given();
    const script = `<script type="module">${imports()} ${reporting(given)}</script>`;
    assertCalls(await opened({ "index.html": pageWith(script) }), given);
  });

  test("classic script", async () => {
    const given = account.given();
    const scripts = `
      <script src="${dist}/cjs/index.js"></script>
      <script src="/calls.js"></script>
      <script>const { calls } = tea; ${reporting(given)}</script>
    `;
    assertCalls(await opened({ "index.html": pageWith(scripts) }), given);
  });

  test("slim", async () => {
    const given = account.given();
    const load = `await azureQueue.preload("${dist}/core.wasm");`;
    const script = `<script type="module">${imports("slim.js")} ${load} ${reporting(given)}</script>`;
    assertCalls(await opened({ "index.html": pageWith(script) }), given);
  });
});

// What each kind of worker answers with what came of its calls, and how a page makes it and asks it.
const workers = {
  "web worker": {
    answer: "outcome().then((outcome) => postMessage(outcome));",
    ask: "(options) => { const worker = new Worker('worker.js', options); worker.onmessage = found; worker.onerror = broken; }",
  },
  "shared worker": {
    answer: "onconnect = ({ ports: [port] }) => outcome().then((outcome) => port.postMessage(outcome));",
    ask: "(options) => { const worker = new SharedWorker('worker.js', options); worker.port.onmessage = found; worker.onerror = broken; }",
  },
  "service worker": {
    answer: `onmessage = (event) =>
      event.waitUntil(outcome().then((outcome) => event.source.postMessage(outcome)));`,
    ask: `async (options) => {
      navigator.serviceWorker.onmessage = found;
      await navigator.serviceWorker.register("worker.js", options).catch(broken);
      (await navigator.serviceWorker.ready).active.postMessage("ask");
    }`,
  },
};

const page = (ask, type) => `<script>
  const found = ({ data }) => { globalThis.outcome = data; };
  const broken = ({ message }) => { globalThis.outcome = { message }; };
  (${ask})({ type: "${type}" });
</script>`;

const classicImports = `
  importScripts("${dist}/cjs/index.js", "/calls.js");
  const { calls } = tea;
`;

describe("workers", () => {
  for (const [name, { answer, ask }] of Object.entries(workers)) {
    for (const [type, load] of Object.entries({ module: imports(), classic: classicImports })) {
      test(`${name}, ${type}`, async () => {
        const given = account.given();
        const files = { "index.html": pageWith(page(ask, type)), "worker.js": `${load} ${outcome(given)} ${answer}` };
        assertCalls(await opened(files), given);
      });
    }
  }
});

describe("Content Security Policy", () => {
  const policyWith = (scripts) => ({
    "content-security-policy": `default-src 'none'; script-src ${scripts}; connect-src ${account.origin}; img-src data:`,
  });
  const files = (given) => ({
    "index.html": pageWith(`<script type="module" src="/main.mjs"></script>`),
    "main.mjs": `${imports()} ${reporting(given)}`,
  });

  test("'wasm-unsafe-eval' is enough", async () => {
    const given = account.given();
    assertCalls(await opened(files(given), policyWith("'self' 'wasm-unsafe-eval'")), given);
  });

  test("without it, the error says so", async () => {
    const refused = await opened(files(account.given()), policyWith("'self'"));
    assert.equal(refused.name, "WasmError");
    assert.equal(refused.code, "BlockedByContentSecurityPolicy");
    assert.match(refused.message, /add 'wasm-unsafe-eval' to its script-src/);
  });
});
