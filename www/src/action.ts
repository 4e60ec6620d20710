import { signal } from "@preact/signals";

/** Something a person can start: whether it is under way, and how it failed the last time. */
export class Action {
  readonly busy = signal(false);
  readonly failure = signal<unknown>(undefined);

  /** Does it, unless it is under way. Gives whether it was done. */
  async run(work: () => Promise<void>): Promise<boolean> {
    if (this.busy.value) return false;
    this.busy.value = true;
    try {
      await work();
      this.failure.value = undefined;
      return true;
    } catch (error) {
      this.failure.value = error;
      return false;
    } finally {
      this.busy.value = false;
    }
  }
}
