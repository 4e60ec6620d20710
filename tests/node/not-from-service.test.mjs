// Answers that a proxy, a login page or another server gave in the place of the queue service.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAzureError, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, collect, rejection, script } from "../support/script.mjs";

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
        assert.match(error.message, /This answer did not come from the queue service\./);
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
      await call(clientsWith(crossOrigin(success, null)));
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
      assert.match(error.message, /This answer did not come from the queue service\./);
      assert.match(error.message, advice);
      assert.equal(error.code, "NotFromService");
    });
  }
});
