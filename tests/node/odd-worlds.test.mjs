// What a page, a service and a credential may be that nobody expects.

import assert from "node:assert/strict";
import { test } from "node:test";
import { QueueClient } from "../../dist/index.js";
import { rejection } from "../support/script.mjs";

const account = "https://account.queue.core.windows.net";
const once = { retry: { mode: "none" } };

test("in a page, a host that the platform does not take ends the call at once", async () => {
  globalThis.location = { origin: "https://page.example" };
  try {
    const queue = new QueueClient("https://10.0.0.256/account", "orders", undefined, { ...once, tryTimeout: 3600 });
    await assert.rejects(queue.exists(), { name: "ServiceResponseError" });
  } finally {
    delete globalThis.location;
  }
});

test("in a page, a request that failed names CORS where the account has another origin", async () => {
  globalThis.location = { origin: "https://page.example" };
  try {
    const fetch = async () => {
      throw new TypeError("Failed to fetch");
    };
    const queue = new QueueClient(account, "orders", undefined, { ...once, fetch });
    await assert.rejects(queue.exists(), /Failed to fetch \(.*CORS rules must allow https:\/\/page\.example/);
  } finally {
    delete globalThis.location;
  }
});

test("a count may be larger than 32 bits", async () => {
  const fetch = async () => new Response("", { headers: { "x-ms-approximate-messages-count": "5000000000" } });
  const queue = new QueueClient(account, "orders", undefined, { ...once, fetch });
  assert.equal((await queue.getQueueProperties()).approximateMessageCount, 5_000_000_000);
});

test("a token of padding alone is hidden nowhere, and the call ends", async () => {
  const events = [];
  const fetch = async () => new Response(null, { status: 204, headers: { "x-ms-request-id": "r-1" } });
  const credential = { getToken: async () => ({ token: "======", expiresOnTimestamp: Date.now() + 3_600_000 }) };
  const onRequest = (event) => events.push(event);
  const queue = new QueueClient(account, "orders", credential, { ...once, fetch, onRequest });
  await queue.deleteQueue();
  assert.equal(events.length, 1);
  assert.equal(events[0].headers.authorization, "REDACTED");
});

/** Does something while a global is another one. */
async function withGlobal(name, value, work) {
  const before = Object.getOwnPropertyDescriptor(globalThis, name);
  Object.defineProperty(globalThis, name, { value, configurable: true, writable: true });
  try {
    return await work();
  } finally {
    if (before) Object.defineProperty(globalThis, name, before);
    else delete globalThis[name];
  }
}

test("a machine that is offline hears so at once", async () => {
  await withGlobal("navigator", { onLine: false }, async () => {
    const fetch = async () => {
      throw new TypeError("Failed to fetch");
    };
    const queue = new QueueClient(account, "orders", undefined, { fetch });
    const { name, code, attempts } = await rejection(queue.sendMessage("x"));
    assert.deepEqual([name, code, attempts.length], ["ServiceRequestError", "Offline", 1]);
  });
});

test("one that goes offline with a request under way does not know what came of it", async () => {
  const navigator = { onLine: true };
  await withGlobal("navigator", navigator, async () => {
    let requests = 0;
    const fetch = async () => {
      requests++;
      navigator.onLine = false;
      throw new TypeError("Failed to fetch");
    };
    const queue = new QueueClient(account, "orders", undefined, { fetch, retry: { delay: 0 } });
    const { name, code } = await rejection(queue.sendMessage("x"));
    assert.deepEqual([name, code, requests], ["AmbiguousOutcomeError", "Offline", 1]);
    navigator.onLine = true;
    const read = await rejection(queue.peekMessages());
    assert.deepEqual([read.name, read.code, read.attempts.length], ["ServiceRequestError", "Offline", 2]);
  });
});
