// Drains queues with so many requests in flight: prints as JSON how many messages were received and deleted, how many a
// second, and the CPU time that each took in microseconds.

import { sas } from "./clients/given.mjs";

const { client, url, inFlight, queues, seconds } = JSON.parse(process.argv[2]);

/** For each client, a function that gives what receives 32 messages of a queue and what deletes one of them. */
const drains = {
  async ours() {
    const { QueueServiceClient } = await import("azure-queue-wasm");
    const service = new QueueServiceClient(url, sas);
    return (name) => {
      const queue = service.getQueueClient(name);
      return {
        async receive() {
          for await (const { items } of queue.receiveMessages({ messagesPerPage: 32 }).byPage()) return items;
          return [];
        },
        remove: (message) => queue.deleteMessage(message),
      };
    };
  },
  async official() {
    const { QueueServiceClient } = await import("@azure/storage-queue");
    const service = new QueueServiceClient(`${url}?${sas}`);
    return (name) => {
      const queue = service.getQueueClient(name);
      return {
        receive: async () => (await queue.receiveMessages({ numberOfMessages: 32 })).receivedMessageItems,
        remove: ({ messageId, popReceipt }) => queue.deleteMessage(messageId, popReceipt),
      };
    };
  },
};

const open = await drains[client]();
const all = Array.from({ length: queues }, (_, i) => open(`queue${i}`));
const begun = performance.now();
const end = begun + seconds * 1000;
let count = 0;

/** Receives from the queues in turn, and deletes, one request after the other, until nothing is left or the time is over. */
async function worker(first) {
  const left = all.map((_, i) => all[(first + i) % all.length]);
  while (left.length > 0 && performance.now() < end) {
    const queue = left.shift();
    const messages = await queue.receive();
    if (messages.length > 0) left.push(queue);
    for (const message of messages) {
      if (performance.now() >= end) return;
      await queue.remove(message);
      count++;
    }
  }
}

const before = process.cpuUsage();
await Promise.all(Array.from({ length: inFlight }, (_, i) => worker(i)));
const { user, system } = process.cpuUsage(before);
const perSecond = (count / (performance.now() - begun)) * 1000;
console.log(JSON.stringify({ count, perSecond, micros: (user + system) / count }));
process.exit();
