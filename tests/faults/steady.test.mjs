// Nothing grows: in short. `npm run soak` does it at length.

import assert from "node:assert/strict";
import { test } from "node:test";
import { seedOfRun } from "./chance.mjs";
import { growth, steady } from "./steady.mjs";

const seed = seedOfRun();
const operations = 3000;

test(`calls that succeed, fail, time out and are aborted leave nothing behind, SEED=${seed}`, async (t) => {
  const { counts, measures } = await steady({ operations, seed });
  t.diagnostic(JSON.stringify({ counts, end: measures.at(-1) }));
  assert.deepEqual(growth(measures), []);
  const { timers, listeners } = measures.at(-1);
  assert.deepEqual({ timers, listeners }, { timers: 0, listeners: 0 });
  assert.equal(
    Object.values(counts).reduce((sum, count) => sum + count),
    operations,
  );
  // Of eleven calls one is refused for its content, one aborted and one never answered; every tenth request fails.
  const names = "success RangeError AbortError ServiceResponseTimeoutError ResourceNotFoundError ServiceResponseError";
  for (const name of names.split(" ")) {
    assert.ok(counts[name] > 0, `${counts[name]} times ${name}`);
  }
});

const calm = { heapUsed: 1e7, external: 1e6, wasmMemory: 1e6, wasmTables: 1000, timers: 0, resources: 2, listeners: 0 };
const measuresWith = (change) => [calm, calm, calm, { ...calm, ...change }];

for (const [what, change, words] of [
  ["nothing", {}, []],
  ["no more than a machine in use always does", { heapUsed: 1.1e7 }, []],
  ["the heap", { heapUsed: 1.2e7 }, ["heapUsed grew from 10000000 to 12000000"]],
  ["the core's memory", { wasmMemory: 2e6 }, ["wasmMemory grew from 1000000 to 2000000"]],
  ["the core's references", { wasmTables: 1300 }, ["wasmTables grew from 1000 to 1300"]],
  ["a timer and a listener", { timers: 1, listeners: 1 }, ["timers grew from 0 to 1", "listeners grew from 0 to 1"]],
]) {
  test(`seen to grow: ${what}`, () => assert.deepEqual(growth(measuresWith(change)), words));
}

test("what grows while it warms up does not count", () => {
  assert.deepEqual(growth([{ ...calm, heapUsed: 1 }, calm, calm, calm]), []);
});
