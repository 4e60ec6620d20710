// A core that crashes: nothing is known to make it, so the tests do.

import assert from "node:assert/strict";
import { test } from "node:test";
import { account, emptyPage, failure, inTime, messagePage, rejection, script, sent } from "../support/script.mjs";

// A module of one function that does nothing but trap.
const trap = new WebAssembly.Module(
  Uint8Array.of(
    0,
    97,
    115,
    109,
    1,
    0,
    0,
    0,
    1,
    4,
    1,
    96,
    0,
    0,
    3,
    2,
    1,
    0,
    7,
    5,
    1,
    1,
    116,
    0,
    0,
    10,
    5,
    1,
    3,
    0,
    0,
    11,
  ),
);
const { t: crash } = new WebAssembly.Instance(trap).exports;

/** The export in which the next call is to crash, and the one in which it finds the stack full. */
let crashesIn;
let overflowsIn;
/** Those by which the platform calls the core: it goes on in them once a credential has answered. */
let callbacks;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, imports);
    callbacks = Object.keys(this.exports).filter((name) => /_closures_+invoke_/.test(name));
    const wrapped = Object.entries(this.exports).map(([name, value]) => [name, wrap(name, value)]);
    Object.defineProperty(this, "exports", { value: Object.fromEntries(wrapped) });
  }
};
function wrap(name, value) {
  if (typeof value !== "function") return value;
  return (...args) => {
    if (name === overflowsIn) {
      overflowsIn = undefined;
      throw new RangeError("Maximum call stack size exceeded");
    }
    if (name !== crashesIn) return value(...args);
    crashesIn = undefined;
    return crash();
  };
}
const { QueueClient, QueueServiceClient, isAzureError } = await import("../../dist/index.js");

const retry = { mode: "none" };
/** A promise and what resolves it. */
function deferred() {
  let resolve;
  const promise = new Promise((settle) => {
    resolve = settle;
  });
  return { promise, resolve };
}

const nextSas = account.sas.replace("sig=", "sig=next");

const busy = failure(503, "ServerBusy");
for (const [step, name, unsent, { answers = [sent], credential = account.sas, options = { retry } } = {}] of [
  ["core_call", "WasmError", true],
  ["send", "WasmError", true, { credential: async () => account.sas }],
  ["judge", "AmbiguousOutcomeError", false],
  ["again", "AmbiguousOutcomeError", false, { answers: [sent, busy, sent], options: { retry: { delay: 0 } } }],
]) {
  test(`a crash in ${step} rejects the call with an error that says so, and the next call works`, async () => {
    const fetch = script(...answers);
    const open = () => new QueueClient(account.url, "orders", credential, { fetch, ...options });
    await open().sendMessage("x");
    const queue = open();
    crashesIn = step;
    const error = await rejection(queue.sendMessage("x"));
    assert.equal(crashesIn, undefined, "it did crash");
    assert.equal(error.name, name);
    const crashed = unsent ? error : error.cause;
    assert.ok(isAzureError(crashed, "WasmError"));
    assert.equal(crashed.code, "Crashed");
    assert.match(crashed.message, /next call works/);
    assert.ok(crashed.cause instanceof WebAssembly.RuntimeError);
    assert.equal(fetch.requests.length, unsent ? 1 : 2);
    assert.equal((await queue.sendMessage("x")).id, "id-1");
  });
}

test("so does one while a credential is asked for", async () => {
  const credential = async () => {
    await new Promise((resolve) => setTimeout(resolve, 5));
    return account.sas;
  };
  const fetch = script(sent);
  const queue = () => new QueueClient(account.url, "orders", credential, { fetch, retry });
  await queue().sendMessage("x");
  assert.ok(callbacks.length > 1, "of promises and of microtasks");
  for (const callback of callbacks) {
    const asking = queue();
    crashesIn = callback;
    const error = await inTime(asking.sendMessage("x"));
    assert.equal(crashesIn, undefined, "it did crash");
    assert.equal(error.code, "Crashed");
    assert.equal((await asking.sendMessage("x")).id, "id-1");
  }
  assert.equal(fetch.requests.length, 1 + callbacks.length, "nothing was sent for those that crashed");
});

test("what a client was told it still knows", async () => {
  const fetch = script(messagePage("x"));
  const service = new QueueServiceClient(account.url, account.sas, { fetch, retry });
  const queue = service.getQueueClient("orders");
  const other = service.getQueueClient("letters", { messageEncoding: "base64" });
  queue.updateSas(nextSas);
  queue.locationMode = "secondary";
  crashesIn = "judge";
  await rejection(service.getServiceProperties());
  await queue.peekMessages();
  const [, { url }] = fetch.requests;
  assert.equal(url.host, "myaccount-secondary.queue.core.windows.net");
  assert.match(url.searchParams.get("sig"), /^next/);
  assert.equal(queue.queueName, "orders");
  const [message] = await other.peekMessages();
  assert.equal(message.contentError.name, "DecodeError", "its encoding");
  assert.match(fetch.requests[2].url.searchParams.get("sig"), /^next/, "what clients of the account share");
  assert.equal(other.locationMode, "primary");
});

test("calls that were under way are told so, and others at the same time work", async () => {
  let answer;
  const waits = new Promise((resolve) => {
    answer = () => resolve(emptyPage);
  });
  const slow = new QueueClient(account.url, "orders", account.sas, { fetch: script(() => waits), retry });
  const asking = new QueueClient(account.url, "orders", () => new Promise(() => {}), {
    fetch: script(emptyPage),
    retry,
    tryTimeout: 30,
  });
  const quick = new QueueClient(account.url, "orders", account.sas, { fetch: script(emptyPage), retry });
  const underWay = [rejection(slow.peekMessages()), rejection(slow.receiveMessage()), rejection(asking.peekMessages())];
  crashesIn = "judge";
  await rejection(quick.peekMessages());
  assert.deepEqual(await quick.peekMessages(), []);
  answer();
  const [peeked, received, asked] = await Promise.all(underWay);
  assert.deepEqual(
    [peeked.code, received.name, received.cause.code, asked.code],
    ["Crashed", "AmbiguousOutcomeError", "Crashed", "Crashed"],
  );
  assert.deepEqual(await slow.peekMessages(), []);
  // What the core that is gone still waited for comes to nobody.
  await new Promise((resolve) => setTimeout(resolve, 200));
});

test("a crash of the caller's own is the caller's own, and the core goes on", async () => {
  const fetch = script(emptyPage);
  let own;
  const crashing = () => {
    try {
      crash();
    } catch (error) {
      own = error;
      throw error;
    }
  };
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry });
  const underWay = queue.peekMessages();
  assert.equal(await rejection(queue.peekMessages({ onRequest: crashing })), own);
  assert.equal(await rejection(queue.peekMessages({ signal: AbortSignal.abort(own) })), own);
  assert.deepEqual(await underWay, [], "a call that was under way is");
});

test("an answer to a call of the core before is not taken for that of a call of the next one", async () => {
  const [busy, answered] = [deferred(), deferred()];
  const clientOver = (fetch) => new QueueClient(account.url, "orders", account.sas, { fetch, retry: { delay: 0 } });
  const peek = rejection(clientOver(script(() => busy.promise)).peekMessages());
  crashesIn = "judge";
  await rejection(clientOver(script(emptyPage)).peekMessages());
  const fetch = script(() => answered.promise);
  const send = clientOver(fetch).sendMessage("once only");
  busy.resolve({ status: 503, body: "" });
  assert.equal((await peek).code, "Crashed");
  answered.resolve(sent);
  assert.equal((await send).id, "id-1");
  assert.equal(fetch.requests.length, 1);
});

test("a call that waits for its next try ends with the core", async () => {
  const waits = deferred();
  const fetch = script({ status: 503, body: "" });
  const retry = { delay: 3600 };
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry, onRetry: waits.resolve });
  const peek = queue.peekMessages();
  await waits.promise;
  await new Promise(setImmediate);
  crashesIn = "judge";
  await rejection(new QueueClient(account.url, "orders", account.sas, { fetch: script(emptyPage) }).peekMessages());
  assert.equal((await inTime(peek)).code, "Crashed");
});

test("a core that cannot be started anew at once is so later", async () => {
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch: script(emptyPage), retry });
  crashesIn = "core_call";
  overflowsIn = "replaceOldCore";
  assert.equal((await rejection(queue.peekMessages())).code, "Crashed");
  assert.equal(overflowsIn, undefined, "it was tried");
  assert.deepEqual(await queue.peekMessages(), []);
});

test("a crash while a call is given up leaves that one its error, and the next one works", async () => {
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch: script(emptyPage), retry });
  crashesIn = "giveUp";
  assert.ok((await rejection(queue.peekMessages({ timeout: -1 }))) instanceof RangeError);
  assert.equal(crashesIn, undefined, "it did crash");
  assert.deepEqual(await queue.peekMessages(), []);
});

test("a call in whose hook another one crashes goes on in its own memory", async () => {
  const headers = { "x-ms-popreceipt": "next", "x-ms-time-next-visible": "Tue, 21 Oct 2025 10:11:42 GMT" };
  const fetch = script({ status: 204, headers });
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry });
  const given = { popReceipt: "receipt", content: "x" };
  let others;
  const crashes = () => {
    crashesIn = "core_call";
    others = ["crashes", "comes after it"].map((id) => rejection(queue.updateMessage(id, given)));
  };
  // What was to be sent is, once, and what came of it the next core does not know.
  const error = await rejection(queue.updateMessage("first", { ...given, onRequest: crashes }));
  assert.equal(error.name, "AmbiguousOutcomeError");
  assert.deepEqual(
    (await Promise.all(others)).map(({ code }) => code),
    ["Crashed", "Crashed"],
  );
  assert.equal((await queue.updateMessage("second", { ...given, onResponse: crashes })).popReceipt, "next");
  await Promise.all(others);
  assert.equal((await queue.updateMessage("third", given)).popReceipt, "next");
  const sent = fetch.requests.map(({ url }) => url.pathname.split("/").at(-1));
  assert.deepEqual(sent, ["first", "second", "third"]);
});
