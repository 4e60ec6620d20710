// Receiving messages, one or many.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { PagedAsyncIterable, QueueClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, collect, emptyPage, failure, messagePage, rejection, script } from "../support/script.mjs";

let azurite;
let queue;
let requests;

before(async () => {
  azurite = await startAzurite();
  const onRequest = ({ url }) => requests.push(new URL(url).searchParams);
  queue = QueueClient.fromConnectionString(azurite.connectionString, "receiving", { onRequest });
  requests = [];
  await queue.createQueue();
});
after(() => azurite.stop());

const five = ["1", "2", "3", "4", "5"];
const contentsOf = (messages) => messages.map(({ content }) => content);

async function fill(contents = five) {
  await queue.clearMessages();
  for (const content of contents) await queue.sendMessage(content);
  requests = [];
}

describe("receiveMessage", () => {
  test("every field of the result", async () => {
    await fill([]);
    const sent = await queue.sendMessage("hello");
    const message = await queue.receiveMessage();
    const { id, insertedOn, expiresOn } = sent;
    const { popReceipt, nextVisibleOn } = message;
    assert.deepEqual(
      { ...message },
      { id, content: "hello", insertedOn, expiresOn, dequeueCount: 1, popReceipt, nextVisibleOn },
    );
    assert.ok(popReceipt.length > 0 && popReceipt !== sent.popReceipt);
    assert.ok(nextVisibleOn - insertedOn >= 30_000, "hidden for 30 seconds by default");
  });

  test("an empty queue gives undefined", async () => {
    await fill([]);
    assert.equal(await queue.receiveMessage(), undefined);
  });

  test("one request for one message, which is hidden from then on", async () => {
    await fill(["1", "2"]);
    assert.equal((await queue.receiveMessage()).content, "1");
    assert.equal((await queue.receiveMessage()).content, "2");
    assert.equal(await queue.receiveMessage(), undefined);
    assert.deepEqual(
      requests.map((query) => query.get("numofmessages") ?? "1"),
      ["1", "1", "1"],
    );
  });

  test("visibilityTimeout says for how long it is hidden", async () => {
    await fill(["x"]);
    const message = await queue.receiveMessage({ visibilityTimeout: 3600 });
    assert.equal(requests[0].get("visibilitytimeout"), "3600");
    assert.ok(message.nextVisibleOn - message.insertedOn >= 3_600_000);
  });

  test("dequeueCount counts the receives", async () => {
    await fill(["x"]);
    for (const count of [1, 2, 3]) {
      const message = await queue.receiveMessage({ visibilityTimeout: 600 });
      assert.equal(message.dequeueCount, count);
      await queue.updateVisibilityTimeout(message, 0);
    }
    assert.equal((await queue.peekMessages())[0].dequeueCount, 3);
  });
});

describe("receiveMessages", () => {
  beforeEach(() => fill());

  // Of five messages: which come, and how many each request asks for.
  for (const { options, got = five, asked } of [
    { options: undefined, asked: [1, 1, 1, 1, 1, 1] },
    { options: {}, asked: [1, 1, 1, 1, 1, 1] },
    { options: { messagesPerPage: 1 }, asked: [1, 1, 1, 1, 1, 1] },
    { options: { messagesPerPage: 2 }, asked: [2, 2, 2, 2] },
    { options: { messagesPerPage: 5 }, asked: [5, 5] },
    { options: { messagesPerPage: 32 }, asked: [32, 32] },
    { options: { maxMessages: 0 }, got: [], asked: [] },
    { options: { maxMessages: 1 }, got: ["1"], asked: [1] },
    { options: { maxMessages: 3 }, got: ["1", "2", "3"], asked: [3] },
    { options: { maxMessages: 5 }, asked: [5] },
    { options: { maxMessages: 6 }, asked: [6, 1] },
    { options: { maxMessages: 100 }, asked: [32, 32] },
    { options: { messagesPerPage: 2, maxMessages: 1 }, got: ["1"], asked: [1] },
    { options: { messagesPerPage: 32, maxMessages: 3 }, got: ["1", "2", "3"], asked: [3] },
    { options: { messagesPerPage: 1, maxMessages: 0 }, got: [], asked: [] },
    { options: { messagesPerPage: 1, maxMessages: 1 }, got: ["1"], asked: [1] },
    { options: { messagesPerPage: 2, maxMessages: 2 }, got: ["1", "2"], asked: [2] },
    { options: { messagesPerPage: 2, maxMessages: 3 }, got: ["1", "2", "3"], asked: [2, 1] },
    { options: { messagesPerPage: 2, maxMessages: 4 }, got: ["1", "2", "3", "4"], asked: [2, 2] },
    { options: { messagesPerPage: 2, maxMessages: 5 }, asked: [2, 2, 1] },
    { options: { messagesPerPage: 2, maxMessages: 100 }, asked: [2, 2, 2, 2] },
    { options: { messagesPerPage: 4, maxMessages: 5 }, asked: [4, 1] },
    { options: { messagesPerPage: 32, maxMessages: 32 }, asked: [32, 27] },
    { options: { messagesPerPage: 32, maxMessages: 1000 }, asked: [32, 32] },
  ]) {
    test(`${JSON.stringify(options) ?? "without options"}: ${got.length} messages, ${asked.length} requests`, async () => {
      assert.deepEqual(contentsOf(await collect(queue.receiveMessages(options))), got);
      assert.deepEqual(
        requests.map((query) => Number(query.get("numofmessages") ?? 1)),
        asked,
      );
    });
  }

  test("byPage gives the pages, without continuation tokens and without an empty one", async () => {
    const pages = await collect(queue.receiveMessages({ messagesPerPage: 2 }).byPage());
    assert.deepEqual(
      pages.map(({ items, continuationToken }) => [contentsOf(items), continuationToken]),
      [
        [["1", "2"], undefined],
        [["3", "4"], undefined],
        [["5"], undefined],
      ],
    );
  });

  test("byPage with maxMessages alone gives one page of that size", async () => {
    const pages = await collect(queue.receiveMessages({ maxMessages: 4 }).byPage());
    assert.deepEqual(
      pages.map(({ items }) => contentsOf(items)),
      [["1", "2", "3", "4"]],
    );
    assert.deepEqual(
      requests.map((query) => query.get("numofmessages")),
      ["4"],
    );
  });

  test("byPage with a page above maxMessages cuts the page", async () => {
    const pages = await collect(queue.receiveMessages({ messagesPerPage: 32, maxMessages: 2 }).byPage());
    assert.deepEqual(
      pages.map(({ items }) => contentsOf(items)),
      [["1", "2"]],
    );
  });

  test("byPage of an empty queue gives no page", async () => {
    await fill([]);
    assert.deepEqual(await collect(queue.receiveMessages().byPage()), []);
  });

  test("each message has all fields of a received one", async () => {
    for await (const message of queue.receiveMessages({ messagesPerPage: 32, visibilityTimeout: 600 })) {
      assert.match(message.id, /^[0-9a-f-]{36}$/);
      assert.equal(message.dequeueCount, 1);
      assert.ok(message.popReceipt.length > 0);
      assert.ok(message.nextVisibleOn - message.insertedOn >= 600_000);
      assert.equal(message.expiresOn - message.insertedOn, 604_800_000);
      await queue.deleteMessage(message);
    }
    assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
    assert.equal(requests[0].get("visibilitytimeout"), "600");
  });

  test("each loop begins anew, with its own count of messages", async () => {
    const messages = queue.receiveMessages({ maxMessages: 2 });
    assert.ok(messages instanceof PagedAsyncIterable);
    assert.deepEqual(contentsOf(await collect(messages)), ["1", "2"]);
    assert.deepEqual(contentsOf(await collect(messages)), ["3", "4"]);
  });

  test("a loop that is left receives nothing more", async () => {
    for await (const message of queue.receiveMessages({ messagesPerPage: 2 })) if (message.content === "2") break;
    for await (const _ of queue.receiveMessages({ messagesPerPage: 2 }).byPage()) break;
    assert.equal(requests.length, 2);
    assert.deepEqual(
      (await queue.peekMessages({ maxMessages: 32 })).map(({ content }) => content),
      ["5"],
    );
  });
});

describe("receiveMessages, request by request", () => {
  const client = (fetch) => new QueueClient(account.url, "orders", account.sas, { fetch, retry: { mode: "none" } });

  test("nothing is requested before the loop begins", async () => {
    const fetch = script(messagePage("x"));
    client(fetch).receiveMessages().byPage();
    await new Promise((resolve) => setImmediate(resolve));
    assert.equal(fetch.requests.length, 0);
  });

  test("a short page is not the end: only an empty one is", async () => {
    const fetch = script(messagePage("1"), messagePage("2", "3"), emptyPage);
    assert.equal((await collect(client(fetch).receiveMessages({ messagesPerPage: 32 }))).length, 3);
    assert.equal(fetch.requests.length, 3);
  });

  test("a page that fails ends the loop with its error; what came before was delivered", async () => {
    const fetch = script(messagePage("1", "2"), failure(503, "ServerBusy"));
    const seen = [];
    const loop = async () => {
      for await (const { content } of client(fetch).receiveMessages({ messagesPerPage: 2 })) seen.push(content);
    };
    assert.equal((await rejection(loop())).code, "ServerBusy");
    assert.deepEqual(seen, ["1", "2"]);
  });

  for (const continuationToken of ["token", ""]) {
    test(`a continuation token ${JSON.stringify(continuationToken)} is refused`, async () => {
      const fetch = script(messagePage("x"));
      const pages = async () => await collect(client(fetch).receiveMessages().byPage({ continuationToken }));
      const error = await rejection(pages());
      assert.ok(error instanceof TypeError);
      assert.match(error.message, /continuationToken/);
      assert.equal(fetch.requests.length, 0);
    });
  }
});
