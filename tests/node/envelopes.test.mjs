// Encrypted messages that somebody else wrote: whatever they hold, a page is delivered, and what was tampered with is
// never taken for what was sent. `npm run fuzz -- envelopes` does the first of it with millions.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { anything, assertKnownOrRefused, assertRefused, known, received } from "../support/envelopes.mjs";

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
