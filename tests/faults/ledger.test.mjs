// The ledger sees what it is there for.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { account, failure, refused, rejection, script } from "../support/script.mjs";
import { AzureError, QueueClient } from "./entry.mjs";
import { Ledger } from "./ledger.mjs";

const errorOf = (answer) =>
  rejection(
    new QueueClient(account.url, "orders", account.sas, {
      fetch: script(answer),
      retry: { mode: "none" },
    }).sendMessage("x"),
  );
const ambiguous = await errorOf(failure(500, "InternalError"));
const certain = await errorOf(refused());
const arrived = { id: "m", forwarded: true, status: 201 };
const notArrived = { id: "m", forwarded: false };

for (const [what, { told, log, handled = 0, acknowledged = 0 }, violations] of [
  ["all is well", { told: "sent", log: [arrived], handled: 1, acknowledged: 1 }, []],
  ["handled twice, but never reported as deleted", { told: "sent", log: [arrived], handled: 2 }, []],
  ["ambiguous and not arrived", { told: ambiguous, log: [notArrived] }, []],
  ["ambiguous and arrived", { told: ambiguous, log: [arrived], handled: 1 }, []],
  ["refused, and so not there", { told: certain, log: [notArrived] }, []],
  ["sent twice", { told: "sent", log: [arrived, arrived], handled: 1 }, ["m went to the service 2 times"]],
  ["lost on its way", { told: "sent", log: [notArrived] }, ["m was reported as sent and did not arrive"]],
  ["lost in the queue", { told: "sent", log: [arrived] }, ["m arrived and nobody handled it"]],
  [
    "arrived unbeknown to its sender",
    { told: certain, log: [arrived], handled: 1 },
    ["m may have arrived, and its sender was not told so"],
  ],
  [
    "reported as deleted twice",
    { told: "sent", log: [arrived], handled: 1, acknowledged: 2 },
    ["the deletion of m was reported twice"],
  ],
]) {
  test(what, () => {
    const ledger = new Ledger();
    if (told === "sent") ledger.sent("m");
    else ledger.sendFailed("m", told);
    for (let i = 0; i < handled; i++) ledger.handle("m");
    for (let i = 0; i < acknowledged; i++) ledger.acknowledge("m");
    ledger.audit(log, ({ id }) => id);
    assert.deepEqual(ledger.violations, violations);
  });
}

describe("and what comes too late, from nowhere, or from no error of the package", () => {
  test("handled after it was reported as deleted", () => {
    const ledger = new Ledger();
    ledger.sent("m");
    ledger.acknowledge("m");
    ledger.handle("m");
    assert.deepEqual(ledger.violations, ["m was handled after its deletion was reported"]);
  });

  test("handled and never sent", () => {
    const ledger = new Ledger();
    ledger.handle("m");
    ledger.audit([], () => undefined);
    assert.deepEqual(ledger.violations, ["m was handled and never sent"]);
  });

  test("an error of another kind ends the run", () => {
    assert.ok(certain instanceof AzureError);
    assert.throws(() => new Ledger().sendFailed("m", new TypeError("x is not a function")), /not a function/);
  });
});
