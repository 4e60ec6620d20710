// What a page makes of failures that the browser keeps to itself.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, beforeEach, describe, test } from "node:test";
import { gzipSync } from "node:zlib";
import { engines, startBrowser } from "../support/browsers.mjs";
import { startSite } from "../support/site.mjs";

const page = "/tests/browser/page/entries.html";
const cors = { "access-control-allow-origin": "*", "access-control-allow-headers": "*" };
const packed = gzipSync(Buffer.alloc(65 * 1024 * 1024));

let site;
/** An account whose CORS rule is right, and in front of it something that answers for it, without any. */
let account;
/** What it was asked, but for what the browser asks of its own. */
let requests;

before(async () => {
  site = await startSite();
  account = createServer((request, response) => {
    const { method, url, headers } = request;
    if (method === "OPTIONS") return response.writeHead(200, cors).end();
    requests.push({ method, url, headers });
    if (url.startsWith("/packed/")) {
      const told = { "content-encoding": "gzip", "content-length": packed.length };
      return response.writeHead(200, { ...cors, ...told }).end(packed);
    }
    if (!url.includes("?")) return response.writeHead(400, cors).end();
    return response.writeHead(502).end("Bad gateway");
  });
  await once(account.listen(0, "127.0.0.1"), "listening");
});

after(async () => {
  account?.close();
  account?.closeAllConnections();
  await site?.stop();
});

beforeEach(() => {
  requests = [];
});

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    before(async () => {
      browser = await startBrowser(engine);
    });
    after(() => browser?.close());

    /** The error of a call in a new page, with this path of the account. */
    async function failure(call, path, port = account.address().port) {
      await browser.open(site.origin + page);
      await browser.waitFor(() => "entries" in globalThis);
      const url = `http://127.0.0.1:${port}/${path}?sv=2020-12-06&sp=raup&sig=c2VjcmV0`;
      return browser.evaluate(callQueue, call, url);
    }

    test("a first send that a gateway answers is ambiguous, and CORS is not blamed", async () => {
      const error = await failure("sendMessage", "gateway/orders");
      assert.deepEqual([error.name, error.code, error.attempts], ["AmbiguousOutcomeError", undefined, 1]);
      assert.equal(requests.filter(({ url }) => url.includes("?")).length, 1);
    });

    test("what is asked to know why has no secret in it", async () => {
      await failure("sendMessage", "gateway/orders");
      const probes = requests.filter(({ url }) => !url.includes("?"));
      assert.deepEqual(
        probes.map(({ method, url }) => [method, url]),
        [
          ["GET", "/"],
          ["POST", "/gateway/orders/messages/0/0"],
        ],
      );
      assert.ok(!JSON.stringify(probes).includes("c2VjcmV0"));
      assert.equal(probes[1].headers["x-secret"], "0");
    });

    test("a host that has never answered is tried twice, and no longer", async () => {
      const free = createServer().listen(0, "127.0.0.1");
      await once(free, "listening");
      const { port } = free.address();
      await once(free.close(), "close");
      const error = await failure("peekMessages", "account/orders", port);
      assert.deepEqual([error.name, error.attempts, error.retryable], ["ServiceResponseError", 2, true]);
    });

    test("an answer that is larger than it says is not read to its end", async () => {
      const error = await failure("peekMessages", "packed/orders");
      assert.match(error.message, /more than 67108864 bytes/);
    });
  });
}

/** Runs in the page. */
async function callQueue(call, url) {
  const options = { headers: { "x-secret": "c2VjcmV0" } };
  const queue = globalThis.entries.inline.QueueClient.fromQueueUrl(url, undefined, options);
  try {
    await queue[call](...(call === "sendMessage" ? ["x"] : []));
  } catch ({ name, message, code, retryable, attempts }) {
    return { name, message, code, retryable, attempts: attempts.length };
  }
}
