/** The platform's ciphers. A page that was not loaded over https has none. */
export function subtle(): SubtleCrypto {
  const found = globalThis.crypto?.subtle;
  if (found !== undefined) return found;
  throw new TypeError(
    "Encryption needs WebCrypto, which there is only in a secure context: load the page over https, or from localhost.",
  );
}
