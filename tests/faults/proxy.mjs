// A proxy between a client and a service that does to requests and answers what networks, proxies and services do on
// their worst days, and keeps a log of it. What it can do is in faults.mjs.

import { once } from "node:events";
import { Agent, createServer } from "node:http";
import { Exchange } from "./exchange.mjs";

/**
 * Starts a proxy to a service. Requests meet the faults given to `next`, one each, and those after them what `choose`
 * says: a fault, or nothing. A fault is a function of an {@link Exchange}; its name goes into the log.
 *
 * @param {string} target URL of the service
 * @param {(entry: object) => Function | undefined} [choose]
 */
export async function startProxy(target, choose = () => undefined) {
  // Its connections end before the service ends them: the faults here are to be those that were chosen.
  const agent = new Agent({ keepAlive: true, timeout: 2000 });
  const log = [];
  const scripted = [];
  const underWay = new Set();

  const server = createServer((request, response) => {
    const done = serve(request, response);
    underWay.add(done);
    void done.finally(() => underWay.delete(done));
  });
  server.keepAliveTimeout = 60_000;

  async function serve(request, response) {
    const entry = { number: log.length + 1, method: request.method, path: request.url, forwarded: false, delivered: 0 };
    log.push(entry);
    // Chosen by the order in which requests arrive, not in which their bodies end.
    const fault = scripted.length > 0 ? scripted.shift() : choose(entry);
    entry.fault = fault?.name;
    const exchange = new Exchange(entry, { request, response, target, agent, network });
    try {
      entry.body = await bodyOf(request);
      if (fault) await fault(exchange);
      else exchange.pass(await exchange.forward());
    } catch (error) {
      // A request that the client broke off is not forwarded; a service that breaks off breaks the connection here too.
      entry.trouble = error.message;
      exchange.reset();
    }
  }

  const network = {
    /** From now on nobody listens: connections are refused. Requests under way go on. */
    down() {
      server.close();
      server.closeIdleConnections();
    },
    async up() {
      if (server.listening) return;
      server.listen(port, "127.0.0.1");
      await once(server, "listening");
    },
  };

  let port = 0;
  await network.up();
  ({ port } = server.address());
  const url = new URL(target);
  url.port = String(port);

  return {
    ...network,
    url: url.href,
    log,
    /** The faults that the next requests meet; `undefined` is none. */
    next: (...faults) => scripted.push(...faults),
    /** Resolves when every request so far has come to its end here, also those that the client has given up. */
    settled: () => Promise.all(underWay),
    async stop() {
      agent.destroy();
      const closed = server.listening && once(server, "close");
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}

async function bodyOf(request) {
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}
