// Keys, tokens and signatures are in nothing that is printed.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inspect } from "node:util";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, failure, lostReply, rejection, script } from "../support/script.mjs";

const shown = account.sas.replace(account.signature, "REDACTED");
const inFull = account.sas;
const key = { accountName: account.name, accountKey: account.key };

describe("secrets", () => {
  const secrets = [account.signature, account.key, "access-token"];
  const credentials = { sas: inFull, key, "key alone": account.key, token: { getToken: async () => "access-token" } };
  for (const [name, credential] of Object.entries(credentials)) {
    test(`a client with a ${name} shows none when it is printed`, () => {
      for (const client of [
        new QueueServiceClient(account.url, credential),
        new QueueClient(account.url, "orders", credential),
      ]) {
        const text = [JSON.stringify(client), inspect(client, { depth: 9, showHidden: true }), String(client)].join();
        for (const secret of secrets) assert.ok(!text.includes(secret), text);
      }
    });
  }

  test("JSON tells what the client is for", () => {
    const { url, accountName } = JSON.parse(JSON.stringify(new QueueClient(account.url, "orders", inFull)));
    assert.deepEqual([url, accountName], [`${account.url}/orders?${shown}`, account.name]);
  });

  // The mistakes of those who have a connection string or a token at hand.
  const connection = `AccountName=a;AccountKey=${account.key}`;
  for (const [what, make] of [
    ["a connection string for a URL", () => new QueueServiceClient(connection)],
    ["a connection string for a queue URL", () => QueueClient.fromQueueUrl(connection)],
    ["a connection string for a credential", () => new QueueServiceClient(account.url, connection)],
    ["a SAS for a queue's name", () => new QueueClient(account.url, `sig=${account.signature}`)],
    ["a key for a queue's name", () => new QueueClient(account.url, account.key)],
    ["a key for a connection string", () => QueueServiceClient.fromConnectionString(account.key)],
    ["a SAS for a connection string", () => QueueServiceClient.fromConnectionString(inFull)],
    ["a misspelt SAS", () => new QueueServiceClient(account.url, inFull.replace("srt", "sort"))],
    ["a SAS for an account name", () => new QueueServiceClient(account.url, { accountName: inFull, accountKey: 5 })],
    [
      "a key that is no Base64",
      () => new QueueServiceClient(account.url, { accountName: "a", accountKey: `${account.key}*` }),
    ],
    ["a key for an option", () => new QueueServiceClient(account.url, { accountName: "a" }, account.key)],
    ["a URL with a password", () => new QueueServiceClient(`https://user:${account.key}@host`)],
  ]) {
    test(`${what} is refused without showing it`, () => {
      assert.throws(make, (error) => {
        assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
        const text = `${error.stack}${JSON.stringify(error)}`;
        assert.ok(!text.includes(account.key.slice(0, 12)) && !text.includes(account.signature.slice(0, 12)), text);
        return true;
      });
    });
  }
});

describe("no error shows a secret", () => {
  const secrets = [account.signature, encodeURIComponent(account.signature), account.key, "access-token"];
  const urlInWords = (request) =>
    new Error(`cannot reach ${request.url}: refused`, { cause: { code: "ECONNREFUSED" } });
  const urlInProperty = (request) =>
    Object.assign(new Error("cannot connect"), { code: "ConnectionRefused", path: request.url.href });

  for (const [what, answer] of [
    ["the service refuses", failure(403, "AuthenticationFailed")],
    ["the service answers something else", { status: 200, body: "<html>" }],
    [
      "the service redirects",
      { status: 302, headers: { location: `https://x.example/?sv=1&sig=${account.signature}` } },
    ],
    ["fetch fails", lostReply()],
    ["fetch fails and tells the URL, as Deno's does", urlInWords],
    ["fetch fails and keeps the URL, as Bun's does", urlInProperty],
  ]) {
    test(`when ${what}`, async () => {
      for (const credential of [
        account.sas,
        account.key,
        { getToken: () => ({ token: "access-token", expiresOnTimestamp: 9e12 }) },
      ]) {
        const queue = new QueueClient(account.url, "orders", credential, {
          fetch: script(answer),
          retry: { mode: "none" },
        });
        const error = await rejection(queue.peekMessages());
        const text = [
          error.message,
          error.stack,
          String(error),
          JSON.stringify(error),
          inspect(error, { depth: 9, showHidden: true }),
        ].join();
        for (const secret of secrets) assert.ok(!text.includes(secret), text);
      }
    });
  }
});
