import * as glue from "../build/core.js";
import { wasmBase64 } from "../build/embedded.js";
import { toError } from "./errors.js";

let ready = false;

/**
 * The core, instantiated at its first use and never before: importing this package has no effect. A failure is not
 * remembered, so that a later use can succeed.
 * @internal
 */
export function core(): typeof glue {
  if (!ready) {
    glue.initSync({ module: bytes(wasmBase64) });
    ready = true;
  }
  return glue;
}

function bytes(base64: string): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  // A plain loop: `Uint8Array.from` with a function takes ten times as long.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
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

/**
 * Awaits something of the core; rejects with an error whose stack leads to the caller.
 * @internal
 */
export async function call<Result>(use: () => Promise<unknown>): Promise<Result> {
  try {
    return (await use()) as Result;
  } catch (thrown) {
    throw toError(thrown);
  }
}
