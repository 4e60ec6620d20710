// Failures as Node's own sockets make them, and whether they mean that nothing was sent.

import assert from "node:assert/strict";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { Agent } from "node:http";
import { request } from "node:https";
import { connect, createServer } from "node:net";
import { describe, test } from "node:test";
import { serve as serveHttps, trustedCertificate } from "../support/https.mjs";
import { account, rejection, script, sent } from "../support/script.mjs";

const certificate = await trustedCertificate();
const { QueueClient } = await import("../../dist/index.js");
const { QueueClient: QueueClientOfNode } = await import("../../dist/node.js");

const retry = { delay: 0 };
const queueWith = (fetch) => new QueueClient(account.url, "orders", account.sas, { fetch, retry });

/** A server for raw connections; `stop` ends them all. */
async function serve(onConnection) {
  const sockets = new Set();
  const server = createServer((socket) => {
    sockets.add(socket.on("error", () => {}));
    onConnection(socket);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const stop = () => {
    server.close();
    for (const socket of sockets) socket.destroy();
  };
  return { port: server.address().port, stop };
}

describe("nothing was sent, so a send is repeated", () => {
  test("where a host has several addresses, and none of them can be reached", async () => {
    const lookup = (_host, _options, done) =>
      done(null, [
        { address: "2001:db8::1", family: 6 },
        { address: "127.0.0.1", family: 4 },
      ]);
    const socket = connect({ host: "both.test", port: 1, autoSelectFamily: true, lookup });
    const cause = await new Promise((resolve) => socket.on("error", resolve));
    assert.ok(cause instanceof AggregateError);
    const fetch = script(new TypeError("fetch failed", { cause }), sent);
    assert.equal((await queueWith(fetch).sendMessage("x")).id, "id-1");
    assert.equal(fetch.requests.length, 2);
  });

  test("where the system gave up connecting", async () => {
    const cause = Object.assign(new Error("connect ETIMEDOUT"), { code: "ETIMEDOUT", syscall: "connect" });
    const fetch = script(new TypeError("fetch failed", { cause }), sent);
    assert.equal((await queueWith(fetch).sendMessage("x")).id, "id-1");
  });

  test("where no file descriptor was left to look up the host", async () => {
    const cause = Object.assign(new Error("getaddrinfo EMFILE"), { code: "EMFILE", syscall: "getaddrinfo" });
    const fetch = script(new TypeError("fetch failed", { cause }), sent);
    assert.equal((await queueWith(fetch).sendMessage("x")).id, "id-1");
  });

  for (const [over, global, message] of [
    [
      "Deno",
      "Deno",
      "error sending request for url (https://a/): client error (Connect): tcp open error: Too many open",
    ],
    ["Bun", "Bun", "EMFILE: Was there a typo in the url or port?"],
    ["an older Bun", "Bun", "Unable to connect. Is the computer able to access the url?"],
  ]) {
    test(`where ${over} reports that it could not connect`, async (t) => {
      globalThis[global] = {};
      t.after(() => delete globalThis[global]);
      const fetch = script(new TypeError(message), sent);
      assert.equal((await queueWith(fetch).sendMessage("x")).id, "id-1");
    });
  }

  for (const [over, Client] of [
    ["fetch", QueueClient],
    ["Node's own HTTP", QueueClientOfNode],
  ]) {
    test(`where the host hangs up in the midst of the TLS handshake, over ${over}`, async () => {
      let connections = 0;
      const { port, stop } = await serve((socket) => {
        connections++;
        socket.once("data", () => socket.end());
      });
      const queue = new Client(`https://127.0.0.1:${port}/account`, "orders", undefined, { retry });
      const error = await rejection(queue.sendMessage("x"));
      stop();
      assert.deepEqual([error.name, connections], ["ServiceRequestError", 4]);
    });
  }
});

describe("over Node's own HTTP nothing was sent before there is a connection", () => {
  const queueOver = (url, options) =>
    new QueueClientOfNode(url, "orders", undefined, { retry: { mode: "none" }, ...options });

  test("where the time is over in the midst of the TLS handshake", async () => {
    const { port, stop } = await serve(() => {});
    const error = await rejection(queueOver(`https://127.0.0.1:${port}/account`, { tryTimeout: 0.3 }).sendMessage("x"));
    stop();
    assert.equal(error.name, "ServiceRequestTimeoutError");
    assert.match(error.message, /no connection in time/);
  });

  test("where no connection comes about for as long as one may take, and the time is not over", async () => {
    const { port, stop } = await serve(() => {});
    const error = await rejection(queueOver(`https://127.0.0.1:${port}/account`).sendMessage("x"));
    stop();
    assert.deepEqual([error.name, error.message.includes("no connection after 10 s")], ["ServiceRequestError", true]);
  });

  test("where the time is over while another request has the only connection of an agent", async (t) => {
    let requests = 0;
    const { port, stop } = await serve((socket) => socket.on("data", () => requests++));
    t.after(stop);
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const url = `http://127.0.0.1:${port}/account`;
    const first = rejection(queueOver(url, { agent, tryTimeout: 1 }).sendMessage("first"));
    const second = await rejection(queueOver(url, { agent, tryTimeout: 0.3 }).sendMessage("second"));
    assert.deepEqual([second.name, requests], ["ServiceRequestTimeoutError", 1]);
    assert.equal((await first).name, "AmbiguousOutcomeError");
  });

  test("where an agent cannot make one", async () => {
    const agent = new Agent();
    agent.createConnection = (_options, done) => void setImmediate(done, new Error("no tunnel"));
    const error = await rejection(queueOver("http://127.0.0.1:1/account", { agent }).sendMessage("x"));
    assert.deepEqual([error.name, /no tunnel/.test(error.message)], ["ServiceRequestError", true]);
  });
});

/** Flips bits of the first bytes that come after `damage()`, at this place. */
async function damagingProxy(port, place) {
  let damages = false;
  const { stop, ...proxy } = await serve((socket) => {
    const upstream = connect(port, "127.0.0.1").on("error", () => {});
    socket.pipe(upstream).on("close", () => socket.destroy());
    upstream.on("data", (data) => {
      if (damages) data[data.length > place ? place : 0] ^= 0x55;
      damages = false;
      socket.write(data);
    });
  });
  return {
    ...proxy,
    stop,
    damage() {
      damages = true;
    },
  };
}

/** A `fetch` of the caller's own, over `node:https`: it tells of TLS what Node's own does not. */
const overHttps = (url, { method, headers, body }) =>
  new Promise((resolve, reject) => {
    const ca = readFileSync(certificate.certFile);
    const asking = request(url, { method, headers, ca, agent: false }, (response) => {
      const chunks = [];
      response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
      response.on("end", () => resolve(new Response(Buffer.concat(chunks), { status: response.statusCode })));
    });
    asking.on("error", reject).end(body);
  });

const damages = [
  ["its text", 40],
  ["its type", 0],
  ["its version", 1],
  ["its length", 3],
];
// What is no TLS at all, a `fetch` of the caller's cannot tell from a handshake with something else.
const ways = [
  ["a fetch over node:https", (url) => new QueueClient(url, "orders", undefined, { fetch: overHttps, retry }), [1, 3]],
  ["Node's own HTTP", (url) => new QueueClientOfNode(url, "orders", undefined, { retry }), []],
];

describe("an answer that is damaged within TLS does not mean that nothing was sent", () => {
  const cases = ways.flatMap(([over, open, toldByOthers]) =>
    damages.map(([what, place]) => [over, open, what, place, toldByOthers.includes(place)]),
  );
  for (const [over, open, what, place, heard] of cases) {
    test(`${over}: ${what}${heard ? ", of a host that has answered before" : ""}`, async () => {
      let requests = 0;
      let proxy;
      const server = await serveHttps(certificate, (incoming, response) => {
        incoming.resume().on("end", () => {
          if (++requests > (heard ? 1 : 0)) proxy.damage();
          response.writeHead(sent.status).end(sent.body);
        });
      });
      proxy = await damagingProxy(Number(new URL(server.url).port), place);
      const queue = open(`https://127.0.0.1:${proxy.port}/account`);
      if (heard) await queue.sendMessage("x");
      const error = await rejection(queue.sendMessage("x"));
      proxy.stop();
      await server.stop();
      assert.match(error.cause.cause.code, /^(EPROTO|ERR_SSL_)/, "as it is meant");
      assert.equal(error.name, "AmbiguousOutcomeError");
      assert.equal(requests, heard ? 2 : 1);
    });
  }
});
