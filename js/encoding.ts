import { argumentError } from "./errors.js";
import { undecodable } from "./messages.js";
import type { QueueMessage } from "./models.js";

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

/** Splits an encoding into the core's part and a codec of the caller's. */
export function splitEncoding(encoding: unknown): { core: unknown; codec: MessageCodec<unknown> | undefined } {
  if (typeof encoding !== "object" || encoding === null) return { core: encoding, codec: undefined };
  const codec = encoding as MessageCodec<unknown>;
  if (typeof codec.encode !== "function" || typeof codec.decode !== "function") {
    const allowed = `"text", "base64", "base64-bytes" or an object with the functions encode and decode`;
    throw argumentError(TypeError, `messageEncoding must be ${allowed}; got an object without them`, "messageEncoding");
  }
  return { core: "text", codec };
}

/** Encodes by the caller's codec. */
export async function encodeBy(codec: MessageCodec<unknown>, content: unknown): Promise<string> {
  const text = await codec.encode(content);
  if (typeof text !== "string") {
    throw argumentError(TypeError, `messageEncoding.encode must return text; got a ${typeof text}`, "messageEncoding");
  }
  return text;
}

/** Decodes a page by the caller's codec: all messages at once, each on its own. */
export function decodeBy<Message extends QueueMessage<unknown>>(
  codec: MessageCodec<unknown>,
  messages: Message[],
): Promise<Message[]> {
  return Promise.all(
    messages.map(async (message) => {
      try {
        return { ...message, content: await codec.decode(message.content as string) };
      } catch (cause) {
        return undecodable(message, "The messageEncoding's decode failed.", cause) as Message;
      }
    }),
  );
}
