// What it takes to decrypt a page of 32 messages of 32 KiB, beside the same work by hand with WebCrypto alone, in
// milliseconds on the clock. In each round, in an order of chance: our page with decryption; our page without it, whose texts
// are taken as they are; the same texts decrypted by hand, all 32 at once (parse the envelope, decode its Base64, unwrap the
// key, import it, decrypt, decode the text), without any of our checks; a page whose texts are decrypted by hand, which is
// what ours has to be compared with; and the calls of WebCrypto alone. The answer to the request is instant.

import { createKeyEncryptionKey, QueueClient } from "azure-queue-wasm";
import { head, line, median, spread } from "../lib/table.mjs";

const { subtle } = globalThis.crypto;
const hmac = { name: "HMAC", hash: "SHA-256" };
const kek = await subtle.generateKey({ name: "AES-KW", length: 256 }, true, ["wrapKey", "unwrapKey"]);
const keyEncryptionKey = await createKeyEncryptionKey(kek, { keyId: "k" });
const plain = "0123456789abcde\n".repeat(2048);

const times =
  "<InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>" +
  "<ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>" +
  "<TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible><PopReceipt>r</PopReceipt>";

const envelopes = [];
for (let i = 0; i < 32; i++) envelopes.push(await envelopeOf(plain));
const messages = envelopes.map(
  (text, i) => `<MessageId>m${i}</MessageId>${times}<DequeueCount>1</DequeueCount><MessageText>${text}</MessageText>`,
);
const xml = messages.map((message) => `<QueueMessage>${message}</QueueMessage>`).join("");
const body = new TextEncoder().encode(`<QueueMessagesList>${xml}</QueueMessagesList>`);
const sealed = envelopes.map(partsOf);

const utf8 = new TextDecoder("utf-8", { fatal: true });
const ways = {
  "calls of WebCrypto": () => Promise.all(sealed.map(openWithWebCrypto)),
  "by hand": () => Promise.all(envelopes.map(openByHand)),
  "page, decrypted": () => pageWith({ keyEncryptionKey, required: true }),
  "page, as it is": () => pageWith(undefined),
  "page, by hand": async () => Promise.all((await pageWith(undefined)).map(({ content }) => openByHand(content))),
};

export async function decryption({ rounds }, tell) {
  const times = Object.fromEntries(Object.keys(ways).map((name) => [name, []]));
  for (let round = -20; round < 20 * rounds; round++) {
    for (const [name, run] of shuffled(Object.entries(ways))) {
      const begun = performance.now();
      await run();
      if (round >= 0) times[name].push(performance.now() - begun);
    }
  }
  tell(head("", "milliseconds", "to calls of WebCrypto", "to page, by hand"));
  for (const [name, all] of Object.entries(times)) {
    const to = (other) => median(all.map((time, i) => time / times[other][i])).toFixed(2);
    tell(line(name, spread(all), to("calls of WebCrypto"), to("page, by hand")));
  }
  return times;
}

/** In an order of chance: what collects garbage now and then would else do so in the turn of the same one. */
function shuffled(list) {
  return list
    .map((item) => [Math.random(), item])
    .sort(([a], [b]) => a - b)
    .map(([, item]) => item);
}

function partsOf(text) {
  const { EncryptedMessageContents: contents, EncryptionData: data } = JSON.parse(text);
  return {
    wrapped: Buffer.from(data.WrappedContentKey.EncryptedKey, "base64"),
    contents: Buffer.from(contents, "base64"),
  };
}

async function openByHand(text) {
  return utf8.decode(await openWithWebCrypto(partsOf(text)));
}

async function openWithWebCrypto({ wrapped, contents }) {
  const unwrapped = await subtle.unwrapKey("raw", wrapped, kek, "AES-KW", hmac, true, ["sign"]);
  const bytes = new Uint8Array(await subtle.exportKey("raw", unwrapped));
  const key = await subtle.importKey("raw", bytes.subarray(8), "AES-GCM", false, ["decrypt"]);
  return await subtle.decrypt({ name: "AES-GCM", iv: contents.subarray(0, 12) }, key, contents.subarray(12));
}

async function pageWith(encryption) {
  const fetch = async () => new Response(body, { headers: { "content-length": String(body.length) } });
  const queue = new QueueClient("https://a.example", "orders", undefined, { fetch, encryption });
  const page = await queue.peekMessages({ maxMessages: 32 });
  const expected = encryption ? plain : envelopes[0];
  if (page[0].content !== expected) throw new Error("that is not what was sent");
  return page;
}

async function envelopeOf(content) {
  let text;
  const fetch = async (_url, init) => {
    text = /<MessageText>(.*)<\/MessageText>/s.exec(init.body)[1];
    const message = `<QueueMessage><MessageId>m</MessageId>${times}</QueueMessage>`;
    return new Response(`<QueueMessagesList>${message}</QueueMessagesList>`, { status: 201 });
  };
  const queue = new QueueClient("https://a.example", "orders", undefined, { fetch, encryption: { keyEncryptionKey } });
  await queue.sendMessage(content);
  return text;
}
