// What clients are made from and what they tell of themselves.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, emptyPage, script } from "../support/script.mjs";

const shown = account.sas.replace(account.signature, "REDACTED");
const inFull = account.sas;
const key = { accountName: account.name, accountKey: account.key };
const emulator = "http://127.0.0.1:10001/devstoreaccount1";

describe("a queue client", () => {
  for (const [how, make] of [
    ["from an account URL and a SAS", (options) => new QueueClient(account.url, "orders", inFull, options)],
    [
      "from an account URL and a SAS with a question mark",
      (options) => new QueueClient(account.url, "orders", `?${inFull}`, options),
    ],
    [
      "from an account URL with a SAS in it",
      (options) => new QueueClient(`${account.url}/?${inFull}`, "orders", undefined, options),
    ],
    ["from a queue URL and a SAS", (options) => QueueClient.fromQueueUrl(`${account.url}/orders`, inFull, options)],
    [
      "from a queue URL with a SAS in it",
      (options) => QueueClient.fromQueueUrl(`${account.url}/orders?${inFull}`, undefined, options),
    ],
    [
      "from a connection string",
      (options) =>
        QueueClient.fromConnectionString(
          `QueueEndpoint=${account.url};SharedAccessSignature=${inFull}`,
          "orders",
          options,
        ),
    ],
    [
      "from a service client",
      (options) => new QueueServiceClient(account.url, inFull, options).getQueueClient("orders"),
    ],
  ]) {
    test(`${how}: what it tells, and where it sends`, async () => {
      const fetch = script(emptyPage);
      const queue = make({ fetch });
      assert.deepEqual(
        {
          queueName: queue.queueName,
          accountName: queue.accountName,
          url: queue.url,
          primaryEndpoint: queue.primaryEndpoint,
          primaryHostname: queue.primaryHostname,
          secondaryEndpoint: queue.secondaryEndpoint,
          secondaryHostname: queue.secondaryHostname,
          locationMode: queue.locationMode,
          apiVersion: queue.apiVersion,
        },
        {
          queueName: "orders",
          accountName: account.name,
          url: `${account.url}/orders?${shown}`,
          primaryEndpoint: `${account.url}/orders?${shown}`,
          primaryHostname: "myaccount.queue.core.windows.net",
          secondaryEndpoint: `${account.secondaryUrl}/orders?${shown}`,
          secondaryHostname: "myaccount-secondary.queue.core.windows.net",
          locationMode: "primary",
          apiVersion: "2020-12-06",
        },
      );
      assert.equal(queue.getUrlWithSas(), `${account.url}/orders?${inFull}`);
      assert.equal(fetch.requests.length, 0);
      await queue.peekMessages();
      const [{ url, headers }] = fetch.requests;
      assert.equal(url.origin + url.pathname, `${account.url}/orders/messages`);
      assert.equal(url.searchParams.get("sig"), account.signature);
      assert.equal(headers.authorization, undefined);
      assert.equal(headers["x-ms-version"], "2020-12-06");
    });
  }
});

describe("a service client", () => {
  for (const [how, service] of [
    ["from an account URL and a SAS", new QueueServiceClient(account.url, inFull)],
    ["from an account URL with a SAS in it", new QueueServiceClient(`${account.url}?${inFull}`)],
    [
      "from a connection string",
      QueueServiceClient.fromConnectionString(`AccountName=${account.name};SharedAccessSignature=${inFull}`),
    ],
  ]) {
    test(how, () => {
      assert.equal(service.url, `${account.url}/?${shown}`);
      assert.equal(service.getUrlWithSas(), `${account.url}/?${inFull}`);
      assert.equal(service.accountName, account.name);
      assert.equal(service.primaryEndpoint, service.url);
      assert.equal(service.secondaryEndpoint, `${account.secondaryUrl}/?${shown}`);
      assert.equal(service.locationMode, "primary");
    });
  }

  test("without any SAS the URL is plain", () => {
    const service = new QueueServiceClient(account.url, key);
    assert.equal(service.url, `${account.url}/`);
    assert.equal(service.getUrlWithSas(), `${account.url}/`);
  });
});

describe("which credential counts", () => {
  const other = "sv=2020-12-06&sig=b3RoZXI%3D";
  const connection = `AccountName=${account.name};AccountKey=${account.key}`;
  const signedBy = async (make) => {
    const fetch = script(emptyPage);
    await make({ fetch }).peekMessages();
    const [{ url, headers }] = fetch.requests;
    return [url.searchParams.get("sig"), headers.authorization?.split(":")[0]];
  };

  for (const [what, make, expected] of [
    [
      "a SAS of the caller's wins over the one in the URL",
      (options) => new QueueClient(`${account.url}?${inFull}`, "orders", other, options),
      ["b3RoZXI=", undefined],
    ],
    [
      "name and key together",
      (options) => new QueueClient(account.url, "orders", key, options),
      [null, "SharedKey myaccount"],
    ],
    [
      "a key alone, since the URL names the account",
      (options) => new QueueClient(account.url, "orders", account.key, options),
      [null, "SharedKey myaccount"],
    ],
    [
      "a key alone for the emulator",
      (options) => new QueueClient(emulator, "orders", account.key, options),
      [null, "SharedKey devstoreaccount1"],
    ],
    [
      "a key beside a SAS in the URL: both are sent",
      (options) => new QueueClient(`${account.url}?${inFull}`, "orders", key, options),
      [account.signature, "SharedKey myaccount"],
    ],
    [
      "the key of a connection string",
      (options) => QueueClient.fromConnectionString(connection, "orders", options),
      [null, "SharedKey myaccount"],
    ],
    [
      "options.credential wins over the key of a connection string",
      (options) => QueueClient.fromConnectionString(connection, "orders", { ...options, credential: other }),
      ["b3RoZXI=", undefined],
    ],
    [
      "options.credential wins over the SAS of a connection string",
      (options) =>
        QueueClient.fromConnectionString(`AccountName=${account.name};SharedAccessSignature=${inFull}`, "orders", {
          ...options,
          credential: other,
        }),
      ["b3RoZXI=", undefined],
    ],
    [
      "options.credential wins over the key of UseDevelopmentStorage",
      (options) =>
        QueueClient.fromConnectionString("UseDevelopmentStorage=true", "orders", { ...options, credential: other }),
      ["b3RoZXI=", undefined],
    ],
    [
      "nothing at all: the request goes out without proof",
      (options) => new QueueClient(account.url, "orders", undefined, options),
      [null, undefined],
    ],
  ]) {
    test(what, async () => assert.deepEqual(await signedBy(make), expected));
  }
});

describe("endpoints", () => {
  test("UseDevelopmentStorage=true is the emulator, and nothing is requested to know it", () => {
    const queue = QueueClient.fromConnectionString("UseDevelopmentStorage=true", "orders");
    assert.equal(queue.url, `${emulator}/orders`);
    assert.equal(queue.accountName, "devstoreaccount1");
    assert.equal(queue.primaryHostname, "127.0.0.1:10001/devstoreaccount1");
    assert.equal(QueueServiceClient.fromConnectionString("UseDevelopmentStorage=true").url, `${emulator}/`);
  });

  test("locationMode can be set, there and back", () => {
    const queue = new QueueClient(account.url, "orders", key);
    queue.locationMode = "secondary";
    assert.equal(queue.locationMode, "secondary");
    assert.equal(queue.url, `${account.secondaryUrl}/orders`);
    assert.equal(queue.primaryEndpoint, `${account.url}/orders`);
    queue.locationMode = "primary";
    assert.equal(queue.url, `${account.url}/orders`);
  });

  test("with locationMode secondary, reads go there", async () => {
    const fetch = script(emptyPage);
    const queue = new QueueClient(account.url, "orders", key, { fetch });
    queue.locationMode = "secondary";
    await queue.peekMessages();
    assert.equal(fetch.requests[0].url.origin, account.secondaryUrl);
  });

  test("an emulator has a secondary endpoint beside each account, at the same host or at one that is named", () => {
    const queue = new QueueClient(emulator, "orders", account.key);
    assert.equal(queue.secondaryEndpoint, "http://127.0.0.1:10001/devstoreaccount1-secondary/orders");
    queue.locationMode = "secondary";
    assert.equal(queue.url, queue.secondaryEndpoint);
    const told = new QueueClient(emulator, "orders", account.key, { secondaryHostname: "127.0.0.1:10101" });
    assert.equal(told.secondaryEndpoint, "http://127.0.0.1:10101/devstoreaccount1-secondary/orders");
  });

  test("a gateway has no secondary endpoint unless it is named: clear errors until then", () => {
    const queue = new QueueClient("http://127.0.0.1:8080/gateway", "orders", account.sas);
    assert.equal(queue.secondaryHostname, undefined);
    assert.throws(() => queue.secondaryEndpoint, { name: "RangeError", message: /secondaryHostname .*no secondary/ });
    assert.throws(
      () => {
        queue.locationMode = "secondary";
      },
      { name: "RangeError", message: /secondaryHostname/ },
    );
    assert.equal(queue.locationMode, "primary");
  });

  for (const [given, hostname] of [
    ["other.example.net", "other.example.net"],
    ["https://other.example.net/", "other.example.net"],
    ["other.example.net:8443", "other.example.net:8443"],
  ]) {
    test(`secondaryHostname ${given}`, () => {
      const service = new QueueServiceClient(account.url, key, { secondaryHostname: given });
      assert.equal(service.secondaryHostname, hostname);
      assert.equal(service.secondaryEndpoint, `https://${hostname}/`);
    });
  }

  for (const mode of ["Secondary", "", "both", undefined, null, 1]) {
    test(`locationMode ${JSON.stringify(mode)} does not exist`, () => {
      const queue = new QueueClient(account.url, "orders", key);
      assert.throws(
        () => {
          queue.locationMode = mode;
        },
        (error) => {
          assert.ok(error instanceof TypeError || error instanceof RangeError);
          assert.match(error.message, /locationMode/);
          return true;
        },
      );
      assert.equal(queue.locationMode, "primary");
    });
  }

  test("apiVersion is the one set", () => {
    assert.equal(
      new QueueClient(account.url, "orders", key, { serviceVersion: "2025-11-05" }).apiVersion,
      "2025-11-05",
    );
    const service = new QueueServiceClient(account.url, key, { serviceVersion: "2025-11-05" });
    assert.equal(service.getQueueClient("orders").apiVersion, "2025-11-05");
  });
});
