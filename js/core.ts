import { initSync } from "../build/core.js";
import { toError } from "./errors.js";
// The build puts another loader in its place for each other entry. Binding one by a side effect at import is what
// bundlers drop.
import { compiledCore } from "./load/embedded.js";
import { wasmError } from "./load/wasm-error.js";

let ready = false;

/**
 * Instantiates the core before its first use and never earlier: importing this package has no effect. A failure is not
 * remembered, so that a later use can succeed.
 * @internal
 */
export function load(): void {
  if (ready) return;
  const module = compiledCore();
  try {
    initSync({ module });
  } catch (cause) {
    throw wasmError(cause);
  }
  ready = true;
}

/**
 * Runs something of the core, throwing errors in place of the core's records.
 * @internal
 */
export function sync<Result>(use: () => Result): Result {
  try {
    return use();
  } catch (thrown) {
    throw toError(thrown);
  }
}
