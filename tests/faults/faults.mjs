// The faults, by name: each is a function of an exchange, see exchange.mjs.

import { setTimeout as sleep } from "node:timers/promises";
import { gzipSync } from "node:zlib";
import { failure } from "../support/script.mjs";
import { headOf } from "./exchange.mjs";

const html = "<!DOCTYPE html><html><head><title>Sign in</title></head><body>Welcome to the hotel.</body></html>";
const page = (status) => ({ status, headers: { "content-type": "text/html" }, body: html });

/** The request is not carried out. */
const before = (act) => act;
/** The request is carried out, and then something is done with its answer. */
const after = (act) => async (exchange) => act(exchange, await exchange.forward());

/** Another body in the place of that of the answer; an answer without a body has nothing that could be changed. */
const changed = (change) =>
  after((exchange, answer) => exchange.pass(answer.body.length > 0 ? { ...answer, ...change(answer) } : answer));
const lengthOf = ({ body }) => ({ "content-length": body.length });

/** Bytes that can be no text, here and there: a change of letters nobody would notice. */
function corrupted(body) {
  const bytes = Buffer.from(body);
  for (let at = 40; at < bytes.length; at += 97) bytes[at] = 0xff;
  return bytes;
}

/** Dates that are none, numbers beyond measure. */
const absurd = {
  date: "yesterday",
  "x-ms-time-next-visible": "soon",
  "x-ms-request-id": "r".repeat(5000),
  "x-ms-version": "-1",
  "retry-after": "99999999999999999999",
};

const connection = {
  // Only for whoever comes next, as this request has a connection already.
  "outage before": before(async (exchange) => {
    exchange.reset();
    exchange.network.down();
    await sleep(30);
    await exchange.network.up();
  }),
  "reset before": before((exchange) => exchange.reset()),
  "reset after": after((exchange) => exchange.reset()),
  "close before": before((exchange) => exchange.close()),
  "close after": after((exchange) => exchange.close()),
  "silence before": before((exchange) => exchange.gone()),
  "silence after": after((exchange) => exchange.gone()),
  // What the client has given up is carried out all the same.
  "carried out late": before(async (exchange) => {
    await exchange.gone();
    await exchange.forward();
  }),
  "delay before": before(async (exchange) => {
    await sleep(30);
    exchange.pass(await exchange.forward());
  }),
  "delay after": after(async (exchange, answer) => {
    await sleep(30);
    exchange.pass(answer);
  }),
};

const framing = {
  drip: after((exchange, answer) => {
    const head = headOf(answer, { ...(answer.body.length > 0 && lengthOf(answer)), connection: "close" });
    return exchange.drip(Buffer.concat([Buffer.from(head), answer.body]), 20, 2);
  }),
  "cut in the head": after((exchange, answer) => exchange.raw(headOf(answer).slice(0, 60))),
  "cut in the body": after((exchange, answer) =>
    // What has no body is cut before the blank line that ends it.
    answer.body.length > 0
      ? exchange.raw(headOf(answer, lengthOf(answer)), answer.body.subarray(0, answer.body.length / 2))
      : exchange.raw(headOf(answer).slice(0, -2)),
  ),
  // Only its own end tells that such a body is not whole.
  "cut without a length": after((exchange, answer) =>
    exchange.raw(headOf(answer, { connection: "close" }), answer.body.subarray(0, answer.body.length / 2)),
  ),
  "length too great": after((exchange, answer) =>
    exchange.raw(headOf(answer, { "content-length": answer.body.length + 100 }), answer.body),
  ),
  "length too small": after((exchange, answer) =>
    exchange.raw(headOf(answer, { "content-length": Math.max(0, answer.body.length - 30) }), answer.body),
  ),
  "length no number": after((exchange, answer) =>
    exchange.raw(headOf(answer, { "content-length": "many" }), answer.body),
  ),
  "two answers": after((exchange, answer) => {
    const whole = [headOf(answer, answer.body.length > 0 ? lengthOf(answer) : {}), answer.body];
    exchange.raw(...whole, ...whole);
  }),
  "no HTTP": after((exchange) => exchange.raw("SSH-2.0-OpenSSH_9.6\r\n")),
  "endless head": after((exchange, answer) =>
    exchange.pour(headOf(answer).slice(0, -2), `x-more: ${"x".repeat(1000)}\r\n`),
  ),
  "endless body": after((exchange, answer) =>
    exchange.pour(headOf({ ...answer, status: 200 }, { connection: "close" }), Buffer.alloc(65_536, " ")),
  ),
};

const body = {
  corrupted: changed(({ body }) => ({ body: corrupted(body) })),
  "markup broken": changed(({ body }) => ({ body: body.toString().replaceAll("</", "<") })),
  // What it becomes would fill any memory.
  "endless gzip": after((exchange, answer) => {
    const head = headOf({ ...answer, status: 200 }, { connection: "close", "content-encoding": "gzip" });
    // A gzip file may be many, one after the other.
    return exchange.pour(head, gzipSync(Buffer.alloc(16 * 1024 * 1024, " ")));
  }),
  empty: changed(() => ({ body: "" })),
  gzip: changed((answer) => ({
    headers: { ...answer.headers, "content-encoding": "gzip" },
    body: gzipSync(answer.body),
  })),
  "gzip that is none": changed((answer) => ({ headers: { ...answer.headers, "content-encoding": "gzip" } })),
  "other content type": changed((answer) => ({ headers: { ...answer.headers, "content-type": "image/png" } })),
  "headers missing": after((exchange, answer) => exchange.pass({ ...answer, headers: {} })),
  "headers absurd": after((exchange, answer) =>
    exchange.pass({ ...answer, headers: { ...answer.headers, ...absurd } }),
  ),
  "page of a proxy before": before((exchange) => exchange.pass(page(200))),
  "page of a proxy after": after((exchange) => exchange.pass(page(200))),
  "error in a 200 before": before((exchange) => exchange.pass({ ...failure(500, "InternalError"), status: 200 })),
  "error in a 200 after": after((exchange) => exchange.pass({ ...failure(500, "InternalError"), status: 200 })),
};

const status = {
  "429 before": before((exchange) => exchange.pass({ status: 429 })),
  "429 TooManyRequests before": before((exchange) => exchange.pass(failure(429, "TooManyRequests"))),
  "500 before": before((exchange) => exchange.pass({ status: 500 })),
  "500 after": after((exchange) => exchange.pass({ status: 500 })),
  "500 InternalError before": before((exchange) => exchange.pass(failure(500, "InternalError"))),
  "500 OperationTimedOut after": after((exchange) => exchange.pass(failure(500, "OperationTimedOut"))),
  "502 page before": before((exchange) => exchange.pass(page(502))),
  "502 page after": after((exchange) => exchange.pass(page(502))),
  "503 before": before((exchange) => exchange.pass({ status: 503 })),
  "503 after": after((exchange) => exchange.pass({ status: 503 })),
  "503 absurd wait before": before((exchange) =>
    exchange.pass({ ...failure(503, "ServerBusy"), headers: { "x-ms-error-code": "ServerBusy", "retry-after": "-5" } }),
  ),
  "503 ServerBusy before": before((exchange) => exchange.pass(failure(503, "ServerBusy"))),
};

/** Functions with the names under which they are kept. */
const named = (faults) =>
  Object.fromEntries(
    Object.entries(faults).map(([name, act]) => [
      name,
      Object.defineProperty((exchange) => act(exchange), "name", { value: name }),
    ]),
  );

export const faults = named({ ...connection, ...framing, ...body, ...status });
