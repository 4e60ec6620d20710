// One request on its way through the proxy, and all that can be done with it.

import { once } from "node:events";
import { request as ask, STATUS_CODES } from "node:http";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { setTimeout as sleep } from "node:timers/promises";

/** Headers of one connection only. */
const hopByHop = new Set(["connection", "keep-alive", "transfer-encoding", "content-length"]);

export class Exchange {
  /** What goes into the proxy's log. */
  entry;
  /** Takes the proxy off the network and puts it back. */
  network;
  #request;
  #response;
  #target;
  #agent;

  constructor(entry, { request, response, target, agent, network }) {
    this.entry = entry;
    this.network = network;
    this.#request = request;
    this.#response = response;
    this.#target = target;
    this.#agent = agent;
    response.on("error", () => {});
  }

  /** Hands the request to the service, which may carry it out from now on, and waits for its whole answer. */
  async forward() {
    const { method, path, body } = this.entry;
    this.entry.forwarded = true;
    const headers = { ...this.#request.headers, "content-length": Buffer.byteLength(body) };
    delete headers.connection;
    const outgoing = ask(new URL(path, this.#target), { method, headers, agent: this.#agent });
    outgoing.end(body);
    const [answer] = await once(outgoing, "response");
    const chunks = [];
    for await (const chunk of answer) chunks.push(chunk);
    this.entry.status = answer.statusCode;
    return { status: answer.statusCode, headers: withoutHops(answer.headers), body: Buffer.concat(chunks) };
  }

  /** Answers as any server does. */
  pass({ status, headers = {}, body = "" }) {
    const bytes = Buffer.from(body);
    const length = bytes.length > 0 ? { "content-length": bytes.length } : {};
    this.entry.delivered += bytes.length;
    this.#response.writeHead(status, { ...headers, ...length }).end(bytes);
  }

  /** Writes bytes as they are on the connection, which then ends. */
  raw(...pieces) {
    const bytes = Buffer.concat(pieces.map((piece) => Buffer.from(piece)));
    this.entry.delivered += bytes.length;
    this.#socket?.end(bytes);
  }

  /** The same, a piece at a time, with a pause of so many milliseconds before each. */
  async drip(bytes, pieces, pause) {
    const size = Math.ceil(bytes.length / pieces);
    for (let at = 0; at < bytes.length && !this.isGone; at += size) {
      await sleep(pause);
      this.#socket?.write(bytes.subarray(at, at + size));
      this.entry.delivered += Math.min(size, bytes.length - at);
    }
    this.#socket?.end();
  }

  /** Writes the same bytes for as long as the client takes them. */
  async pour(head, piece) {
    const { entry } = this;
    function* flood() {
      yield head;
      for (;;) {
        entry.delivered += piece.length;
        yield piece;
      }
    }
    // That the client breaks it off is no error here: it is what this waits for.
    await pipeline(Readable.from(flood(), { objectMode: false }), this.#socket).catch(() => {});
  }

  /** Breaks the connection. */
  reset() {
    this.#socket?.resetAndDestroy();
  }

  /** Ends the connection in the orderly way. */
  close() {
    this.#socket?.end();
  }

  /** Resolves when the client has given up. */
  async gone() {
    if (!this.isGone) await once(this.#response, "close");
  }

  get isGone() {
    return this.#response.destroyed || this.#socket?.destroyed !== false;
  }

  get #socket() {
    return this.#request.socket;
  }
}

/** The first part of an answer, as it stands on the wire. */
export function headOf({ status, headers }, more = {}) {
  const lines = Object.entries({ ...headers, ...more }).map(([name, value]) => `${name}: ${value}\r\n`);
  return `HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\n${lines.join("")}\r\n`;
}

function withoutHops(headers) {
  return Object.fromEntries(Object.entries(headers).filter(([name]) => !hopByHop.has(name)));
}
