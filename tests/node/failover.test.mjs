// Reads that move to the secondary endpoint, and back.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import {
  account,
  collect,
  emptyPage,
  failure,
  lostReply,
  notFound,
  queuePage,
  refused,
  rejection,
  script,
  sent,
} from "../support/script.mjs";

const secondaryHostname = "myaccount-secondary.queue.core.windows.net";
const quick = { delay: 0 };
const queueWith = (fetch, options) =>
  new QueueClient(account.url, "orders", account.sas, { fetch, secondaryHostname, retry: quick, ...options });
/** Which endpoint each request went to. */
const way = (fetch) => fetch.requests.map(({ url }) => (url.host === secondaryHostname ? 2 : 1)).join("");
const missing = failure(404, "QueueNotFound");

describe("failover", () => {
  test("a read goes to and fro, and the error says which host each attempt went to", async () => {
    const fetch = script(lostReply(), failure(503, "ServerBusy"), refused(), failure(500, "InternalError"));
    const error = await rejection(queueWith(fetch).peekMessages());
    assert.equal(way(fetch), "1212");
    assert.deepEqual(
      error.attempts.map(({ host }) => host === secondaryHostname),
      [false, true, false, true],
    );
  });

  test("a write never does", async () => {
    for (const [call, good] of [
      [(queue) => queue.sendMessage("x"), sent],
      [(queue) => queue.receiveMessage(), emptyPage],
      [(queue) => queue.clearMessages(), { status: 204 }],
      [(queue) => queue.setQueueMetadata({}), { status: 204 }],
    ]) {
      const fetch = script(refused(), good);
      await call(queueWith(fetch));
      assert.equal(way(fetch), "11");
    }
  });

  for (const [what, make, expected] of [
    ["secondaryHostname", (fetch) => queueWith(fetch), "12"],
    [
      "secondaryHostname, and not wanted",
      (fetch) => queueWith(fetch, { retry: { ...quick, toSecondary: false } }),
      "11",
    ],
    ["nothing but a guess", (fetch) => queueWith(fetch, { secondaryHostname: undefined }), "11"],
    [
      "a guess, and wanted",
      (fetch) => queueWith(fetch, { secondaryHostname: undefined, retry: { ...quick, toSecondary: true } }),
      "12",
    ],
    [
      "QueueSecondaryEndpoint",
      (fetch) =>
        QueueClient.fromConnectionString(
          `AccountName=a;AccountKey=${account.key};QueueEndpoint=${account.url};QueueSecondaryEndpoint=https://${secondaryHostname}`,
          "orders",
          { fetch, retry: quick },
        ),
      "12",
    ],
    [
      "EndpointSuffix alone",
      (fetch) =>
        QueueClient.fromConnectionString(
          `AccountName=myaccount;AccountKey=${account.key};EndpointSuffix=core.windows.net`,
          "orders",
          { fetch, retry: quick },
        ),
      "11",
    ],
  ]) {
    test(`by ${what}: ${expected}`, async () => {
      const fetch = script(lostReply(), emptyPage);
      await make(fetch).peekMessages();
      assert.equal(way(fetch), expected);
    });
  }

  test("404 of a copy that lags is asked of the primary endpoint", async () => {
    const there = { status: 200, headers: { "x-ms-approximate-messages-count": "0" } };
    const fetch = script(lostReply(), missing, there);
    assert.equal(await queueWith(fetch).exists(), true);
    assert.equal(way(fetch), "121");
    const gone = script(lostReply(), missing, missing);
    assert.equal(await queueWith(gone).exists(), false);
    const untold = script(failure(500, "InternalError"), missing);
    const error = await rejection(queueWith(untold, { retry: { ...quick, maxTries: 2 } }).exists());
    assert.equal(error.code, "InternalError", "and is not the answer when there is nobody left to ask");
  });

  test("404 is the answer where the caller chose the copy and nobody else is asked", async () => {
    const fetch = script(missing);
    const queue = queueWith(fetch, { retry: { mode: "none" } });
    queue.locationMode = "secondary";
    assert.equal(await queue.exists(), false);
    assert.equal(way(fetch), "2");
  });

  test("what one endpoint is out of reach of, the other is asked for, and no third attempt is made", async () => {
    for (const [answers, expected] of [
      [[notFound(), emptyPage], "12"],
      [[lostReply(), notFound(), emptyPage], "121"],
      [[notFound(), notFound(), emptyPage], "12"],
    ]) {
      const fetch = script(...answers);
      const outcome = await queueWith(fetch)
        .peekMessages()
        .catch(({ code, retryable }) => [code, retryable]);
      assert.equal(way(fetch), expected);
      assert.deepEqual(outcome, answers[1] === emptyPage || expected === "121" ? [] : ["NameNotFound", false]);
    }
  });

  test("the pages of a list come from where the first one came from", async () => {
    const fetch = script(lostReply(), queuePage(["a11"], "2"), failure(500, "InternalError"), queuePage(["a22"]));
    const service = new QueueServiceClient(account.url, account.sas, { fetch, secondaryHostname, retry: quick });
    assert.equal((await collect(service.listQueues())).length, 2);
    assert.equal(way(fetch), "1222");
  });

  test("by a shared key each attempt is signed for its host", async () => {
    const fetch = script(lostReply(), emptyPage);
    const queue = new QueueClient(account.url, "orders", account.key, { fetch, secondaryHostname, retry: quick });
    await queue.peekMessages();
    const [first, second] = fetch.requests.map(({ headers }) => headers.authorization);
    assert.match(second, /^SharedKey myaccount:/);
    assert.ok(first.startsWith("SharedKey myaccount:"));
  });
});
