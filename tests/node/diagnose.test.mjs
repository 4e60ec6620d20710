// diagnose(): one call, and what its outcome tells.

import assert from "node:assert/strict";
import { request } from "node:http";
import { after, before, describe, test } from "node:test";
import { generateQueueSas, isAzureError, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, failure, lostReply, notFound, queuePage, refused, script, untrusted } from "../support/script.mjs";

const properties = { status: 200, headers: { "x-ms-approximate-messages-count": "0", date: new Date().toUTCString() } };
const queueWith = (fetch, sas = account.sas) => new QueueClient(account.url, "orders", sas, { fetch });
const dated = (answer) => ({ ...answer, headers: { ...answer.headers, date: new Date().toUTCString() } });
/** Names of the checks by their outcome. */
const by = ({ checks }, wanted) => checks.filter(({ outcome }) => outcome === wanted).map(({ name }) => name);

const all = [
  "online",
  "contentSecurityPolicy",
  "host",
  "tls",
  "cors",
  "service",
  "clock",
  "firewall",
  "credential",
  "permission",
  "queue",
];

test("where all is well, it says so", async () => {
  const fetch = script(properties);
  const found = await queueWith(fetch).diagnose();
  assert.deepEqual(found, { ok: true, checks: all.map((name) => ({ name, outcome: "passed" })) });
  assert.equal(fetch.requests.length, 1);
  assert.equal(fetch.requests[0].method, "GET");
});

test("a service client lists one queue", async () => {
  const fetch = script(dated(queuePage(["a11"])));
  assert.equal((await new QueueServiceClient(account.url, account.sas, { fetch }).diagnose()).ok, true);
  assert.equal(fetch.requests[0].url.searchParams.get("maxresults"), "1");
});

describe("what failed, and what that leaves unknown", () => {
  for (const [answer, name, words] of [
    [notFound(), "host", /name of the account/],
    [refused(), "host", /emulator/],
    [lostReply(), "host", /network/],
    [untrusted(), "tls", /proxy/],
    [{ stranger: true, status: 403, body: "<html>Blocked by policy" }, "service", /proxy/],
    [{ stranger: true, status: 200, body: "<html>" }, "service", /not the queue service/],
    [failure(400, "InvalidUri"), "service", /the queue in the path/],
    [failure(404, "ResourceNotFound"), "service", /account/],
    [failure(403, "KeyBasedAuthenticationNotPermitted"), "credential", /access token .* or a user delegation/],
    [failure(401, "InvalidAuthenticationInfo"), "credential", /tenant/],
    [failure(409, "QueueDisabled"), "queue", /disabled/],
    [failure(503, "ServerBusy"), "service", /again/],
    [failure(403, "AccountIsDisabled"), "service", /disabled/],
    [failure(403, "AuthorizationFailure"), "firewall", /firewall/],
    [failure(403, "AuthorizationSourceIPMismatch"), "firewall", /IP/],
    [failure(403, "AuthenticationFailed"), "credential", /key/],
    [failure(401, "NoAuthenticationInformation"), "credential", /credential/],
    [failure(403, "AuthorizationServiceMismatch"), "credential", /service q/],
    [failure(403, "AuthorizationPermissionMismatch"), "permission", /something else/],
    [failure(404, "QueueNotFound"), "queue", /Create/],
  ]) {
    const what =
      answer instanceof Error ? answer.cause.code : `${answer.status} ${answer.headers?.["x-ms-error-code"]}`;
    test(`${what}: ${name}`, async () => {
      const found = await queueWith(script(answer instanceof Error ? answer : dated(answer))).diagnose();
      assert.equal(found.ok, false);
      assert.deepEqual(by(found, "failed"), [name]);
      const { message, advice } = found.checks.find((check) => check.name === name);
      assert.ok(message.length > 5);
      assert.match(advice, words);
      // Of a machine that is offline, a name is not found either.
      assert.deepEqual(by(found, "passed"), all.slice(name === "host" ? 1 : 0, all.indexOf(name)));
      assert.ok(isAzureError(found.error));
      assert.ok(!JSON.stringify(found).includes(account.signature));
    });
  }
});

test("a clock that is off is told of beside what else there is", async () => {
  const date = new Date(Date.now() + 20 * 60_000).toUTCString();
  const off = { ...properties, headers: { ...properties.headers, date } };
  const found = await queueWith(script(off)).diagnose();
  assert.deepEqual(by(found, "failed"), ["clock"]);
  assert.match(found.checks.find(({ name }) => name === "clock").message, /20 minutes behind/);
  const answer = failure(403, "AuthenticationFailed");
  const both = await queueWith(script({ ...answer, headers: { ...answer.headers, date } })).diagnose();
  assert.deepEqual(by(both, "failed"), ["clock", "credential"]);
});

test("a signature that has ended is sent all the same, and the answer explained", async () => {
  const ended = account.sas.replace("2030", "2020");
  const fetch = script(dated(failure(403, "AuthenticationFailed")));
  const found = await queueWith(fetch, ended).diagnose();
  assert.equal(fetch.requests.length, 1);
  const { message } = found.checks.find(({ outcome }) => outcome === "failed");
  assert.match(message, /ended at 2020-01-01/);
});

test("a signature that begins later is named as the reason", async () => {
  const later = `${account.sas}&st=2029-01-01`;
  const found = await queueWith(script(dated(failure(403, "AuthenticationFailed"))), later).diagnose();
  const { name, message, advice } = found.checks.find(({ outcome }) => outcome === "failed");
  assert.equal(name, "credential");
  assert.match(message, /begins at 2029-01-01/);
  assert.match(advice, /without a start/);
});

test("an access token without a role is told the roles", async () => {
  const token = { getToken: async () => ({ token: "token-1", expiresOnTimestamp: 9e12 }) };
  const fetch = script(dated(failure(403, "AuthorizationPermissionMismatch")));
  const found = await new QueueClient(account.url, "orders", token, { fetch }).diagnose();
  const { name, advice } = found.checks.find(({ outcome }) => outcome === "failed");
  assert.equal(name, "permission");
  assert.match(advice, /Storage Queue Data Contributor, or Reader, Message Sender or Message Processor/);
});

describe("a client without a credential is told to have one", () => {
  for (const [status, code] of [
    [401, "NoAuthenticationInformation"],
    [403, "AuthenticationFailed"],
    [404, "ResourceNotFound"],
    [409, "PublicAccessNotPermitted"],
  ]) {
    test(`after a ${status} ${code}`, async () => {
      const fetch = script(dated(failure(status, code)));
      const found = await new QueueClient(account.url, "orders", undefined, { fetch }).diagnose();
      const { name, message, advice } = found.checks.find(({ outcome }) => outcome === "failed");
      assert.equal(name, "credential");
      assert.match(message, /This client has no credential\./);
      assert.match(advice, /Give the client a credential/);
    });
  }

  test("but not after a 404 of a queue that is missing", async () => {
    const fetch = script(dated(failure(404, "QueueNotFound")));
    const found = await new QueueClient(account.url, "orders", undefined, { fetch }).diagnose();
    assert.deepEqual(by(found, "failed"), ["queue"]);
  });
});

test("a signal ends it, and a misspelt option is refused", async () => {
  const signal = AbortSignal.abort(new Error("mine"));
  await assert.rejects(queueWith(script(properties)).diagnose({ signal }), { message: "mine" });
  await assert.rejects(queueWith(script(properties)).diagnose({ timeout: 5 }), /has no property "timeout"/);
});

describe("against the emulator", () => {
  let azurite;
  before(async () => {
    azurite = await startAzurite();
  });
  after(() => azurite?.stop());

  test("all is well, a queue is missing, a key is wrong, a permission is missing", async () => {
    const { connectionString, accountName, accountKey, url } = azurite;
    const service = QueueServiceClient.fromConnectionString(connectionString);
    assert.equal((await service.diagnose()).ok, true);
    const queue = service.getQueueClient("orders");
    assert.deepEqual(by(await queue.diagnose(), "failed"), ["queue"]);
    await queue.createQueue();
    assert.equal((await queue.diagnose()).ok, true);
    const wrongKey = Buffer.from("wrong").toString("base64");
    const wrong = new QueueClient(url, "orders", { accountName, accountKey: wrongKey });
    assert.deepEqual(by(await wrong.diagnose(), "failed"), ["credential"]);
    const expiry = new Date(Date.now() + 3_600_000);
    const signed = { accountName, queueName: "orders", permission: "r", expiry };
    const wrongSas = generateQueueSas({ ...signed, accountKey: wrongKey });
    const found = await new QueueClient(url, "orders", wrongSas).diagnose();
    assert.deepEqual(by(found, "failed"), ["credential"]);
    assert.match(found.error.message, /^The signature of the shared access signature was refused/);
    const adds = generateQueueSas({ accountName, accountKey, queueName: "orders", permission: "a", expiry });
    assert.deepEqual(by(await new QueueClient(url, "orders", adds).diagnose(), "failed"), ["permission"]);
  });

  test("a URL without the account is told where the account belongs", async () => {
    const { accountName, accountKey, url } = azurite;
    const { origin } = new URL(url);
    for (const credential of [{ accountName, accountKey }, account.sas]) {
      const queue = new QueueClient(origin, "orders", credential);
      const error = await queue.sendMessage("x").catch((error) => error);
      assert.equal(error.name, "HttpResponseError");
      assert.match(error.message, /The URL has no account, .*\/devstoreaccount1\.$/);
      assert.equal(error.code, "EmulatorAccount");
      const found = await queue.diagnose();
      assert.deepEqual(by(found, "failed"), ["service"]);
      assert.match(found.error.message, /\/devstoreaccount1/);
    }
  });

  test("a host name with dots is told about --disableProductStyleUrl", async () => {
    const { accountName, accountKey, url } = azurite;
    const { port } = new URL(url);
    // What a name server of a network would do.
    const viaName = (to, init) => atAzurite(to.replace("azurite.internal", "127.0.0.1"), init);
    const atAzurite = (to, init) => fetchWithHost(to, init, `azurite.internal:${port}`);
    const address = `http://azurite.internal:${port}/devstoreaccount1`;
    const queue = new QueueClient(address, "orders", { accountName, accountKey }, { fetch: viaName });
    for (const call of [
      () => queue.sendMessage("x"),
      () => queue.exists(),
      () => queue.deleteMessage("id", { popReceipt: "r" }),
    ]) {
      const error = await call().catch((error) => error);
      assert.match(error.message, /"azurite", the first label .* --disableProductStyleUrl/, error.message);
    }
  });
});

/** `fetch` cannot set the header `host`, so that this goes over Node's own HTTP. */
function fetchWithHost(url, { method, headers, body }, host) {
  return new Promise((resolve, reject) => {
    const sending = request(url, { method, headers: { ...headers, host } }, async (response) => {
      const chunks = await response.toArray();
      const { statusCode: status } = response;
      const content = status === 204 ? null : Buffer.concat(chunks);
      resolve(new Response(content, { status, headers: response.headers }));
    });
    sending.on("error", reject).end(body);
  });
}
