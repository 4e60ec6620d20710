// The seam to the core, on the way out: src/wasm/output.rs writes what is read here.

/**
 * One text, numbers that say where its parts end or are values themselves, and bytes. Of much text the one is the last, and
 * those before it stand behind all else.
 */
export type Values = [text: string, numbers: Float64Array, bytes?: Uint8Array<ArrayBuffer>, before?: string[]];

/** Before the end of a part: it is in the next text. */
const NEXT = -2;

/** In the place of a name: the one before. */
const SAME = -1;

/** So many characters may be kept together with one that is. */
const SMALL = 512;

/** What a property is that was simply set, whatever somebody put on `Object.prototype`. */
const plain = { __proto__: null, writable: true, enumerable: true, configurable: true };

/** Values being read, in the order in which they were written. */
export class Reading {
  readonly #last: string;
  readonly #numbers: Float64Array;
  readonly #bytes: Uint8Array<ArrayBuffer> | undefined;
  readonly #before: string[] | undefined;
  #text: string;
  #at = 0;
  #end = 0;
  #byte = 0;
  #texts = 0;

  constructor(values: Values) {
    [this.#last, this.#numbers, this.#bytes, this.#before] = values;
    this.#text = this.#before?.[0] ?? this.#last;
  }

  /** Whether there is nothing more. */
  get isAtEnd(): boolean {
    return this.#at >= this.#numbers.length;
  }

  /** A number; NaN when it is missing. */
  number(): number {
    return this.#numbers[this.#at++] as number;
  }

  optionalNumber(): number | undefined {
    const number = this.number();
    return Number.isNaN(number) ? undefined : number;
  }

  text(): string {
    return this.optional() ?? "";
  }

  optional(): string | undefined {
    const end = this.number();
    if (Number.isNaN(end)) return undefined;
    if (end === NEXT) return this.#goOn();
    const text = this.#text.slice(this.#end, end);
    this.#end = end;
    return text;
  }

  /** The first part of the next text. */
  #goOn(): string | undefined {
    this.#text = this.#before?.[++this.#texts] ?? this.#last;
    this.#end = 0;
    return this.optional();
  }

  /** A text that people keep, such as an id: to V8 one that is cut out of another keeps all of that one. */
  kept(): string | undefined {
    const text = this.optional();
    return text !== undefined && this.#text.length > SMALL ? ` ${text}`.slice(1) : text;
  }

  flag(): boolean | undefined {
    const number = this.number();
    return Number.isNaN(number) ? undefined : number !== 0;
  }

  moment(): Date | undefined {
    const millis = this.number();
    return Number.isNaN(millis) ? undefined : new Date(millis);
  }

  bytes(): Uint8Array<ArrayBuffer> {
    const from = this.#byte;
    this.#byte += this.number();
    // Where none of the values has bytes, none come.
    return this.#bytes?.slice(from, this.#byte) ?? new Uint8Array();
  }

  /** As many items as a number says that stands before them. */
  list<Item>(read: () => Item, count = this.number()): Item[] {
    const items: Item[] = [];
    for (let i = 0; i < count; i++) items.push(read());
    return items;
  }

  /**
   * Names and values. A name comes from outside: `__proto__` is one like any other.
   * @param names those of the pairs before, since to V8 a new text is a new name
   */
  pairs(count = this.number(), names: string[] = []): Record<string, string> {
    const pairs: Record<string, string> = {};
    for (let i = 0; i < count; i++) {
      if (this.#numbers[this.#at] === SAME) this.#at++;
      else names[i] = this.text();
      const name = names[i] as string;
      const value = this.text();
      // Object.fromEntries() takes three times as long.
      if (name === "__proto__") Object.defineProperty(pairs, name, { ...plain, value });
      else pairs[name] = value;
    }
    return pairs;
  }
}
