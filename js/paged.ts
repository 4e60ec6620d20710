import type { Page } from "./models.js";
import { atCaller, startAtCaller } from "./stack.js";
import { type Known, own } from "./validation.js";

/** Where `byPage` begins. */
export interface PageSettings {
  /**
   * The `continuationToken` of an earlier page, to go on after it, at the endpoint in use (`locationMode`). Default: the
   * first page.
   */
  continuationToken?: string;
}

const pageSettings: Known<PageSettings> = { continuationToken: true };

/**
 * Results that arrive page by page, while they are asked for: nothing is requested before the loop begins, and leaving
 * the loop requests nothing more. Each loop begins anew.
 */
export class PagedAsyncIterable<Item> implements AsyncIterable<Item> {
  readonly #pages: (continuationToken: string | undefined) => AsyncGenerator<Page<Item>, undefined, undefined>;

  /** @internal */
  constructor(pages: (continuationToken: string | undefined) => AsyncGenerator<Page<Item>, undefined, undefined>) {
    this.#pages = pages;
  }

  /** One result after the other. */
  async *[Symbol.asyncIterator](): AsyncGenerator<Item, undefined, undefined> {
    try {
      for await (const page of this.#pages(undefined)) {
        // `yield*` would await each item once more.
        for (const item of page.items) yield item;
      }
    } catch (error) {
      throw startAtCaller(error, this[Symbol.asyncIterator]);
    }
  }

  /** One page after the other. */
  byPage(settings?: PageSettings): AsyncGenerator<Page<Item>, undefined, undefined> {
    const { continuationToken } = atCaller(this.byPage, () => own("settings", settings, pageSettings));
    return this.#byPage(continuationToken);
  }

  async *#byPage(continuationToken: string | undefined): AsyncGenerator<Page<Item>, undefined, undefined> {
    try {
      return yield* this.#pages(continuationToken);
    } catch (error) {
      throw startAtCaller(error, this.#byPage);
    }
  }
}
