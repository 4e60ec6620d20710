// Nothing lost, nothing doubled, nothing hidden: in short. `npm run soak` does it at length.

import assert from "node:assert/strict";
import { after, before, test } from "node:test";
import { startAzurite } from "../support/azurite.mjs";
import { seedOfRun } from "./chance.mjs";
import { consume } from "./consume.mjs";

let azurite;

before(async () => {
  azurite = await startAzurite();
});
after(() => azurite.stop());

const seed = seedOfRun();

test(`messages sent and consumed through faults, SEED=${seed}`, async (t) => {
  const figures = await consume({ azurite, seed, messages: 400 });
  t.diagnostic(JSON.stringify(figures));
  assert.deepEqual(figures.violations, []);
  assert.equal(figures.sent + figures.ambiguous + figures.refused, 400);
  assert.equal(figures.handled, figures.sent + figures.arrived);
  // A tenth is expected; half of that is six deviations away.
  assert.ok(figures.requests > 800 && figures.faulty > figures.requests / 20, `${figures.faulty} faults`);
});

test("a client that repeats what may have been carried out is found out", async () => {
  // Of 200 sends the answers of some twenty are lost.
  const options = { retry: { unsafe: true, delay: 0.05 } };
  const { violations } = await consume({ azurite, seed: "twice", messages: 200, share: 0.2, options });
  assert.ok(violations.some((words) => /^message-\d+ went to the service [2-4] times$/.test(words)));
});
