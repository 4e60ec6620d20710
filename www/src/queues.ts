// The queues of an account and about how many messages each has.

import { type Signal, signal } from "@preact/signals";
import type { QueueServiceClient, SasProperties } from "azure-queue-wasm";
import { whyNot } from "./access.ts";
import { Action } from "./action.ts";
import { explain } from "./failure.ts";

/** About how many messages there are, or why that is not known. Neither of both: it has been asked for. */
export interface Count {
  readonly number?: number;
  readonly reason?: string;
}

export interface Row {
  readonly name: string;
  readonly count: Signal<Count>;
}

/** As many requests for counts at once as a browser makes to one host anyway. */
const atOnce = 6;
const perPage = 100;

export class Queues {
  /** Missing until a first page has come: no list is not an empty list. */
  readonly rows = signal<Row[] | undefined>();
  readonly hasMore = signal(false);
  readonly listing = new Action();
  #continuationToken: string | undefined;
  #account: { service: QueueServiceClient; sas: SasProperties };

  constructor(account: { service: QueueServiceClient; sas: SasProperties }) {
    this.#account = account;
  }

  /** Lists from the beginning. What is on the page stays until the new list has come. */
  load(): Promise<boolean> {
    return this.listing.run(() => this.#page(undefined, () => []));
  }

  /** Lists further. */
  loadMore(): Promise<boolean> {
    return this.listing.run(() => this.#page(this.#continuationToken, () => this.rows.value ?? []));
  }

  async #page(continuationToken: string | undefined, before: () => Row[]): Promise<void> {
    const pages = this.#account.service.listQueues({ resultsPerPage: perPage });
    const { value: page } = await pages.byPage(continuationToken === undefined ? {} : { continuationToken }).next();
    this.#continuationToken = page?.continuationToken;
    this.hasMore.value = this.#continuationToken !== undefined;

    const known = new Map(this.rows.value?.map(({ name, count }) => [name, count.value]));
    const rows = (page?.items ?? []).map(({ name }) => ({ name, count: signal(known.get(name) ?? {}) }));
    this.rows.value = [...before(), ...rows];
    void this.#count(rows);
  }

  /** Asks for the counts, from the first row to the last, a few at once. */
  async #count(rows: Row[]): Promise<void> {
    const waiting = rows.values();
    const worker = async () => {
      for (const row of waiting) row.count.value = await this.#countOf(row.name);
    };
    await Promise.all(Array.from({ length: atOnce }, worker));
  }

  async #countOf(name: string): Promise<Count> {
    const reason = whyNot(this.#account.sas, "count", Date.now());
    if (reason !== undefined) return { reason };
    try {
      const { approximateMessageCount } = await this.#account.service.getQueueClient(name).getQueueProperties();
      return { number: approximateMessageCount };
    } catch (error) {
      return { reason: explain(error).headline };
    }
  }
}
