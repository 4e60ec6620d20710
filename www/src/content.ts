// What a message holds: as it stands in the queue, decoded, formatted, and as bytes.

import type { QueueMessage } from "azure-queue-wasm";
import { formatJson } from "./json-format.ts";

/** How the messages of a queue are read. The guess is made for each message on its own. */
export type Reading = "auto" | "text" | "base64";

export interface Content {
  /** As it stands in the queue. */
  readonly raw: string;
  /** The decoded text; missing when the bytes are not a text. */
  readonly text?: string;
  /** Whether it was taken out of Base64. */
  readonly isDecoded: boolean;
  /** Whether that was a guess. */
  readonly isGuess: boolean;
  /** Why it is shown as it stands in the queue. */
  readonly problem?: string;
}

/** Reads a message that was peeked at or received with the encoding "auto". */
export function contentOf({ content, rawContent }: QueueMessage, reading: Reading): Content {
  const raw = rawContent ?? content;
  const unchanged = { raw, text: raw, isDecoded: false, isGuess: false };
  if (reading === "text") return unchanged;
  if (reading === "auto")
    return rawContent === undefined ? unchanged : { ...decoded, raw, text: content, isGuess: true };
  const bytes = bytesOfBase64(raw);
  if (bytes === undefined) {
    return { ...unchanged, problem: "This is not Base64. It is shown as it stands in the queue." };
  }
  const text = textOf(bytes);
  return text === undefined ? { ...decoded, raw } : { ...decoded, raw, text };
}

const decoded = { isDecoded: true, isGuess: false };

/** The bytes that were encoded, or those of the text. */
export function bytesOf({ raw, text, isDecoded }: Content): Uint8Array {
  return (isDecoded && text === undefined ? bytesOfBase64(raw) : undefined) ?? new TextEncoder().encode(text ?? raw);
}

/** The ways to look at a message, the best one first. */
export type View = "formatted" | "text" | "raw" | "bytes";

export function viewsOf(content: Content): View[] {
  const { text, isDecoded } = content;
  if (text === undefined) return ["bytes", "raw"];
  const formatted: View[] = formatJson(text) === undefined ? [] : ["formatted"];
  return [...formatted, "text", ...(isDecoded ? (["raw"] as const) : []), "bytes"];
}

/** The text of a view, which is also what is copied. */
export function viewed(content: Content, view: View): string {
  const { raw, text = raw } = content;
  if (view === "raw") return raw;
  if (view === "bytes") return hexOf(bytesOf(content));
  return view === "formatted" ? (formatJson(text) ?? text) : text;
}

/** The beginning of a text, which ends with a whole character. */
export const startOf = (text: string, length: number): string =>
  text.length > length ? text.slice(0, length).replace(/[\ud800-\udbff]$/, "") : text;

/** How much of a text a row can show. */
const PREVIEW_LENGTH = 300;

/** The beginning of a message on one line. */
export function previewOf(content: Content): string {
  const { text } = content;
  const start =
    text === undefined ? hexOf(bytesOf(content).subarray(0, 16)) : startOf(text.trimStart(), PREVIEW_LENGTH);
  return start.replace(/[\s\u2028\u2029]+/g, " ").trim();
}

/** The size in the queue, which the limit of 64 KiB is about. */
export const sizeOf = ({ raw }: Content): number => new TextEncoder().encode(raw).length;

/** The encodings that messages can be sent with. */
export type SendEncoding = "text" | "base64";

const LARGEST_MESSAGE = 65_536;
// biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for.
const outsideOfXml = /[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/u;

/** Why the service would refuse a message; `undefined` when it would not. */
export function whyNotSendable(text: string, encoding: SendEncoding): string | undefined {
  const { length } = new TextEncoder().encode(text);
  const size = encoding === "base64" ? Math.ceil(length / 3) * 4 : length;
  if (size > LARGEST_MESSAGE) {
    return `The message is too large: it would have ${size.toLocaleString()} bytes in the queue, at most ${LARGEST_MESSAGE.toLocaleString()} are allowed.`;
  }
  if (encoding === "text" && outsideOfXml.test(text)) {
    return "The message has control characters, which a queue takes only in Base64. Send it as Base64.";
  }
  return undefined;
}

function bytesOfBase64(text: string): Uint8Array | undefined {
  try {
    const characters = atob(text);
    const bytes = new Uint8Array(characters.length);
    for (let index = 0; index < bytes.length; index++) bytes[index] = characters.charCodeAt(index);
    return bytes;
  } catch {
    return undefined;
  }
}

function textOf(bytes: Uint8Array): string | undefined {
  try {
    return new TextDecoder("utf-8", { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    return undefined;
  }
}

const BYTES_PER_LINE = 16;

/** Lines of an offset, sixteen bytes, and the printable ASCII characters among them. */
function hexOf(bytes: Uint8Array): string {
  const lines: string[] = [];
  for (let start = 0; start < bytes.length; start += BYTES_PER_LINE) {
    const line = [...bytes.subarray(start, start + BYTES_PER_LINE)];
    const hex = line.map((byte) => byte.toString(16).padStart(2, "0")).join(" ");
    const ascii = line.map((byte) => (byte >= 0x20 && byte < 0x7f ? String.fromCharCode(byte) : ".")).join("");
    lines.push(`${start.toString(16).padStart(4, "0")}  ${hex.padEnd(BYTES_PER_LINE * 3 - 1)}  ${ascii}`);
  }
  return lines.join("\n");
}
