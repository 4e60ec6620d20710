// Every kind of credential against the emulator.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import {
  ClientAuthenticationError,
  generateAccountSas,
  generateQueueSas,
  HttpResponseError,
  QueueClient,
  QueueServiceClient,
} from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { collect, rejection } from "../support/script.mjs";

let azurite;
let owner;
const queueName = "credentials";
const inAnHour = () => new Date(Date.now() + 3_600_000);

before(async () => {
  azurite = await startAzurite();
  const key = { accountName: azurite.accountName, accountKey: azurite.accountKey };
  owner = new QueueClient(azurite.url, queueName, key);
  await owner.createQueue();
});
after(() => azurite.stop());
beforeEach(() => owner.clearMessages());

const accountSas = (more) =>
  generateAccountSas({
    accountName: azurite.accountName,
    accountKey: azurite.accountKey,
    resourceTypes: "sco",
    permission: "rwdlacup",
    expiry: inAnHour(),
    ...more,
  });
const queueSas = (more) =>
  generateQueueSas({
    accountName: azurite.accountName,
    accountKey: azurite.accountKey,
    queueName,
    permission: "raup",
    expiry: inAnHour(),
    ...more,
  });

/** Everything that one does with messages. */
async function roundTrip(queue) {
  await queue.sendMessage("hello");
  assert.equal((await queue.peekMessages())[0].content, "hello");
  const message = await queue.receiveMessage();
  const updated = await queue.updateMessage(message, { content: "changed", visibilityTimeout: 60 });
  await queue.deleteMessage(updated);
  assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
}

describe("everything with messages works with", () => {
  const strange = "a & b/ü";
  for (const [what, make] of [
    ["an account SAS", () => new QueueClient(azurite.url, queueName, accountSas())],
    ["an account SAS with a question mark", () => new QueueClient(azurite.url, queueName, `?${accountSas()}`)],
    ["an account SAS in the account URL", () => new QueueClient(`${azurite.url}?${accountSas()}`, queueName)],
    ["a queue SAS", () => new QueueClient(azurite.url, queueName, queueSas())],
    ["a queue SAS in the queue URL", () => QueueClient.fromQueueUrl(`${azurite.url}/${queueName}?${queueSas()}`)],
    [
      "a queue SAS that began some time ago",
      () => new QueueClient(azurite.url, queueName, queueSas({ start: new Date(Date.now() - 900_000) })),
    ],
    [
      "a queue SAS for both protocols",
      () => new QueueClient(azurite.url, queueName, queueSas({ protocol: "https,http" })),
    ],
    [
      "a queue SAS for an address",
      () => new QueueClient(azurite.url, queueName, queueSas({ ip: "0.0.0.0-255.255.255.255" })),
    ],
    [
      "a queue SAS of another version",
      () => new QueueClient(azurite.url, queueName, queueSas({ version: "2025-11-05" })),
    ],
    [
      "an account SAS of another version",
      () => new QueueClient(azurite.url, queueName, accountSas({ version: "2018-11-09" })),
    ],
    [
      "a SAS of a stored access policy",
      async () => {
        await owner.setQueueAccessPolicy({ [strange]: { permission: "raup", expiry: inAnHour() } });
        const sas = queueSas({ policyId: strange, permission: undefined, expiry: undefined });
        return new QueueClient(azurite.url, queueName, sas);
      },
    ],
    [
      "a SAS in a connection string",
      () =>
        QueueClient.fromConnectionString(
          `QueueEndpoint=${azurite.url};SharedAccessSignature=${accountSas()}`,
          queueName,
        ),
    ],
    ["a connection string", () => QueueClient.fromConnectionString(azurite.connectionString, queueName)],
    [
      "a name and a key",
      () =>
        new QueueClient(azurite.url, queueName, { accountName: azurite.accountName, accountKey: azurite.accountKey }),
    ],
    ["a key alone", () => new QueueClient(azurite.url, queueName, azurite.accountKey)],
    ["a queue URL and a key", () => QueueClient.fromQueueUrl(`${azurite.url}/${queueName}`, azurite.accountKey)],
  ]) {
    test(what, async () => await roundTrip(await make()));
  }

  test("an account SAS whose services, types and permissions are objects", async () => {
    const sas = accountSas({
      services: { queue: true, blob: true },
      resourceTypes: { service: true, container: true, object: true },
      permission: {
        read: true,
        write: true,
        delete: true,
        list: true,
        add: true,
        create: true,
        update: true,
        process: true,
      },
    });
    await roundTrip(new QueueClient(azurite.url, queueName, sas));
    const names = (await collect(new QueueServiceClient(azurite.url, sas).listQueues())).map(({ name }) => name);
    assert.deepEqual(names, [queueName]);
  });
});

describe("the service allows what a SAS says and no more", () => {
  const unchecked = { checkAccess: false };
  for (const [permission, allowed] of [
    ["a", ["sendMessage"]],
    ["r", ["peekMessages", "getQueueProperties"]],
    ["p", ["receiveMessage"]],
    [{ read: true, add: true }, ["sendMessage", "peekMessages", "getQueueProperties"]],
  ]) {
    test(JSON.stringify(permission), async () => {
      const queue = new QueueClient(azurite.url, queueName, queueSas({ permission }), unchecked);
      for (const call of ["sendMessage", "peekMessages", "getQueueProperties", "receiveMessage"]) {
        const promise = call === "sendMessage" ? queue.sendMessage("x") : queue[call]();
        if (allowed.includes(call)) await promise;
        else {
          const error = await rejection(promise);
          assert.ok(error instanceof HttpResponseError);
          assert.equal(error.statusCode, 403, call);
        }
      }
    });
  }

  test("after its end it allows nothing", async () => {
    const sas = queueSas({ expiry: new Date(Date.now() - 60_000) });
    const error = await rejection(new QueueClient(azurite.url, queueName, sas, unchecked).peekMessages());
    assert.equal(error.code, "AuthenticationFailed");
    assert.equal(error.name, "SasExpiredError");
    assert.ok(error instanceof ClientAuthenticationError);
  });
});

describe("shared key", () => {
  for (const [what, options] of [
    [
      "headers of the caller's own, in the order of the service",
      { headers: { "x-ms-a1": "1", "x-ms-a_1": "2", "X-MS-B": "3", "x-other": "4" } },
    ],
    ["a timeout", { timeout: 20 }],
    ["a request id", { clientRequestId: "my request & id" }],
    ["blanks in, before and after a header", { headers: { "x-ms-blanks": " a  b " } }],
  ]) {
    test(`signs ${what}`, async () => {
      await owner.sendMessage("é", { ...options, timeToLive: 60 });
      await owner.setQueueMetadata({ a1: "1", a_1: "2", a: "3" }, options);
      assert.equal((await owner.receiveMessage(options)).content, "é");
      const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
      assert.deepEqual(await collect(service.listQueues({ nameStartsWith: "no such+&ü/", ...options })), []);
    });
  }

  test("a wrong key is refused by the service", async () => {
    const accountKey = Buffer.from("another key").toString("base64");
    const error = await rejection(new QueueClient(azurite.url, queueName, accountKey).peekMessages());
    assert.ok(error instanceof ClientAuthenticationError);
    assert.equal(error.code, "AuthenticationFailed");
  });
});
