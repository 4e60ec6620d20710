import { inWords, looking } from "./caller.js";
import { argumentError } from "./errors.js";
import type { CorsRule } from "./models.js";

/** What the service takes of an origin. */
const LONGEST = 256;
const MAX_AGE = 2_147_483_647;
/** Origins of browser extensions and apps, `capacitor://localhost` for one: `URL` gives "null" for them. */
const CUSTOM_SCHEME = /^(?!(https?|wss?|ftp|file|blob|data):)[a-z][a-z0-9+.-]*:\/\/[\w.-]+(:\d+)?$/;

/**
 * The CORS rule with which pages of these origins can use everything in this package: to be set once, by somebody who may
 * (`setServiceProperties({ cors: [rule] })`), and not from the page itself.
 * Source: https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services
 * @param origins such as `https://app.example.com`, without a path; `*` is any. `null` is the origin of pages opened from
 * disk, in sandboxed frames and of `data:` URLs, whoever wrote them: allow it for trials, and serve the page over http instead
 * @param maxAgeInSeconds for how long browsers may keep the answer to a preflight. Default: 3600
 * @throws TypeError, RangeError when an argument is not allowed
 */
export function browserCorsRule(origins: string | readonly string[], maxAgeInSeconds = 3600): CorsRule {
  const allowedOrigins = looking("origins", () => (Array.isArray(origins) ? [...origins] : [origins]));
  const allowed = 'origins such as https://app.example.com, without a path, "*" or "null"';
  if (allowedOrigins.length === 0) throw refusal(RangeError, "origins", allowed, "none");
  for (const origin of allowedOrigins as unknown[]) {
    if (typeof origin !== "string") throw refusal(TypeError, "origins", allowed, inWords(origin));
    if (!isOrigin(origin)) throw refusal(RangeError, "origins", allowed, shown(origin));
  }
  const age: unknown = maxAgeInSeconds;
  if (!(Number.isInteger(age) && (age as number) >= 0 && (age as number) <= MAX_AGE)) {
    const Class = typeof age === "number" ? RangeError : TypeError;
    const given = typeof age === "string" ? "text" : inWords(age);
    throw refusal(Class, "maxAgeInSeconds", `a whole number of seconds from 0 to ${MAX_AGE}`, given);
  }
  return {
    allowedOrigins,
    allowedMethods: ["GET", "PUT", "POST", "DELETE"],
    allowedHeaders: ["x-ms-*", "content-type", "authorization"],
    exposedHeaders: ["x-ms-*", "date", "retry-after", "www-authenticate"],
    maxAgeInSeconds,
  };
}

function isOrigin(text: string): boolean {
  return text === "*" || text === "null" || (text.length <= LONGEST && (isWebOrigin(text) || CUSTOM_SCHEME.test(text)));
}

function isWebOrigin(text: string): boolean {
  return URL.canParse(text) && new URL(text).origin === text;
}

/**
 * The origin that the browser sends with requests of this web page; `undefined` outside of browsers. `location.origin`
 * differs from it in pages from disk and in `srcdoc` frames. src/wasm/transport.js has the same rule.
 * @internal
 */
export function pageOrigin(): string | undefined {
  const { location, origin } = globalThis as { location?: { origin: unknown }; origin?: unknown };
  if (location === undefined) return undefined;
  // A script of the page may have declared a variable named `origin`.
  const found = [origin, location.origin].find((value) => typeof value === "string" && isOrigin(value));
  return (found as string | undefined) ?? "null";
}

/** What is no origin may be a URL with a signature in it. */
function shown(text: string): string {
  return /^[\w .:/*-]{0,100}$/.test(text) ? `"${text}"` : "text that is not shown, since it may hold a secret";
}

function refusal(Class: typeof TypeError | typeof RangeError, argument: string, allowed: string, given: string): Error {
  return argumentError(Class, `${argument} must be ${allowed}; got ${given}`, argument);
}
