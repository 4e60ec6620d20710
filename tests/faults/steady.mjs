// Very many operations in one process, some of which fail, time out or are aborted: what there is more of afterwards.

import { fork } from "node:child_process";
import { getEventListeners, once } from "node:events";
import { fileURLToPath } from "node:url";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import { collect } from "../support/script.mjs";
import { chance } from "./chance.mjs";
import { QueueClient, QueueServiceClient } from "./entry.mjs";
import { wasmExports } from "./wasm-exports.mjs";

const parts = 10;
const atOnce = 16;

/** By how much there may be more at the end than in the middle: a machine in use is never quite still. */
const allowed = {
  heapUsed: 1024 * 1024,
  external: 1024 * 1024,
  wasmMemory: 65_536,
  // By so many at once a table grows.
  wasmTables: 128,
  timers: 0,
  resources: 0,
  listeners: 0,
};

/**
 * Makes so many calls and measures now and then, when none is under way.
 *
 * @param {{ operations: number, seed: string, tell?: (line: string) => void }} run
 * @returns the counts of what came of the calls, and the measures
 */
export async function steady({ operations, seed, tell = () => {} }) {
  const server = fork(fileURLToPath(new URL("canned.mjs", import.meta.url)), {
    stdio: ["ignore", "inherit", "inherit", "ipc"],
  });
  try {
    const [port] = await once(server, "message");
    const url = `http://127.0.0.1:${port}/devstoreaccount1`;
    // The time for an attempt is long: timers that are left behind are still there when they are counted.
    const options = { retry: { delay: 0.001, maxTries: 2 }, tryTimeout: 3600, deadline: 3600 };
    const service = new QueueServiceClient(url, "sv=2020-12-06&sig=x", options);
    // One signal for all, such as that of a program's end.
    const { signal } = new AbortController();
    const silent = new QueueClient(url, "silent", "sv=2020-12-06&sig=x", { retry: { mode: "none" }, tryTimeout: 0.05 });
    const calls = callsOf(service, silent, signal);

    const counts = {};
    const taken = [];
    for (let part = 0, number = 0; part < parts; part++) {
      const end = Math.round((operations * (part + 1)) / parts);
      const work = async () => {
        while (number < end) {
          const name = await outcome(calls, seed, number++);
          counts[name] = (counts[name] ?? 0) + 1;
        }
      };
      await Promise.all(Array.from({ length: atOnce }, work));
      const measure = { operations: number, ...(await measured(signal)) };
      tell(JSON.stringify(measure));
      taken.push(measure);
    }
    return { counts, measures: taken };
  } finally {
    server.disconnect();
    await once(server, "exit");
  }
}

function callsOf(service, silent, signal) {
  const queue = service.getQueueClient("orders");
  const message = { id: "id-1", popReceipt: "receipt-1" };
  return [
    () => queue.sendMessage("two cups of tea", { signal }),
    () => queue.receiveMessage({ signal }),
    () => queue.peekMessages({ maxMessages: 2, signal }),
    () => queue.updateMessage(message, { content: "three", signal }),
    () => queue.deleteMessage(message, { signal }),
    () => collect(service.listQueues({ signal })),
    () => collect(queue.receiveMessages({ maxMessages: 3, signal })),
    // Clients come and go too.
    () => service.getQueueClient("emails", { messageEncoding: "base64" }).sendMessage("tea", { signal }),
    // Refused before anything is sent.
    () => queue.sendMessage("\u0000", { signal }),
    () => silent.peekMessages({ signal }),
    () => aborted((own) => queue.peekMessages({ signal: own })),
  ];
}

/** A call that is aborted at some point on its way. */
function aborted(call) {
  const controller = new AbortController();
  setTimeout(() => controller.abort(), 1);
  return call(controller.signal);
}

async function outcome(calls, seed, number) {
  const call = calls[Math.floor(chance(seed, number) * calls.length)];
  try {
    await call();
    return "success";
  } catch (error) {
    return error.name;
  }
}

setFlagsFromString("--expose-gc");
const collectGarbage = runInNewContext("gc");

async function measured(signal) {
  // What ends with a task of its own, such as the closing of a socket, has ended then.
  for (let i = 0; i < 3; i++) {
    collectGarbage();
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  const { heapUsed, external } = process.memoryUsage();
  const resources = process.getActiveResourcesInfo();
  const { memory, tables } = wasmExports();
  return {
    heapUsed,
    external,
    wasmMemory: memory.buffer.byteLength,
    wasmTables: tables.reduce((sum, { length }) => sum + length, 0),
    timers: resources.filter((name) => name === "Timeout").length,
    resources: resources.length,
    listeners: getEventListeners(signal, "abort").length,
  };
}

/** What has grown, in words; the first half of the measures is for warming up. */
export function growth(measures) {
  const middle = measures[Math.ceil(measures.length / 2) - 1];
  const end = measures.at(-1);
  return Object.entries(allowed)
    .filter(([name, most]) => end[name] - middle[name] > most)
    .map(([name]) => `${name} grew from ${middle[name]} to ${end[name]}`);
}
