// The origin of a web page, which the account's CORS rule must allow: pages from disk, frames and workers.

import assert from "node:assert/strict";
import { after, afterEach, before, describe, test } from "node:test";
import { browserCorsRule, generateAccountSas, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { engines, startBrowser } from "../support/browsers.mjs";
import { startSite } from "../support/site.mjs";

const path = "tests/browser/page/entries.html";
const fromDisk = new URL(`../../${path}`, import.meta.url).href;

let azurite;
let service;
let queueUrl;
let site;

before(async () => {
  azurite = await startAzurite();
  site = await startSite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  await service.createQueue("orders");
  const { accountName, accountKey } = azurite;
  const may = { services: "q", resourceTypes: "sco", permission: "rwdlacup", expiry: "2099-01-01T00:00:00Z" };
  queueUrl = `${azurite.url}/orders?${generateAccountSas({ accountName, accountKey, ...may })}`;
});

after(async () => {
  await site?.stop();
  await azurite?.stop();
});

const failedChecks = ({ checks }) => checks.filter(({ outcome }) => outcome === "failed");

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    before(async () => {
      browser = await startBrowser(engine);
    });
    after(() => browser?.close());
    afterEach(() => service.setServiceProperties({ cors: [] }));

    async function openSite() {
      await browser.open(`${site.origin}/${path}`);
      await browser.waitFor(() => "entries" in globalThis);
    }

    async function openFromDisk() {
      await browser.open(fromDisk);
      // Browsers load no modules from disk.
      await browser.waitFor(() => "azureQueue" in globalThis);
    }

    const peekAndDiagnose = (url) => browser.evaluate(inPage, url);

    test("a page from disk is told to be served over http, and gets the rule for the origin null", async () => {
      await openFromDisk();
      const { error, diagnosis } = await peekAndDiagnose(queueUrl);
      assert.deepEqual([error.name, error.code], ["ServiceRequestError", "Cors"]);
      assert.match(error.message, /CORS rules do not allow the origin "null".* serve the page over http/);
      assert.doesNotMatch(error.message, /file:/);
      const [{ name, advice }] = failedChecks(diagnosis);
      assert.equal(name, "cors");
      assert.match(advice, /^Serve the page over http.*admits every page whose origin is "null"/);
      assert.deepEqual(diagnosis.corsRule, browserCorsRule("null"));
    });

    test("a page from disk makes calls when the account has the rule for the origin null", async () => {
      await service.setServiceProperties({ cors: [browserCorsRule("null")] });
      await openFromDisk();
      const { error, diagnosis } = await peekAndDiagnose(queueUrl);
      assert.deepEqual([error, diagnosis.ok], [null, true]);
    });

    test("a sandboxed frame has the origin null", async () => {
      await openSite();
      const { error, diagnosis } = await browser.evaluate(inFrame, "allow-scripts", site.origin, queueUrl, `${inPage}`);
      assert.match(error.message, /CORS rules do not allow the origin "null"/);
      assert.deepEqual(diagnosis.corsRule, browserCorsRule("null"));
    });

    test("a frame with a document in its srcdoc has the origin of the page around it", async () => {
      await openSite();
      const { error, diagnosis } = await browser.evaluate(inFrame, "", site.origin, queueUrl, `${inPage}`);
      assert.ok(error.message.includes(`CORS rules must allow ${site.origin}, see browserCorsRule`), error.message);
      assert.deepEqual(diagnosis.corsRule, browserCorsRule(site.origin));
    });

    test("a worker from a blob: URL has the origin of its page", async () => {
      await openSite();
      const { error, diagnosis } = await browser.evaluate(inBlobWorker, site.origin, queueUrl, `${inPage}`);
      assert.ok(error.message.includes(`CORS rules must allow ${site.origin}, see browserCorsRule`), error.message);
      assert.deepEqual(diagnosis.corsRule, browserCorsRule(site.origin));
    });

    test("a variable of the page that is named origin is not taken for the origin of the page", async () => {
      await openSite();
      for (const value of ["Berlin", 7]) {
        await browser.evaluate((value) => {
          globalThis.origin = value;
        }, value);
        const { error, diagnosis } = await peekAndDiagnose(queueUrl);
        assert.ok(error.message.includes(`CORS rules must allow ${site.origin}, see browserCorsRule`), error.message);
        assert.deepEqual(diagnosis.corsRule, browserCorsRule(site.origin));
      }
    });
  });
}

/** Runs in a page, a frame or a worker. */
async function inPage(url) {
  const queue = globalThis.azureQueue.QueueClient.fromQueueUrl(url, undefined, { retry: { mode: "none" } });
  const error = await queue.peekMessages().then(
    () => null,
    ({ name, code, message }) => ({ name, code, message }),
  );
  const { ok, checks, corsRule } = await queue.diagnose();
  return { error, diagnosis: { ok, checks, corsRule } };
}

/** Runs in the page: the outcome of `run` in a frame of its own. */
function inFrame(sandbox, origin, url, run) {
  return new Promise((resolve) => {
    addEventListener("message", ({ data }) => resolve(JSON.parse(data)), { once: true });
    const frame = document.createElement("iframe");
    if (sandbox) frame.setAttribute("sandbox", sandbox);
    frame.srcdoc = `
      <script src="${origin}/dist/cjs/index.js"></script>
      <script>
        (${run})(${JSON.stringify(url)}).then(
          (value) => parent.postMessage(JSON.stringify(value), "*"),
          (error) => parent.postMessage(JSON.stringify({ error: { message: String(error) } }), "*"),
        );
      </script>`;
    document.body.append(frame);
  });
}

/** Runs in the page: the outcome of `run` in a worker whose script is a Blob. */
function inBlobWorker(origin, url, run) {
  return new Promise((resolve) => {
    const script = `
      importScripts("${origin}/dist/cjs/index.js");
      (${run})(${JSON.stringify(url)}).then(
        (value) => postMessage(JSON.stringify(value)),
        (error) => postMessage(JSON.stringify({ error: { message: String(error) } })),
      );`;
    const worker = new Worker(URL.createObjectURL(new Blob([script], { type: "text/javascript" })));
    worker.onmessage = ({ data }) => resolve(JSON.parse(data));
  });
}
