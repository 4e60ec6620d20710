// Results have every property that their types promise: a response without one of its elements is an error.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAzureError, QueueClient, QueueServiceClient } from "azure-queue-wasm";
import { collect, messagePage, queuePage, rejection, script, sent } from "../support/script.mjs";

const accountUrl = "https://myaccount.queue.core.windows.net";
const retry = { mode: "none" };
const queueWith = (fetch) => new QueueClient(accountUrl, "orders", undefined, { fetch, retry });
const serviceWith = (fetch, credential) => new QueueServiceClient(accountUrl, credential, { fetch, retry });

const retention = "<RetentionPolicy><Enabled>true</Enabled><Days>7</Days></RetentionPolicy>";
const metrics = `<Version>1.0</Version><Enabled>true</Enabled><IncludeAPIs>true</IncludeAPIs>${retention}`;
const settings =
  "<StorageServiceProperties>" +
  `<Logging><Version>1.0</Version><Delete>true</Delete><Read>true</Read><Write>true</Write>${retention}</Logging>` +
  `<HourMetrics>${metrics}</HourMetrics><MinuteMetrics>${metrics}</MinuteMetrics><Cors /></StorageServiceProperties>`;
const stats = "<StorageServiceStats><GeoReplication><Status>live</Status></GeoReplication></StorageServiceStats>";
const keyFields = ["SignedOid", "SignedTid", "SignedStart", "SignedExpiry", "SignedService", "SignedVersion", "Value"];
const key = `<UserDelegationKey>${keyFields.map((name) => `<${name}>x</${name}>`).join("")}</UserDelegationKey>`;
const policies = "<SignedIdentifiers><SignedIdentifier><Id>readers</Id></SignedIdentifier></SignedIdentifiers>";

const getToken = async () => ({ token: "token", expiresOnTimestamp: Date.now() + 3_600_000 });
const expiry = new Date(Date.now() + 3_600_000);

/** What each operation returns: a complete response, and the elements that it must have. */
const operations = {
  sendMessage: {
    response: sent,
    required: ["InsertionTime", "ExpirationTime", "PopReceipt", "TimeNextVisible"],
    call: (fetch) => queueWith(fetch).sendMessage("x"),
  },
  receiveMessage: {
    response: messagePage("x"),
    required: ["InsertionTime", "ExpirationTime", "PopReceipt", "TimeNextVisible", "DequeueCount", "MessageText"],
    call: (fetch) => queueWith(fetch).receiveMessage(),
  },
  peekMessages: {
    response: messagePage("x"),
    required: ["InsertionTime", "ExpirationTime", "DequeueCount", "MessageText"],
    optional: ["PopReceipt", "TimeNextVisible"],
    call: (fetch) => queueWith(fetch).peekMessages(),
  },
  getServiceProperties: {
    response: { status: 200, body: settings },
    required: ["Logging", "HourMetrics", "MinuteMetrics", "Cors", "Delete", "Read", "Write", "Enabled", "Days"].concat(
      "RetentionPolicy",
    ),
    optional: ["IncludeAPIs"],
    call: (fetch) => serviceWith(fetch).getServiceProperties(),
  },
  getServiceStats: {
    response: { status: 200, body: stats },
    required: ["Status", "GeoReplication"],
    call: (fetch) => serviceWith(fetch).getServiceStats(),
  },
  getUserDelegationKey: {
    response: { status: 200, body: key },
    required: keyFields,
    call: (fetch) => serviceWith(fetch, { getToken }).getUserDelegationKey({ expiry }),
  },
  getQueueAccessPolicy: {
    response: { status: 200, body: policies },
    required: ["Id"],
    call: (fetch) => queueWith(fetch).getQueueAccessPolicy(),
  },
  listQueues: {
    response: queuePage(["orders"]),
    required: ["Name"],
    call: (fetch) => collect(serviceWith(fetch).listQueues()),
  },
};

/** A body without the first element of this name. */
function without(element, body) {
  const shorter = body.replace(new RegExp(`<${element}>.*?</${element}>|<${element} ?/>`, "s"), "");
  assert.notEqual(shorter, body, `${element} is in the response`);
  return shorter;
}

for (const [name, { response, required, optional = [], call }] of Object.entries(operations)) {
  describe(name, () => {
    const answer = (body) => script({ ...response, body, headers: { "x-ms-request-id": "request-1" } });

    test("returns a result for a complete response", async () => {
      assert.notEqual(await call(answer(response.body)), undefined);
    });

    for (const element of required) {
      test(`refuses a response without ${element}`, async () => {
        const error = await rejection(call(answer(without(element, response.body))));
        assert.ok(isAzureError(error, "ServiceResponseError"), String(error));
        const missing = { Value: "value", GeoReplication: "Status" }[element] ?? element;
        assert.match(error.message, new RegExp(`has no ${missing}`));
      });
    }

    for (const element of optional) {
      test(`accepts a response without ${element}`, async () => {
        await call(answer(without(element, response.body)));
      });
    }
  });
}

describe("getServiceProperties", () => {
  test("returns settings that setServiceProperties accepts", async () => {
    const properties = await serviceWith(script({ status: 200, body: settings })).getServiceProperties();
    const retentionPolicy = { enabled: true, days: 7 };
    const counted = { version: "1.0", enabled: true, includeApis: true, retentionPolicy };
    assert.deepEqual(properties, {
      analyticsLogging: { version: "1.0", delete: true, read: true, write: true, retentionPolicy },
      hourMetrics: counted,
      minuteMetrics: counted,
      cors: [],
    });
    const fetch = script({ status: 202 });
    await serviceWith(fetch).setServiceProperties(properties);
    assert.equal(fetch.requests[0].body.replace(/^.*?\?>/, ""), settings.replace("<Cors />", "<Cors></Cors>"));
  });
});

describe("listQueues with includeMetadata", () => {
  const body =
    "<EnumerationResults><Queues><Queue><Name>a</Name></Queue><Queue><Name>b</Name><Metadata /></Queue>" +
    "<Queue><Name>c</Name><Metadata><size>1</size></Metadata></Queue></Queues><NextMarker/></EnumerationResults>";

  test("returns empty metadata for a queue that has none", async () => {
    const queues = await collect(serviceWith(script({ status: 200, body })).listQueues({ includeMetadata: true }));
    assert.deepEqual(queues, [
      { name: "a", metadata: {} },
      { name: "b", metadata: {} },
      { name: "c", metadata: { size: "1" } },
    ]);
  });
});
