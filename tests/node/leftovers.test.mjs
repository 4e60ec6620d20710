// After a call nothing is left behind: no listener, no timer, no process that does not end.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { createServer } from "node:http";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { QueueClient } from "../../dist/index.js";
import { account, collect, emptyPage, failure, messagePage, script, sent, silence } from "../support/script.mjs";

/** What the core holds of JavaScript. */
let held;
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports) {
    super(module, imports);
    held = this.exports.__wbindgen_externrefs;
  }
};

const queueWith = (fetch, options) => new QueueClient(account.url, "orders", account.sas, { fetch, ...options });

describe("what is kept of a call keeps no more", () => {
  setFlagsFromString("--expose-gc");
  const collectGarbage = runInNewContext("gc");
  const large = "x".repeat(60_000);
  // Short texts are copied as it is, and those of the service are not short.
  const page = messagePage(large).body.replaceAll(/id-1|receipt-1/g, (text) => text.padEnd(36, "-"));
  const times = 200;

  /** Characters that so many calls leave in memory through what `keep` gives of each. */
  async function kept(keep) {
    const all = [await keep()];
    collectGarbage();
    const before = process.memoryUsage().heapUsed;
    for (let i = 0; i < times; i++) all.push(await keep());
    // What waits for garbage to be collected.
    await new Promise(setImmediate);
    collectGarbage();
    return [all.length, process.memoryUsage().heapUsed - before];
  }

  for (const [what, keep] of [
    ["the URL of a request", ({ url }) => url],
    ["the request id", ({ init }) => init.headers["x-ms-client-request-id"]],
    ["all headers of a request", ({ init }) => init.headers],
  ]) {
    test(what, async () => {
      let asked;
      const fetch = async (url, init) => {
        asked = { url, init };
        return new Response(sent.body, { status: 201 });
      };
      const queue = queueWith(fetch);
      const [count, bytes] = await kept(() => queue.sendMessage(large).then(() => keep(asked)));
      assert.equal(count, times + 1);
      assert.ok(bytes < (times * large.length) / 4, `${bytes} bytes`);
    });
  }

  test("one content of a page", async () => {
    const others = Array(4).fill("y".repeat(60_000));
    const queue = queueWith(async () => new Response(messagePage("x".repeat(40_000), ...others).body));
    const [count, bytes] = await kept(async () => (await queue.peekMessages({ maxMessages: 5 }))[0].content);
    assert.equal(count, times + 1);
    assert.ok(bytes < times * 60_000, `${bytes} bytes`);
  });

  test("the id and the pop receipt of a message", async () => {
    const queue = queueWith(async () => new Response(page));
    const [count, bytes] = await kept(async () => {
      const { id, popReceipt } = await queue.receiveMessage();
      return { id, popReceipt };
    });
    assert.equal(count, times + 1);
    assert.ok(bytes < (times * large.length) / 4, `${bytes} bytes`);
  });
});

describe("nothing is left behind", () => {
  /** A signal that counts its listeners. */
  function counted() {
    const controller = new AbortController();
    const { signal } = controller;
    const listeners = new Set();
    let added = 0;
    const { addEventListener, removeEventListener } = signal;
    signal.addEventListener = (type, listener, options) => {
      added++;
      listeners.add(listener);
      return addEventListener.call(signal, type, listener, options);
    };
    signal.removeEventListener = (type, listener, options) => {
      listeners.delete(listener);
      return removeEventListener.call(signal, type, listener, options);
    };
    return { controller, signal, left: () => listeners.size, added: () => added };
  }

  for (const [what, answers, options] of [
    ["a call that succeeds", [sent]],
    ["a call that fails", [failure(400, "InvalidInput")]],
    ["a call whose fetch rejects", [new TypeError("x")]],
    [
      "a call that is retried",
      [failure(503, "ServerBusy"), failure(503, "ServerBusy"), sent],
      { retry: { delay: 0.001 } },
    ],
    ["a call that times out", [silence], { tryTimeout: 0.005 }],
  ]) {
    test(`no listener on the signal of ${what}`, async () => {
      const { signal, left, added } = counted();
      await queueWith(script(...answers), options)
        .sendMessage("x", { signal })
        .catch(() => {});
      assert.ok(added() > 0);
      assert.equal(left(), 0);
    });
  }

  test("no function of those that wait for a credential", async () => {
    const functionsHeld = () =>
      Array.from({ length: held.length }, (_, i) => held.get(i)).filter((value) => typeof value === "function").length;
    const ended = account.sas.replace(/se=[^&]*/, "se=2020-01-01T00%3A00%3A00Z");
    let asked;
    const giving = (what) => async () => {
      asked++;
      return what;
    };
    const credentials = [
      giving(5),
      giving(ended),
      { getToken: giving({ token: "token", expiresOnTimestamp: Date.now() - 1000 }) },
    ];
    for (const credential of credentials) {
      asked = 0;
      const options = { fetch: script(emptyPage), retry: { mode: "none" }, checkAccess: false };
      const queue = new QueueClient(account.url, "orders", credential, options);
      const ask = () => queue.peekMessages().catch(() => {});
      await ask();
      await new Promise(setImmediate);
      const before = functionsHeld();
      for (let i = 0; i < 20; i++) await ask();
      await new Promise(setImmediate);
      assert.ok(asked > 20, `asked ${asked} times`);
      assert.equal(functionsHeld(), before);
    }
  });

  test("nothing on the stack of the core, of a signal that throws when it is asked again", async () => {
    const thrown = new Error("not twice");
    const queue = queueWith(script(emptyPage));
    for (let i = 0; i < 2000; i++) {
      let reads = 0;
      const signal = Object.defineProperty(new EventTarget(), "aborted", {
        get() {
          if (reads++ > 0) throw thrown;
          return false;
        },
      });
      assert.equal(await queue.peekMessages({ signal }).catch((error) => error), thrown);
    }
  });

  test("a signal that cannot be left alone ends nothing", async () => {
    const signal = {
      aborted: false,
      addEventListener() {},
      removeEventListener() {
        throw new Error("no");
      },
    };
    assert.equal((await queueWith(script(sent)).sendMessage("x", { signal })).id, "id-1");
  });

  test("no listener on the signal of a loop, however many pages it has", async () => {
    const { signal, left, added } = counted();
    const pages = [...Array(20).fill(messagePage("x")), emptyPage];
    await collect(queueWith(script(...pages)).receiveMessages({ signal }));
    assert.ok(added() >= 20);
    assert.equal(left(), 0);
  });

  /** Runs a program against a server of its own; it must end by itself. */
  async function run(program) {
    const pending = [];
    const server = createServer((request, response) => {
      if (request.url.includes("slow")) return pending.push(response);
      if (request.url.includes("busy")) return response.writeHead(503).end();
      response.end("<QueueMessagesList/>");
    });
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${server.address().port}/devstoreaccount1`;
    const index = fileURLToPath(new URL("../../dist/index.js", import.meta.url));
    const code = `import { QueueClient } from ${JSON.stringify(index)};
      const queueOf = (name, options) => new QueueClient(${JSON.stringify(url)}, name, "sv=2020-12-06&sig=x", options);
      ${program}`;
    try {
      const args = ["--input-type=module", "-e", code];
      return (await promisify(execFile)(process.execPath, args, { timeout: 10_000 })).stdout.trim();
    } finally {
      for (const response of pending) response.destroy();
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  for (const [what, program, output] of [
    ["has made a call", `console.log((await queueOf("orders").peekMessages()).length);`, "0"],
    [
      "has set a long deadline",
      `await queueOf("orders", { tryTimeout: 86400, deadline: 86400 }).peekMessages(); console.log("done");`,
      "done",
    ],
    [
      "has left a loop",
      `for await (const page of queueOf("orders").receiveMessages().byPage()) break; console.log("done");`,
      "done",
    ],
    [
      "has aborted a call",
      `const controller = new AbortController();
       setTimeout(() => controller.abort(new Error("enough")), 20);
       await queueOf("slow", { tryTimeout: 86400, deadline: 86400 })
         .peekMessages({ signal: controller.signal })
         .catch((error) => console.log(error.message));`,
      "enough",
    ],
    [
      "has aborted the wait for an access token",
      `const controller = new AbortController();
       setTimeout(() => controller.abort(new Error("enough")), 20);
       const credential = { getToken: () => new Promise(() => {}) };
       const limits = { tryTimeout: 86400, deadline: 86400 };
       await new QueueClient("https://myaccount.queue.core.windows.net", "orders", credential, limits)
         .peekMessages({ signal: controller.signal })
         .catch((error) => console.log(error.message));`,
      "enough",
    ],
    [
      "has had its access token",
      `const credential = { getToken: async () => ({ token: "t", expiresOnTimestamp: 9e12 }) };
       const fetch = async () => new Response("<QueueMessagesList/>");
       const options = { fetch, tryTimeout: 86400, deadline: 86400 };
       await new QueueClient("https://myaccount.queue.core.windows.net", "orders", credential, options).peekMessages();
       console.log("done");`,
      "done",
    ],
    [
      "has aborted the wait for a retry",
      `const controller = new AbortController();
       const options = { signal: controller.signal, onRetry: () => setTimeout(() => controller.abort(new Error("enough")), 5) };
       const retry = { mode: "fixed", delay: 3600, maxDelay: 3600 };
       await queueOf("busy", { retry, deadline: 86400 }).peekMessages(options).catch((error) => console.log(error.message));`,
      "enough",
    ],
  ]) {
    test(`a program that ${what} ends by itself`, async () => assert.equal(await run(program), output));
  }
});
