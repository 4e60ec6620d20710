// Messages that this package encrypted, in Node or in a browser, are read by Python's azure-storage-queue, and its by us.

import assert from "node:assert/strict";
import { generateKeyPairSync, randomBytes } from "node:crypto";
import { after, before, describe, test } from "node:test";
import { browserCorsRule, QueueServiceClient } from "../../dist/index.js";
import { talk } from "../browser/page/sealed.mjs";
import { startAzurite } from "../support/azurite.mjs";
import { startBrowser } from "../support/browsers.mjs";
import { contentSecurityPolicy, startSite } from "../support/site.mjs";
import { startPython } from "./python.mjs";
import { freshName } from "./sides.mjs";

const keyId = "https://vault.example/keys/orders/1";
const secret = randomBytes(32);
const rsa = generateKeyPairSync("rsa", { modulusLength: 2048 }).privateKey;
const pem = rsa.export({ type: "pkcs8", format: "pem" });

/** Each key as a JSON Web Key for us, and in Python's words. */
const keys = {
  A256KW: [
    { kty: "oct", k: secret.toString("base64url"), keyId },
    { key: secret.toString("hex"), kid: keyId },
  ],
  "RSA-OAEP": [
    { ...rsa.export({ format: "jwk" }), keyId, algorithm: "RSA-OAEP" },
    { pem, kid: keyId, algorithm: "RSA-OAEP" },
  ],
  "RSA-OAEP-256": [
    { ...rsa.export({ format: "jwk" }), keyId, algorithm: "RSA-OAEP-256" },
    { pem, kid: keyId, algorithm: "RSA-OAEP-256" },
  ],
};

const contents = [
  ["text", undefined, "secret é 😀 <&>"],
  ["base64", "TextBase64", "secret é 😀"],
  ["base64-bytes", "BinaryBase64", Uint8Array.of(0, 128, 255)],
];

let azurite;
let python;
let service;
let site;
let browser;
before(async () => {
  azurite = await startAzurite();
  python = startPython();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  site = await startSite({ "content-security-policy": contentSecurityPolicy(azurite.url) });
  await service.setServiceProperties({ cors: [browserCorsRule(site.origin)] });
  browser = await startBrowser("chromium");
  await browser.open(`${site.origin}/tests/browser/page/sealed.html`);
  await browser.waitFor(() => "talk" in globalThis);
});
after(async () => {
  await browser?.close();
  await site?.stop();
  python?.stop();
  await azurite?.stop();
});

/** Where our side runs. */
const places = {
  Node: talk,
  Chromium: (given) => browser.evaluate((given) => globalThis.talk(given), given),
};

for (const [place, ours] of Object.entries(places)) {
  for (const [algorithm, [key, theirKey]] of Object.entries(keys)) {
    for (const version of ["1.0", "2.0"]) {
      describe(`${place}, ${algorithm}, ${version}`, () => {
        for (const [messageEncoding, encoding, content] of contents) {
          const plain = content instanceof Uint8Array ? [...content] : content;
          const here = (queueName, content) => {
            const { url, accountName, accountKey } = azurite;
            const account = { url, accountName, accountKey };
            return ours({ account, queueName, key, options: { version, messageEncoding }, content });
          };
          const there = (queue, call, args = {}, encryption = theirKey) =>
            python.ask({
              ...{ account: azurite.url, credential: azurite.accountKey, queue, encoding },
              ...{ encryption: { version, required: true, ...encryption }, call, arguments: args },
            });

          test(`${messageEncoding}: from here to Python`, async () => {
            const name = freshName();
            await service.createQueue(name);
            await here(name, plain);
            const wrong = { key: "00".repeat(32), kid: keyId };
            await assert.rejects(there(name, "peek_messages", {}, wrong), { message: /^Decryption failed/ });
            assert.deepEqual((await there(name, "receive_message")).content, content);
          });

          test(`${messageEncoding}: from Python to here`, async () => {
            const name = freshName();
            await service.createQueue(name);
            await there(name, "send_message", { content });
            assert.deepEqual(await here(name), plain);
          });
        }
      });
    }
  }
}
