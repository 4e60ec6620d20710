// What an account key signs, against what the official clients sign.
//
// The vectors' queue "q1" is too short for the service, and we refuse it. So each text is shown to be what was signed,
// with node:crypto, and the same text for the queue "queue1" is then expected of us.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { afterEach, beforeEach, describe, mock, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { collect, failure, knownAnswers, rejection, script } from "../support/script.mjs";

const vectors = knownAnswers("vectors.json");
const now = new Date("2026-01-02T03:04:05Z");
const clientRequestId = "11111111-2222-3333-4444-555555555555";
const signed = (account, key, text) =>
  `SharedKey ${account}:${createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64")}`;

beforeEach(() => mock.timers.enable({ apis: ["Date"], now }));
afterEach(() => mock.timers.reset());

const message = ["aaaaaaaa-1111-2222-3333-bbbbbbbbbbbb", "AgAAAAMAAAAAAAAA+x/Yz1=="];
const listed = { nameStartsWith: "pre fix/é", resultsPerPage: 5, includeMetadata: true, timeout: 20 };
const custom = { "x-ms-foo": "bar", "x-other": "o", "if-match": '"etag"', "content-md5": "abc==" };

/** What makes the request of each vector. */
const calls = {
  "GET list queues (query sorted, value url-decoded)": (service, _, id) =>
    collect(service.listQueues({ ...listed, ...id })),
  "GET service properties": (service, _, id) => service.getServiceProperties(id),
  "PUT service properties (content-length, content-type)": (service, _, id) =>
    service.setServiceProperties({ cors: [] }, id),
  "PUT create queue with metadata": (_, queue, id) => queue.createQueue(id),
  "PUT set ACL": (_, queue, id) => queue.setQueueAccessPolicy({ i: { expiry: "2030-01-01", permission: "raup" } }, id),
  "PUT clear ACL (empty body: content-length line empty)": (_, queue, id) => queue.setQueueAccessPolicy({}, id),
  "GET receive": (_, queue, id) => collect(queue.receiveMessages({ messagesPerPage: 1, visibilityTimeout: 30, ...id })),
  "GET peek": (_, queue, id) => queue.peekMessages({ maxMessages: 4, ...id }),
  "PUT update message without content": (_, queue, id) =>
    queue.updateMessage(message[0], { popReceipt: message[1], visibilityTimeout: 0, ...id }),
  "DELETE message": (_, queue, id) => queue.deleteMessage(message[0], { popReceipt: message[1], ...id }),
  "DELETE queue": (_, queue, id) => queue.deleteQueue({ timeout: 7, ...id }),
  "emulator service level": (service, _, id) => service.getServiceProperties(id),
  "extra custom headers (x-ms-* signed, others not; If-Match and Content-MD5 lines)": (_, queue, id) =>
    queue.getQueueProperties({ headers: custom, ...id }),
};
// The service has no such names, and the client refuses them: in the core alone.
const refusedHere = "GET properties; queue name needing path escapes";

describe("known answers: shared_key", () => {
  test("all are here", () => {
    const names = vectors.shared_key.map(({ name }) => name);
    assert.deepEqual(names.sort(), [...Object.keys(calls), refusedHere].sort());
  });

  for (const { name, account, key, url, body, string_to_sign: known, authorization } of vectors.shared_key) {
    if (name === refusedHere) continue;
    test(name, async () => {
      assert.equal(signed(account, key, known), authorization, "the vector is signed as we think");
      const fetch = script({ status: 418 });
      const { protocol, host, pathname } = new URL(url);
      const address = `${protocol}//${host}${pathname.startsWith("/devstore") ? "/devstoreaccount1" : ""}`;
      const options = { fetch, serviceVersion: "2026-10-06", retry: { mode: "none" } };
      const credential = { accountName: account, accountKey: key };
      const service = new QueueServiceClient(address, credential, options);
      const queue = new QueueClient(address, "queue1", credential, options);
      await rejection(calls[name](service, queue, { clientRequestId }));

      const [{ headers, body: sentBody }] = fetch.requests;
      let expected = known.replace("/q1", "/queue1");
      // Our XML is as long as it is; there is a length if and only if there is a body.
      assert.equal(sentBody === "", body === "");
      if (body !== "") expected = expected.replace(/^(PUT\n\n\n)\d+\n/, `$1${Buffer.byteLength(sentBody)}\n`);
      assert.equal(headers.authorization, signed(account, key, expected));
    });
  }
});

test("known answers: header_sort, by the weights of a .NET culture", async () => {
  const { input, sorted } = vectors.header_sort;
  const ours = {
    "x-ms-date": now.toUTCString(),
    "x-ms-version": "2020-12-06",
    "x-ms-client-request-id": clientRequestId,
  };
  const headers = Object.fromEntries(input.filter((name) => !(name in ours)).map((name, index) => [name, `${index}`]));
  const fetch = script({ status: 418 });
  const { key_base64: key } = vectors.constants;
  const queue = new QueueClient("https://myacct.queue.core.windows.net", "queue1", key, {
    fetch,
    retry: { mode: "none" },
  });
  await rejection(queue.clearMessages({ headers, clientRequestId }));
  const lines = sorted.map((name) => `${name}:${{ ...headers, ...ours }[name]}\n`).join("");
  const expected = signed("myacct", key, `DELETE${"\n".repeat(12)}${lines}/myacct/queue1/messages`);
  assert.equal(fetch.requests[0].headers.authorization, expected);
});

describe("each attempt", () => {
  const { key_base64: key } = vectors.constants;
  const busy = failure(503, "ServerBusy");
  const texts = ({ requests }) => requests.map(({ headers }) => [headers["x-ms-date"], headers.authorization]);

  test("is dated and signed anew", async () => {
    const fetch = script(busy, busy, { status: 204 });
    const onRetry = () => mock.timers.tick(1000);
    const queue = new QueueClient("https://myacct.queue.core.windows.net", "queue1", key, {
      fetch,
      retry: { delay: 0 },
      onRetry,
    });
    await queue.clearMessages();
    const dates = ["03:04:05", "03:04:06", "03:04:07"].map((time) => `Fri, 02 Jan 2026 ${time} GMT`);
    assert.deepEqual(
      texts(fetch).map(([date]) => date),
      dates,
    );
    assert.equal(new Set(texts(fetch).map(([, authorization]) => authorization)).size, 3);
  });

  for (const [what, url, location, resource] of [
    [
      "a secondary endpoint is signed with the account's own name",
      "https://myacct.queue.core.windows.net",
      "secondary",
      "/myacct/queue1",
    ],
    ["an emulator's account stands there twice", "http://127.0.0.1:10001/myacct", "primary", "/myacct/myacct/queue1"],
    ["a custom domain is signed with the credential's name", "https://queues.example.com", "primary", "/myacct/queue1"],
  ]) {
    test(what, async () => {
      const fetch = script({ status: 418 });
      const credential = { accountName: "myacct", accountKey: key };
      const queue = new QueueClient(url, "queue1", credential, { fetch, retry: { mode: "none" } });
      queue.locationMode = location;
      await rejection(queue.getQueueProperties({ clientRequestId }));
      const lines = `x-ms-client-request-id:${clientRequestId}\nx-ms-date:${now.toUTCString()}\nx-ms-version:2020-12-06\n`;
      const expected = signed("myacct", key, `GET${"\n".repeat(12)}${lines}${resource}\ncomp:metadata`);
      assert.equal(fetch.requests[0].headers.authorization, expected);
    });
  }
});
