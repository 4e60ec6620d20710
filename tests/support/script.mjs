// A `fetch` that answers as it is told and writes down what it was asked.

import { readFileSync } from "node:fs";

/** An account that nobody can reach: what is not scripted does not happen. */
export const account = {
  url: "https://myaccount.queue.core.windows.net",
  secondaryUrl: "https://myaccount-secondary.queue.core.windows.net",
  name: "myaccount",
  // Keys and tokens for these tests only.
  key: Buffer.from("an account key of these tests").toString("base64"),
  signature: "c2lnbmF0dXJlIG9mIHRlc3Rz",
  sas: "sv=2020-12-06&ss=q&srt=sco&sp=rwdlacup&se=2030-01-01T00%3A00%3A00Z&sig=c2lnbmF0dXJlIG9mIHRlc3Rz",
};

/**
 * Answers the first request with the first answer and so on, and all further ones with the last. An answer is
 * `{ status, body, headers, statusText }`, an `Error` to reject with, or a function of the request that makes one. It has a
 * header of the service, unless it is of a `stranger`: a proxy, a login page, another server.
 *
 * @returns a `fetch` with `requests`: `{ method, url, headers, body, signal, receiver }` of each call
 */
export function script(...answers) {
  const requests = [];
  async function fetch(url, init) {
    const { body = "" } = init;
    const request = {
      method: init.method,
      url: new URL(url),
      headers: Object.fromEntries(new Headers(init.headers)),
      body,
      signal: init.signal,
      receiver: this,
    };
    requests.push(request);
    const next = answers[Math.min(requests.length, answers.length) - 1];
    const answer = typeof next === "function" ? await next(request) : next;
    if (answer instanceof Error) throw answer;
    const { status, statusText } = answer;
    const headers = answer.stranger ? answer.headers : { "x-ms-version": "2020-12-06", ...answer.headers };
    return new Response(answer.body ?? null, { status, statusText, headers });
  }
  return Object.assign(fetch, { requests });
}

/** An answer that never comes; the request ends as that of a real `fetch` does, by its signal. */
export function silence({ signal }) {
  return new Promise((_, reject) => {
    signal.addEventListener("abort", () => reject(signal.reason), { once: true });
  });
}

/** What `fetch` of Node rejects with when a connection breaks. */
export function lostReply() {
  return new TypeError("fetch failed", {
    cause: Object.assign(new Error("other side closed"), { code: "UND_ERR_SOCKET" }),
  });
}

/** What `fetch` of Node rejects with when nobody listens. */
export function refused() {
  const cause = Object.assign(new Error("connect ECONNREFUSED 127.0.0.1:1"), { code: "ECONNREFUSED" });
  return new TypeError("fetch failed", { cause });
}

/** The same when there is no such host. */
export function notFound() {
  const cause = Object.assign(new Error("getaddrinfo ENOTFOUND nowhere.example"), { code: "ENOTFOUND" });
  return new TypeError("fetch failed", { cause });
}

/** The same when the host cannot prove who it is. */
export function untrusted() {
  const cause = Object.assign(new Error("self-signed certificate"), { code: "DEPTH_ZERO_SELF_SIGNED_CERT" });
  return new TypeError("fetch failed", { cause });
}

/** The same when there is no connection in time. */
export function unreachable() {
  const cause = Object.assign(new Error("Connect Timeout Error"), { code: "UND_ERR_CONNECT_TIMEOUT" });
  return new TypeError("fetch failed", { cause });
}

/** An error answer of the service. */
export function failure(status, code, message = "What the service says.") {
  const body = `<?xml version="1.0" encoding="utf-8"?><Error><Code>${code}</Code><Message>${message}</Message></Error>`;
  return { status, body, headers: { "x-ms-error-code": code, "x-ms-request-id": "request-1" } };
}

export const emptyPage = { status: 200, body: "<QueueMessagesList/>" };

/** A page of messages with these texts, as a receive returns it. */
export function messagePage(...texts) {
  const messages = texts.map(
    (text, index) =>
      `<QueueMessage><MessageId>id-${index + 1}</MessageId>` +
      "<InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>" +
      "<ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>" +
      `<PopReceipt>receipt-${index + 1}</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible>` +
      `<DequeueCount>1</DequeueCount><MessageText>${text}</MessageText></QueueMessage>`,
  );
  const body = `<?xml version="1.0" encoding="utf-8"?><QueueMessagesList>${messages.join("")}</QueueMessagesList>`;
  return { status: 200, body };
}

/** What a send returns. */
export const sent = {
  status: 201,
  body:
    "<QueueMessagesList><QueueMessage><MessageId>id-1</MessageId>" +
    "<InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>" +
    "<ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>" +
    "<PopReceipt>receipt-1</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:05 GMT</TimeNextVisible>" +
    "</QueueMessage></QueueMessagesList>",
};

/** A page of queues. */
export function queuePage(names, nextMarker = "") {
  const queues = names.map((name) => `<Queue><Name>${name}</Name></Queue>`).join("");
  const marker = nextMarker.replaceAll("&", "&amp;");
  const body = `<EnumerationResults><Queues>${queues}</Queues><NextMarker>${marker}</NextMarker></EnumerationResults>`;
  return { status: 200, body };
}

/** All that an async iterable gives. */
export async function collect(iterable) {
  const items = [];
  for await (const item of iterable) items.push(item);
  return items;
}

/** What a promise rejects with; a promise that is fulfilled fails the test. */
export async function rejection(promise) {
  let value;
  try {
    value = await promise;
  } catch (error) {
    return error;
  }
  throw new Error(`should have rejected, but gave ${JSON.stringify(value)}`);
}

/** What a promise rejects with, or an error that says that it takes too long: for promises that may never settle. */
export async function inTime(promise) {
  let timer;
  const late = new Promise((resolve) => {
    timer = setTimeout(resolve, 2000, new Error("still waiting after 2 s"));
  });
  const error = await Promise.race([rejection(promise), late]);
  clearTimeout(timer);
  return error;
}

/**
 * Known answers of the spec: `knownAnswers("vectors.json")`, or `"errors.json"`. Rows in `deviations.json` have the values
 * that this client gives on purpose.
 */
export function knownAnswers(file) {
  const answers = readVectors(file);
  const sections = Array.isArray(answers) ? { [file]: answers } : answers;
  const { about: _, ...deviations } = readVectors("deviations.json");
  for (const [section, rows] of Object.entries(deviations)) {
    if (!(section in sections)) continue;
    for (const { row, instead } of rows) {
      const found = sections[section].filter((other) => Object.keys(row).every((name) => other[name] === row[name]));
      if (found.length === 0) throw new Error(`${section} has no row ${JSON.stringify(row)}`);
      for (const other of found) Object.assign(other, instead);
    }
  }
  return answers;
}

function readVectors(file) {
  return JSON.parse(readFileSync(new URL(`../vectors/${file}`, import.meta.url), "utf8"));
}
