// What both clients are around: a core, and what of the caller's a call has to do with.

import { again, ask, Core, giveUp, judge, Operation, Question, send } from "../build/core.js";
// The build puts Node's own in its place for the entries of Node.
import { type Carrier, carrierOf } from "./carrier/platform.js";
import { crashOf, given, load, sync, unlessGivenUp } from "./core.js";
import { argumentError, azureError, toError } from "./errors.js";
import { Fields } from "./fields.js";
import { type CallOptions, type ClientOptions, calledFunction, type Hooks } from "./options.js";
import type { Values } from "./reading.js";
import { startAtCaller } from "./stack.js";

/** The caller's `fetch`, `signal`, hooks and decision about retries; src/wasm/transport.js reads it. */
interface Host {
  readonly fetch: ClientOptions["fetch"] | undefined;
  readonly carry: Carrier | undefined;
  readonly signal?: AbortSignal | undefined;
  readonly retry: unknown;
  readonly onRequest: readonly unknown[];
  readonly onResponse: readonly unknown[];
  readonly onRetry: readonly unknown[];
  /** Which of them there are, in bits: 1 for requests, 2 for responses, 4 for retries, 8 for the decision about them. */
  readonly hears: number;
}

/** What was set since a client was opened, by the question that sets it. */
type Settings = Map<Question, Fields>;

/** A core, and its host but for what single calls bring. Should the core crash, it is opened again with all it was told. */
export class Client {
  readonly host: Host;
  /** Gives a core, or what is to be thrown. */
  readonly #open: () => unknown;
  /** Clients of an account have one signature in common, and each its own endpoint. */
  readonly #ofAccount: Settings;
  readonly #own: Settings = new Map();
  #core: Core | undefined;
  #instance = 0;

  private constructor(open: () => unknown, host: Host, ofAccount: Settings) {
    this.#open = open;
    this.host = host;
    this.#ofAccount = ofAccount;
    // What is wrong with its arguments is told now.
    this.core;
  }

  /** A client with the address, credential and options that are in the fields. */
  static open(fields: Fields, credential: unknown, options: ClientOptions): Client {
    const { fetch } = options;
    const carry = carrierOf(options);
    // What somebody put on `Object.prototype` is no signal.
    const host = { fetch, carry, signal: undefined, ...hooksOf(options) };
    return new Client(() => Core.open(fields.utf8, fields.float64s, credential), host, new Map());
  }

  /** A client for the queue that is in the fields. */
  queue(fields: Fields): Client {
    const open = () => this.core.ask(Question.Queue, fields.utf8, fields.float64s);
    return new Client(open, this.host, this.#ofAccount);
  }

  /** The core, in the instance in use. */
  get core(): Core {
    const instance = load();
    if (this.#core !== undefined && this.#instance === instance) return this.#core;
    const core = sync<Core>(this.#open);
    for (const [question, fields] of [...this.#ofAccount, ...this.#own]) {
      sync(() => core.ask(question, fields.utf8, fields.float64s));
    }
    this.#core = core;
    this.#instance = instance;
    return core;
  }

  /** Tells something of the client, or sets it. */
  ask(question: Question, fields = new Fields()): Values | undefined {
    const { core } = this;
    const told = sync<Values | undefined>(() => core.ask(question, fields.utf8, fields.float64s));
    if (question === Question.UpdateSas) this.#ofAccount.set(question, fields);
    if (question === Question.SetLocationMode) this.#own.set(question, fields);
    return told;
  }
}

const none: readonly never[] = [];

function hooksOf(options: CallOptions | ClientOptions, before?: Host) {
  const list = (hooks: readonly unknown[] = none, hook: unknown) => (hook === undefined ? hooks : [...hooks, hook]);
  const onRequest = list(before?.onRequest, options.onRequest);
  const onResponse = list(before?.onResponse, options.onResponse);
  const onRetry = list(before?.onRetry, options.onRetry);
  const retry = decisionOf(options, before);
  const hears = (onRequest.length && 1) | (onResponse.length && 2) | (onRetry.length && 4) | (retry ? 8 : 0);
  return { retry, onRequest, onResponse, onRetry, hears };
}

/** What a call has to do with: most bring nothing of their own. */
function hostOf(before: Host, options: CallOptions): Host {
  const { signal, retry, onRequest, onResponse, onRetry } = options;
  const own = signal ?? retry ?? onRequest ?? onResponse ?? onRetry;
  if (own === undefined) return before;
  return {
    fetch: before.fetch,
    carry: before.carry,
    signal,
    ...hooksOf(options, before),
  };
}

/** Called by each call and not by the constructor, since tests set `globalThis.fetch` after a client is created. */
function requireFetch({ fetch, carry }: Host): void {
  if ((fetch ?? carry ?? globalThis.fetch) !== undefined) return;
  throw argumentError(TypeError, "fetch is not defined; set globalThis.fetch or the option fetch", "fetch");
}

/** The function that decides about retries, if there is one. */
function decisionOf({ retry }: CallOptions | ClientOptions, before?: Host): unknown {
  if (retry === undefined) return before?.retry;
  return typeof retry === "function" ? retry : undefined;
}

/** Begins the fields of a call with what every call can be told. */
export function callFields(options: CallOptions): Fields {
  const fields = new Fields().integer(options.timeout).string(options.clientRequestId).signal(options.signal);
  writeHooks(fields, options).pairs(options.headers, false);
  const { retry } = options;
  if (retry === undefined || typeof retry === "function") fields.kind(0);
  else writeRetry(fields.kind(1), retry);
  return fields.seconds(options.tryTimeout).seconds(options.deadline).flag(options.checkAccess);
}

/** Hooks cross the seam as a word on whether they are functions. */
export function writeHooks(fields: Fields, { onRequest, onResponse, onRetry }: Hooks): Fields {
  return fields.function(onRequest).function(onResponse).function(onRetry);
}

/** Of a function the core knows nothing but what it decides. */
export function writeRetry(fields: Fields, retry: CallOptions["retry"]): Fields {
  const { mode, maxTries, delay, maxDelay, unsafe, toSecondary } = typeof retry === "object" ? retry : {};
  return fields.string(mode).integer(maxTries).seconds(delay).seconds(maxDelay).flag(unsafe).flag(toSecondary);
}

/** What must not be done twice. */
const notTwice = new Set<Operation>([
  Operation.SendMessage,
  Operation.ReceiveMessages,
  Operation.UpdateMessage,
  Operation.UpdateVisibilityTimeout,
]);

/** What a request comes to; where nothing was sent, somebody has to be asked for what proves it. */
type Sending = Promise<unknown> | undefined;

/** By which the core knows the calls on their way; those of calls that have ended are used again. */
const freeNumbers: number[] = [];
let numbers = 0;

/** What a call needs before its first step. Bad arguments that the core does not see are refused here. */
function prepare(client: Client, options: CallOptions, write: ((fields: Fields) => unknown) | undefined) {
  try {
    const { core } = client;
    const host = hostOf(client.host, options);
    requireFetch(host);
    const fields = callFields(options);
    write?.(fields);
    return { core, host, fields, begun: load() };
  } catch (error) {
    throw startAtCaller(error, calledFunction(options));
  }
}

/**
 * Takes a call through its steps: what proves it, the request, what came of it, and so on until there is an end. Rejects
 * with an error whose stack starts at the caller; bad arguments are refused before anything is sent.
 * @param write writes the arguments of the operation
 */
export async function call<Result = Values>(
  client: Client,
  operation: Operation,
  options: CallOptions,
  write?: (fields: Fields) => unknown,
): Promise<Result> {
  const { core, host, fields, begun } = prepare(client, options, write);
  const { signal } = options;
  const number = freeNumbers.pop() ?? numbers++;
  let sent = false;
  // In a core that was started anew, the number is that of another call.
  const inItsCore = <Awaited>(value: Awaited): Awaited => {
    if (load() !== begun) throw new Error("The core was started anew in between.");
    return value;
  };
  try {
    const aborted = Boolean(signal?.aborted);
    let sending = given<Sending>(() =>
      core.call(number, operation, fields.utf8, fields.float64s, fields.bytes, host, aborted),
    );
    if (aborted) throw { azureQueueReason: signal?.reason };
    for (;;) {
      if (sending === undefined) {
        inItsCore(await unlessGivenUp(given<Promise<unknown>>(() => ask(number))));
        sending = given<Sending>(() => send(number));
      }
      sent = true;
      const came = inItsCore(await sending);
      const result = given(() => judge(number, came));
      if (!(result instanceof Promise)) return result as Result;
      const waited = inItsCore(await unlessGivenUp(result));
      sending = given<Sending>(() => again(number, waited));
    }
  } catch (thrown) {
    const crash = crashOf(thrown, begun);
    if (crash !== undefined) {
      const error = sent && notTwice.has(operation) ? ambiguous(crash) : crash;
      throw startAtCaller(error, calledFunction(options));
    }
    try {
      giveUp(number);
    } catch (cause) {
      // The core is started anew, and what the call ends with stays as it is.
      crashOf(cause, begun);
    }
    throw toError(thrown, calledFunction(options));
  } finally {
    freeNumbers.push(number);
  }
}

function ambiguous(cause: unknown) {
  const message = "The request was sent, and what came of it is not known.";
  return azureError({ azureQueueError: "AmbiguousOutcomeError", message, details: {}, attempts: [], cause });
}

/** Checks the arguments of a call that comes later; without an operation only its options. */
export function check({ core }: Client, operation: Operation | undefined, fields: Fields): void {
  sync(() => core.check(operation, fields.utf8, fields.float64s));
}
