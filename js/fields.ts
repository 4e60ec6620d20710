// The seam to the core, on the way in: values cross it in order, as one text and a list of numbers that say where its
// parts end or are values themselves. src/wasm/input.rs reads them. Which values are allowed the core alone knows; here
// is only told what a value is that has the wrong type.

import { Making, make as makeInCore } from "../build/core.js";
import { load, sync } from "./core.js";
import { isPlain, type Known, own } from "./options.js";
import { Reading, type Values } from "./reading.js";

/** Marks for a value that is none of those meant, and for one of another type; both in words. */
const ODD = Number.POSITIVE_INFINITY;
const ALIEN = Number.NEGATIVE_INFINITY;

/** Values being written. Every method takes `undefined` for what is missing. */
export class Fields {
  text = "";
  readonly numbers: number[] = [];
  /** Content that is no text. */
  bytes: Uint8Array | undefined;

  #write(text: string): this {
    this.text += text;
    this.numbers.push(this.text.length);
    return this;
  }

  #push(number: number): this {
    this.numbers.push(number);
    return this;
  }

  /** Writes something else: what is missing, and what is of no type that could be meant. */
  #other(value: unknown, words = described): this {
    return value === undefined ? this.#push(Number.NaN) : this.alien(words(value));
  }

  /** A number that is never missing. */
  kind(number: number): this {
    return this.#push(number);
  }

  /** A value that cannot be written, in words. */
  alien(words: string): this {
    return this.#push(ALIEN).#write(words);
  }

  string(value: unknown): this {
    if (typeof value !== "string") return this.#other(value);
    // Half a surrogate pair would silently become U+FFFD on its way.
    return isWellFormed(value) ? this.#write(value) : this.#push(ODD).#write("text with half of a surrogate pair");
  }

  /** Text that is not shown when it is none. */
  secret(value: unknown): this {
    return typeof value === "string" ? this.#write(value) : this.#other(value, kindOf);
  }

  integer(value: unknown): this {
    if (typeof value !== "number") return this.#other(value);
    return Number.isSafeInteger(value) ? this.#push(value) : this.#push(ODD).#write(String(value));
  }

  seconds(value: unknown): this {
    if (typeof value !== "number") return this.#other(value);
    return this.#push(Number.isFinite(value) ? value : ODD).#write(String(value));
  }

  flag(value: unknown): this {
    return typeof value === "boolean" ? this.#push(Number(value)) : this.#other(value);
  }

  /** A `Date` of any realm, or text. */
  moment(value: unknown): this {
    if (typeof value === "string") return this.#push(ODD).#write(value);
    const millis = millisOf(value);
    if (millis === undefined) return this.#other(value);
    return this.#push(Number.isNaN(millis) ? Number.MAX_VALUE : millis);
  }

  /** Something that is handed over apart. */
  apart(value: unknown, isRight: (value: unknown) => boolean): this {
    return value !== undefined && isRight(value) ? this.#push(1) : this.#other(value);
  }

  function(value: unknown): this {
    return this.apart(value, (value) => typeof value === "function");
  }

  /** By its shape: signals of other realms are no instances of this one's class. */
  signal(value: unknown): this {
    const has = (name: string) => name in (value as object);
    const isObject = typeof value === "object" && value !== null;
    return this.apart(value, () => isObject && ["aborted", "addEventListener", "removeEventListener"].every(has));
  }

  /** An object's own properties, all of them text. `shows` tells whether values may be seen in errors. */
  pairs(value: unknown, shows: boolean): this {
    if (!isPlain(value)) return this.#notPlain(value);
    const entries = entriesOf(value);
    if (entries === undefined) return this.alien("an object that cannot be read");
    for (const [name, text] of entries) {
      if (typeof text === "string") continue;
      const words = shows ? described(text) : "another value";
      return this.alien(`${words} for ${quoted(name)}`);
    }
    this.#push(entries.length);
    for (const [name, text] of entries) this.string(name).string(text);
    return this;
  }

  #notPlain(value: unknown): this {
    return this.#other(value, classOf);
  }

  texts(value: unknown): this {
    if (!Array.isArray(value)) return this.#other(value);
    this.#push(value.length);
    for (const item of value) {
      if (item === undefined) this.alien("undefined");
      else this.string(item);
    }
    return this;
  }

  /** The items of a list, each written by `write`. */
  list<Item>(items: readonly Item[] | undefined, write: (item: Item, index: number) => void): this {
    if (!Array.isArray(items)) return this.#other(items);
    this.#push(items.length);
    for (const [index, item] of items.entries()) write(item, index);
    return this;
  }

  /** The fields of an object that may be missing, each written by `write`. */
  part<Part extends object>(argument: string, part: Part | undefined, known: Known<Part>, write: (part: Part) => void) {
    if (part === undefined) return this.#push(Number.NaN);
    const fields = own(argument, part, known);
    this.#push(1);
    write(fields);
    return this;
  }

  /** An object's own properties, each written by `write`. */
  entries<Item>(value: Record<string, Item>, write: (name: string, item: Item) => void): this {
    if (!isPlain(value)) return this.#notPlain(value);
    const entries = Object.entries(value);
    this.#push(entries.length);
    for (const [name, item] of entries) write(name, item);
    return this;
  }

  /** An object of any properties. */
  plain<Part extends object>(part: Part | undefined, write: (part: Part) => void): this {
    if (!isPlain(part)) return this.#notPlain(part);
    this.#push(1);
    write(part);
    return this;
  }

  /** What is to become a message: text, or bytes in any of the usual containers. */
  content(value: unknown): this {
    if (value === undefined) return this.#other(value);
    if (ArrayBuffer.isView(value)) {
      this.bytes = new Uint8Array(value.buffer, value.byteOffset, value.byteLength);
    } else if (Object.prototype.toString.call(value) === "[object ArrayBuffer]") {
      this.bytes = new Uint8Array(value as ArrayBuffer);
    } else {
      return this.string(value);
    }
    return this.#push(Number.NaN);
  }
}

/** Makes something of its arguments alone. */
export function make(what: Making, { text, numbers, bytes }: Fields): Values {
  load();
  return sync(() => makeInCore(what, text, new Float64Array(numbers), bytes) as Values);
}

/** What was given, in words that fit in an error; never used for secrets. */
function described(value: unknown): string {
  if (typeof value === "string") return `the text ${quoted(value)}`;
  if (typeof value === "function") return "a function";
  if (Array.isArray(value)) return "an array";
  // The notation of an object would call a function of the caller's.
  return typeof value === "object" && value !== null ? "an object" : String(value);
}

/** What kind of value was given, for those that may be secrets. */
function kindOf(value: unknown): string {
  return `a value of type ${value === null || Array.isArray(value) ? described(value) : typeof value}`;
}

function classOf(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !Array.isArray(value);
  return isObject ? "an object of a class" : described(value);
}

/** A text as an error may show it: one that could be a secret is only told of. */
function quoted(text: string): string {
  return new Reading(make(Making.Quoted, new Fields().secret(text))).text();
}

function isWellFormed(text: string & { isWellFormed?(): boolean }): boolean {
  if (text.isWellFormed !== undefined) return text.isWellFormed();
  try {
    return encodeURIComponent(text) !== "";
  } catch {
    return false;
  }
}

function millisOf(value: unknown): number | undefined {
  try {
    return Date.prototype.getTime.call(value);
  } catch {
    return undefined;
  }
}

/** `undefined` when a getter throws. */
function entriesOf(value: object): [string, unknown][] | undefined {
  try {
    return Object.entries(value);
  } catch {
    return undefined;
  }
}
