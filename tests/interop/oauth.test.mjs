// Token credentials of `@azure/identity`, with an identity server and an Azurite that takes its tokens.

import assert from "node:assert/strict";
import { request as forward } from "node:https";
import { after, beforeEach, describe, test } from "node:test";
import { AuthenticationRequiredError, ClientSecretCredential } from "@azure/identity";
import { ClientAuthenticationError, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { serve, trustedCertificate } from "../support/https.mjs";
import { application, startIdentity } from "../support/identity.mjs";
import { collect, rejection } from "../support/script.mjs";
import { freshName } from "./sides.mjs";

const certificate = await trustedCertificate();
const identity = await startIdentity(certificate);
after(() => identity.stop());
const azurite = await startAzurite(certificate);
after(() => azurite.stop());

const home = "11111111-1111-4111-8111-111111111111";
const other = "22222222-2222-4222-8222-222222222222";
const scope = "https://storage.azure.com/.default";

const signIn = ({ clientId, clientSecret, ...options } = {}) =>
  new ClientSecretCredential(home, clientId ?? application.clientId, clientSecret ?? application.clientSecret, {
    authorityHost: identity.url,
    disableInstanceDiscovery: true,
    ...options,
  });

/** A credential of one's own, which keeps no token: each `getToken` is a request. */
const own = {
  async getToken(scope, options) {
    const url = `${identity.url}/${options?.tenantId ?? home}/oauth2/v2.0/token`;
    const { clientId: client_id, clientSecret: client_secret } = application;
    const body = new URLSearchParams({ grant_type: "client_credentials", client_id, client_secret, scope });
    const { access_token: token, expires_in } = await (await fetch(url, { method: "POST", body })).json();
    return { token, expiresOnTimestamp: Date.now() + expires_in * 1000 };
  },
};

// With the account's key, so that no test begins with a token.
let owner;
beforeEach(async () => {
  owner = new QueueClient(azurite.url, freshName(), azurite.accountKey);
  await owner.createQueue();
  identity.requests.length = 0;
});
const queueWith = (credential, { url = azurite.url, ...options } = {}) =>
  new QueueClient(url, owner.queueName, credential, options);

test("everything with messages works, with one token", async () => {
  const service = new QueueServiceClient(azurite.url, signIn());
  const queue = service.getQueueClient(freshName());
  await queue.createQueue();
  await queue.sendMessage("hello");
  assert.equal((await queue.peekMessages())[0].content, "hello");
  const message = await queue.receiveMessage();
  const updated = await queue.updateMessage(message, { content: "changed", visibilityTimeout: 60 });
  await queue.deleteMessage(updated);
  assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
  const names = (await collect(service.listQueues())).map(({ name }) => name);
  assert.ok(names.includes(queue.queueName));
  await queue.deleteQueue();
  assert.deepEqual(identity.requests, [{ tenant: home, scope }]);
});

describe("a hundred calls at once ask for one token, of", () => {
  for (const [what, make] of [
    // It keeps tokens, but calls that come before the first one is there ask for one each.
    ["ClientSecretCredential", signIn],
    ["an object with getToken", () => own],
  ]) {
    test(what, async () => {
      const queue = queueWith(make());
      await Promise.all(Array.from({ length: 100 }, () => queue.peekMessages()));
      assert.equal(identity.requests.length, 1);
    });
  }
});

test("the audience is what a token is asked for", async () => {
  const audience = `https://${azurite.accountName}.queue.core.windows.net`;
  await queueWith(signIn(), { audience: `${audience}/` }).peekMessages();
  assert.deepEqual(identity.requests, [{ tenant: home, scope: `${audience}/.default` }]);
});

for (const audience of ["https://management.azure.com", "https://otheraccount.queue.core.windows.net"]) {
  test(`the service refuses a token for ${audience}`, async () => {
    const error = await rejection(queueWith(signIn(), { audience }).peekMessages());
    assert.ok(error instanceof ClientAuthenticationError);
    assert.equal(error.code, "AuthenticationFailed");
    assert.equal(error.details.authenticationerrordetail, "Invalid token audience.");
  });
}

/** Azurite behind a server that answers the first requests as the service does to a token of a wrong tenant. */
async function startFront(t, challenges) {
  const requests = [];
  const challenge =
    `Bearer authorization_uri=https://login.microsoftonline.com/${other}/oauth2/authorize ` +
    "resource_id=https://storage.azure.com";
  const server = await serve(certificate, (request, response) => {
    const { method, headers } = request;
    requests.push(headers.authorization);
    if (requests.length <= challenges) {
      request.resume();
      response.writeHead(401, { "www-authenticate": challenge, "x-ms-request-id": "request-1" }).end();
      return;
    }
    const behind = forward(new URL(request.url, azurite.url), { method, headers }, (answer) => {
      response.writeHead(answer.statusCode, answer.headers);
      answer.pipe(response);
    });
    request.pipe(behind);
  });
  t.after(() => server.stop());
  return { url: `${server.url}/${azurite.accountName}`, requests };
}

describe("a challenge for another tenant", () => {
  const askedTwice = [
    { tenant: home, scope },
    { tenant: other, scope },
  ];

  for (const [what, make] of [
    ["ClientSecretCredential", () => signIn({ additionallyAllowedTenants: ["*"] })],
    ["an object with getToken", () => own],
  ]) {
    test(`is met once for all, by ${what}`, async (t) => {
      const { url, requests } = await startFront(t, 1);
      const queue = queueWith(make(), { url });
      await queue.sendMessage("hello");
      const messages = await owner.peekMessages({ maxMessages: 2 });
      assert.deepEqual(
        messages.map(({ content }) => content),
        ["hello"],
      );
      await queue.peekMessages();
      assert.deepEqual(identity.requests, askedTwice);
      const [first, second, third] = requests;
      assert.notEqual(second, first);
      assert.equal(third, second);
    });
  }

  test("is met only once a call", async (t) => {
    const { url, requests } = await startFront(t, Infinity);
    const error = await rejection(queueWith(own, { url }).sendMessage("hello"));
    assert.ok(error instanceof ClientAuthenticationError);
    assert.equal(error.statusCode, 401);
    assert.equal(requests.length, 2);
    assert.deepEqual(identity.requests, askedTwice);
  });
});

describe("without a token nothing is sent, and the cause is what @azure/identity says, of", () => {
  for (const [what, wrong] of [
    ["a wrong secret", { clientSecret: "expired" }],
    ["an unknown client", { clientId: "00000000-0000-0000-0000-000000000000" }],
  ]) {
    test(what, async (t) => {
      const { url, requests } = await startFront(t, 0);
      const error = await rejection(queueWith(signIn(wrong), { url }).peekMessages());
      assert.ok(error instanceof ClientAuthenticationError);
      assert.ok(error.cause instanceof AuthenticationRequiredError);
      assert.match(error.cause.message, /invalid_client/);
      assert.equal(requests.length, 0);
    });
  }
});

test("a token credential is refused for http", () => {
  assert.throws(() => queueWith(signIn(), { url: "http://127.0.0.1/devstoreaccount1" }), {
    name: "RangeError",
    message: /https/,
  });
});
