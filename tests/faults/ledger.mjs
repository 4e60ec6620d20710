// What callers were told of their messages, held against what the proxy saw of them.

import { isAzureError } from "./entry.mjs";

export class Ledger {
  /** What must not be, in words. */
  violations = [];
  /** Of the ambiguous sends, `arrived` in the queue. Messages are `skipped` by whoever receives them too late. */
  counts = { sent: 0, ambiguous: 0, arrived: 0, refused: 0, handled: 0, redelivered: 0, skipped: 0, acknowledged: 0 };
  /** Names of errors and how often callers met them. */
  errors = {};
  /** By id: what the sender was told. */
  #sends = new Map();
  /** By id: how often it was handled. */
  #handled = new Map();
  #acknowledged = new Set();

  /** Messages that nobody has handled, as far as their senders know of them. */
  get outstanding() {
    return this.counts.sent - this.#handled.size;
  }

  /** The sender of a message was told that it is in the queue. */
  sent(id) {
    this.#sends.set(id, "sent");
    this.counts.sent++;
  }

  /** The sender of a message was given an error. */
  sendFailed(id, error) {
    this.failed("send", error);
    const outcome = isAzureError(error, "AmbiguousOutcomeError") ? "ambiguous" : "refused";
    this.#sends.set(id, outcome);
    this.counts[outcome]++;
  }

  /** A call failed; not more than an error of this package is allowed to come of it. */
  failed(call, error) {
    if (!isAzureError(error)) throw error;
    const key = `${call}: ${error.name}${error.statusCode ? ` ${error.statusCode}` : ""}`;
    this.errors[key] = (this.errors[key] ?? 0) + 1;
  }

  /** A consumer does what is to be done with a message. */
  handle(id) {
    if (this.#acknowledged.has(id)) this.violations.push(`${id} was handled after its deletion was reported`);
    const before = this.#handled.get(id) ?? 0;
    this.#handled.set(id, before + 1);
    this.counts[before === 0 ? "handled" : "redelivered"]++;
  }

  /** A consumer was told that a message is deleted. */
  acknowledge(id) {
    if (this.#acknowledged.has(id)) this.violations.push(`the deletion of ${id} was reported twice`);
    this.#acknowledged.add(id);
    this.counts.acknowledged++;
  }

  /** Holds what the senders were told against the proxy's log, once the queue is empty. */
  audit(log, idOf) {
    const requests = new Map([...this.#sends.keys()].map((id) => [id, []]));
    for (const entry of log.filter(({ forwarded }) => forwarded)) requests.get(idOf(entry))?.push(entry);
    for (const [id, outcome] of this.#sends) this.#auditOne(id, outcome, requests.get(id));
    for (const id of this.#handled.keys()) {
      if (!this.#sends.has(id)) this.violations.push(`${id} was handled and never sent`);
    }
  }

  #auditOne(id, outcome, requests) {
    const arrived = requests.some(({ status }) => status === 201);
    if (outcome === "ambiguous" && arrived) this.counts.arrived++;
    const wrong = [
      [requests.length > 1, `${id} went to the service ${requests.length} times`],
      [outcome === "sent" && !arrived, `${id} was reported as sent and did not arrive`],
      [outcome === "refused" && requests.length > 0, `${id} may have arrived, and its sender was not told so`],
      [arrived && !this.#handled.has(id), `${id} arrived and nobody handled it`],
    ];
    this.violations.push(...wrong.filter(([is]) => is).map(([, words]) => words));
  }
}
