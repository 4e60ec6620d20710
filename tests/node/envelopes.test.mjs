// Encrypted messages that somebody else wrote: whatever they hold, a page is delivered, and what was tampered with is
// never taken for what was sent. `npm run fuzz -- envelopes` does the first of it with millions.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { createKeyEncryptionKey } from "azure-queue-wasm";
import fc from "fast-check";
import { anything, assertKnownOrRefused, assertRefused, known, received } from "../support/envelopes.mjs";
import { knownAnswers } from "../support/script.mjs";

const [{ kek }] = knownAnswers("vectors.json").encryption.vectors;
const k = Buffer.from(kek.key_hex, "hex").toString("base64url");
const webKey = () => createKeyEncryptionKey({ kty: "oct", k, kid: "local:key1" });

for (const required of [false, true]) {
  test(`any text${required ? " where encryption is required" : ""}: known content or an error of its own`, async () => {
    const property = fc.asyncProperty(anything, async (text) => {
      const [message] = await received([text], { required });
      assertKnownOrRefused(message, text, required);
    });
    await fc.assert(property, { numRuns: 1000 });
  });
}

test("an initialisation vector that only claims a length is not made into so many bytes", async () => {
  const { envelope } = known.find(({ version }) => version === "1.0");
  const tampered = structuredClone(envelope);
  Object.assign(tampered.EncryptionData, { ContentEncryptionIV: { length: 16 }, EncryptedRegionInfo: {} });
  const text = JSON.stringify(tampered);
  const [message] = await received([text]);
  assertRefused(message, text);
  assert.match(message.contentError.message, /it has no initialisation vector$/);
});

test("names that came with a message do not fill its error, nor end its lines", async () => {
  const encryption = { keyEncryptionKey: await webKey() };
  for (const name of ["KeyId", "Algorithm"]) {
    const tampered = structuredClone(known[0].envelope);
    tampered.EncryptionData.WrappedContentKey[name] = `\u001b[2J\n${"x".repeat(40_000)}`;
    const [{ contentError }] = await received([JSON.stringify(tampered)], encryption);
    assert.match(contentError.message, /"\\u001b\[2J\\nx+…"/);
    assert.doesNotMatch(contentError.message, /\p{Cc}/u);
    assert.ok(contentError.message.length < 500);
  }
});

test("where `Buffer` is something else, such as an element of a page with this id, messages are read too", async () => {
  const { envelope, plaintext } = known[0];
  const key = await webKey();
  const { Buffer } = globalThis;
  // Not before: Node's fetch needs it.
  const keyResolver = () => {
    globalThis.Buffer = { id: "Buffer" };
    return key;
  };
  try {
    const [message] = await received([JSON.stringify(envelope)], { keyResolver });
    assert.equal(message.content, plaintext);
  } finally {
    globalThis.Buffer = Buffer;
  }
});

describe("what was tampered with is not taken for what was sent", () => {
  const parts = {
    contents: (envelope) => [envelope, "EncryptedMessageContents"],
    key: (envelope) => [envelope.EncryptionData.WrappedContentKey, "EncryptedKey"],
    iv: (envelope) => [envelope.EncryptionData, "ContentEncryptionIV"],
  };
  for (const [version, names] of [
    ["1.0", ["contents", "key", "iv"]],
    ["2.0", ["contents", "key"]],
  ]) {
    const sealed = known.filter((each) => each.version === version);
    for (const name of names) {
      test(`${version}: a bit of the ${name}`, async () => {
        assert.ok(sealed.length > 0);
        const bit = fc.tuple(fc.constantFrom(...sealed), fc.nat(), fc.nat({ max: 7 }));
        const property = fc.asyncProperty(bit, async ([{ envelope, plaintext }, at, shift]) => {
          const tampered = structuredClone(envelope);
          const [object, field] = parts[name](tampered);
          const bytes = Buffer.from(object[field], "base64");
          bytes[at % bytes.length] ^= 1 << shift;
          object[field] = bytes.toString("base64");
          const text = JSON.stringify(tampered);
          const [message] = await received([text]);
          if (version === "2.0" || name === "key" || message.contentError) assertRefused(message, text);
          else assert.notEqual(message.content, plaintext);
        });
        await fc.assert(property, { numRuns: 200 });
      });
    }
  }

  test("another protocol", async () => {
    for (const { envelope, version } of known) {
      for (const [protocol, algorithm] of [
        ["1.0", "AES_CBC_256"],
        ["2.0", "AES_GCM_256"],
        ["2.1", "AES_GCM_256"],
      ]) {
        if (protocol === version) continue;
        const tampered = structuredClone(envelope);
        tampered.EncryptionData.EncryptionAgent = { Protocol: protocol, EncryptionAlgorithm: algorithm };
        tampered.EncryptionData.ContentEncryptionIV ??= Buffer.alloc(16).toString("base64");
        const text = JSON.stringify(tampered);
        const [message] = await received([text]);
        assertRefused(message, text);
      }
    }
  });
});
