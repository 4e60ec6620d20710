import * as glue from "../build/core.js";
import { toError } from "./errors.js";
// The build puts another loader in its place for each other entry. Binding one by a side effect at import is what
// bundlers drop.
import { compiledCore } from "./load/embedded.js";
import { wasmError } from "./load/wasm-error.js";

let ready = false;

/**
 * The core, instantiated at its first use and never before: importing this package has no effect. A failure is not
 * remembered, so that a later use can succeed.
 * @internal
 */
export function core(): typeof glue {
  if (!ready) {
    const module = compiledCore();
    try {
      glue.initSync({ module });
    } catch (cause) {
      throw wasmError(cause);
    }
    ready = true;
  }
  return glue;
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
