// Requests go over `fetch`, but for one platform, for which the build puts another module in the place of this one.

import { argumentError } from "../errors.js";
import type { ClientOptions } from "../options.js";

/**
 * Carries a request in the place of `fetch`; src/wasm/transport.js calls it. A body that is empty is
 * none. `chunks` is missing when there are more than `reading.most` bytes.
 */
export type Carrier = (
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
  reading: Reading,
) => Promise<Carried>;

/** State of one request, shared with src/wasm/transport.js. */
export interface Reading {
  /** Size limit of a response body, in bytes. */
  readonly most: number;
  /** Ends the request early. */
  stop?: () => void;
  /** Whether bytes of the request may have left this machine. */
  sent?: boolean;
  /** Why the request is not sent yet. */
  unsentBecause?: string;
  /** What may help against the failure; part of the error message. */
  hint?: string;
  /** Called when the time for an attempt is over: returns the milliseconds by which the attempt goes on, if above 0. */
  moreTime?: (timeout: number, timeLeft: number) => number;
}

/** What came, or why nothing was sent. */
export type Carried =
  | { fault: undefined; status: number; response: CarriedResponse; chunks?: Uint8Array[] | undefined }
  | { fault: "unreachable"; cause: unknown; words: string };

/** As much of a `Response` as anybody looks at. */
export interface CarriedResponse {
  readonly statusText: string;
  readonly headers: {
    get(name: string): string | null;
    forEach(tell: (value: string, name: string) => void): void;
  };
}

/** What carries the requests of a client; `undefined` is `fetch`. */
export function carrierOf({ agent, maxConnections }: ClientOptions): Carrier | undefined {
  if (agent === undefined && maxConnections === undefined) return undefined;
  const argument = agent === undefined ? "maxConnections" : "agent";
  const message = `${argument} must be left out, since it is for Node's own HTTP, and requests go over fetch here`;
  throw argumentError(TypeError, message, argument);
}
