// Keys, tokens and signatures are in nothing that is printed: not in clients, and not in refusals of arguments in which
// somebody put one by mistake. What the calls end with is in `secrets-in-errors.test.mjs`.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateAccountSas, generateQueueSas, parseSas, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { kindsOfCredential, sasWith } from "../support/credentials.mjs";
import { account, messagePage, script } from "../support/script.mjs";
import { assertHidden, everythingOf, forms, leaks, planted } from "../support/secrets.mjs";

const { url, name: accountName } = account;
const { signature, key, delegationKey, token } = planted;
const sas = sasWith(signature);

describe("the search finds", () => {
  for (const [what, form] of Object.entries(forms)) {
    test(`every secret ${what}, alone and in a text`, () => {
      for (const [name, secret] of Object.entries(planted)) {
        for (const text of [form(secret), `é "${form(secret)}" %`]) {
          assert.deepEqual(leaks([["here", text]]), [`here: ${name}`], text);
        }
      }
    });
  }

  test("half of one", () => {
    for (const half of [key.slice(0, 44), key.slice(44), forms["percent-encoded"](token).slice(40, 80)]) {
      assert.equal(leaks([["here", half]]).length, 1, half);
    }
  });

  class Holder extends Error {
    #key = key;
    get config() {
      return { key: this.#key };
    }
  }
  for (const [where, value] of [
    ["a message", new Error(key)],
    ["a cause", new Error("x", { cause: new Error("x", { cause: { key } }) })],
    ["one of several errors", new AggregateError([new Error(key)])],
    ["an inherited getter", new Holder("x")],
    ["a hidden property", Object.defineProperty({}, "key", { value: { key } })],
    ["a symbol", { [Symbol("key")]: key }],
    ["the name of a symbol", { [Symbol(key)]: 1 }],
    ["the name of a property", { list: [{ [key]: 1 }] }],
    ["a Map", new Map([[1, new Set([key])]])],
    ["Headers", new Headers({ key })],
    ["a URL", new URL(`https://host/?key=${encodeURIComponent(key)}`)],
    ["a Request", new Request("https://host", { headers: { key } })],
    ["bytes", { bytes: Buffer.from(key) }],
    ["a function", Object.assign(() => {}, { key })],
    ["JSON", { toJSON: () => ({ key }) }],
    ["a text that it makes of itself", { inner: { toString: () => key } }],
    ["what Node prints", { [Symbol.for("nodejs.util.inspect.custom")]: () => key }],
    ["an error when it is read", Object.defineProperty({}, "x", { get: () => assert.fail(key), enumerable: true })],
  ]) {
    test(`a key in ${where}`, () => assert.ok(leaks(everythingOf(value)).some((found) => found.endsWith(": key"))));
  }

  test("nothing where there is nothing", () => assertHidden({ it: [new Error("x"), { account }, fetch, new Date()] }));
});

describe("a client shows no secret when it is printed", () => {
  for (const { what, uses, make } of kindsOfCredential()) {
    test(`with ${what}, before and after a call, nor do its hooks`, async () => {
      const events = [];
      const tell = (event) => void events.push(event);
      const fetch = script(({ url: { searchParams }, headers }) => {
        const echo = [...searchParams.values(), ...Object.values(headers)].join();
        return { ...messagePage("x"), headers: { echo } };
      });
      const clients = make({ fetch, onRequest: tell, onResponse: tell });
      const fresh = clients.service.getQueueClient("orders");
      assertHidden({ ...clients, fresh });
      await clients.queue.peekMessages();
      await fresh.peekMessages();
      assertHidden({ ...clients, fresh, events });
      assert.equal(events.length, 4);
      assert.match(events[1].headers.echo, /REDACTED/);

      for (const client of [...Object.values(clients), fresh]) {
        // What is shown of it is all there, and what is asked for in full is given in full.
        assert.match(client.url, uses.includes("sas") ? /^https:.*&sig=REDACTED$/ : /^https:[^?]*$/);
        assert.equal(client.sas !== undefined, uses.includes("sas"));
        const found = leaks([["it", client.getUrlWithSas()]]);
        assert.deepEqual(found.length, uses.includes("sas") ? 1 : 0, client.url);
      }
      assert.deepEqual(JSON.parse(JSON.stringify(clients.queue)).accountName, accountName);
    });
  }

  test("the SAS before is shown no more than the one in its place", () => {
    const queue = new QueueClient(url, "orders", sas);
    queue.updateSas(sasWith(planted.nextSignature));
    assertHidden({ queue });
    assert.deepEqual(leaks([["url", queue.getUrlWithSas()]]), ["url: nextSignature"]);
  });

  test("what a SAS says of itself is no secret", () => {
    for (const text of [sas, `?${sas}`, `${url}/orders?${sas}`]) assertHidden({ sas: parseSas(text) });
  });
});

// The mistakes of those who have a secret at hand: all of these are refused, or taken for what they are.
const texts = {
  "a signature": signature,
  "a signature out of a URL": encodeURIComponent(signature),
  "a signature with what follows it": `${signature}&sp=r&sv=2020-12-06`,
  "a key": key,
  "a key out of a URL": encodeURIComponent(key),
  "a token": token,
  "a header": `Bearer ${token}`,
  "a signed header": `SharedKey ${accountName}:${signature}`,
  "a SAS": sas,
  "a SAS out of a page": sas.replaceAll("&", "&amp;"),
  "a SAS joined by semicolons": sas.replaceAll("&", ";"),
  "a URL": `${url}/orders?${sas}`,
  "a connection string": `AccountName=${accountName};AccountKey=${key}`,
  "a connection string with a SAS": `QueueEndpoint=${url};SharedAccessSignature=${sas}`,
};
const expiry = new Date("2030-01-01T00:00:00Z");
const fetch = script({ status: 404 });
const service = (options, credential, at = url) => new QueueServiceClient(at, credential, { fetch, ...options });
const queue = (options, credential) => new QueueClient(url, "orders", credential, { fetch, ...options });
const keyed = () => queue({}, key);
const ofQueue = (options) =>
  generateQueueSas({ accountName, queueName: "orders", accountKey: key, permission: "r", expiry, ...options });
const ofAccount = (options) =>
  generateAccountSas({ accountName, accountKey: key, permission: "r", resourceTypes: "s", expiry, ...options });
const fields = ["signedOid", "signedTid", "signedStart", "signedExpiry", "signedService", "signedVersion"];
const delegated = { ...Object.fromEntries(fields.map((name) => [name, "x"])), value: delegationKey };
const named = (name, call) => (text) => call({ [name]: text });

const places = {
  "the account's URL": (text) => service({}, undefined, text),
  "the queue's URL": (text) => QueueClient.fromQueueUrl(text),
  "the last part of the queue's URL": (text) => QueueClient.fromQueueUrl(`${url}/${text}`),
  "the connection string": (text) => QueueServiceClient.fromConnectionString(text),
  "the SAS of a connection string": (text) =>
    QueueServiceClient.fromConnectionString(`QueueEndpoint=${url};SharedAccessSignature=${text}`),
  "the key of a connection string": (text) =>
    QueueServiceClient.fromConnectionString(`AccountName=a;AccountKey=${text}!`),
  "the URL of a connection string": (text) => QueueServiceClient.fromConnectionString(`QueueEndpoint=${text}`),
  "the name in a connection string": (text) =>
    QueueServiceClient.fromConnectionString(`AccountName=${text};AccountKey=mystorageacc`),
  "the protocol of a connection string": (text) =>
    QueueServiceClient.fromConnectionString(`DefaultEndpointsProtocol=${text};AccountName=a;EndpointSuffix=b`),
  "the credential": (text) => service({}, text),
  "the credential for a custom domain": (text) => service({}, text, "https://queues.example.com"),
  "the credential and more": (text) => service({}, `${text}!`),
  accountName: (text) => service({}, { accountName: text, accountKey: key }, "https://queues.example.com"),
  "accountName, swapped": (text) => service({}, { accountName: text, accountKey: "mystorageacc" }),
  accountKey: (text) => service({}, { accountName, accountKey: `${text}!` }),
  "the list of accountKey": (text) => service({}, { accountName, accountKey: [text] }),
  "the queue's name": (text) => new QueueClient(url, text),
  "the name of a queue of a service": (text) => service().getQueueClient(text),
  "the name of an item": (text) => service().getQueueClient({ name: text }),
  options: (text) => new QueueServiceClient(url, undefined, text),
  "the name of an option": (text) => service({ [text]: 1 }),
  ...Object.fromEntries(
    ["checkAccess", "deadline", "encryption", "fetch", "headers", "onRequest", "onResponse", "onRetry", "retry"].map(
      (name) => [name, named(name, service)],
    ),
  ),
  serviceVersion: named("serviceVersion", service),
  secondaryHostname: named("secondaryHostname", service),
  tryTimeout: named("tryTimeout", service),
  messageEncoding: named("messageEncoding", queue),
  "retry.mode": (text) => service({ retry: { mode: text } }),
  "retry.delay": (text) => service({ retry: { delay: text } }),
  "the name of a header": (text) => service({ headers: { [`${text}\n`]: "x" } }),
  "a header's value": (text) => service({ headers: { "x-a": `${text}\n` } }),
  "a header of the client's own": (text) => service({ headers: { authorization: text } }),
  "the name of a header of a call": (text) => queue().peekMessages({ headers: { [`${text}\n`]: "x" } }),
  "the key of the encryption": (text) => service({ encryption: { keyEncryptionKey: text } }),
  "the id of the encryption's key": (text) => service({ encryption: { keyEncryptionKey: { keyId: [text] } } }),
  locationMode: (text) => Object.assign(queue(), { locationMode: text }),
  updateSas: (text) => queue({}, sas).updateSas(`${text}!&x`),
  "updateSas of a client with a key": (text) => keyed().updateSas(text),
  parseSas: (text) => parseSas(`${text}!&x`),
  metadata: (text) => queue().setQueueMetadata(text),
  "a name of metadata": (text) => queue().createQueue({ metadata: { [text]: "x" } }),
  "a value of metadata": (text) => queue().setQueueMetadata({ a: `${text}é` }),
  "a list in metadata": (text) => queue().setQueueMetadata({ a: [text] }),
  "a message's id": (text) => queue().deleteMessage(text, { popReceipt: "r" }),
  "the id of a message": (text) => queue().deleteMessage({ id: [text], popReceipt: "r" }),
  "the options of a message": (text) => queue().deleteMessage("id", text),
  "a list of pop receipts": (text) => queue().deleteMessage("id", { popReceipt: [text] }),
  content: (text) => queue().sendMessage(`${text}\u0001`),
  "content that is too long": (text) => queue().sendMessage(text.repeat(2000)),
  "content of an update": (text) => queue().updateMessage("id", { popReceipt: "r", content: `${text}\u0001` }),
  "the options of a call": (text) => queue().peekMessages(text),
  "the name of a call's option": (text) => queue().peekMessages({ [text]: 1 }),
  visibilityTimeout: (text) => queue().sendMessage("x", { visibilityTimeout: text }),
  messagesPerPage: (text) => queue().receiveMessages({ messagesPerPage: text }),
  timeout: (text) => queue().peekMessages({ timeout: text }),
  clientRequestId: (text) => queue().peekMessages({ clientRequestId: `${text}\n` }),
  signal: (text) => queue().peekMessages({ signal: text }),
  "the id of a policy": (text) => keyed().setQueueAccessPolicy({ [text.padEnd(65, "!")]: {} }),
  "the id of a policy with a misspelt field": (text) => keyed().setQueueAccessPolicy({ [text]: { permisson: "r" } }),
  "a policy's start": (text) => keyed().setQueueAccessPolicy({ id: { start: text } }),
  "a policy's permission": (text) => keyed().setQueueAccessPolicy({ id: { permission: text } }),
  "one of a policy's permissions": (text) => keyed().setQueueAccessPolicy({ id: { permission: { read: text } } }),
  nameStartsWith: (text) => service().listQueues({ nameStartsWith: [text] }),
  "a list of continuationTokens": (text) =>
    service()
      .listQueues()
      .byPage({ continuationToken: [text] })
      .next(),
  "a receive's continuationToken": (text) => queue().receiveMessages().byPage({ continuationToken: text }).next(),
  "the name of a page's setting": (text) =>
    service()
      .listQueues()
      .byPage({ [text]: 1 }),
  cors: (text) => service().setServiceProperties({ cors: text }),
  "a rule's origins": (text) => service().setServiceProperties({ cors: [{ allowedOrigins: text }] }),
  days: (text) => service().setServiceProperties({ hourMetrics: { retentionPolicy: { days: text } } }),
  "the end of a user delegation key": (text) => service().getUserDelegationKey({ expiry: text }),
  "the queue's name of a SAS": named("queueName", ofQueue),
  "the user delegation key of a SAS": (text) => ofQueue({ accountKey: undefined, userDelegationKey: text }),
  "the value of a user delegation key": (text) =>
    ofQueue({ accountKey: undefined, version: "2026-02-06", userDelegationKey: { ...delegated, value: `${text}!` } }),
  "the key of a queue SAS": (text) => ofQueue({ accountKey: `${text}!` }),
  "the key of an account SAS": (text) => ofAccount({ accountKey: `${text}!` }),
  "the name of a SAS's option": (text) => ofAccount({ [text]: 1 }),
  "one of a SAS's permissions": (text) => ofAccount({ permission: { read: text } }),
  "something in one of a SAS's permissions": (text) => ofAccount({ permission: { read: { text } } }),
  ...Object.fromEntries(
    ["permission", "resourceTypes", "services", "expiry", "start", "ip", "protocol", "version", "accountName"].map(
      (name) => [`${name} of a SAS`, named(name, ofAccount)],
    ),
  ),
};

test("a signature that is made does not show what it was made with", () => {
  const queues = [ofQueue(), ofQueue({ accountKey: undefined, userDelegationKey: delegated })];
  for (const made of [...queues, ofAccount()]) {
    assert.match(made, /&sig=/);
    assertHidden({ made });
  }
});

describe("a secret in the place of something else is not shown:", () => {
  for (const [place, call] of Object.entries(places)) {
    test(place, async () => {
      let refused = 0;
      for (const [what, text] of Object.entries(texts)) {
        const [outcome] = await Promise.allSettled([(async () => call(text))()]);
        const { reason, value } = outcome;
        if (reason?.name === "HttpResponseError") continue;
        if (reason !== undefined)
          assert.ok([TypeError, RangeError].includes(reason.constructor), `${what}: ${reason.stack}`);
        refused += reason ? 1 : 0;
        assert.deepEqual(
          leaks([...everythingOf(reason, what), ...(value instanceof Object ? everythingOf(value, what) : [])]),
          [],
        );
      }
      assert.ok(refused > 0);
    });
  }

  for (const [what, call] of [
    ["a SAS behind a slash, for a custom domain", () => service({}, undefined, `https://queues.example.com/${sas}`)],
    ["a SAS behind a slash, for an emulator", () => service({}, undefined, `http://127.0.0.1:10001/name/${sas}`)],
    ["a SAS behind an ampersand", () => QueueClient.fromQueueUrl(`${url}/orders&${sas}`)],
    // Read from a file, perhaps. As a header it would end the name, and what follows would be the name of another one.
    ["a name with a line feed", () => service({}, { accountName: `${accountName}\n`, accountKey: key })],
  ]) {
    test(what, () => {
      assert.throws(call, (error) => {
        assert.equal(error.constructor, RangeError);
        assertHidden({ error });
        return true;
      });
    });
  }
});
