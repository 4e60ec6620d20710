// This package and `@azure/storage-queue` at one Azurite: what one side does, the other sees.

import assert from "node:assert/strict";
import { after, describe, test } from "node:test";
import {
  AccountSASPermissions,
  generateAccountSASQueryParameters,
  generateQueueSASQueryParameters,
  QueueSASPermissions,
  StorageSharedKeyCredential,
  QueueClient as TheirQueueClient,
  QueueServiceClient as TheirServiceClient,
} from "@azure/storage-queue";
import { QueueClient, QueueServiceClient } from "azure-queue-wasm";
import { startAzurite } from "../support/azurite.mjs";
import { base64Texts, contentTests, lifeTests, plainTexts } from "./messages.mjs";
import { sameTokenTests, sasTests } from "./sas.mjs";
import { freshName, ourSide } from "./sides.mjs";

const azurite = await startAzurite();
after(() => azurite.stop());

const key = { accountName: azurite.accountName, accountKey: azurite.accountKey };
const ourService = new QueueServiceClient(azurite.url, key);
const ourQueue = (name) => new QueueClient(azurite.url, name, key);

const sharedKey = new StorageSharedKeyCredential(azurite.accountName, azurite.accountKey);
const once = { retryOptions: { maxTries: 1 } };
// A SAS is no credential there: it goes into the URL.
const client = (Class, path, sas) =>
  sas
    ? new Class(`${azurite.url}${path}?${sas}`, undefined, once)
    : new Class(`${azurite.url}${path}`, sharedKey, once);
const theirQueue = (name, sas) => client(TheirQueueClient, `/${name}`, sas);
const theirService = client(TheirServiceClient, "");

const ours = ourSide(azurite);
const theirs = {
  queue(name, { encoding = "text", credential } = {}) {
    const queue = theirQueue(name, credential);
    // There are no encodings there: its users write Base64 themselves.
    const [encode, decode] = {
      text: [(content) => content, (text) => text],
      base64: [(content) => content && btoaUtf8(content), (text) => Buffer.from(text, "base64").toString()],
    }[encoding];
    const message = (found) => found && { ...found, id: found.messageId, content: decode(found.messageText ?? "") };
    return {
      send: async (content, { visibilityTimeout, timeToLive } = {}) =>
        message(await queue.sendMessage(encode(content), { visibilityTimeout, messageTimeToLive: timeToLive })),
      peek: async () => message((await queue.peekMessages()).peekedMessageItems[0]),
      receive: async (visibilityTimeout) =>
        message((await queue.receiveMessages({ visibilityTimeout })).receivedMessageItems[0]),
      update: ({ id, popReceipt }, { content, visibilityTimeout }) =>
        queue.updateMessage(id, popReceipt, encode(content), visibilityTimeout),
      delete: ({ id, popReceipt }) => queue.deleteMessage(id, popReceipt),
      setPolicies: (policies) => queue.setAccessPolicy(theirPolicies(policies)),
    };
  },
  service({ credential } = {}) {
    const service = client(TheirServiceClient, "", credential);
    return {
      create: (name) => service.createQueue(name),
      names: async (prefix) => (await all(service.listQueues({ prefix }))).map(({ name }) => name),
    };
  },
  queueSas: ({ policyId, permission, ...rest }) =>
    `${generateQueueSASQueryParameters(
      { ...theirSas(rest), identifier: policyId, permissions: permission && QueueSASPermissions.parse(permission) },
      sharedKey,
    )}`,
  accountSas: ({ permission, services = "q", ...rest }) =>
    `${generateAccountSASQueryParameters(
      { ...theirSas(rest), services, permissions: AccountSASPermissions.parse(permission) },
      sharedKey,
    )}`,
};

const btoaUtf8 = (text) => Buffer.from(text).toString("base64");

function theirSas({ start, expiry, ip, ...rest }) {
  const [first, last] = ip?.split("-") ?? [];
  return { ...rest, startsOn: start, expiresOn: expiry, ipRange: ip && { start: first, end: last } };
}

const theirPolicies = (policies) =>
  Object.entries(policies).map(([id, { start, expiry, permission }]) => ({
    id,
    accessPolicy: { startsOn: start, expiresOn: expiry, permissions: permission },
  }));

async function newQueue() {
  const name = freshName();
  await theirService.createQueue(name);
  return name;
}

async function all(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

describe("queues", () => {
  // Names that a plain sort of the headers puts in another order than the one that is signed.
  const metadata = { a_1: "with underscore", a1: "without", A: "upper case" };
  const lowerCase = { a_1: "with underscore", a1: "without", a: "upper case" };

  test("created here", async () => {
    const name = freshName();
    await ourService.createQueue(name, { metadata });
    const properties = await theirQueue(name).getProperties();
    // What it reads of a response has header names in lower case.
    assert.deepEqual(properties.metadata, lowerCase);
    assert.equal(properties.approximateMessagesCount, 0);
    // Node's `fetch` sends names as they are given, and a list keeps them.
    const listed = await all(theirService.listQueues({ prefix: name, includeMetadata: true }));
    assert.deepEqual(listed, [{ name, metadata }]);
  });

  test("created there", async () => {
    const name = freshName();
    await theirService.createQueue(name, { metadata });
    const properties = await ourQueue(name).getQueueProperties();
    assert.deepEqual(properties, { name, metadata: lowerCase, approximateMessageCount: 0 });
    // It sends names in lower case.
    const listed = await all(ourService.listQueues({ nameStartsWith: name, includeMetadata: true }));
    assert.deepEqual(listed, [{ name, metadata: lowerCase }]);
  });

  test("one that exists", async () => {
    const here = freshName();
    await ourService.createQueue(here, { metadata: lowerCase });
    // To it, one with the same metadata is a success, as it is to the service.
    await theirService.createQueue(here, { metadata: lowerCase });
    assert.equal((await theirQueue(here).createIfNotExists()).succeeded, false);
    const there = await newQueue();
    await assert.rejects(ourService.createQueue(there), { name: "ResourceExistsError", code: "QueueAlreadyExists" });
    assert.deepEqual(await ourQueue(there).createQueueIfNotExists(), { created: false });
  });

  test("metadata set by one and replaced by the other", async () => {
    const name = await newQueue();
    await ourQueue(name).setQueueMetadata({ owner: "here", kept: "no" });
    assert.deepEqual((await theirQueue(name).getProperties()).metadata, { owner: "here", kept: "no" });
    await theirQueue(name).setMetadata({ owner: "there" });
    assert.deepEqual((await ourQueue(name).getQueueProperties()).metadata, { owner: "there" });
    await ourQueue(name).setQueueMetadata();
    assert.deepEqual((await theirQueue(name).getProperties()).metadata, {});
  });

  test("metadata values of all kinds of characters", async () => {
    const values = { specials: `<a b="1">&amp; ]]></a>`, inside: "a  b", all: String.raw`!#$%'()*+,-./:;=?@[\]^_{|}~` };
    const [here, there] = [freshName(), freshName()];
    await ourService.createQueue(here, { metadata: values });
    await theirService.createQueue(there, { metadata: values });
    assert.deepEqual((await theirQueue(here).getProperties()).metadata, values);
    assert.deepEqual((await ourQueue(there).getQueueProperties()).metadata, values);
    const listed = await all(ourService.listQueues({ nameStartsWith: there, includeMetadata: true }));
    assert.deepEqual(listed[0].metadata, values);
  });

  test("listed by prefix, in pages", async () => {
    const names = ["list-a", "list-b", "list-c", "list-d", "list-e"];
    for (const [i, name] of names.entries()) await (i % 2 ? ourService : theirService).createQueue(name);
    await ourService.createQueue("lis");
    const sizes = [];
    const found = [];
    for await (const { queueItems } of theirService.listQueues({ prefix: "list-" }).byPage({ maxPageSize: 2 })) {
      sizes.push(queueItems.length);
      found.push(...queueItems.map(({ name }) => name));
    }
    assert.deepEqual([sizes, found], [[2, 2, 1], names]);
    const pages = await all(ourService.listQueues({ nameStartsWith: "list-", resultsPerPage: 2 }).byPage());
    assert.deepEqual(
      pages.map(({ items }) => items.map(({ name }) => name)),
      [names.slice(0, 2), names.slice(2, 4), names.slice(4)],
    );
    // Each side goes on where the other stopped: the marker is the service's.
    const { value: first } = await theirService.listQueues({ prefix: "list-" }).byPage({ maxPageSize: 2 }).next();
    const rest = ourService
      .listQueues({ nameStartsWith: "list-" })
      .byPage({ continuationToken: first.continuationToken });
    assert.deepEqual(
      (await all(rest)).flatMap(({ items }) => items.map(({ name }) => name)),
      names.slice(2),
    );
    const { continuationToken } = pages[0];
    const { value: next } = await theirService.listQueues({ prefix: "list-" }).byPage({ continuationToken }).next();
    assert.deepEqual(
      next.queueItems.map(({ name }) => name),
      names.slice(2),
    );
  });

  test("messages counted and cleared", async () => {
    const name = await newQueue();
    await ourQueue(name).sendMessage("one");
    await theirQueue(name).sendMessage("two");
    assert.equal((await ourQueue(name).getQueueProperties()).approximateMessageCount, 2);
    assert.equal((await theirQueue(name).getProperties()).approximateMessagesCount, 2);
    await theirQueue(name).clearMessages();
    assert.deepEqual(await ourQueue(name).peekMessages(), []);
    await theirQueue(name).sendMessage("three");
    await ourQueue(name).clearMessages();
    assert.deepEqual((await theirQueue(name).peekMessages()).peekedMessageItems, []);
  });

  test("deleted", async () => {
    const [one, other] = [await newQueue(), await newQueue()];
    await ourService.deleteQueue(one);
    assert.equal(await theirQueue(one).exists(), false);
    await theirService.deleteQueue(other);
    assert.equal(await ourQueue(other).exists(), false);
    assert.deepEqual(await ourQueue(other).deleteQueueIfExists(), { deleted: false });
  });
});

// It does not decode the numeric reference with which Azurite sends a carriage return.
const { "carriage returns": _, "carriage returns and line feeds": __, ...readableThere } = plainTexts;

for (const [direction, from, to, plain] of [
  ["from here to @azure/storage-queue", ours, theirs, readableThere],
  ["from @azure/storage-queue to here", theirs, ours, plainTexts],
]) {
  const sides = { from, to, newQueue };
  describe(`text ${direction}`, () => contentTests(plain, { encoding: "text", ...sides }));
  describe(`text in Base64 ${direction}`, () => contentTests(base64Texts, { encoding: "base64", ...sides }));
  describe(`a message's life ${direction}`, () => lifeTests(sides));
}

describe("messages", () => {
  test("pages of many", async () => {
    const name = await newQueue();
    const contents = Array.from({ length: 40 }, (_, i) => `message ${i}`);
    for (const content of contents) await theirQueue(name).sendMessage(content);
    const here = await all(ourQueue(name).receiveMessages({ messagesPerPage: 32, visibilityTimeout: 600 }));
    assert.deepEqual(
      here.map(({ content }) => content),
      contents,
    );
    for (const { id, popReceipt } of here) await theirQueue(name).updateMessage(id, popReceipt, undefined, 0);
    const there = await theirQueue(name).receiveMessages({ numberOfMessages: 32, visibilityTimeout: 600 });
    assert.equal(there.receivedMessageItems.length, 32);
    assert.ok(there.receivedMessageItems.every(({ dequeueCount }) => dequeueCount === 2));
  });
});

describe("access policies", () => {
  const policies = {
    all: { start: new Date("2030-01-02T03:04:05Z"), expiry: new Date("2031-02-03T04:05:06Z"), permission: "raup" },
    "expiry alone": { expiry: new Date("2031-02-03T04:05:06Z") },
    "permission alone": { permission: "rp" },
    "<&> é": { start: new Date("2030-01-02T03:04:05Z"), permission: "a" },
  };

  test("set here", async () => {
    const name = await newQueue();
    await ourQueue(name).setQueueAccessPolicy(policies);
    assert.deepEqual((await theirQueue(name).getAccessPolicy()).signedIdentifiers, theirPolicies(policies));
    await ourQueue(name).setQueueAccessPolicy({});
    assert.deepEqual((await theirQueue(name).getAccessPolicy()).signedIdentifiers, []);
  });

  test("set there", async () => {
    const name = await newQueue();
    await theirs.queue(name).setPolicies(policies);
    assert.deepEqual(await ourQueue(name).getQueueAccessPolicy(), policies);
    await theirs.queue(name).setPolicies({});
    assert.deepEqual(await ourQueue(name).getQueueAccessPolicy(), {});
  });

  test("fractions of seconds, which only it writes", async () => {
    const name = await newQueue();
    const policies = { exact: { expiry: new Date("2031-02-03T04:05:06.789Z"), permission: "r" } };
    await theirs.queue(name).setPolicies(policies);
    assert.deepEqual(await ourQueue(name).getQueueAccessPolicy(), policies);
  });
});

describe("service properties", () => {
  // The same settings twice, as each side has them.
  const here = {
    analyticsLogging: {
      version: "1.0",
      delete: true,
      read: false,
      write: true,
      retentionPolicy: { enabled: true, days: 5 },
    },
    hourMetrics: { version: "1.0", enabled: true, includeApis: true, retentionPolicy: { enabled: true, days: 365 } },
    minuteMetrics: { version: "1.0", enabled: false, retentionPolicy: { enabled: false } },
    cors: [
      {
        allowedOrigins: ["https://one.example", "https://two.example"],
        allowedMethods: ["GET", "PUT"],
        allowedHeaders: ["x-ms-*", "content-type"],
        exposedHeaders: ["x-ms-popreceipt"],
        maxAgeInSeconds: 600,
      },
      { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], exposedHeaders: [], maxAgeInSeconds: 0 },
    ],
  };
  const there = {
    queueAnalyticsLogging: {
      version: "1.0",
      deleteProperty: true,
      read: false,
      write: true,
      retentionPolicy: { enabled: true, days: 5 },
    },
    hourMetrics: { version: "1.0", enabled: true, includeAPIs: true, retentionPolicy: { enabled: true, days: 365 } },
    minuteMetrics: { version: "1.0", enabled: false, retentionPolicy: { enabled: false } },
    cors: [
      {
        allowedOrigins: "https://one.example,https://two.example",
        allowedMethods: "GET,PUT",
        allowedHeaders: "x-ms-*,content-type",
        exposedHeaders: "x-ms-popreceipt",
        maxAgeInSeconds: 600,
      },
      { allowedOrigins: "*", allowedMethods: "GET", allowedHeaders: "", exposedHeaders: "", maxAgeInSeconds: 0 },
    ],
  };

  /** Its settings without the headers of the response, which it puts beside them. */
  async function readThere() {
    const { queueAnalyticsLogging, hourMetrics, minuteMetrics, cors } = await theirService.getProperties();
    return { queueAnalyticsLogging, hourMetrics, minuteMetrics, cors };
  }

  test("set here", async () => {
    await ourService.setServiceProperties(here);
    assert.deepEqual(await readThere(), there);
    await ourService.setServiceProperties({ cors: [] });
    assert.deepEqual(await readThere(), { ...there, cors: [] });
  });

  test("set there", async () => {
    await ourService.setServiceProperties({ hourMetrics: { enabled: false }, cors: [] });
    await theirService.setProperties(there);
    assert.deepEqual(await ourService.getServiceProperties(), here);
  });

  test("statistics", async () => {
    // Both derive the emulator's secondary endpoint, or are given it.
    const { geoReplication } = await ourService.getServiceStats();
    const secondary = new TheirServiceClient(`${azurite.url}-secondary`, sharedKey, once);
    assert.equal(geoReplication.status, (await secondary.getStatistics()).geoReplication.status);
  });
});

describe("SAS made here, used by @azure/storage-queue", () => sasTests({ maker: ours, user: theirs }));
describe("SAS made by @azure/storage-queue, used here", () => sasTests({ maker: theirs, user: ours }));
describe("SAS: the same token", () => sameTokenTests({ ours, theirs }));
