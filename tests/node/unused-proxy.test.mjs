// Proxies of the environment that Node does not use, and hosts that are not found without them.

import assert from "node:assert/strict";
import { Agent } from "node:https";
import { afterEach, describe, test } from "node:test";
import { QueueClient } from "../../dist/node.js";
import { account, rejection } from "../support/script.mjs";

const retry = { mode: "none" };
const variables = [
  "HTTPS_PROXY",
  "https_proxy",
  "HTTP_PROXY",
  "http_proxy",
  "NODE_USE_ENV_PROXY",
  "NO_PROXY",
  "no_proxy",
];
const before = Object.fromEntries(variables.map((name) => [name, process.env[name]]));

/** An `agent` whose name server knows no host, as on a network that lets requests out through a proxy alone. */
function failsWith(code) {
  const createConnection = (_options, callback) =>
    callback(Object.assign(new Error(`getaddrinfo ${code} account`), { code, syscall: "getaddrinfo" }));
  return createConnection;
}

/** The error of a send whose host is not found. The shared pool is used, unless there is an agent. */
async function failure(code, options = {}) {
  const { createConnection } = Agent.prototype;
  Agent.prototype.createConnection = failsWith(code);
  try {
    const queue = new QueueClient(account.url, "orders", account.sas, { retry, maxConnections: 1, ...options });
    return await rejection(queue.sendMessage("x"));
  } finally {
    Agent.prototype.createConnection = createConnection;
  }
}

describe("the error of a host that is not found", () => {
  afterEach(() => {
    for (const name of variables) {
      if (before[name] === undefined) delete process.env[name];
      else process.env[name] = before[name];
    }
  });

  for (const variable of ["HTTPS_PROXY", "https_proxy"]) {
    test(`names ${variable}, which is set and not used`, async () => {
      for (const name of variables) delete process.env[name];
      process.env[variable] = "http://user:secret-of-the-proxy@proxy.example:8080";
      const error = await failure("ENOTFOUND");
      assert.deepEqual([error.name, error.code], ["ServiceRequestError", "NameNotFound"]);
      assert.match(error.message, new RegExp(`\\(${variable} is set, and Node uses it only with NODE_USE_ENV_PROXY=1`));
      assert.ok(!JSON.stringify(error).includes("secret-of-the-proxy"));
    });
  }

  test("names no proxy where there is none, or one for http alone", async () => {
    for (const name of variables) delete process.env[name];
    assert.doesNotMatch((await failure("ENOTFOUND")).message, /PROXY/);
    process.env.HTTP_PROXY = "http://proxy.example:8080";
    assert.doesNotMatch((await failure("ENOTFOUND")).message, /PROXY/);
  });

  test("names no proxy to a client with an agent, which may go through one", async () => {
    process.env.HTTPS_PROXY = "http://proxy.example:8080";
    const error = await failure("ENOTFOUND", { agent: new Agent(), maxConnections: undefined });
    assert.doesNotMatch(error.message, /PROXY/);
  });

  test("names no proxy for a host that NO_PROXY exempts", async () => {
    for (const name of variables) delete process.env[name];
    process.env.HTTPS_PROXY = "http://proxy.example:8080";
    process.env.NO_PROXY = "localhost, .core.windows.net";
    assert.doesNotMatch((await failure("ENOTFOUND")).message, /PROXY/);
  });

  test("mentions the private DNS zone of a private endpoint", async () => {
    assert.match((await failure("ENOTFOUND")).message, /for a private endpoint its private DNS zone/);
  });
});
