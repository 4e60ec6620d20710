import type { ClientErrorCode } from "../error-codes.js";
import { azureError } from "../errors.js";

const BLOCKED = "The page's Content Security Policy blocks WebAssembly: add 'wasm-unsafe-eval' to its script-src.";
const EMBEDDER =
  "This runtime cannot compile WebAssembly from bytes: bundle with the export condition `workerd` or `edge-light`, or " +
  "use `azure-queue-wasm/slim`.";
const MISSING = "WebAssembly is not defined; it is switched off, or the runtime is too old.";

/** What one of the platform's compilers refused, with what to do about it. */
export function wasmError(cause: unknown): unknown {
  const words = String(cause);
  if (/content security|\bcsp\b|unsafe-eval/i.test(words))
    return failed("BlockedByContentSecurityPolicy", BLOCKED, cause);
  if (/embedder/i.test(words)) return failed("BlockedByRuntime", EMBEDDER, cause);
  if (typeof WebAssembly === "undefined") return failed("NoWebAssembly", MISSING, cause);
  return failed("NotLoaded", `The WebAssembly core could not be loaded: ${words}`, cause);
}

export function failed(code: ClientErrorCode, message: string, cause?: unknown): unknown {
  return azureError({ azureQueueError: "WasmError", message, code, details: {}, attempts: [], cause });
}
