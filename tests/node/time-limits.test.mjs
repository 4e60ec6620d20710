// tryTimeout and deadline: every wait has an end.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient } from "../../dist/index.js";
import { account, emptyPage, inTime, rejection, script, silence } from "../support/script.mjs";

const queueWith = (fetch, retry, options) =>
  new QueueClient(account.url, "orders", account.sas, { fetch, retry: { delay: 0, ...retry }, ...options });

describe("time limits", () => {
  test("tryTimeout ends an attempt, and what may be repeated is", async () => {
    const fetch = script(silence, emptyPage);
    assert.deepEqual(await queueWith(fetch, {}, { tryTimeout: 0.02 }).peekMessages(), []);
    assert.equal(fetch.requests.length, 2);
    assert.equal(fetch.requests[0].signal.aborted, true);
    assert.equal(fetch.requests[1].signal.aborted, false);
  });

  test("the error of the last attempt is a ServiceResponseTimeoutError", async () => {
    const fetch = script(silence);
    const error = await rejection(queueWith(fetch, { maxTries: 2 }, { tryTimeout: 0.02 }).peekMessages());
    assert.equal(error.name, "ServiceResponseTimeoutError");
    assert.match(error.message, /0\.02 s, .*tryTimeout/);
    assert.equal(error.cause.name, "TimeoutError");
    assert.equal(error.attempts.length, 2);
    assert.ok(error.attempts.every(({ failure }) => failure.length > 0));
  });

  test("a message that may have been sent is not sent again", async () => {
    const fetch = script(silence);
    const error = await rejection(queueWith(fetch, {}, { tryTimeout: 0.02 }).sendMessage("x"));
    assert.equal(error.name, "AmbiguousOutcomeError");
    assert.equal(error.cause.name, "ServiceResponseTimeoutError");
    assert.equal(fetch.requests.length, 1);
  });

  test("deadline ends a call with all its attempts", async () => {
    const fetch = script(silence);
    const options = { tryTimeout: 0.05, deadline: 0.12 };
    const error = await rejection(queueWith(fetch, { maxTries: 100 }, options).peekMessages());
    assert.equal(error.name, "DeadlineExceededError");
    assert.match(error.message, /deadline/);
    assert.ok(error.elapsed >= 0.12, `${error.elapsed}`);
    assert.ok(fetch.requests.length >= 1 && fetch.requests.length <= 3, `${fetch.requests.length} requests`);
  });

  test("deadline alone ends the first attempt", async () => {
    const fetch = script(silence);
    const error = await rejection(queueWith(fetch, {}, { deadline: 0.03 }).peekMessages());
    assert.equal(error.name, "DeadlineExceededError");
    assert.equal(fetch.requests.length, 1);
  });

  for (const [what, answer] of [
    ["a fetch that does not heed its signal", () => new Promise(() => {})],
    ["a body that never ends", () => ({ status: 200, body: new ReadableStream({}) })],
  ]) {
    test(`tryTimeout ends the wait for ${what} too`, async () => {
      const queue = queueWith(script(answer), { mode: "none" }, { tryTimeout: 0.02 });
      assert.equal((await inTime(queue.peekMessages())).name, "ServiceResponseTimeoutError");
    });
  }

  test("deadline bounds the wait for an access token too", async () => {
    const credential = { getToken: () => new Promise(() => {}) };
    const queue = new QueueClient(account.url, "orders", credential, { fetch: script(emptyPage), deadline: 0.02 });
    assert.equal((await inTime(queue.peekMessages())).name, "ServiceRequestTimeoutError");
  });
});
