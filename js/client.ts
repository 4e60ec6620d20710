// What both clients are around: a core, and what of the caller's a call has to do with.

import { Core, type Operation } from "../build/core.js";
import { load, sync } from "./core.js";
import { toError } from "./errors.js";
import { Fields } from "./fields.js";
import type { CallOptions, ClientOptions, Hooks } from "./options.js";
import type { Values } from "./reading.js";

/** The caller's `fetch`, `signal` and hooks; src/wasm/transport.js reads it. */
interface Host {
  readonly fetch: typeof fetch | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly onRequest: readonly unknown[];
  readonly onResponse: readonly unknown[];
  readonly onRetry: readonly unknown[];
}

/** A core, and its host but for what single calls bring. */
export interface Client {
  readonly core: Core;
  readonly host: Host;
}

/** A client with the address, credential and options that are in the fields. */
export function openClient(fields: Fields, credential: unknown, options: ClientOptions): Client {
  load();
  const core = sync(() => Core.open(fields.text, new Float64Array(fields.numbers), credential));
  return { core, host: { fetch: options.fetch, ...hooksOf(options) } };
}

const none: readonly never[] = [];

function hooksOf({ onRequest, onResponse, onRetry }: Hooks, before?: Host) {
  const list = (hooks: readonly unknown[] = none, hook: unknown) => (hook === undefined ? hooks : [...hooks, hook]);
  return {
    onRequest: list(before?.onRequest, onRequest),
    onResponse: list(before?.onResponse, onResponse),
    onRetry: list(before?.onRetry, onRetry),
  };
}

/** Begins the fields of a call with what every call can be told. */
export function callFields(options: CallOptions): Fields {
  const fields = new Fields().integer(options.timeout).string(options.clientRequestId).signal(options.signal);
  return writeHooks(fields, options).pairs(options.headers, false);
}

/** Hooks cross the seam as a word on whether they are functions. */
export function writeHooks(fields: Fields, { onRequest, onResponse, onRetry }: Hooks): Fields {
  return fields.function(onRequest).function(onResponse).function(onRetry);
}

/**
 * Sends a call and awaits what the core makes of the response. Rejects with an error whose stack leads to the caller; bad
 * arguments are refused before anything is sent.
 */
export async function call<Result = Values>(
  { core, host }: Client,
  operation: Operation,
  options: CallOptions,
  fields: Fields = callFields(options),
): Promise<Result> {
  try {
    const { text, numbers, bytes } = fields;
    const ofCall = { fetch: host.fetch, signal: options.signal, ...hooksOf(options, host) };
    return (await core.call(operation, text, new Float64Array(numbers), bytes, ofCall)) as Result;
  } catch (thrown) {
    throw toError(thrown);
  }
}

/** Checks the arguments of a call that comes later; without an operation only its options. */
export function check({ core }: Client, operation: Operation | undefined, { text, numbers }: Fields): void {
  sync(() => core.check(operation, text, new Float64Array(numbers)));
}
