import type { EncryptionOptions } from "./encryption.js";
import type { ErrorCode } from "./error-codes.js";
import type { AzureErrorName } from "./errors.js";
import type { FetchFunction, PlatformAbortSignal } from "./platform-types.js";
import { type PublicFunction, startAtCaller } from "./stack.js";
import { Copy, type Known, own } from "./validation.js";

/** What a hook is told of a request, each time one goes out. Secrets are replaced by `REDACTED`. */
export interface RequestEvent {
  /** `GET`, `PUT`, `POST` or `DELETE`. */
  readonly method: string;
  /** The URL; a signature in it reads `sig=REDACTED`. */
  readonly url: string;
  /** Headers, names in lower case; `authorization` reads `REDACTED`. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-ms-client-request-id`. */
  readonly clientRequestId: string;
  /** Number of the attempt, the first one being 1. */
  readonly attempt: number;
}

/** What a hook is told of a response. */
export interface ResponseEvent {
  /** `GET`, `PUT`, `POST` or `DELETE`. */
  readonly method: string;
  /** The URL; a signature in it reads `sig=REDACTED`. */
  readonly url: string;
  /** HTTP status. */
  readonly statusCode: number;
  /** Headers, names in lower case. A browser shows only those that the account's CORS rule exposes. */
  readonly headers: Readonly<Record<string, string>>;
  /** `x-ms-request-id`, which the service's support asks for. */
  readonly requestId: string | undefined;
  /** `x-ms-client-request-id`. */
  readonly clientRequestId: string;
  /** Number of the attempt, the first one being 1. */
  readonly attempt: number;
}

/** What a hook is told before the wait that precedes a retry. */
export interface RetryEvent {
  /** Number of the attempt that failed, the first one being 1. */
  readonly attempt: number;
  /** Seconds until the next attempt. */
  readonly delay: number;
  /** Name of the class of the failure: `ServiceResponseError`, for example. */
  readonly error: AzureErrorName;
  /** What failed. */
  readonly message: string;
  /** The service's error code. */
  readonly code: ErrorCode | undefined;
  /** HTTP status; missing when there was no response. */
  readonly statusCode: number | undefined;
}

/**
 * Functions that are told what goes on: for logs, metrics and traces. What one throws ends the call, which rejects
 * with it, or with an `AmbiguousOutcomeError` that has it as the `cause`: where a message may have been sent, received or
 * updated by then. One that returns a Promise is not waited for, and what it rejects with is dropped.
 */
export interface Hooks {
  /** Called before each request goes out. */
  onRequest?: (event: RequestEvent) => void;
  /** Called with each response, whatever its status. */
  onResponse?: (event: ResponseEvent) => void;
  /** Called before the wait that precedes a retry. */
  onRetry?: (event: RetryEvent) => void;
}

/** Options of every call. */
export interface CallOptions extends Hooks {
  /**
   * Seconds within which the service itself must be done: a whole number from 1 on; the service takes more than 30
   * for 30. Default: the service's own, 30. To bound the time on this side, use the client options `tryTimeout` and
   * `deadline`, or `signal`.
   * Source: https://learn.microsoft.com/rest/api/storageservices/setting-timeouts-for-queue-service-operations
   */
  timeout?: number;
  /** Further headers; they win over those of the client. Names that the client itself sets are refused,
   * and those that change how a request stands on its connection, such as `connection`. */
  headers?: Record<string, string>;
  /**
   * `x-ms-client-request-id`, by which the call is found in the service's logs: 1 to 1024 printable ASCII characters.
   * Default: a random UUID for each attempt.
   */
  clientRequestId?: string;
  /** Ends the call, and the `fetch` in it, when it aborts: the call then rejects with `signal.reason`. */
  signal?: PlatformAbortSignal;
  /** When this call is tried again; what is missing is as the client is set to. */
  retry?: RetryOptions | RetryFunction;
  /** Seconds for one attempt, above 0. Default: as the client is set to. */
  tryTimeout?: number;
  /** Seconds for the call with all its attempts, above 0. Default: as the client is set to. */
  deadline?: number;
  /** Whether this call is refused before it is sent when the SAS in use does not allow it. Default: as the client is set to. */
  checkAccess?: boolean;
}

/** What a function for `retry` is told of an attempt that failed. */
export interface FailedAttempt extends Omit<RetryEvent, "delay"> {
  /** Seconds that this package would wait before the next attempt; missing where it would make none. */
  readonly delay: number | undefined;
  /** Whether the service may have done what it was asked for, in this attempt or in an earlier one. */
  readonly mayBeDone: boolean;
}

/**
 * Decides about another attempt: seconds to wait before it, 0 to 3600, or `undefined` or `false` for none. What it throws
 * ends the call, as with hooks. The deadline counts all the same.
 */
export type RetryFunction = (failed: FailedAttempt) => number | false | undefined;

/** When a call is tried again by itself. */
export interface RetryOptions {
  /**
   * How the waits grow: `"exponential"` doubles their bound each time, `"fixed"` keeps it, `"none"` never tries again.
   * Each wait is drawn at random from zero to its bound, which is four times as high when the service has too much to do
   * (429, 503); what the service asks for (`Retry-After`) is never undercut.
   * Default: `"exponential"`.
   */
  mode?: "exponential" | "fixed" | "none";
  /** Attempts in all, the first one included: 1 to 100. Default: 4. */
  maxTries?: number;
  /** Bound of the first wait, in seconds: 0 to 3600. Default: 0.8. */
  delay?: number;
  /** Bound of every wait, in seconds: 0 to 3600. Default: 30. */
  maxDelay?: number;
  /**
   * Whether sending, receiving and updating a message are repeated too when the first request may have arrived. A
   * message can then be enqueued twice. Default: `false`.
   */
  unsafe?: boolean;
  /**
   * Whether reads that fail are tried at the secondary endpoint, and back; writes never are. Default: `true` where that
   * endpoint was named (`secondaryHostname`, `QueueSecondaryEndpoint`), `false` where it is only taken to be there.
   */
  toSecondary?: boolean;
}

/** Options of every client. */
export interface ClientOptions extends Hooks {
  /**
   * What to call to send a request. Default: the platform's `fetch`; in Node its own HTTP, which takes a fraction of the
   * time: `fetch: globalThis.fetch` has it go over `fetch` there too.
   */
  fetch?: FetchFunction;
  /**
   * An `Agent` of `node:http` or `node:https` for the connections, such as one that goes through a proxy. Only in Node,
   * and not together with `fetch`. Default: one for all clients, which keeps connections for 4 s, and which goes by the
   * proxies of the environment when Node was told to (`NODE_USE_ENV_PROXY=1`, from Node 22.21 and 24.5 on).
   */
  agent?: { destroy(): void };
  /**
   * Connections that this client, and the queue clients that it makes, may have to each host at a time: a whole number
   * from 1 to 65535. The client then has connections of its own. Further requests wait for one in the order of the calls;
   * this wait counts against `deadline` and not against `tryTimeout`. Only in Node, and neither with `agent`, which has
   * limits of its own (`maxSockets`), nor with `fetch`. Default: 64 to each host, for all clients together.
   */
  maxConnections?: number;
  /** Headers on every request. Names that the client itself sets are refused,
   * and those that change how a request stands on its connection, such as `connection`. */
  headers?: Record<string, string>;
  /** When calls are tried again, or a function that decides about that. */
  retry?: RetryOptions | RetryFunction;
  /** Seconds for one attempt, above 0; in Node from the time when it has a connection of `maxConnections`. Default: 60. */
  tryTimeout?: number;
  /** Seconds for a call with all its attempts, above 0; encoding and encryption do not count. Default: 120. */
  deadline?: number;
  /**
   * `x-ms-version` of every request, such as `2020-12-06`. Default: the oldest one that has what the call needs, so
   * that emulators and older clouds understand it.
   * Source: https://learn.microsoft.com/rest/api/storageservices/versioning-for-the-azure-storage-services
   */
  serviceVersion?: string;
  /** Host of the secondary endpoint. Default: `{account}-secondary` beside the primary one, where that is known. */
  secondaryHostname?: string;
  /** Encrypts contents on this side. Default: none. Queue clients made by a service client inherit it. */
  encryption?: EncryptionOptions;
  /** Audience for which a token credential is asked. Default: `https://storage.azure.com`. */
  audience?: string;
  /**
   * Whether calls that the SAS in use does not allow are refused before they are sent, with a `SasExpiredError` or a
   * `SasPermissionError`. A SAS with a stored access policy, which may allow what the token does not say, is left to
   * the service. Default: `true`.
   */
  checkAccess?: boolean;
}

const hooks: Known<Hooks> = { onRequest: true, onResponse: true, onRetry: true };

export const callOptions: Known<CallOptions> = {
  ...hooks,
  timeout: true,
  headers: true,
  clientRequestId: true,
  signal: true,
  retry: true,
  tryTimeout: true,
  deadline: true,
  checkAccess: true,
};

export const retryOptions: Known<RetryOptions> = {
  mode: true,
  maxTries: true,
  delay: true,
  maxDelay: true,
  unsafe: true,
  toSecondary: true,
};

export const clientOptions: Known<ClientOptions> = {
  ...hooks,
  fetch: true,
  agent: true,
  maxConnections: true,
  headers: true,
  retry: true,
  tryTimeout: true,
  deadline: true,
  serviceVersion: true,
  secondaryHostname: true,
  encryption: true,
  audience: true,
  checkAccess: true,
};

/** Under this key a snapshot of options has the public function that was called. */
const called = Symbol("called");

/** The public function that was called with these options: errors start at its caller. */
export function calledFunction(options: object): PublicFunction | undefined {
  return (options as { [called]?: PublicFunction })[called];
}

/** Options with those of retries among them, which are checked as well. */
export function ownOptions<Options extends CallOptions | ClientOptions>(
  options: Options | undefined,
  known: Known<Options>,
  publicFunction?: PublicFunction,
): Options {
  try {
    const copy = options === undefined ? (new Copy() as Options) : own("options", options, known);
    if (copy.retry !== undefined && typeof copy.retry !== "function") {
      copy.retry = own("retry", copy.retry, retryOptions);
    }
    (copy as { [called]?: PublicFunction | undefined })[called] = publicFunction;
    return copy;
  } catch (error) {
    throw startAtCaller(error, publicFunction);
  }
}
