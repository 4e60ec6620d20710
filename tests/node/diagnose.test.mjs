// diagnose(): one call, and what its outcome tells.

import assert from "node:assert/strict";
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
    [{ status: 403, body: "<html>Blocked by policy" }, "service", /proxy/],
    [{ status: 200, body: "<html>" }, "service", /not the queue service/],
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
    const wrong = new QueueClient(url, "orders", { accountName, accountKey: Buffer.from("wrong").toString("base64") });
    assert.deepEqual(by(await wrong.diagnose(), "failed"), ["credential"]);
    const expiry = new Date(Date.now() + 3_600_000);
    const adds = generateQueueSas({ accountName, accountKey, queueName: "orders", permission: "a", expiry });
    assert.deepEqual(by(await new QueueClient(url, "orders", adds).diagnose(), "failed"), ["permission"]);
  });
});
