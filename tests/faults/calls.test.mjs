// Each fault on each kind of call, between the client and Azurite: what the caller is told, what the service was asked
// for and did, and that the client works on.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { startAzurite } from "../support/azurite.mjs";
import { rejection } from "../support/script.mjs";
import { calls, startScene } from "./calls.mjs";
import { isAzureError, transport } from "./entry.mjs";
import { faults } from "./faults.mjs";

/**
 * What comes of a call whose first request meets the fault, for reads, for sending and receiving, for updating (whose
 * answer is in its headers) and for deleting (whose answer is its status):
 *
 * - first: the first answer will do
 * - again: the second request succeeds
 * - unknown: the caller is told that the request may have been carried out; it is not repeated
 * - broken, refused: the caller is told that the answer was none, or none that the service gives
 */
const expected = [
  {
    names: ["delay before", "delay after", "drip", "two answers", "gzip", "other content type"],
    outcome: { read: "first", take: "first", update: "first", delete: "first" },
  },
  {
    names: ["headers missing"],
    outcome: { read: "first", take: "first", update: "unknown", delete: "unknown, repeatable" },
  },
  {
    names: ["headers absurd"],
    outcome: { read: "first", take: "first", update: "unknown", delete: "first" },
  },
  {
    names: ["429 before", "429 TooManyRequests before", "503 ServerBusy before", "503 absurd wait before"],
    outcome: { read: "again", take: "again", update: "again", delete: "again" },
  },
  {
    names: [
      ...["reset before", "reset after", "close before", "close after"],
      ...["silence before", "silence after", "carried out late"],
      ...["cut in the head", "cut in the body", "length no number", "no HTTP", "endless head"],
      ...["500 before", "500 after", "500 InternalError before", "500 OperationTimedOut after"],
      ...["502 page before", "502 page after", "503 before", "503 after"],
    ],
    outcome: { read: "again", take: "unknown", update: "unknown", delete: "again" },
  },
  {
    names: ["length too great", "gzip that is none"],
    outcome: { read: "again", take: "unknown", update: "first", delete: "first" },
  },
  {
    names: ["cut without a length", "corrupted", "markup broken", "empty"],
    outcome: { read: "broken", take: "unknown", update: "first", delete: "first" },
  },
  {
    names: ["length too small"],
    // Node's own HTTP sees that something follows.
    outcome: { read: transport === "node" ? "again" : "broken", take: "unknown", update: "first", delete: "first" },
  },
  {
    names: ["page of a proxy before", "page of a proxy after"],
    outcome: { read: "broken", take: "unknown", update: "unknown", delete: "unknown, repeatable" },
  },
  {
    names: ["error in a 200 before", "error in a 200 after"],
    outcome: { read: "refused", take: "unknown", update: "unknown", delete: "refused" },
  },
];

/** In tests of their own. */
const elsewhere = ["outage before", "endless body", "endless gzip"];

test("every fault is tested", () => {
  const names = [...expected.flatMap(({ names }) => names), ...elsewhere];
  assert.deepEqual(names.sort(), Object.keys(faults).sort());
});

let azurite;
const scenes = {};

before(async () => {
  azurite = await startAzurite();
  for (const name of Object.keys(calls)) scenes[name] = await startScene(azurite, name);
});

after(async () => {
  for (const { proxy } of Object.values(scenes)) await proxy.stop();
  await azurite.stop();
});

/** These end with the time for the attempt. */
const neverAnswered = ["silence before", "silence after", "carried out late"];

describe("a fault on the first request", { concurrency: true }, () => {
  for (const [callName, { kind, run, check, done, needsMessage }] of Object.entries(calls)) {
    describe(callName, { concurrency: 1 }, () => {
      for (const { names, outcome } of expected) {
        for (const name of names) {
          test(`${name}: ${outcome[kind]}`, async () => {
            const { proxy, clientWith, direct, prepare } = scenes[callName];
            const message = await prepare({ needsMessage });
            const from = proxy.log.length;
            const client = clientWith(neverAnswered.includes(name) ? { tryTimeout: 2 } : {});
            proxy.next(faults[name]);
            await tell(outcome[kind], run({ ...client, message }), check);
            await proxy.settled();

            const requests = proxy.log.slice(from);
            assert.equal(requests.length, outcome[kind] === "again" ? 2 : 1);
            const [first] = requests;
            assert.equal(first.fault, name);
            assert.equal(first.forwarded, !name.endsWith(" before") || name === "delay before");
            const forwarded = requests.some((request) => request.forwarded);
            if (done) assert.equal(await done(direct), forwarded ? 1 : 0, "what the service did");

            // And on it works.
            const next = await prepare({ needsMessage });
            check(await run({ ...client, message: next }));
            assert.equal(proxy.log.length, from + requests.length + 1);
          });
        }
      }
    });
  }
});

async function tell(outcome, result, check) {
  if (outcome === "first" || outcome === "again") return check(await result);
  const error = await rejection(result);
  const names = {
    unknown: "AmbiguousOutcomeError",
    "unknown, repeatable": "AmbiguousOutcomeError",
    broken: "ServiceResponseError",
    refused: "HttpResponseError",
  };
  const name = names[outcome];
  assert.equal(error.name, name, `${error}`);
  assert.equal(error.attempts.length, 1);
  if (outcome.startsWith("unknown")) {
    assert.equal(error.retryable, outcome === "unknown, repeatable");
    assert.ok(isAzureError(error.cause) && error.cause.name !== name, `${error.cause}`);
  }
  if (outcome === "broken") assert.equal(error.retryable, true);
}
