import { Making } from "../build/core.js";
import { inWords, looking } from "./caller.js";
import { argumentError } from "./errors.js";
import { Fields, make } from "./fields.js";
import type { CorsRule } from "./models.js";
import { atCaller } from "./stack.js";

const MAX_AGE = 2_147_483_647;

/**
 * The CORS rule with which pages of these origins can use everything in this package: to be set once, by somebody who may
 * (`setServiceProperties({ cors: [rule] })`), and not from the page itself.
 * Source: https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services
 * @param origins as browsers send them, such as `https://app.example.com`, `https://*.example.com` for all
 * subdomains, or `capacitor://localhost`: without a path; `*` is any. `null` is the origin of pages opened from
 * disk, in sandboxed frames and of `data:` URLs, also those of other people: allow it only to try things out, and serve
 * the page over http otherwise
 * @param maxAgeInSeconds for how long browsers may keep the answer to a preflight. Default: 3600
 * @throws TypeError, RangeError when an argument is not allowed
 */
export function browserCorsRule(origins: string | readonly string[], maxAgeInSeconds = 3600): Required<CorsRule> {
  return atCaller(browserCorsRule, () => checkedRule(origins, maxAgeInSeconds));
}

function checkedRule(origins: string | readonly string[], maxAgeInSeconds: number): Required<CorsRule> {
  const allowedOrigins = looking("origins", () => (Array.isArray(origins) ? [...origins] : [origins]));
  if (allowedOrigins.length === 0) throw refusal(RangeError, "origins", "at least one origin", "none");
  allowedOrigins.forEach(checkOrigin);
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

function checkOrigin(origin: unknown): void {
  make(Making.Origin, new Fields().string(origin));
}

function isOrigin(value: unknown): boolean {
  try {
    checkOrigin(value);
    return true;
  } catch {
    return false;
  }
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
  const found = [origin, location.origin].find(isOrigin);
  return (found as string | undefined) ?? "null";
}

function refusal(Class: typeof TypeError | typeof RangeError, argument: string, allowed: string, given: string): Error {
  return argumentError(Class, `${argument} must be ${allowed}; got ${given}`, argument);
}
