// examples/key-vault.mjs, with a server that wraps and unwraps keys as a key vault does.

import assert from "node:assert/strict";
import { constants, generateKeyPairSync, privateDecrypt, publicEncrypt } from "node:crypto";
import { once } from "node:events";
import { createServer } from "node:http";
import { text } from "node:stream/consumers";
import { after, before, beforeEach, test } from "node:test";
import { QueueClient } from "azure-queue-wasm";
import { keyVault } from "../../examples/key-vault.mjs";
import { account, messagePage, rejection, script, sent } from "../support/script.mjs";

const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
const oaep = (key) => ({ key, padding: constants.RSA_PKCS1_OAEP_PADDING, oaepHash: "sha256" });
const operations = {
  wrapkey: (bytes) => publicEncrypt(oaep(publicKey), bytes),
  unwrapkey: (bytes) => privateDecrypt(oaep(privateKey), bytes),
};

const asked = [];
const server = createServer(async (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://vault");
  const [, keys, name, version, operation] = pathname.split("/");
  const { alg, value } = JSON.parse(await text(request));
  asked.push([operation, alg, request.headers.authorization, searchParams.get("api-version")]);
  const isKnown = `${keys}/${name}/${version}` === "keys/orders/1";
  const body = isKnown
    ? {
        kid: `${vaultUrl}/keys/orders/1`,
        value: operations[operation](Buffer.from(value, "base64url")).toString("base64url"),
      }
    : { error: { code: "KeyNotFound", message: "no such key" } };
  response.writeHead(isKnown ? 200 : 404, { "content-type": "application/json" }).end(JSON.stringify(body));
});

let vaultUrl;
let keys;
before(async () => {
  await once(server.listen(0, "127.0.0.1"), "listening");
  vaultUrl = `http://127.0.0.1:${server.address().port}`;
  const credential = { getToken: async (scope) => ({ token: `for ${scope}`, expiresOnTimestamp: 4e12 }) };
  keys = keyVault(vaultUrl, credential);
});
beforeEach(() => asked.splice(0));
after(() => server.close());

const queueWith = (fetch, encryption) => new QueueClient(account.url, "orders", account.sas, { fetch, encryption });
const textOf = (request) => /<MessageText>(.*)<\/MessageText>/s.exec(request.body)[1];

test("a message is encrypted by a key of the vault, and decrypted by the key that it names", async () => {
  const fetch = script(sent);
  await queueWith(fetch, { keyEncryptionKey: keys.key(`${vaultUrl}/keys/orders/1`) }).sendMessage("secret");
  const envelope = textOf(fetch.requests[0]);
  const reader = queueWith(script(messagePage(envelope)), { keyResolver: keys.key, required: true });
  assert.equal((await reader.receiveMessage()).content, "secret");
  const authorization = "Bearer for https://vault.azure.net/.default";
  assert.deepEqual(asked, [
    ["wrapkey", "RSA-OAEP-256", authorization, "7.4"],
    ["unwrapkey", "RSA-OAEP-256", authorization, "7.4"],
  ]);
});

test("a message that names a key of somewhere else sends no token there", async () => {
  const fetch = script(sent);
  await queueWith(fetch, { keyEncryptionKey: keys.key(`${vaultUrl}/keys/orders/1`) }).sendMessage("secret");
  const envelope = JSON.parse(textOf(fetch.requests[0]));
  asked.splice(0);
  for (const keyId of [
    vaultUrl.replace("127.0.0.1", "127.0.0.2"),
    `${vaultUrl}/secrets`,
    "orders",
    `${vaultUrl}/keys/../x/y`,
  ]) {
    envelope.EncryptionData.WrappedContentKey.KeyId = keyId;
    const reader = queueWith(script(messagePage(JSON.stringify(envelope))), { keyResolver: keys.key });
    assert.match((await reader.receiveMessage()).contentError.message, /there is no key for the keyId/);
  }
  assert.deepEqual(asked, []);
});

test("what the vault refuses is an error that says so", async () => {
  const queue = queueWith(script(sent), { keyEncryptionKey: keys.key(`${vaultUrl}/keys/others/1`) });
  assert.match((await rejection(queue.sendMessage("x"))).message, /the key vault answered 404: no such key/);
});
