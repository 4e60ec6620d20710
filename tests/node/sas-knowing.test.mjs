// What a SAS tells of itself: parseSas and client.sas.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import fc from "fast-check";
import { generateAccountSas, generateQueueSas, parseSas, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, knownAnswers } from "../support/script.mjs";

const { accountName, accountKey } = { accountName: account.name, accountKey: account.key };

describe("a SAS that was made tells what it was made from", () => {
  const flags = (...names) =>
    fc
      .uniqueArray(fc.constantFrom(...names), { minLength: 1 })
      .map((set) => Object.fromEntries(set.map((name) => [name, true])));
  const moment = fc
    .date({ min: new Date("0001-01-02"), max: new Date("9999-12-30"), noInvalidDate: true })
    .map((date) => {
      date.setUTCMilliseconds(0);
      return date;
    });
  const address = fc.ipV4();
  const optional = (arbitrary) => fc.option(arbitrary, { nil: undefined });
  const version = (...versions) => fc.constantFrom(...versions);
  const common = {
    start: optional(moment),
    ip: optional(
      fc.oneof(
        address,
        fc.tuple(address, address).map((pair) => pair.join("-")),
      ),
    ),
    protocol: optional(fc.constantFrom("https", "https,http")),
  };
  const queue = {
    ...common,
    permission: flags("read", "add", "update", "process"),
    expiry: moment,
    policyId: fc.constant(undefined),
    version: version("2015-04-05", "2018-11-09", "2020-10-02", "2020-12-06", "2025-11-05", "2026-10-06"),
  };
  const policyId = fc.string({ minLength: 1, maxLength: 64, unit: "grapheme" });
  const every = [
    ...["read", "write", "delete", "deletePreviousVersion", "permanentDelete", "list", "add", "create", "update"],
    ...["process", "filterByTags", "tag", "setImmutabilityPolicy"],
  ];
  const asked = {
    ...common,
    expiry: moment,
    permission: flags(...every),
    resourceTypes: flags("service", "container", "object"),
    services: flags("blob", "queue", "table", "file"),
    version: queue.version,
  };
  const key = {
    signedOid: fc.uuid(),
    signedTid: fc.uuid(),
    signedStart: fc.constant("2026-01-02T00:00:00Z"),
    signedExpiry: fc.constant("2026-01-03T00:00:00Z"),
    signedService: fc.constant("q"),
    signedVersion: fc.constant("2026-02-06"),
    signedDelegatedUserTid: optional(fc.uuid()),
    value: fc.uint8Array({ minLength: 1 }).map((bytes) => Buffer.from(bytes).toString("base64")),
  };
  const defined = (object) => Object.fromEntries(Object.entries(object).filter(([, value]) => value !== undefined));
  const told = ({ permission, ...rest }) => defined({ permissions: permission, ...rest });

  const queueName = "orders";
  for (const [what, record, make, kind, more] of [
    ["of a queue", queue, (options) => generateQueueSas({ accountName, accountKey, queueName, ...options }), "service"],
    [
      "of a stored access policy",
      { ...queue, permission: optional(queue.permission), expiry: optional(moment), policyId },
      (options) => generateQueueSas({ accountName, accountKey, queueName, ...options }),
      "service",
    ],
    ["of an account", asked, (options) => generateAccountSas({ accountName, accountKey, ...options }), "account"],
    [
      "of a user delegation key",
      {
        ...queue,
        version: version("2025-07-05", "2026-02-06", "2026-04-06"),
        userDelegationKey: fc.record(key),
        // A key for users of another tenant wants to know which one.
        userDelegationOid: fc.uuid(),
      },
      (options) => generateQueueSas({ accountName, queueName, ...options }),
      "userDelegation",
      { userDelegationKey: undefined, resource: "q" },
    ],
  ]) {
    test(what, () => {
      const ordered = fc.record(record).filter(({ start, expiry }) => !(start >= expiry));
      const same = fc.property(ordered, (options) => {
        const sas = make(options);
        const expected = { kind, ...defined({ ...told(options), ...more }) };
        assert.deepEqual(parseSas(sas), expected);
        // However it came: with a question mark, in a URL, through a client.
        assert.deepEqual(parseSas(`?${sas}`), expected);
        assert.deepEqual(parseSas(`https://myaccount.queue.core.windows.net/orders?${sas}`), expected);
        assert.deepEqual(new QueueClient(account.url, queueName, sas).sas, expected);
      });
      fc.assert(same, { numRuns: 100 });
    });
  }
});

describe("every known SAS can be read", () => {
  const vectors = knownAnswers("vectors.json");
  for (const { token_js: token, kind, sv } of [...vectors.sas, ...vectors.sas_js_only]) {
    test(token.replace(/sig=[^&]*/, "sig=…"), () => {
      const { kind: ours, version } = parseSas(token);
      const kinds = { queue_sas: "service", account_sas: "account", queue_user_delegation_sas: "userDelegation" };
      assert.deepEqual([ours, version], [kinds[kind], sv]);
    });
  }
});

test("what a token does not say, or says in another way, is missing and not guessed", () => {
  assert.deepEqual(parseSas("sv=2020-12-06&sig=x"), { kind: "service", version: "2020-12-06" });
  assert.deepEqual(parseSas("sp=rz&se=soon&st=&sig=x"), { kind: "service", permissions: { read: true } });
  assert.deepEqual(parseSas("  ?si=a+b&sig=x\n"), { kind: "service", policyId: "a b" });
});

test("a client tells of the SAS that it uses, wherever it came from", () => {
  const { sas } = account;
  const known = parseSas(sas);
  assert.deepEqual([known.expiry, known.version], [new Date("2030-01-01"), "2020-12-06"]);
  for (const client of [
    new QueueServiceClient(account.url, sas),
    new QueueServiceClient(`${account.url}?${sas}`),
    new QueueServiceClient(account.url, sas).getQueueClient("orders"),
    QueueClient.fromQueueUrl(`${account.url}/orders?${sas}`),
    QueueClient.fromConnectionString(`QueueEndpoint=${account.url};SharedAccessSignature=${sas}`, "orders"),
    new QueueClient(`${account.url}?${sas}`, "orders", account.key),
  ]) {
    assert.deepEqual(client.sas, known);
  }
  assert.equal(new QueueClient(account.url, "orders", account.key).sas, undefined);
  assert.equal(new QueueClient(account.url, "orders").sas, undefined);
});

for (const [what, given, expected] of [
  ["nothing", undefined, { name: "TypeError", message: /^sas must be/ }],
  ["a number", 5, { name: "TypeError" }],
  ["an empty text", "", { name: "RangeError" }],
  ["an account key", account.key, { name: "RangeError", message: /^sas must be a shared access signature, or a URL/ }],
  ["a URL without one", account.url, { name: "RangeError" }],
  ["a URL with another query", `${account.url}?a=b`, { name: "RangeError" }],
  ["a token with a field of something else", `${account.sas}&a=b`, { name: "RangeError" }],
]) {
  test(`${what} is no SAS`, () => assert.throws(() => parseSas(given), expected));
}
