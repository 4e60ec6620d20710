// A key-encryption key as a page has one: two CryptoKeys that never leave the browser.

export async function rsaKey() {
  const algorithm = {
    name: "RSA-OAEP",
    hash: "SHA-256",
    modulusLength: 2048,
    publicExponent: new Uint8Array([1, 0, 1]),
  };
  const { publicKey, privateKey } = await crypto.subtle.generateKey(algorithm, false, ["encrypt", "decrypt"]);
  return {
    keyId: "browser:key",
    algorithm: "RSA-OAEP-256",
    wrapKey: (key) => crypto.subtle.encrypt("RSA-OAEP", publicKey, key),
    unwrapKey: (wrapped) => crypto.subtle.decrypt("RSA-OAEP", privateKey, wrapped),
  };
}
