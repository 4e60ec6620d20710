// Encodings of clients and of single calls, "auto", JSON, codecs that are slow, and the sizes in an error.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { jsonEncoding, QueueClient, QueueServiceClient } from "azure-queue-wasm";
import { aesKey } from "../support/keys.mjs";
import { account, collect, messagePage, rejection, script, sent } from "../support/script.mjs";

const base64 = (text) => Buffer.from(text).toString("base64");
const queueWith = (fetch, options) => new QueueClient(account.url, "orders", account.sas, { fetch, ...options });
const textOf = (request) => /<MessageText>(.*)<\/MessageText>/s.exec(request.body)[1];
const keyEncryptionKey = aesKey("k", Buffer.alloc(32, 7));

describe('"auto"', () => {
  const inBase64 = ["hello", "héllo 漢😀", '{"id":12}', "12345", "a longer text, of several words"];
  const plain = ["test", "123q", "1234", "1400", "fish", "password", "hello", '{"id":12}', "", "é", "YWI", "AAAA"];

  for (const encryption of [undefined, { keyEncryptionKey }]) {
    const how = encryption ? ", with encryption on" : "";

    test(`takes Base64 for what it stands for, and says how it stands there${how}`, async () => {
      const queue = queueWith(script(messagePage(...inBase64.map(base64))), { messageEncoding: "auto", encryption });
      const messages = await queue.peekMessages({ maxMessages: 32 });
      assert.deepEqual(
        messages.map(({ content, rawContent }) => [content, rawContent]),
        inBase64.map((text) => [text, base64(text)]),
      );
    });

    test(`leaves other text as it is${how}`, async () => {
      const queue = queueWith(script(messagePage(...plain)), { messageEncoding: "auto", encryption });
      const messages = await queue.peekMessages({ maxMessages: 32 });
      assert.deepEqual(
        messages.map(({ content }) => content),
        plain,
      );
      assert.ok(messages.every((message) => !("rawContent" in message)));
    });
  }

  test("does not guess what whoever reads expects", async () => {
    const fetch = script(sent);
    for (const encryption of [undefined, { keyEncryptionKey }]) {
      const queue = queueWith(fetch, { messageEncoding: "auto", encryption });
      for (const call of [
        () => queue.sendMessage("x"),
        () => queue.updateMessage("id", { popReceipt: "r", content: "x" }),
      ]) {
        const error = await rejection(call());
        assert.deepEqual([error.name, error.argument], ["RangeError", "messageEncoding"]);
        assert.match(error.message, /must be "text", "base64" or "base64-bytes" to send, .*; got "auto"$/);
      }
      assert.equal(fetch.requests.length, 0);
      await queue.sendMessage("x", { messageEncoding: "text" });
      fetch.requests.length = 0;
    }
  });

  test("an update without content needs no encoding", async () => {
    const headers = { "x-ms-popreceipt": "r2", "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:35 GMT" };
    const queue = queueWith(script({ status: 204, headers }), { messageEncoding: "auto" });
    assert.equal((await queue.updateMessage("id", { popReceipt: "r" })).popReceipt, "r2");
  });
});

describe("the encoding of a call", () => {
  test("wins over the client's, for that call", async () => {
    const fetch = script(sent);
    const queue = queueWith(fetch, { messageEncoding: "base64" });
    await queue.sendMessage("hi", { messageEncoding: "text" });
    await queue.sendMessage(Uint8Array.of(1, 2), { messageEncoding: "base64-bytes" });
    await queue.sendMessage([1], { messageEncoding: jsonEncoding() });
    await queue.sendMessage("hi");
    assert.deepEqual(fetch.requests.map(textOf), ["hi", "AQI=", "[1]", "aGk="]);
  });

  test("is that of what comes, too", async () => {
    const queue = queueWith(script(messagePage("WzFd")));
    const messageEncoding = "base64";
    assert.equal((await queue.receiveMessage({ messageEncoding })).content, "[1]");
    assert.equal((await queue.peekMessages({ messageEncoding }))[0].content, "[1]");
    const inJson = { messageEncoding: jsonEncoding("base64"), maxMessages: 1 };
    assert.deepEqual((await collect(queue.receiveMessages(inJson)))[0].content, [1]);
    assert.equal((await queue.receiveMessage()).content, "WzFd");
  });

  test("is refused at once when there is none such, and nothing is sent", async () => {
    const fetch = script(sent);
    const queue = queueWith(fetch);
    const messageEncoding = "utf8";
    for (const call of [
      () => queue.sendMessage("x", { messageEncoding }),
      () => queue.receiveMessage({ messageEncoding }),
      () => queue.peekMessages({ messageEncoding }),
      () => queue.updateMessage("id", { popReceipt: "r", messageEncoding }),
    ]) {
      assert.equal((await rejection(call())).argument, "messageEncoding");
    }
    assert.throws(() => queue.receiveMessages({ messageEncoding }), { argument: "messageEncoding" });
    assert.equal(fetch.requests.length, 0);
  });

  test("encryption is on all the same", async () => {
    const fetch = script(sent);
    const queue = queueWith(fetch, { encryption: { keyEncryptionKey, required: true } });
    await queue.sendMessage("hi", { messageEncoding: "base64" });
    const envelope = textOf(fetch.requests[0]);
    assert.match(envelope, /^\{"EncryptedMessageContents"/);
    const reader = queueWith(script(messagePage(envelope)), { encryption: { keyEncryptionKey } });
    assert.equal((await reader.receiveMessage({ messageEncoding: "base64" })).content, "hi");
    assert.equal((await reader.receiveMessage()).content, "aGk=");
  });
});

test("the encoding of a service client is that of its queue clients, unless they have another", async () => {
  const fetch = script(({ method }) => (method === "PUT" ? { status: 201 } : sent));
  const service = new QueueServiceClient(account.url, account.sas, { fetch, messageEncoding: "base64" });
  await service.getQueueClient("orders").sendMessage("hi");
  await service.getQueueClient("orders", { messageEncoding: "text" }).sendMessage("hi");
  const queue = await service.createQueue("orders");
  await queue.sendMessage("hi");
  const texts = fetch.requests.filter(({ method }) => method === "POST").map(textOf);
  assert.deepEqual(texts, ["aGk=", "hi", "aGk="]);
});

describe("JSON", () => {
  const order = { id: 7, name: "é😀", of: [null, true, 1.5] };

  for (const [within, raw] of [
    [undefined, JSON.stringify(order)],
    ["text", JSON.stringify(order)],
    ["base64", base64(JSON.stringify(order))],
  ]) {
    test(`in ${within ?? "text, by default"}`, async () => {
      const fetch = script(sent);
      const messageEncoding = jsonEncoding(within);
      assert.equal((await queueWith(fetch, { messageEncoding }).sendMessage(order)).content, order);
      assert.equal(textOf(fetch.requests[0]), raw);
      const reader = queueWith(script(messagePage(raw)), { messageEncoding });
      assert.deepEqual((await reader.receiveMessage()).content, order);
    });
  }

  test('in "auto" it is read either way; a byte order mark is passed over', async () => {
    const texts = [JSON.stringify(order), base64(JSON.stringify(order)), base64(`\uFEFF${JSON.stringify(order)}`), "7"];
    const queue = queueWith(script(messagePage(...texts)), { messageEncoding: jsonEncoding("auto") });
    const contents = (await queue.peekMessages({ maxMessages: 4 })).map(({ content }) => content);
    assert.deepEqual(contents, [order, order, order, 7]);
    assert.equal((await rejection(queue.sendMessage(order))).argument, "messageEncoding");
  });

  test("what is none is an error of that message alone", async () => {
    const queue = queueWith(script(messagePage("[1]", "[1", "[2]")), { messageEncoding: jsonEncoding() });
    const [one, broken, two] = await queue.peekMessages({ maxMessages: 3 });
    assert.deepEqual([one.content, two.content, broken.rawContent], [[1], [2], "[1"]);
    assert.ok(broken.contentError.cause instanceof SyntaxError);
    // It may have been encrypted, and errors are logged.
    assert.doesNotMatch(String(broken.contentError.cause.message), /\[1/);
    assert.equal(broken.contentError.message, "The message could not be decoded: it is not JSON");
  });

  test("what JSON cannot hold is refused before anything is sent", async () => {
    const fetch = script(sent);
    const queue = queueWith(fetch, { messageEncoding: jsonEncoding() });
    const circle = {};
    circle.circle = circle;
    for (const content of [undefined, () => {}, Symbol("s"), 5n, circle]) {
      const error = await rejection(queue.sendMessage(content));
      assert.deepEqual([error.name, error.code, error.argument], ["TypeError", "InvalidArgument", "content"]);
      assert.match(error.message, /^content must be a value that JSON can hold; got /);
    }
    assert.equal(fetch.requests.length, 0);
  });

  test("encodings that are none for it are refused", () => {
    for (const within of ["base64-bytes", "utf8", null, 5, {}]) {
      assert.throws(() => jsonEncoding(within), { name: "RangeError", argument: "within" });
    }
  });
});

test("a page is decoded all at once, and delivered in its order", async () => {
  const begun = [];
  const waiting = [];
  const codec = {
    encode: String,
    decode: (text) =>
      new Promise((resolve) => {
        begun.push(text);
        waiting.push(() => resolve(text));
        // The last to come is the first to be done.
        if (waiting.length === 3) for (const done of waiting.reverse()) done();
      }),
  };
  const queue = queueWith(script(messagePage("a", "b", "c")), { messageEncoding: codec });
  const contents = [];
  for await (const { content } of queue.receiveMessages({ messagesPerPage: 3, maxMessages: 3 })) contents.push(content);
  assert.deepEqual(
    [begun, contents],
    [
      ["a", "b", "c"],
      ["a", "b", "c"],
    ],
  );
});

describe("what is too large is refused with what was given, what became of it, and what is allowed", () => {
  const sizes = /^content must be at most 65536 bytes after encoding; got (\d+) bytes after encoding \(given: (.*)\)$/;
  const text = "é".repeat(30_000);
  const codec = { encode: (content) => content.join("x".repeat(40_000)), decode: String };
  const encryption = { keyEncryptionKey };
  /** Nonce and tag are 28 bytes; all in Base64. */
  const sealed = async (bytes) => (await envelopeOf("")).length - 40 + Math.ceil((bytes + 28) / 3) * 4;
  const envelopeOf = async (content) => {
    const fetch = script(sent);
    await queueWith(fetch, { encryption }).sendMessage(content);
    return textOf(fetch.requests[0]);
  };

  for (const [what, content, options, encoded, given] of [
    ["Base64", text, { messageEncoding: "base64" }, 80_000, "text of 60000 bytes in UTF-8"],
    ["bytes", new Uint8Array(60_000), { messageEncoding: "base64-bytes" }, 80_000, "60000 bytes"],
    ["JSON", [text, text], { messageEncoding: jsonEncoding() }, 120_007, "120007 bytes"],
    ["a codec", ["a", "b", "c"], { messageEncoding: codec }, 80_003, "80003 bytes"],
    ["encryption", text, { encryption }, 60_000, "60000 bytes"],
    ["encrypted bytes", new Uint8Array(42_000), { encryption, messageEncoding: "base64-bytes" }, 56_000, "42000 bytes"],
  ]) {
    test(what, async () => {
      const fetch = script(sent);
      for (const call of [
        (queue) => queue.sendMessage(content),
        (queue) => queue.updateMessage("id", { popReceipt: "r", content }),
      ]) {
        const error = await rejection(call(queueWith(fetch, options)));
        assert.deepEqual([error.name, error.argument], ["RangeError", "content"]);
        const [, after, before] = sizes.exec(error.message);
        const expected = options.encryption ? await sealed(encoded) : encoded;
        assert.deepEqual([Number(after), before], [expected, given]);
      }
      assert.equal(fetch.requests.length, 0);
    });
  }

  test("the largest that fits is sent, to the byte", async () => {
    const fetch = script(sent);
    await queueWith(fetch, { messageEncoding: "base64" }).sendMessage("x".repeat(49_152));
    assert.equal(textOf(fetch.requests[0]).length, 65_536);
    const most = Math.floor((65_536 - (await sealed(0)) + 40) / 4) * 3 - 28;
    await envelopeOf("x".repeat(most));
    assert.equal((await rejection(envelopeOf("x".repeat(most + 1)))).name, "RangeError");
  });
});
