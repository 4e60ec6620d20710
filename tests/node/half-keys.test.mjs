// A key-encryption key needs only the half that the client uses, and a missing half is reported when it is needed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createKeyEncryptionKey, QueueClient, QueueServiceClient } from "azure-queue-wasm";
import { aesKey } from "../support/keys.mjs";
import { account, messagePage, rejection, script, sent } from "../support/script.mjs";

const { subtle } = globalThis.crypto;
const { keyId, algorithm, wrapKey, unwrapKey } = aesKey("orders-2026", Buffer.alloc(32, 7));
const queueWith = (fetch, encryption) => new QueueClient(account.url, "orders", account.sas, { fetch, encryption });
const updated = {
  status: 204,
  headers: { "x-ms-popreceipt": "r2", "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:35 GMT" },
};

/** The text that a client sends. */
async function sentText(encryption, content = "secret") {
  const fetch = script(sent);
  await queueWith(fetch, encryption).sendMessage(content);
  return /<MessageText>(.*)<\/MessageText>/s.exec(fetch.requests[0].body)[1];
}

const received = (text, encryption) => queueWith(script(messagePage(text)), encryption).receiveMessage();
const cannotEncrypt = (name, id = keyId) =>
  `encryption.keyEncryptionKey.${name} is missing, so the key "${id}" cannot encrypt. To send, use a key with wrapKey ` +
  "and algorithm; createKeyEncryptionKey makes one of a public or secret key.";
const cannotDecrypt = (argument, id = keyId) =>
  `encryption.${argument}.unwrapKey is missing, so the key "${id}" cannot decrypt. To receive, use a key with ` +
  "unwrapKey; createKeyEncryptionKey makes one of a private or secret key.";

for (const version of ["1.0", "2.0"]) {
  test(`sends with { keyId, algorithm, wrapKey } and receives with { keyId, unwrapKey }, version ${version}`, async () => {
    const text = await sentText({ keyEncryptionKey: { keyId, algorithm, wrapKey }, version, required: true });
    assert.doesNotMatch(text, /secret/);
    for (const encryption of [
      { keyEncryptionKey: { keyId, unwrapKey }, required: true },
      { keyResolver: () => ({ keyId, unwrapKey }), required: true },
      { keyEncryptionKey: { keyId, algorithm, wrapKey }, keyResolver: async () => ({ keyId, unwrapKey }) },
    ]) {
      assert.equal((await received(text, encryption)).content, "secret");
    }
  });
}

test("calls the functions of a half key as its methods", async () => {
  class Half {
    keyId = keyId;
    algorithm = algorithm;
    wrapKey(bytes) {
      assert.equal(this.keyId, keyId);
      return wrapKey(bytes);
    }
  }
  class OtherHalf {
    keyId = keyId;
    unwrapKey(bytes, by) {
      assert.equal(this.keyId, keyId);
      return unwrapKey(bytes, by);
    }
  }
  const text = await sentText({ keyEncryptionKey: new Half() });
  assert.equal((await received(text, { keyEncryptionKey: new OtherHalf() })).content, "secret");
});

describe("a key that cannot encrypt", () => {
  for (const [what, key, name] of [
    ["without wrapKey", { keyId, unwrapKey }, "wrapKey"],
    ["without wrapKey, beside an algorithm", { keyId, algorithm, unwrapKey }, "wrapKey"],
    ["without algorithm", { keyId, wrapKey, unwrapKey }, "algorithm"],
  ]) {
    test(`refuses to send before a request (${what})`, async () => {
      const fetch = script(updated);
      for (const required of [true, false]) {
        const queue = queueWith(fetch, { keyEncryptionKey: key, required });
        for (const call of [
          () => queue.sendMessage("secret"),
          () => queue.updateMessage("id", { popReceipt: "r", content: "secret" }),
        ]) {
          const error = await rejection(call());
          assert.equal(error.message, cannotEncrypt(name));
          assert.deepEqual(
            [error.name, error.code, error.argument],
            ["TypeError", "InvalidArgument", `encryption.keyEncryptionKey.${name}`],
          );
        }
      }
      assert.equal(fetch.requests.length, 0);
    });

    test(`still updates without content, and releases a message (${what})`, async () => {
      const queue = queueWith(script(updated), { keyEncryptionKey: key });
      assert.equal((await queue.updateMessage("id", { popReceipt: "r" })).popReceipt, "r2");
      assert.equal((await queue.updateVisibilityTimeout("id", 5, { popReceipt: "r" })).popReceipt, "r2");
    });
  }
});

describe("a key that cannot decrypt", () => {
  for (const [argument, encryption] of [
    ["keyEncryptionKey", { keyEncryptionKey: { keyId, algorithm, wrapKey } }],
    ["keyResolver's key", { keyResolver: () => ({ keyId, algorithm, wrapKey }) }],
  ]) {
    test(`gives an encrypted message a contentError that names the half (${argument})`, async () => {
      const text = await sentText({ keyEncryptionKey: { keyId, algorithm, wrapKey } });
      const { contentError, rawContent } = await received(text, encryption);
      assert.equal(contentError.name, "DecodeError");
      assert.equal(contentError.message, `The message could not be decrypted: ${cannotDecrypt(argument)}`);
      assert.equal(contentError.cause.argument, `encryption.${argument}.unwrapKey`);
      assert.equal(rawContent, text);
    });

    test(`reads a message that is not encrypted, unless encryption is required (${argument})`, async () => {
      assert.equal((await received("plain", encryption)).content, "plain");
      const refused = await received("plain", { ...encryption, required: true });
      assert.match(refused.contentError.message, /encryption is required/);
    });
  }
});

describe("a key that has no use", () => {
  for (const [what, key, argument, message] of [
    [
      "neither wrapKey nor unwrapKey",
      { keyId, algorithm },
      "encryption.keyEncryptionKey",
      "encryption.keyEncryptionKey has neither wrapKey nor unwrapKey. Add wrapKey and algorithm to send encrypted " +
        "messages, unwrapKey to receive them, or all three.",
    ],
    [
      "wrapKey without algorithm",
      { keyId, wrapKey },
      "encryption.keyEncryptionKey.algorithm",
      cannotEncrypt("algorithm"),
    ],
    [
      "no keyId",
      { unwrapKey },
      "encryption.keyEncryptionKey.keyId",
      "encryption.keyEncryptionKey.keyId must be text (a string); got undefined",
    ],
  ]) {
    test(`is refused by constructors and static methods: ${what}`, () => {
      const encryption = { keyEncryptionKey: key };
      for (const open of [
        () => queueWith(script(sent), encryption),
        () => new QueueServiceClient(account.url, account.sas, { encryption }),
        () => QueueClient.fromQueueUrl(`${account.url}/orders?${account.sas}`, undefined, { encryption }),
      ]) {
        assert.throws(open, { name: "TypeError", code: "InvalidArgument", argument, message });
      }
    });
  }
});

describe("createKeyEncryptionKey leaves out the half that its source cannot do", () => {
  const pair = (usages) =>
    subtle.generateKey(
      { name: "RSA-OAEP", hash: "SHA-256", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1) },
      true,
      usages,
    );
  const aes = (usages) => subtle.generateKey({ name: "AES-KW", length: 256 }, true, usages);
  const both = ["wrapKey", "unwrapKey"];

  for (const [what, source, halves] of [
    ["a public RSA key", async () => (await pair(both)).publicKey, ["wrapKey"]],
    ["a private RSA key", async () => (await pair(both)).privateKey, ["unwrapKey"]],
    ["a pair whose private key is missing", async () => ({ publicKey: (await pair(both)).publicKey }), ["wrapKey"]],
    ["a pair whose public key is missing", async () => ({ privateKey: (await pair(both)).privateKey }), ["unwrapKey"]],
    ["a pair", () => pair(both), both],
    ["an AES key that only wraps", () => aes(["wrapKey"]), ["wrapKey"]],
    ["an AES key that only unwraps", () => aes(["unwrapKey"]), ["unwrapKey"]],
    ["an AES key", () => aes(both), both],
    [
      "a public JSON Web Key",
      async () => ({ ...(await subtle.exportKey("jwk", (await pair(both)).publicKey)), alg: "RSA-OAEP-256" }),
      ["wrapKey"],
    ],
    [
      "a private JSON Web Key, which contains the public one",
      async () => ({ ...(await subtle.exportKey("jwk", (await pair(both)).privateKey)), alg: "RSA-OAEP-256" }),
      both,
    ],
  ]) {
    test(`${what}: ${halves.join(" and ")}`, async () => {
      const key = await createKeyEncryptionKey(await source(), { keyId: "k" });
      assert.deepEqual(Object.keys(key), ["keyId", "algorithm", ...halves]);
      const encryption = { keyEncryptionKey: key };
      if (halves.includes("wrapKey")) await sentText(encryption);
      else assert.equal((await rejection(sentText(encryption))).message, cannotEncrypt("wrapKey", "k"));
    });
  }
});
