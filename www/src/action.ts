// Something a person can start: whether it is under way, and how it failed the last time.

import { signal } from "@preact/signals";
import { isAzureError } from "azure-queue-wasm";

export class Action {
  readonly busy = signal(false);
  readonly failure = signal<unknown>(undefined);

  /** Does the work unless other work of this action is under way. Returns whether it was done. */
  async run(work: () => Promise<void>): Promise<boolean> {
    return this.#run(work, () => {});
  }

  /** The same for work that only reads, which is repeated when the device is online again. */
  async read(work: () => Promise<void>): Promise<boolean> {
    return this.#run(work, () => void this.read(work));
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
