// In Node requests go over its own HTTP: there `fetch` takes several times as long as all else in a call.

import type { Agent, ClientRequest, IncomingMessage, RequestOptions } from "node:http";
import type { Readable } from "node:stream";
import { inWords, looking } from "../caller.js";
import { argumentError } from "../errors.js";
import type { Carried, CarriedResponse, Carrier } from "./platform.js";

/** What there is of `node:http` and of `node:https`. */
interface Http {
  request(options: RequestOptions): ClientRequest;
  Agent: new (options: object) => Agent;
}

/** Where requests go, and the connections that are kept for it. */
interface Origin {
  readonly http: Http;
  readonly agent: Agent;
  readonly protocol: string;
  readonly host: string;
  readonly port: string;
}

/** Milliseconds for which a connection without a request is kept: a service that closes it while the next request is on
 * its way leaves open whether that one was carried out. */
const IDLE = 4_000;

const origins = new Map<string, Origin>();
const agents = new Map<Http, Agent>();

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
    const slash = url.indexOf("/", "https://".length);
    const { http, agent, protocol, host, port } = originOf(url.slice(0, slash));
    // Headers and body in one text are one packet; of a text in Latin-1 each character is a byte.
    const content = body.length > 0 ? Buffer.from(body.buffer, body.byteOffset, body.length).toString("latin1") : "";
    // Without it, a body would be sent in chunks, which the service refuses.
    if (content !== "") headers["content-length"] = String(content.length);
    let sending: ClientRequest;
    try {
      const path = url.slice(slash);
      sending = http.request({ protocol, host, port, path, method, headers, agent: own ?? agent });
    } catch (cause) {
      // An agent for the other scheme, for one.
      resolve({ fault: "unreachable", cause, words: String((cause as Error)?.message) });
      return;
    }
    reading.stop = () => sending.destroy();
    sending.on("error", reject);
    sending.on("response", (response) => read(response, reading.most, resolve, reject));
    sending.end(content, "latin1");
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
    origin = { http, agent: agentOf(http), protocol, host, port };
    if (origins.size < 100) origins.set(text, origin);
  }
  return origin;
}

function agentOf(http: Http): Agent {
  let agent = agents.get(http);
  if (agent === undefined) {
    const proxy = usesProxies() && { proxyEnv: process.env };
    agent = new http.Agent({ keepAlive: true, timeout: IDLE, ...proxy });
    agents.set(http, agent);
  }
  return agent;
}

/** Whether Node was told to go by the proxies that are named in the environment. */
function usesProxies(): boolean {
  const { NODE_USE_ENV_PROXY, NODE_OPTIONS = "" } = process.env;
  return NODE_USE_ENV_PROXY === "1" || [...process.execArgv, ...NODE_OPTIONS.split(" ")].includes("--use-env-proxy");
}

function read(
  response: IncomingMessage,
  most: number,
  resolve: (carried: Carried) => void,
  reject: (cause: unknown) => void,
): void {
  const body = unpacked(response);
  const chunks: Uint8Array[] = [];
  let length = 0;
  const end = (chunks?: Uint8Array[]) => {
    resolve({ fault: undefined, status: response.statusCode ?? 0, response: told(response), chunks });
  };
  const tooMany = () => {
    end();
    response.destroy();
    body.destroy();
  };
  response.on("error", reject);
  if (body !== response) body.on("error", reject);
  body.on("data", (chunk: Uint8Array) => {
    chunks.push(chunk);
    length += chunk.length;
    if (length > most) tooMany();
  });
  body.on("end", () => end(chunks));
  if (Number(response.headers["content-length"]) > most) tooMany();
}

/** The body. Nobody asks for a packed one, but proxies pack all the same. */
function unpacked(response: IncomingMessage): Readable {
  const encoding = response.headers["content-encoding"];
  if (encoding === undefined) return response;
  const { createGunzip, createInflate, createBrotliDecompress } = process.getBuiltinModule("node:zlib");
  const unpackers = { gzip: createGunzip, "x-gzip": createGunzip, deflate: createInflate, br: createBrotliDecompress };
  const unpack = new Map(Object.entries(unpackers)).get(encoding.toLowerCase());
  return unpack === undefined ? response : response.pipe(unpack());
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
