// In Node requests go over its own HTTP: there `fetch` takes several times as long as all else in a call.

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Duplex, Readable } from "node:stream";
import type { TLSSocket } from "node:tls";
import { inWords, looking } from "../caller.js";
import { argumentError } from "../errors.js";
import type { Carried, CarriedResponse, Carrier } from "./platform.js";

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
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

/** Milliseconds for which a connection without a request is kept: a service that closes it while the next request is on
 * its way leaves open whether that one was carried out. */
const IDLE = 4_000;

/** Milliseconds for which a connection may take to come about; `fetch` gives it as many. */
const CONNECTING = 10_000;

const origins = new Map<string, Origin>();
const pools = new Map<Http, Pool>();

/** What carries the requests of a client, over connections of this agent if there is one. */
export function carrierOf(agent: unknown): Carrier {
  if (agent !== undefined) checkAgent(agent);
  return (...request) => carry(agent as Agent | undefined, request);
}

function checkAgent(agent: unknown): void {
  const isAgent = () => typeof agent === "object" && agent !== null && "addRequest" in agent;
  if (looking("agent", isAgent)) return;
  const given = typeof agent === "object" ? inWords(agent) : `a value of type ${typeof agent}`;
  throw argumentError(TypeError, `agent must be an Agent of node:http or node:https; got ${given}`, "agent");
}

function carry(own: Agent | undefined, request: Parameters<Carrier>): Promise<Carried> {
  const [url, method, headers, body, reading] = request;
  return new Promise((resolve, reject) => {
    reading.connected = false;
    const slash = url.indexOf("/", "https://".length);
    // Without it, a body would be sent in chunks, which the service refuses.
    if (body !== "") headers["content-length"] = String(Buffer.byteLength(body));
    let sending: ClientRequest;
    let origin: Origin;
    try {
      origin = originOf(url.slice(0, slash));
      const { http, pool, protocol, host, port } = origin;
      const path = url.slice(slash);
      closeForgotten(pool);
      sending = http.request({ protocol, host, port, path, method, headers, agent: own ?? pool.agent });
    } catch (cause) {
      // An agent for the other scheme, for one.
      resolve({ fault: "unreachable", cause, words: String((cause as Error)?.message) });
      return;
    }
    reading.stop = () => sending.destroy();
    sending.on("error", reject);
    sending.on("socket", (socket) => whenConnected(socket as TLSSocket, sending, reading));
    sending.on("response", (response) => read(response, origin.pool, reading.most, resolve, reject));
    // Without somebody who takes it over, Node ends the connection and says nothing.
    sending.on("upgrade", (_response, socket) => {
      socket.destroy();
      reject(new Error("the answer is that of another protocol"));
    });
    // Headers and a body that is text are one packet.
    sending.end(body, "utf8");
  });
}

/** Tells `reading` when a request has its connection. Before, nothing of it has gone out. */
function whenConnected(socket: TLSSocket, sending: ClientRequest, reading: Parameters<Carrier>[4]): void {
  // The socket failed to connect before it was assigned: without a permission for the network, for example.
  if (!socket.writable) return;
  if (!socket.connecting && !(socket as { secureConnecting?: boolean }).secureConnecting) {
    reading.connected = true;
    return;
  }
  const limit = setTimeout(() => sending.destroy(new Error(`no connection after ${CONNECTING / 1000} s`)), CONNECTING);
  const end = () => clearTimeout(limit);
  socket.once("close", end);
  socket.once(socket.encrypted ? "secureConnect" : "connect", () => {
    end();
    // It would keep the first request of a connection as long as the connection.
    socket.off("close", end);
    reading.connected = true;
  });
}

function originOf(text: string): Origin {
  let origin = origins.get(text);
  if (origin === undefined) {
    const { protocol, hostname, port } = new URL(text);
    // Loaded at the first request, since importing this package has no effect; and bundlers have nothing to resolve.
    const http = process.getBuiltinModule(protocol === "https:" ? "node:https" : "node:http") as unknown as Http;
    // An address has its brackets only where it could be taken for something else.
    const host = hostname.replace(/^\[|\]$/g, "");
    origin = { http, pool: poolOf(http), protocol, host, port };
    // Cut out of a request, it would keep all of it.
    if (origins.size < 100) origins.set([...text].join(""), origin);
  }
  return origin;
}

function poolOf(http: Http): Pool {
  let pool = pools.get(http);
  if (pool === undefined) {
    const proxy = usesProxies() && { proxyEnv: process.env };
    try {
      pool = { agent: new http.Agent({ keepAlive: true, timeout: IDLE, ...proxy }), latest: 0 };
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
