import { initSync, replaceOldCore, __wbg_reset_state as startAnew } from "../build/core.js";
import { type AzureError, azureError, toError } from "./errors.js";
// The build puts another loader in its place for each other entry. Binding one by a side effect at import is what
// bundlers drop.
import { compiledCore } from "./load/embedded.js";
import { wasmError } from "./load/wasm-error.js";
import { requireTextCodecs } from "./platform.js";

/** Number of the instance in use; 0 is none. What was made in another one is gone. */
let instance = 0;
/** What the instance before it crashed with, as long as no other one has taken its place. */
let crash: unknown;
/** How many functions of the core are on the stack: in a hook another one may be called. */
let depth = 0;
/** Who waits for something of the instance in use. */
const waiting = new Set<(reason: unknown) => void>();

/**
 * Instantiates the core before its first use and never earlier: importing this package has no effect. A failure is not
 * remembered, so that a later use can succeed.
 * @returns the number of the instance
 * @internal
 */
export function load(): number {
  if (crash !== undefined) startAgain(crash);
  if (instance > 0) return instance;
  const module = compiledCore();
  try {
    requireTextCodecs();
    initSync({ module });
  } catch (cause) {
    throw wasmError(cause);
  }
  instance = 1;
  return instance;
}

/** Can be done once more where it fails halfway. */
function startAgain(reason: unknown): void {
  // What is still under way in the one that crashed would read the memory of the next one.
  if (depth > 0) throw crashed(reason);
  startAnew();
  replaceOldCore();
  for (const reject of waiting) reject(reason);
  crash = undefined;
}

/**
 * What a function of the core gives; throws what it refuses with, which it gives as well.
 * @internal
 */
export function given<Result>(use: () => unknown): Result {
  depth++;
  let result: unknown;
  try {
    result = use();
  } finally {
    depth--;
  }
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
    return given(use);
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
    instance++;
    crash = thrown;
    try {
      load();
    } catch {
      // In a hook it cannot be done, nor where the stack is full: the next use has to do it.
    }
  }
  return crashed(thrown);
}

function crashed(cause: unknown): AzureError {
  return azureError({
    azureQueueError: "WasmError",
    message:
      "The WebAssembly core crashed, which is a mistake in azure-queue-wasm: please report it. It was started anew, " +
      "and the next call works.",
    code: "Crashed",
    details: {},
    attempts: [],
    cause,
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
