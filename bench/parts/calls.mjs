// What a call costs, beside Microsoft's client and beside bare `fetch`.
//
// Each figure is CPU time of the process that calls, transport included, in microseconds a call. Ratios are medians of ratios
// within a round.

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root, Trouble } from "../../scripts/lib/run.mjs";
import { startAzurite } from "../../tests/support/azurite.mjs";
import { operations, text } from "../answers.mjs";
import { inRounds, processOf } from "../lib/rounds.mjs";
import { head, line, median, shown, spread } from "../lib/table.mjs";

const common = ["send", "receive", "receive32", "large32", "entities32", "peek32", "list5000", "update", "delete"];
const further = ["base64x32", "send, key", "receive32, key", "sas"];
/**
 * What ours shall take at most, as a share of the official client's: with an instant answer of what both take over bare
 * `fetch`, on loopback of the whole call. With Azurite nothing is asked.
 */
const limitsOf = (smallCall, page) => ({
  ...{ send: smallCall, receive: smallCall, update: smallCall, delete: smallCall },
  ...{ receive32: page, large32: page, entities32: page, peek32: page, list5000: page },
});
const most = { instant: limitsOf(1 / 3, 1 / 10), loopback: limitsOf(1 / 2, 1 / 6) };

const overHttp = {
  clients: ["bare", "http", "ours", "official"],
  operations: common,
  ofWhole: true,
  limits: most.loopback,
};
const onAzurite = {
  clients: ["ours", "official"],
  operations: ["send", "cycle", "peek32"],
  ofWhole: true,
  limits: {},
  azurite: true,
};

/** Where the answer comes from, and how many calls are under way at once. */
const places = {
  instant: {
    clients: ["bare", "ours", "official"],
    operations: [...common, ...further],
    limits: most.instant,
    atOnce: 1,
  },
  "loopback, 1 at once": { ...overHttp, atOnce: 1 },
  "loopback, 32 at once": { ...overHttp, atOnce: 32 },
  "Azurite, 1 at once": { ...onAzurite, atOnce: 1 },
  "Azurite, 32 at once": { ...onAzurite, atOnce: 32 },
};

/** Small calls, where the server never sleeps: elsewhere a client that is slower than the server pays for waking it. */
const awakePlaces = Object.fromEntries(
  [1, 32].map((atOnce) => [
    `loopback, ${atOnce} at once, server awake`,
    { ...overHttp, clients: ["http", "ours", "official"], operations: ["send", "receive", "update", "delete"], atOnce },
  ]),
);

export const calls = (asked, tell) => measure(places, [], asked, tell);

export const awake = (asked, tell) => measure(awakePlaces, ["awake"], asked, tell);

async function measure(among, serverArguments, { rounds, warm, time, ...wanted }, tell) {
  const server = fork(join(root, "bench", "server.mjs"), serverArguments);
  const [port] = await once(server, "message");
  const measured = [];
  try {
    for (const [place, what] of chosen(among, wanted)) {
      const { clients, operations, limits, atOnce, ofWhole = false, azurite = false } = what;
      tell(`\n${place}\n\n${headOf(clients)}`);
      for (const operation of operations) {
        const url = `http://127.0.0.1:${port}/account`;
        const cell = { operation, atOnce, warm, time, ...(ofWhole && { url }) };
        const told = await inRounds(rounds, clients, (client) => {
          const work = (where) => processOf("cell.mjs", { ...cell, client, ...where });
          return azurite ? withAzurite(operation, work) : work();
        });
        measured.push({ place, operation, ofWhole, told });
        tell(row(operation, ofWhole, limits[operation], told));
      }
    }
  } finally {
    server.disconnect();
  }
  return measured;
}

function chosen(among, { operations: names, places: prefixes }) {
  const unknown = names?.filter((name) => !(name in operations || name === "cycle")) ?? [];
  if (unknown.length > 0) throw new Trouble(`There is no operation ${unknown}; there are ${Object.keys(operations)}.`);
  return Object.entries(among)
    .filter(([place]) => prefixes?.some((prefix) => place.startsWith(prefix)) ?? true)
    .map(([place, { operations, ...rest }]) => [
      place,
      { ...rest, operations: operations.filter((name) => names?.includes(name) ?? true) },
    ]);
}

/** One of its own for each: it grows slow with what it was told before. */
async function withAzurite(queueName, work) {
  const { QueueServiceClient } = await import("azure-queue-wasm");
  const { url, accountName, accountKey, connectionString, stop } = await startAzurite();
  try {
    const queue = QueueServiceClient.fromConnectionString(connectionString).getQueueClient(queueName);
    await queue.createQueue();
    if (queueName === "peek32") for (let i = 0; i < 32; i++) await queue.sendMessage(text);
    return await work({ url, key: { accountName, accountKey } });
  } finally {
    await stop();
  }
}

const floorOf = (clients) => ["http", "bare"].find((client) => clients.includes(client));

function headOf(clients) {
  const floor = floorOf(clients);
  return head("", ...clients, ...(floor ? [`ours over ${floor}`] : []), "to official", "at most");
}

function row(operation, ofWhole, limit, told) {
  const micros = Object.fromEntries(
    Object.entries(told).map(([client, all]) => [client, all.map(({ micros }) => micros)]),
  );
  const { bare, ours, official } = micros;
  const floor = micros[floorOf(Object.keys(told))];
  const over = floor && shown(median(ours.map((micros, i) => micros - floor[i])));
  const base = (i) => (ofWhole ? 0 : bare[i]);
  const share = median(ours.map((micros, i) => (micros - base(i)) / (official[i] - base(i))));
  const met = share > limit ? " ✗" : "";
  const figures = Object.values(micros).map(spread);
  return line(operation, ...figures, ...(over ? [over] : []), `${share.toFixed(3)}${met}`, limit?.toFixed(3) ?? "");
}
