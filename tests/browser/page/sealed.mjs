// Client-side encryption, as it must work wherever there is WebCrypto: in Node and in every browser. Each case is given
// the known answers.

import { createKeyEncryptionKey, jsonEncoding, QueueClient } from "../../../dist/index.js";
import { assert } from "../../../node_modules/chai/index.js";

const { subtle } = globalThis.crypto;
const url = "https://myaccount.queue.core.windows.net";
const utf8 = new TextEncoder();
const bytesOfHex = (hex) => Uint8Array.from(hex.match(/../g) ?? [], (digits) => Number.parseInt(digits, 16));
const base64 = (bytes) => btoa(String.fromCharCode(...bytes));
const fromBase64 = (text) => Uint8Array.from(atob(text), (character) => character.charCodeAt(0));
const base64url = (bytes) => base64(bytes).replaceAll("+", "-").replaceAll("/", "_").replaceAll("=", "");

export const cases = {
  async "every envelope of the known answers is read"({ vectors }) {
    const encryption = { keyEncryptionKey: await keyOf(vectors[0].kek), required: true };
    const messages = await received(
      vectors.map(({ envelope }) => envelope),
      encryption,
    );
    assert.deepEqual(
      messages.map(({ content }) => content),
      vectors.map(({ plaintext }) => plaintext),
    );
  },

  async "every decrypt case of the known answers"({ vectors, decrypt_cases: all }) {
    assert.equal(all.length, 15);
    for (const { name, message, resolver, kek: keyId, require_encryption: required, result } of all) {
      const key = name === "wrong key bytes" ? "01".repeat(32) : vectors[0].kek.key_hex;
      const encryption = resolver
        ? { keyResolver: () => undefined, required }
        : { keyEncryptionKey: await keyOf({ kid: keyId, key_hex: key }), required };
      const [{ contentError, ...rest }] = await received([message], encryption);
      if (result === undefined) {
        assert.equal(contentError?.name, "DecodeError", name);
        assert.equal(rest.rawContent, message, name);
      } else assert.equal(rest.content, result, name);
    }
  },

  async "keys of every kind write what they read, in both versions"() {
    for (const [what, make] of Object.entries(kinds)) {
      const keyEncryptionKey = await make();
      for (const version of ["1.0", "2.0"]) {
        const encryption = { keyEncryptionKey, version, required: true };
        const text = await sent("é😀", encryption);
        const { WrappedContentKey, EncryptionAgent } = JSON.parse(text).EncryptionData;
        assert.deepEqual([WrappedContentKey.KeyId, WrappedContentKey.Algorithm], ["k", what.split(",")[0]]);
        assert.equal(EncryptionAgent.Protocol, version);
        const [message] = await received([text], encryption);
        assert.equal(message.content, "é😀", `${what}, ${version}`);
      }
    }
  },

  async "a public key writes and does not read, a private key reads and does not write"() {
    const { publicKey, privateKey } = await rsaPair("SHA-256", ["encrypt", "decrypt"]);
    const writer = { keyEncryptionKey: await createKeyEncryptionKey(publicKey, { keyId: "k" }) };
    const reader = { keyEncryptionKey: await createKeyEncryptionKey(privateKey, { keyId: "k" }) };
    const text = await sent("x", writer);
    assert.equal((await received([text], reader))[0].content, "x");
    assert.deepEqual(Object.keys(writer.keyEncryptionKey), ["keyId", "algorithm", "wrapKey"]);
    assert.deepEqual(Object.keys(reader.keyEncryptionKey), ["keyId", "algorithm", "unwrapKey"]);
    const unread = (await received([text], writer))[0].contentError;
    assert.match(unread.message, /encryption\.keyEncryptionKey\.unwrapKey is missing, so the key "k" cannot decrypt/);
    const unsent = await failure(sent("x", reader));
    assert.match(unsent.message, /^encryption\.keyEncryptionKey\.wrapKey is missing, so the key "k" cannot encrypt/);
  },

  async "opens a message of protocol 1.0 whose content key begins with zero bytes, for every kind of RSA-OAEP key"() {
    for (const hash of ["SHA-1", "SHA-256"]) {
      for (const usages of [
        ["encrypt", "decrypt"],
        ["wrapKey", "unwrapKey"],
      ]) {
        const keyEncryptionKey = await createKeyEncryptionKey(await rsaPair(hash, usages), keyId);
        for (const zeros of [0, 1, 2, 7]) {
          const text = await envelope1(keyEncryptionKey, "é😀", contentKeyWith(zeros));
          const [message] = await received([text], { keyEncryptionKey, required: true });
          assert.equal(message.content, "é😀", `${hash}, ${usages}, ${zeros} zero bytes: ${message.contentError}`);
        }
      }
    }
  },

  async "opens a message of protocol 1.0 when a custom RSA key drops leading zero bytes of the content key"() {
    for (const algorithm of ["RSA-OAEP", "RSA-OAEP-256", "RSA"]) {
      for (const zeros of [1, 7]) {
        const contentKey = contentKeyWith(zeros);
        const keyEncryptionKey = unwrappingTo(contentKey.slice(zeros), algorithm);
        const text = await envelope1(keyEncryptionKey, "x", contentKey);
        const [message] = await received([text], { keyEncryptionKey, required: true });
        assert.equal(message.content, "x", `${algorithm}, ${zeros} zero bytes: ${message.contentError}`);
      }
    }
  },

  async "refuses a message of protocol 1.0 whose unwrapped content key has another length"() {
    const contentKey = contentKeyWith(1);
    for (const [algorithm, unwrapped] of [
      ["RSA-OAEP", new Uint8Array(16)],
      ["RSA-OAEP", new Uint8Array(24)],
      ["RSA-OAEP", Uint8Array.of(0, ...contentKey)],
      ["RSA-OAEP", Uint8Array.of(...contentKey, 0)],
      // AES key wrap proves the length of what it wraps.
      ["A256KW", contentKey.slice(1)],
    ]) {
      const keyEncryptionKey = unwrappingTo(unwrapped, algorithm);
      const text = await envelope1(keyEncryptionKey, "x", contentKey);
      const [{ contentError }] = await received([text], { keyEncryptionKey, required: true });
      assert.match(contentError.message, /256 bits/, `${algorithm}, ${unwrapped.length} bytes`);
    }
  },

  async "every encoding: text, Base64, bytes, JSON"() {
    const encryption = { keyEncryptionKey: await kinds.A256KW() };
    for (const [messageEncoding, content] of [
      ["text", "é"],
      ["text", ""],
      ["base64", "é"],
      ["base64-bytes", Uint8Array.of(0, 128, 255)],
      [jsonEncoding("base64"), { a: ["é", 1, null] }],
    ]) {
      const text = await sent(content, encryption, { messageEncoding });
      const [message] = await received([text], encryption, { messageEncoding });
      assert.deepEqual(message.content, content);
    }
  },

  async "2.1: contents in regions of the length that the message tells"() {
    const keyEncryptionKey = await kinds.A256KW();
    const plain = "0123456789é😀".repeat(20);
    for (const length of [1, 7, 64, utf8.encode(plain).length, 100_000]) {
      const text = JSON.stringify(await sealed(keyEncryptionKey, plain, length));
      assert.equal((await received([text], { keyEncryptionKey, required: true }))[0].content, plain, String(length));
    }
    const regions = await sealed(keyEncryptionKey, plain, 64);
    const bytes = fromBase64(regions.EncryptedMessageContents);
    const half = JSON.stringify({ ...regions, EncryptedMessageContents: base64(bytes.slice(0, -20)) });
    assert.equal((await received([half], { keyEncryptionKey }))[0].contentError?.name, "DecodeError");
  },

  async "changed in any one place, a message is an error and never what was sent"({ vectors }) {
    const keyEncryptionKey = await keyOf(vectors[0].kek);
    for (const version of ["1.0", "2.0"]) {
      const { envelope, plaintext } = vectors.find((vector) => vector.version === version);
      const changed = [...changes(JSON.parse(envelope))].map(([at, value]) => ({ at, text: JSON.stringify(value) }));
      assert.isAbove(changed.length, 300);
      for (let from = 0; from < changed.length; from += 32) {
        const page = changed.slice(from, from + 32);
        const texts = page.map(({ text }) => text);
        const strict = await received(texts, { keyEncryptionKey, required: true });
        const lenient = await received(texts, { keyEncryptionKey });
        for (const [index, { at, text }] of page.entries()) {
          // Version 1.0 does not prove that its contents are what was sent.
          const unproven = version === "1.0" && /ContentEncryptionIV|EncryptedMessageContents/.test(at);
          for (const { contentError, rawContent, ...message } of [strict[index], lenient[index]]) {
            if (contentError !== undefined) assert.equal(rawContent, text, at);
            else if (unproven) assert.notEqual(message.content, plaintext, at);
            // What says of itself that it is no such envelope is plain text, unless encryption is required.
            else assert.isTrue(message !== strict[index] && message.content === text, `${version}: ${at}`);
          }
          if (!unproven) assert.equal(strict[index].contentError?.name, "DecodeError", `${version}: ${at}`);
        }
      }
    }
  },

  async "who made the library is told and not proven: another name changes nothing"({ vectors }) {
    const envelope = JSON.parse(vectors.find(({ version }) => version === "2.0").envelope);
    envelope.EncryptionData.KeyWrappingMetadata.EncryptionLibrary = "another";
    const encryption = { keyEncryptionKey: await keyOf(vectors[0].kek), required: true };
    assert.equal((await received([JSON.stringify(envelope)], encryption))[0].contentError, undefined);
  },

  async "keys are refused that wrap nothing, have no id, or are for something else"() {
    const signs = await subtle.generateKey({ name: "HMAC", hash: "SHA-256" }, true, ["sign"]);
    for (const [source, options, argument] of [
      [signs, { keyId: "k" }, "key"],
      [{}, { keyId: "k" }, "key"],
      [undefined, { keyId: "k" }, "key"],
      [{ publicKey: throwing }, { keyId: "k" }, "key"],
      [throwing, { keyId: "k" }, "key"],
      [{ kty: "EC" }, { keyId: "k" }, "key"],
      [{ kty: "oct", k: "AAAA" }, { keyId: "k" }, "key"],
      [{ kty: "oct", k: base64url(new Uint8Array(32)) }, {}, "keyId"],
      [{ kty: "oct", k: base64url(new Uint8Array(32)), kid: "k" }, { algorithm: "A128KW" }, "algorithm"],
      [{ kty: "RSA", n: "AQAB", e: "AQAB", kid: "k" }, {}, "algorithm"],
      [{ kty: "RSA", n: "AQAB", e: "AQAB", kid: "k", alg: "RS256" }, {}, "algorithm"],
    ]) {
      const error = await failure(createKeyEncryptionKey(source, options));
      assert.deepEqual([error.name, error.code, error.argument], ["TypeError", "InvalidArgument", argument]);
      assert.notMatch(error.message, /AQAB|AAAA/);
    }
  },
};

const aes = (length) => subtle.generateKey({ name: "AES-KW", length }, true, ["wrapKey", "unwrapKey"]);
const rsaPair = (hash, usages) =>
  subtle.generateKey(
    { name: "RSA-OAEP", modulusLength: 2048, publicExponent: Uint8Array.of(1, 0, 1), hash },
    true,
    usages,
  );
const rsaWeb = async (hash) => subtle.exportKey("jwk", (await rsaPair(hash, ["encrypt", "decrypt"])).privateKey);
const octets = (length) => ({ kty: "oct", k: base64url(crypto.getRandomValues(new Uint8Array(length / 8))), kid: "k" });
const keyId = { keyId: "k" };

/** Every kind of key, by the name of its way of wrapping. */
const kinds = {
  A128KW: async () => createKeyEncryptionKey(await aes(128), keyId),
  A256KW: async () => createKeyEncryptionKey(await aes(256), keyId),
  "A128KW, JSON Web Key": () => createKeyEncryptionKey(octets(128)),
  "A256KW, JSON Web Key": () => createKeyEncryptionKey({ ...octets(256), alg: "A256KW", key_ops: ["wrapKey"] }),
  "RSA-OAEP": async () => createKeyEncryptionKey(await rsaPair("SHA-1", ["encrypt", "decrypt"]), keyId),
  "RSA-OAEP-256": async () => createKeyEncryptionKey(await rsaPair("SHA-256", ["wrapKey", "unwrapKey"]), keyId),
  "RSA-OAEP, JSON Web Key": async () => createKeyEncryptionKey(await rsaWeb("SHA-1"), keyId),
  "RSA-OAEP-256, JSON Web Key": async () =>
    createKeyEncryptionKey({ ...(await rsaWeb("SHA-256")), alg: undefined }, { ...keyId, algorithm: "RSA-OAEP-256" }),
};

/** The key-encryption key of a known answer. */
function keyOf({ kid, key_hex: hex }) {
  return createKeyEncryptionKey({ kty: "oct", k: base64url(bytesOfHex(hex)), kid });
}

/** What nobody can look at. */
const throwing = {
  get usages() {
    throw new Error("not to be seen");
  },
};

/** Every envelope that differs in one place, with where that is. */
function* changes(value, path = []) {
  const at = path.join(".");
  if (at.endsWith("KeyWrappingMetadata")) return;
  if (typeof value === "object") {
    for (const [name, inner] of Object.entries(value)) {
      for (const [where, other] of changes(inner, [...path, name])) yield [where, { ...value, [name]: other }];
      const { [name]: _, ...without } = value;
      if (name !== "KeyWrappingMetadata") yield [`${[...path, name].join(".")} missing`, without];
    }
    return;
  }
  for (const other of [null, 7, "", [], {}, `${value}!`, `${value} `, ` ${value}`]) yield [`${at} ${other}`, other];
  if (typeof value === "number") {
    for (const other of [value + 1, value - 1, 0, -1, `${value}`]) yield [`${at} ${other}`, other];
    return;
  }
  for (let i = 0; i < value.length; i++) {
    for (const other of ["", value[i] === "A" ? "B" : "A", value[i].toLowerCase(), value[i].toUpperCase(), "="]) {
      if (other !== value[i]) yield [`${at}[${i}] ${other}`, value.slice(0, i) + other + value.slice(i + 1)];
    }
  }
  for (const other of ["1.0", "2.0", "2.1", "AES_CBC_256", "AES_GCM_256"]) {
    if (other !== value) yield [`${at} ${other}`, other];
  }
}

/** A content key of protocol 1.0 that begins with this many zero bytes. */
const contentKeyWith = (zeros) =>
  crypto.getRandomValues(new Uint8Array(32)).map((byte, at) => (at < zeros ? 0 : byte | 1));

/** A custom key-encryption key that unwraps every content key to these bytes. */
const unwrappingTo = (bytes, algorithm) => ({
  ...keyId,
  algorithm,
  wrapKey: (key) => key,
  unwrapKey: () => bytes,
});

/** A message of protocol 1.0 that is encrypted with this content key. */
async function envelope1(keyEncryptionKey, text, contentKey) {
  const iv = crypto.getRandomValues(new Uint8Array(16));
  const key = await subtle.importKey("raw", contentKey, "AES-CBC", false, ["encrypt"]);
  const contents = await subtle.encrypt({ name: "AES-CBC", iv }, key, utf8.encode(text));
  const wrapped = await keyEncryptionKey.wrapKey(contentKey);
  return JSON.stringify({
    EncryptedMessageContents: base64(new Uint8Array(contents)),
    EncryptionData: {
      WrappedContentKey: {
        KeyId: keyEncryptionKey.keyId,
        EncryptedKey: base64(new Uint8Array(wrapped)),
        Algorithm: keyEncryptionKey.algorithm,
      },
      EncryptionAgent: { Protocol: "1.0", EncryptionAlgorithm: "AES_CBC_256" },
      ContentEncryptionIV: base64(iv),
    },
  });
}

/** An envelope of protocol 2.1, in regions of this length. */
async function sealed(keyEncryptionKey, text, length) {
  const contentKey = crypto.getRandomValues(new Uint8Array(32));
  const key = await subtle.importKey("raw", contentKey, "AES-GCM", false, ["encrypt"]);
  const plain = utf8.encode(text);
  const contents = [];
  for (let from = 0; from < plain.length; from += length) {
    const iv = crypto.getRandomValues(new Uint8Array(12));
    const region = await subtle.encrypt({ name: "AES-GCM", iv }, key, plain.slice(from, from + length));
    contents.push(...iv, ...new Uint8Array(region));
  }
  const protocol = Uint8Array.from([...utf8.encode("2.1"), 0, 0, 0, 0, 0, ...contentKey]);
  const wrapped = new Uint8Array(await keyEncryptionKey.wrapKey(protocol));
  return {
    EncryptedMessageContents: base64(contents),
    EncryptionData: {
      WrappedContentKey: { KeyId: "k", EncryptedKey: base64(wrapped), Algorithm: keyEncryptionKey.algorithm },
      EncryptionAgent: { Protocol: "2.1", EncryptionAlgorithm: "AES_GCM_256" },
      EncryptedRegionInfo: { DataLength: length, NonceLength: 12 },
    },
  };
}

const times =
  "<InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>" +
  "<ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>";
const receipt = "<PopReceipt>r</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:05 GMT</TimeNextVisible>";

/** What becomes of texts in a queue. */
function received(texts, encryption, options = {}) {
  const escaped = texts.map((text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;"));
  const messages = escaped.map(
    (text, i) => `<MessageId>m${i}</MessageId>${times}<DequeueCount>0</DequeueCount><MessageText>${text}</MessageText>`,
  );
  const xml = messages.map((message) => `<QueueMessage>${message}</QueueMessage>`).join("");
  const fetch = async () => new Response(`<QueueMessagesList>${xml}</QueueMessagesList>`);
  return new QueueClient(url, "orders", undefined, { fetch, encryption, ...options }).peekMessages({ maxMessages: 32 });
}

/** The text as which content is queued. */
async function sent(content, encryption, options = {}) {
  let text;
  const fetch = async (_url, { body }) => {
    text = /<MessageText>(.*)<\/MessageText>/s.exec(body)[1];
    const message = `<QueueMessage><MessageId>m</MessageId>${times}${receipt}</QueueMessage>`;
    return new Response(`<QueueMessagesList>${message}</QueueMessagesList>`, { status: 201 });
  };
  await new QueueClient(url, "orders", undefined, { fetch, encryption, ...options }).sendMessage(content);
  return text;
}

const failure = (promise) =>
  promise.then(
    () => assert.fail("it succeeded"),
    (error) => error,
  );

/** Sends to a real queue, or receives from it: `{ account, queueName, key, options, content }`, bytes as an array. */
export async function talk({ account, queueName, key, options, content }) {
  const { keyId, algorithm, ...parts } = key;
  const keyEncryptionKey = await createKeyEncryptionKey(parts, { keyId, algorithm });
  const credential = { accountName: account.accountName, accountKey: account.accountKey };
  const { version, messageEncoding } = options;
  const encryption = { keyEncryptionKey, version, required: true };
  const queue = new QueueClient(account.url, queueName, credential, { messageEncoding, encryption });
  if (content !== undefined) {
    await queue.sendMessage(Array.isArray(content) ? Uint8Array.from(content) : content);
    return undefined;
  }
  const { content: got } = await queue.receiveMessage();
  return got instanceof Uint8Array ? [...got] : got;
}
