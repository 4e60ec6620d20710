// What takes long: two hundred thousand operations with nothing left behind, and ten thousand messages through faults.
//
//   node scripts/soak.mjs                                  all of it, which is `npm run soak`
//   node scripts/soak.mjs --messages 1000 --operations 0   as much of it
//   SEED=1234 node scripts/soak.mjs                        with the faults of an earlier run

import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { runAsProgram, seconds, Trouble } from "./lib/run.mjs";

const round = 1000;

async function soak() {
  const { values } = parseArgs({
    options: { messages: { type: "string", default: "10000" }, operations: { type: "string", default: "200000" } },
  });
  const [messages, operations] = [Number(values.messages), Number(values.operations)];
  await build();
  // Loaded only now: in a fresh clone neither Azurite nor the package is there before.
  const { seedOfRun } = await import("../tests/faults/chance.mjs");
  const seed = seedOfRun();
  console.log(`\nSEED=${seed}`);
  const wrong = [];
  // First, since it has to see the core being loaded.
  if (operations > 0) wrong.push(...(await timed(() => nothingLeft(operations, seed))));
  if (messages > 0) wrong.push(...(await timed(() => throughFaults(messages, seed))));
  if (wrong.length > 0) throw new Trouble(`SEED=${seed}\n${wrong.join("\n")}`);
  console.log("\nNothing lost, nothing doubled, nothing left behind.");
}

/**
 * In rounds, each with an Azurite of its own: once a minute it sweeps up what deleted messages have left, and after
 * thousands of them it answers nothing for more than a minute meanwhile.
 */
async function throughFaults(messages, seed) {
  console.log(`\n▸ ${messages} messages through faults`);
  const { startAzurite } = await import("../tests/support/azurite.mjs");
  const { consume } = await import("../tests/faults/consume.mjs");
  let sum = {};
  const wrong = [];
  for (let from = 0; from < messages; from += round) {
    const azurite = await startAzurite();
    try {
      const ofRound = { azurite, seed: `${seed}-${from}`, messages: Math.min(round, messages - from) };
      const { violations, seed: _, ...figures } = await consume(ofRound);
      sum = added(sum, figures);
      wrong.push(...violations.map((words) => `round of message ${from}: ${words}`));
      tell(`${sum.sent} sent, ${sum.handled} handled, ${sum.faulty} of ${sum.requests} requests faulty`);
    } finally {
      await azurite.stop();
    }
  }
  console.log(sum);
  return wrong;
}

/** Figures added up, at every depth. */
function added(sum = {}, figures = {}) {
  const names = new Set([...Object.keys(sum), ...Object.keys(figures)]);
  const one = (name) => {
    const [a, b] = [sum[name], figures[name]];
    return typeof (a ?? b) === "object" ? added(a, b) : (a ?? 0) + (b ?? 0);
  };
  return Object.fromEntries([...names].map((name) => [name, one(name)]));
}

async function nothingLeft(operations, seed) {
  console.log(`\n▸ ${operations} operations`);
  const { growth, steady } = await import("../tests/faults/steady.mjs");
  const { counts, measures } = await steady({ operations, seed, tell });
  console.table(measures);
  console.log(counts);
  return growth(measures);
}

async function timed(work) {
  const start = performance.now();
  const result = await work();
  console.log(`  ${seconds(performance.now() - start)}`);
  return result;
}

const tell = (line) => console.log(`  ${line}`);

await runAsProgram(import.meta.url, soak);
