// The seam to the core, on the way in: values cross it in order, as one text and a list of numbers that say where its
// parts end or are values themselves. src/wasm/input.rs reads them. Which values are allowed the core alone knows; here
// is only told what a value is that has the wrong type.

import { Making, make as makeInCore } from "../build/core.js";
import { inWords, isArray, isBytes, looking, wellFormed } from "./caller.js";
import { load, sync } from "./core.js";
import { Reading, type Values } from "./reading.js";
import { isPlain, type Known, own } from "./validation.js";

/** Marks for a value that is none of those meant, for one of another type, and for text that cannot be taken over; all
 * of them in words. */
const ODD = Number.POSITIVE_INFINITY;
const ALIEN = Number.NEGATIVE_INFINITY;
const UNFIT = -Number.MAX_VALUE;

/** No text that the service takes is as long. What is longer is not copied about only to be refused. */
const LONGEST = 1_048_576;

const encoder = new TextEncoder();
/** Where texts become bytes, if they are as short as most: wasm-bindgen passes text a unit at a time. */
const room = new Uint8Array(16_384);
/** Where numbers do, which is several times as fast as an array of their own. */
const places = new Float64Array(64);

/** Values being written. Every method takes `undefined` for what is missing. */
export class Fields {
  #written = "";
  readonly #numbers: number[] = [];
  /** Content that is no text. */
  bytes: Uint8Array | undefined;

  /** The text as it crosses the seam: there until the next one is made. */
  get utf8(): Uint8Array {
    // A unit of UTF-16 is three bytes at most.
    if (this.#written.length * 3 > room.length) return encoder.encode(this.#written);
    return room.subarray(0, encoder.encodeInto(this.#written, room).written);
  }

  /** The numbers, for as long. */
  get float64s(): Float64Array {
    const numbers = this.#numbers;
    if (numbers.length > places.length) return new Float64Array(numbers);
    for (let i = 0; i < numbers.length; i++) places[i] = numbers[i] as number;
    return places.subarray(0, numbers.length);
  }

  /** Half of a surrogate pair must not stand here: with the other half behind it, it would be one character. */
  #write(text: string): this {
    this.#written += text;
    this.#numbers.push(this.#written.length);
    return this;
  }

  #push(number: number): this {
    this.#numbers.push(number);
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

  /** A text that cannot be taken over, in words. */
  unfit(words: string): this {
    return this.#told(UNFIT, words);
  }

  /** A value that cannot be written, in words. */
  alien(words: string): this {
    return this.#told(ALIEN, words);
  }

  /** A number or a text of which the words tell. */
  #told(mark: number, words: string): this {
    return this.#push(mark).#write(wellFormed(words));
  }

  #text(text: string): this {
    const flaw = flawOf(text);
    return flaw === undefined ? this.#write(text) : this.#told(UNFIT, flaw);
  }

  string(value: unknown): this {
    return typeof value === "string" ? this.#text(value) : this.#other(value);
  }

  /** Text that is not shown when it is none. */
  secret(value: unknown): this {
    return typeof value === "string" ? this.#text(value) : this.#other(value, kindOf);
  }

  integer(value: unknown): this {
    if (typeof value !== "number") return this.#other(value);
    return Number.isSafeInteger(value) ? this.#push(value) : this.#told(ODD, String(value));
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
    if (typeof value === "string") {
      const flaw = flawOf(value);
      return flaw === undefined ? this.#push(ODD).#write(value) : this.unfit(flaw);
    }
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
    const isSignal = () => isObject && ["aborted", "addEventListener", "removeEventListener"].every(has);
    return this.apart(value, () => looking("signal", isSignal));
  }

  /** An object's own properties, all of them text. `shows` tells metadata, whose values may be seen in errors, from
   * headers, which may be secrets. */
  pairs(value: unknown, shows: boolean): this {
    const entries = entriesOf(shows ? "metadata" : "headers", value);
    if (entries === undefined) return this.#notPlain(value);
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

  texts(argument: string, value: unknown): this {
    return this.list(argument, value as readonly unknown[], (item) => {
      if (item === undefined) this.alien("undefined");
      else this.string(item);
    });
  }

  /** The items of a list, each written by `write`. */
  list<Item>(argument: string, list: readonly Item[] | undefined, write: (item: Item, index: number) => void): this {
    const items = itemsOf(argument, list);
    if (items === undefined) return this.#other(list);
    this.#push(items.length);
    items.forEach(write);
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
  entries<Item>(argument: string, value: Record<string, Item>, write: (name: string, item: Item) => void): this {
    const entries = entriesOf(argument, value);
    if (entries === undefined) return this.#notPlain(value);
    this.#push(entries.length);
    for (const [name, item] of entries) write(name, item as Item);
    return this;
  }

  /** An object of any properties. */
  plain<Part extends object>(argument: string, part: Part | undefined, write: (part: Partial<Part>) => void): this {
    const entries = entriesOf(argument, part);
    if (entries === undefined) return this.#notPlain(part);
    this.#push(1);
    write(Object.fromEntries(entries) as Partial<Part>);
    return this;
  }

  /** A count that is never wrong. */
  size(number: number | undefined): this {
    return this.#push(number ?? Number.NaN);
  }

  /** What is to become a message: text, or bytes in any of the usual containers. */
  content(value: unknown): this {
    if (!isBytes(value)) return this.string(value);
    const bytes = bytesOf(value);
    if (bytes === undefined) return this.alien("bytes that are no longer there");
    if (bytes.length > LONGEST) return this.unfit(`${bytes.length} bytes`);
    this.bytes = bytes;
    return this.#push(Number.NaN);
  }
}

/** Makes something of its arguments alone. */
export function make(what: Making, fields: Fields): Values {
  load();
  return sync(() => makeInCore(what, fields.utf8, fields.float64s, fields.bytes));
}

/** What was given, in words that fit in an error; never used for secrets. */
export function described(value: unknown): string {
  return typeof value === "string" ? quoted(value).replace(/^"/, 'the text "') : inWords(value);
}

/** What kind of value was given, for those that may be secrets. */
function kindOf(value: unknown): string {
  return value === null || isArray(value) ? inWords(value) : `a value of type ${typeof value}`;
}

function classOf(value: unknown): string {
  const isObject = typeof value === "object" && value !== null && !isArray(value);
  return isObject ? "an object of a class" : described(value);
}

/** A text as an error may show it: one that could be a secret is only told of. */
export function quoted(text: string): string {
  if (text.length > LONGEST) return lengthOf(text);
  return new Reading(make(Making.Quoted, new Fields().secret(wellFormed(text)))).text();
}

const lengthOf = (text: string) => `a text of ${text.length} characters`;

/** Why a text cannot be taken over, in words that do not show it. */
export function flawOf(text: string): string | undefined {
  if (text.length > LONGEST) return lengthOf(text);
  // Half a surrogate pair would silently become U+FFFD on its way.
  return isWellFormed(text) ? undefined : "text with half of a surrogate pair";
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

/** The own properties of a plain object, each read once. */
function entriesOf(argument: string, value: unknown): [string, unknown][] | undefined {
  return looking(argument, () => (isPlain(value) ? Object.entries(value) : undefined));
}

/** The items of an array by their places: its iterator may be anybody's. */
function itemsOf<Item>(argument: string, list: readonly Item[] | undefined): Item[] | undefined {
  return looking(argument, () =>
    Array.isArray(list) ? Array.from({ length: list.length }, (_, i) => list[i]) : undefined,
  );
}

/** `undefined` when the buffer was transferred, or has become too small for the view. */
function bytesOf(value: ArrayBufferView | ArrayBuffer): Uint8Array | undefined {
  try {
    // Asked for its keys, an array says whether its buffer is still large enough; its length is 0 then.
    (value as Uint8Array).keys?.();
    return ArrayBuffer.isView(value)
      ? new Uint8Array(value.buffer, value.byteOffset, value.byteLength)
      : new Uint8Array(value);
  } catch {
    return undefined;
  }
}
