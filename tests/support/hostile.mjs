// A service, or what is in its place, at its worst: one hostile answer, and then good ones.

import assert from "node:assert/strict";
import { isAzureError, QueueClient } from "../../dist/index.js";
import { account, messagePage, rejection } from "./script.mjs";

const once = { mode: "none" };

/** A response, whatever its status: the platform's own class refuses those that no service should use. */
export function response(status, body = "", headers = {}) {
  const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
  return {
    status,
    statusText: "",
    headers: new Headers(headers),
    body: null,
    arrayBuffer: async () => bytes.slice().buffer,
  };
}

/** A client whose `fetch` answers with this function the first time, and with a message from then on. */
export function clientOf(answer, options) {
  let requests = 0;
  const fetch = async (url, init) => {
    requests++;
    if (requests === 1) return answer(url, init);
    return response(200, messagePage("fine").body);
  };
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry: once, ...options });
  return { queue, requests: () => requests };
}

const peek = (queue) => queue.peekMessages();

/** The error of a call that is answered so; the next call of the same client is a good one. */
export async function errorOf(answer, { call = peek, options } = {}) {
  const { queue, requests } = clientOf(answer, options);
  const error = await rejection(call(queue));
  assert.ok(isAzureError(error), `${error}`);
  assert.ok(error.message.length > 10 && error.message.length < 1000, error.message);
  assert.equal(requests(), 1);
  assert.equal((await queue.receiveMessage()).content, "fine");
  return error;
}
