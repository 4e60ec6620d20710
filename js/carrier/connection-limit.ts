// Bounds the connections to one host. `maxSockets` of Node's Agent cannot: it does not count connections that it sets up
// through a proxy's tunnel, its queue stands still when such a tunnel fails, and it keeps requests that were aborted.

/** A request that waits; without `start` it has given up. */
interface Waiting {
  start: (() => Promise<unknown>) | undefined;
  next: Waiting | undefined;
}

/** Lets a number of requests run at once; the others wait, first come, first served. */
export class ConnectionLimit {
  #free: number;
  #first: Waiting | undefined;
  #last: Waiting | undefined;

  constructor(readonly maxConnections: number) {
    this.#free = maxConnections;
  }

  /** Whether no request runs, and so none waits. */
  get isIdle(): boolean {
    return this.#free === this.maxConnections;
  }

  /** Takes a place for `request` if there is one, and keeps it until the request settles. */
  runNow<Result>(request: () => Promise<Result>): Promise<Result> | undefined {
    if (this.#free === 0) return undefined;
    this.#free--;
    const running = request();
    this.#releaseAfter(running);
    return running;
  }

  /**
   * Calls `request` when it is its turn.
   * @returns a function that gives up waiting; it has no effect once the request runs
   */
  runLater(request: () => Promise<unknown>): () => void {
    const waiting: Waiting = { start: request, next: undefined };
    if (this.#last === undefined) this.#first = waiting;
    else this.#last.next = waiting;
    this.#last = waiting;
    return () => {
      waiting.start = undefined;
    };
  }

  #releaseAfter(running: Promise<unknown>): void {
    running.then(this.#release, this.#release);
  }

  /** Hands the place of a request that has settled to the next one. */
  readonly #release = (): void => {
    for (let waiting = this.#first; waiting !== undefined; waiting = waiting.next) {
      this.#first = waiting.next;
      if (this.#first === undefined) this.#last = undefined;
      if (waiting.start === undefined) continue;
      this.#releaseAfter(waiting.start());
      return;
    }
    this.#free++;
  };
}
