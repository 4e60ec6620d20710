// What carries requests in Node: its own HTTP, with a real server behind it.

import assert from "node:assert/strict";
import { once } from "node:events";
import { Agent, createServer, get } from "node:http";
import { Agent as SecureAgent } from "node:https";
import { text } from "node:stream/consumers";
import { after, before, describe, test } from "node:test";
import { deflateSync, gzipSync } from "node:zlib";
import { serve as serveHttps, trustedCertificate } from "../support/https.mjs";
import { emptyPage, rejection, sent } from "../support/script.mjs";

const certificate = await trustedCertificate();
const { QueueClient, QueueServiceClient } = await import("../../dist/node.js");
const { QueueClient: QueueClientOverFetch } = await import("../../dist/index.js");

const retry = { mode: "none" };
const answerSent = (_request, response) => response.writeHead(sent.status, { "x-ms-request-id": "1" }).end(sent.body);

/** A server that collects the requests, each with its body and its connection. */
async function serve(answer = answerSent, host = "127.0.0.1") {
  const requests = [];
  const server = createServer((request, response) => {
    const { method, url, headers, socket } = request;
    const body = [];
    request.on("data", (chunk) => body.push(chunk));
    request.on("end", () => {
      requests.push({ method, url, headers, socket, body: Buffer.concat(body) });
      answer(request, response);
    });
  });
  // Connections are the client's to close.
  server.keepAliveTimeout = 120_000;
  await once(server.listen(0, host), "listening");
  const { port } = server.address();
  const stop = async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  };
  return { requests, port, url: `http://${host.includes(":") ? `[${host}]` : host}:${port}/account`, stop };
}

const connectionsOf = (requests) => new Set(requests.map(({ socket }) => socket)).size;

describe("with a server", () => {
  let server;
  before(async () => {
    server = await serve();
  });
  after(() => server.stop());
  const queueWith = (options) => new QueueClient(server.url, "orders", undefined, { retry, ...options });

  test("the bytes are those of the content, and their number is told", async () => {
    await queueWith().sendMessage("é 漢 😀 <&>\r");
    const { method, url, headers, body } = server.requests.at(-1);
    assert.deepEqual([method, url], ["POST", "/account/orders/messages"]);
    assert.match(body.toString(), /<MessageText>é 漢 😀 &lt;&amp;&gt;&#xD;<\/MessageText>/);
    assert.equal(headers["content-length"], String(body.length));
    assert.equal(headers["transfer-encoding"], undefined);
    assert.equal(headers.host, `127.0.0.1:${server.port}`);
    assert.equal(headers["content-type"], "application/xml");
  });

  test("a message of the largest size", async () => {
    const text = "é".repeat(32_768);
    await queueWith().sendMessage(text);
    assert.ok(server.requests.at(-1).body.toString().includes(text));
  });

  test("one call after the other goes over one connection, of all clients", async () => {
    const from = server.requests.length;
    for (let i = 0; i < 5; i++) await queueWith().sendMessage("x");
    assert.equal(connectionsOf(server.requests.slice(from)), 1);
  });

  test("many at once go over as many connections, which are used again", async () => {
    const from = server.requests.length;
    for (let i = 0; i < 2; i++) await Promise.all(Array.from({ length: 20 }, () => queueWith().sendMessage("x")));
    assert.equal(server.requests.length - from, 40);
    assert.equal(connectionsOf(server.requests.slice(from)), 20);
  });

  test("the global fetch is not called, but for one that is given", async () => {
    const { fetch } = globalThis;
    let called = 0;
    globalThis.fetch = (...request) => {
      called++;
      return fetch(...request);
    };
    try {
      await queueWith().sendMessage("x");
      assert.equal(called, 0);
      await queueWith({ fetch: globalThis.fetch }).sendMessage("x");
      assert.equal(called, 1);
    } finally {
      globalThis.fetch = fetch;
    }
  });

  test("over connections of an agent that is given, of queue clients that a service client makes too", async () => {
    const agent = new Agent({ keepAlive: true, maxSockets: 1 });
    const service = new QueueServiceClient(server.url, undefined, { retry, agent });
    const from = server.requests.length;
    await Promise.all([1, 2, 3].map(() => service.getQueueClient("orders").sendMessage("x")));
    assert.equal(connectionsOf(server.requests.slice(from)), 1);
    assert.equal(Object.keys(agent.freeSockets).length, 1);
    agent.destroy();
  });

  test("an agent for the other scheme: nothing was sent, and no retry would help", async () => {
    const queue = queueWith({ agent: new SecureAgent(), retry: {} });
    const error = await rejection(queue.sendMessage("x"));
    assert.deepEqual([error.name, error.attempts.length], ["ServiceRequestError", 1]);
    assert.match(error.message, /Protocol "http:" not supported/);
  });

  for (const [what, options, message] of [
    ["no agent", { agent: {} }, /^agent must be an Agent of node:http or node:https; got an object$/],
    ["null", { agent: null }, /^agent must be .*; got null$/],
    ["text", { agent: "sig=secret" }, /^agent must be .*; got a value of type string$/],
    ["an agent beside fetch", { agent: new Agent(), fetch }, /^agent must be left out where there is the option fetch/],
  ]) {
    test(`${what} is refused`, () => {
      assert.throws(() => queueWith(options), { name: "TypeError", argument: "agent", message });
    });
  }

  test("an agent is refused where requests go over fetch", () => {
    const open = () => new QueueClientOverFetch(server.url, "orders", undefined, { agent: new Agent() });
    assert.throws(open, { name: "TypeError", argument: "agent", message: /requests go over fetch here/ });
  });
});

test("an address of IPv6", async () => {
  const server = await serve(answerSent, "::1");
  await new QueueClient(server.url, "orders", undefined, { retry }).sendMessage("x");
  assert.equal(server.requests[0].headers.host, `[::1]:${server.port}`);
  await server.stop();
});

test("headers, the reason phrase and the request id reach errors and hooks", async () => {
  const server = await serve((_request, response) => {
    response.writeHead(409, "Was There", { "x-ms-request-id": "an id", "Set-Cookie": ["a=1", "b=2"] }).end();
  });
  const seen = [];
  const onResponse = ({ headers, statusCode }) => seen.push([statusCode, headers["set-cookie"]]);
  const queue = new QueueClient(server.url, "orders", undefined, { retry, onResponse });
  const error = await rejection(queue.createQueue());
  assert.deepEqual([error.name, error.requestId], ["ResourceExistsError", "an id"]);
  assert.match(error.message, /Was There/);
  assert.deepEqual(seen, [[409, "a=1, b=2"]]);
  assert.equal(server.requests[0].headers["content-length"], "0");
  await server.stop();
});

test("an abort ends the connection and rejects with its reason", async () => {
  const controller = new AbortController();
  const reason = new Error("enough");
  let closed;
  const server = await serve((request) => {
    closed = once(request.socket, "close");
    controller.abort(reason);
  });
  const queue = new QueueClient(server.url, "orders", undefined, { retry });
  assert.equal(await rejection(queue.sendMessage("x", { signal: controller.signal })), reason);
  await closed;
  await server.stop();
});

test("a time limit ends the connection", async () => {
  let closed;
  const server = await serve((request, response) => {
    closed = once(request.socket, "close");
    response.writeHead(200).write("<QueueMessagesList>");
  });
  const queue = new QueueClient(server.url, "orders", undefined, { retry, tryTimeout: 0.2 });
  assert.equal((await rejection(queue.peekMessages())).name, "ServiceResponseTimeoutError");
  await closed;
  await server.stop();
});

for (const [what, status, encoding, pack, body] of [
  ["nothing, said to be packed", 204, "gzip", (bytes) => bytes, ""],
  ["what was packed twice", 200, "deflate, GZIP", (bytes) => gzipSync(deflateSync(bytes)), emptyPage.body],
  ["what is packed in a way that is not known", 200, "identity", (bytes) => bytes, emptyPage.body],
]) {
  test(`an answer of ${what} is read`, async () => {
    const headers = {
      "content-encoding": encoding,
      "x-ms-popreceipt": "p",
      "x-ms-time-next-visible": new Date().toUTCString(),
    };
    const server = await serve((_request, response) =>
      response.writeHead(status, headers).end(pack(Buffer.from(body))),
    );
    const queue = new QueueClient(server.url, "orders", undefined, { retry });
    if (status === 204) assert.equal((await queue.updateMessage("m", { popReceipt: "p" })).popReceipt, "p");
    else assert.deepEqual(await queue.peekMessages(), []);
    await server.stop();
  });
}

test("a connection that was kept while the program stood still is not used again", async () => {
  const server = await serve();
  const queue = new QueueClient(server.url, "orders", undefined, { retry });
  await queue.sendMessage("x");
  await queue.sendMessage("x");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4100);
  await queue.sendMessage("x");
  assert.deepEqual([server.requests.length, connectionsOf(server.requests)], [3, 2]);
  await server.stop();
});

test("nor are those of the other scheme, whichever is used first", async (t) => {
  let connections = 0;
  const secure = await serveHttps(certificate, (request, response) => {
    request.resume().on("end", () => answerSent(request, response));
  });
  secure.onConnection(() => connections++);
  const server = await serve();
  t.after(() => Promise.all([server.stop(), secure.stop()]));
  const queues = [server.url, `${secure.url}/account`].map(
    (url) => new QueueClient(url, "orders", undefined, { retry }),
  );
  for (const queue of queues) await queue.sendMessage("x");
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, 4100);
  await Promise.all(queues.map((queue) => queue.sendMessage("x")));
  assert.deepEqual([connectionsOf(server.requests), connections], [2, 2]);
});

test("a kept connection listens to no more than the agent does, and so keeps no request", async (t) => {
  const server = await serve();
  const [ours, bare] = [new Agent({ keepAlive: true }), new Agent({ keepAlive: true })];
  t.after(async () => {
    for (const agent of [ours, bare]) agent.destroy();
    await server.stop();
  });
  await new QueueClient(server.url, "orders", undefined, { retry, agent: ours }).sendMessage("x");
  const [answer] = await once(get(server.url, { agent: bare }), "response");
  await text(answer);
  await new Promise(setImmediate);
  const listeners = [ours, bare].map(({ freeSockets }) => {
    const [[socket]] = Object.values(freeSockets);
    return socket.eventNames().map((name) => [name, socket.listenerCount(name)]);
  });
  assert.deepEqual(listeners[0], listeners[1]);
});

test("an answer that changes the protocol ends the call", async () => {
  const answer = "HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: other\r\n\r\n";
  const server = await serve((request) => request.socket.write(answer));
  const queue = new QueueClient(server.url, "orders", undefined, { retry });
  assert.match((await rejection(queue.sendMessage("x"))).message, /another protocol/);
  await server.stop();
});

test("an open connection does not keep the program running", async () => {
  const server = await serve();
  const program = `
    import { QueueClient } from ${JSON.stringify(new URL("../../dist/node.js", import.meta.url).href)};
    await new QueueClient("${server.url}", "orders").sendMessage("x");
    await new Promise(setImmediate);
    console.log(process.getActiveResourcesInfo().filter((name) => /TCP|Timeout/.test(name)).join());`;
  const { spawn } = await import("node:child_process");
  const child = spawn(process.execPath, ["--input-type=module", "--eval", program], {
    stdio: ["ignore", "pipe", "inherit"],
  });
  const [[code], held] = await Promise.all([once(child, "exit"), text(child.stdout)]);
  assert.deepEqual([code, server.requests.length, held], [0, 1, "\n"]);
  await server.stop();
});

test("a connection is kept while an answer takes longer than one is kept without a request, and closed then", async () => {
  let closed;
  const server = await serve((request, response) => {
    closed = once(request.socket, "close");
    setTimeout(() => answerSent(request, response), 5000);
  });
  const queue = new QueueClient(server.url, "orders", undefined, { retry });
  await queue.sendMessage("x");
  await closed;
  assert.equal(server.requests.length, 1);
  await server.stop();
});

test("TLS goes on with the session of an earlier connection", async () => {
  const resumed = [];
  const server = await serveHttps(certificate, (request, response) => {
    resumed.push(request.socket.isSessionReused());
    request.resume().on("end", () => {
      response.writeHead(sent.status, { connection: "close" }).end(sent.body);
    });
  });
  const queue = new QueueClient(`${server.url}/account`, "orders", undefined, { retry });
  for (let i = 0; i < 3; i++) await queue.sendMessage("x");
  assert.deepEqual(resumed, [false, true, true]);
  await server.stop();
});
