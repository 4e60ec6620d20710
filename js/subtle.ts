import { nodeBuiltin } from "./platform.js";

/**
 * Returns the platform's ciphers.
 * @throws TypeError in a page that was not loaded over https
 */
export function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle ?? nodeBuiltin("node:crypto")?.webcrypto.subtle;
  if (found !== undefined) return found;
  throw new TypeError(
    "Encryption needs WebCrypto, and crypto.subtle is not defined: load the page in a secure context (https, localhost).",
  );
}
