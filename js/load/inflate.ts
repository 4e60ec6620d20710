// DEFLATE (RFC 1951), synchronous, since constructors need the core at once: the platform's `DecompressionStream` is
// asynchronous. It reads what our own build wrote and nothing else, so it does not look for errors.

/** What the next bits mean, by so many of them as the longest code has: a symbol, and in the lowest four bits how long
 * its code is. One look-up a symbol is five times as fast as walking down the code bit by bit. */
type Alphabet = { table: Uint16Array; longest: number };

/** What a length code or a distance code stands for (3.2.5): in the upper half how many bits come on top of a base, and
 * the base. */
const LENGTHS = Uint32Array.from({ length: 29 }, (_, code) => (code === 28 ? 258 : based(code, 4, 3)));
const DISTANCES = Uint32Array.from({ length: 30 }, (_, code) => based(code, 2, 1));

function based(code: number, plain: number, first: number): number {
  const bits = Math.max(Math.floor(code / plain) - 1, 0);
  return (bits << 16) | (bits > 0 ? ((plain + (code % plain)) << bits) + first : code + first);
}

/** The order in which the lengths of the code lengths' own codes are written (3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Inflates Base64 of DEFLATE into a buffer of the size that the build measured. */
export function inflated(base64: string, size: number): Uint8Array<ArrayBuffer> {
  return inflate(bytesOf(base64), size);
}

function bytesOf(base64: string): Uint8Array {
  const { fromBase64 } = Uint8Array as { fromBase64?: (text: string) => Uint8Array };
  if (fromBase64 !== undefined) return fromBase64.call(Uint8Array, base64);
  const text = atob(base64);
  // A plain loop: `Uint8Array.from` with a function takes ten times as long.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return bytes;
}

/** Inflates into a buffer of this size. */
export function inflate(deflated: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  const bits = new Bits(deflated);
  let end = 0;
  for (let last = 0; !last; ) {
    last = bits.take(1);
    const kind = bits.take(2);
    if (kind === 0) {
      bits.take(bits.held % 8);
      let left = bits.take(16);
      for (bits.take(16); left > 0; left--) out[end++] = bits.take(8);
    } else {
      const [literals, distances] = kind === 1 ? fixedAlphabets() : dynamicAlphabets(bits);
      end = inflateBlock(bits, literals, distances, out, end);
    }
  }
  return out;
}

/** Bits of bytes, the lowest first. */
class Bits {
  readonly bytes: Uint8Array;
  at = 0;
  /** Bits that were read and not yet used, the next one lowest, and how many. */
  buffer = 0;
  held = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  take(count: number): number {
    this.#fill(count);
    const value = this.buffer & ((1 << count) - 1);
    this.#drop(count);
    return value;
  }

  symbol({ table, longest }: Alphabet): number {
    this.#fill(longest);
    const entry = table[this.buffer & ((1 << longest) - 1)] as number;
    this.#drop(entry & 15);
    return entry >> 4;
  }

  #fill(count: number): void {
    for (; this.held < count; this.held += 8) this.buffer |= (this.bytes[this.at++] ?? 0) << this.held;
  }

  #drop(count: number): void {
    this.buffer >>>= count;
    this.held -= count;
  }
}

/**
 * Inflates what stands between the alphabets of a block and its end, and gives where it ends in `out`. A page runs this
 * once, before the platform has compiled it: with a call for each symbol it takes nearly twice as long.
 */
function inflateBlock(bits: Bits, literals: Alphabet, distances: Alphabet, out: Uint8Array, begin: number): number {
  const { bytes } = bits;
  const [literalTable, distanceTable] = [literals.table, distances.table];
  const literalMask = (1 << literals.longest) - 1;
  const distanceMask = (1 << distances.longest) - 1;
  let { at, buffer, held } = bits;
  let end = begin;
  for (;;) {
    // 25 bits at least: a code has 15 at most, and 5 come on top of a length. Behind the end there are none.
    for (; held < 25; held += 8) buffer |= (bytes[at++] as number) << held;
    const literal = literalTable[buffer & literalMask] as number;
    buffer >>>= literal & 15;
    held -= literal & 15;
    const code = literal >> 4;
    if (code < 256) {
      out[end++] = code;
      continue;
    }
    if (code === 256) break;
    const length = LENGTHS[code - 257] as number;
    const count = (length & 0xffff) + (buffer & ((1 << (length >> 16)) - 1));
    buffer >>>= length >> 16;
    held -= length >> 16;
    for (; held < 25; held += 8) buffer |= (bytes[at++] as number) << held;
    const entry = distanceTable[buffer & distanceMask] as number;
    buffer >>>= entry & 15;
    held -= entry & 15;
    const distance = DISTANCES[entry >> 4] as number;
    // 13 bits come on top of a distance.
    for (; held < 13; held += 8) buffer |= (bytes[at++] as number) << held;
    const from = end - (distance & 0xffff) - (buffer & ((1 << (distance >> 16)) - 1));
    buffer >>>= distance >> 16;
    held -= distance >> 16;
    if (from + count <= end) out.copyWithin(end, from, from + count);
    else for (let i = 0; i < count; i++) out[end + i] = out[from + i] as number;
    end += count;
  }
  Object.assign(bits, { at, buffer, held });
  return end;
}

function dynamicAlphabets(bits: Bits): [Alphabet, Alphabet] {
  const [literals, distances, lengthCodes] = [bits.take(5) + 257, bits.take(5) + 1, bits.take(4) + 4];
  const own = new Uint8Array(19);
  for (const place of ORDER.slice(0, lengthCodes)) own[place] = bits.take(3);
  const alphabet = alphabetOf(own);
  const lengths = new Uint8Array(literals + distances);
  for (let i = 0; i < lengths.length; ) {
    const code = bits.symbol(alphabet);
    if (code < 16) {
      lengths[i++] = code;
    } else {
      const value = code === 16 ? (lengths[i - 1] as number) : 0;
      const repeat = code === 16 ? 3 + bits.take(2) : code === 17 ? 3 + bits.take(3) : 11 + bits.take(7);
      lengths.fill(value, i, i + repeat);
      i += repeat;
    }
  }
  return [alphabetOf(lengths.subarray(0, literals)), alphabetOf(lengths.subarray(literals))];
}

function fixedAlphabets(): [Alphabet, Alphabet] {
  const literals = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return [alphabetOf(literals), alphabetOf(new Uint8Array(30).fill(5))];
}

/** Canonical codes (3.2.2): in the order of their lengths, and among those of one length in that of their symbols. */
function alphabetOf(lengths: Uint8Array): Alphabet {
  const counts = new Uint16Array(16);
  for (const length of lengths) counts[length] = (counts[length] as number) + 1;
  counts[0] = 0;
  const places = new Uint16Array(17);
  let longest = 1;
  for (let length = 1; length < 16; length++) {
    places[length + 1] = (places[length] as number) + (counts[length] as number);
    if (counts[length]) longest = length;
  }
  const sorted = new Uint16Array(lengths.length);
  for (let symbol = 0; symbol < lengths.length; symbol++) {
    const length = lengths[symbol] as number;
    if (length === 0) continue;
    const place = places[length] as number;
    places[length] = place + 1;
    sorted[place] = symbol;
  }
  const table = new Uint16Array(1 << longest);
  for (let length = 1, code = 0, at = 0; length <= longest; length++) {
    // Behind a code that is shorter any bit may come. To write each of its places by itself takes ten times as long.
    table.copyWithin(1 << (length - 1), 0, 1 << (length - 1));
    code <<= 1;
    for (let left = counts[length] as number; left > 0; left--, code++) {
      // The first bit of a code comes first, and so stands lowest.
      let reversed = 0;
      for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
      table[reversed] = ((sorted[at++] as number) << 4) | length;
    }
  }
  return { table, longest };
}
