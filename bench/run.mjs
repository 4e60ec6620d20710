// What a call costs, beside Microsoft's client and beside bare `fetch`: `npm run bench`.
//
//   npm run bench                                   every operation: an instant answer, and a server on loopback
//   npm run bench -- --operations send,list5000     only these
//   npm run bench -- --places instant --rounds 3    only there, so many rounds (default: 5)
//
// Each figure is CPU time of the process that calls, transport included, in microseconds a call: the median of the rounds,
// and from the smallest to the largest. In each round every client is measured once, each in a process of its own, forwards
// and backwards in turn, so that what else the machine does meets all of them. Ratios are medians of ratios within a round.

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, runAsProgram, Trouble } from "../scripts/lib/run.mjs";
import { operations } from "./answers.mjs";

/** Where the answer comes from, and how many calls are under way at once. */
const places = {
  instant: { clients: ["bare", "ours", "official"], atOnce: 1 },
  "loopback, 1 at once": { clients: ["bare", "ours", "official"], atOnce: 1, server: true },
  "loopback, 32 at once": { clients: ["bare", "ours", "official"], atOnce: 32, server: true },
};

async function main() {
  const { values } = parseArgs({
    options: {
      operations: { type: "string", default: Object.keys(operations).join(",") },
      places: { type: "string", default: "instant,loopback" },
      rounds: { type: "string", default: "5" },
      warm: { type: "string", default: "800" },
      time: { type: "string", default: "1000" },
    },
  });
  const names = values.operations.split(",");
  const unknown = names.filter((name) => !(name in operations));
  if (unknown.length > 0) throw new Trouble(`There is no operation ${unknown}; there are ${Object.keys(operations)}.`);
  const wanted = (place) => values.places.split(",").some((prefix) => place.startsWith(prefix));
  const [rounds, warm, time] = [values.rounds, values.warm, values.time].map(Number);

  const server = fork(join(root, "bench", "server.mjs"));
  const [port] = await once(server, "message");
  const measured = [];
  try {
    for (const [place, { clients, atOnce, server }] of Object.entries(places)) {
      if (!wanted(place)) continue;
      console.log(`\n${place}\n\n${head(clients)}`);
      for (const operation of names) {
        const cells = [];
        for (let round = 0; round < rounds; round++) {
          for (const client of round % 2 ? clients.toReversed() : clients) {
            const cell = { client, operation, atOnce, warm, time, ...(server && { port }) };
            cells.push({ place, round, ...cell, ...measure(cell) });
          }
        }
        measured.push(...cells);
        console.log(row(operation, clients, cells));
      }
    }
  } finally {
    server.disconnect();
  }
  const file = join(root, "build", "bench.json");
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(file, JSON.stringify({ machine: machine(), measured }, undefined, 1));
  console.log(`\n${machine()}. Every figure is in ${file}.`);
}

function measure(cell) {
  const arguments_ = [join(root, "bench", "cell.mjs"), JSON.stringify(cell)];
  return JSON.parse(execFileSync(process.execPath, arguments_, { encoding: "utf8" }));
}

const head = (clients) =>
  `${line("", ...clients, "over bare", "to official")}\n${line("---", ...clients.map(() => "--:"), "--:", "--:")}`;

function row(operation, clients, cells) {
  const of = (client) => cells.filter((cell) => cell.client === client).sort((a, b) => a.round - b.round);
  const figures = clients.map((client) => {
    const all = of(client).map(({ micros }) => micros);
    return `${shown(median(all))} (${shown(Math.min(...all))}–${shown(Math.max(...all))})`;
  });
  const [bare, ours, official] = ["bare", "ours", "official"].map(of);
  const over = median(ours.map(({ micros }, i) => micros - bare[i].micros));
  const ratio = median(ours.map(({ micros }, i) => (micros - bare[i].micros) / (official[i].micros - bare[i].micros)));
  const whole = median(ours.map(({ micros }, i) => micros / official[i].micros));
  return line(operation, ...figures, shown(over), `${(cells[0].port ? whole : ratio).toFixed(2)}`);
}

const line = (...cells) => `| ${cells.join(" | ")} |`;
const shown = (micros) => (micros < 100 ? micros.toFixed(1) : Math.round(micros).toLocaleString("en"));

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const machine = () => `Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`;

await runAsProgram(import.meta.url, main);
