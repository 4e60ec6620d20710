// This package, with a SAS or an account key.

import { generateQueueSas, QueueServiceClient } from "azure-queue-wasm";
import { message, text } from "../answers.mjs";
import { account, expiry, queuesOf, sas, sumOf } from "./given.mjs";

export async function ours({ url, answer, key }) {
  const options = answer ? { fetch: async () => answer() } : {};
  const service = new QueueServiceClient(url, key ?? sas, options);
  const queue = queuesOf((name) => service.getQueueClient(name));
  const encoded = service.getQueueClient("base64x32", { messageEncoding: "base64" });
  const content = (messages) => sumOf(messages, ({ content }) => content.length + 1);
  const page = async (name, messagesPerPage) => {
    for await (const { items } of queue[name].receiveMessages({ messagesPerPage }).byPage()) return content(items);
  };
  const { id, popReceipt } = message;
  return {
    send: async () => (await queue.send.sendMessage(text)).id.length,
    receive: async () => (await queue.receive.receiveMessage()).content.length + 1,
    receive32: () => page("receive32", 32),
    large32: () => page("large32", 32),
    entities32: () => page("entities32", 32),
    peek32: async () => content(await queue.peek32.peekMessages({ maxMessages: 32 })),
    async list5000() {
      for await (const { items } of service.listQueues({ includeMetadata: true }).byPage()) {
        return sumOf(items, ({ name, metadata }) => name.length + Object.keys(metadata).length);
      }
    },
    update: async () => {
      const options = { popReceipt, content: text, visibilityTimeout: 30 };
      return (await queue.update.updateMessage(id, options)).popReceipt.length;
    },
    async base64x32() {
      for await (const { items } of encoded.receiveMessages({ messagesPerPage: 32 }).byPage()) return content(items);
    },
    sas: async () => {
      const permission = { read: true, process: true };
      return Number(generateQueueSas({ ...account, queueName: "orders", permission, expiry }).includes("sig="));
    },
    async cycle() {
      await queue.cycle.sendMessage(text);
      const received = await queue.cycle.receiveMessage();
      const updated = await queue.cycle.updateMessage(received, { content: text, visibilityTimeout: 30 });
      await queue.cycle.deleteMessage(updated);
      return 1;
    },
    delete: () => queue.delete.deleteMessage(id, { popReceipt }).then(() => 1),
  };
}
