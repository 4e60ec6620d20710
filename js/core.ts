import { initSync, replaceOldCore, __wbg_reset_state as startAnew } from "../build/core.js";
import { type AzureError, azureError, toError } from "./errors.js";
// The build puts another loader in its place for each other entry. Binding one by a side effect at import is what
// bundlers drop.
import { compiledCore } from "./load/embedded.js";
import { wasmError } from "./load/wasm-error.js";

/** Number of the instance in use; 0 is none. What was made in another one is gone. */
let instance = 0;
/** Rejects when the instance in use is given up, for those who wait for something of it. */
let givenUp: ReturnType<typeof deferred> | undefined;

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
 * Runs something of the core, throwing errors in place of the core's records.
 * @internal
 */
export function sync<Result>(use: () => Result): Result {
  const begun = instance;
  try {
    return use();
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
    givenUp?.reject(thrown);
    givenUp = undefined;
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

function deferred(): { promise: Promise<never>; reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => {};
  const promise = new Promise<never>((_, refuse) => {
    reject = refuse;
  });
  // Mostly nobody waits for it.
  promise.catch(() => {});
  return { promise, reject };
}

/** Waits for something of the core that would never come if the core were given up. */
export async function unlessGivenUp<Result>(promise: Promise<Result>): Promise<Result> {
  givenUp ??= deferred();
  return await Promise.race([promise, givenUp.promise]);
}
