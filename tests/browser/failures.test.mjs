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
      return browser.evaluate(callQueue, call, urlOf(port, path));
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

    test("reports a host that never answered as not reached, after one retry, and refers to diagnose()", async () => {
      const error = await failure("peekMessages", "account/orders", await closedPort());
      const { name, code, attempts, retryable } = error;
      assert.deepEqual({ name, code, attempts, retryable }, { ...notReached, attempts: 2, retryable: true });
      assert.match(
        error.message,
        /^The host was not reached: .*http:\/\/127\.0\.0\.1:\d+ does not answer.*diagnose\(\)/,
      );
    });

    test("reports a send to a host that never answered as ambiguous, because the host was not reached", async () => {
      const error = await failure("sendMessage", "account/orders", await closedPort());
      const { name, code, attempts, cause } = error;
      assert.deepEqual([name, code, attempts], ["AmbiguousOutcomeError", "HostNotReached", 1]);
      assert.deepEqual(cause, notReached);
      assert.match(error.message, /^The host was not reached: .*diagnose\(\)/);
    });

    test("reports a first send as ambiguous when the host takes it and then goes away", async () => {
      const { port, taken, stop } = await startHostThatTakesOneSend();
      const error = await failure("sendMessage", "account/orders", port);
      await stop();
      assert.deepEqual([error.name, error.code], ["AmbiguousOutcomeError", "HostNotReached"]);
      assert.equal(taken(), 1);
    });

    test("diagnose() reports that the check host failed where nobody listens", async () => {
      const { checks } = await failure("diagnose", "account/orders", await closedPort());
      const { name, advice } = checks.find(({ outcome }) => outcome === "failed");
      assert.equal(name, "host");
      assert.match(advice, /Check scheme, host and port/);
    });

    test("does not blame CORS when a host that was readable goes away", async () => {
      const host = createServer((request, response) => {
        const { method } = request;
        response.writeHead(200, { ...cors, "access-control-allow-methods": "*" });
        response.end(method === "OPTIONS" ? undefined : "<QueueMessagesList/>");
      });
      await once(host.listen(0, "127.0.0.1"), "listening");
      const { port } = host.address();
      assert.equal(await failure("peekMessages", "account/orders", port), null);
      const closed = once(host.close(), "close");
      host.closeAllConnections();
      await closed;
      const error = await browser.evaluate(callQueue, "peekMessages", urlOf(port, "account/orders"), { mode: "none" });
      assert.deepEqual([error.name, error.code], ["ServiceResponseError", undefined]);
    });

    test("a call does not wait for a host that never answers the request which looks for the reason", async () => {
      const host = createServer((request, response) => {
        const { method, url, socket } = request;
        if (method === "OPTIONS") response.writeHead(200, cors).end();
        else if (url.includes("?")) socket.destroy();
      });
      await once(host.listen(0, "127.0.0.1"), "listening");
      const error = await failure("sendMessage", "account/orders", host.address().port);
      host.close();
      host.closeAllConnections();
      // Otherwise it is the timeout of the attempt that ends the call.
      assert.deepEqual([error.cause.name, error.code], ["ServiceResponseError", undefined]);
    });

    test("an answer that is larger than it says is not read to its end", async () => {
      const error = await failure("peekMessages", "packed/orders");
      assert.match(error.message, /more than 67108864 bytes/);
    });
  });
}

const notReached = { name: "ServiceRequestError", code: "HostNotReached" };

const urlOf = (port, path) => `http://127.0.0.1:${port}/${path}?sv=2020-12-06&sp=raup&sig=c2VjcmV0`;

/** A port on which nobody listens. */
async function closedPort() {
  const free = createServer().listen(0, "127.0.0.1");
  await once(free, "listening");
  const { port } = free.address();
  await once(free.close(), "close");
  return port;
}

/** A host that answers preflights, and goes away for good with the first send that it takes. */
async function startHostThatTakesOneSend() {
  let taken = 0;
  const host = createServer((request, response) => {
    if (request.method === "OPTIONS") return response.writeHead(200, cors).end();
    taken++;
    host.close();
    host.closeAllConnections();
  });
  await once(host.listen(0, "127.0.0.1"), "listening");
  const closed = once(host, "close");
  return { port: host.address().port, taken: () => taken, stop: () => closed };
}

/** Runs in the page. */
async function callQueue(call, url, retry) {
  const options = { headers: { "x-secret": "c2VjcmV0" }, ...(retry && { retry }) };
  const queue = globalThis.entries.inline.QueueClient.fromQueueUrl(url, undefined, options);
  try {
    const result = await queue[call](...(call === "sendMessage" ? ["x"] : []));
    return call === "diagnose" ? { checks: result.checks } : null;
  } catch ({ name, message, code, retryable, attempts, cause }) {
    const { name: causeName, code: causeCode } = cause ?? {};
    return { name, message, code, retryable, attempts: attempts.length, cause: { name: causeName, code: causeCode } };
  }
}
