// Encrypted messages that somebody else wrote: whatever they hold, a page is delivered, and what was tampered with is
// never taken for what was sent. The core's readers have targets in fuzz/; this one is in js/encryption.ts.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient } from "azure-queue-wasm";
import fc from "fast-check";
import { aesKey } from "../support/keys.mjs";
import { account, knownAnswers, messagePage, script } from "../support/script.mjs";

const { vectors } = knownAnswers("vectors.json").encryption;
const keyEncryptionKey = aesKey("local:key1", Buffer.from(vectors[0].kek.key_hex, "hex"));
const known = vectors.map(({ envelope, plaintext, version }) => ({
  envelope: JSON.parse(envelope),
  plaintext,
  version,
}));
const [good] = vectors;
const options = { numRuns: 1000 };

/** What becomes of a text in a queue, between two messages that are as they should be. */
async function received(text, encryption = {}) {
  const escaped = [good.envelope, text, good.envelope].map((each) =>
    each.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\r", "&#13;"),
  );
  const queue = new QueueClient(account.url, "orders", undefined, {
    fetch: script(messagePage(...escaped)),
    encryption: { keyEncryptionKey, ...encryption },
  });
  const [before, message, after, ...more] = await queue.peekMessages({ maxMessages: 32 });
  assert.deepEqual([before.content, after.content, more], [good.plaintext, good.plaintext, []]);
  return message;
}

function assertRefused(message, text) {
  assert.equal(message.contentError?.name, "DecodeError");
  assert.equal(message.rawContent, text);
  assert.throws(() => message.content, message.contentError);
}

/** One of the known envelopes with other things in the places of some of its parts. */
const odd = fc
  .constantFrom(...known)
  .map(({ envelope }) => envelope)
  .chain((envelope) => {
    const other = fc.oneof(
      fc.jsonValue(),
      fc.constantFrom("", "1.0", "2.0", "2.1", "AES_CBC_256", "AES_GCM_256", "local:key1", "A256KW", "AAAA", "!", 12),
    );
    const part = (value) =>
      typeof value === "object" && value !== null
        ? fc.record(Object.fromEntries(Object.entries(value).map(([name, inner]) => [name, part(inner)])))
        : fc.oneof({ weight: 9, arbitrary: fc.constant(value) }, { weight: 1, arbitrary: other });
    return fc.oneof({ weight: 9, arbitrary: part(envelope) }, { weight: 1, arbitrary: other });
  });

/** A text with a piece in the place of another. */
const broken = fc
  .tuple(fc.constantFrom(...vectors), fc.nat(), fc.nat({ max: 20 }), fc.string({ unit: "binary", maxLength: 5 }))
  .map(([{ envelope }, at, length, piece]) => {
    const from = at % envelope.length;
    return envelope.slice(0, from) + piece + envelope.slice(from + length);
  });

const anything = fc.oneof(
  odd.map((value) => JSON.stringify(value)),
  broken,
  fc.string({ unit: "binary" }),
);

test("any text: content or an error of its own, and the page is delivered", async () => {
  const plaintexts = known.map(({ plaintext }) => plaintext);
  const property = fc.asyncProperty(anything, async (text) => {
    const message = await received(text);
    if (message.contentError) assertRefused(message, text);
    else assert.ok([text, ...plaintexts].includes(message.content) || isUnauthenticated(text), text);
  });
  await fc.assert(property, options);
});

test("any text where encryption is required: only what was encrypted has content", async () => {
  const plaintexts = known.map(({ plaintext }) => plaintext);
  const property = fc.asyncProperty(anything, async (text) => {
    const message = await received(text, { required: true });
    if (message.contentError) assertRefused(message, text);
    else assert.ok(plaintexts.includes(message.content) || isUnauthenticated(text), text);
  });
  await fc.assert(property, options);
});

/** Version 1.0 has no authentication: what was tampered with may come out as other text. */
function isUnauthenticated(text) {
  return JSON.parse(text).EncryptionData.EncryptionAgent.Protocol === "1.0";
}

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
          const message = await received(text);
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
        assertRefused(await received(text), text);
      }
    }
  });
});
