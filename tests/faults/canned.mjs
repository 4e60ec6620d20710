// A service in a process of its own, whose answers are canned: most of them right, some busy, broken or missing.

import { createServer } from "node:http";
import { failure, messagePage, queuePage, sent } from "../support/script.mjs";

const updated = {
  status: 204,
  headers: { "x-ms-popreceipt": "receipt-2", "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:05 GMT" },
};

/** What an operation is answered, by method and path. */
function rightAnswer({ method, url }) {
  if (url.includes("comp=list")) return queuePage(["orders", "emails"]);
  if (method === "POST") return sent;
  if (method === "PUT") return updated;
  if (method === "DELETE") return { status: 204 };
  return url.includes("peekonly=true") ? messagePage("one", "two") : messagePage("one");
}

/** Every so many requests one is answered in a way of its own; two at once are rare, as these are primes. */
const odd = new Map([
  [31, (response) => response.destroy()],
  [41, (response) => answer(response, failure(503, "ServerBusy"))],
  [43, (response) => answer(response, failure(500, "InternalError"))],
  [47, (response) => answer(response, failure(404, "QueueNotFound"))],
  [53, (response) => answer(response, { status: 200, body: "<html>" })],
  [59, (response) => response.writeHead(200, { "content-length": 1000 }).write("<Queue", () => response.destroy())],
]);

function answer(response, { status, headers, body = "" }) {
  response.writeHead(status, headers).end(body);
}

let requests = 0;
const server = createServer((request, response) => {
  const number = ++requests;
  request.resume().on("end", () => {
    if (request.url.includes("/silent/")) return;
    const every = [...odd.keys()].find((prime) => number % prime === 0);
    if (every) odd.get(every)(response);
    else answer(response, rightAnswer(request));
  });
});
server.keepAliveTimeout = 60_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
// It ends with the process that started it.
process.on("disconnect", () => process.exit());
