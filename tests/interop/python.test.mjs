// This package and Python's azure-storage-queue at one Azurite: what one side does, the other sees.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { collect } from "../support/script.mjs";
import { contentTests, lifeTests } from "./messages.mjs";
import { startPython } from "./python.mjs";
import { base64Texts, bytes, lowerCase, metadata, metadataValues, plainTexts, policies, settings } from "./samples.mjs";
import { sameTokenTests, sasTests } from "./sas.mjs";
import { freshName, ourSide } from "./sides.mjs";

const azurite = await startAzurite();
const python = startPython();
after(async () => {
  python.stop();
  await azurite.stop();
});

const account = { account: azurite.url, credential: azurite.accountKey };
const theirService = (call, args = {}) => python.ask({ ...account, call, arguments: args });
const theirQueue = (queue, call, args = {}, options = {}) =>
  python.ask({ ...account, ...options, queue, call, arguments: args });

const accountKey = { accountName: azurite.accountName, accountKey: azurite.accountKey };
const ourService = new QueueServiceClient(azurite.url, accountKey);
const ourQueue = (name) => new QueueClient(azurite.url, name, accountKey);

const encodings = { text: undefined, base64: "TextBase64", "base64-bytes": "BinaryBase64" };

const ours = ourSide(azurite);
const pythonKey = { account_name: azurite.accountName, account_key: azurite.accountKey };
const theirs = {
  queue(queue, { encoding = "text", credential = azurite.accountKey } = {}) {
    const ask = (call, args = {}) => theirQueue(queue, call, args, { encoding: encodings[encoding], credential });
    return {
      send: async (content, { visibilityTimeout, timeToLive } = {}) =>
        message(
          await ask("send_message", { content, visibility_timeout: visibilityTimeout, time_to_live: timeToLive }),
        ),
      peek: async () => message((await ask("peek_messages"))[0]),
      receive: async (seconds) => message(await ask("receive_message", { visibility_timeout: seconds })),
      update: async ({ id, popReceipt }, { content, visibilityTimeout }) => {
        const change = { content, visibility_timeout: visibilityTimeout };
        return message(await ask("update_message", { message: id, pop_receipt: popReceipt, ...change }));
      },
      delete: ({ id, popReceipt }) => ask("delete_message", { message: id, pop_receipt: popReceipt }),
      setPolicies: (policies) => ask("set_queue_access_policy", { signed_identifiers: accessPolicies(policies) }),
    };
  },
  service({ credential = azurite.accountKey } = {}) {
    const ask = (call, args) => python.ask({ ...account, credential, call, arguments: args });
    return {
      create: (name) => python.ask({ ...account, credential, queue: name, call: "create_queue", arguments: {} }),
      names: async (prefix) => (await ask("list_queues", { name_starts_with: prefix })).map(({ name }) => name),
    };
  },
  queueSas: ({ queueName, policyId, ...rest }) =>
    python.ask({
      call: "generate_queue_sas",
      arguments: { ...pythonKey, queue_name: queueName, policy_id: policyId, ...rest },
    }),
  accountSas: ({ resourceTypes, ...rest }) =>
    python.ask({ call: "generate_account_sas", arguments: { ...pythonKey, resource_types: resourceTypes, ...rest } }),
};

/** A message of Python's by the names that it has here. */
function message(found) {
  if (!found) return undefined;
  const { inserted_on, expires_on, dequeue_count, pop_receipt, next_visible_on, ...same } = found;
  return {
    ...same,
    insertedOn: inserted_on,
    expiresOn: expires_on,
    dequeueCount: dequeue_count,
    popReceipt: pop_receipt,
    nextVisibleOn: next_visible_on,
  };
}

const accessPolicies = (policies) =>
  Object.fromEntries(Object.entries(policies).map(([id, policy]) => [id, { $AccessPolicy: policy }]));

async function newQueue() {
  const name = freshName();
  await ourService.createQueue(name);
  return name;
}

describe("queues", () => {
  test("created here", async () => {
    const name = freshName();
    await ourService.createQueue(name, { metadata });
    const properties = await theirQueue(name, "get_queue_properties");
    // Node's `fetch` sends names as they are given; others may send them in lower case.
    assert.deepEqual(properties, { name, metadata, approximate_message_count: 0 });
    const [listed] = await theirService("list_queues", { name_starts_with: name, include_metadata: true });
    assert.deepEqual([listed.name, listed.metadata], [name, metadata]);
  });

  test("created there", async () => {
    const name = freshName();
    await theirQueue(name, "create_queue", { metadata });
    const properties = await ourQueue(name).getQueueProperties();
    assert.deepEqual(properties, { name, metadata: lowerCase, approximateMessageCount: 0 });
    // A list is XML, in which names have the case that Python gave them.
    const listed = await collect(ourService.listQueues({ nameStartsWith: name, includeMetadata: true }));
    assert.deepEqual(listed, [{ name, metadata }]);
  });

  test("one that exists is told to both", async () => {
    const here = freshName();
    await ourService.createQueue(here, { metadata: lowerCase });
    const exists = { name: "ResourceExistsError", code: "QueueAlreadyExists" };
    await assert.rejects(theirQueue(here, "create_queue", { metadata: lowerCase }), exists);
    const there = freshName();
    await theirQueue(there, "create_queue");
    await assert.rejects(ourService.createQueue(there), exists);
    await assert.rejects(ourService.createQueue(there, { metadata }), exists);
  });

  test("metadata set by one and replaced by the other", async () => {
    const name = await newQueue();
    await ourQueue(name).setQueueMetadata({ owner: "here", kept: "no" });
    assert.deepEqual((await theirQueue(name, "get_queue_properties")).metadata, { owner: "here", kept: "no" });
    await theirQueue(name, "set_queue_metadata", { metadata: { owner: "there" } });
    assert.deepEqual((await ourQueue(name).getQueueProperties()).metadata, { owner: "there" });
    await ourQueue(name).setQueueMetadata();
    assert.deepEqual((await theirQueue(name, "get_queue_properties")).metadata, {});
    await theirQueue(name, "set_queue_metadata", { metadata: { owner: "there" } });
    await theirQueue(name, "set_queue_metadata");
    assert.deepEqual((await ourQueue(name).getQueueProperties()).metadata, {});
  });

  test("metadata values of all kinds of characters", async () => {
    const [here, there] = [freshName(), freshName()];
    await ourService.createQueue(here, { metadata: metadataValues });
    await theirQueue(there, "create_queue", { metadata: metadataValues });
    assert.deepEqual((await theirQueue(here, "get_queue_properties")).metadata, metadataValues);
    assert.deepEqual((await ourQueue(there).getQueueProperties()).metadata, metadataValues);
    const listedThere = await theirService("list_queues", { name_starts_with: here, include_metadata: true });
    assert.deepEqual(listedThere[0].metadata, metadataValues);
    const listedHere = await collect(ourService.listQueues({ nameStartsWith: there, includeMetadata: true }));
    assert.deepEqual(listedHere[0].metadata, metadataValues);
  });

  test("listed by prefix, in pages", async () => {
    const names = ["list-a", "list-b", "list-c", "list-d", "list-e"];
    for (const [i, name] of names.entries()) {
      if (i % 2) await ourService.createQueue(name);
      else await theirQueue(name, "create_queue");
    }
    await ourService.createQueue("lis");
    const options = { name_starts_with: "list-", results_per_page: 2 };
    // Not asked for metadata, Python says None and this package nothing.
    const listedThere = await theirService("list_queues", options);
    assert.deepEqual(
      listedThere.map((queue) => [queue.name, queue.metadata]),
      names.map((name) => [name, null]),
    );
    const listedHere = await collect(ourService.listQueues({ nameStartsWith: "list-", resultsPerPage: 2 }));
    assert.deepEqual(
      listedHere,
      names.map((name) => ({ name })),
    );
    const withMetadata = await collect(ourService.listQueues({ nameStartsWith: "list-a", includeMetadata: true }));
    assert.deepEqual(withMetadata, [{ name: "list-a", metadata: {} }]);
  });

  test("messages counted and cleared", async () => {
    const name = await newQueue();
    await ourQueue(name).sendMessage("one");
    await theirQueue(name, "send_message", { content: "two" });
    assert.equal((await ourQueue(name).getQueueProperties()).approximateMessageCount, 2);
    assert.equal((await theirQueue(name, "get_queue_properties")).approximate_message_count, 2);
    await theirQueue(name, "clear_messages");
    assert.deepEqual(await ourQueue(name).peekMessages(), []);
    await theirQueue(name, "send_message", { content: "three" });
    await ourQueue(name).clearMessages();
    assert.deepEqual(await theirQueue(name, "peek_messages"), []);
  });

  test("deleted", async () => {
    const [one, other] = [await newQueue(), await newQueue()];
    await ourService.deleteQueue(one);
    await assert.rejects(theirQueue(one, "get_queue_properties"), {
      name: "ResourceNotFoundError",
      code: "QueueNotFound",
    });
    await theirService("delete_queue", { queue: other });
    assert.equal(await ourQueue(other).exists(), false);
  });
});

for (const [direction, from, to] of [
  ["from here to Python", ours, theirs],
  ["from Python to here", theirs, ours],
]) {
  const sides = { from, to, newQueue };
  describe(`text ${direction}`, () => contentTests(plainTexts, { encoding: "text", ...sides }));
  describe(`text in Base64 ${direction}`, () => contentTests(base64Texts, { encoding: "base64", ...sides }));
  describe(`bytes in Base64 ${direction}`, () => contentTests(bytes, { encoding: "base64-bytes", ...sides }));
  describe(`a message's life ${direction}`, () => lifeTests(sides));
}

describe("messages", () => {
  test("no bytes", async () => {
    const name = await newQueue();
    await ours.queue(name, { encoding: "base64-bytes" }).send(new Uint8Array());
    // Python does not decode what is false to it: it gives empty text where the bytes should be.
    assert.equal((await theirs.queue(name, { encoding: "base64-bytes" }).receive(600)).content, "");
    await theirs.queue(name, { encoding: "base64-bytes" }).send(new Uint8Array());
    assert.deepEqual((await ours.queue(name, { encoding: "base64-bytes" }).receive(600)).content, new Uint8Array());
  });

  test("what is no Base64", async () => {
    const name = await newQueue();
    await theirs.queue(name).send("plain");
    await theirs.queue(name).send("cGxhaW4=");
    const queue = new QueueClient(azurite.url, name, accountKey, { messageEncoding: "base64" });
    // The other messages of the page are not lost, as they are in Python.
    const [bad, good] = await queue.peekMessages({ maxMessages: 2 });
    assert.equal(bad.rawContent, "plain");
    assert.throws(() => bad.content, { name: "DecodeError" });
    assert.equal(good.content, "plain");
  });

  test("pages of many", async () => {
    const name = await newQueue();
    const contents = Array.from({ length: 40 }, (_, i) => `message ${i}`);
    for (const content of contents) await ourQueue(name).sendMessage(content);
    const there = await theirQueue(name, "receive_messages", { messages_per_page: 32, visibility_timeout: 600 });
    assert.deepEqual(
      there.map((message) => message.content),
      contents,
    );
    const updates = there.map(({ id, pop_receipt }) => ourQueue(name).updateMessage(id, { popReceipt: pop_receipt }));
    await Promise.all(updates);
    assert.equal((await theirQueue(name, "peek_messages", { max_messages: 32 })).length, 32);
    const here = await collect(ourQueue(name).receiveMessages({ messagesPerPage: 32, visibilityTimeout: 600 }));
    assert.deepEqual(here.map(({ content }) => content).sort(), contents.toSorted());
    assert.ok(here.every(({ dequeueCount }) => dequeueCount === 2));
  });
});

describe("access policies", () => {
  test("set here", async () => {
    const name = await newQueue();
    await ourQueue(name).setQueueAccessPolicy(policies);
    const read = await theirQueue(name, "get_queue_access_policy");
    // In Python moments stay text and what is missing is None.
    const known = Object.entries(read).map(([id, { start, expiry, permission }]) => [
      id,
      {
        ...(start && { start: new Date(start) }),
        ...(expiry && { expiry: new Date(expiry) }),
        ...(permission && { permission }),
      },
    ]);
    assert.deepEqual(Object.fromEntries(known), policies);
    await ourQueue(name).setQueueAccessPolicy({});
    assert.deepEqual(await theirQueue(name, "get_queue_access_policy"), {});
  });

  test("set there", async () => {
    const name = await newQueue();
    await theirs.queue(name).setPolicies(policies);
    assert.deepEqual(await ourQueue(name).getQueueAccessPolicy(), policies);
    await theirs.queue(name).setPolicies({});
    assert.deepEqual(await ourQueue(name).getQueueAccessPolicy(), {});
  });
});

describe("service properties", () => {
  // The same settings as Python writes them and as it reads them, with the lists of a CORS rule as one text.
  const retention = (enabled, days) => ({ $RetentionPolicy: { enabled, days } });
  const there = {
    analytics_logging: {
      $QueueAnalyticsLogging: { delete: true, read: false, write: true, retention_policy: retention(true, 5) },
    },
    hour_metrics: { $Metrics: { enabled: true, include_apis: true, retention_policy: retention(true, 365) } },
    minute_metrics: { $Metrics: { enabled: false, retention_policy: retention(false) } },
    cors: [
      {
        $CorsRule: {
          allowed_origins: ["https://one.example", "https://two.example"],
          allowed_methods: ["GET", "PUT"],
          allowed_headers: ["x-ms-*", "content-type"],
          exposed_headers: ["x-ms-popreceipt"],
          max_age_in_seconds: 600,
        },
      },
      { $CorsRule: { allowed_origins: ["*"], allowed_methods: ["GET"] } },
    ],
  };
  const readThere = {
    analytics_logging: {
      version: "1.0",
      delete: true,
      read: false,
      write: true,
      retention_policy: { enabled: true, days: 5 },
    },
    hour_metrics: { version: "1.0", enabled: true, include_apis: true, retention_policy: { enabled: true, days: 365 } },
    minute_metrics: {
      version: "1.0",
      enabled: false,
      include_apis: null,
      retention_policy: { enabled: false, days: null },
    },
    cors: [
      {
        allowed_origins: "https://one.example,https://two.example",
        allowed_methods: "GET,PUT",
        allowed_headers: "x-ms-*,content-type",
        exposed_headers: "x-ms-popreceipt",
        max_age_in_seconds: 600,
      },
      { allowed_origins: "*", allowed_methods: "GET", allowed_headers: "", exposed_headers: "", max_age_in_seconds: 0 },
    ],
  };

  test("set here", async () => {
    await ourService.setServiceProperties(settings);
    assert.deepEqual(await theirService("get_service_properties"), readThere);
    await ourService.setServiceProperties({ cors: [] });
    assert.deepEqual(await theirService("get_service_properties"), { ...readThere, cors: [] });
  });

  test("set there", async () => {
    await ourService.setServiceProperties({ hourMetrics: { enabled: false }, cors: [] });
    await theirService("set_service_properties", there);
    assert.deepEqual(await ourService.getServiceProperties(), settings);
    await theirService("set_service_properties", { cors: [] });
    assert.deepEqual(await ourService.getServiceProperties(), { ...settings, cors: [] });
  });
});

describe("SAS made here, used in Python", () => sasTests({ maker: ours, user: theirs }));
describe("SAS made in Python, used here", () => sasTests({ maker: theirs, user: ours }));
describe("SAS: the same token", () => sameTokenTests({ ours, theirs }));
