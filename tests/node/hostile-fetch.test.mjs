// A `fetch` that does what none should: what it returns, what it throws, and bodies that break off. Then real sockets.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { describe, test } from "node:test";
import { isAzureError, QueueClient } from "../../dist/index.js";
import { clientOf, errorOf, response } from "../support/hostile.mjs";
import { messagePage, rejection } from "../support/script.mjs";

const page = messagePage("first").body;
const fail = (thrown) => {
  throw thrown;
};
const huge = new ArrayBuffer(64 * 1024 * 1024 + 1);
class SizeThrows extends Uint8Array {
  get byteLength() {
    return fail(new Error("no"));
  }
}
class SizeLies extends Uint8Array {
  get byteLength() {
    return Number.NaN;
  }
}
const throwingProxy = () =>
  new Proxy({}, { get: () => fail(new Error("trap")), getPrototypeOf: () => fail(new Error("trap")) });
const revoked = () => {
  const { proxy, revoke } = Proxy.revocable({}, {});
  revoke();
  return proxy;
};

describe("a fetch that returns what is no response", () => {
  for (const [what, value] of [
    ["null", null],
    ["undefined", undefined],
    ["text", "200 OK"],
    ["a number", 200],
    ["a symbol", Symbol("response")],
    ["an array", []],
    ["a function", () => {}],
  ]) {
    test(what, async () => {
      const error = await errorOf(() => value);
      assert.ok(isAzureError(error, "ServiceResponseError") || error.statusCode === 0, `${error}`);
    });
  }

  for (const [what, make] of [
    ["a proxy that throws", throwingProxy],
    ["headers that throw", () => ({ ...response(200, page), headers: throwingProxy() })],
    [
      "headers that are numbers",
      () => ({ ...response(404), headers: { get: () => 5, forEach: (tell) => tell(5, 6) } }),
    ],
    [
      "a status that throws",
      () => Object.defineProperty({ ...response(200, page) }, "status", { get: () => fail(new Error("no")) }),
    ],
    [
      "headers that cannot be listed",
      () => ({ ...response(404), headers: { get: () => null, forEach: () => fail(new Error("no")) } }),
    ],
    ["a status that is a symbol", () => ({ ...response(200, page), status: Symbol("x") })],
    ["a status that is text", () => ({ ...response(200, page), status: "no" })],
    ...[-1, 200.5, 65_536 + 200, 2 ** 32 + 200, Number.NaN, Number.POSITIVE_INFINITY].map((status) => [
      `the status ${status}`,
      () => ({ ...response(200, page), status }),
    ]),
    ["more bytes in one piece than any answer has", () => ({ ...response(200), arrayBuffer: async () => huge })],
    ["chunks whose size throws", () => ({ ...response(200), body: giving(new SizeThrows(1)) })],
    ["chunks whose size is a lie", () => ({ ...response(200), body: giving(new SizeLies(1)) })],
    ["a body that is no function's", () => ({ ...response(200, page), arrayBuffer: 5 })],
    ["a body of text", () => ({ ...response(200), arrayBuffer: async () => "text" })],
    ["a body that is null", () => ({ ...response(200), arrayBuffer: async () => null })],
    ["a body that was transferred", () => ({ ...response(200), arrayBuffer: async () => detached() })],
    [
      "a body that was read already",
      async () => {
        const used = new Response(page);
        await used.text();
        return used;
      },
    ],
    ["a body that errors midway", () => new Response(breaking(page.slice(0, 100)))],
    ["a body of chunks that are text", () => new Response(breaking(page.slice(0, 100), "text"))],
    ...[
      ["numbers", new BigUint64Array(4)],
      ["nothing", { length: 5 }],
      ["less than nothing", { length: -5 }],
      ["null", null],
    ].map(([what, chunk]) => [`a body of chunks that are ${what}`, () => ({ ...response(200), body: giving(chunk) })]),
    ["a body that errors with nothing", () => new Response(breaking("", undefined, null))],
  ]) {
    test(what, async () => {
      const error = await errorOf(make);
      assert.ok(isAzureError(error), `${error}`);
    });
  }

  function detached() {
    const buffer = new ArrayBuffer(8);
    structuredClone(buffer, { transfer: [buffer] });
    return buffer;
  }

  /** As much of a stream as is looked at: it gives one chunk. */
  function giving(...chunks) {
    const read = async () => (chunks.length > 0 ? { value: chunks.pop(), done: false } : { done: true });
    return { getReader: () => ({ read }) };
  }

  /** A stream that gives a part and then fails. */
  function breaking(text, chunk = new TextEncoder().encode(text), reason = new Error("connection reset")) {
    let pulls = 0;
    return new ReadableStream({
      pull(controller) {
        if (pulls++ === 0) controller.enqueue(chunk);
        else controller.error(reason);
      },
    });
  }
});

describe("a fetch that fails with", () => {
  const cyclic = new Error("cyclic");
  cyclic.cause = cyclic;
  for (const [what, thrown] of [
    ["undefined", undefined],
    ["null", null],
    ["text", "no"],
    ["an empty text", ""],
    ["a symbol", Symbol("no")],
    ["a bigint", 5n],
    ["a function", () => {}],
    ["a frozen error", Object.freeze(new TypeError("frozen"))],
    ["an object without a prototype", Object.create(null)],
    [
      "an error whose message throws",
      Object.defineProperty(new Error(), "message", { get: () => fail(new Error("no")) }),
    ],
    [
      "an error whose cause throws",
      Object.defineProperty(new Error("x"), "cause", { get: () => fail(new Error("no")) }),
    ],
    ["an error that is its own cause", cyclic],
    ["a proxy that throws", throwingProxy()],
    ["a proxy that was revoked", revoked()],
    ["a message of a megabyte", new Error("x".repeat(1_000_000))],
    ["a message that is a symbol", Object.assign(new Error("x"), { message: Symbol("x") })],
    ["an error of this package's form", { azureQueueError: ["x", new Float64Array(1)] }],
    ["something like one", { azureQueueError: "x" }],
    ["an AbortError nobody asked for", new DOMException("aborted", "AbortError")],
  ]) {
    for (const [how, answer] of [
      ["rejected", () => Promise.reject(thrown)],
      ["thrown", () => fail(thrown)],
    ]) {
      test(`${what}, ${how}`, async () => {
        const { queue } = clientOf(answer);
        const error = await rejection(queue.peekMessages());
        assert.ok(isAzureError(error), "should be one of this package's");
        assert.ok(
          isAzureError(error, "ServiceResponseError") || isAzureError(error, "ServiceRequestError"),
          error.name,
        );
        assert.equal(error.attempts.length, 1);
        assert.equal((await queue.receiveMessage()).content, "fine");
      });
    }
  }
});

describe("a fetch that takes for ever", () => {
  const never = () => new Promise(() => {});
  for (const [what, answer] of [
    ["to answer", never],
    ["to give the body", () => ({ ...response(200), arrayBuffer: never })],
    ["over a stream", () => new Response(new ReadableStream({ pull: never }))],
  ]) {
    test(`${what} ends with tryTimeout`, async () => {
      const error = await errorOf(answer, { options: { tryTimeout: 0.05 } });
      assert.equal(error.name, "ServiceResponseTimeoutError");
    });
  }

  test("and does not heed its signal is not read on after tryTimeout", async () => {
    let cancelled;
    const isCancelled = new Promise((resolve) => {
      cancelled = resolve;
    });
    const pull = (controller) =>
      new Promise((next) => setTimeout(next, 5)).then(() => controller.enqueue(Uint8Array.of(32)));
    const answer = () => new Response(new ReadableStream({ pull, cancel: cancelled }));
    await errorOf(answer, { options: { tryTimeout: 0.05 } });
    await isCancelled;
  });

  test("and answers after tryTimeout is not read at all", async () => {
    let cancelled;
    const isCancelled = new Promise((resolve) => {
      cancelled = resolve;
    });
    let pulled = 0;
    const pull = () => {
      pulled++;
    };
    const body = () => new ReadableStream({ pull, cancel: () => cancelled(pulled) }, { highWaterMark: 0 });
    const late = () => new Promise((resolve) => setTimeout(() => resolve(new Response(body())), 80));
    await errorOf(late, { options: { tryTimeout: 0.05 } });
    assert.equal(await isCancelled, 0);
  });
});

describe("a server that speaks", () => {
  const head = "HTTP/1.1 200 OK\r\n";
  const answers = {
    "no HTTP": "SSH-2.0-OpenSSH_9.6\r\n",
    "nothing, and closes": "",
    "half of a head": "HTTP/1.1 200 OK\r\nContent-Le",
    "a status that is none": "HTTP/1.1 abc OK\r\n\r\n",
    "status 999": "HTTP/1.1 999 No\r\nContent-Length: 0\r\n\r\n",
    "status 100 and nothing else": "HTTP/1.1 100 Continue\r\n\r\n",
    "status 101": "HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: Upgrade\r\n\r\n",
    "less than it promised": `${head}Content-Length: ${page.length + 1}\r\n\r\n${page}`,
    "two lengths": `${head}Content-Length: 5\r\nContent-Length: 6\r\n\r\n${page}`,
    "a length that is none": `${head}Content-Length: many\r\n\r\n${page}`,
    "a length of more than there is": `${head}Content-Length: 99999999999\r\n\r\n${page}`,
    "chunks without an end": `${head}Transfer-Encoding: chunked\r\n\r\n${page.length.toString(16)}\r\n${page}\r\n`,
    "chunks whose size is none": `${head}Transfer-Encoding: chunked\r\n\r\nxyz\r\n${page}\r\n0\r\n\r\n`,
    "gzip that is none": `${head}Content-Encoding: gzip\r\nContent-Length: ${page.length}\r\n\r\n${page}`,
    "half a page, until it closes": `${head}Connection: close\r\n\r\n${page.slice(0, 200)}`,
    "a head that is too large": `${head}x: ${"y".repeat(100_000)}\r\n\r\n`,
  };
  for (const [what, answer] of Object.entries(answers)) {
    test(what, async () => {
      let requests = 0;
      const server = createServer((socket) => {
        socket.on("error", () => {});
        socket.once("data", () => {
          requests++;
          const good = `${head}Connection: close\r\nContent-Length: ${page.length}\r\n\r\n${page}`;
          socket.end(requests === 1 ? answer : good);
        });
      });
      await once(server.listen(0, "127.0.0.1"), "listening");
      try {
        const url = `http://127.0.0.1:${server.address().port}/account`;
        const queue = new QueueClient(url, "orders", undefined, { retry: { mode: "none" }, tryTimeout: 10 });
        const error = await rejection(queue.peekMessages());
        assert.ok(isAzureError(error), `${error}`);
        assert.ok(isAzureError(error, "ServiceResponseError") || error.statusCode > 0, `${error}`);
        assert.equal((await queue.peekMessages())[0].content, "first");
      } finally {
        server.close();
        server.closeAllConnections?.();
      }
    });
  }
});
