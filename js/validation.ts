// Objects that callers pass as options: their names are checked, and each property is read once.

import { isArray, looking } from "./caller.js";
import { argumentError } from "./errors.js";

/** Every option name of an interface, so that the compiler finds one that is missing here. */
export type Known<Options> = { readonly [Name in keyof Required<Options>]: true };

/** An object with nothing above it that could be an option: V8 is slow with those of `Object.create(null)`. */
export class Copy {}
Object.setPrototypeOf(Copy.prototype, null);

const none = Object.freeze(new Copy());

/**
 * Copies an object's own properties into an object without a prototype. Each getter runs once, and a polluted
 * `Object.prototype` cannot supply an option. Unknown names are refused, since they are misspelt.
 */
export function own<Options extends object>(
  argument: string,
  options: Options | undefined,
  known: Known<Options>,
): Options {
  if (options === undefined) return none as Options;
  if (!looking(argument, () => isPlain(options))) {
    // Other clients take a pop receipt there.
    const help = "popReceipt" in known && typeof options === "string" ? ", such as { popReceipt }" : "";
    throw argumentError(TypeError, `${argument} must be a plain object${help}; got ${kindOf(options)}`, argument);
  }
  const copy = looking(argument, () => Object.assign(new Copy() as Options, options));
  for (const name of Object.keys(copy)) {
    if (!Object.hasOwn(known, name)) {
      const given = JSON.stringify(shown(name));
      throw argumentError(
        TypeError,
        `${argument} has no property ${given}; ${helpFor(name, Object.keys(known))}`,
        argument,
      );
    }
  }
  return copy;
}

/** Names of the same options in the official JavaScript client, in the .NET and the Java client. */
const otherNames: Record<string, readonly string[]> = {
  abortSignal: ["signal"],
  cancellationToken: ["signal"],
  numberOfMessages: ["maxMessages"],
  numOfMessages: ["maxMessages"],
  messageTimeToLive: ["timeToLive"],
  messageTtl: ["timeToLive"],
  ttl: ["timeToLive"],
  prefix: ["nameStartsWith"],
  maxPageSize: ["resultsPerPage", "messagesPerPage"],
  pageSize: ["resultsPerPage", "messagesPerPage"],
  requestId: ["clientRequestId"],
  timeoutInSeconds: ["timeout"],
  retryOptions: ["retry"],
  expiresOn: ["expiry"],
  startsOn: ["start"],
  permissions: ["permission"],
  ipRange: ["ip"],
  identifier: ["policyId"],
  customHeaders: ["headers"],
};

/** The methods that have an option which callers look for in `byPage`. */
const methodsOf: Record<string, string> = { resultsPerPage: "listQueues", messagesPerPage: "receiveMessages" };

/** What to write in place of a name that no option has. Names of the Python client have underscores. */
function helpFor(name: string, known: readonly string[]): string {
  const camelCase = name.replace(/_([a-z])/g, (_, letter: string) => letter.toUpperCase());
  const counterparts = Object.hasOwn(otherNames, name) ? (otherNames[name] as readonly string[]) : [];
  const here = [camelCase, ...counterparts].find((name) => known.includes(name));
  if (here !== undefined) return `it is called ${here} here`;
  const owners = counterparts.map((name) => (Object.hasOwn(methodsOf, name) ? `${name} of ${methodsOf[name]}` : name));
  const elsewhere = owners.length > 0 ? `; other methods have ${owners.join(" or ")}` : "";
  return `there are ${known.join(", ")}${elsewhere}`;
}

/** No array, no `Map`, no `Headers`: their entries would silently be lost. Of any realm. */
export function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype = Object.getPrototypeOf(value);
  return prototype === null || Object.getPrototypeOf(prototype) === null;
}

/** A name or a word, for errors. What is longer may be a secret in the wrong place. */
export function shown(text: string): string {
  return /^[\w .-]{0,30}$/.test(text) ? text : "…";
}

/** What kind of value it is, for errors. */
export function kindOf(value: unknown): string {
  if (value === null) return "null";
  if (isArray(value)) return "an array";
  return typeof value === "object" ? "an object of a class" : `a ${typeof value}`;
}

/** The text of a `URL`. Any other value is returned unchanged, for the wasm module to refuse. */
export function urlText(url: unknown): unknown {
  return Object.prototype.toString.call(url) === "[object URL]" ? (url as URL).href : url;
}
