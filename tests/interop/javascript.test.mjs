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
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { collect } from "../support/script.mjs";
import { contentTests, lifeTests } from "./messages.mjs";
import { base64Texts, lowerCase, metadata, metadataValues, plainTexts, policies, settings } from "./samples.mjs";
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
      names: async (prefix) => (await collect(service.listQueues({ prefix }))).map(({ name }) => name),
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

/** The same without what is `undefined`, moments as text. */
const present = (value) => JSON.parse(JSON.stringify(value));

describe("queues", () => {
  test("created here", async () => {
    const name = freshName();
    await ourService.createQueue(name, { metadata });
    const properties = await theirQueue(name).getProperties();
    // What it reads of a response has header names in lower case.
    assert.deepEqual(properties.metadata, lowerCase);
    assert.equal(properties.approximateMessagesCount, 0);
    // Node's `fetch` sends names as they are given, and a list keeps them.
    const listed = await collect(theirService.listQueues({ prefix: name, includeMetadata: true }));
    assert.deepEqual(listed, [{ name, metadata }]);
  });

  test("created there", async () => {
    const name = freshName();
    await theirService.createQueue(name, { metadata });
    const properties = await ourQueue(name).getQueueProperties();
    assert.deepEqual(properties, { name, metadata: lowerCase, approximateMessageCount: 0 });
    // A list is XML, in which names have the case that they were given there.
    const listed = await collect(ourService.listQueues({ nameStartsWith: name, includeMetadata: true }));
    assert.deepEqual(listed, [{ name, metadata }]);
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
    const [here, there] = [freshName(), freshName()];
    await ourService.createQueue(here, { metadata: metadataValues });
    await theirService.createQueue(there, { metadata: metadataValues });
    assert.deepEqual((await theirQueue(here).getProperties()).metadata, metadataValues);
    assert.deepEqual((await ourQueue(there).getQueueProperties()).metadata, metadataValues);
    const listed = await collect(ourService.listQueues({ nameStartsWith: there, includeMetadata: true }));
    assert.deepEqual(listed[0].metadata, metadataValues);
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
    const pages = await collect(ourService.listQueues({ nameStartsWith: "list-", resultsPerPage: 2 }).byPage());
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
      (await collect(rest)).flatMap(({ items }) => items.map(({ name }) => name)),
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

const {
  "line feeds": _lines,
  "carriage returns": _returns,
  "carriage returns and line feeds": _both,
  ...otherTexts
} = plainTexts;
// It does not decode the numeric reference by which Azurite gives a carriage return.
const readableThere = { ...otherTexts, "line feeds": plainTexts["line feeds"] };
// It leaves line feeds out of what it sends.
const writableThere = { ...otherTexts, "carriage returns": plainTexts["carriage returns"] };

for (const [direction, from, to, plain] of [
  ["from here to @azure/storage-queue", ours, theirs, readableThere],
  ["from @azure/storage-queue to here", theirs, ours, writableThere],
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
    const here = await collect(ourQueue(name).receiveMessages({ messagesPerPage: 32, visibilityTimeout: 600 }));
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
  test("set here", async () => {
    const name = await newQueue();
    await ourQueue(name).setQueueAccessPolicy(policies);
    assert.deepEqual(
      present((await theirQueue(name).getAccessPolicy()).signedIdentifiers),
      present(theirPolicies(policies)),
    );
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
    const exact = { expiry: new Date("2031-02-03T04:05:06.789Z"), permission: "r" };
    await theirs.queue(name).setPolicies({ exact });
    assert.deepEqual(await ourQueue(name).getQueueAccessPolicy(), { exact });
  });
});

describe("service properties", () => {
  // The same settings as it has them.
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
    return present({ queueAnalyticsLogging, hourMetrics, minuteMetrics, cors });
  }

  test("set here", async () => {
    await ourService.setServiceProperties(settings);
    assert.deepEqual(await readThere(), there);
    await ourService.setServiceProperties({ cors: [] });
    assert.deepEqual(await readThere(), { ...there, cors: [] });
  });

  test("set there", async () => {
    await ourService.setServiceProperties({ hourMetrics: { enabled: false }, cors: [] });
    await theirService.setProperties(there);
    assert.deepEqual(await ourService.getServiceProperties(), settings);
  });

  test("statistics", async () => {
    const secondaryHostname = new URL(azurite.url).host;
    const { geoReplication } = await new QueueServiceClient(azurite.url, key, { secondaryHostname }).getServiceStats();
    const secondary = new TheirServiceClient(`${azurite.url}-secondary`, sharedKey, once);
    const read = (await secondary.getStatistics()).geoReplication;
    assert.equal(geoReplication.status, read.status);
    assert.ok(geoReplication.lastSyncTime instanceof Date);
  });
});

describe("SAS made here, used by @azure/storage-queue", () => sasTests({ maker: ours, user: theirs }));
describe("SAS made by @azure/storage-queue, used here", () => sasTests({ maker: theirs, user: ours }));
describe("SAS: the same token", () => sameTokenTests({ ours, theirs }));
