// The option messageEncoding: how content stands in the queue.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import vm from "node:vm";
import { DecodeError, isAzureError, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, collect, knownAnswers, messagePage, rejection, script, sent } from "../support/script.mjs";

let azurite;
let plain;
const bytes = (...values) => Uint8Array.from(values);

/** A client for the queue of these tests. */
const client = (messageEncoding) =>
  QueueClient.fromConnectionString(azurite.connectionString, "encodings", { messageEncoding });

before(async () => {
  azurite = await startAzurite();
  plain = client("text");
  await plain.createQueue();
});
after(() => azurite.stop());
beforeEach(() => plain.clearMessages());

const json = { encode: JSON.stringify, decode: JSON.parse };
const slowJson = { encode: async (content) => JSON.stringify(content), decode: async (text) => JSON.parse(text) };

describe("content and how it stands in the queue", () => {
  for (const [messageEncoding, content, raw] of [
    [undefined, "aGk=", "aGk="],
    ["text", "<é>", "<é>"],
    ["base64", "héllo 漢😀", "aMOpbGxvIOa8ovCfmIA="],
    ["base64", "", ""],
    ["base64", " \u0000\r\n", "IAANCg=="],
    ["base64-bytes", bytes(0, 255, 16), "AP8Q"],
    ["base64-bytes", bytes(), ""],
    [json, { a: [1, "é"] }, '{"a":[1,"é"]}'],
    [slowJson, null, "null"],
  ]) {
    const name = typeof messageEncoding === "object" ? "a codec of the caller's" : messageEncoding;
    test(`${name}: ${JSON.stringify(content)} stands there as ${JSON.stringify(raw)}`, async () => {
      const queue = client(messageEncoding);
      assert.deepEqual((await queue.sendMessage(content)).content, content);
      assert.equal((await plain.peekMessages())[0].content, raw);
      assert.deepEqual((await queue.peekMessages())[0].content, content);
      const [message] = await collect(queue.receiveMessages({ visibilityTimeout: 600 }));
      assert.deepEqual(message.content, content);
      const updated = await queue.updateMessage(message, { content });
      assert.deepEqual(updated.content, content);
      assert.equal((await plain.peekMessages())[0].content, raw);
      assert.deepEqual((await queue.receiveMessage()).content, content);
    });
  }

  test("without content in an update the codec is not asked", async () => {
    const asked = [];
    const queue = client({ encode: (content) => asked.push(content) && content, decode: (text) => text });
    await plain.sendMessage("x");
    const message = await queue.receiveMessage();
    await queue.updateMessage(message);
    await queue.updateVisibilityTimeout(await queue.receiveMessage(), 0);
    assert.deepEqual(asked, []);
  });

  test("getQueueClient, fromQueueUrl and the constructor take it too; without one content is text", async () => {
    const fetch = script(sent);
    const service = new QueueServiceClient(account.url, account.sas, { fetch });
    const options = { fetch, messageEncoding: "base64" };
    for (const queue of [
      service.getQueueClient("orders", { messageEncoding: "base64" }),
      QueueClient.fromQueueUrl(`${account.url}/orders`, account.sas, options),
      new QueueClient(account.url, "orders", account.sas, options),
    ]) {
      await queue.sendMessage("hi");
      assert.match(fetch.requests.at(-1).body, /<MessageText>aGk=<\/MessageText>/);
    }
    await service.getQueueClient("orders").sendMessage("hi");
    assert.match(fetch.requests.at(-1).body, /<MessageText>hi<\/MessageText>/);
  });
});

describe("bytes", () => {
  const whole = bytes(9, 1, 2, 3, 9);
  for (const [what, content] of [
    ["a Uint8Array", bytes(1, 2, 3)],
    ["a part of a larger array", whole.subarray(1, 4)],
    ["a Buffer", Buffer.from([1, 2, 3])],
    ["an ArrayBuffer", bytes(1, 2, 3).buffer],
    ["a Uint8Array of another realm", vm.runInNewContext("Uint8Array.of(1, 2, 3)")],
    ["an ArrayBuffer of another realm", vm.runInNewContext("Uint8Array.of(1, 2, 3).buffer")],
  ]) {
    test(`are taken from ${what}`, async () => {
      const fetch = script(sent);
      const queue = new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding: "base64-bytes" });
      await queue.sendMessage(content);
      assert.match(fetch.requests[0].body, /<MessageText>AQID<\/MessageText>/);
    });
  }

  test("come as arrays of their own, which nothing changes", async () => {
    const fetch = script(messagePage("AQID", "BAUG"));
    const queue = new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding: "base64-bytes" });
    const [first, second] = await queue.peekMessages({ maxMessages: 2 });
    assert.equal(first.content.constructor, Uint8Array);
    assert.equal(first.content.buffer.byteLength, 3);
    first.content.fill(0);
    await queue.peekMessages({ maxMessages: 2 });
    assert.deepEqual(second.content, bytes(4, 5, 6));
  });

  for (const [messageEncoding, content] of [
    ["text", bytes(1)],
    ["base64", bytes(1)],
    ["base64-bytes", "text"],
  ]) {
    test(`${messageEncoding} refuses ${typeof content === "string" ? "text" : "bytes"}`, async () => {
      const fetch = script(sent);
      const queue = new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding });
      const error = await rejection(queue.sendMessage(content));
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /^content .*base64-bytes/);
      assert.equal(fetch.requests.length, 0);
    });
  }
});

describe("the known answers of Python's decoding", () => {
  const cases = knownAnswers("vectors.json").encoding.filter(({ policy }) => policy.endsWith("Base64Decode"));
  test("are there", () => assert.equal(cases.length, 14));

  for (const { policy, input, output, error } of cases) {
    test(`${policy} of ${JSON.stringify(input)}`, async () => {
      const fetch = script(messagePage(input));
      const messageEncoding = policy.startsWith("Text") ? "base64" : "base64-bytes";
      const queue = new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding });
      const message = await queue.receiveMessage();
      if (error) {
        assert.equal(message.contentError.name, error.split(":")[0]);
        assert.equal(message.rawContent, input);
      } else {
        const expected =
          typeof output === "string" ? output : Uint8Array.from(Buffer.from(output.__bytes_hex__, "hex"));
        assert.deepEqual(message.content, expected);
        assert.equal(message.contentError, undefined);
      }
    });
  }
});

describe("a message that cannot be decoded", () => {
  const broken = new Error("not mine");
  const codec = {
    encode: String,
    decode(text) {
      if (text === "not base64!") throw broken;
      return Buffer.from(text, "base64").toString();
    },
  };
  const slow = { encode: String, decode: async (text) => codec.decode(text) };

  for (const [name, messageEncoding] of [
    ["base64", "base64"],
    ["a codec", codec],
    ["an asynchronous codec", slow],
  ]) {
    for (const [how, get] of [
      ["received", async (queue) => await collect(queue.receiveMessages({ messagesPerPage: 32 }))],
      ["peeked", async (queue) => await queue.peekMessages({ maxMessages: 32 })],
    ]) {
      test(`${name}: ${how}, it carries its text and its error, and the others of its page come as usual`, async () => {
        for (const text of ["b25l", "not base64!", "dGhyZWU="]) await plain.sendMessage(text);
        const [one, bad, three] = await get(client(messageEncoding));
        assert.equal(one.content, "one");
        assert.equal(three.content, "three");
        for (const { contentError, rawContent } of [one, three])
          assert.deepEqual([contentError, rawContent], [undefined, undefined]);
        assert.equal(bad.rawContent, "not base64!");
        assert.ok(bad.contentError instanceof DecodeError && isAzureError(bad.contentError, "DecodeError"));
        assert.equal(bad.contentError.cause, messageEncoding === "base64" ? undefined : broken);
        assert.throws(
          () => bad.content,
          (error) => error === bad.contentError,
        );
        assert.equal(JSON.parse(JSON.stringify(bad)).rawContent, "not base64!");
        assert.equal({ ...bad }.id, bad.id);
        assert.equal(bad.popReceipt !== undefined, how === "received");
      });
    }
  }

  test("receiveMessage gives it too", async () => {
    await plain.sendMessage("not base64!");
    const message = await client("base64").receiveMessage();
    assert.equal(message.rawContent, "not base64!");
    assert.throws(() => message.content, DecodeError);
  });

  test("it can be hidden for longer and deleted; what an update gives is as undecodable as before", async () => {
    await plain.sendMessage("not base64!");
    const queue = client("base64");
    const message = await queue.receiveMessage();
    const hidden = await queue.updateVisibilityTimeout(message, 600);
    assert.equal(hidden.rawContent, "not base64!");
    assert.throws(() => hidden.content, DecodeError);
    await queue.deleteMessage(hidden);
    assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
  });

  test("new content mends it", async () => {
    await plain.sendMessage("not base64!");
    const queue = client("base64");
    const updated = await queue.updateMessage(await queue.receiveMessage(), { content: "mended" });
    assert.equal(updated.content, "mended");
    assert.equal(updated.contentError, undefined);
    assert.equal(updated.rawContent, undefined);
    assert.equal((await queue.receiveMessage()).content, "mended");
  });
});

describe("a codec that fails to encode", () => {
  const fetch = script(sent);
  const queue = (encode) =>
    new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding: { encode, decode: String } });
  const failed = new Error("cannot encode");

  for (const [what, encode, check] of [
    [
      "throws",
      () => {
        throw failed;
      },
      (error) => assert.equal(error, failed),
    ],
    [
      "rejects",
      async () => {
        throw failed;
      },
      (error) => assert.equal(error, failed),
    ],
    [
      "gives no text",
      () => 5,
      (error) => {
        assert.ok(error instanceof TypeError);
        assert.equal(error.message, "messageEncoding.encode must return text; got 5");
      },
    ],
  ]) {
    test(`because it ${what}: nothing is sent`, async () => {
      check(await rejection(queue(encode).sendMessage("x")));
      check(await rejection(queue(encode).updateMessage("id-1", { popReceipt: "r", content: "x" })));
      assert.equal(fetch.requests.length, 0);
    });
  }
});
