// Key-encryption keys for tests: AES key wrap (RFC 3394) by node:crypto.

import { createCipheriv, createDecipheriv } from "node:crypto";

const initialValue = Buffer.alloc(8, 0xa6);

/** A key-encryption key that wraps with AES-256. */
export function aesKey(keyId, key, algorithm = "A256KW") {
  const through = (cipher, bytes) => new Uint8Array(Buffer.concat([cipher.update(bytes), cipher.final()]));
  return {
    keyId,
    algorithm,
    wrapKey: (bytes) => through(createCipheriv("id-aes256-wrap", key, initialValue), bytes),
    unwrapKey: (bytes, by) => {
      if (by !== algorithm) throw new Error(`unknown algorithm ${by}`);
      return through(createDecipheriv("id-aes256-wrap", key, initialValue), bytes);
    },
  };
}
