// Every kind of credential against the emulator, and token credentials against a scripted service.

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
import { account, collect, emptyPage, rejection, script, sent } from "../support/script.mjs";

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

describe("a SAS allows what it says and no more", () => {
  for (const [permission, allowed] of [
    ["a", ["sendMessage"]],
    ["r", ["peekMessages", "getQueueProperties"]],
    ["p", ["receiveMessage"]],
    [{ read: true, add: true }, ["sendMessage", "peekMessages", "getQueueProperties"]],
  ]) {
    test(JSON.stringify(permission), async () => {
      const queue = new QueueClient(azurite.url, queueName, queueSas({ permission }));
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
    const queue = new QueueClient(azurite.url, queueName, queueSas({ expiry: new Date(Date.now() - 60_000) }));
    const error = await rejection(queue.peekMessages());
    assert.equal(error.code, "AuthenticationFailed");
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

describe("token credentials", () => {
  let fetch;
  beforeEach(() => {
    fetch = script(({ method }) => (method === "POST" ? sent : emptyPage));
  });
  const queueWith = (getToken) =>
    new QueueClient(account.url, "orders", { getToken }, { fetch, retry: { mode: "none" } });
  const lasting = (token, millis = 3_600_000) => ({ token, expiresOnTimestamp: Date.now() + millis });

  test("are refused for http at once, since the token would be readable", () => {
    const credential = { getToken: async () => lasting("t") };
    for (const make of [
      () => new QueueServiceClient(azurite.url, credential),
      () => new QueueClient("http://myaccount.queue.core.windows.net", "orders", credential),
    ]) {
      assert.throws(make, { name: "RangeError", message: /accountUrl .*https/ });
    }
  });

  test("go out as a header, of any object that has getToken, called as its method", async () => {
    class Tokens {
      #token = "token-1";
      async getToken() {
        return lasting(this.#token);
      }
    }
    await new QueueClient(account.url, "orders", new Tokens(), { fetch }).sendMessage("x");
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-1");
    assert.equal(fetch.requests[0].url.search, "");
  });

  test("are asked once for many calls, one after the other", async () => {
    let asked = 0;
    const queue = queueWith(async () => lasting(`token-${++asked}`));
    for (const _ of [1, 2, 3]) await queue.peekMessages();
    assert.equal(asked, 1);
  });

  test("are asked again when the token ends within minutes", async () => {
    let asked = 0;
    const queue = queueWith(async () => lasting(`token-${++asked}`, 60_000));
    for (const _ of [1, 2]) await queue.peekMessages();
    assert.deepEqual(
      fetch.requests.map(({ headers }) => headers.authorization),
      ["Bearer token-1", "Bearer token-2"],
    );
  });

  test("may answer without a promise", async () => {
    await queueWith(() => lasting("token-1")).peekMessages();
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-1");
  });

  const failure = new Error("no sign-in");
  for (const [what, getToken, cause] of [
    [
      "rejects",
      async () => {
        throw failure;
      },
      failure,
    ],
    [
      "throws",
      () => {
        throw failure;
      },
      failure,
    ],
    ["gives null", async () => null],
    ["gives an object without a token", async () => ({ expiresOnTimestamp: 9e12 })],
    ["gives an empty token", async () => ({ token: "", expiresOnTimestamp: 9e12 })],
    ["gives a token that no header can carry", async () => ({ token: "a\nb", expiresOnTimestamp: 9e12 })],
    ["gives no end", async () => ({ token: "t" })],
  ]) {
    test(`a getToken that ${what} is a ClientAuthenticationError, and nothing is sent`, async () => {
      const error = await rejection(queueWith(getToken).peekMessages());
      assert.ok(error instanceof ClientAuthenticationError);
      assert.match(error.message, /getToken/);
      assert.equal(error.cause, cause);
      assert.deepEqual(error.attempts, []);
      assert.equal(fetch.requests.length, 0);
    });
  }

  test("calls at once have each the failure as their cause, and other calls have not", async () => {
    const failing = queueWith(async () => {
      throw failure;
    });
    const errors = await Promise.all([failing.peekMessages(), failing.sendMessage("x")].map(rejection));
    assert.deepEqual(
      errors.map(({ cause }) => cause),
      [failure, failure],
    );

    let asked = 0;
    fetch = script({ status: 403 });
    const queue = queueWith(async () => {
      if (++asked > 1) throw failure;
      return lasting("token-1", 1000);
    });
    const [refused, unsent] = await Promise.all([queue.peekMessages(), queue.peekMessages()].map(rejection));
    assert.deepEqual([refused.statusCode, refused.cause], [403, undefined]);
    assert.deepEqual([unsent.statusCode, unsent.cause], [undefined, failure]);
  });

  test("a failure is not remembered", async () => {
    let asked = 0;
    const queue = queueWith(async () => {
      if (++asked === 1) throw failure;
      return lasting("token-2");
    });
    await rejection(queue.peekMessages());
    await queue.peekMessages();
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-2");
  });
});
