import { Making } from "../build/core.js";
import { looking, named } from "./caller.js";
import { argumentError } from "./errors.js";
import { described, Fields, make, quoted } from "./fields.js";
import { Reading } from "./reading.js";
import { ownFailure } from "./stack.js";
import { subtle } from "./subtle.js";
import { type Known, own } from "./validation.js";

/** A key as bytes. `BufferSource` would leave out what does not say who shares its memory, such as a `Buffer`. */
type KeyBytes = ArrayBufferView | ArrayBuffer;

/**
 * A key that encrypts the keys of messages: {@link createKeyEncryptionKey} makes one of a `CryptoKey` or a JSON Web Key;
 * any object with these members is one, such as a key vault's. Its functions may be asynchronous.
 *
 * One half is enough: `{ keyId, algorithm, wrapKey }` sends, `{ keyId, unwrapKey }` receives. A missing half is reported
 * when it is needed: sending rejects with a `TypeError` before a request, and a received message has a `contentError`.
 */
export interface KeyEncryptionKey {
  /** Names the key in every message that it encrypts, so that readers find it. */
  readonly keyId: string;
  /** Names the way of wrapping: `A256KW` or `RSA-OAEP`, for example. Required to send. */
  readonly algorithm?: string;
  /**
   * Encrypts a message's key: 32 bytes, with version 2.0 behind 8 that name the protocol, so any length must do. Required
   * to send.
   */
  wrapKey?(key: Uint8Array): KeyBytes | Promise<KeyBytes>;
  /** Decrypts a message's key that was wrapped by this algorithm. Required to receive. */
  unwrapKey?(wrappedKey: Uint8Array, algorithm: string): KeyBytes | Promise<KeyBytes>;
}

/** A key that encrypts: the members that sending needs. */
type WrappingKey = Required<Omit<KeyEncryptionKey, "unwrapKey">>;
/** A key that decrypts: the members that receiving needs. */
type UnwrappingKey = Required<Pick<KeyEncryptionKey, "keyId" | "unwrapKey">>;

/** Client-side encryption: contents are encrypted before they are sent and decrypted when they are received. */
export interface EncryptionOptions {
  /** Encrypts what is sent (`wrapKey`), and decrypts what names its `keyId` (`unwrapKey`). Without it nothing is
   * encrypted; with one that cannot wrap, nothing is sent. */
  keyEncryptionKey?: KeyEncryptionKey;
  /** Finds the key for a message by its `keyId`; wins over `keyEncryptionKey` when reading. May be asynchronous. The key
   * needs only `keyId` and `unwrapKey`. */
  keyResolver?: (keyId: string) => KeyEncryptionKey | undefined | Promise<KeyEncryptionKey | undefined>;
  /** Whether sending without a key and reading what is not encrypted are errors. Default: `false`. */
  required?: boolean;
  /**
   * How to encrypt: `"1.0"` is AES-256-CBC, for old readers, which does not notice when somebody changes a message on its
   * way; `"2.0"` is AES-256-GCM, which does. Both are read, and `"2.1"`. Default: `"2.0"`.
   */
  version?: "1.0" | "2.0";
}

const encryptionOptions: Known<EncryptionOptions> = {
  keyEncryptionKey: true,
  keyResolver: true,
  required: true,
  version: true,
};

type Bytes = Uint8Array<ArrayBuffer>;

/** What an encrypted message holds: the field names are those that every client of the service reads. */
interface Envelope {
  EncryptedMessageContents: string;
  EncryptionData: {
    WrappedContentKey: { KeyId: string; EncryptedKey: string; Algorithm: string };
    EncryptionAgent: { Protocol: string; EncryptionAlgorithm: string };
    ContentEncryptionIV?: string;
    EncryptedRegionInfo?: { DataLength: number; NonceLength: number };
    KeyWrappingMetadata?: Record<string, string>;
  };
}

/** The name of each protocol's cipher. */
const algorithms: Record<string, string> = { "1.0": "AES_CBC_256", "2.0": "AES_GCM_256", "2.1": "AES_GCM_256" };
/** The protocol stands before the key inside the wrapping, so that nobody can make a reader take 2.0 for 1.0. */
const PREFIX_LENGTH = 8;
const NONCE_LENGTH = 12;
const TAG_LENGTH = 16;
const CONTENT_KEY_LENGTH = 32;
/** A key of AES-192, which is a wrong key and not a key that lost zero bytes. */
const AES_192_KEY_LENGTH = 24;
/** Contents are sealed in regions of so many bytes; with 2.1 the writer may choose another number. */
const REGION_LENGTH = 4 * 1024 * 1024;

/**
 * Encrypts and decrypts message texts. It is JavaScript because all that it uses is the platform's: ciphers, random
 * numbers, JSON, and the caller's keys; in the core nearly every line would cross over.
 * @internal
 */
export class Encryption {
  readonly #options: EncryptionOptions;
  readonly #version: "1.0" | "2.0";
  readonly #utf8 = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

  constructor(options: EncryptionOptions) {
    this.#options = own("encryption", options, encryptionOptions);
    const { keyEncryptionKey, keyResolver, required, version = "2.0" } = this.#options;
    if (version !== "1.0" && version !== "2.0") refuse("version", `"1.0" or "2.0"`, version);
    if (required !== undefined && typeof required !== "boolean") refuse("required", "true or false", required);
    if (keyResolver !== undefined && typeof keyResolver !== "function") {
      refuse("keyResolver", "a function", keyResolver);
    }
    if (keyEncryptionKey !== undefined) checkKey("keyEncryptionKey", keyEncryptionKey);
    // Rather than with the first message.
    subtle();
    if (keyEncryptionKey === undefined && keyResolver === undefined) {
      refuse("keyEncryptionKey", "given, or keyResolver in its place", undefined);
    }
    this.#version = version;
  }

  /** Encrypts a text, if there is a key to do it with. */
  async encrypt(text: string): Promise<string> {
    const { keyEncryptionKey: key, required } = this.#options;
    if (key === undefined) {
      if (required) refuse("keyEncryptionKey", "given to send, since encryption is required", key);
      return text;
    }
    requireWrapping(key);
    const contentKey = crypto.getRandomValues(new Uint8Array(CONTENT_KEY_LENGTH));
    const iv = crypto.getRandomValues(new Uint8Array(this.#version === "1.0" ? 16 : NONCE_LENGTH));
    const plain = new TextEncoder().encode(text);
    const cipher = await subtle().encrypt(
      parameters(this.#version, iv),
      await importKey(this.#version, contentKey),
      plain,
    );
    const wrapped = bytesOf(
      "wrapKey",
      await key.wrapKey(this.#version === "1.0" ? contentKey : joined(prefix(this.#version), contentKey)),
    );
    // It may have another name by now, and without one nobody could read the message.
    requireWrapping(key);
    const contents = new Uint8Array(cipher);
    const envelope: Envelope = {
      EncryptedMessageContents: toBase64(this.#version === "1.0" ? contents : joined(iv, contents)),
      EncryptionData: {
        WrappedContentKey: { KeyId: key.keyId, EncryptedKey: toBase64(wrapped), Algorithm: key.algorithm },
        EncryptionAgent: { Protocol: this.#version, EncryptionAlgorithm: algorithms[this.#version] as string },
        ...(this.#version === "1.0"
          ? { ContentEncryptionIV: toBase64(iv) }
          : { EncryptedRegionInfo: { DataLength: REGION_LENGTH, NonceLength: NONCE_LENGTH } }),
        KeyWrappingMetadata: { EncryptionLibrary: "azure-queue-wasm" },
      },
    };
    return JSON.stringify(envelope);
  }

  /** Decrypts a text; one that is not encrypted comes back as it is, unless encryption is required. */
  async decrypt(text: string): Promise<string> {
    const envelope = readEnvelope(text);
    if (envelope === undefined) {
      if (this.#options.required) throw ownFailure("encryption is required, but this message is not encrypted");
      return text;
    }
    const { WrappedContentKey: wrapped, EncryptionAgent: agent } = envelope.EncryptionData;
    const { Protocol: protocol, EncryptionAlgorithm: algorithm } = agent;
    if (algorithm !== algorithms[protocol]) throw ownFailure(`protocol ${protocol} does not go with ${algorithm}`);
    const key = await this.#keyFor(wrapped.KeyId);
    const unwrapped = bytesOf("unwrapKey", await key.unwrapKey(fromBase64(wrapped.EncryptedKey), wrapped.Algorithm));
    const plain =
      protocol === "1.0"
        ? await openSealed(envelope, withLeadingZeros(unwrapped, wrapped.Algorithm))
        : await openRegions(envelope, unwrapped);
    return this.#utf8.decode(plain);
  }

  async #keyFor(keyId: string): Promise<UnwrappingKey> {
    const { keyEncryptionKey, keyResolver } = this.#options;
    const key = keyResolver ? await keyResolver(keyId) : keyEncryptionKey;
    if (key === undefined || key === null) throw ownFailure(`there is no key for the keyId ${named(keyId)}`);
    const argument = keyResolver ? "keyResolver's key" : "keyEncryptionKey";
    checkKey(argument, key);
    if (key.keyId !== keyId) throw ownFailure(`it needs the key ${named(keyId)}, and there is ${named(key.keyId)}`);
    requireUnwrapping(argument, key);
    return key;
  }
}

/** An encrypted message, or `undefined` when a text is something else. */
function readEnvelope(text: string): Envelope | undefined {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return undefined;
  }
  const { EncryptedMessageContents: contents, EncryptionData: data } = fields(value);
  const { WrappedContentKey, EncryptionAgent, ContentEncryptionIV: iv, EncryptedRegionInfo: region } = fields(data);
  const { KeyId, EncryptedKey, Algorithm } = fields(WrappedContentKey);
  const { Protocol, EncryptionAlgorithm } = fields(EncryptionAgent);
  const texts = [contents, KeyId, EncryptedKey, Algorithm, Protocol];
  const isEncrypted =
    texts.every((text) => typeof text === "string") &&
    Object.hasOwn(algorithms, Protocol as string) &&
    Object.values(algorithms).includes(EncryptionAlgorithm as string) &&
    (typeof iv === "string" || (typeof region === "object" && region !== null));
  return isEncrypted ? (value as Envelope) : undefined;
}

function fields(value: unknown): Record<string, unknown> {
  return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
}

/**
 * Restores the leading zero bytes of a content key of protocol 1.0, which WebKitGTK's RSA-OAEP decryption drops. A custom
 * key may unwrap with the same decryption, so the rule is here and not in `createKeyEncryptionKey`. Keys of protocol 2.0
 * begin with the name of the protocol, and lose nothing.
 */
function withLeadingZeros(key: Bytes, algorithm: string): Bytes {
  const missing = CONTENT_KEY_LENGTH - key.length;
  const isShortened = algorithm.startsWith("RSA") && missing > 0 && key.length > AES_192_KEY_LENGTH;
  return isShortened ? joined(new Uint8Array(missing), key) : key;
}

/** 1.0: one cipher text, its initialisation vector beside it. */
async function openSealed({ EncryptedMessageContents, EncryptionData }: Envelope, unwrapped: Bytes) {
  const { ContentEncryptionIV: iv } = EncryptionData;
  // Of `{ "length": 3000000000 }` Node would make as many bytes.
  if (typeof iv !== "string") throw ownFailure("it has no initialisation vector");
  const key = await importKey("1.0", unwrapped);
  return await subtle().decrypt(parameters("1.0", fromBase64(iv)), key, fromBase64(EncryptedMessageContents));
}

/** 2.0 and 2.1: regions, each with its nonce before it and its tag behind it. That one is missing the format cannot tell. */
async function openRegions({ EncryptedMessageContents, EncryptionData }: Envelope, unwrapped: Bytes) {
  const { EncryptionAgent, EncryptedRegionInfo: region } = EncryptionData;
  const protocol = EncryptionAgent.Protocol;
  const { NonceLength, DataLength = 0 } = region ?? {};
  const isLength =
    protocol === "2.0" ? DataLength === REGION_LENGTH : Number.isSafeInteger(DataLength) && DataLength > 0;
  if (NonceLength !== NONCE_LENGTH || !isLength) throw ownFailure("its regions are not those of its protocol");
  const expected = prefix(protocol);
  if (!expected.every((byte, index) => unwrapped[index] === byte)) {
    throw ownFailure("its protocol is not the one that it was encrypted by");
  }
  const key = await importKey(protocol, unwrapped.slice(PREFIX_LENGTH));
  const contents = fromBase64(EncryptedMessageContents);
  let plain = new Uint8Array(0);
  let at = 0;
  do {
    const [nonce, end] = [contents.subarray(at, at + NONCE_LENGTH), at + NONCE_LENGTH + DataLength + TAG_LENGTH];
    const opened = await subtle().decrypt(parameters(protocol, nonce), key, contents.subarray(at + NONCE_LENGTH, end));
    plain = at === 0 ? new Uint8Array(opened) : joined(plain, new Uint8Array(opened));
    at = end;
  } while (at < contents.length);
  return plain;
}

function parameters(protocol: string, iv: Bytes): AesCbcParams | AesGcmParams {
  return { name: protocol === "1.0" ? "AES-CBC" : "AES-GCM", iv };
}

function importKey(protocol: string, key: Uint8Array): Promise<CryptoKey> {
  const name = protocol === "1.0" ? "AES-CBC" : "AES-GCM";
  if (key.length !== CONTENT_KEY_LENGTH) throw ownFailure("its key does not have 256 bits");
  return subtle().importKey("raw", new Uint8Array(key), name, false, ["encrypt", "decrypt"]);
}

/** Members that are there must have the right type, and at least one half must be there. */
function checkKey(argument: string, key: KeyEncryptionKey): void {
  if (typeof key !== "object" || key === null) refuse(argument, "an object", key);
  const { keyId, algorithm, wrapKey, unwrapKey } = membersOf(argument, key);
  if (typeof keyId !== "string") refuse(`${argument}.keyId`, "text (a string)", keyId);
  if (algorithm !== undefined && typeof algorithm !== "string") {
    refuse(`${argument}.algorithm`, "text (a string)", algorithm);
  }
  if (wrapKey !== undefined && typeof wrapKey !== "function") refuse(`${argument}.wrapKey`, "a function", wrapKey);
  if (unwrapKey !== undefined && typeof unwrapKey !== "function") {
    refuse(`${argument}.unwrapKey`, "a function", unwrapKey);
  }
  if (wrapKey === undefined && unwrapKey === undefined) {
    const halves = "wrapKey and algorithm to send encrypted messages, unwrapKey to receive them, or all three";
    throw missing(argument, `encryption.${argument} has neither wrapKey nor unwrapKey. Add ${halves}.`);
  }
  // Such a key has no use, so the constructor can refuse it.
  if (unwrapKey === undefined && algorithm === undefined) throw cannotEncrypt(argument, "algorithm", key);
}

/** The members of a key, each read once, since its getters may throw. */
function membersOf(argument: string, key: KeyEncryptionKey): Record<keyof KeyEncryptionKey, unknown> {
  const read = (name: keyof KeyEncryptionKey) => looking(`encryption.${argument}.${name}`, () => key[name]);
  return {
    keyId: read("keyId"),
    algorithm: read("algorithm"),
    wrapKey: read("wrapKey"),
    unwrapKey: read("unwrapKey"),
  };
}

function requireWrapping(key: KeyEncryptionKey): asserts key is WrappingKey {
  checkKey("keyEncryptionKey", key);
  for (const name of ["wrapKey", "algorithm"] as const) {
    if (key[name] === undefined) throw cannotEncrypt("keyEncryptionKey", name, key);
  }
}

function requireUnwrapping(argument: string, key: KeyEncryptionKey): asserts key is UnwrappingKey {
  if (key.unwrapKey !== undefined) return;
  throw missing(
    `${argument}.unwrapKey`,
    `encryption.${argument}.unwrapKey is missing, so the key ${named(key.keyId)} cannot decrypt. To receive, use a key ` +
      "with unwrapKey; createKeyEncryptionKey makes one of a private or secret key.",
  );
}

function cannotEncrypt(argument: string, name: "wrapKey" | "algorithm", key: KeyEncryptionKey): Error {
  return missing(
    `${argument}.${name}`,
    `encryption.${argument}.${name} is missing, so the key ${named(key.keyId)} cannot encrypt. To send, use a key with ` +
      "wrapKey and algorithm; createKeyEncryptionKey makes one of a public or secret key.",
  );
}

function missing(argument: string, message: string): Error {
  return argumentError(TypeError, message, `encryption.${argument}`);
}

function refuse(name: string, allowed: string, given: unknown): never {
  // Only the version is text of which not every one is allowed.
  const isValue = name === "version" && typeof given === "string";
  const words = isValue ? quoted(given) : described(given);
  const Class = isValue ? RangeError : TypeError;
  throw argumentError(Class, `encryption.${name} must be ${allowed}; got ${words}`, `encryption.${name}`);
}

/** What a key's function returned: WebCrypto gives an `ArrayBuffer`, others a view. */
function bytesOf(name: string, value: unknown): Bytes {
  const tag = Object.prototype.toString.call(value);
  let bytes: Bytes | undefined;
  if (ArrayBuffer.isView(value))
    bytes = new Uint8Array(value.buffer as ArrayBuffer, value.byteOffset, value.byteLength);
  if (tag === "[object ArrayBuffer]") bytes = new Uint8Array(value as ArrayBuffer);
  if (bytes === undefined || bytes.length === 0) {
    throw argumentError(
      TypeError,
      `The key's ${name} must return bytes (a Uint8Array or an ArrayBuffer)`,
      "encryption",
    );
  }
  return bytes;
}

function prefix(protocol: string): Uint8Array {
  const bytes = new Uint8Array(PREFIX_LENGTH);
  new TextEncoder().encodeInto(protocol, bytes);
  return bytes;
}

function joined(first: Uint8Array, second: Uint8Array): Bytes {
  const bytes = new Uint8Array(first.length + second.length);
  bytes.set(first);
  bytes.set(second, first.length);
  return bytes;
}

function toBase64(bytes: Uint8Array): string {
  return new Reading(make(Making.Encoded, new Fields().string("base64-bytes").content(bytes))).text();
}

/** To the letter: `atob` would pass over what somebody put in between. No part is empty, and some ciphers crash on nothing. */
function fromBase64(base64: string): Bytes {
  // What Node, Bun and Deno have does it in a quarter of the time.
  const { Buffer } = globalThis as { Buffer?: NodeBuffer };
  // In a page it may be an element of this id.
  const bytes = typeof Buffer?.from === "function" ? decodedByNode(base64, Buffer) : decodedByCore(base64);
  if (!bytes?.length) throw ownFailure("it has bytes that are not in Base64");
  return bytes;
}

interface NodeBuffer {
  from(text: string, encoding: "base64"): Bytes & { toString(encoding: "base64"): string };
}

function decodedByNode(base64: string, Buffer: NodeBuffer): Bytes | undefined {
  const bytes = Buffer.from(base64, "base64");
  if (bytes.toString("base64") !== base64) return undefined;
  // What is small lies in memory that others use too, and a key's functions get it.
  return bytes.length === bytes.buffer.byteLength ? bytes : new Uint8Array(bytes);
}

function decodedByCore(base64: string): Bytes | undefined {
  // As bytes: a long text crosses the seam a character at a time.
  return make(Making.Bytes, new Fields().content(new TextEncoder().encode(base64)))[2];
}
