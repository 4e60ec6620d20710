// In Node requests go over its own HTTP: there `fetch` takes several times as long as all else in a call.

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Duplex, Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { inWords, looking } from "../caller.js";
import { argumentError } from "../errors.js";
import { described } from "../fields.js";
import type { ClientOptions } from "../options.js";
import { ConnectionLimit } from "./connection-limit.js";
import type { Carried, CarriedResponse, Carrier, Reading } from "./platform.js";

/** What there is of `node:http` and of `node:https`. */
interface Http {
  request(options: RequestOptions): ClientRequest;
  Agent: new (options: object) => Agent;
}

/** Connections that are kept. */
interface Pool {
  readonly agent: Agent;
  /** When the latest request over them began or ended. */
  latest: number;
}

/** Where requests go, and the connections for it. */
interface Origin {
  readonly http: Http;
  readonly pool: Pool;
  readonly limit: ConnectionLimit;
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

/** Milliseconds for which a connection without a request is kept: a service that closes it while the next request is on
 * its way leaves open whether that one was carried out. */
const IDLE = 4_000;

/** Milliseconds for which a connection may take to come about; `fetch` gives it as many. */
const CONNECTING = 10_000;

/** Port numbers of TCP: one address has no more connections to a host. */
const MOST_CONNECTIONS = 65_535;

/** Connections of one client, or of all clients. */
class Connections {
  readonly origins = new Map<string, Origin>();
  readonly pools = new Map<Http, Pool>();

  constructor(readonly maxConnections: number) {}
}

const shared = new Connections(64);

/** What carries the requests of a client. */
export function carrierOf({ fetch, agent, maxConnections }: ClientOptions): Carrier | undefined {
  if (maxConnections !== undefined) {
    if (fetch !== undefined || agent !== undefined) {
      const other = fetch === undefined ? "agent" : "fetch";
      refuse(TypeError, "maxConnections", `pass either maxConnections or ${other}, not both`);
    }
    checkMaxConnections(maxConnections);
    const own = new Connections(maxConnections);
    return (...request) => carry(own, undefined, request);
  }
  if (agent === undefined) return fetch === undefined ? (...request) => carry(shared, undefined, request) : undefined;
  if (fetch !== undefined) {
    refuse(TypeError, "agent", "agent must be left out where there is the option fetch, which replaces it");
  }
  checkAgent(agent);
  return (...request) => carry(shared, agent as Agent, request);
}

function refuse(Class: typeof TypeError | typeof RangeError, argument: string, message: string): never {
  throw argumentError(Class, message, argument);
}

function checkMaxConnections(value: unknown): void {
  if (Number.isInteger(value) && (value as number) >= 1 && (value as number) <= MOST_CONNECTIONS) return;
  const Class = typeof value === "number" ? RangeError : TypeError;
  const allowed = `a whole number from 1 to ${MOST_CONNECTIONS}`;
  refuse(Class, "maxConnections", `maxConnections must be ${allowed}; got ${described(value)}`);
}

function checkAgent(agent: unknown): void {
  const isAgent = () => typeof agent === "object" && agent !== null && "addRequest" in agent;
  if (looking("agent", isAgent)) return;
  const given = typeof agent === "object" ? inWords(agent) : `a value of type ${typeof agent}`;
  throw argumentError(TypeError, `agent must be an Agent of node:http or node:https; got ${given}`, "agent");
}

/** Message for a request whose time ends while its connection is set up. */
const NO_CONNECTION = "no connection in time";

function carry(connections: Connections, agent: Agent | undefined, request: Parameters<Carrier>): Promise<Carried> {
  const [url, , , , reading] = request;
  reading.sent = false;
  reading.unsentBecause = NO_CONNECTION;
  const slash = url.indexOf("/", "https://".length);
  let origin: Origin;
  try {
    origin = originOf(url.slice(0, slash), connections);
  } catch (cause) {
    return Promise.resolve(unreachable(cause));
  }
  const start = () => send(origin, url.slice(slash), agent ?? origin.pool.agent, request);
  if (agent !== undefined) return start();
  return origin.limit.runNow(start) ?? waitInLine(origin.limit, reading, start);
}

/** No other attempt would be sent either. */
function unreachable(cause: unknown): Carried {
  return { fault: "unreachable", cause, words: String((cause as Error)?.message) };
}

/** Sends a request when it is its turn. The time for its attempt begins then. */
function waitInLine(limit: ConnectionLimit, reading: Reading, start: () => Promise<Carried>): Promise<Carried> {
  const queuedAt = performance.now();
  let startedAt = Number.POSITIVE_INFINITY;
  const all = limit.maxConnections === 1 ? "the only connection" : `all ${limit.maxConnections} connections`;
  reading.unsentBecause = `${all} to the host stayed in use (option maxConnections)`;
  reading.moreTime = (timeout, timeLeft) => {
    const ends = Math.min(queuedAt + timeLeft, startedAt + timeout);
    // The request may start before it is asked for the next time.
    return Math.min(ends - performance.now(), timeout);
  };
  return new Promise((resolve) => {
    reading.stop = limit.runLater(() => {
      startedAt = performance.now();
      reading.unsentBecause = NO_CONNECTION;
      const sent = start();
      resolve(sent);
      return sent;
    });
  });
}

function send(origin: Origin, path: string, agent: Agent, request: Parameters<Carrier>): Promise<Carried> {
  const { http, pool, protocol, host, port } = origin;
  const [, method, headers, body, reading] = request;
  return new Promise((resolve, reject) => {
    // Without it, a body would be sent in chunks, which the service refuses.
    if (body !== "") headers["content-length"] = String(Buffer.byteLength(body));
    closeForgotten(pool);
    let sending: ClientRequest;
    try {
      sending = http.request({ protocol, host, port, path, method, headers, agent });
    } catch (cause) {
      // A TypeError is about the options, such as an agent for the other scheme: the next attempt has the same.
      if (cause instanceof TypeError) resolve(unreachable(cause));
      else reject(cause);
      return;
    }
    const fail = (cause: Error) => {
      // An agent may still assign a connection to a request that has failed.
      sending.destroy();
      reject(cause);
    };
    reading.stop = () => {
      sending.destroy();
      // Frees the place: a proxy that does not answer may keep Node from reporting the end of the request.
      reject();
    };
    sending.on("error", (cause) => {
      if (!reading.sent && agent === pool.agent) reading.hint = unusedProxyHint(protocol, host, cause);
      fail(reading.sent ? cause : withoutDescriptor(cause));
    });
    sending.on("socket", (socket) => watchSocket(socket as TLSSocket, reading, fail));
    sending.on("response", (response) => read(response, pool, reading.most, resolve, reject));
    // Without somebody who takes it over, Node ends the connection and says nothing.
    sending.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Error("the answer is that of another protocol"));
    });
    // Headers and a body that is text are one packet.
    sending.end(body, "utf8");
  });
}

/** Sets `reading.sent` before Node writes to the socket of a request: when the socket is connected. */
function watchSocket(socket: TLSSocket, reading: Reading, fail: (cause: Error) => void): void {
  // The socket failed to connect, or was closed, before it was assigned. Its events may be over.
  if (!socket.writable) {
    fail(socket.errored ?? new Error("the connection was closed before the request was sent"));
    return;
  }
  if (!socket.connecting && !(socket as { secureConnecting?: boolean }).secureConnecting) {
    reading.sent = true;
    return;
  }
  const limit = setTimeout(() => fail(new Error(`no connection after ${CONNECTING / 1000} s`)), CONNECTING);
  const end = () => clearTimeout(limit);
  socket.once("close", end);
  socket.once(socket.encrypted ? "secureConnect" : "connect", () => {
    end();
    // It would keep the first request of a connection as long as the connection.
    socket.off("close", end);
    reading.sent = true;
  });
}

/** The error of a connection that failed; getaddrinfo reports an unknown host when no file descriptor is left. */
function withoutDescriptor(cause: Error & { code?: unknown }): Error {
  if (cause.code !== "ENOTFOUND") return cause;
  const { openSync, closeSync } = process.getBuiltinModule("node:fs");
  try {
    closeSync(openSync(process.execPath, "r"));
    return cause;
  } catch (error) {
    const { code } = error as { code?: string };
    if (code !== "EMFILE" && code !== "ENFILE") return cause;
    const message = `no file descriptor was left to look up the host (${code})`;
    return Object.assign(new Error(message), { code, syscall: "getaddrinfo" });
  }
}

function originOf(text: string, connections: Connections): Origin {
  const { origins, maxConnections } = connections;
  let origin = origins.get(text);
  if (origin === undefined) {
    const { protocol, hostname, port } = new URL(text);
    // Loaded at the first request, since importing this package has no effect; and bundlers have nothing to resolve.
    const http = process.getBuiltinModule(protocol === "https:" ? "node:https" : "node:http") as unknown as Http;
    // An address has its brackets only where it could be taken for something else.
    const host = hostname.replace(/^\[|\]$/g, "");
    origin = {
      http,
      pool: poolOf(http, connections),
      limit: new ConnectionLimit(maxConnections),
      protocol,
      host,
      port,
    };
    if (origins.size >= 100) forgetIdle(origins);
    // Cut out of a request, it would keep all of it.
    origins.set([...text].join(""), origin);
  }
  return origin;
}

/** Keeps the hosts whose requests are counted. */
function forgetIdle(origins: Map<string, Origin>): void {
  for (const [text, { limit }] of origins) if (limit.isIdle) origins.delete(text);
}

function poolOf(http: Http, { pools, maxConnections }: Connections): Pool {
  let pool = pools.get(http);
  if (pool === undefined) {
    const proxy = usesProxies() && { proxyEnv: process.env };
    try {
      const options = { keepAlive: true, timeout: IDLE, maxFreeSockets: maxConnections, ...proxy };
      pool = { agent: new http.Agent(options), latest: 0 };
    } catch {
      // What Node says of it has the password of a proxy in it.
      throw new Error("the proxy that HTTP_PROXY or HTTPS_PROXY names is not one that Node takes");
    }
    pools.set(http, pool);
  }
  return pool;
}

/** Closes what is kept for too long: the timers that do so stand still while the program is busy or halted. */
function closeForgotten(pool: Pool): void {
  const now = Date.now();
  const forgotten = now - pool.latest > IDLE ? Object.values(pool.agent.freeSockets) : [];
  for (const socket of forgotten.flat()) socket?.destroy();
  pool.latest = now;
}

/** Failures of networks that only let requests out through a proxy. */
const OUT_OF_REACH = ["ENOTFOUND", "EAI_AGAIN", "ETIMEDOUT", "ENETUNREACH", "EHOSTUNREACH"];

/** Names the variable of a proxy that Node does not use; its value may have a password. */
function unusedProxyHint(protocol: string, host: string, { code = "" }: Error & { code?: string }): string {
  const name = `${protocol.slice(0, -1)}_proxy`;
  const variable = [name.toUpperCase(), name].find((name) => process.env[name]);
  if (variable === undefined || !OUT_OF_REACH.includes(code) || isExempt(host)) return "";
  if (usesProxies() && knowsProxies()) return "";
  const setting = "NODE_USE_ENV_PROXY=1 (Node 22.21, 24.5 and later)";
  return ` (${variable} is set, and Node uses it only with ${setting}; or pass an agent for the proxy as the option agent)`;
}

/** Whether `NO_PROXY` exempts a host: it lists hosts, and domains with a dot or a star before them. */
function isExempt(host: string): boolean {
  const { NO_PROXY = "", no_proxy = NO_PROXY } = process.env;
  const domains = no_proxy.split(",").map((domain) => domain.trim().replace(/^\*?\./, ""));
  return domains.some((domain) => domain === "*" || domain === host || (domain !== "" && host.endsWith(`.${domain}`)));
}

/** Whether this Node can use proxies of the environment at all. */
function knowsProxies(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split(".").map(Number);
  return major > 24 || (major === 24 && minor >= 5) || (major === 22 && minor >= 21);
}

/** Whether Node was told to go by the proxies that are named in the environment. */
function usesProxies(): boolean {
  const { NODE_USE_ENV_PROXY, NODE_OPTIONS = "" } = process.env;
  return NODE_USE_ENV_PROXY === "1" || [...process.execArgv, ...NODE_OPTIONS.split(" ")].includes("--use-env-proxy");
}

function read(
  response: IncomingMessage,
  pool: Pool,
  most: number,
  resolve: (carried: Carried) => void,
  reject: (cause: unknown) => void,
): void {
  const chunks: Uint8Array[] = [];
  let length = 0;
  const end = (chunks?: Uint8Array[]) => {
    pool.latest = Date.now();
    resolve({ fault: undefined, status: response.statusCode ?? 0, response: told(response), chunks });
  };
  const body = unpacked(response, (cause, unpacker) => {
    // What is empty is no packed body, whatever its headers say.
    if (unpacker.bytesWritten === 0 && (cause as { code?: unknown }).code === "Z_BUF_ERROR") end([]);
    else reject(cause);
  });
  const tooMany = () => {
    end();
    response.destroy();
    body.destroy();
  };
  response.on("error", reject);
  body.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) tooMany();
  });
  body.on("end", () => end(chunks));
  if (Number(response.headers["content-length"]) > most) tooMany();
}

/** What unpacks, as zlib has it. */
type Unpacker = Duplex & { readonly bytesWritten: number };

/** The body. Nobody asks for a packed one, but proxies pack all the same. */
function unpacked(response: IncomingMessage, fail: (cause: unknown, unpacker: Unpacker) => void): Readable {
  const encodings = response.headers["content-encoding"];
  if (encodings === undefined) return response;
  const { createUnzip, createBrotliDecompress } = process.getBuiltinModule("node:zlib");
  const [unzip, unbrotli] = [() => createUnzip(), () => createBrotliDecompress()];
  const unpackers = new Map<string, () => Unpacker>(
    Object.entries({ gzip: unzip, "x-gzip": unzip, deflate: unzip, br: unbrotli }),
  );
  let body: Readable = response;
  // The last one was packed last.
  for (const encoding of encodings.split(",").reverse()) {
    const unpacker = unpackers.get(encoding.trim().toLowerCase())?.();
    if (unpacker === undefined) continue;
    unpacker.on("error", (cause) => fail(cause, unpacker));
    body = body.pipe(unpacker);
  }
  return body;
}

function told({ statusMessage = "", headers }: IncomingMessage): CarriedResponse {
  const text = (value: string | string[] | undefined) => (Array.isArray(value) ? value.join(", ") : (value ?? null));
  return {
    statusText: statusMessage,
    headers: {
      get: (name) => text(headers[name]),
      forEach(tell) {
        for (const name in headers) tell(text(headers[name]) ?? "", name);
      },
    },
  };
}
