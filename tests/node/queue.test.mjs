// One queue: its life, its metadata, its access policies.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { QueueClient, QueueServiceClient, ResourceExistsError, ResourceNotFoundError } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, collect, failure, rejection, script } from "../support/script.mjs";

let azurite;
let queue;
let count = 0;

before(async () => {
  azurite = await startAzurite();
});
after(() => azurite.stop());
beforeEach(() => {
  queue = QueueClient.fromConnectionString(azurite.connectionString, `queue-${++count}`);
});

const scripted = (...answers) =>
  new QueueClient(account.url, "orders", account.key, { fetch: script(...answers), retry: { mode: "none" } });

describe("creating and deleting", () => {
  test("createQueue and deleteQueue", async () => {
    assert.equal(await queue.exists(), false);
    assert.equal(await queue.createQueue({ metadata: { colour: "red" } }), undefined);
    assert.equal(await queue.exists(), true);
    assert.deepEqual((await queue.getQueueProperties()).metadata, { colour: "red" });
    assert.equal(await queue.deleteQueue(), undefined);
    assert.equal(await queue.exists(), false);
  });

  for (const { what, metadata, status } of [
    { what: "the same metadata", metadata: { colour: "red" }, status: 204 },
    { what: "other metadata", metadata: { colour: "blue" }, status: 409 },
    { what: "no metadata", metadata: undefined, status: 409 },
  ]) {
    test(`creating a queue twice with ${what} is an error, which tells of its request`, async () => {
      await queue.createQueue({ metadata: { colour: "red" } });
      const error = await rejection(queue.createQueue({ metadata }));
      assert.ok(error instanceof ResourceExistsError);
      assert.equal(error.code, "QueueAlreadyExists");
      assert.equal(error.statusCode, status);
      assert.equal(error.attempts.length, 1);
      assert.equal(error.attempts[0].statusCode, status);
      assert.match(error.requestId, /^[0-9a-f-]{36}$/);
      assert.equal(error.attempts[0].requestId, error.requestId);
    });
  }

  test("createQueueIfNotExists says whether it did, and leaves what there is as it is", async () => {
    assert.deepEqual(await queue.createQueueIfNotExists({ metadata: { a: "1" } }), { created: true });
    assert.deepEqual(await queue.createQueueIfNotExists({ metadata: { a: "1" } }), { created: false });
    assert.deepEqual(await queue.createQueueIfNotExists({ metadata: { a: "2" } }), { created: false });
    assert.deepEqual((await queue.getQueueProperties()).metadata, { a: "1" });
  });

  test("deleteQueueIfExists says whether it did", async () => {
    await queue.createQueue();
    assert.deepEqual(await queue.deleteQueueIfExists(), { deleted: true });
    assert.deepEqual(await queue.deleteQueueIfExists(), { deleted: false });
  });

  test("what does not exist cannot be deleted", async () => {
    const error = await rejection(queue.deleteQueue());
    assert.ok(error instanceof ResourceNotFoundError);
    assert.equal(error.code, "QueueNotFound");
  });

  for (const { call, status, code } of [
    { call: "createQueueIfNotExists", status: 409, code: "QueueBeingDeleted" },
    { call: "createQueueIfNotExists", status: 403, code: "AuthorizationFailure" },
    { call: "deleteQueueIfExists", status: 404, code: "ResourceNotFound" },
    { call: "deleteQueueIfExists", status: 409, code: "QueueDisabled" },
    { call: "exists", status: 403, code: "AuthorizationPermissionMismatch" },
    { call: "exists", status: 404, code: "ResourceNotFound" },
  ]) {
    test(`${call} does not take ${code} for an answer`, async () => {
      const error = await rejection(scripted(failure(status, code))[call]());
      assert.equal(error.code, code);
      assert.equal(error.statusCode, status);
      assert.equal(error.attempts.length, 1);
    });
  }
});

describe("properties", () => {
  test("every field; messages that are hidden count too", async () => {
    await queue.createQueue({ metadata: { a: "1", b_2: "x y" } });
    const expected = { name: queue.queueName, metadata: { a: "1", b_2: "x y" } };
    assert.deepEqual(await queue.getQueueProperties(), { ...expected, approximateMessageCount: 0 });
    for (const content of ["1", "2", "3"]) await queue.sendMessage(content);
    await queue.receiveMessage({ visibilityTimeout: 600 });
    assert.deepEqual(await queue.getQueueProperties(), { ...expected, approximateMessageCount: 3 });
  });

  test("of a queue that does not exist", async () => {
    const error = await rejection(queue.getQueueProperties());
    assert.equal(error.code, "QueueNotFound");
  });
});

describe("metadata", () => {
  beforeEach(() => queue.createQueue({ metadata: { old: "1" } }));

  for (const { what, given, expected } of [
    { what: "replaces all of it", given: { fresh: "2", other: "three" }, expected: { fresh: "2", other: "three" } },
    { what: "cuts blanks around names and values", given: { " a ": " v w " }, expected: { a: "v w" } },
    { what: "may have empty values", given: { empty: "" }, expected: { empty: "" } },
    { what: "of {} removes it", given: {}, expected: {} },
    { what: "of nothing removes it", given: undefined, expected: {} },
    { what: "may have all printable ASCII characters", given: { a: "!\"#$%&'()*+,-./:;<=>?@[\\]^_`{|}~" } },
    { what: "is signed in the order of the service", given: { a1: "x", a_1: "y", a: "z", b: "1", _a: "2" } },
    { what: "may have the names of JavaScript's own", given: { constructor: "y" } },
  ]) {
    test(`setQueueMetadata ${what}`, async () => {
      assert.equal(await queue.setQueueMetadata(given), undefined);
      const { metadata } = await queue.getQueueProperties();
      assert.deepEqual(Object.entries(metadata).sort(), Object.entries(expected ?? given).sort());
      const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
      const [item] = await collect(service.listQueues({ nameStartsWith: queue.queueName, includeMetadata: true }));
      assert.deepEqual(Object.entries(item.metadata).sort(), Object.entries(expected ?? given).sort());
    });
  }

  test("of a queue that does not exist cannot be set", async () => {
    await queue.deleteQueue();
    assert.equal((await rejection(queue.setQueueMetadata({ a: "1" }))).code, "QueueNotFound");
  });
});

describe("access policies", () => {
  beforeEach(() => queue.createQueue());
  const start = new Date("2030-01-02T03:04:05Z");
  const expiry = new Date("2031-01-02T03:04:05Z");

  for (const { what, given, expected } of [
    { what: "letters", given: { start, expiry, permission: "raup" }, expected: { start, expiry, permission: "raup" } },
    { what: "letters in any order", given: { permission: "pur" }, expected: { permission: "rup" } },
    {
      what: "an object of permissions",
      given: { permission: { process: true, read: true, add: false } },
      expected: { permission: "rp" },
    },
    { what: "moments as text", given: { start: "2030-01-02T03:04:05Z" }, expected: { start } },
    { what: "moments of another zone", given: { expiry: "2031-01-02T05:04:05+02:00" }, expected: { expiry } },
    { what: "parts of seconds, which are cut", given: { start: "2030-01-02T03:04:05.678Z" }, expected: { start } },
    { what: "only an expiry", given: { expiry }, expected: { expiry } },
  ]) {
    test(`a policy with ${what}`, async () => {
      assert.equal(await queue.setQueueAccessPolicy({ "an id": given }), undefined);
      assert.deepEqual(await queue.getQueueAccessPolicy(), { "an id": expected });
    });
  }

  test("five policies are kept with their ids; others replace them; {} removes them", async () => {
    const ids = ["1", "a & <b>", 'quoted "c"', "ü", "x".repeat(64)];
    const five = Object.fromEntries(ids.map((id) => [id, { permission: "r" }]));
    await queue.setQueueAccessPolicy(five);
    assert.deepEqual(await queue.getQueueAccessPolicy(), five);
    await queue.setQueueAccessPolicy({ other: { permission: "a" } });
    assert.deepEqual(await queue.getQueueAccessPolicy(), { other: { permission: "a" } });
    await queue.setQueueAccessPolicy({});
    assert.deepEqual(await queue.getQueueAccessPolicy(), {});
  });

  test("a sixth is refused and changes nothing", async () => {
    await queue.setQueueAccessPolicy({ kept: { permission: "r" } });
    const six = Object.fromEntries([1, 2, 3, 4, 5, 6].map((id) => [id, { permission: "r" }]));
    const error = await rejection(queue.setQueueAccessPolicy(six));
    assert.ok(error instanceof RangeError);
    assert.match(error.message, /signedIdentifiers .*at most 5 policies.*6/);
    assert.deepEqual(await queue.getQueueAccessPolicy(), { kept: { permission: "r" } });
  });

  test("an id may have the name of something of JavaScript's", async () => {
    await queue.setQueueAccessPolicy({ ["__proto__"]: { permission: "r" } });
    assert.deepEqual(Object.entries(await queue.getQueueAccessPolicy()), [["__proto__", { permission: "r" }]]);
  });

  test("clearing sends no body and no content type, setting sends whole seconds", async () => {
    const fetch = script({ status: 204 });
    const client = new QueueClient(account.url, "orders", account.key, { fetch });
    await client.setQueueAccessPolicy({});
    await client.setQueueAccessPolicy({ id: { start: new Date("2030-01-02T03:04:05.678Z"), permission: "r" } });
    const [cleared, set] = fetch.requests;
    assert.equal(cleared.body, "");
    assert.equal(cleared.headers["content-type"], undefined);
    assert.match(
      set.body,
      /<SignedIdentifier><Id>id<\/Id><AccessPolicy><Start>2030-01-02T03:04:05Z<\/Start><Permission>r<\/Permission><\/AccessPolicy>/,
    );
  });

  test("an empty policy is sent as such; Azurite refuses it from all clients", async () => {
    const fetch = script({ status: 204 });
    await new QueueClient(account.url, "orders", account.key, { fetch }).setQueueAccessPolicy({ id: {} });
    assert.match(fetch.requests[0].body, /<Id>id<\/Id>(<AccessPolicy ?\/>|<AccessPolicy><\/AccessPolicy>)/);
    const empty =
      "<SignedIdentifier><Id>a</Id></SignedIdentifier><SignedIdentifier><Id>b</Id><AccessPolicy /></SignedIdentifier>";
    const answer = { status: 200, body: `<SignedIdentifiers>${empty}</SignedIdentifiers>` };
    assert.deepEqual(await scripted(answer).getQueueAccessPolicy(), { a: {}, b: {} });
  });

  test("moments are read with the fractions of seconds that the service writes", async () => {
    const policy = "<AccessPolicy><Start>2030-01-02T03:04:05.1230000Z</Start><Expiry/></AccessPolicy>";
    const body = `<SignedIdentifiers><SignedIdentifier><Id>a</Id>${policy}</SignedIdentifier></SignedIdentifiers>`;
    const policies = await scripted({ status: 200, body }).getQueueAccessPolicy();
    assert.deepEqual(policies, { a: { start: new Date("2030-01-02T03:04:05.123Z") } });
  });
});
