import { looking, named } from "./caller.js";
import type { KeyEncryptionKey } from "./encryption.js";
import { argumentError } from "./errors.js";
import { described } from "./fields.js";
import type { PlatformCryptoKey } from "./platform-types.js";
import { ownFailure, startAtCaller } from "./stack.js";
import { subtle } from "./subtle.js";
import { type Known, own } from "./validation.js";

/**
 * A JSON Web Key (RFC 7517) of the kinds `oct` and `RSA`, with the names of RFC 7518. A `JsonWebKey` of the platform is
 * one.
 */
export interface NamedWebKey {
  /** Names the key in every message. */
  kid?: string;
  /** `oct` or `RSA`. */
  kty?: string;
  /** `RSA-OAEP` or `RSA-OAEP-256`, for example. */
  alg?: string;
  /** What the key is for, by a single name. Not used. */
  use?: string;
  /** What the key is for. Not used. */
  key_ops?: string[];
  /** Whether the key can be exported. Not used. */
  ext?: boolean;
  /** The secret of an `oct` key, in Base64url. */
  k?: string;
  /** Modulus. */
  n?: string;
  /** Public exponent. */
  e?: string;
  /** Private exponent. */
  d?: string;
  /** First prime factor. */
  p?: string;
  /** Second prime factor. */
  q?: string;
  /** First factor's exponent. */
  dp?: string;
  /** Second factor's exponent. */
  dq?: string;
  /** First coefficient. */
  qi?: string;
}

/** The two keys of a pair, or one of them. A `CryptoKeyPair` of the platform is one. */
export interface KeyPair {
  /** Encrypts. */
  publicKey?: PlatformCryptoKey;
  /** Decrypts. */
  privateKey?: PlatformCryptoKey;
}

/** Where a key-encryption key comes from: a key of the platform's, the two of a pair, or a JSON Web Key. */
export type KeySource = PlatformCryptoKey | KeyPair | NamedWebKey;

/** What a key-encryption key is called. */
export interface KeyOptions {
  /** Names the key in every message. Default: the `kid` of a JSON Web Key. */
  keyId?: string;
  /** How keys are wrapped: `A128KW`, `A192KW`, `A256KW`, `RSA-OAEP` (SHA-1) or `RSA-OAEP-256`. Default: as the key says. */
  algorithm?: string;
}

const keyOptions: Known<KeyOptions> = { keyId: true, algorithm: true };

/** What AES key wrap makes of 16 bytes, the fewest that it takes (RFC 3394). */
const SHORTEST_WRAPPED = 24;

/** Keys are wrapped as what they are, bytes: HMAC takes any number of them, ciphers do not. */
const anyBytes = { name: "HMAC", hash: "SHA-256" };

/**
 * A key-encryption key that wraps with the platform's own cryptography, by AES key wrap or RSA-OAEP.
 *
 * With a public key alone it encrypts only and has no `unwrapKey`; with a private key alone it decrypts only and has no
 * `wrapKey`. A `CryptoKey` must have the usages `wrapKey` and `unwrapKey`, or one of them; RSA keys may have `encrypt` and
 * `decrypt` in their place.
 * @returns a promise that rejects with a `TypeError` when it is no such key, or has no id
 * @example
 * ```ts
 * const keyEncryptionKey = await createKeyEncryptionKey({ kty: "oct", k: secret, kid: "orders-2026" });
 * const orders = new QueueClient(accountUrl, "orders", sasToken, { encryption: { keyEncryptionKey } });
 * await orders.sendMessage("two cups of tea");
 * ```
 */
export async function createKeyEncryptionKey(source: KeySource, options?: KeyOptions): Promise<KeyEncryptionKey> {
  try {
    return await createdKey(source, options);
  } catch (error) {
    throw startAtCaller(error, createKeyEncryptionKey);
  }
}

async function createdKey(source: KeySource, options?: KeyOptions): Promise<KeyEncryptionKey> {
  const init = own("options", options, keyOptions);
  const parts = looking("key", () => ({ ...source }) as JsonWebKey & { kid?: unknown });
  const keyId = init.keyId ?? parts.kid;
  if (typeof keyId !== "string" || keyId === "") refuse("keyId", "text, given or as the kid of the key", keyId);
  const keys = parts.kty === undefined ? keysOf(source) : await imported(parts, init.algorithm);
  const algorithm = nameOf(keys.forWrapping ?? keys.forUnwrapping);
  if (algorithm === undefined) {
    refuse("key", "for AES key wrap or RSA-OAEP, with the usages to wrap, to unwrap, or both", "another");
  }
  if (init.algorithm !== undefined && init.algorithm !== algorithm) {
    refuse("algorithm", `that of the key, "${algorithm}"`, init.algorithm);
  }
  const { forWrapping, forUnwrapping } = keys;
  const unwrapBy = async (key: CryptoKey, wrappedKey: Uint8Array, by: string) => {
    if (by !== algorithm) {
      throw ownFailure(`it was wrapped by ${named(by)}, and the key ${named(keyId)} is for "${algorithm}"`);
    }
    return await unwrap(key, wrappedKey as Bytes);
  };
  // A half that is missing is left out, so that the client can report it.
  return {
    keyId,
    algorithm,
    ...(forWrapping && { wrapKey: (key: Uint8Array) => wrap(forWrapping, key as Bytes) }),
    ...(forUnwrapping && { unwrapKey: (wrapped: Uint8Array, by: string) => unwrapBy(forUnwrapping, wrapped, by) }),
  };
}

type Bytes = Uint8Array<ArrayBuffer>;

interface Keys {
  readonly forWrapping: CryptoKey | undefined;
  readonly forUnwrapping: CryptoKey | undefined;
}

/** Which of the platform's keys does what. */
function keysOf(source: KeySource): Keys {
  return looking("key", () => {
    const { publicKey, privateKey } = (source ?? {}) as Partial<CryptoKeyPair>;
    const keys = [source as CryptoKey, publicKey, privateKey];
    const can = (...usages: KeyUsage[]) => keys.find((key) => usages.some((usage) => key?.usages?.includes(usage)));
    return { forWrapping: can("wrapKey", "encrypt"), forUnwrapping: can("unwrapKey", "decrypt") };
  });
}

/** A JSON Web Key (RFC 7517), taken over for nothing else than this, whatever else it may be for. */
async function imported({ kty, k, alg, n, e, ...rest }: JsonWebKey, given: string | undefined): Promise<Keys> {
  if (kty === "oct") {
    const key = await take({ kty, k } as JsonWebKey, { name: "AES-KW" }, ["wrapKey", "unwrapKey"]);
    return { forWrapping: key, forUnwrapping: key };
  }
  // Key vaults call those in their hardware `RSA-HSM`.
  if (kty !== "RSA" && kty !== "RSA-HSM") refuse("key", `a JSON Web Key whose kty is "oct" or "RSA"`, "another");
  const algorithm = given ?? alg;
  if (algorithm !== "RSA-OAEP" && algorithm !== "RSA-OAEP-256") {
    refuse("algorithm", `"RSA-OAEP" or "RSA-OAEP-256", given or as the alg of the key`, algorithm);
  }
  const parameters = { name: "RSA-OAEP", hash: algorithm === "RSA-OAEP" ? "SHA-1" : "SHA-256" };
  const { d, p, q, dp, dq, qi } = rest;
  const shared = { kty: "RSA", n, e } as JsonWebKey;
  return {
    forWrapping: await take(shared, parameters, ["encrypt"]),
    forUnwrapping:
      d === undefined
        ? undefined
        : await take({ ...shared, d, p, q, dp, dq, qi } as JsonWebKey, parameters, ["decrypt"]),
  };
}

async function take(key: JsonWebKey, parameters: RsaHashedImportParams | Algorithm, usages: KeyUsage[]) {
  const ciphers = subtle();
  try {
    return await ciphers.importKey("jwk", key, parameters, false, usages);
  } catch (cause) {
    throw argumentError(TypeError, "key must be a JSON Web Key that the platform can import", "key", { cause });
  }
}

/** What JSON Web Algorithms (RFC 7518) call what a key is for. */
function nameOf(key: CryptoKey | undefined): string | undefined {
  const { name, length, hash } = (key?.algorithm ?? {}) as { name?: string; length?: number; hash?: { name: string } };
  if (name === "AES-KW") return `A${length}KW`;
  if (name !== "RSA-OAEP") return undefined;
  return hash?.name === "SHA-1" ? name : `${name}-${hash?.name.slice("SHA-".length)}`;
}

async function wrap(by: CryptoKey, key: Bytes): Promise<ArrayBuffer> {
  const { name } = by.algorithm;
  if (by.usages.includes("encrypt")) return await subtle().encrypt({ name }, by, key);
  return await subtle().wrapKey("raw", await subtle().importKey("raw", key, anyBytes, true, ["sign"]), by, { name });
}

async function unwrap(by: CryptoKey, wrapped: Bytes): Promise<ArrayBuffer> {
  const { name } = by.algorithm;
  if (by.usages.includes("decrypt")) return await subtle().decrypt({ name }, by, wrapped);
  // WebKit's page crashes on less.
  if (wrapped.length < SHORTEST_WRAPPED) throw ownFailure("its wrapped key is too short");
  const key = await subtle().unwrapKey("raw", wrapped, by, { name }, anyBytes, true, ["sign"]);
  return await subtle().exportKey("raw", key);
}

function refuse(argument: string, allowed: string, given: unknown): never {
  const words = given === "another" ? "another one" : described(given);
  throw argumentError(TypeError, `${argument} must be ${allowed}; got ${words}`, argument);
}
