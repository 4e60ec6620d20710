// Keys in Azure Key Vault: messages are encrypted here, and their keys by the vault, which never gives its own away.
//
//   const keys = keyVault("https://myvault.vault.azure.net", new DefaultAzureCredential());
//   const keyEncryptionKey = keys.key("https://myvault.vault.azure.net/keys/orders/6d3f…");
//   const queue = new QueueClient(url, "orders", sas, { encryption: { keyEncryptionKey, keyResolver: keys.key } });
//
// REST: https://learn.microsoft.com/rest/api/keyvault/keys/wrap-key

/**
 * @param vaultUrl the vault whose keys are used, and no others: whoever writes to the queue chooses what a message calls
 * its key, and must not choose who is sent the access token
 * @param credential an object with `getToken`, such as those of `@azure/identity`
 * @param algorithm how keys are wrapped: RSA-OAEP, RSA-OAEP-256, or in a managed HSM A256KW
 */
export function keyVault(vaultUrl, credential, algorithm = "RSA-OAEP-256") {
  const { origin } = new URL(vaultUrl);

  async function ask(keyId, operation, alg, bytes) {
    const { token } = await credential.getToken("https://vault.azure.net/.default");
    const response = await fetch(`${keyId}/${operation}?api-version=7.4`, {
      method: "POST",
      headers: { authorization: `Bearer ${token}`, "content-type": "application/json" },
      body: JSON.stringify({ alg, value: Buffer.from(bytes).toString("base64url") }),
      signal: AbortSignal.timeout(30_000),
    });
    const { value, error } = await response.json();
    if (!response.ok) throw new Error(`the key vault answered ${response.status}: ${error?.message}`);
    return Uint8Array.from(Buffer.from(value, "base64url"));
  }

  return {
    /** The key of an id, which must have a version; `undefined` when it is not of this vault. */
    key(keyId) {
      const { origin: ofKey, pathname } = URL.canParse(keyId) ? new URL(keyId) : {};
      if (ofKey !== origin || !/^\/keys\/[\w-]+\/\w+$/.test(pathname)) return undefined;
      return {
        keyId,
        algorithm,
        wrapKey: (key) => ask(keyId, "wrapkey", algorithm, key),
        unwrapKey: (key, by) => ask(keyId, "unwrapkey", by, key),
      };
    },
  };
}
