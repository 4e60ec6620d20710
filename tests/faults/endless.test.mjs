// Answers without an end are read up to 64 MiB, and no further.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startAzurite } from "../support/azurite.mjs";
import { rejection } from "../support/script.mjs";
import { calls, startScene } from "./calls.mjs";
import { faults } from "./faults.mjs";

const MiB = 1024 * 1024;
const limit = 64 * MiB;
/** What is on its way when the client breaks it off: the buffers of two sockets and their streams. */
const onItsWay = 32 * MiB;

let azurite;
let scene;

before(async () => {
  azurite = await startAzurite();
  scene = await startScene(azurite, "endless");
});

after(async () => {
  await scene.proxy.stop();
  await azurite.stop();
});

for (const [fault, most] of [
  ["endless body", limit + onItsWay],
  // It is what these become that is limited: a thousandth of it comes over the network.
  ["endless gzip", onItsWay],
]) {
  describe(fault, () => {
    for (const [name, { kind, run, check, needsMessage }] of Object.entries(calls)) {
      test(`${name} ends, in bounded memory`, async () => {
        const { proxy, clientWith, prepare } = scene;
        const message = await prepare({ needsMessage });
        const client = clientWith({});
        proxy.next(faults[fault]);
        const error = await rejection(run({ ...client, message }));
        await proxy.settled();

        const repeatable = ["read", "delete"].includes(kind);
        assert.equal(error.name, repeatable ? "ServiceResponseError" : "AmbiguousOutcomeError");
        assert.match(error.message, /more than 67108864 bytes/);
        const { delivered } = proxy.log.at(-1);
        assert.ok(delivered < most, `${delivered} bytes`);

        const next = await prepare({ needsMessage });
        check(await run({ ...client, message: next }));
      });
    }
  });
}

test("all of that took this process no more than a few times as much", () => {
  const { maxRSS } = process.resourceUsage();
  assert.ok(maxRSS * 1024 < 8 * limit, `${maxRSS} KiB`);
});
