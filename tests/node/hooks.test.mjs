// Hooks, headers, and the other options of every call.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { inspect } from "node:util";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, collect, emptyPage, failure, queuePage, rejection, script, sent } from "../support/script.mjs";

const queueWith = (fetch, options, credential = account.sas) =>
  new QueueClient(account.url, "orders", credential, { fetch, ...options });
const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;
const shownUrl = `${account.url}/orders/messages?${account.sas.replace(account.signature, "REDACTED")}`;

describe("hooks", () => {
  test("onRequest: every field, secrets redacted", async () => {
    const events = [];
    const fetch = script(sent);
    await queueWith(fetch, { onRequest: (event) => events.push(event) }).sendMessage("x", { timeToLive: 9 });
    const [{ headers, clientRequestId, ...event }, ...others] = events;
    assert.deepEqual(others, []);
    assert.deepEqual(event, { method: "POST", url: shownUrl.replace("?", "?messagettl=9&"), attempt: 1 });
    assert.match(clientRequestId, uuid);
    assert.deepEqual(headers, fetch.requests[0].headers);
    assert.equal(headers["x-ms-client-request-id"], clientRequestId);
  });

  test("onResponse: every field", async () => {
    const events = [];
    const fetch = script({ ...emptyPage, headers: { "X-Ms-Request-Id": "r-1", "x-other": "o" } });
    await queueWith(fetch, { onResponse: (event) => events.push(event) }).peekMessages({ clientRequestId: "mine" });
    const [{ headers, ...event }, ...others] = events;
    assert.deepEqual(others, []);
    assert.deepEqual(event, {
      method: "GET",
      url: shownUrl.replace("?", "?peekonly=true&"),
      statusCode: 200,
      requestId: "r-1",
      clientRequestId: "mine",
      attempt: 1,
    });
    assert.equal(headers["x-other"], "o");
    assert.equal(headers["x-ms-request-id"], "r-1");
  });

  test("onResponse is told of errors too, with each attempt", async () => {
    const events = [];
    const fetch = script(failure(503, "ServerBusy"), failure(404, "QueueNotFound"));
    const onResponse = ({ statusCode, attempt, requestId }) => events.push([attempt, statusCode, requestId]);
    await rejection(queueWith(fetch, { onResponse, retry: { delay: 0 } }).peekMessages());
    assert.deepEqual(events, [
      [1, 503, "request-1"],
      [2, 404, "request-1"],
    ]);
  });

  test("are called of the client first, then of the call, once for each attempt", async () => {
    const calls = [];
    const hooksOf = (whose) => ({
      onRequest: ({ attempt }) => calls.push(`${whose} request ${attempt}`),
      onResponse: ({ attempt }) => calls.push(`${whose} response ${attempt}`),
      onRetry: ({ attempt }) => calls.push(`${whose} retry ${attempt}`),
    });
    const fetch = script(failure(503, "ServerBusy"), emptyPage);
    await queueWith(fetch, { ...hooksOf("client"), retry: { delay: 0 } }).peekMessages(hooksOf("call"));
    assert.deepEqual(calls, [
      "client request 1",
      "call request 1",
      "client response 1",
      "call response 1",
      "client retry 1",
      "call retry 1",
      "client request 2",
      "call request 2",
      "client response 2",
      "call response 2",
    ]);
  });

  test("of a service client are those of its queue clients too", async () => {
    const seen = [];
    const onRequest = ({ method }) => seen.push(method);
    const service = new QueueServiceClient(account.url, account.sas, {
      fetch: script(queuePage([]), emptyPage),
      onRequest,
    });
    await collect(service.listQueues());
    await service
      .getQueueClient("orders")
      .clearMessages({ onRequest })
      .catch(() => {});
    assert.deepEqual(seen, ["GET", "DELETE", "DELETE"]);
  });

  for (const [what, credential, secret] of [
    ["a SAS", account.sas, account.signature],
    ["a key", account.key, account.key],
    ["a token", { getToken: () => ({ token: "access-token", expiresOnTimestamp: 9e12 }) }, "access-token"],
  ]) {
    test(`with ${what} they see no secret`, async () => {
      const events = [];
      const hook = (event) => events.push(event);
      const fetch = script(failure(503, "ServerBusy"), emptyPage);
      const hooks = { onRequest: hook, onResponse: hook, onRetry: hook };
      await queueWith(fetch, { ...hooks, retry: { delay: 0 } }, credential).peekMessages();
      assert.equal(events.length, 5);
      const text = inspect(events, { depth: 9 }) + JSON.stringify(events);
      for (const hidden of [secret, encodeURIComponent(secret)]) assert.ok(!text.includes(hidden), text);
      const sentAuthorization = fetch.requests[0].headers.authorization;
      if (what === "a SAS") assert.ok(text.includes("sig=REDACTED"));
      else {
        assert.equal(events[0].headers.authorization, "REDACTED");
        assert.ok(!text.includes(sentAuthorization.split(/[ :]/).at(-1)));
      }
    });
  }

  for (const [what, words, failed, expected] of [
    [
      "fetch failed",
      "a\0b (nobody listens there)",
      () => Promise.reject(Object.assign(new Error("a\0b"), { code: "ECONNREFUSED" })),
      { error: "ServiceRequestError", code: "ConnectionRefused", statusCode: undefined },
    ],
    [
      "fetch failed without a code",
      "c\0d\0\0é",
      () => Promise.reject(new Error("c\0d\0\0é")),
      { error: "ServiceResponseError", code: undefined, statusCode: undefined },
    ],
    [
      "the service failed",
      "e\0f",
      script({ ...failure(503, "Sérver\0Busy", "e\0f"), headers: {} }),
      { error: "HttpResponseError", code: "Sérver\0Busy", statusCode: 503 },
    ],
    [
      "the service failed with an empty code",
      "g",
      script(failure(503, "", "g")),
      { error: "HttpResponseError", code: "", statusCode: 503 },
    ],
  ]) {
    test(`are told of a failure as it is, though there be a NUL in its words: ${what}`, async () => {
      const decided = [];
      const told = [];
      const answers = [failed, script(emptyPage)];
      const retry = (event) => decided.push(event) * 0.001;
      const fetch = (...request) => answers.shift()(...request);
      await queueWith(fetch, { retry, onRetry: (event) => told.push(event) }).peekMessages();
      const [{ mayBeDone, ...first }] = decided;
      assert.equal(typeof mayBeDone, "boolean");
      assert.deepEqual(told, [{ ...first, delay: 0.001 }]);
      const { message, delay, ...event } = first;
      assert.ok(message.includes(words), JSON.stringify(message));
      assert.deepEqual(event, { attempt: 1, ...expected });
    });
  }

  test("cannot change the request", async () => {
    const fetch = script(emptyPage);
    const onRequest = (event) => {
      Reflect.set(event, "url", "https://elsewhere.example");
      Reflect.set(event.headers, "x-ms-version", "1999-01-01");
    };
    await queueWith(fetch, { onRequest }).peekMessages();
    assert.equal(fetch.requests[0].url.origin, account.url);
    assert.equal(fetch.requests[0].headers["x-ms-version"], "2020-12-06");
  });

  const thrown = new Error("of the hook");
  for (const [hook, requests] of [
    ["onRequest", 0],
    ["onResponse", 1],
    ["onRetry", 1],
  ]) {
    for (const where of ["client", "call"]) {
      test(`what ${hook} of the ${where} throws ends the call, which rejects with it`, async () => {
        const fetch = script(failure(503, "ServerBusy"));
        const hooks = {
          [hook]() {
            throw thrown;
          },
        };
        const queue = queueWith(fetch, { ...(where === "client" && hooks), retry: { delay: 0 } });
        assert.equal(await rejection(queue.peekMessages(where === "call" ? hooks : {})), thrown);
        assert.equal(fetch.requests.length, requests);
      });
    }
  }
});

describe("headers", () => {
  let fetch;
  beforeEach(() => {
    fetch = script(emptyPage);
  });

  test("of the client and of the call, the call wins whatever the case of its letters", async () => {
    const queue = queueWith(fetch, { headers: { "X-App": "client", "x-kept": "client" } });
    await queue.peekMessages({ headers: { "x-app": "call", "X-New": "call" } });
    await queue.peekMessages();
    const [first, second] = fetch.requests.map(({ headers }) => [
      headers["x-app"],
      headers["x-kept"],
      headers["x-new"],
    ]);
    assert.deepEqual(first, ["call", "client", "call"]);
    assert.deepEqual(second, ["client", "client", undefined]);
  });

  test("that every request has", async () => {
    await queueWith(fetch).peekMessages();
    const { headers } = fetch.requests[0];
    assert.equal(headers["x-ms-version"], "2020-12-06");
    assert.match(headers["x-ms-date"], /^[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
    assert.ok(Math.abs(Date.parse(headers["x-ms-date"]) - Date.now()) < 60_000);
    assert.match(headers["x-ms-client-request-id"], uuid);
    assert.equal(headers.accept, "application/xml");
    assert.equal(headers["content-type"], undefined);
  });

  test("clientRequestId goes out as x-ms-client-request-id; without one each call has its own", async () => {
    const queue = queueWith(fetch);
    await queue.peekMessages({ clientRequestId: "order 66" });
    await queue.peekMessages();
    await queue.peekMessages();
    const ids = fetch.requests.map(({ headers }) => headers["x-ms-client-request-id"]);
    assert.equal(ids[0], "order 66");
    assert.equal(new Set(ids).size, 3);
  });

  test("options are read when the call is made: changing them afterwards has no effect", async () => {
    const options = { headers: { "x-app": "before" }, clientRequestId: "before" };
    const promise = queueWith(fetch).peekMessages(options);
    options.clientRequestId = "after";
    await promise;
    assert.equal(fetch.requests[0].headers["x-ms-client-request-id"], "before");
  });
});

describe("timeout", () => {
  test("goes out in the query of that call", async () => {
    const fetch = script(emptyPage);
    const queue = queueWith(fetch);
    await queue.peekMessages({ timeout: 7 });
    await queue.peekMessages();
    assert.deepEqual(
      fetch.requests.map(({ url }) => url.searchParams.get("timeout")),
      ["7", null],
    );
  });
});

describe("fetch", () => {
  test("of the caller's is called without a receiver, with all that a browser needs", async () => {
    const fetch = script(emptyPage);
    let init;
    let receiver = "not called";
    const options = {
      fetch(...args) {
        receiver = this;
        init = args[1];
        return fetch(...args);
      },
    };
    await new QueueClient(account.url, "orders", account.sas, options).peekMessages();
    assert.equal(receiver, undefined);
    assert.equal(init.redirect, "manual");
    assert.equal(init.credentials, "omit");
    assert.equal(init.cache, "no-store");
    assert.ok(init.signal instanceof AbortSignal);
    assert.equal(init.body, undefined);
  });

  test("is the global one when none is given, as it is at the time of the call", async () => {
    const queue = new QueueClient(account.url, "orders", account.sas);
    const { fetch: original } = globalThis;
    const replaced = script(emptyPage);
    globalThis.fetch = replaced;
    try {
      await queue.peekMessages();
    } finally {
      globalThis.fetch = original;
    }
    assert.equal(replaced.requests.length, 1);
  });

  test("gets the body as text", async () => {
    let body;
    const answer = script(sent);
    const fetch = (url, init) => {
      body = init.body;
      return answer(url, init);
    };
    await queueWith(fetch).sendMessage("é");
    assert.match(body, /<MessageText>é<\/MessageText>/);
  });
});

describe("service version", () => {
  const acl = { status: 200, body: "<SignedIdentifiers/>" };
  const token = { getToken: () => ({ token: "t", expiresOnTimestamp: 9e12 }) };
  const versionOf = async (credential, call, answer, options) => {
    const fetch = script(answer);
    await call(new QueueClient(account.url, "orders", credential, { fetch, ...options }));
    return fetch.requests[0].headers["x-ms-version"];
  };
  const policies = (queue) => queue.getQueueAccessPolicy();
  const setPolicies = (queue) => queue.setQueueAccessPolicy({});
  const peek = (queue) => queue.peekMessages();

  for (const [what, args, expected] of [
    ["is the oldest that has what the call needs", [account.sas, peek, emptyPage], "2020-12-06"],
    ["the same with a token", [token, peek, emptyPage], "2020-12-06"],
    ["is newer for getting policies with a token", [token, policies, acl], "2025-07-05"],
    ["is newer for setting policies with a token", [token, setPolicies, { status: 204 }], "2025-07-05"],
    ["is not for policies with a key", [account.key, policies, acl], "2020-12-06"],
    ["is not for setting policies with a key", [account.key, setPolicies, { status: 204 }], "2020-12-06"],
    ["is the one that is set", [account.key, peek, emptyPage, { serviceVersion: "2026-04-06" }], "2026-04-06"],
    [
      "is the one that is set, with a token too",
      [token, policies, acl, { serviceVersion: "2026-04-06" }],
      "2026-04-06",
    ],
  ]) {
    test(what, async () => assert.equal(await versionOf(...args), expected));
  }
});
