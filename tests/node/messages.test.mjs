// Messages: send, peek, update, delete, clear.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { HttpResponseError, QueueClient, ResourceNotFoundError } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, messagePage, rejection, script, sent } from "../support/script.mjs";

let azurite;
let queue;

before(async () => {
  azurite = await startAzurite();
  queue = QueueClient.fromConnectionString(azurite.connectionString, "messages");
  await queue.createQueue();
});
after(() => azurite.stop());
beforeEach(() => queue.clearMessages());

const never = new Date("9999-12-31T23:59:59Z");
const seconds = (later, earlier) => (later - earlier) / 1000;
const contents = async () => (await queue.peekMessages({ maxMessages: 32 })).map((message) => message.content);

describe("sending", () => {
  test("every field of the result", async () => {
    const message = await queue.sendMessage("hello");
    assert.deepEqual(Object.keys(message).sort(), [
      "content",
      "dequeueCount",
      "expiresOn",
      "id",
      "insertedOn",
      "nextVisibleOn",
      "popReceipt",
    ]);
    assert.match(message.id, /^[0-9a-f-]{36}$/);
    assert.equal(message.content, "hello");
    assert.ok(message.insertedOn instanceof Date);
    assert.equal(seconds(message.expiresOn, message.insertedOn), 604_800);
    assert.equal(message.dequeueCount, undefined);
    assert.ok(message.popReceipt.length > 0);
    assert.equal(seconds(message.nextVisibleOn, message.insertedOn), 0);
  });

  test("visibilityTimeout hides the message so long", async () => {
    const message = await queue.sendMessage("later", { visibilityTimeout: 600 });
    assert.equal(seconds(message.nextVisibleOn, message.insertedOn), 600);
    assert.equal(await queue.receiveMessage(), undefined);
    assert.equal((await queue.getQueueProperties()).approximateMessageCount, 1);
  });

  test("timeToLive ends the message", async () => {
    const message = await queue.sendMessage("short", { timeToLive: 1 });
    assert.equal(seconds(message.expiresOn, message.insertedOn), 1);
    while ((await contents()).length > 0) await sleep(50);
    assert.equal(await queue.receiveMessage(), undefined);
  });

  for (const { what, timeToLive, expiresOn } of [
    { what: "-1 is for ever", timeToLive: -1, expiresOn: () => never },
    { what: "an hour", timeToLive: 3600, expiresOn: ({ insertedOn }) => new Date(+insertedOn + 3_600_000) },
    {
      what: "thirty days",
      timeToLive: 2_592_000,
      expiresOn: ({ insertedOn }) => new Date(+insertedOn + 2_592_000_000),
    },
  ]) {
    test(`timeToLive of ${what}`, async () => {
      const message = await queue.sendMessage("x", { timeToLive });
      assert.deepEqual(message.expiresOn, expiresOn(message));
      const [peeked] = await queue.peekMessages();
      assert.deepEqual(peeked.expiresOn, expiresOn(message));
    });
  }

  test("the longest hiding is seven days, of a message that lives longer", async () => {
    const message = await queue.sendMessage("x", { visibilityTimeout: 604_800, timeToLive: -1 });
    assert.equal(seconds(message.nextVisibleOn, message.insertedOn), 604_800);
  });

  test("without options none are sent, and the content as XML", async () => {
    const fetch = script(sent);
    await new QueueClient(account.url, "orders", account.sas, { fetch }).sendMessage("a < b & c");
    const [{ method, url, headers, body }] = fetch.requests;
    assert.equal(method, "POST");
    assert.equal(url.pathname, "/orders/messages");
    assert.equal(url.search.slice(1), account.sas);
    assert.equal(headers["content-type"], "application/xml");
    assert.match(body, /<QueueMessage><MessageText>a &lt; b &amp; c<\/MessageText><\/QueueMessage>$/);
  });

  test("the message can be updated and deleted by what sending returned", async () => {
    const message = await queue.sendMessage("draft", { visibilityTimeout: 600 });
    const updated = await queue.updateMessage(message, { content: "final" });
    assert.deepEqual(await contents(), ["final"]);
    await queue.deleteMessage(updated);
    assert.deepEqual(await contents(), []);
  });
});

describe("peeking", () => {
  test("every field of the result; nothing is hidden or counted", async () => {
    const message = await queue.sendMessage("hello");
    for (const _ of [1, 2]) {
      const [peeked, ...others] = await queue.peekMessages();
      assert.deepEqual(others, []);
      const { id, insertedOn, expiresOn } = message;
      const none = { popReceipt: undefined, nextVisibleOn: undefined };
      assert.deepEqual({ ...peeked }, { id, content: "hello", insertedOn, expiresOn, dequeueCount: 0, ...none });
    }
  });

  test("maxMessages is 1 by default; an empty queue gives an empty array", async () => {
    assert.deepEqual(await queue.peekMessages(), []);
    for (const content of ["1", "2", "3"]) await queue.sendMessage(content);
    assert.deepEqual(
      (await queue.peekMessages()).map(({ content }) => content),
      ["1"],
    );
    assert.deepEqual(
      (await queue.peekMessages({ maxMessages: 2 })).map(({ content }) => content),
      ["1", "2"],
    );
    assert.deepEqual(
      (await queue.peekMessages({ maxMessages: 32 })).map(({ content }) => content),
      ["1", "2", "3"],
    );
  });

  test("hidden messages are not seen", async () => {
    await queue.sendMessage("hidden", { visibilityTimeout: 600 });
    await queue.sendMessage("seen");
    assert.deepEqual(await contents(), ["seen"]);
  });

  test("the request", async () => {
    const fetch = script(messagePage("x"));
    await new QueueClient(account.url, "orders", account.sas, { fetch }).peekMessages({ maxMessages: 7 });
    const [{ method, url }] = fetch.requests;
    assert.equal(method, "GET");
    assert.equal(url.searchParams.get("peekonly"), "true");
    assert.equal(url.searchParams.get("numofmessages"), "7");
  });
});

describe("updating", () => {
  let message;
  beforeEach(async () => {
    await queue.sendMessage("first");
    message = await queue.receiveMessage({ visibilityTimeout: 600 });
  });

  test("by the message: its fields are kept, content, receipt and visibility are new", async () => {
    const updated = await queue.updateMessage(message, { content: "second", visibilityTimeout: 300 });
    const { popReceipt, nextVisibleOn } = updated;
    assert.deepEqual({ ...updated }, { ...message, content: "second", popReceipt, nextVisibleOn });
    assert.notEqual(popReceipt, message.popReceipt);
    assert.ok(nextVisibleOn instanceof Date && nextVisibleOn < message.nextVisibleOn);
    assert.deepEqual(await contents(), []);
    assert.equal(message.content, "first", "the message that was given stays as it was");
  });

  test("by id and pop receipt: the result is what is known", async () => {
    const options = { popReceipt: message.popReceipt, content: "second" };
    const updated = await queue.updateMessage(message.id, options);
    assert.deepEqual(Object.keys(updated).sort(), ["content", "id", "nextVisibleOn", "popReceipt"]);
    assert.equal(updated.id, message.id);
    assert.equal(updated.content, "second");
    assert.deepEqual(await contents(), ["second"]);
  });

  test("content alone: the message is visible at once", async () => {
    await queue.updateMessage(message, { content: "second" });
    assert.deepEqual(await contents(), ["second"]);
  });

  test("nothing: the message is visible at once with the content it had", async () => {
    const updated = await queue.updateMessage(message);
    assert.equal(updated.content, "first");
    assert.deepEqual(await contents(), ["first"]);
  });

  test("visibilityTimeout alone: the content stays", async () => {
    const hidden = await queue.updateMessage(message, { visibilityTimeout: 900 });
    assert.ok(hidden.nextVisibleOn > message.nextVisibleOn);
    assert.deepEqual(await contents(), []);
    await queue.updateMessage(hidden, { visibilityTimeout: 0 });
    assert.deepEqual(await contents(), ["first"]);
  });

  test("an empty text is content like any other", async () => {
    const updated = await queue.updateMessage(message, { content: "" });
    assert.equal(updated.content, "");
    assert.deepEqual(await contents(), [""]);
  });

  test("the new receipt is valid, the old one is not", async () => {
    const updated = await queue.updateMessage(message, { visibilityTimeout: 600 });
    const calls = [() => queue.updateMessage(message, { content: "x" }), () => queue.deleteMessage(message)];
    for (const call of calls) {
      const error = await rejection(call());
      assert.ok(error instanceof HttpResponseError);
      assert.equal(error.code, "PopReceiptMismatch");
      assert.equal(error.statusCode, 400);
    }
    await queue.deleteMessage(updated);
  });

  test("the option popReceipt wins over the receipt of the message", async () => {
    const stale = { ...message, popReceipt: "stale" };
    await queue.updateMessage(stale, { popReceipt: message.popReceipt, content: "second" });
    assert.deepEqual(await contents(), ["second"]);
  });

  test("updateVisibilityTimeout hides for longer or shows, and leaves the content alone", async () => {
    const longer = await queue.updateVisibilityTimeout(message, 900);
    const { popReceipt, nextVisibleOn } = longer;
    assert.deepEqual({ ...longer }, { ...message, popReceipt, nextVisibleOn });
    assert.ok(nextVisibleOn > message.nextVisibleOn);
    const shown = await queue.updateVisibilityTimeout(message.id, 0, { popReceipt });
    assert.deepEqual(Object.keys(shown).sort(), ["id", "nextVisibleOn", "popReceipt"]);
    assert.deepEqual(await contents(), ["first"]);
  });

  test("the requests: a body only with content, both parameters always", async () => {
    const headers = { "x-ms-popreceipt": "next+/=", "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:35 GMT" };
    const fetch = script({ status: 204, headers });
    const client = new QueueClient(account.url, "orders", account.sas, { fetch });
    const updated = await client.updateMessage("id-1", { popReceipt: "a+b/c=d e&f", content: "x" });
    assert.deepEqual(
      { ...updated },
      {
        id: "id-1",
        content: "x",
        popReceipt: "next+/=",
        nextVisibleOn: new Date("2026-01-02T03:04:35Z"),
      },
    );
    await client.updateVisibilityTimeout(updated, 7);
    const [withContent, without] = fetch.requests;
    assert.equal(withContent.method, "PUT");
    assert.equal(withContent.url.pathname, "/orders/messages/id-1");
    assert.match(withContent.url.search, /[?&]popreceipt=a%2Bb%2Fc%3Dd%20e%26f&/);
    assert.equal(withContent.url.searchParams.get("visibilitytimeout"), "0");
    assert.match(withContent.body, /<MessageText>x<\/MessageText>/);
    assert.equal(without.url.searchParams.get("popreceipt"), "next+/=");
    assert.equal(without.url.searchParams.get("visibilitytimeout"), "7");
    assert.equal(without.body, "");
    assert.equal(without.headers["content-type"], undefined);
  });

  test("a message that is gone", async () => {
    await queue.deleteMessage(message);
    const error = await rejection(queue.updateMessage(message, { content: "x" }));
    assert.ok(error instanceof ResourceNotFoundError);
    assert.equal(error.code, "MessageNotFound");
  });
});

describe("deleting", () => {
  let message;
  beforeEach(async () => {
    await queue.sendMessage("x");
    message = await queue.receiveMessage({ visibilityTimeout: 600 });
  });
  const left = async () => (await queue.getQueueProperties()).approximateMessageCount;

  for (const [what, args] of [
    ["by the message", () => [message]],
    ["by id and receipt", () => [message.id, { popReceipt: message.popReceipt }]],
    ["by a part of the message", () => [{ id: message.id, popReceipt: message.popReceipt }]],
    ["by a message with a stale receipt and the right one", () => [{ ...message, popReceipt: "stale" }, message]],
  ]) {
    test(what, async () => {
      const [reference, options] = args();
      const given = options && { popReceipt: options.popReceipt };
      assert.equal(await queue.deleteMessage(reference, given), undefined);
      assert.equal(await left(), 0);
    });
  }

  test("a receipt in the options wins over that of the message, even when it is the wrong one", async () => {
    const error = await rejection(queue.deleteMessage(message, { popReceipt: "wrong" }));
    assert.equal(error.code, "PopReceiptMismatch");
    assert.equal(await left(), 1);
  });

  test("a message that somebody else has received meanwhile is not deleted", async () => {
    await queue.updateVisibilityTimeout(message, 0);
    await queue.receiveMessage({ visibilityTimeout: 600 });
    assert.equal((await rejection(queue.deleteMessage(message))).code, "PopReceiptMismatch");
    assert.equal(await left(), 1);
  });

  test("a message that is gone", async () => {
    await queue.deleteMessage(message);
    const error = await rejection(queue.deleteMessage(message));
    assert.ok(error instanceof ResourceNotFoundError);
    assert.equal(error.code, "MessageNotFound");
    assert.equal(error.statusCode, 404);
  });

  test("clearMessages deletes all of them, hidden ones too", async () => {
    await queue.sendMessage("visible");
    assert.equal(await left(), 2);
    assert.equal(await queue.clearMessages(), undefined);
    assert.equal(await left(), 0);
  });
});
