// What takes long: ten thousand messages through faults, and two hundred thousand operations with nothing left behind.
//
//   node scripts/soak.mjs                                  all of it, which is `npm run soak`
//   node scripts/soak.mjs --messages 1000 --operations 0   as much of it
//   SEED=1234 node scripts/soak.mjs                        with the faults of an earlier run

import { parseArgs } from "node:util";
import { build } from "./build.mjs";
import { runAsProgram, seconds, Trouble } from "./lib/run.mjs";

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
  if (messages > 0) wrong.push(...(await timed(() => throughFaults(messages, seed))));
  if (operations > 0) wrong.push(...(await timed(() => nothingLeft(operations, seed))));
  if (wrong.length > 0) throw new Trouble(`SEED=${seed}\n${wrong.join("\n")}`);
  console.log("\nNothing lost, nothing doubled, nothing left behind.");
}

async function throughFaults(messages, seed) {
  console.log(`\n▸ ${messages} messages through faults`);
  const { startAzurite } = await import("../tests/support/azurite.mjs");
  const { consume } = await import("../tests/faults/consume.mjs");
  const azurite = await startAzurite();
  try {
    const { violations, ...figures } = await consume({ azurite, seed, messages, tell });
    console.log(figures);
    return violations;
  } finally {
    await azurite.stop();
  }
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
