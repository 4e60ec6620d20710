// DEFLATE (RFC 1951), synchronous, since constructors need the core at once: the platform's `DecompressionStream` is
// asynchronous. It reads what our own build wrote and nothing else, so it does not look for errors.

/** What the next bits mean, by so many of them as the longest code has: a symbol, and in the lowest four bits how long
 * its code is. One look-up a symbol is five times as fast as walking down the code bit by bit. */
type Alphabet = { table: Uint16Array; longest: number };

/** What a length code and a distance code stand for (3.2.5): a base, and how many bits of what comes on top. */
const lengthOf = (code: number): [number, number] => (code === 28 ? [258, 0] : based(code, 4, 3));
const distanceOf = (code: number): [number, number] => based(code, 2, 1);

function based(code: number, plain: number, first: number): [number, number] {
  const bits = Math.max(Math.floor(code / plain) - 1, 0);
  return [bits > 0 ? ((plain + (code % plain)) << bits) + first : code + first, bits];
}

/** The order in which the lengths of the code lengths' own codes are written (3.2.7). */
const ORDER = [16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15];

/** Inflates Base64 of DEFLATE into a buffer of the size that the build measured. */
export function inflated(base64: string, size: number): Uint8Array<ArrayBuffer> {
  const text = atob(base64);
  // A plain loop: `Uint8Array.from` with a function takes ten times as long.
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; i++) bytes[i] = text.charCodeAt(i);
  return inflate(bytes, size);
}

/** Inflates into a buffer of this size. */
export function inflate(deflated: Uint8Array, size: number): Uint8Array<ArrayBuffer> {
  const out = new Uint8Array(size);
  let [end, at] = [0, 0];
  // Bits that were read and not yet used, the next one lowest, and how many.
  let [buffer, held] = [0, 0];

  const fill = (count: number): void => {
    for (; held < count; held += 8) buffer |= (deflated[at++] ?? 0) << held;
  };

  const take = (count: number): void => {
    buffer >>>= count;
    held -= count;
  };

  const bits = (count: number): number => {
    fill(count);
    const value = buffer & ((1 << count) - 1);
    take(count);
    return value;
  };

  const symbol = ({ table, longest }: Alphabet): number => {
    fill(longest);
    const entry = table[buffer & ((1 << longest) - 1)] as number;
    take(entry & 15);
    return entry >> 4;
  };

  const dynamicAlphabets = (): [Alphabet, Alphabet] => {
    const [literals, distances, lengthCodes] = [bits(5) + 257, bits(5) + 1, bits(4) + 4];
    const own = new Uint8Array(19);
    for (const place of ORDER.slice(0, lengthCodes)) own[place] = bits(3);
    const alphabet = alphabetOf(own);
    const lengths = new Uint8Array(literals + distances);
    for (let i = 0; i < lengths.length; ) {
      const code = symbol(alphabet);
      if (code < 16) {
        lengths[i++] = code;
      } else {
        const value = code === 16 ? (lengths[i - 1] as number) : 0;
        const repeat = code === 16 ? 3 + bits(2) : code === 17 ? 3 + bits(3) : 11 + bits(7);
        lengths.fill(value, i, i + repeat);
        i += repeat;
      }
    }
    return [alphabetOf(lengths.subarray(0, literals)), alphabetOf(lengths.subarray(literals))];
  };

  for (let last = 0; !last; ) {
    last = bits(1);
    const kind = bits(2);
    if (kind === 0) {
      bits(held % 8);
      let left = bits(16);
      for (bits(16); left > 0; left--) out[end++] = bits(8);
      continue;
    }
    const [literals, distances] = kind === 1 ? fixedAlphabets() : dynamicAlphabets();
    for (let code = symbol(literals); code !== 256; code = symbol(literals)) {
      if (code < 256) {
        out[end++] = code;
        continue;
      }
      const [length, lengthBits] = lengthOf(code - 257);
      const from = end + length + bits(lengthBits);
      const [distance, distanceBits] = distanceOf(symbol(distances));
      const back = distance + bits(distanceBits);
      while (end < from) out[end] = out[end++ - back] as number;
    }
  }
  return out;
}

function fixedAlphabets(): [Alphabet, Alphabet] {
  const literals = new Uint8Array(288).fill(8).fill(9, 144, 256).fill(7, 256, 280);
  return [alphabetOf(literals), alphabetOf(new Uint8Array(30).fill(5))];
}

/** Canonical codes (3.2.2): in the order of their lengths, and among those of one length in that of their symbols. */
function alphabetOf(lengths: Uint8Array): Alphabet {
  const longest = Math.max(...lengths);
  const table = new Uint16Array(1 << longest);
  let code = 0;
  for (let length = 1; length <= longest; length++, code <<= 1) {
    for (const [symbol, own] of lengths.entries()) {
      if (own !== length) continue;
      // The first bit of a code comes first, and so stands lowest.
      let reversed = 0;
      for (let bit = 0; bit < length; bit++) reversed |= ((code >> bit) & 1) << (length - 1 - bit);
      for (let i = reversed; i < table.length; i += 1 << length) table[i] = (symbol << 4) | length;
      code++;
    }
  }
  return { table, longest };
}
