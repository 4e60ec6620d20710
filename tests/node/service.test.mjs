// The queues of an account: create, delete, list.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { QueueClient, QueueServiceClient, ResourceExistsError, ResourceNotFoundError } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, collect, failure, queuePage, rejection, script } from "../support/script.mjs";

let azurite;
let service;

before(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
after(() => azurite.stop());

const names = async (options) => (await collect(service.listQueues(options))).map((queue) => queue.name);

describe("creating and deleting", () => {
  test("createQueue gives a client for the new queue, with the metadata asked for", async () => {
    const queue = await service.createQueue("created", { metadata: { colour: "red" } });
    assert.ok(queue instanceof QueueClient);
    assert.equal(queue.queueName, "created");
    assert.deepEqual((await queue.getQueueProperties()).metadata, { colour: "red" });
  });

  test("a queue that exists already cannot be created", async () => {
    await service.createQueue("twice");
    const error = await rejection(service.createQueue("twice"));
    assert.ok(error instanceof ResourceExistsError);
    assert.equal(error.code, "QueueAlreadyExists");
  });

  test("deleteQueue takes a name or an item of a list", async () => {
    await service.createQueue("by-name");
    await service.createQueue("by-item");
    assert.equal(await service.deleteQueue("by-name"), undefined);
    const [item] = await collect(service.listQueues({ nameStartsWith: "by-" }));
    assert.equal(item.name, "by-item");
    await service.deleteQueue(item);
    assert.deepEqual(await names({ nameStartsWith: "by-" }), []);
  });

  test("a queue that does not exist cannot be deleted", async () => {
    const error = await rejection(service.deleteQueue("never-there"));
    assert.ok(error instanceof ResourceNotFoundError);
    assert.equal(error.code, "QueueNotFound");
  });

  test("createQueueIfNotExists and deleteQueueIfExists say what they did", async () => {
    assert.deepEqual(await service.createQueueIfNotExists("maybe", { metadata: { a: "1" } }), { created: true });
    assert.deepEqual(await service.createQueueIfNotExists("maybe", { metadata: { a: "2" } }), { created: false });
    assert.deepEqual((await service.getQueueClient("maybe").getQueueProperties()).metadata, { a: "1" });
    assert.deepEqual(await service.deleteQueueIfExists({ name: "maybe" }), { deleted: true });
    assert.deepEqual(await service.deleteQueueIfExists("maybe"), { deleted: false });
  });
});

describe("getQueueClient", () => {
  test("sends nothing, and its client has the credential and the options of the service client", async () => {
    const fetch = script({ status: 204 });
    const parent = new QueueServiceClient(account.url, account.sas, { fetch, headers: { "x-app": "tests" } });
    const queue = parent.getQueueClient("orders");
    assert.equal(fetch.requests.length, 0);
    await queue.clearMessages();
    const [{ url, headers }] = fetch.requests;
    assert.equal(url.origin + url.pathname, `${account.url}/orders/messages`);
    assert.equal(url.searchParams.get("sig"), account.signature);
    assert.equal(headers["x-app"], "tests");
  });

  test("its location mode starts as that of the service client and is its own from then on", () => {
    const parent = new QueueServiceClient(account.url, account.sas);
    parent.locationMode = "secondary";
    const queue = parent.getQueueClient({ name: "orders" });
    parent.locationMode = "primary";
    assert.equal(queue.locationMode, "secondary");
    assert.equal(parent.locationMode, "primary");
  });
});

describe("listing", () => {
  before(async () => {
    for (const name of ["list-a-1", "list-a-2", "list-b-1", "list-b-2", "list-b-3"]) {
      await service.createQueueIfNotExists(name, { metadata: name === "list-a-1" ? { size: "1", empty: "" } : {} });
    }
  });

  for (const [prefix, expected] of [
    ["list-", ["list-a-1", "list-a-2", "list-b-1", "list-b-2", "list-b-3"]],
    ["list-b", ["list-b-1", "list-b-2", "list-b-3"]],
    ["list-a-2", ["list-a-2"]],
    ["list-c", []],
    ["LIST", []],
    ["list-b&x=ü %2B", []],
  ]) {
    test(`nameStartsWith ${JSON.stringify(prefix)}`, async () => {
      assert.deepEqual(await names({ nameStartsWith: prefix }), expected);
    });
  }

  test("without options all queues come, in the order of their names", async () => {
    const all = await names();
    assert.ok(all.includes("list-a-1") && all.includes("list-b-3"));
    assert.deepEqual(all, [...all].sort());
  });

  test("items carry their metadata only when it is asked for", async () => {
    const nameStartsWith = "list-a";
    assert.deepEqual(await collect(service.listQueues({ nameStartsWith })), [
      { name: "list-a-1" },
      { name: "list-a-2" },
    ]);
    assert.deepEqual(await collect(service.listQueues({ nameStartsWith, includeMetadata: true })), [
      { name: "list-a-1", metadata: { size: "1", empty: "" } },
      { name: "list-a-2", metadata: {} },
    ]);
  });

  test("resultsPerPage sets the size of pages; the last one has no token", async () => {
    const pages = await collect(service.listQueues({ nameStartsWith: "list-", resultsPerPage: 2 }).byPage());
    assert.deepEqual(
      pages.map(({ items }) => items.map(({ name }) => name)),
      [["list-a-1", "list-a-2"], ["list-b-1", "list-b-2"], ["list-b-3"]],
    );
    assert.deepEqual(
      pages.map(({ continuationToken }) => typeof continuationToken),
      ["string", "string", "undefined"],
    );
  });

  test("byPage goes on from a continuation token, with another client too", async () => {
    const options = { nameStartsWith: "list-", resultsPerPage: 2 };
    const { value } = await service.listQueues(options).byPage().next();
    const other = QueueServiceClient.fromConnectionString(azurite.connectionString);
    const rest = await collect(other.listQueues(options).byPage({ continuationToken: value.continuationToken }));
    assert.deepEqual(
      rest.flatMap(({ items }) => items.map(({ name }) => name)),
      ["list-b-1", "list-b-2", "list-b-3"],
    );
  });

  test("the loop over items goes through all pages, and each loop begins anew", async () => {
    const list = service.listQueues({ nameStartsWith: "list-", resultsPerPage: 1 });
    assert.equal((await collect(list)).length, 5);
    assert.equal((await collect(list)).length, 5);
  });
});

describe("pages, request by request", () => {
  let fetch;
  let client;
  const first = queuePage(["a11", "a22"], "marker +/=&1");
  beforeEach(() => {
    fetch = script(first, queuePage(["a33"]));
    client = new QueueServiceClient(account.url, account.sas, { fetch, retry: { mode: "none" } });
  });

  test("nothing is requested before the loop begins", async () => {
    const list = client.listQueues();
    list.byPage();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(fetch.requests.length, 0);
  });

  test("each request carries the options, the marker of the page before it, and no more", async () => {
    const options = { nameStartsWith: "a", includeMetadata: true, resultsPerPage: 2, timeout: 7 };
    assert.equal((await collect(client.listQueues(options))).length, 3);
    const queries = fetch.requests.map(({ url }) => {
      const query = Object.fromEntries(url.searchParams);
      return Object.fromEntries(Object.entries(query).filter(([name]) => !account.sas.includes(`${name}=`)));
    });
    const same = { comp: "list", prefix: "a", include: "metadata", maxresults: "2", timeout: "7" };
    assert.deepEqual(queries, [same, { ...same, marker: "marker +/=&1" }]);
  });

  test("a loop that is left asks for no further page", async () => {
    for await (const { name } of client.listQueues()) if (name === "a11") break;
    for await (const _ of client.listQueues().byPage()) break;
    assert.equal(fetch.requests.length, 2);
  });

  test("an empty page in the middle does not end the list", async () => {
    fetch = script(queuePage([], "next"), queuePage(["a33"]));
    client = new QueueServiceClient(account.url, account.sas, { fetch });
    assert.deepEqual(await collect(client.listQueues()), [{ name: "a33" }]);
  });

  test("a list that began at the secondary endpoint stays there", async () => {
    client.locationMode = "secondary";
    for await (const { name } of client.listQueues()) if (name === "a11") client.locationMode = "primary";
    assert.deepEqual(
      fetch.requests.map(({ url }) => url.origin),
      [account.secondaryUrl, account.secondaryUrl],
    );
  });

  test("the error of a later page tells where to go on", async () => {
    fetch = script(first, failure(500, "InternalError"), queuePage(["a33"]));
    client = new QueueServiceClient(account.url, account.sas, { fetch, retry: { mode: "none" } });
    const seen = [];
    const error = await rejection(
      (async () => {
        for await (const { name } of client.listQueues()) seen.push(name);
      })(),
    );
    assert.deepEqual(seen, ["a11", "a22"]);
    assert.equal(error.code, "InternalError");
    assert.equal(error.continuationToken, "marker +/=&1");
    const [page] = await collect(client.listQueues().byPage({ continuationToken: error.continuationToken }));
    assert.deepEqual(page, { items: [{ name: "a33" }], continuationToken: undefined });
    assert.equal(fetch.requests[2].url.searchParams.get("marker"), "marker +/=&1");
  });

  test("the error of the first page has no token", async () => {
    client = new QueueServiceClient(account.url, account.sas, { fetch: script(failure(403, "AuthorizationFailure")) });
    assert.equal((await rejection(collect(client.listQueues()))).continuationToken, undefined);
  });
});
