// What a call costs, beside Microsoft's client and beside bare `fetch`: `npm run bench`.
//
//   npm run bench                                   every operation: an instant answer, and a server on loopback
//   npm run bench -- --operations send,list5000     only these
//   npm run bench -- --places instant --rounds 3    only there, so many rounds (default: 5)
//   npm run bench -- --write                        and puts the tables into docs/performance.md
//
// Each figure is CPU time of the process that calls, transport included, in microseconds a call: the median of the rounds,
// and from the smallest to the largest. In each round every client is measured once, each in a process of its own, forwards
// and backwards in turn, so that what else the machine does meets all of them. Ratios are medians of ratios within a round.

import { execFileSync, fork } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, runAsProgram, Trouble } from "../scripts/lib/run.mjs";
import { operations } from "./answers.mjs";

/** Where the answer comes from, and how many calls are under way at once. */
const places = {
  instant: { clients: ["bare", "ours", "official"], atOnce: 1 },
  "loopback, 1 at once": { clients: ["bare", "http", "ours", "official"], atOnce: 1, server: true },
  "loopback, 32 at once": { clients: ["bare", "http", "ours", "official"], atOnce: 32, server: true },
};

/**
 * What ours shall take at most, as a share of the official client's: with an instant answer of what both take over bare
 * `fetch`, on loopback of the whole call.
 */
const targets = {
  instant: {
    ...{ send: 0.094, receive: 0.103, receive32: 0.049, large32: 0.034, entities32: 0.076 },
    ...{ peek32: 0.049, list5000: 0.029, update: 0.118, delete: 0.16 },
  },
  loopback: {
    ...{ send: 1 / 3, receive: 1 / 3, receive32: 1 / 8, large32: 1 / 8, entities32: 1 / 8 },
    ...{ peek32: 1 / 8, list5000: 1 / 8, update: 1 / 3, delete: 1 / 3 },
  },
};

async function main() {
  const { values } = parseArgs({
    options: {
      operations: { type: "string", default: Object.keys(operations).join(",") },
      places: { type: "string", default: "instant,loopback" },
      rounds: { type: "string", default: "5" },
      warm: { type: "string", default: "800" },
      time: { type: "string", default: "1000" },
      write: { type: "boolean", default: false },
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
  const tables = [];
  const tell = (text) => {
    console.log(text);
    tables.push(text);
  };
  try {
    for (const [place, { clients, atOnce, server }] of Object.entries(places)) {
      if (!wanted(place)) continue;
      tell(`\n${place}\n\n${head(clients)}`);
      for (const operation of names) {
        const cells = [];
        for (let round = 0; round < rounds; round++) {
          for (const client of round % 2 ? clients.toReversed() : clients) {
            const cell = { client, operation, atOnce, warm, time, ...(server && { port }) };
            cells.push({ place, round, ...cell, ...measure(cell) });
          }
        }
        measured.push(...cells);
        tell(row(operation, clients, cells));
      }
    }
  } finally {
    server.disconnect();
  }
  const file = join(root, "build", "bench.json");
  mkdirSync(join(root, "build"), { recursive: true });
  writeFileSync(file, JSON.stringify({ machine: machine(), measured }, undefined, 1));
  console.log(`\n${machine()}. Every figure is in ${file}.`);
  if (values.write) write(`${machine()}, ${rounds} rounds:\n${tables.join("\n")}`);
}

/** Puts the tables between their marks. */
function write(tables) {
  const file = join(root, "docs", "performance.md");
  const [before, rest] = readFileSync(file, "utf8").split(/(?<=<!-- calls -->\n)/);
  const [, after] = rest.split("<!-- end of calls -->");
  writeFileSync(file, `${before}\n${tables}\n\n<!-- end of calls -->${after}`);
}

function measure(cell) {
  const arguments_ = [join(root, "bench", "cell.mjs"), JSON.stringify(cell)];
  return JSON.parse(execFileSync(process.execPath, arguments_, { encoding: "utf8" }));
}

const head = (clients) => {
  const floor = clients.includes("http") ? "http" : "bare";
  const columns = [...clients, `ours over ${floor}`, "to official", "at most"];
  return `${line("", ...columns)}\n${line("---", ...columns.map(() => "--:"))}`;
};

function row(operation, clients, cells) {
  const of = (client) => cells.filter((cell) => cell.client === client).sort((a, b) => a.round - b.round);
  const figures = clients.map((client) => {
    const all = of(client).map(({ micros }) => micros);
    return `${shown(median(all))} (${shown(Math.min(...all))}–${shown(Math.max(...all))})`;
  });
  const [bare, ours, official] = ["bare", "ours", "official"].map(of);
  // Beyond what the platform takes for as much.
  const floor = clients.includes("http") ? of("http") : bare;
  const over = median(ours.map(({ micros }, i) => micros - floor[i].micros));
  const ratio = median(ours.map(({ micros }, i) => (micros - bare[i].micros) / (official[i].micros - bare[i].micros)));
  const whole = median(ours.map(({ micros }, i) => micros / official[i].micros));
  const share = cells[0].port ? whole : ratio;
  const most = targets[cells[0].port ? "loopback" : "instant"][operation];
  const met = share <= most ? "" : " ✗";
  return line(operation, ...figures, shown(over), `${share.toFixed(3)}${met}`, most.toFixed(3));
}

const line = (...cells) => `| ${cells.join(" | ")} |`;
const shown = (micros) => (micros < 100 ? micros.toFixed(1) : Math.round(micros).toLocaleString("en"));

function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

const machine = () => `Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`;

await runAsProgram(import.meta.url, main);
