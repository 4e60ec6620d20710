import { Making } from "../build/core.js";
import { looking } from "./caller.js";
import type { Encryption } from "./encryption.js";
import { argumentError } from "./errors.js";
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
 *
 * Base64 is read as leniently as by Python's client: characters outside the alphabet are passed over and nothing is
 * read beyond the padding; a wrong length is an error.
 *
 * - an object with `encode` and `decode`.
 */
export type MessageEncoding = "text" | "base64" | "base64-bytes" | MessageCodec<unknown>;

/** What a program handles with an encoding: text, bytes, or what its own codec makes. */
export type ContentOf<Encoding extends MessageEncoding> =
  Encoding extends MessageCodec<infer Content> ? Content : Encoding extends "base64-bytes" ? Uint8Array : string;

/** The encodings with which a program handles this content. */
export type EncodingOf<Content> =
  | MessageCodec<Content>
  | (string extends Content ? "text" | "base64" : never)
  | (Uint8Array extends Content ? "base64-bytes" : never);

/**
 * What content goes through on this side of the core. Without a codec of the caller's and without encryption there is
 * nothing to do here: the core encodes and decodes by itself.
 * @internal
 */
export class ContentSteps {
  readonly #codec: MessageCodec<unknown>;
  readonly #encryption: Encryption | undefined;

  constructor(codec: MessageCodec<unknown>, encryption: Encryption | undefined) {
    this.#codec = codec;
    this.#encryption = encryption;
  }

  /** Encodes, then encrypts. */
  toText(content: unknown, signal: AbortSignal | undefined): Promise<string> {
    return unlessAborted(() => this.#toText(content), signal);
  }

  async #toText(content: unknown): Promise<string> {
    const text = await this.#codec.encode(content);
    if (typeof text !== "string") {
      throw argumentError(
        TypeError,
        `messageEncoding.encode must return text; got ${described(text)}`,
        "messageEncoding",
      );
    }
    return this.#encryption ? await this.#encryption.encrypt(text) : text;
  }

  /** Decrypts, then decodes: all messages of a page at once, each on its own. */
  toContents<Message extends QueueMessage<unknown>>(
    messages: Message[],
    signal: AbortSignal | undefined,
  ): Promise<Message[]> {
    return unlessAborted(() => this.#toContents(messages), signal);
  }

  #toContents<Message extends QueueMessage<unknown>>(messages: Message[]): Promise<Message[]> {
    return Promise.all(
      messages.map(async (message) => {
        const raw = message.content as string;
        let problem = "The message could not be decrypted";
        try {
          const text = this.#encryption ? await this.#encryption.decrypt(raw) : raw;
          problem = "The message could not be decoded";
          return { ...message, content: await this.#codec.decode(text) };
        } catch (cause) {
          return undecodable(message, problem + reasonOf(cause), cause) as Message;
        }
      }),
    );
  }
}

/** What an error says of itself; the caller's codecs and keys throw anything. */
function reasonOf(cause: unknown): string {
  try {
    return cause instanceof Error ? `: ${cause.message}` : ".";
  } catch {
    return ".";
  }
}

/** What work comes to, unless the signal aborts first: a caller's codec or key may take for ever. */
function unlessAborted<Result>(work: () => Promise<Result>, signal: AbortSignal | undefined): Promise<Result> {
  if (signal === undefined) return work();
  if (signal.aborted) return Promise.reject(signal.reason);
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work()
      .then(resolve, reject)
      .finally(() => signal.removeEventListener("abort", abort));
  });
}

/**
 * Splits what a client is set to into the core's encoding and the steps on this side.
 * @internal
 */
export function contentSteps(
  encoding: unknown,
  encryption: Encryption | undefined,
): { encoding: unknown; steps: ContentSteps | undefined } {
  if (typeof encoding === "object" && encoding !== null) {
    const codec = encoding as MessageCodec<unknown>;
    const { encode, decode } = looking("messageEncoding", () => ({ encode: codec.encode, decode: codec.decode }));
    if (typeof encode !== "function" || typeof decode !== "function") {
      const allowed = `"text", "base64", "base64-bytes" or an object with the functions encode and decode`;
      throw argumentError(
        TypeError,
        `messageEncoding must be ${allowed}; got an object without them`,
        "messageEncoding",
      );
    }
    return { encoding: "text", steps: new ContentSteps(codec, encryption) };
  }
  if (encryption === undefined) return { encoding, steps: undefined };
  // Encryption stands between encoding and sending, so the core encodes apart.
  const ofCore: MessageCodec<unknown> = {
    encode: (content) => new Reading(make(Making.Encoded, new Fields().string(encoding).content(content))).text(),
    decode: (text) => {
      const read = new Reading(make(Making.Decoded, new Fields().string(encoding).string(text)));
      return read.optional() ?? read.bytes();
    },
  };
  // An encoding that there is not is refused now and not with the first message.
  make(Making.Decoded, new Fields().string(encoding).string(""));
  return { encoding: "text", steps: new ContentSteps(ofCore, encryption) };
}
