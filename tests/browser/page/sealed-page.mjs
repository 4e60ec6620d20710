// Gives the driver of the browser what tests encryption.

import { QueueClient } from "../../../dist/index.js";
import { cases, talk } from "./sealed.mjs";

/** What a page says that wants to encrypt without WebCrypto. */
async function insecure() {
  const keyEncryptionKey = { keyId: "k", algorithm: "A256KW", wrapKey: (key) => key, unwrapKey: (key) => key };
  try {
    new QueueClient("https://a.example", "orders", undefined, { encryption: { keyEncryptionKey } });
    return "no error";
  } catch (error) {
    return String(error);
  }
}

Object.assign(globalThis, { cases, talk, insecure });
