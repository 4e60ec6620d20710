// Answers, keys and networks at their worst, as a review with fresh eyes found them.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient } from "../../dist/index.js";
import { aesKey } from "../support/keys.mjs";
import { messagePage, sent as sentMessage } from "../support/script.mjs";

const url = "http://127.0.0.1/dev";
const key = Buffer.alloc(32, 7);
const sent = () => new Response(sentMessage.body, { status: 201 });

/** A queue whose `fetch` gives these answers in turn, and the requests that it saw. */
function queueWith(answers, options) {
  const requests = [];
  const fetch = async (url, init) => {
    requests.push({ url, ...init });
    const answer = answers[Math.min(requests.length, answers.length) - 1];
    return answer();
  };
  const retry = { delay: 0, maxTries: 4 };
  return { queue: new QueueClient(url, "orders", undefined, { fetch, retry, ...options }), requests };
}

/** A failure of the network as Node's `fetch` reports it. */
const failing = (code, syscall) => () => {
  throw new TypeError("fetch failed", { cause: Object.assign(new Error(`${syscall} ${code}`), { code, syscall }) });
};

/** The same of a host with several addresses, by what each of them was asked. */
const failingAtAll =
  (code, ...syscalls) =>
  () => {
    const errors = syscalls.map((syscall) => Object.assign(new Error(`${syscall} ${code}`), { code, syscall }));
    throw new TypeError("fetch failed", { cause: Object.assign(new AggregateError(errors), { code }) });
  };

describe("a message that may have been sent is not sent again", () => {
  for (const [what, answer] of [
    ["when the host became unreachable", failing("EHOSTUNREACH", "read")],
    ["when one of its addresses did", failingAtAll("EHOSTUNREACH", "connect", "read")],
    ["when a connection timed out", failing("ETIMEDOUT", "read")],
    ["when a proxy answers 503", () => new Response("upstream connect error", { status: 503 })],
  ]) {
    test(what, async () => {
      const { queue, requests } = queueWith([answer, sent]);
      await assert.rejects(queue.sendMessage("x"));
      assert.equal(requests.length, 1);
    });
  }

  test("but one that was not is", async () => {
    const busy = () => new Response("", { status: 503, headers: { "x-ms-error-code": "ServerBusy" } });
    const { queue, requests } = queueWith([failing("EHOSTUNREACH", "connect"), busy, sent]);
    assert.equal((await queue.sendMessage("x")).id, "id-1");
    assert.equal(requests.length, 3);
  });

  test("nor when no address of the host let itself be connected to", async () => {
    const ways = [
      failingAtAll("ENETUNREACH", "connect", "connect"),
      failingAtAll("ETIMEDOUT", "connect"),
      failing("ETIMEDOUT", "connect"),
    ];
    const { queue, requests } = queueWith([...ways, sent]);
    assert.equal((await queue.sendMessage("x")).id, "id-1");
    assert.equal(requests.length, 4);
  });
});

describe("answers that are hardly any", () => {
  for (const [what, answer, name] of [
    ["without headers", { status: 404, arrayBuffer: async () => new ArrayBuffer(0) }, "HttpResponseError"],
    ["without a body", { status: 200, headers: new Headers() }, "ServiceResponseError"],
    ["without a status", { headers: new Headers(), arrayBuffer: async () => new ArrayBuffer(0) }, "HttpResponseError"],
    ["that are nothing", undefined, "ServiceResponseError"],
  ]) {
    test(what, async () => {
      const { queue } = queueWith([() => answer]);
      await assert.rejects(queue.peekMessages(), { name });
    });
  }
});

describe("keys of encryption", () => {
  const { wrapKey, unwrapKey, ...rest } = aesKey("k", key);
  const toBuffer = (bytes) => bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.byteLength);
  const textOf = ({ body }) => /<MessageText>(.*)<\/MessageText>/s.exec(body)[1];
  const received = (text) => () => new Response(messagePage(text).body);

  test("may return an ArrayBuffer, as WebCrypto does", async () => {
    const keyEncryptionKey = {
      ...rest,
      wrapKey: async (bytes) => toBuffer(wrapKey(bytes)),
      unwrapKey: async (bytes, by) => toBuffer(unwrapKey(bytes, by)),
    };
    const encryption = { keyEncryptionKey, required: true };
    const { queue, requests } = queueWith([sent], { encryption });
    await queue.sendMessage("secret");
    const reader = queueWith([received(textOf(requests[0]))], { encryption }).queue;
    assert.equal((await reader.peekMessages())[0].content, "secret");
  });

  for (const result of [undefined, "text", new Uint8Array(0), {}]) {
    test(`that return ${JSON.stringify(result)} are refused before anything is sent`, async () => {
      const keyEncryptionKey = { ...rest, unwrapKey, wrapKey: () => result };
      const { queue, requests } = queueWith([sent], { encryption: { keyEncryptionKey } });
      await assert.rejects(queue.sendMessage("secret"), /wrapKey must return bytes/);
      assert.equal(requests.length, 0);
    });
  }
});

describe("a codec that takes for ever", () => {
  const never = () => new Promise(() => {});

  test("ends with the signal when sending", async () => {
    const { queue, requests } = queueWith([sent], { messageEncoding: { encode: never, decode: never } });
    const controller = new AbortController();
    const sending = queue.sendMessage("x", { signal: controller.signal });
    controller.abort("enough");
    assert.equal(await sending.catch((reason) => reason), "enough");
    assert.equal(requests.length, 0);
  });

  test("is not asked when the options are not allowed", async () => {
    let asked = 0;
    const encode = () => String(++asked);
    const { queue } = queueWith([sent], { messageEncoding: { encode, decode: never } });
    await assert.rejects(queue.sendMessage("x", { timeout: 0 }), { name: "RangeError" });
    assert.equal(asked, 0);
  });
});

test("an update whose answer lacks a header tells all that the answer says", async () => {
  const answer = () =>
    new Response(null, { status: 204, headers: { "x-ms-request-id": "r1", "x-ms-popreceipt": "p" } });
  const { queue } = queueWith([answer]);
  await assert.rejects(queue.updateMessage("id", { popReceipt: "r" }), ({ requestId, attempts }) => {
    assert.deepEqual([requestId, attempts.map(({ requestId }) => requestId)], ["r1", ["r1"]]);
    return true;
  });
});
