// While nobody listens, nothing is carried out, and so everything may be repeated.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startAzurite } from "../support/azurite.mjs";
import { rejection } from "../support/script.mjs";
import { calls, startScene } from "./calls.mjs";

let azurite;
const proxies = [];

before(async () => {
  azurite = await startAzurite();
});

after(async () => {
  for (const proxy of proxies) await proxy.stop();
  await azurite.stop();
});

describe("while nobody listens", () => {
  for (const [name, { run, check, done, needsMessage }] of Object.entries(calls)) {
    test(`${name} is tried until somebody does, and is carried out once`, async () => {
      const { proxy, clientWith, direct, prepare } = await scene(name);
      const message = await prepare({ needsMessage });
      check(await run({ ...clientWith({ onRetry: () => proxy.up() }), message }));
      assert.equal(proxy.log.length, 1);
      if (done) assert.equal(await done(direct), 1);
    });

    test(`${name} is known not to be carried out`, async () => {
      const { proxy, clientWith, direct, prepare } = await scene(name);
      const message = await prepare({ needsMessage });
      const error = await rejection(run({ ...clientWith({}), message }));
      assert.equal(error.name, "ServiceRequestError");
      assert.equal(error.code, "ConnectionRefused");
      assert.equal(error.retryable, true);
      // Once more is enough to find somebody who only starts anew.
      assert.equal(error.attempts.length, 2);
      assert.equal(proxy.log.length, 0);
      if (done) assert.equal(await done(direct), 0);
    });
  }

  /** Of a new proxy each time: on a connection that was left open a request would be lost rather than refused. */
  async function scene(name) {
    const made = await startScene(azurite, name);
    proxies.push(made.proxy);
    made.proxy.down();
    return made;
  }
});
