// The queues of an account and about how many messages each has.

import { type Signal, signal } from "@preact/signals";
import { whyNot } from "./access.ts";
import { Action } from "./action.ts";
import type { Opened } from "./connect.ts";
import { explain } from "./failure.ts";

/** About how many messages there are, or why that is not known. Neither of both: not counted yet. */
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
  /** `undefined` until the first page has arrived: no list is not an empty list. */
  readonly rows = signal<Row[] | undefined>();
  readonly hasMore = signal(false);
  /** How the names of the wanted queues begin. */
  readonly prefix = signal("");
  /** How the names of the listed queues begin, which differs while a list is under way. */
  readonly listedPrefix = signal("");
  readonly listing = new Action();
  readonly #opened: Opened;
  #continuationToken: string | undefined;
  /** Visible rows that wait for their counts. */
  readonly #waiting = new Set<Row>();
  readonly #counted = new WeakSet<Row>();
  #counting = 0;

  constructor(opened: Opened) {
    this.#opened = opened;
  }

  /** Lists from the beginning. The list that is shown stays until the new one has arrived. */
  load(): Promise<boolean> {
    return this.listing.read(() => this.#page(undefined, () => []));
  }

  /** Lists the next page. A second click while it loads does nothing. */
  async loadMore(): Promise<void> {
    if (this.listing.busy.value) return;
    // The list of another prefix cannot be continued.
    if (this.prefix.value !== this.listedPrefix.value) return void (await this.load());
    await this.listing.read(() => this.#page(this.#continuationToken, () => this.rows.value ?? []));
  }

  /** Lists the queues whose names begin so. */
  find(prefix: string): void {
    if (prefix === this.prefix.value) return;
    this.prefix.value = prefix;
    // A list under way begins again with this prefix.
    if (!this.listing.busy.value) void this.load();
  }

  /** Counts a row while it is visible. */
  show(row: Row, isVisible: boolean): void {
    if (!isVisible || this.#counted.has(row)) {
      this.#waiting.delete(row);
      return;
    }
    this.#waiting.add(row);
    if (this.#counting < atOnce) void this.#countWaiting();
  }

  async #page(continuationToken: string | undefined, before: () => Row[]): Promise<void> {
    const { value: nameStartsWith } = this.prefix;
    const pages = this.#opened.service.listQueues({ resultsPerPage: perPage, nameStartsWith });
    const { value: page } = await pages.byPage(continuationToken === undefined ? {} : { continuationToken }).next();
    // A person may have typed on while the list was under way.
    if (nameStartsWith !== this.prefix.value) return this.#page(undefined, () => []);
    this.#continuationToken = page?.continuationToken;
    this.hasMore.value = this.#continuationToken !== undefined;

    const known = new Map(this.rows.value?.map(({ name, count }) => [name, count.value]));
    const rows = (page?.items ?? []).map(({ name }) => ({ name, count: signal(known.get(name) ?? {}) }));
    this.rows.value = [...before(), ...rows];
    this.listedPrefix.value = nameStartsWith;
  }

  async #countWaiting(): Promise<void> {
    this.#counting++;
    for (const row of this.#waiting) {
      this.#waiting.delete(row);
      this.#counted.add(row);
      row.count.value = await this.#countOf(row.name);
    }
    this.#counting--;
  }

  async #countOf(name: string): Promise<Count> {
    const { service, sas } = this.#opened;
    const reason = whyNot(sas.value, "count", Date.now());
    if (reason !== undefined) return { reason };
    try {
      const { approximateMessageCount } = await service.getQueueClient(name).getQueueProperties();
      return { number: approximateMessageCount };
    } catch (error) {
      return { reason: explain(error).headline };
    }
  }
}
