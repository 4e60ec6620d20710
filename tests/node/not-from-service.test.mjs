// Answers that a proxy, a login page or another server gave in the place of the queue service.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAzureError, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, collect, lostReply, rejection, script } from "../support/script.mjs";

const page = "<!DOCTYPE html><html><body>Sign in</body></html>";
const receipt = { popReceipt: "r" };
const expiry = new Date(Date.now() + 3_600_000);
const token = { getToken: async () => ({ token: "token-1", expiresOnTimestamp: 9e12 }) };

/** Every operation with the status of its success: whether it reads, and whether it may be made again. */
const operations = [
  ["createQueue", 201, { again: true }, ({ queue }) => queue.createQueue()],
  ["createQueueIfNotExists", 201, { again: true }, ({ queue }) => queue.createQueueIfNotExists()],
  ["deleteQueue", 204, { again: true }, ({ queue }) => queue.deleteQueue()],
  ["deleteQueueIfExists", 204, { again: true }, ({ queue }) => queue.deleteQueueIfExists()],
  ["exists", 200, { reads: true }, ({ queue }) => queue.exists()],
  ["getQueueProperties", 200, { reads: true }, ({ queue }) => queue.getQueueProperties()],
  ["setQueueMetadata", 204, { again: true }, ({ queue }) => queue.setQueueMetadata({ a: "1" })],
  ["getQueueAccessPolicy", 200, { reads: true }, ({ queue }) => queue.getQueueAccessPolicy()],
  ["setQueueAccessPolicy", 204, { again: true }, ({ queue }) => queue.setQueueAccessPolicy({})],
  ["sendMessage", 201, {}, ({ queue }) => queue.sendMessage("x")],
  ["receiveMessage", 200, {}, ({ queue }) => queue.receiveMessage()],
  ["receiveMessages", 200, {}, ({ queue }) => collect(queue.receiveMessages())],
  ["peekMessages", 200, { reads: true }, ({ queue }) => queue.peekMessages()],
  ["updateMessage", 204, {}, ({ queue }) => queue.updateMessage("id", { ...receipt, content: "x" })],
  ["updateVisibilityTimeout", 204, {}, ({ queue }) => queue.updateVisibilityTimeout("id", 30, receipt)],
  ["deleteMessage", 204, { again: true }, ({ queue }) => queue.deleteMessage("id", receipt)],
  ["clearMessages", 204, { again: true }, ({ queue }) => queue.clearMessages()],
  ["listQueues", 200, { reads: true }, ({ service }) => collect(service.listQueues())],
  ["getServiceProperties", 200, { reads: true }, ({ service }) => service.getServiceProperties()],
  ["setServiceProperties", 202, { again: true }, ({ service }) => service.setServiceProperties({ cors: [] })],
  ["getServiceStats", 200, { reads: true }, ({ service }) => service.getServiceStats()],
  ["getUserDelegationKey", 200, { reads: true }, ({ service }) => service.getUserDelegationKey({ expiry })],
];

function clientsWith(fetch) {
  const service = new QueueServiceClient(account.url, token, { fetch });
  return { service, queue: service.getQueueClient("orders") };
}

for (const [name, success, { reads, again }, call] of operations) {
  describe(name, () => {
    for (const [what, status, body] of [
      ["a page with status 200", 200, page],
      ["an empty answer with status 204", 204, null],
      ["an empty answer with status 201", 201, null],
      ["an empty answer with the status of its success", success, null],
      ["a page with the status of its success", success, success === 204 ? null : page],
    ]) {
      test(`does not succeed by ${what} that has no header of the service`, async () => {
        const fetch = script({ stranger: true, status, body, headers: { "content-type": "text/html" } });
        const error = await rejection(call(clientsWith(fetch)));
        assert.equal(error.name, reads ? "ServiceResponseError" : "AmbiguousOutcomeError");
        assert.ok(isAzureError(error, "ServiceResponseError"));
        assert.deepEqual([error.code, error.statusCode], ["NotFromService", status]);
        assert.match(error.message, /Nothing in this answer shows that it came from the queue service\./);
        assert.equal(error.retryable, reads || again === true);
        assert.equal(fetch.requests.length, 1);
      });
    }
  });
}

/** What a browser gives to a page of another origin: headers that the CORS rule does not expose are missing. */
function crossOrigin(status, body) {
  const response = new Response(body, { status });
  Object.defineProperty(response, "type", { value: "cors" });
  return async () => response;
}

describe("a page of another origin that may read no header", () => {
  for (const [name, success, { again }, call] of operations) {
    if (!again && name !== "exists") continue;
    test(`takes the status of ${name} for its success`, async () => {
      const results = {
        exists: true,
        createQueueIfNotExists: { created: true },
        deleteQueueIfExists: { deleted: true },
      };
      assert.deepEqual(await call(clientsWith(crossOrigin(success, null))), results[name]);
    });
  }

  test("does not take a page with status 200 for an existing queue", async () => {
    const error = await rejection(clientsWith(crossOrigin(200, page)).queue.exists());
    assert.deepEqual([error.name, error.code], ["ServiceResponseError", "NotFromService"]);
  });
});

describe("a refusal that is not the service's says so", () => {
  for (const [status, advice] of [
    [401, /A proxy, a gateway or a firewall on the way refused the request\.$/],
    [403, /A proxy, a gateway or a firewall on the way refused the request\.$/],
    [404, /Check the URL, and whether a proxy or a login page of this network answers in its place\.$/],
    [407, /A proxy asks for authentication of its own\.$/],
    [502, /A proxy or a gateway on the way did not reach the service, or did not wait for it\.$/],
  ]) {
    test(`with status ${status}`, async () => {
      const fetch = script({ stranger: true, status, body: page });
      const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry: { mode: "none" } });
      const error = await rejection(queue.peekMessages());
      assert.match(error.message, /Nothing in this answer shows that it came from the queue service\./);
      assert.match(error.message, advice);
      assert.deepEqual([error.name, error.code], ["HttpResponseError", "NotFromService"]);
    });
  }
});

describe("a page with a header that other Microsoft services have", () => {
  for (const [name, success, { again }, call] of operations) {
    if ((!again && name !== "exists") || success === 204) continue;
    test(`is no evidence for ${name}`, async () => {
      const fetch = script({ stranger: true, status: success, body: page, headers: { "x-ms-request-id": "r-1" } });
      const error = await rejection(call(clientsWith(fetch)));
      assert.equal(error.code, "NotFromService");
    });
  }
});

test("a refusal that a page of another origin sees no header of is not blamed on another server", async () => {
  for (const call of [({ queue }) => queue.peekMessages(), ({ queue }) => queue.exists()]) {
    const error = await rejection(call(clientsWith(crossOrigin(403, null))));
    assert.deepEqual([error.name, error.code], ["HttpResponseError", undefined]);
  }
});

test("a page with status 404 after a lost reply leaves the outcome of a delete unknown", async () => {
  const fetch = script(lostReply(), { stranger: true, status: 404, body: page });
  const retry = { delay: 0 };
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch, retry });
  const error = await rejection(queue.deleteMessage("id", receipt));
  assert.deepEqual([error.name, error.code, error.retryable], ["AmbiguousOutcomeError", "NotFromService", true]);
});
