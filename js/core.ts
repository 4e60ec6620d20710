import { initSync, replaceOldCore, __wbg_reset_state as startAnew } from "../build/core.js";
import { type AzureError, azureError, toError } from "./errors.js";
// The build puts another loader in its place for each other entry. Binding one by a side effect at import is what
// bundlers drop.
import { compiledCore } from "./load/embedded.js";
import { wasmError } from "./load/wasm-error.js";

/** Number of the instance in use; 0 is none. What was made in another one is gone. */
let instance = 0;
/** Who waits for something of the instance in use. */
const waiting = new Set<(reason: unknown) => void>();

/**
 * Instantiates the core before its first use and never earlier: importing this package has no effect. A failure is not
 * remembered, so that a later use can succeed.
 * @returns the number of the instance
 * @internal
 */
export function load(): number {
  if (instance > 0) return instance;
  const module = compiledCore();
  try {
    initSync({ module });
  } catch (cause) {
    throw wasmError(cause);
  }
  instance = 1;
  return instance;
}

/**
 * What a function of the core gave; throws what it refused with, which it gives as well.
 * @internal
 */
export function given<Result>(result: unknown): Result {
  if (typeof result === "object" && result !== null && Object.hasOwn(result, "refused")) {
    throw (result as { refused: unknown }).refused;
  }
  return result as Result;
}

/**
 * Runs something of the core, throwing errors in place of the core's records.
 * @internal
 */
export function sync<Result>(use: () => unknown): Result {
  const begun = instance;
  try {
    return given(use());
  } catch (thrown) {
    throw crashOf(thrown, begun) ?? toError(thrown);
  }
}

/**
 * The error of a crash; `undefined` when it was none.
 * @param begun number of the instance in which it began
 * @internal
 */
export function crashOf(thrown: unknown, begun: number): AzureError | undefined {
  if (begun === instance) {
    if (!(thrown instanceof WebAssembly.RuntimeError)) return undefined;
    // Whatever it was in the midst of is half done: nothing of this instance is used any more.
    startAnew();
    replaceOldCore();
    instance++;
    for (const giveUp of waiting) giveUp(thrown);
  }
  return azureError({
    azureQueueError: "WasmError",
    message:
      "The WebAssembly core crashed, which is a mistake in azure-queue-wasm: please report it. It was started anew, " +
      "and the next call works.",
    code: "Crashed",
    details: {},
    attempts: [],
    cause: thrown,
  });
}

/**
 * Waits for something of the core that would never come if the core were given up.
 * @internal
 */
export function unlessGivenUp<Result>(promise: Promise<Result>): Promise<Result> {
  return new Promise((resolve, reject) => {
    // Not by Promise.race: what lasts would remember everyone who ever waited.
    waiting.add(reject);
    promise.then(resolve, reject).finally(() => waiting.delete(reject));
  });
}
