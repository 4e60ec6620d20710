// Producers and consumers at work through the proxy, a share of whose requests meets a fault.

import { setTimeout as sleep } from "node:timers/promises";
import { randomFaults } from "./chance.mjs";
import { QueueClient } from "./entry.mjs";
import { faults } from "./faults.mjs";
import { Ledger } from "./ledger.mjs";
import { startProxy } from "./proxy.mjs";

/** Seconds for which a received message is its consumer's. */
const lease = 5;
/** All that a consumer begins it ends within its lease, whatever happens. */
const limits = { retry: { delay: 0.05, maxDelay: 0.5 }, tryTimeout: 0.8, deadline: 3 };
/** Azurite takes longer for a receive, the more messages there are. */
const mostOutstanding = 200;
const minutesWithoutProgress = 1;

/** These would only cost time: they are tested by themselves. */
const { "endless body": _, "endless gzip": __, ...used } = faults;

/**
 * Sends so many messages, each with a content of its own, and consumes them: receive, handle, delete.
 *
 * @param {{
 *   azurite: { url: string, connectionString: string }, seed: string, messages: number, share?: number,
 *   options?: object,
 * }} run `options` are those of the client
 * @returns figures, and in `violations` what must not be
 */
export async function consume({ azurite, seed, messages, share = 0.1, options }) {
  const proxy = await startProxy(azurite.url, randomFaults({ seed, share, faults: Object.values(used) }));
  const through = (url, more) =>
    QueueClient.fromConnectionString(azurite.connectionString.replaceAll(azurite.url, url), "orders", more);
  const queue = through(proxy.url, { ...limits, ...options });
  const direct = through(azurite.url);
  await direct.createQueueIfNotExists();
  await direct.clearMessages();

  const ledger = new Ledger();
  let next = 0;
  let consuming = true;

  async function produce() {
    while (next < messages) {
      const id = `message-${next++}`;
      while (ledger.outstanding > mostOutstanding) await sleep(10);
      await queue.sendMessage(id).then(
        () => ledger.sent(id),
        (error) => ledger.sendFailed(id, error),
      );
    }
  }

  async function receive() {
    while (consuming) {
      try {
        const pages = queue.receiveMessages({ messagesPerPage: 16, visibilityTimeout: lease }).byPage();
        for await (const { items } of pages) await Promise.all(items.map(handle));
      } catch (error) {
        ledger.failed("receive", error);
      }
      // Nothing there, or nothing to be had.
      await sleep(20);
    }
  }

  async function handle(message) {
    // Of a message that came late the lease may end before it is deleted; it comes again.
    if (message.nextVisibleOn - Date.now() < limits.deadline * 1000) return ledger.counts.skipped++;
    ledger.handle(message.content);
    await queue.deleteMessage(message).then(
      () => ledger.acknowledge(message.content),
      (error) => ledger.failed("delete", error),
    );
  }

  /** Waits until the queue is empty, or until nothing happens any more. */
  async function drained() {
    // What its sender has given up may still arrive.
    await proxy.settled();
    let left = Number.POSITIVE_INFINITY;
    let changed = Date.now();
    while (left > 0 && Date.now() - changed < minutesWithoutProgress * 60_000) {
      const { approximateMessageCount: count } = await direct.getQueueProperties();
      if (count !== left) changed = Date.now();
      left = count;
      await sleep(50);
    }
    if (left > 0) ledger.violations.push(`${left} messages are left in the queue`);
  }

  try {
    const consumers = Array.from({ length: 4 }, receive);
    const all = Promise.all(consumers);
    await Promise.race([all, Promise.all(Array.from({ length: 4 }, produce)).then(drained)]);
    consuming = false;
    await all;
    ledger.audit(
      proxy.log,
      ({ method, body }) => method === "POST" && /<MessageText>(.*)<\/MessageText>/.exec(body)?.[1],
    );
    return figures(seed, ledger, proxy.log);
  } finally {
    consuming = false;
    await proxy.stop();
  }
}

function figures(seed, { counts, errors, violations }, log) {
  const faulty = log.filter(({ fault }) => fault !== undefined);
  const byFault = Object.fromEntries(Object.keys(used).map((name) => [name, 0]));
  for (const { fault } of faulty) byFault[fault]++;
  return { seed, requests: log.length, faulty: faulty.length, byFault, ...counts, errors, violations };
}
