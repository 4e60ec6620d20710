// Drains queues with so many requests in flight: prints as JSON how many messages were received and deleted, how many a
// second, and the CPU time that each took in microseconds. Before, it drains one that answers at once and never ends, for so
// many seconds of CPU time: with one request in flight V8 would otherwise have compiled next to nothing by the end, and with
// many nearly all.

import { message } from "./answers.mjs";
import { sas } from "./clients/given.mjs";

const { client, url, inFlight, queues, seconds, warm } = JSON.parse(process.argv[2]);

/** For each client, a function that gives what receives 32 messages of a queue and what deletes one of them. */
const drains = {
  /** Bare `node:http`, which counts the messages and looks at none. */
  async http() {
    const { asking } = await import("./clients/http.mjs");
    const ask = asking(url);
    return (name) => {
      const receive = ask({ method: "GET", path: `/${name}/messages?numofmessages=32` });
      const remove = ask({
        method: "DELETE",
        path: `/${name}/messages/${message.id}?popreceipt=${message.popReceipt}`,
      });
      return { receive: async () => (await receive()).match(/<QueueMessage>/g) ?? [], remove };
    };
  },
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
        remove: (received) => queue.deleteMessage(received),
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
const cpu = (since) => {
  const { user, system } = process.cpuUsage(since);
  return user + system;
};

const endless = open("endless");
while (cpu() < warm * 1e6) for (const received of await endless.receive()) await endless.remove(received);

const [begun, before] = [performance.now(), process.cpuUsage()];
const end = begun + seconds * 1000;
let count = 0;

/** Receives from the queues in turn, and deletes, one request after the other, until nothing is left or the time is over. */
async function worker(first) {
  const left = all.map((_, i) => all[(first + i) % all.length]);
  while (left.length > 0 && performance.now() < end) {
    const queue = left.shift();
    const messages = await queue.receive();
    if (messages.length > 0) left.push(queue);
    for (const received of messages) {
      if (performance.now() >= end) return;
      await queue.remove(received);
      count++;
    }
  }
}

await Promise.all(Array.from({ length: inFlight }, (_, i) => worker(i)));
const perSecond = (count / (performance.now() - begun)) * 1000;
console.log(JSON.stringify({ count, perSecond, micros: cpu(before) / count }));
process.exit();
