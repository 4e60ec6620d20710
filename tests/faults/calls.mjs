// Calls of each kind, between a client and Azurite with the proxy between them, and what the service has done of them.

import assert from "node:assert/strict";
import { collect } from "../support/script.mjs";
import { QueueServiceClient } from "./entry.mjs";
import { startProxy } from "./proxy.mjs";

/** What is called, and `done`: what of it the service has done, as a client past the proxy finds it. */
export const calls = {
  listQueues: {
    kind: "read",
    run: ({ service }) => collect(service.listQueues()),
    check: (queues) => assert.ok(queues.length > 0),
  },
  peekMessages: {
    kind: "read",
    run: ({ queue }) => queue.peekMessages(),
    check: (messages) => assert.deepEqual(textsOf(messages), ["old"]),
  },
  sendMessage: {
    kind: "take",
    run: ({ queue }) => queue.sendMessage("new"),
    check: ({ id }) => assert.match(id, /^[0-9a-f-]{36}$/),
    done: async (direct) => textsOf(await direct.peekMessages({ maxMessages: 32 })).filter((it) => it === "new").length,
  },
  receiveMessages: {
    kind: "take",
    run: ({ queue }) => collect(queue.receiveMessages({ maxMessages: 1 })),
    check: (messages) => assert.deepEqual(textsOf(messages), ["old"]),
    done: async (direct) => ((await direct.peekMessages()).length === 0 ? 1 : 0),
  },
  updateMessage: {
    kind: "update",
    run: ({ queue, message }) => queue.updateMessage(message, { content: "new", visibilityTimeout: 0 }),
    check: ({ popReceipt }) => assert.ok(popReceipt.length > 0),
    done: async (direct) => textsOf(await direct.peekMessages()).filter((it) => it === "new").length,
    needsMessage: true,
  },
  deleteMessage: {
    kind: "delete",
    run: ({ queue, message }) => queue.deleteMessage(message),
    check: (nothing) => assert.equal(nothing, undefined),
    done: async (direct) => 1 - (await direct.getQueueProperties()).approximateMessageCount,
    needsMessage: true,
  },
};

const textsOf = (messages) => messages.map(({ content }) => content);

/** A queue of this name, behind a proxy of its own. */
export async function startScene(azurite, name) {
  const proxy = await startProxy(azurite.url);
  const direct = QueueServiceClient.fromConnectionString(azurite.connectionString).getQueueClient(name.toLowerCase());
  await direct.createQueueIfNotExists();
  const throughProxy = azurite.connectionString.replaceAll(azurite.url, proxy.url);
  return {
    proxy,
    /** The queue past the proxy. */
    direct,
    /** The service and the queue through the proxy, with these options of clients. */
    clientWith(options) {
      const service = QueueServiceClient.fromConnectionString(throughProxy, { retry: { delay: 0.01 }, ...options });
      return { service, queue: service.getQueueClient(name.toLowerCase()) };
    },
    /** Leaves one message in the queue, and receives it where the call is to do something with it. */
    async prepare({ needsMessage }) {
      await direct.clearMessages();
      await direct.sendMessage("old");
      return needsMessage ? await direct.receiveMessage() : undefined;
    },
  };
}
