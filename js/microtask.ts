import { crashOf, load } from "./core.js";

/**
 * The build puts this in the place of the platform's own: the core goes on in it once a credential has answered, and a
 * crash in there would be nobody's. Whoever waits for the core is told of it.
 * @internal
 */
export function queueMicrotask(task: () => void): void {
  const begun = load();
  globalThis.queueMicrotask(() => {
    try {
      task();
    } catch (thrown) {
      if (crashOf(thrown, begun) === undefined) throw thrown;
    }
  });
}
