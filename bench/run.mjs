// What this client costs, beside Microsoft's and beside bare `fetch`: `npm run bench`.
//
//   npm run bench                                        everything
//   npm run bench -- --parts calls,scale                 only these: calls, awake, pages, decryption, memory, start, scale
//   npm run bench -- --operations send --places instant  of the calls only these, and only there
//   npm run bench -- --rounds 3                          so many rounds (default: 5)
//   npm run bench -- --write                             and puts tables and plots into docs/performance.md
//
// Each figure is the median of the rounds, and from the smallest to the largest; what is compared was measured in turn, each
// in a process of its own.

import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { cpus } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { root, runAsProgram, Trouble } from "../scripts/lib/run.mjs";
import { plotOfCalls, plotOfScale } from "./lib/plot.mjs";
import { awake, calls } from "./parts/calls.mjs";
import { decryption } from "./parts/decryption.mjs";
import { memory } from "./parts/memory.mjs";
import { pages } from "./parts/pages.mjs";
import { scale } from "./parts/scale.mjs";
import { start } from "./parts/start.mjs";

/** Each takes what was asked for and a function to tell of it, and gives what was measured. */
const parts = { calls, awake, pages, decryption, memory, start, scale };
const plots = { calls: plotOfCalls, scale: plotOfScale };
const docs = join(root, "docs");

async function main() {
  const { values } = parseArgs({
    options: {
      parts: { type: "string", default: Object.keys(parts).join(",") },
      operations: { type: "string" },
      places: { type: "string" },
      rounds: { type: "string", default: "5" },
      warm: { type: "string", default: "2000" },
      time: { type: "string", default: "1000" },
      write: { type: "boolean", default: false },
    },
  });
  const names = values.parts.split(",");
  const unknown = names.filter((name) => !(name in parts));
  if (unknown.length > 0) throw new Trouble(`There is no part ${unknown}; there are ${Object.keys(parts)}.`);
  if (values.write && (values.operations ?? values.places))
    throw new Trouble("A part is written as a whole: leave out --operations and --places, or --write.");
  const [rounds, warm, time] = [values.rounds, values.warm, values.time].map(Number);
  const [operations, places] = [values.operations?.split(","), values.places?.split(",")];

  for (const name of names) {
    console.log(`\n${name}`);
    const told = [];
    const tell = (text) => {
      console.log(text);
      told.push(text);
    };
    const measured = await parts[name]({ rounds, warm, time, operations, places }, tell);
    keep(name, measured);
    if (!values.write) continue;
    // Draining takes minutes each, a page of messages some milliseconds.
    const times = { scale: 1, start: 4 * rounds, decryption: 20 * rounds }[name] ?? rounds;
    write(name, `${machine()}, ${times} ${times === 1 ? "round" : "rounds"}:\n\n${told.join("\n").trim()}`);
    if (name in plots) writeFileSync(join(docs, `${name}.svg`), plots[name](measured));
  }
  console.log(`\n${machine()}. Every figure is in build/bench.`);
}

function keep(name, measured) {
  const folder = join(root, "build", "bench");
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, `${name}.json`), JSON.stringify({ machine: machine(), measured }, undefined, 1));
}

/** Puts the tables of a part between its marks. */
function write(name, tables) {
  const file = join(docs, "performance.md");
  const [before, rest] = readFileSync(file, "utf8").split(`<!-- ${name} -->\n`);
  const [, after] = rest.split(`<!-- end of ${name} -->`);
  writeFileSync(file, `${before}<!-- ${name} -->\n\n${tables}\n\n<!-- end of ${name} -->${after}`);
}

const machine = () => `Node ${process.version}, ${cpus().length} × ${cpus()[0].model.trim()}`;

await runAsProgram(import.meta.url, main);
