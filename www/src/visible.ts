// Characters that cannot be seen, or that change the order in which others are shown, as marks that can be read.

/** A piece of a text: as it is, or a mark in the place of characters that cannot be seen. */
export type Piece = string | { readonly mark: string; readonly name: string };

/**
 * Control characters but tab and line feed, bidirectional format characters, spaces without width, and halves of
 * surrogate pairs. The joiners U+200C and U+200D stay: scripts and emoji need them.
 */
const hidden =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
  /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u061c\u200b\u200e\u200f\u2028-\u202e\u2060-\u2064\u2066-\u206f\ufeff\ufff9-\ufffb]|\p{Surrogate}/gu;

const names: Record<number, string> = {
  1564: "Arabic letter mark",
  8203: "zero width space",
  8206: "left-to-right mark",
  8207: "right-to-left mark",
  8232: "line separator",
  8233: "paragraph separator",
  8234: "left-to-right embedding",
  8235: "right-to-left embedding",
  8236: "pop directional formatting",
  8237: "left-to-right override",
  8238: "right-to-left override",
  8288: "word joiner",
  8294: "left-to-right isolate",
  8295: "right-to-left isolate",
  8296: "first strong isolate",
  8297: "pop directional isolate",
  65279: "byte order mark",
};

/** The pieces of a text, in order. Neighbouring marks are one piece, so that a text of nothing else stays cheap. */
export function piecesOf(text: string): Piece[] {
  const pieces: Piece[] = [];
  let end = 0;
  let before: { mark: string; name: string } | undefined;
  for (const { 0: character, index } of text.matchAll(hidden)) {
    if (index > end) {
      pieces.push(text.slice(end, index));
      before = undefined;
    }
    end = index + character.length;
    if (before) {
      before.mark += markOf(character);
      continue;
    }
    before = { mark: markOf(character), name: nameOf(character) };
    pieces.push(before);
  }
  if (end < text.length) pieces.push(text.slice(end));
  return pieces;
}

const codeOf = (character: string) => character.codePointAt(0) ?? 0;
const codeInHex = (character: string) => `U+${codeOf(character).toString(16).toUpperCase().padStart(4, "0")}`;

/** Unicode has pictures of the C0 control characters; the others are shown as their numbers. */
function markOf(character: string): string {
  const code = codeOf(character);
  if (code < 0x20) return String.fromCodePoint(0x2400 + code);
  return code === 0x7f ? "\u2421" : `[${codeInHex(character)}]`;
}

function nameOf(character: string): string {
  const name = names[codeOf(character)];
  return name === undefined ? codeInHex(character) : `${codeInHex(character)} ${name}`;
}
