import type { ErrorCode } from "./error-codes.js";
import { Reading, type Values } from "./reading.js";
import { ownError, type PublicFunction, startAtCaller } from "./stack.js";

/** The names of the error classes: compare with `error.name`, or use {@link isAzureError}. */
export type AzureErrorName = keyof typeof classes;

/** One try of a call: when, where, and what came of it. */
export interface Attempt {
  /** When the attempt began, by this machine's clock. */
  readonly startedOn: Date;
  /** Host (and, for an emulator, path) that the request went to. */
  readonly host: string;
  /** HTTP status of the response; missing when there was none. */
  readonly statusCode?: number;
  /** `x-ms-request-id` of the response, which the service's support asks for; missing when there was none. */
  readonly requestId?: string;
  /** Why there was no response, in the platform's words; missing when there was one. */
  readonly failure?: string;
  /** Seconds waited before the next attempt; 0 on the last one. */
  readonly wait: number;
}

/**
 * What an error is made of: plain, without secrets.
 * @internal
 */
interface ErrorRecord {
  azureQueueError: AzureErrorName;
  message: string;
  code?: ErrorCode | undefined;
  statusCode?: number | undefined;
  requestId?: string | undefined;
  request?: string | undefined;
  details: Record<string, string>;
  attempts: Attempt[];
  elapsed?: number;
  retryable?: boolean;
  cause?: unknown;
}

/** Shared by all copies of this package in a program, and by all realms. */
const brand = Symbol.for("azure-queue-wasm.error");

/** Node, Deno and Bun call a method of this name to print an object. */
const inspectCustom = Symbol.for("nodejs.util.inspect.custom");

/**
 * Base of all errors that a request can end with. Errors hold no secret: no key, no access token and no
 * signature is in any property, nor in what `JSON.stringify` or a logger makes of them.
 *
 * Bad arguments are reported with a plain `TypeError` or `RangeError`, before anything is sent.
 */
export class AzureError extends Error {
  /** The class by its name, such as `ResourceNotFoundError`; it outlives bundlers that shorten the names of classes. */
  declare readonly name: AzureErrorName;
  /**
   * The service's error code, such as `QueueNotFound`; missing when the service did not give one.
   * Source: https://learn.microsoft.com/rest/api/storageservices/queue-service-error-codes
   *
   * Where there was no response it says why, if that is known: `Offline`, `NameNotFound`, `ConnectionRefused`, `Tls`,
   * `HostNotReached`, `Cors`, `ContentSecurityPolicy`, `PermissionDenied` (of Deno or Node, for the network), `PortBlocked`.
   * `NotFromService`: a proxy, a login page or another server answered. `EmulatorAccount`: an emulator finds no account in
   * the URL.
   */
  declare readonly code: ErrorCode | undefined;
  /** HTTP status of the last response; missing when there was none. */
  declare readonly statusCode: number | undefined;
  /** `x-ms-request-id` of the last response, which the service's support asks for. */
  declare readonly requestId: string | undefined;
  /** Method and URL of the request, such as `POST https://myaccount.queue.core.windows.net/orders/messages`. */
  declare readonly request: string | undefined;
  /** Further elements of the service's error, names in lower case: `authenticationerrordetail`, for example. Of a
   * `SasPermissionError` the letters that are missing: `permission` (any one of them), `resourcetype`, `service`, or what
   * does not fit: `protocol`, `resource`; of a `SasExpiredError` its `expiry`. `credential` is `none` where the client has
   * none and the service refuses the call. */
  declare readonly details: Readonly<Record<string, string>>;
  /** Every try of the call, the first one first. Empty when nothing was sent. */
  declare readonly attempts: readonly Attempt[];
  /** Seconds from the beginning of the call to its end; 0 when nothing was sent. */
  declare readonly elapsed: number;
  /**
   * Whether the same call may be made again by the program: that does no harm, and may succeed. `false` when what it was
   * to do may be done already and must not be done twice, and when nothing suggests that it would go better.
   */
  declare readonly retryable: boolean;
  /** Where a list broke off: give it to `byPage({ continuationToken })` to go on. Only on errors of lists. */
  declare continuationToken?: string;
  /** @internal */
  declare readonly [brand]: true;

  /** @internal */
  constructor(record: ErrorRecord) {
    super(record.message, record.cause === undefined ? undefined : { cause: record.cause });
    const { azureQueueError: name, code, statusCode, requestId, request, details, attempts } = record;
    const { elapsed = 0, retryable = false } = record;
    const isSent = attempts.length > 0;
    setProperty(this, "name", name, false);
    setProperty(this, brand, true, false);
    setProperties(this, { code, statusCode, requestId, request, details, attempts });
    setProperty(this, "elapsed", elapsed, isSent);
    setProperty(this, "retryable", retryable, isSent || retryable);
    ownError(this);
  }

  /** What loggers write. */
  toJSON(): Record<string, unknown> {
    const { name, message, code, statusCode, requestId, request, details, attempts } = this;
    const { elapsed, retryable, continuationToken } = this;
    const cause = inWords(this.cause);
    const story = { name, message, code, statusCode, requestId, request, details, attempts, elapsed, retryable };
    return { ...story, continuationToken, cause };
  }

  /** What `console.log` shows: a cause that only repeats the message is left out, and its own cause takes its place. */
  [inspectCustom](): Error {
    let { cause } = this;
    while (isAzureError(cause) && isRepeated(cause, this)) cause = cause.cause;
    if (cause === this.cause) return this;
    const { cause: _, ...properties } = Object.getOwnPropertyDescriptors(this) as PropertyDescriptorMap;
    const shown: Error = Object.create(Object.getPrototypeOf(this), properties);
    if (cause !== undefined) setProperty(shown, "cause", cause, false);
    setProperty(shown, "stack", this.stack, false);
    // Otherwise the copy would be asked again.
    setProperty(shown, inspectCustom, undefined, false);
    return shown;
  }
}

/** Whether a cause says nothing that is not in the error itself. */
function isRepeated(cause: AzureError, error: AzureError): boolean {
  const fields = Object.keys(cause) as (keyof AzureError)[];
  return error.message.startsWith(cause.message) && fields.every((field) => cause[field] === error[field]);
}

/** Sets properties of an error. Those without a value or an item are not enumerable, so that loggers leave them out. */
function setProperties(error: Error, properties: Record<string, unknown>): void {
  for (const [name, value] of Object.entries(properties)) {
    const isEmpty = typeof value === "object" && value !== null && Object.keys(value).length === 0;
    setProperty(error, name, value, value !== undefined && !isEmpty);
  }
}

function setProperty(error: Error, name: PropertyKey, value: unknown, enumerable: boolean): void {
  // Without a prototype: other code may have added a property `get` to `Object.prototype`.
  const property = { __proto__: null, value, enumerable, writable: true, configurable: true };
  Object.defineProperty(error, name, property as PropertyDescriptor);
}

/** What an error that was caught says; anything else can be anything. */
function inWords(cause: unknown): string | undefined {
  try {
    return cause instanceof Error ? Error.prototype.toString.call(cause) : undefined;
  } catch {
    return undefined;
  }
}

/**
 * The request never reached the service: the name was not found, the connection refused. With the code `HostNotReached` a
 * web page saw no sign of the host; only calls that can simply be repeated end so.
 */
export class ServiceRequestError extends AzureError {
  /** The name of this class, or of one that extends it. */
  declare readonly name: "ServiceRequestError" | "ServiceRequestTimeoutError";
}

/** The time for the call was over before a request could be sent. */
export class ServiceRequestTimeoutError extends ServiceRequestError {
  /** The name of the class. */
  declare readonly name: "ServiceRequestTimeoutError";
}

/** The request may have reached the service, but no usable response came back: what it was to do may be done. */
export class ServiceResponseError extends AzureError {
  /** The name of this class, or of one that extends it. */
  declare readonly name:
    | "ServiceResponseError"
    | "ServiceResponseTimeoutError"
    | "DeadlineExceededError"
    | "AmbiguousOutcomeError";
}

/** The request may have reached the service, but no response came in time (`tryTimeout`). */
export class ServiceResponseTimeoutError extends ServiceResponseError {
  /** The name of this class, or of one that extends it. */
  declare readonly name: "ServiceResponseTimeoutError" | "DeadlineExceededError";
}

/** The time for the call with all its attempts was over (`deadline`) before a response came. */
export class DeadlineExceededError extends ServiceResponseTimeoutError {
  /** The name of the class. */
  declare readonly name: "DeadlineExceededError";
}

/**
 * The outcome of the call is unknown: the service may have carried it out, and no usable response came back. The message
 * says what may have happened and how to find out, and `cause` is the error that says what went wrong.
 *
 * Sending, receiving and updating messages must not be done twice: `retryable` is `false`. Any other write ends so only
 * when another server answered in the place of the service (code `NotFromService`); it may be made again, and `retryable`
 * is `true`.
 */
export class AmbiguousOutcomeError extends ServiceResponseError {
  /** The name of the class. */
  declare readonly name: "AmbiguousOutcomeError";
}

/** The service answered with an error that has no class of its own: see `code` and `statusCode`. */
export class HttpResponseError extends AzureError {
  /** The name of this class, or of one that extends it. */
  declare readonly name:
    | "HttpResponseError"
    | "ClientAuthenticationError"
    | "SasExpiredError"
    | "SasPermissionError"
    | "ResourceNotFoundError"
    | "ResourceExistsError"
    | "ResourceModifiedError"
    | "ResourceNotModifiedError"
    | "DecodeError"
    | "TooManyRedirectsError";
}

/** The credential was refused (401, `AuthenticationFailed`), or no access token could be obtained. */
export class ClientAuthenticationError extends HttpResponseError {
  /** The name of this class, or of one that extends it. */
  declare readonly name: "ClientAuthenticationError" | "SasExpiredError" | "SasPermissionError";
}

/**
 * The shared access signature has ended: give a new one with `updateSas`, or use a function as credential. Nothing was
 * sent, unless it was the service that said so (`statusCode`).
 */
export class SasExpiredError extends ClientAuthenticationError {
  /** The name of the class. */
  declare readonly name: "SasExpiredError";
}

/**
 * The shared access signature does not allow the call: the message and `details` name the permission, resource type or
 * service that is missing. Nothing was sent.
 * Source: https://learn.microsoft.com/rest/api/storageservices/create-account-sas#account-sas-permissions-by-operation
 */
export class SasPermissionError extends ClientAuthenticationError {
  /** The name of the class. */
  declare readonly name: "SasPermissionError";
}

/** The queue or message does not exist (404). */
export class ResourceNotFoundError extends HttpResponseError {
  /** The name of the class. */
  declare readonly name: "ResourceNotFoundError";
}

/** The queue exists already or is being deleted (409). Other conflicts have the class of their `code`. */
export class ResourceExistsError extends HttpResponseError {
  /** The name of the class. */
  declare readonly name: "ResourceExistsError";
}

/** A condition of the request was not met (code `ConditionNotMet`). */
export class ResourceModifiedError extends HttpResponseError {
  /** The name of the class. */
  declare readonly name: "ResourceModifiedError";
}

/** The resource has not changed. No operation on queues ends with it; it is here for programs ported from Python. */
export class ResourceNotModifiedError extends HttpResponseError {
  /** The name of the class. */
  declare readonly name: "ResourceNotModifiedError";
}

/** A message's content could not be decoded. Found in `contentError` of that message. */
export class DecodeError extends HttpResponseError {
  /** The name of the class. */
  declare readonly name: "DecodeError";
}

/** The service answered with a redirect. None is followed, since the credential would go with it. */
export class TooManyRedirectsError extends HttpResponseError {
  /** The name of the class. */
  declare readonly name: "TooManyRedirectsError";
}

/**
 * The WebAssembly core could not be loaded: see `code`, which is `BlockedByContentSecurityPolicy`, `BlockedByRuntime`,
 * `NoWebAssembly` or `NotLoaded`. Thrown by what needs it first, a constructor for example.
 *
 * With the code `Crashed`: the core failed in this call, which is a mistake in this package. It was started anew, and the
 * next call works.
 */
export class WasmError extends AzureError {
  /** The name of the class. */
  declare readonly name: "WasmError";
}

const classes = {
  AzureError,
  WasmError,
  ServiceRequestError,
  ServiceRequestTimeoutError,
  ServiceResponseError,
  ServiceResponseTimeoutError,
  DeadlineExceededError,
  AmbiguousOutcomeError,
  HttpResponseError,
  ClientAuthenticationError,
  SasExpiredError,
  SasPermissionError,
  ResourceNotFoundError,
  ResourceExistsError,
  ResourceModifiedError,
  ResourceNotModifiedError,
  DecodeError,
  TooManyRedirectsError,
} as const;

/**
 * Tells whether a value is an error of this package, of any class or of the one named. Works where `instanceof`
 * does not: across realms (frames, `vm`) and between two copies of the package. What `postMessage` makes of an error is
 * a plain `Error`; to send one whole, send `error.toJSON()`.
 *
 * @example
 * ```ts
 * try {
 *   await queue.getQueueProperties();
 * } catch (error) {
 *   if (!isAzureError(error, "ResourceNotFoundError")) throw error;
 *   console.log(error.code);
 * }
 * ```
 */
export function isAzureError<Name extends AzureErrorName = "AzureError">(
  value: unknown,
  name?: Name,
): value is InstanceType<(typeof classes)[Name]> {
  try {
    if (typeof value !== "object" || value === null || (value as { [brand]?: true })[brand] !== true) return false;
    if (name === undefined) return true;
    if (!Object.hasOwn(classes, name)) return false;
    const own = classes[(value as AzureError).name];
    const wanted = classes[name];
    return own !== undefined && (own === wanted || own.prototype instanceof wanted);
  } catch {
    // What was caught can be anything, a proxy that throws for example.
    return false;
  }
}

/**
 * Turns what the core threw into an error; anything else (a signal's reason, what a hook threw) stays as it is.
 * @param publicFunction the function that the caller called, where it is asynchronous
 * @internal
 */
export function toError(thrown: unknown, publicFunction?: PublicFunction): unknown {
  if (typeof thrown !== "object" || thrown === null) return thrown;
  // Whatever somebody put on `Object.prototype`.
  const has = (name: string) => Object.hasOwn(thrown, name);
  if (has("azureQueueReason")) return aborted((thrown as { azureQueueReason: unknown }).azureQueueReason);
  if (!has("azureQueueError")) return thrown;
  const { azureQueueError: values, cause } = thrown as { azureQueueError: Values; cause: unknown };
  // What somebody's `fetch` failed with can have any form; it has no numbers like these.
  if (!(values?.[1] instanceof Float64Array)) return thrown;
  const read = new Reading(values);
  const name = read.text();
  const message = read.text();
  const [argument, allowed, given] = [read.optional(), read.optional(), read.optional()];
  if (argument !== undefined) {
    const Class = name === "TypeError" ? TypeError : RangeError;
    const error = argumentError(Class, camelCase(`${argument} must be ${allowed}; got `) + given, camelCase(argument));
    return startAtCaller(error, publicFunction);
  }
  // Not by azureError(): the stack has room for ten, and is to lead to the caller.
  const error = new classes[name as AzureErrorName]({
    azureQueueError: name as AzureErrorName,
    message: message.replace(/\b(service_version|check_access|try_timeout)\b/g, camelCase),
    code: read.optional(),
    statusCode: read.optionalNumber(),
    requestId: read.optional(),
    request: read.optional(),
    details: read.pairs(),
    elapsed: read.number(),
    retryable: read.flag() === true,
    attempts: readAttempts(read),
    cause: toError(cause, publicFunction),
  });
  return startAtCaller(error, publicFunction);
}

/**
 * What an aborted call rejects with: signals that are not the platform's own may have no reason.
 * @internal
 */
export function aborted(reason: unknown): unknown {
  return reason === undefined ? new DOMException("The call was aborted.", "AbortError") : reason;
}

/**
 * Makes an error of its class.
 * @internal
 */
export function azureError(record: ErrorRecord): AzureError {
  return new classes[record.azureQueueError](record);
}

function readAttempts(read: Reading): Attempt[] {
  const attempts: Attempt[] = [];
  while (!read.isAtEnd) {
    const startedOn = read.moment() as Date;
    const host = read.text();
    const rest = { statusCode: read.optionalNumber(), requestId: read.optional(), failure: read.optional() };
    attempts.push({ startedOn, host, ...known(rest), wait: read.number() });
  }
  return attempts;
}

/**
 * An object without the properties that are `undefined`.
 * @internal
 */
export function known<Fields extends object>(
  fields: Fields,
): { [Name in keyof Fields]?: Exclude<Fields[Name], undefined> } {
  return Object.fromEntries(Object.entries(fields).filter(([, value]) => value !== undefined)) as ReturnType<
    typeof known<Fields>
  >;
}

/** Names as JavaScript spells them. */
function camelCase(words: string): string {
  return words.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
}

/**
 * A bad argument, reported with the platform's own class.
 * @internal
 */
export function argumentError(
  Class: typeof TypeError | typeof RangeError,
  message: string,
  argument?: string,
  why?: { cause: unknown },
): Error {
  const error = ownError(new Class(message, why));
  setProperties(error, {
    code: "InvalidArgument",
    argument,
    statusCode: undefined,
    requestId: undefined,
    attempts: [],
  });
  return error;
}
