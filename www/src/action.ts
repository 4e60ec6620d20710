// Something a person can start: whether it is under way, and how it failed the last time.

import { signal } from "@preact/signals";
import { isAzureError } from "azure-queue-wasm";

export class Action {
  readonly busy = signal(false);
  readonly failure = signal<unknown>(undefined);
  #next: (() => Promise<void>) | undefined;

  /** Does the work unless other work of this action is under way. Returns whether it was done. */
  async run(work: () => Promise<void>): Promise<boolean> {
    return this.#run(work, () => {});
  }

  /**
   * The same for work that only reads. It is repeated when the device is online again, and when it is asked for while it is
   * under way: the result of the work under way may be older than what the caller has just done.
   */
  async read(work: () => Promise<void>): Promise<boolean> {
    if (this.busy.value) {
      this.#next = work;
      return false;
    }
    const done = await this.#run(work, () => void this.read(work));
    const next = this.#next;
    this.#next = undefined;
    return next ? this.read(next) : done;
  }

  async #run(work: () => Promise<void>, whenOnline: () => void): Promise<boolean> {
    if (this.busy.value) return false;
    this.busy.value = true;
    try {
      await work();
      this.failure.value = undefined;
      return true;
    } catch (error) {
      this.failure.value = error;
      if (isAzureError(error) && error.code === "Offline") this.#awaitConnection(error, whenOnline);
      return false;
    } finally {
      this.busy.value = false;
    }
  }

  #awaitConnection(error: unknown, whenOnline: () => void): void {
    const connected = () => {
      if (this.failure.value !== error) return;
      this.failure.value = undefined;
      whenOnline();
    };
    addEventListener("online", connected, { once: true });
  }
}
