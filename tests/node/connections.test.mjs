// The connections of Node's own HTTP: how many there are, who waits for one, and failures before the first byte is sent.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { Agent, createServer } from "node:http";
import { connect } from "node:net";
import { text } from "node:stream/consumers";
import { describe, test } from "node:test";
import { QueueClient as QueueClientOverFetch } from "../../dist/index.js";
import { QueueClient, QueueServiceClient } from "../../dist/node.js";
import { emptyPage, rejection, sent } from "../support/script.mjs";

const entry = new URL("../../dist/node.js", import.meta.url).href;

/** A server that answers each request with `answer`, and counts requests and open connections. */
async function startServer(t, answer = answerSent) {
  const counts = { requests: 0, connections: 0, mostOpen: 0, contents: [] };
  const open = new Set();
  const server = createServer((request, response) => {
    counts.requests++;
    const number = counts.requests;
    text(request).then((body) => {
      counts.contents.push(/<MessageText>(.*)<\/MessageText>/.exec(body)?.[1]);
      answer(response, number);
    });
  });
  server.on("connection", (socket) => {
    counts.connections++;
    open.add(socket);
    counts.mostOpen = Math.max(counts.mostOpen, open.size);
    socket.on("close", () => open.delete(socket));
  });
  // The client closes the connections.
  server.keepAliveTimeout = 120_000;
  await once(server.listen({ host: "127.0.0.1", port: 0, backlog: 4096 }), "listening");
  t.after(async () => {
    const closed = once(server.close(), "close");
    server.closeAllConnections();
    await closed;
  });
  return Object.assign(counts, {
    port: server.address().port,
    url: `http://127.0.0.1:${server.address().port}/account`,
  });
}

function answerSent(response) {
  response.writeHead(sent.status).end(sent.body);
}

/** Answers the first request when `release` is called, and every other one at once. */
function holdFirst() {
  let release;
  const released = new Promise((resolve) => {
    release = resolve;
  });
  let arrived;
  const firstArrived = new Promise((resolve) => {
    arrived = resolve;
  });
  const answer = (response, number) => {
    if (number > 1) return answerSent(response);
    arrived();
    return released.then(() => answerSent(response));
  };
  return { answer, release, firstArrived };
}

const sleep = (millis) => new Promise((resolve) => setTimeout(resolve, millis));
const sendAll = (queue, count) => Promise.all(Array.from({ length: count }, (_, i) => queue.sendMessage(`${i}`)));
const open = (url, options) => new QueueClient(url, "orders", undefined, { retry: { delay: 0 }, ...options });
/** A client with one connection, and one attempt for each call. */
const openSingle = (url, options) => open(url, { maxConnections: 1, retry: { mode: "none" }, ...options });

describe("the number of connections", () => {
  test("opens at most 64 connections to a host while two clients send 1,000 messages at once", async (t) => {
    const server = await startServer(t);
    await Promise.all([sendAll(open(server.url), 500), sendAll(open(server.url), 500)]);
    assert.deepEqual([server.requests, server.mostOpen], [1000, 64]);
  });

  test("opens 64 connections to each of two hosts", async (t) => {
    const servers = [await startServer(t), await startServer(t)];
    await Promise.all(servers.map(({ url }) => sendAll(open(url), 100)));
    assert.deepEqual(
      servers.map(({ mostOpen }) => mostOpen),
      [64, 64],
    );
  });

  test("opens at most maxConnections for a service client and the queue clients that it makes", async (t) => {
    const server = await startServer(t);
    const service = new QueueServiceClient(server.url, undefined, { maxConnections: 3 });
    await Promise.all(["a11", "b11"].map((name) => sendAll(service.getQueueClient(name), 20)));
    assert.deepEqual([server.requests, server.connections], [40, 3]);
  });

  test("does not share the connections of a client with maxConnections with other clients", async (t) => {
    const server = await startServer(t);
    await sendAll(open(server.url), 2);
    await sendAll(open(server.url, { maxConnections: 1 }), 2);
    await sendAll(open(server.url), 2);
    assert.equal(server.connections, 3);
  });

  test("keeps all 300 connections of a client with maxConnections: 300", async (t) => {
    const server = await startServer(t);
    const queue = open(server.url, { maxConnections: 300 });
    await sendAll(queue, 300);
    await sendAll(queue, 300);
    assert.equal(server.connections, 300);
  });

  test("opens at most 64 connections after 100 requests have failed", async (t) => {
    const server = await startServer(t, (response, number) => {
      if (number <= 100) response.destroy();
      else answerSent(response);
    });
    const queue = open(server.url, { retry: { unsafe: true, delay: 0, maxTries: 100 } });
    await sendAll(queue, 300);
    server.mostOpen = 0;
    await sendAll(queue, 300);
    assert.equal(server.requests, 700);
    assert.ok(server.mostOpen <= 64, `${server.mostOpen} connections`);
  });
});

describe("a send that waits for a connection", () => {
  test("sends requests that wait for a connection in the order of the calls", async (t) => {
    const server = await startServer(t);
    await sendAll(openSingle(server.url), 50);
    assert.deepEqual(
      server.contents,
      Array.from({ length: 50 }, (_, i) => `${i}`),
    );
  });

  test("does not count the wait for a connection against tryTimeout", async (t) => {
    const { answer, release, firstArrived } = holdFirst();
    const server = await startServer(t, answer);
    const queue = openSingle(server.url);
    const first = queue.sendMessage("first");
    await firstArrived;
    const second = queue.sendMessage("second", { tryTimeout: 1 });
    await sleep(1500);
    release();
    await Promise.all([first, second]);
    assert.deepEqual(server.contents, ["first", "second"]);
  });

  test("counts tryTimeout from the time when a request gets its connection", async (t) => {
    const { answer, release, firstArrived } = holdFirst();
    // Nobody answers the second request.
    const server = await startServer(t, (response, number) => number === 1 && answer(response, number));
    const queue = openSingle(server.url);
    const first = queue.sendMessage("first");
    await firstArrived;
    const second = rejection(queue.sendMessage("second", { tryTimeout: 0.2, deadline: 3600 }));
    await sleep(500);
    release();
    await first;
    const error = await second;
    assert.deepEqual([error.name, error.cause.name], ["AmbiguousOutcomeError", "ServiceResponseTimeoutError"]);
  });

  test("reports a send as not sent when its deadline ends while it waits for a connection", async (t) => {
    const { answer, release, firstArrived } = holdFirst();
    const server = await startServer(t, answer);
    const queue = openSingle(server.url);
    const first = queue.sendMessage("first");
    await firstArrived;
    const error = await rejection(queue.sendMessage("second", { deadline: 0.2, tryTimeout: 0.05 }));
    release();
    await first;
    assert.deepEqual([error.name, error.retryable, error.attempts.length], ["ServiceRequestTimeoutError", true, 1]);
    assert.match(error.message, /could not be sent: the only connection to the host stayed in use.*maxConnections/);
    await queue.sendMessage("third");
    assert.deepEqual(server.contents, ["first", "third"]);
  });

  test("ends a call at its deadline although its attempt began late", async (t) => {
    const { answer, release, firstArrived } = holdFirst();
    const server = await startServer(t, (response, number) => number === 1 && answer(response, number));
    const queue = openSingle(server.url);
    const first = queue.sendMessage("first");
    await firstArrived;
    const second = rejection(queue.peekMessages({ tryTimeout: 0.9, deadline: 1 }));
    await sleep(300);
    release();
    await first;
    assert.equal((await second).name, "DeadlineExceededError");
  });

  test("does not send a request whose signal aborts while it waits for a connection", async (t) => {
    const { answer, release, firstArrived } = holdFirst();
    const server = await startServer(t, answer);
    const queue = openSingle(server.url);
    const first = queue.sendMessage("first");
    await firstArrived;
    const controller = new AbortController();
    const waiting = ["second", "third"].map((content) =>
      rejection(queue.sendMessage(content, { signal: controller.signal })),
    );
    const fourth = queue.sendMessage("fourth");
    const reason = new Error("enough");
    controller.abort(reason);
    assert.deepEqual(await Promise.all(waiting), [reason, reason]);
    release();
    await Promise.all([first, fourth]);
    assert.deepEqual(server.contents, ["first", "fourth"]);
  });

  test("sends the next request after a response, a lost reply and a timeout", async (t) => {
    const server = await startServer(t, (response, number) => {
      if (number % 3 === 0) answerSent(response);
      if (number % 3 === 1) response.destroy();
    });
    const queue = openSingle(server.url, { tryTimeout: 0.1 });
    const outcomes = await Promise.allSettled(Array.from({ length: 9 }, () => queue.sendMessage("x")));
    assert.equal(outcomes.filter(({ status }) => status === "fulfilled").length, 3);
    assert.equal(server.requests, 9);
  });

  test("leaves no listener on the signal of 3,000 sends, and causes no warning of Node", async (t) => {
    const server = await startServer(t);
    const warnings = [];
    const warn = (warning) => warnings.push(warning);
    process.on("warning", warn);
    t.after(() => process.off("warning", warn));
    const { signal } = new AbortController();
    const queue = open(server.url);
    await Promise.all(Array.from({ length: 3000 }, () => queue.sendMessage("x", { signal })));
    await new Promise(setImmediate);
    assert.deepEqual([warnings, getEventListeners(signal, "abort").length, server.requests], [[], 0, 3000]);
  });
});

describe("maxConnections", () => {
  const url = "http://127.0.0.1:1/account";
  const allowed = "maxConnections must be a whole number from 1 to 65535; got";
  for (const [what, options, name, message] of [
    ["maxConnections: 0", { maxConnections: 0 }, "RangeError", `${allowed} 0`],
    ["a negative maxConnections", { maxConnections: -1 }, "RangeError", `${allowed} -1`],
    ["a fraction as maxConnections", { maxConnections: 1.5 }, "RangeError", `${allowed} 1.5`],
    ["NaN as maxConnections", { maxConnections: Number.NaN }, "RangeError", `${allowed} NaN`],
    ["more maxConnections than there are ports", { maxConnections: 65_536 }, "RangeError", `${allowed} 65536`],
    ["a string as maxConnections", { maxConnections: "5" }, "TypeError", `${allowed} the text "5"`],
    ["null as maxConnections", { maxConnections: null }, "TypeError", `${allowed} null`],
    [
      "an agent beside maxConnections",
      { maxConnections: 5, agent: new Agent() },
      "TypeError",
      "pass either maxConnections or agent, not both",
    ],
    [
      "fetch beside maxConnections",
      { maxConnections: 5, fetch },
      "TypeError",
      "pass either maxConnections or fetch, not both",
    ],
  ]) {
    test(`refuses ${what}`, () => {
      const expected = { name, message, argument: "maxConnections", code: "InvalidArgument" };
      assert.throws(() => new QueueClient(url, "orders", undefined, options), expected);
      assert.throws(() => new QueueServiceClient(url, undefined, options), expected);
    });
  }

  test("refuses maxConnections where requests go over fetch", () => {
    assert.throws(() => new QueueClientOverFetch(url, "orders", undefined, { maxConnections: 5 }), {
      name: "TypeError",
      argument: "maxConnections",
      message: /^maxConnections must be left out, .* requests go over fetch here$/,
    });
  });
});

describe("a process with 256 file descriptors", () => {
  /** Runs a program, and returns the JSON that it prints. */
  async function run(program) {
    const args = ["-c", 'ulimit -n 256; exec "$0" "$@"', process.execPath, "--input-type=module", "--eval", program];
    const child = spawn("sh", args, { stdio: ["ignore", "pipe", "inherit"] });
    const [[code], printed] = await Promise.all([once(child, "exit"), text(child.stdout)]);
    assert.equal(code, 0);
    return JSON.parse(printed);
  }

  /** Sends messages at once, and counts how the calls end. */
  function sendInChild(url, count, options) {
    return run(`
      import { QueueClient } from ${JSON.stringify(entry)};
      const queue = new QueueClient(${JSON.stringify(url)}, "orders", undefined, ${JSON.stringify(options)});
      const calls = await Promise.allSettled(Array.from({ length: ${count} }, (_, i) => queue.sendMessage(String(i))));
      const ends = calls.map(({ reason }) => (reason ? reason.name + " " + reason.retryable : "sent"));
      const counts = {};
      for (const end of ends) counts[end] = (counts[end] ?? 0) + 1;
      console.log(JSON.stringify(counts));
      process.exit();`);
  }

  test("sends 3,000 messages at once with 256 file descriptors", async (t) => {
    const server = await startServer(t);
    assert.deepEqual(await sendInChild(server.url, 3000, { retry: { mode: "none" } }), { sent: 3000 });
    assert.deepEqual([server.requests, new Set(server.contents).size], [3000, 3000]);
  });

  for (const [what, host] of [
    ["an address", "127.0.0.1"],
    ["a name", "localhost"],
  ]) {
    test(`sends every message once when file descriptors run out before maxConnections, to ${what}`, async (t) => {
      // Connections stay in use while others are looked up and opened.
      const server = await startServer(t, (response) => setTimeout(answerSent, 300, response));
      const retry = { maxTries: 100, delay: 0.1, maxDelay: 0.2 };
      const ends = await sendInChild(`http://${host}:${server.port}/account`, 600, { maxConnections: 1000, retry });
      assert.deepEqual(ends, { sent: 600 });
      assert.deepEqual([server.requests, new Set(server.contents).size], [600, 600]);
    });
  }

  test("sends a message once there is a file descriptor to look up the host", async (t) => {
    const server = await startServer(t);
    const outcome = await run(`
      import { closeSync, openSync } from "node:fs";
      import { QueueClient } from ${JSON.stringify(entry)};
      const descriptors = [];
      let failure;
      const onRetry = ({ message }) => {
        failure ??= message;
        for (const descriptor of descriptors.splice(0)) closeSync(descriptor);
      };
      const url = "http://localhost:${server.port}/account";
      const queue = new QueueClient(url, "orders", undefined, { retry: { delay: 0 }, onRetry });
      try {
        for (;;) descriptors.push(openSync(process.execPath));
      } catch {}
      const { id } = await queue.sendMessage("x");
      console.log(JSON.stringify({ failure, id }));
      process.exit();`);
    assert.equal(outcome.id, "id-1");
    assert.match(outcome.failure, /^The request could not be sent: .*EMFILE/);
    assert.equal(server.requests, 1);
  });

  test("reports each message as not sent for which there was no file descriptor", async (t) => {
    const server = await startServer(t);
    const { sent, ...others } = await sendInChild(server.url, 600, { maxConnections: 1000, retry: { mode: "none" } });
    assert.ok(others["ServiceRequestError true"] > 0, JSON.stringify(others));
    assert.deepEqual([Object.keys(others), server.requests], [["ServiceRequestError true"], sent]);
  });
});

describe("a failure before the first byte", () => {
  /** An agent whose first connections are those of `make`; the others are its usual ones. */
  function agentWith(...make) {
    const agent = new Agent({ keepAlive: true });
    const { createConnection } = agent;
    agent.createConnection = (...request) => (make.shift() ?? createConnection).call(agent, ...request);
    return agent;
  }

  /** A socket that fails to connect while the call that makes it is under way. */
  const failing = () => {
    const socket = connect(1, "127.0.0.1");
    process.nextTick(() =>
      socket.destroy(Object.assign(new Error("connect EMFILE"), { code: "EMFILE", syscall: "connect" })),
    );
    return socket;
  };
  const destroyed = () => connect(1, "127.0.0.1").destroy();
  const closed = connect(1, "127.0.0.1").destroy();
  const throws = () => {
    throw Object.assign(new Error("no more tunnels"), { code: "EMFILE" });
  };
  const callsBack = (_options, done) => void setImmediate(done, new Error("the proxy refused"));

  for (const [what, ...make] of [
    ["a connection that fails at once", failing],
    ["a connection that is destroyed already", destroyed],
    ["a connection that was closed long ago", () => closed],
    ["an agent that throws", throws],
    ["an agent that calls back with an error", callsBack],
    ["several of them in turn", failing, throws, callsBack],
  ]) {
    test(`repeats a send after ${what}`, async (t) => {
      const server = await startServer(t);
      const agent = agentWith(...make);
      t.after(() => agent.destroy());
      assert.equal((await open(server.url, { agent }).sendMessage("x")).id, "id-1");
      assert.equal(server.requests, 1);
    });
  }

  test("reports a send as not sent when the local address does not exist", async (t) => {
    const server = await startServer(t);
    // Reserved for documentation: RFC 5737.
    const agent = new Agent({ localAddress: "192.0.2.1" });
    const error = await rejection(open(server.url, { agent }).sendMessage("x"));
    assert.deepEqual([error.name, error.attempts.length, server.connections], ["ServiceRequestError", 4, 0]);
    assert.match(error.message, /EADDRNOTAVAIL/);
  });

  test("repeats a send when its agent is destroyed before the new connection is assigned", async (t) => {
    const server = await startServer(t);
    const agent = new Agent({ keepAlive: true });
    const sending = open(server.url, { agent }).sendMessage("x");
    agent.destroy();
    await sending;
    assert.equal(server.requests, 1);
    agent.destroy();
  });

  test("repeats a send when its agent is destroyed before a kept connection is assigned", async (t) => {
    const server = await startServer(t);
    const agent = new Agent({ keepAlive: true });
    const queue = open(server.url, { agent });
    await queue.sendMessage("first");
    const sending = queue.sendMessage("second");
    agent.destroy();
    await sending;
    assert.deepEqual([server.contents, server.connections], [["first", "second"], 2]);
    agent.destroy();
  });
});

test("does not send a request later that was reported as not sent", async (t) => {
  const server = await startServer(t);
  let failed;
  // It reports an error for a request that it assigns a connection later, as agents with a queue do.
  const agent = {
    addRequest(request) {
      process.nextTick(() => request.emit("error", new Error("the tunnel failed")));
      failed = request;
    },
  };
  const error = await rejection(open(server.url, { agent, retry: { mode: "none" } }).sendMessage("x"));
  assert.deepEqual([error.name, error.retryable], ["ServiceRequestError", true]);
  const socket = connect(server.port, "127.0.0.1");
  failed.onSocket(socket);
  if (!socket.destroyed) await Promise.race([once(socket, "connect"), once(socket, "close")]);
  await open(server.url).sendMessage("another");
  assert.deepEqual(server.contents, ["another"]);
});

test("reports a send as ambiguous when the server cuts its kept connection after the request", async (t) => {
  const server = await startServer(t, (response, number) => (number === 1 ? answerSent(response) : response.destroy()));
  const queue = open(server.url, { maxConnections: 1 });
  await queue.sendMessage("first");
  const error = await rejection(queue.sendMessage("second"));
  assert.deepEqual([error.name, server.requests, server.connections], ["AmbiguousOutcomeError", 2, 1]);
});

test("repeats a read after a connection that is destroyed already", async (t) => {
  const server = await startServer(t, (response) => response.writeHead(emptyPage.status).end(emptyPage.body));
  const agent = new Agent();
  const { createConnection } = agent;
  let calls = 0;
  agent.createConnection = (...request) => {
    if (calls++ === 0) return connect(1, "127.0.0.1").destroy();
    return createConnection.call(agent, ...request);
  };
  assert.deepEqual(await open(server.url, { agent }).peekMessages(), []);
  assert.equal(server.requests, 1);
});
