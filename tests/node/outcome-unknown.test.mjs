// When nobody knows what came of a call, and what the caller may do then.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAzureError, QueueClient } from "../../dist/index.js";
import { account, emptyPage, failure, lostReply, refused, rejection, script, sent } from "../support/script.mjs";

const queueWith = (fetch, options) =>
  new QueueClient(account.url, "orders", account.sas, { fetch, ...options, retry: { delay: 0, ...options?.retry } });

const receipt = { popReceipt: "r" };
const notTwice = {
  sendMessage: [(queue) => queue.sendMessage("x"), /added to the queue: peek/],
  receiveMessage: [(queue) => queue.receiveMessage(), /hidden until their visibility timeout ends/],
  updateMessage: [(queue) => queue.updateMessage("id", { ...receipt, content: "x" }), /another pop receipt/],
  updateVisibilityTimeout: [(queue) => queue.updateVisibilityTimeout("id", 5, receipt), /another pop receipt/],
};

describe("what must not be done twice", () => {
  for (const [name, [call, words]] of Object.entries(notTwice)) {
    for (const [what, answer, cause] of [
      ["the reply is lost", lostReply(), "ServiceResponseError"],
      ["the service fails", failure(500, "InternalError"), "HttpResponseError"],
      ["the answer is no XML", { status: name === "sendMessage" ? 201 : 200, body: "<html>" }, "ServiceResponseError"],
    ]) {
      // An update has no body to read.
      if (what === "the answer is no XML" && name.startsWith("update")) continue;
      test(`${name}: ${what}`, async () => {
        const error = await rejection(call(queueWith(script(answer))));
        assert.equal(error.name, "AmbiguousOutcomeError");
        assert.ok(isAzureError(error, "ServiceResponseError"));
        assert.match(error.message, words);
        assert.equal(error.retryable, false);
        assert.equal(error.attempts.length, 1);
        assert.ok(isAzureError(error.cause, cause), error.cause.name);
        assert.ok(error.message.startsWith(error.cause.message));
        assert.deepEqual([error.statusCode, error.code], [error.cause.statusCode, error.cause.code]);
      });
    }
  }

  test("what the platform said is at the end of the causes", async () => {
    const said = lostReply();
    const error = await rejection(queueWith(script(said)).sendMessage("x"));
    assert.equal(error.cause.cause, said);
  });

  test("an attempt that may have arrived is not hidden by a later one that did not", async () => {
    for (const later of [failure(403, "AuthorizationFailure"), refused(), failure(404, "QueueNotFound")]) {
      const fetch = script(lostReply(), later);
      const error = await rejection(queueWith(fetch, { retry: { unsafe: true, maxTries: 2 } }).sendMessage("x"));
      assert.equal(error.name, "AmbiguousOutcomeError");
      assert.equal(error.attempts.length, 2);
    }
  });

  test("nor by a credential that has nothing more", async () => {
    let given = 0;
    const credential = () => {
      if (given++ > 0) throw new Error("nothing more");
      // It ends at once, so that the next attempt needs another.
      return account.sas.replace(
        "2030-01-01T00%3A00%3A00Z",
        encodeURIComponent(new Date(Date.now() + 30).toISOString()),
      );
    };
    const slow = async () => {
      await new Promise((resolve) => setTimeout(resolve, 40));
      throw lostReply();
    };
    const options = { fetch: script(slow), retry: { unsafe: true, delay: 0 } };
    const error = await rejection(new QueueClient(account.url, "orders", credential, options).sendMessage("x"));
    assert.equal(error.name, "AmbiguousOutcomeError");
    assert.equal(error.cause.name, "ClientAuthenticationError");
  });
});

describe("what a hook or a function for retries throws", () => {
  const own = new Error("mine");
  const throws = () => {
    throw own;
  };
  const send = (answer, options) =>
    rejection(
      new QueueClient(account.url, "orders", account.sas, { fetch: script(answer), ...options }).sendMessage("x"),
    );

  for (const [what, answer, options] of [
    ["onResponse, when the message was sent", sent, { onResponse: throws }],
    ["onResponse, when the service failed", failure(500, "InternalError"), { onResponse: throws }],
    ["retry, when the reply was lost", lostReply(), { retry: throws }],
    ["onRetry, when the reply was lost", lostReply(), { retry: () => 0, onRetry: throws }],
    [
      "onRequest, of the second attempt",
      lostReply(),
      { retry: () => 0, onRequest: ({ attempt }) => attempt > 1 && throws() },
    ],
  ]) {
    test(`does not hide what may have been done: ${what}`, async () => {
      const error = await send(answer, options);
      assert.equal(error.name, "AmbiguousOutcomeError");
      assert.equal(error.cause, own);
      assert.match(error.message, /threw\.\n.*peek to find out/);
      assert.ok(error.attempts.length >= 1);
    });
  }

  for (const [what, answer, options] of [
    ["onRequest", sent, { onRequest: throws }],
    ["retry, when nothing was sent", refused(), { retry: throws }],
    ["retry, when the service refused", failure(403, "AuthorizationFailure"), { retry: throws }],
    ["onRetry, when the service was too busy", failure(503, "ServerBusy"), { onRetry: throws }],
  ]) {
    test(`is handed back as it is where nothing was done: ${what}`, async () => {
      assert.equal(await send(answer, options), own);
    });
  }
});

describe("retryable", () => {
  const peek = (queue) => queue.peekMessages();
  const send = (queue) => queue.sendMessage("x");
  const once = { retry: { mode: "none" } };
  for (const [what, call, answer, retryable] of [
    ["a read whose reply was lost", peek, lostReply(), true],
    ["a read that the service fails with", peek, failure(500, "InternalError"), true],
    ["a read with an answer that is no XML", peek, { status: 200, body: "<html>" }, true],
    ["a delete whose reply was lost", (queue) => queue.deleteMessage("id", receipt), lostReply(), true],
    [
      "a delete that a proxy answers",
      (queue) => queue.deleteMessage("id", receipt),
      { status: 200, body: "<p>" },
      true,
    ],
    ["a queue that is there already", (queue) => queue.createQueue(), { status: 204 }, false],
    [
      "a queue that is being deleted",
      (queue) => queue.createQueueIfNotExists(),
      failure(409, "QueueBeingDeleted"),
      false,
    ],
    ["a queue that is missing otherwise", (queue) => queue.exists(), failure(404, "ResourceNotFound"), false],
    ["a send that never left", send, refused(), true],
    ["a send for which the service is too busy", send, failure(503, "ServerBusy"), true],
    ["a send that comes too often", send, failure(429, "TooManyRequests"), true],
    ["a send that is refused", send, failure(403, "AuthorizationFailure"), false],
    ["a queue that is missing", peek, failure(404, "QueueNotFound"), false],
    ["a queue that exists already", (queue) => queue.createQueue(), { status: 204 }, false],
    [
      "a queue that is being deleted",
      (queue) => queue.createQueueIfNotExists(),
      failure(409, "QueueBeingDeleted"),
      false,
    ],
    ["a read that the service does not know", peek, failure(501, "NotImplemented"), false],
  ]) {
    test(`${what}: ${retryable}`, async () => {
      const error = await rejection(call(queueWith(script(answer), once)));
      assert.equal(error.retryable, retryable);
      assert.equal(typeof error.elapsed, "number");
      assert.deepEqual([error.toJSON().retryable, error.toJSON().elapsed], [error.retryable, error.elapsed]);
    });
  }
});

test("200 with an error inside is that error", async () => {
  const inside = { ...failure(200, "ServerBusy", "Not now."), headers: {} };
  const error = await rejection(queueWith(script(inside)).peekMessages());
  assert.deepEqual([error.name, error.code, error.statusCode], ["HttpResponseError", "ServerBusy", 200]);
  assert.match(error.message, /Not now\./);
});

describe("a function that decides about retries", () => {
  test("is told of each attempt that failed, and decides", async () => {
    const told = [];
    const decide = (failed) => {
      told.push(failed);
      return told.length < 3 ? 0 : undefined;
    };
    const fetch = script(failure(404, "QueueNotFound"), lostReply(), failure(500, "InternalError", "Oh."));
    const error = await rejection(
      new QueueClient(account.url, "orders", account.sas, { fetch, retry: decide }).peekMessages(),
    );
    assert.equal(error.code, "InternalError");
    assert.equal(fetch.requests.length, 3);
    assert.deepEqual(
      told.map(({ attempt, error, code, statusCode, mayBeDone }) => [attempt, error, code, statusCode, mayBeDone]),
      [
        [1, "ResourceNotFoundError", "QueueNotFound", 404, false],
        [2, "ServiceResponseError", undefined, undefined, true],
        [3, "HttpResponseError", "InternalError", 500, true],
      ],
    );
    assert.equal(told[0].delay, undefined, "by itself there would be no other attempt");
    assert.ok(told[1].delay >= 0);
    assert.equal(told[2].message, "Oh.\nErrorCode:InternalError");
  });

  test("of one call wins over that of the client, and over its options", async () => {
    const fetch = script(failure(404, "QueueNotFound"));
    for (const [ofClient, ofCall, requests] of [
      [() => 0, () => false, 1],
      [{ maxTries: 9 }, ({ attempt }) => attempt < 3 && 0, 3],
      [({ attempt }) => attempt < 3 && 0, { maxTries: 9 }, 1],
      [({ attempt }) => attempt < 3 && 0, undefined, 3],
    ]) {
      fetch.requests.length = 0;
      const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry: ofClient });
      await rejection(queue.peekMessages({ retry: ofCall }));
      assert.equal(fetch.requests.length, requests);
    }
  });

  test("does not hide what may have been done", async () => {
    const queue = new QueueClient(account.url, "orders", account.sas, {
      fetch: script(lostReply(), sent),
      retry: () => 0,
    });
    assert.equal((await queue.sendMessage("x")).id, "id-1", "the caller wanted it so");
    const failing = script(lostReply(), failure(400, "InvalidInput"));
    const other = new QueueClient(account.url, "orders", account.sas, {
      fetch: failing,
      retry: ({ attempt }) => (attempt === 1 ? 0 : false),
    });
    assert.equal((await rejection(other.sendMessage("x"))).name, "AmbiguousOutcomeError");
  });

  test("ends the call with what it throws, and may return seconds only", async () => {
    const own = new Error("mine");
    const fetch = script(failure(500, "InternalError"));
    const queue = new QueueClient(account.url, "orders", account.sas, { fetch });
    const thrown = () => {
      throw own;
    };
    assert.equal(await rejection(queue.peekMessages({ retry: thrown })), own);
    for (const bad of [-1, Number.NaN, "1", Number.POSITIVE_INFINITY, 3601, null, true]) {
      await assert.rejects(queue.peekMessages({ retry: () => bad }), { name: "RangeError", message: /0 to 3600/ });
    }
  });

  test("does not outlast the deadline", async () => {
    const fetch = script(failure(500, "InternalError"));
    const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry: () => 60 });
    assert.equal((await rejection(queue.peekMessages({ deadline: 1 }))).statusCode, 500);
    assert.equal(fetch.requests.length, 1);
  });
});

describe("options of one call", () => {
  test("retry: what is missing is as the client is set to", async () => {
    const fetch = script(failure(503, "ServerBusy"));
    const queue = queueWith(fetch, { retry: { maxTries: 2 } });
    for (const [retry, requests] of [
      [undefined, 2],
      [{ maxTries: 3 }, 3],
      [{ mode: "none" }, 1],
      [{ unsafe: true }, 2],
    ]) {
      fetch.requests.length = 0;
      await rejection(queue.peekMessages({ retry }));
      assert.equal(fetch.requests.length, requests, JSON.stringify(retry));
    }
  });

  test("tryTimeout and deadline", async () => {
    const silent = () => new Promise(() => {});
    const queue = queueWith(script(silent, silent, emptyPage), { tryTimeout: 3600, deadline: 3600 });
    assert.deepEqual(await queue.peekMessages({ tryTimeout: 0.01 }), []);
    const error = await rejection(queueWith(script(silent)).peekMessages({ deadline: 0.02 }));
    assert.equal(error.name, "DeadlineExceededError");
  });

  test("bad ones are refused before anything is sent", async () => {
    const fetch = script(emptyPage);
    for (const [options, message] of [
      [{ retry: 5 }, /^retry must be a plain object; got a number/],
      [{ retry: { maxTries: 0 } }, /^retry\.maxTries must be/],
      [{ retry: { tries: 3 } }, /^retry has no property "tries"/],
      [{ tryTimeout: 0 }, /^tryTimeout must be/],
      [{ deadline: "1" }, /^deadline must be/],
    ]) {
      await assert.rejects(queueWith(fetch).peekMessages(options), { code: "InvalidArgument", message });
    }
    assert.equal(fetch.requests.length, 0);
  });
});
