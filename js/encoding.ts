import { Making } from "../build/core.js";
import { isBytes, looking } from "./caller.js";
import type { Encryption } from "./encryption.js";
import { aborted, argumentError } from "./errors.js";
import { described, Fields, make } from "./fields.js";
import { undecodable } from "./messages.js";
import type { QueueMessage } from "./models.js";
import { Reading } from "./reading.js";

/** An encoding of the caller's own; both functions may be asynchronous. */
export interface MessageCodec<Content> {
  /** Turns content into the text that is queued. What it throws is what `sendMessage` rejects with. */
  encode(content: Content): string | Promise<string>;
  /** Turns queued text into content. What it throws is found as `contentError.cause` of that one message. */
  decode(text: string): Content | Promise<Content>;
}

/**
 * How content stands in the queue:
 * - `"text"`: as it is. Characters that XML 1.0 forbids are refused.
 * - `"base64"`: text, its UTF-8 in Base64. Azure Functions expects this.
 * - `"base64-bytes"`: a `Uint8Array`, in Base64.
 * - `"auto"`: for reading what several writers send. Each message is text, and taken out of Base64 where it can hardly be
 *   anything else; `rawContent` then tells how it stands there. Sending needs one of the others, on the call.
 * - an object with `encode` and `decode`, such as {@link jsonEncoding} makes.
 *
 * `"base64"` and `"base64-bytes"` are read as leniently as by Python's client: characters outside the alphabet are passed
 * over and nothing is read beyond the padding; a wrong length is an error.
 *
 * `"auto"` takes a text for Base64 when it is Base64 to the letter, UTF-8 comes out, without control characters but tab,
 * line feed and carriage return, and there is a sign that somebody encoded it: padding (`=`) at its end; or both capital
 * and small letters among 16 characters or more; or, among fewer, a number that comes out, or something in braces,
 * brackets or quotes. So `test`, `123q`, `fish` and `1400` stay as they are, and so does Base64 without padding of a
 * short word (`Y2F0`).
 */
export type MessageEncoding = "text" | "base64" | "base64-bytes" | "auto" | MessageCodec<unknown>;

/** The encoding of the contents of one call. */
export interface InEncoding<Encoding extends MessageEncoding> {
  /** How content is encoded in the queue, for this call. Default: the setting of the client. */
  messageEncoding: Encoding;
}

/** Options of a call in which an encoding may stand that has the content of the client. */
export interface SameContent<Content> {
  /** How content is encoded in the queue, for this call. Default: the setting of the client. */
  messageEncoding?: EncodingOf<Content>;
}

/** What a program handles with an encoding: text, bytes, or what its own codec makes. */
export type ContentOf<Encoding extends MessageEncoding> =
  Encoding extends MessageCodec<infer Content> ? Content : Encoding extends "base64-bytes" ? Uint8Array : string;

/** The encodings with which a program handles this content. */
export type EncodingOf<Content> =
  | MessageCodec<Content>
  | (string extends Content ? "text" | "base64" | "auto" : never)
  | (Uint8Array extends Content ? "base64-bytes" : never);

/**
 * How contents become messages and messages contents: the encoding that the core is told, and steps on this side of it.
 * Without a codec of the caller's and without encryption there are none: the core does it all.
 * @internal
 */
export interface ContentWay {
  readonly encoding: unknown;
  readonly steps?: ContentSteps;
}

/**
 * The way of an encoding, which is checked, and of encryption.
 * @internal
 */
export function contentWay(encoding: unknown, encryption: Encryption | undefined): ContentWay {
  const isCodec = typeof encoding === "object" && encoding !== null;
  if (!isCodec && encryption === undefined) {
    // One that there is not is refused now and not with the first message.
    checkNamed(encoding);
    return { encoding };
  }
  // Encryption stands between encoding and sending, so the core encodes apart.
  const codec = isCodec ? checkedCodec(encoding as MessageCodec<unknown>) : namedCodec(checkNamed(encoding));
  return { encoding: undefined, steps: new ContentSteps(codec, encryption, encoding === "auto") };
}

function checkNamed(encoding: unknown): unknown {
  if (encoding !== undefined) make(Making.Decoded, new Fields().string(encoding).string(""));
  return encoding;
}

/**
 * An encoding of the core's, apart from sending and receiving. The core may be loaded later.
 * @internal
 */
export function namedCodec(encoding: unknown) {
  return {
    encode: (content: unknown) =>
      new Reading(make(Making.Encoded, new Fields().string(encoding).content(content))).text(),
    decode: (text: string) => {
      if (encoding === undefined || encoding === "text") return text;
      const read = new Reading(make(Making.Decoded, new Fields().string(encoding).string(text)));
      return read.optional() ?? read.bytes();
    },
  };
}

function checkedCodec(codec: MessageCodec<unknown>): MessageCodec<unknown> {
  const { encode, decode } = looking("messageEncoding", () => ({ encode: codec.encode, decode: codec.decode }));
  if (typeof encode === "function" && typeof decode === "function") return codec;
  const allowed = `"text", "base64", "base64-bytes", "auto" or an object with the functions encode and decode`;
  throw argumentError(TypeError, `messageEncoding must be ${allowed}; got an object without them`, "messageEncoding");
}

/** What content is sent as. */
export interface EncodedContent {
  /** After that. */
  readonly text: string;
  /** Bytes before it was encoded and encrypted. */
  readonly size: number;
}

/**
 * The steps on this side of the core.
 * @internal
 */
export class ContentSteps {
  readonly #codec: MessageCodec<unknown>;
  readonly #encryption: Encryption | undefined;
  readonly #guesses: boolean;

  constructor(codec: MessageCodec<unknown>, encryption: Encryption | undefined, guesses: boolean) {
    this.#codec = codec;
    this.#encryption = encryption;
    this.#guesses = guesses;
  }

  /** Encodes, then encrypts. */
  toText(content: unknown, signal: AbortSignal | undefined): Promise<EncodedContent> {
    return unlessAborted(() => this.#toText(content), signal);
  }

  async #toText(content: unknown): Promise<EncodedContent> {
    const encoded = await this.#codec.encode(content);
    if (typeof encoded !== "string") {
      const given = described(encoded);
      throw argumentError(TypeError, `messageEncoding.encode must return text; got ${given}`, "messageEncoding");
    }
    const text = this.#encryption ? await this.#encryption.encrypt(encoded) : encoded;
    return { text, size: sizeOf(content) ?? (sizeOf(encoded) as number) };
  }

  /** Decrypts, then decodes: all messages of a page at once, each on its own. They stay in order. */
  toContents<Message extends QueueMessage<unknown>>(
    messages: Message[],
    signal: AbortSignal | undefined,
  ): Promise<Message[]> {
    return unlessAborted(() => Promise.all(messages.map((message) => this.#toContent(message))), signal);
  }

  async #toContent<Message extends QueueMessage<unknown>>(message: Message): Promise<Message> {
    const raw = message.content as string;
    let problem = "The message could not be decrypted";
    try {
      const text = this.#encryption ? await this.#encryption.decrypt(raw) : raw;
      problem = "The message could not be decoded";
      const content = await this.#codec.decode(text);
      return { ...message, content, ...(this.#guesses && content !== text && { rawContent: raw }) };
    } catch (cause) {
      return undecodable(message, problem + reasonOf(cause), cause) as Message;
    }
  }
}

/** Bytes of content, where it is text or bytes. */
function sizeOf(content: unknown): number | undefined {
  if (typeof content === "string") return new TextEncoder().encode(content).length;
  return isBytes(content) ? content.byteLength : undefined;
}

/** What an error says of itself; the caller's codecs and keys throw anything, and ciphers errors without words. */
function reasonOf(cause: unknown): string {
  try {
    return cause instanceof Error ? `: ${cause.message || cause.name}` : ".";
  } catch {
    return ".";
  }
}

/** What work comes to, unless the signal aborts first: a caller's codec or key may take for ever. */
function unlessAborted<Result>(work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(aborted(signal.reason));
  return new Promise((resolve, reject) => {
    const abort = () => reject(aborted(signal.reason));
    signal.addEventListener("abort", abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}
