// Ending calls: by a signal, by leaving a loop; and that nothing is left behind.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import {
  account,
  collect,
  emptyPage,
  inTime,
  messagePage,
  queuePage,
  rejection,
  script,
  sent,
  silence,
} from "../support/script.mjs";

// No SAS allows all of these calls.
const unchecked = { checkAccess: false };
const queueWith = (fetch, options) =>
  new QueueClient(account.url, "orders", account.sas, { ...unchecked, fetch, ...options });
const serviceWith = (fetch, options) =>
  new QueueServiceClient(account.url, account.sas, { ...unchecked, fetch, ...options });
const receipt = { popReceipt: "r" };
const inAnHour = () => new Date(Date.now() + 3_600_000);

const queueCalls = {
  createQueue: (queue, options) => queue.createQueue(options),
  createQueueIfNotExists: (queue, options) => queue.createQueueIfNotExists(options),
  deleteQueue: (queue, options) => queue.deleteQueue(options),
  deleteQueueIfExists: (queue, options) => queue.deleteQueueIfExists(options),
  exists: (queue, options) => queue.exists(options),
  getQueueProperties: (queue, options) => queue.getQueueProperties(options),
  setQueueMetadata: (queue, options) => queue.setQueueMetadata({}, options),
  getQueueAccessPolicy: (queue, options) => queue.getQueueAccessPolicy(options),
  setQueueAccessPolicy: (queue, options) => queue.setQueueAccessPolicy({}, options),
  sendMessage: (queue, options) => queue.sendMessage("x", options),
  receiveMessage: (queue, options) => queue.receiveMessage(options),
  receiveMessages: (queue, options) => collect(queue.receiveMessages(options)),
  "receiveMessages, by page": (queue, options) => collect(queue.receiveMessages(options).byPage()),
  peekMessages: (queue, options) => queue.peekMessages(options),
  updateMessage: (queue, options) => queue.updateMessage("id", { ...receipt, ...options }),
  updateVisibilityTimeout: (queue, options) => queue.updateVisibilityTimeout("id", 1, { ...receipt, ...options }),
  deleteMessage: (queue, options) => queue.deleteMessage("id", { ...receipt, ...options }),
  clearMessages: (queue, options) => queue.clearMessages(options),
};
const serviceCalls = {
  createQueue: (service, options) => service.createQueue("orders", options),
  createQueueIfNotExists: (service, options) => service.createQueueIfNotExists("orders", options),
  deleteQueue: (service, options) => service.deleteQueue("orders", options),
  deleteQueueIfExists: (service, options) => service.deleteQueueIfExists("orders", options),
  listQueues: (service, options) => collect(service.listQueues(options)),
  "listQueues, by page": (service, options) => collect(service.listQueues(options).byPage()),
  getServiceProperties: (service, options) => service.getServiceProperties(options),
  setServiceProperties: (service, options) => service.setServiceProperties({ cors: [] }, options),
  getServiceStats: (service, options) => service.getServiceStats(options),
  getUserDelegationKey: (service, options) => service.getUserDelegationKey({ expiry: inAnHour(), ...options }),
};

describe("every call", () => {
  for (const [client, calls] of [
    [queueWith, queueCalls],
    [serviceWith, serviceCalls],
  ]) {
    for (const [name, call] of Object.entries(calls)) {
      const of = client === queueWith ? "queue" : "service";
      test(`${of}.${name}: a signal aborted before sends nothing`, async () => {
        const fetch = script(silence);
        const reason = new Error("too late");
        assert.equal(await rejection(call(client(fetch), { signal: AbortSignal.abort(reason) })), reason);
        assert.equal(fetch.requests.length, 0);
      });

      test(`${of}.${name}: a signal aborted meanwhile ends its fetch and rejects with the reason`, async () => {
        const controller = new AbortController();
        const reason = new Error("changed my mind");
        const fetch = script((request) => {
          queueMicrotask(() => controller.abort(reason));
          return silence(request);
        });
        assert.equal(await rejection(call(client(fetch), { signal: controller.signal })), reason);
        assert.equal(fetch.requests.length, 1);
        assert.equal(fetch.requests[0].signal.aborted, true);
        assert.equal(fetch.requests[0].signal.reason, reason);
      });
    }
  }
});

describe("the reason", () => {
  const abortedWith = async (...reason) => {
    const controller = new AbortController();
    const promise = queueWith(script(silence)).peekMessages({ signal: controller.signal });
    setImmediate(() => controller.abort(...reason));
    return await promise.then(
      () => assert.fail("should have rejected"),
      (thrown) => ({ thrown }),
    );
  };

  for (const reason of ["text", 0, "", null, false, { a: 1 }, Symbol("s")]) {
    test(`may be ${typeof reason === "symbol" ? "a symbol" : JSON.stringify(reason)}`, async () => {
      assert.deepEqual(await abortedWith(reason), { thrown: reason });
      const before = await queueWith(script(silence))
        .peekMessages({ signal: AbortSignal.abort(reason) })
        .catch((thrown) => ({ thrown }));
      assert.deepEqual(before, { thrown: reason });
    });
  }

  test("is an AbortError when none is given", async () => {
    const { thrown } = await abortedWith();
    assert.ok(thrown instanceof DOMException);
    assert.equal(thrown.name, "AbortError");
  });

  test("is one where the signal is of a kind that has no reasons", async () => {
    const listeners = new Set();
    const signal = {
      aborted: false,
      addEventListener: (_, listener) => listeners.add(listener),
      removeEventListener: (_, listener) => listeners.delete(listener),
    };
    const encode = () => new Promise(() => {});
    const calls = [
      queueWith(script(silence)).peekMessages({ signal }),
      queueWith(script(emptyPage), { messageEncoding: { encode, decode: encode } }).sendMessage("x", { signal }),
    ];
    const rejections = calls.map(rejection);
    await new Promise((resolve) => setTimeout(resolve, 5));
    signal.aborted = true;
    for (const listener of listeners) listener();
    for (const thrown of [...rejections, rejection(queueWith(script(emptyPage)).peekMessages({ signal }))]) {
      assert.equal((await thrown).name, "AbortError");
    }
  });

  test("is a TimeoutError of AbortSignal.timeout", async () => {
    const error = await rejection(queueWith(script(silence)).peekMessages({ signal: AbortSignal.timeout(5) }));
    assert.equal(error.name, "TimeoutError");
  });
});

describe("when it aborts", () => {
  const reason = new Error("enough");

  test("during the wait before a retry: there is no retry", async () => {
    const controller = new AbortController();
    const fetch = script({ status: 503, headers: { "retry-after": "60" } });
    const onRetry = () => setImmediate(() => controller.abort(reason));
    assert.equal(await inTime(queueWith(fetch).peekMessages({ signal: controller.signal, onRetry })), reason);
    assert.equal(fetch.requests.length, 1);
  });

  test("in onRetry itself", async () => {
    const controller = new AbortController();
    const fetch = script({ status: 503, headers: { "retry-after": "60" } });
    const onRetry = () => controller.abort(reason);
    assert.equal(await inTime(queueWith(fetch).peekMessages({ signal: controller.signal, onRetry })), reason);
    assert.equal(fetch.requests.length, 1);
  });

  test("in onRequest: nothing is sent", async () => {
    const controller = new AbortController();
    const fetch = script(emptyPage);
    const onRequest = () => controller.abort(reason);
    assert.equal(await inTime(queueWith(fetch).peekMessages({ signal: controller.signal, onRequest })), reason);
    assert.equal(fetch.requests.length, 0);
  });

  test("while the body arrives", async () => {
    const controller = new AbortController();
    const fetch = script(({ signal }) => {
      setImmediate(() => controller.abort(reason));
      const body = new ReadableStream({
        start: (stream) => signal.addEventListener("abort", () => stream.error(signal.reason)),
      });
      return { status: 200, body };
    });
    assert.equal(await inTime(queueWith(fetch).peekMessages({ signal: controller.signal })), reason);
  });

  test("with a fetch that does not heed its signal", async () => {
    const controller = new AbortController();
    const promise = queueWith(() => new Promise(() => {})).peekMessages({ signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    assert.equal(await inTime(promise), reason);
  });

  for (const [how, signalOf] of Object.entries({
    "as it is": (init) => init.signal,
    "in a copy": (init) => ({ ...init }).signal,
    "behind a proxy": (init) => new Proxy(init, {}).signal,
    "in an object that inherits it": (init) => Object.create(init).signal,
    "in a Request": (init) => new Request(account.url, init).signal,
    "after it was set": (init) => {
      init.signal = AbortSignal.any([init.signal]);
      return init.signal;
    },
  })) {
    test(`a fetch hears of it by the signal it is given, ${how}`, async () => {
      const inits = [];
      const queue = queueWith((_url, init) => {
        inits.push(init);
        return new Promise(() => {});
      });
      const [controller, other] = [new AbortController(), new AbortController()];
      const calls = [controller, other].map(({ signal }) => queue.sendMessage("x", { signal }));
      const signals = inits.map(signalOf);
      assert.ok(Object.keys(inits[0]).includes("signal"));
      controller.abort("enough");
      assert.equal(await rejection(calls[0]), "enough");
      assert.deepEqual(
        signals.map(({ aborted }) => aborted),
        [true, false],
      );
      assert.equal(signals[0].reason, "enough");
      other.abort("enough");
      assert.equal(await rejection(calls[1]), "enough");
    });
  }

  test("while the access token is awaited", async () => {
    const controller = new AbortController();
    const fetch = script(emptyPage);
    const queue = new QueueClient(account.url, "orders", { getToken: () => new Promise(() => {}) }, { fetch });
    const promise = queue.peekMessages({ signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    assert.equal(await inTime(promise), reason);
    assert.equal(fetch.requests.length, 0);
  });

  test("while the access token is awaited, which comes all the same: nothing is sent, nobody is told", async () => {
    const controller = new AbortController();
    const fetch = script(emptyPage);
    const told = [];
    let give;
    const token = new Promise((resolve) => {
      give = resolve;
    });
    const queue = new QueueClient(account.url, "orders", { getToken: () => token }, { fetch });
    const promise = queue.peekMessages({ signal: controller.signal, onRequest: (event) => told.push(event) });
    setImmediate(() => controller.abort(reason));
    assert.equal(await inTime(promise), reason);
    give({ token: "t", expiresOnTimestamp: 9e12 });
    await new Promise((resolve) => setTimeout(resolve, 5));
    assert.equal(fetch.requests.length, 0);
    assert.deepEqual(told, []);
  });

  test("before: neither a token is asked for nor a hook told", async () => {
    const told = [];
    const credential = { getToken: () => told.push("getToken") && { token: "t", expiresOnTimestamp: 9e12 } };
    const queue = new QueueClient(account.url, "orders", credential, { fetch: script(emptyPage) });
    const options = { signal: AbortSignal.abort(reason), onRequest: () => told.push("onRequest") };
    assert.equal(await inTime(queue.peekMessages(options)), reason);
    assert.deepEqual(told, []);
  });

  test("after the end of the call: nothing happens", async () => {
    const controller = new AbortController();
    assert.deepEqual(await queueWith(script(emptyPage)).peekMessages({ signal: controller.signal }), []);
    controller.abort(reason);
  });

  test("other calls of the client go on", async () => {
    const controller = new AbortController();
    const fetch = script(silence, messagePage("x"));
    const queue = queueWith(fetch);
    const promise = queue.peekMessages({ signal: controller.signal });
    const [message] = await queue.peekMessages();
    controller.abort(reason);
    assert.equal(await inTime(promise), reason);
    assert.equal(message.content, "x");
  });
});

describe("loops", () => {
  const reason = new Error("enough");
  const loops = {
    "over messages": [
      (fetch, options) => queueWith(fetch).receiveMessages({ messagesPerPage: 2, ...options }),
      messagePage("1", "2"),
    ],
    "over pages of messages": [
      (fetch, options) =>
        queueWith(fetch)
          .receiveMessages({ messagesPerPage: 2, ...options })
          .byPage(),
      messagePage("1", "2"),
    ],
    "over queues": [(fetch, options) => serviceWith(fetch).listQueues(options), queuePage(["a11", "a22"], "next")],
    "over pages of queues": [
      (fetch, options) => serviceWith(fetch).listQueues(options).byPage(),
      queuePage(["a11", "a22"], "next"),
    ],
  };
  const consume = async (iterable, each) => {
    for await (const item of iterable) if (each(item) === "leave") break;
  };

  for (const [what, [loop, page]] of Object.entries(loops)) {
    test(`${what}: aborted between two pages, the next one is not asked for`, async () => {
      const controller = new AbortController();
      const fetch = script(page);
      const iterable = loop(fetch, { signal: controller.signal });
      assert.equal(await rejection(consume(iterable, () => controller.abort(reason))), reason);
      assert.equal(fetch.requests.length, 1);
    });

    test(`${what}: aborted while a page is under way`, async () => {
      const controller = new AbortController();
      const fetch = script(page, (request) => {
        queueMicrotask(() => controller.abort(reason));
        return silence(request);
      });
      let seen = 0;
      assert.equal(await rejection(consume(loop(fetch, { signal: controller.signal }), () => seen++)), reason);
      assert.ok(seen > 0);
      assert.equal(fetch.requests.length, 2);
      assert.equal(fetch.requests[1].signal.aborted, true);
    });

    test(`${what}: left, nothing more is asked for`, async () => {
      const fetch = script(page);
      await consume(loop(fetch), () => "leave");
      const iterator = loop(fetch)[Symbol.asyncIterator]();
      await iterator.next();
      assert.deepEqual(await iterator.return(), { done: true, value: undefined });
      assert.deepEqual(await iterator.next(), { done: true, value: undefined });
      await new Promise((resolve) => setTimeout(resolve, 10));
      assert.equal(fetch.requests.length, 2);
    });
  }
});

describe("a signal of the caller's own that cannot be listened to", () => {
  const own = new Error("no listeners");
  const signal = () => ({
    aborted: false,
    addEventListener() {
      throw own;
    },
    removeEventListener() {},
  });

  test("ends the call with what it throws, and nothing is sent nor left behind", async () => {
    const fetch = script(sent);
    const queue = new QueueClient(account.url, "orders", account.sas, { fetch, tryTimeout: 0.01 });
    assert.equal(await rejection(queue.sendMessage("x", { signal: signal() })), own);
    assert.equal(fetch.requests.length, 0);
    // A timer that was left would end the process now.
    await new Promise((resolve) => setTimeout(resolve, 30));
  });

  test("the same while a credential is waited for", async () => {
    const never = () => new Promise(() => {});
    const queue = new QueueClient(account.url, "orders", never, { fetch: script(sent), tryTimeout: 0.01 });
    assert.equal(await rejection(queue.sendMessage("x", { signal: signal() })), own);
    await new Promise((resolve) => setTimeout(resolve, 30));
  });
});
