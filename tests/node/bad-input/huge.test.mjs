// Texts of 100 million characters in every place where a program may put one by mistake: refused for their length,
// before they are copied.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { generateQueueSas, parseSas, QueueClient, QueueServiceClient } from "../../../dist/index.js";
import { allowed, fetch, range, refusals, type } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";

// Flat: a text that is only put together of others would grow by the first look at it.
const huge = Buffer.alloc(100_000_000, "x").toString("latin1");
const { url, sas } = account;
const service = new QueueServiceClient(url, sas, { fetch });
const queue = new QueueClient(url, "orders", sas, { fetch });
const encoded = new QueueClient(url, "orders", sas, { fetch, messageEncoding: "base64" });
const content = "well-formed text, or bytes, of at most 65536 bytes after encoding";
const length = "a text of 100000000 characters";
const refused = (argument) => range(argument, allowed.fit, length);

const rows = [
  ["content", () => queue.sendMessage(huge), range("content", content, length)],
  ["content in Base64", () => encoded.sendMessage(huge), range("content", content, length)],
  ["bytes", () => queue.sendMessage(new Uint8Array(100_000_000)), range("content", content, "100000000 bytes")],
  ["a metadata value", () => queue.setQueueMetadata({ a: huge }), refused("metadata")],
  ["a metadata name", () => queue.setQueueMetadata({ [huge]: "a" }), refused("metadata")],
  [
    "a metadata name without text",
    () => queue.setQueueMetadata({ [huge]: 5 }),
    type("metadata", allowed.texts, `5 for ${length}`),
  ],
  ["a queue's name", () => service.getQueueClient(huge), refused("queueName")],
  ["a connection string", () => QueueServiceClient.fromConnectionString(huge), refused("connectionString")],
  ["an address", () => new QueueServiceClient(huge), refused("accountUrl")],
  ["a credential", () => new QueueServiceClient(url, huge), refused("credential")],
  [
    "an account's key",
    () => new QueueServiceClient(url, { accountName: "a", accountKey: huge }),
    refused("credential"),
  ],
  ["a SAS to be read", () => parseSas(huge), refused("sas")],
  ["a SAS in place of another", () => service.updateSas(huge), refused("sas")],
  [
    "a key to sign with",
    () => generateQueueSas({ accountName: "a", queueName: "orders", accountKey: huge }),
    refused("accountKey"),
  ],
  ["a pop receipt", () => queue.deleteMessage("id", { popReceipt: huge }), refused("popReceipt")],
  ["a message's id", () => queue.deleteMessage(huge, { popReceipt: "r" }), refused("message")],
  ["a header", () => queue.exists({ headers: { "x-a": huge } }), refused("headers")],
  ["a client request id", () => queue.exists({ clientRequestId: huge }), refused("clientRequestId")],
  ["a prefix", () => service.listQueues({ nameStartsWith: huge }), refused("nameStartsWith")],
  ["a number", () => queue.exists({ timeout: huge }), type("timeout", "a whole number of seconds from 1 on", length)],
  ["a moment", () => generateQueueSas({ accountName: "a", expiry: huge }), range("expiry", allowed.moment, length)],
];

describe("texts of 100 million characters", () => {
  refusals(rows);

  test("are not copied for it", async () => {
    const before = process.memoryUsage();
    for (const [, call] of rows) await assert.rejects(async () => call());
    const after = process.memoryUsage();
    // The bytes of their one row may still be there, and small things beside them; a copy would be as large again.
    assert.ok(after.arrayBuffers - before.arrayBuffers < 200_000_000);
    assert.ok(after.heapUsed - before.heapUsed < 100_000_000);
    // 1 GB, in kB.
    assert.ok(process.resourceUsage().maxRSS < 1_000_000, `${process.resourceUsage().maxRSS} kB at most`);
  });
});
