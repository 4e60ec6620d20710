// Requests go over `fetch`, but for one platform, for which the build puts another module in the place of this one.

import { argumentError } from "../errors.js";

/**
 * Carries a request in the place of `fetch`; src/wasm/transport.js calls it. A body that is empty is
 * none. `reading.stop` is what ends it early, and `reading.connected` tells whether there is a connection on which
 * something may have gone out. `chunks` is missing when there are more than `reading.most` bytes.
 */
export type Carrier = (
  url: string,
  method: string,
  headers: Record<string, string>,
  body: string,
  reading: { readonly most: number; stop?: () => void; connected?: boolean },
) => Promise<Carried>;

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
export function carrierOf(agent: unknown): Carrier | undefined {
  if (agent === undefined) return undefined;
  const message = "agent must be left out, since it is for Node's own HTTP, and requests go over fetch here";
  throw argumentError(TypeError, message, "agent");
}
