// Encrypted messages that somebody else wrote: known ones, ones with other things in the places of their parts, and
// anything else; and what must hold whatever came.

import assert from "node:assert/strict";
import { QueueClient } from "azure-queue-wasm";
import fc from "fast-check";
import { aesKey } from "./keys.mjs";
import { account, knownAnswers, messagePage, script } from "./script.mjs";

const { vectors } = knownAnswers("vectors.json").encryption;
const keyEncryptionKey = aesKey("local:key1", Buffer.from(vectors[0].kek.key_hex, "hex"));
const [good] = vectors;
const plaintexts = vectors.map(({ plaintext }) => plaintext);

export const known = vectors.map(({ envelope, plaintext, version }) => ({
  envelope: JSON.parse(envelope),
  plaintext,
  version,
}));

/** What becomes of texts in a queue, between two messages that are as they should be. */
export async function received(texts, encryption = {}) {
  const escaped = [good.envelope, ...texts, good.envelope].map((each) =>
    each.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll("\r", "&#13;"),
  );
  const queue = new QueueClient(account.url, "orders", undefined, {
    fetch: script(messagePage(...escaped)),
    encryption: { keyEncryptionKey, ...encryption },
  });
  const [before, ...messages] = await queue.peekMessages({ maxMessages: 32 });
  const after = messages.pop();
  assert.deepEqual([before.content, after.content, messages.length], [good.plaintext, good.plaintext, texts.length]);
  return messages;
}

export function assertRefused(message, text) {
  assert.equal(message.contentError?.name, "DecodeError");
  assert.equal(message.rawContent, text);
  assert.throws(() => message.content, message.contentError);
}

/** Whatever a text holds, it has an error of its own, or the content that was encrypted, or is what was sent plain. */
export function assertKnownOrRefused(message, text, required) {
  if (message.contentError) assertRefused(message, text);
  else if (!plaintexts.includes(message.content) && (required || message.content !== text)) {
    // Version 1.0 has no authentication: what was tampered with may come out as other text.
    assert.equal(JSON.parse(text).EncryptionData.EncryptionAgent.Protocol, "1.0", text);
  }
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

export const anything = fc.oneof(
  odd.map((value) => JSON.stringify(value)),
  broken,
  fc.string({ unit: "binary" }),
);
