// What is tried again, how often, and what it tells meanwhile.

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
  unreachable,
  untrusted,
} from "../support/script.mjs";

/** Waits of no length, so that tests are quick. */
const quick = { delay: 0 };
const queueWith = (fetch, retry, options) =>
  new QueueClient(account.url, "orders", account.key, { fetch, retry: { ...quick, ...retry }, ...options });

const receipt = { popReceipt: "r" };
const updated = {
  status: 204,
  headers: { "x-ms-popreceipt": "r2", "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:35 GMT" },
};
const properties = { status: 200, headers: { "x-ms-approximate-messages-count": "0" } };

const operations = {
  sendMessage: [(queue) => queue.sendMessage("x"), sent],
  receiveMessage: [(queue) => queue.receiveMessage(), emptyPage],
  receiveMessages: [(queue) => collect(queue.receiveMessages({ maxMessages: 1 })), emptyPage],
  updateMessage: [(queue) => queue.updateMessage("id", { ...receipt, content: "x" }), updated],
  peekMessages: [(queue) => queue.peekMessages(), emptyPage],
  deleteMessage: [(queue) => queue.deleteMessage("id", receipt), { status: 204 }],
  clearMessages: [(queue) => queue.clearMessages(), { status: 204 }],
  createQueue: [(queue) => queue.createQueue(), { status: 201 }],
  deleteQueue: [(queue) => queue.deleteQueue(), { status: 204 }],
  exists: [(queue) => queue.exists(), properties],
  getQueueProperties: [(queue) => queue.getQueueProperties(), properties],
  setQueueMetadata: [(queue) => queue.setQueueMetadata({}), { status: 204 }],
  getQueueAccessPolicy: [(queue) => queue.getQueueAccessPolicy(), { status: 200, body: "<SignedIdentifiers/>" }],
  setQueueAccessPolicy: [(queue) => queue.setQueueAccessPolicy({}), { status: 204 }],
};
const notTwice = ["sendMessage", "receiveMessage", "receiveMessages", "updateMessage"];

describe("what is tried again", () => {
  const [always, unlessUnsafe, never] = ["everything", "what may happen twice", "nothing"];
  const failures = [
    ["503", failure(503, "ServerBusy"), always],
    ["429", failure(429, "TooManyRequests"), always],
    ["a lost way to the host", unreachable(), always],
    ["a host that nobody knows", notFound(), never],
    ["a certificate that nobody trusts", untrusted(), never],
    ["500", failure(500, "InternalError"), unlessUnsafe],
    ["502", { status: 502 }, unlessUnsafe],
    ["504", { status: 504 }, unlessUnsafe],
    ["408", { status: 408 }, unlessUnsafe],
    ["a lost reply", lostReply(), unlessUnsafe],
    ["400", failure(400, "InvalidInput"), never],
    ["401", failure(401, "NoAuthenticationInformation"), never],
    ["403", failure(403, "AuthorizationFailure"), never],
    ["409", failure(409, "QueueDisabled"), never],
    ["412", failure(412, "ConditionNotMet"), never],
    ["501", { status: 501 }, never],
    ["a redirect", { status: 307, headers: { location: "/" } }, never],
  ];

  for (const [what, answer, when] of failures) {
    test(`${what}: ${when}`, async () => {
      for (const [name, [call, good]] of Object.entries(operations)) {
        for (const unsafe of [false, true]) {
          const fetch = script(answer, answer, good);
          const again = when !== never && (when === always || unsafe || !notTwice.includes(name));
          const promise = call(queueWith(fetch, { unsafe }));
          if (again) await promise;
          else assert.equal((await rejection(promise)).attempts.length, 1);
          assert.equal(fetch.requests.length, again ? 3 : 1, `${name}, unsafe: ${unsafe}`);
        }
      }
    });
  }

  test("a refused connection is, once: whoever is not there after that is not about to come", async () => {
    for (const [name, [call, good]] of Object.entries(operations)) {
      await call(queueWith(script(refused(), good)));
      const fetch = script(refused());
      const error = await rejection(call(queueWith(fetch)));
      assert.deepEqual(
        [error.name, error.code, fetch.requests.length],
        ["ServiceRequestError", "ConnectionRefused", 2],
        name,
      );
    }
  });

  test("pages of a list are", async () => {
    const fetch = script(queuePage(["a11"], "2"), failure(500, "InternalError"), queuePage(["a22"]));
    const service = new QueueServiceClient(account.url, account.sas, { fetch, retry: quick });
    assert.equal((await collect(service.listQueues())).length, 2);
    assert.deepEqual(
      fetch.requests.map(({ url }) => url.searchParams.get("marker")),
      [null, "2", "2"],
    );
  });

  test("a broken answer to a request that succeeded is not", async () => {
    const fetch = script({ status: 200, body: "<html>" });
    await rejection(queueWith(fetch).peekMessages());
    assert.equal(fetch.requests.length, 1);
  });

  for (const [name, code] of [
    ["deleteMessage", "MessageNotFound"],
    ["deleteQueue", "QueueNotFound"],
  ]) {
    test(`${name}: when it is repeated and the service says ${code}, the first one was it`, async () => {
      const [call] = operations[name];
      for (const lost of [lostReply(), failure(500, "InternalError")]) {
        assert.equal(await call(queueWith(script(lost, failure(404, code)))), undefined);
      }
      assert.equal((await rejection(call(queueWith(script(failure(404, code)))))).code, code);
    });
  }
});

describe("how often", () => {
  for (const [retry, requests] of [
    [{}, 4],
    [{ maxTries: 1 }, 1],
    [{ maxTries: 2 }, 2],
    [{ maxTries: 7 }, 7],
    [{ mode: "none" }, 1],
    [{ mode: "none", maxTries: 5 }, 1],
    [{ mode: "fixed" }, 4],
    [{ mode: "exponential", maxTries: 3 }, 3],
  ]) {
    test(`${JSON.stringify(retry)}: ${requests} requests, and the error tells of each`, async () => {
      const fetch = script(lostReply(), failure(503, "ServerBusy"));
      const error = await rejection(queueWith(fetch, retry).peekMessages());
      assert.equal(fetch.requests.length, requests);
      assert.equal(error.attempts.length, requests);
      error.attempts.forEach((attempt, index) => {
        assert.ok(attempt.startedOn instanceof Date);
        assert.equal(attempt.host, "myaccount.queue.core.windows.net");
        assert.equal(attempt.wait, 0);
        const { statusCode, requestId, failure } = attempt;
        if (index > 0) assert.deepEqual([statusCode, requestId, failure], [503, "request-1", undefined]);
        else {
          assert.deepEqual([statusCode, requestId], [undefined, undefined]);
          assert.match(failure, /other side closed/);
        }
      });
      assert.equal(error.name, requests === 1 ? "ServiceResponseError" : "HttpResponseError");
    });
  }

  test("the error is that of the last attempt", async () => {
    const fetch = script(lostReply(), failure(503, "ServerBusy"), failure(404, "QueueNotFound"));
    const error = await rejection(queueWith(fetch).peekMessages());
    assert.equal(error.code, "QueueNotFound");
    assert.deepEqual(
      error.attempts.map(({ statusCode }) => statusCode),
      [undefined, 503, 404],
    );
    assert.equal(error.cause, undefined, "what failed before is not why this one failed");
  });

  test("each attempt has a request id and a date of its own; an id of the caller's is kept", async () => {
    const ids = async (options) => {
      const fetch = script(failure(503, "ServerBusy"), emptyPage);
      await queueWith(fetch).peekMessages(options);
      return fetch.requests.map(({ headers }) => headers["x-ms-client-request-id"]);
    };
    const [first, second] = await ids();
    const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
    assert.match(first, uuid);
    assert.match(second, uuid);
    assert.notEqual(first, second);
    assert.deepEqual(await ids({ clientRequestId: "mine" }), ["mine", "mine"]);
  });

  test("each attempt sends the whole body", async () => {
    const fetch = script(failure(503, "ServerBusy"), failure(503, "ServerBusy"), sent);
    await queueWith(fetch).sendMessage("é<");
    assert.match(fetch.requests[0].body, /<MessageText>é&lt;<\/MessageText>/);
    assert.deepEqual(new Set(fetch.requests.map(({ body }) => body)).size, 1);
  });
});

describe("waits", () => {
  const delays = async (retry, answers, options) => {
    const events = [];
    const queue = queueWith(script(...answers), retry, { ...options, onRetry: ({ delay }) => events.push(delay) });
    await queue.peekMessages().catch(() => {});
    return events;
  };
  const busy = (headers) => ({ status: 503, headers });

  for (const [what, headers, seconds] of [
    ["Retry-After in seconds", { "retry-after": "1" }, 1],
    ["x-ms-retry-after-ms", { "x-ms-retry-after-ms": "20" }, 0.02],
    ["retry-after-ms", { "retry-after-ms": "15" }, 0.015],
    ["the finer of two", { "retry-after": "5", "x-ms-retry-after-ms": "10" }, 0.01],
    ["nothing, when it makes no sense", { "retry-after": "soon" }, 0],
    ["nothing, when it is negative", { "retry-after": "-5" }, 0],
  ]) {
    test(`the service asks for one: ${what}`, async () => {
      assert.deepEqual(await delays({}, [busy(headers), emptyPage]), [seconds]);
    });
  }

  test("Retry-After may be a date", async () => {
    const date = new Date(Date.now() + 3_600_000).toUTCString();
    const events = await delays({}, [busy({ "retry-after": date }), emptyPage], { deadline: 5 });
    assert.deepEqual(events, [], "an hour is longer than the deadline, so that there is no second try");
  });

  test("a wait that would outlast the deadline is not begun: the error comes at once", async () => {
    const fetch = script(busy({ "retry-after": "100" }));
    const error = await rejection(queueWith(fetch, {}, { deadline: 5 }).peekMessages());
    assert.equal(error.statusCode, 503);
    assert.equal(fetch.requests.length, 1);
  });

  test("are drawn from zero to their bound, which doubles, or stays when fixed", async () => {
    const tries = { maxTries: 5, delay: 0.004 };
    for (const [retry, bounds, status = 500] of [
      [{ ...tries, mode: "exponential" }, [0.004, 0.008, 0.016, 0.032]],
      [{ ...tries, mode: "exponential", maxDelay: 0.01 }, [0.004, 0.008, 0.01, 0.01]],
      [{ ...tries, mode: "fixed" }, [0.004, 0.004, 0.004, 0.004]],
      // Who has too much to do is left alone for longer.
      [{ ...tries, mode: "fixed" }, [0.016, 0.016, 0.016, 0.016], 503],
      [{ ...tries, mode: "exponential" }, [0.016, 0.032, 0.064, 0.128], 429],
    ]) {
      const events = await delays(retry, Array(5).fill({ status }));
      assert.equal(events.length, 4);
      for (const [index, delay] of events.entries()) {
        assert.ok(delay >= 0 && delay <= bounds[index], `${delay}, ${bounds[index]}`);
      }
    }
  });

  test("onRetry is told before each wait, and not after the last attempt", async () => {
    const events = [];
    const fetch = script(lostReply(), failure(503, "ServerBusy", "Busy."), failure(400, "InvalidInput"));
    await rejection(queueWith(fetch, {}, { onRetry: (event) => events.push(event) }).peekMessages());
    const [lost, busy, ...others] = events;
    assert.deepEqual(others, []);
    const { message, ...rest } = lost;
    assert.deepEqual(rest, {
      attempt: 1,
      delay: 0,
      error: "ServiceResponseError",
      code: undefined,
      statusCode: undefined,
    });
    assert.match(message, /other side closed/);
    assert.deepEqual(busy, {
      attempt: 2,
      delay: 0,
      error: "HttpResponseError",
      message: "Busy.\nErrorCode:ServerBusy",
      code: "ServerBusy",
      statusCode: 503,
    });
  });
});
