// Client-side encryption: known answers through a scripted fetch, and the real thing through Azurite.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { after, before, test } from "node:test";
import { QueueClient, QueueServiceClient } from "azure-queue-wasm";
import { startAzurite } from "../support/azurite.mjs";
import { aesKey } from "../support/keys.mjs";
import { messagePage, sent as sentMessage } from "../support/script.mjs";

const vectors = JSON.parse(readFileSync(new URL("../vectors/vectors.json", import.meta.url))).encryption;
const keyId = "local:key1";
const key = Buffer.from(vectors.vectors[0].kek.key_hex, "hex");
const url = "http://127.0.0.1/dev";

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** Receives messages with these texts from a scripted service. */
async function receive(texts, encryption, options = {}) {
  const { body } = messagePage(...texts.map(escaped));
  const queue = new QueueClient(url, "orders", undefined, {
    fetch: async () => new Response(body),
    encryption,
    ...options,
  });
  return queue.peekMessages({ maxMessages: 32 });
}

/** What a client sends, as the text that is queued. */
async function sent(content, encryption, options = {}) {
  let text;
  const fetch = async (_url, { body }) => {
    text = /<MessageText>(.*)<\/MessageText>/s.exec(body)[1];
    return new Response(sentMessage.body, { status: 201 });
  };
  await new QueueClient(url, "orders", undefined, { fetch, encryption, ...options }).sendMessage(content);
  return text;
}

for (const version of ["1.0", "2.0"]) {
  test(`the envelope that ${version} writes is that of the known answers`, async () => {
    const envelope = JSON.parse(await sent("hé <&>", { keyEncryptionKey: aesKey(keyId, key), version }));
    const { envelope_parsed: known } = vectors.vectors.find((vector) => vector.version === version);
    const shape = (value) =>
      typeof value === "object" ? Object.entries(value).map(([name, inner]) => [name, shape(inner)]) : typeof value;
    assert.deepEqual(shape(envelope), shape(known));
    assert.deepEqual(envelope.EncryptionData.EncryptionAgent, known.EncryptionData.EncryptionAgent);
    assert.deepEqual(envelope.EncryptionData.EncryptedRegionInfo, known.EncryptionData.EncryptedRegionInfo);
    const lengthOf = (base64) => Buffer.from(base64, "base64").length;
    assert.equal(lengthOf(envelope.EncryptionData.WrappedContentKey.EncryptedKey), version === "1.0" ? 40 : 48);
  });

  test(`what ${version} writes is read again, by key and by resolver, in every encoding`, async () => {
    const keyEncryptionKey = aesKey("k", key);
    for (const [messageEncoding, content] of [
      ["text", "é😀"],
      ["text", ""],
      ["base64", "é😀"],
      ["base64-bytes", new Uint8Array([0, 255])],
    ]) {
      const text = await sent(content, { keyEncryptionKey, version }, { messageEncoding });
      for (const encryption of [
        { keyEncryptionKey },
        { keyResolver: async (id) => (id === "k" ? keyEncryptionKey : undefined) },
      ]) {
        const [message] = await receive([text], { ...encryption, required: true }, { messageEncoding });
        assert.deepEqual(message.content, content);
      }
    }
  });
}

test("one tampered message of a page harms no other", async () => {
  const [good] = vectors.vectors.filter(({ version }) => version === "2.0");
  const bad = good.envelope.replace(
    /"EncryptedMessageContents": "(.)/,
    (_, first) => `"EncryptedMessageContents": "${first === "A" ? "B" : "A"}`,
  );
  const messages = await receive([good.envelope, bad, good.envelope], { keyEncryptionKey: aesKey(keyId, key) });
  assert.deepEqual(
    messages.map((message) => message.contentError?.name),
    [undefined, "DecodeError", undefined],
  );
});

test("what is no content is refused, and not sent as an empty text", async () => {
  const keyEncryptionKey = aesKey("k", key);
  for (const messageEncoding of ["text", "base64", "base64-bytes"]) {
    await assert.rejects(sent(undefined, { keyEncryptionKey }, { messageEncoding }), {
      name: "TypeError",
      argument: "content",
      message: /; got undefined$/,
    });
  }
});

test("a key that has lost its name does not write what nobody could read", async () => {
  const keyEncryptionKey = aesKey("k", key);
  const wrapKey = (bytes) => {
    keyEncryptionKey.keyId = undefined;
    return aesKey("k", key).wrapKey(bytes);
  };
  await assert.rejects(sent("x", { keyEncryptionKey: Object.assign(keyEncryptionKey, { wrapKey }) }), {
    name: "TypeError",
    argument: "encryption.keyEncryptionKey.keyId",
  });
});

test("with a resolver alone, what is sent stays in clear", async () => {
  assert.equal(await sent("x", { keyResolver: () => aesKey("k", key) }), "x");
});

let azurite;
before(async () => {
  azurite = await startAzurite();
});
after(() => azurite.stop());

test("through Azurite: send, receive, update, delete; the queue holds no plain text", async () => {
  const encryption = { keyEncryptionKey: aesKey("k", key), required: true };
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString, { encryption });
  const queue = service.getQueueClient("encrypted", { messageEncoding: "base64" });
  await queue.createQueue();
  const { content } = await queue.sendMessage("secret");
  assert.equal(content, "secret");
  const plain = QueueClient.fromConnectionString(azurite.connectionString, "encrypted");
  assert.doesNotMatch((await plain.peekMessages())[0].content, /secret|c2VjcmV0/);
  const received = await queue.receiveMessage();
  assert.equal(received.content, "secret");
  const updated = await queue.updateMessage(received, { content: "changed" });
  assert.equal((await queue.peekMessages())[0].content, "changed");
  await queue.deleteMessage(updated);
  await plain.sendMessage("in clear");
  assert.match((await queue.receiveMessage()).contentError.message, /encryption is required/);
});
