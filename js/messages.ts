import { looking } from "./caller.js";
import { argumentError, azureError, known as present } from "./errors.js";
import type { MessageReference, QueueMessage, UpdatableMessage, UpdatedMessage } from "./models.js";
import { Reading, type Values } from "./reading.js";
import { atCaller, withoutFrames } from "./stack.js";

/** How a message's content stands in a page. */
const BYTES = 1;
const UNDECODABLE = 2;
const ABSENT = 3;
/** Taken for Base64; how it stands there comes behind it. */
const GUESSED = 4;

/** Reads a page of messages. */
export function readMessages(page: Values): QueueMessage<unknown>[] {
  const read = new Reading(page);
  const messages: QueueMessage<unknown>[] = [];
  while (!read.isAtEnd) messages.push(readMessage(read));
  return messages;
}

function readMessage(read: Reading): QueueMessage<unknown> {
  const id = read.kept() ?? "";
  const popReceipt = read.kept();
  const insertedOn = read.moment() as Date;
  const expiresOn = read.moment() as Date;
  const nextVisibleOn = read.moment();
  const dequeueCount = read.optionalNumber();
  const kind = read.number();
  const content = kind === ABSENT ? undefined : kind === BYTES ? read.bytes() : read.text();
  const message = {
    id,
    content,
    insertedOn,
    expiresOn,
    dequeueCount,
    popReceipt,
    nextVisibleOn,
  } as QueueMessage<unknown>;
  if (kind === GUESSED) return { ...message, rawContent: read.text() } as QueueMessage<unknown>;
  return kind === UNDECODABLE ? undecodable(message, read.text()) : message;
}

/** A message whose content throws when it is read, so that the others of its page are delivered as usual. */
export function undecodable(message: QueueMessage<unknown>, problem: string, cause?: unknown): QueueMessage<unknown> {
  withoutFrames(cause);
  const contentError = withoutFrames(
    azureError({ azureQueueError: "DecodeError", message: problem, details: {}, attempts: [], cause }),
  );
  const rawContent = message.content as string;
  return throwingContent({ ...message, rawContent, contentError }, contentError) as QueueMessage<never>;
}

function throwingContent<Message extends object>(message: Message, contentError: unknown): Message {
  function content(): unknown {
    return atCaller(content, () => {
      throw contentError;
    });
  }
  return Object.defineProperty(message, "content", {
    // Whatever somebody put on `Object.prototype`.
    __proto__: null,
    // Not enumerable: spreading or logging the message must not throw.
    enumerable: false,
    configurable: true,
    get: content,
    // Content that the caller puts in its place is an ordinary property, which an update sends.
    set(value: unknown) {
      const property = { __proto__: null, value, enumerable: true, configurable: true, writable: true };
      Object.defineProperty(this, "content", property as PropertyDescriptor);
    },
  } as PropertyDescriptor);
}

/** The content that the queue holds for a message, and how to recognise that the caller replaced it. */
interface QueuedContent {
  /** The version of the message in the queue: each change of its content gives it another pop receipt. */
  readonly id: unknown;
  readonly popReceipt: unknown;
  /** The content of the message object at that time. Another value there is a change by the caller. */
  readonly seen: unknown;
  readonly content: unknown;
  readonly rawContent: string | undefined;
  readonly contentError: unknown;
}

/** Returns the object that it is given, so that a subclass adds its private fields to that object. */
class Existing {
  constructor(object: object) {
    // biome-ignore lint/correctness/noConstructorReturn: this is how a private field comes to an existing object.
    return object;
  }
}

/**
 * The content of a message in the queue, as a private field of the message object. A copy of the message does not have it,
 * so its content counts as the caller's. A `WeakMap` would do the same, but costs more than reading the whole page.
 */
class Queued extends Existing {
  #content: QueuedContent;

  private constructor(message: object, content: QueuedContent) {
    super(message);
    this.#content = content;
  }

  static get(message: unknown): QueuedContent | undefined {
    return isMessage(message) && #content in message ? (message as unknown as Queued).#content : undefined;
  }

  static set(message: object, content: QueuedContent): void {
    if (#content in message) (message as Queued).#content = content;
    else new Queued(message, content);
  }
}

/** Keeps the content of a message that a call returns. Changes inside of it, such as in bytes, stay unnoticed. */
export function remember<Message extends object>(message: Message): Message {
  const own = (name: string) => (Object.hasOwn(message, name) ? (message as Record<string, unknown>)[name] : undefined);
  const contentError = own("contentError");
  const content = contentError === undefined ? own("content") : undefined;
  Queued.set(message, {
    id: own("id"),
    popReceipt: own("popReceipt"),
    seen: content,
    content,
    rawContent: own("rawContent") as string | undefined,
    contentError,
  });
  return message;
}

/** The message that a call is about, as the caller gave it. The core checks both. */
export interface Reference {
  readonly id: unknown;
  readonly popReceipt: unknown;
}

/** The reference of a message or of its id. A pop receipt that is an option wins over that of the message. */
export function referenceOf(message: MessageReference | string, popReceipt: string | undefined): Reference {
  if (!isMessage(message)) return { id: message, popReceipt };
  const read = looking("message", () => ({
    id: message.id,
    popReceipt: popReceipt ?? message.popReceipt,
    hasOtherName: "messageId" in message,
  }));
  if (typeof read.id === "string") return read;
  if (read.hasOtherName) {
    throw argumentError(TypeError, "message has no id: what other clients call messageId is called id here", "message");
  }
  // Without an id the error is about the object.
  return { ...read, id: message };
}

/**
 * An update of a message: the content that it sends and the message that it returns. The message is read at once, because
 * the caller may change it while the request is under way, and because nothing may throw after the reply: the new pop
 * receipt would be lost.
 */
export class Update {
  readonly reference: Reference;
  /** The content to send; `undefined` leaves the content in the queue unchanged. */
  readonly content: unknown;
  /** Whether the content comes from an object that no call returned, so that the caller may not mean to send it. */
  readonly isContentOfCopy: boolean;
  readonly #message: MessageReference | string;
  readonly #remembered: QueuedContent | undefined;
  readonly #seen: unknown;
  readonly #others: PropertyDescriptorMap;
  readonly #hasContent: boolean;

  /** @param option the option `content`; missing for calls that never send content */
  constructor(message: UpdatableMessage | string, popReceipt: string | undefined, option?: { content: unknown }) {
    this.#message = message;
    this.reference = referenceOf(message, popReceipt);
    const remembered = Queued.get(message);
    this.#remembered = remembered;
    const isFromMessage = option !== undefined && option.content === undefined && isMessage(message);
    this.#seen = isFromMessage ? looking("message", () => contentOf(message)) : remembered?.seen;
    const isUnchanged = remembered !== undefined && Object.is(remembered.seen, this.#seen);
    this.content = isFromMessage && !isUnchanged ? this.#seen : option?.content;
    this.isContentOfCopy = isFromMessage && remembered === undefined && this.content !== undefined;
    [this.#others, this.#hasContent] = looking("message", () => {
      const properties = (isMessage(message) ? Object.getOwnPropertyDescriptors(message) : {}) as PropertyDescriptorMap;
      const { content, rawContent: _raw, contentError: _error, ...others } = properties;
      return [others, content !== undefined && (content.get !== undefined || content.value !== undefined)];
    });
  }

  /**
   * What the caller knows of the message, the new receipt, and the content in the queue. That of a copy, and of a message
   * whose pop receipt is of another version, may be another one: reading `content` throws then.
   */
  result(values: Values): UpdatedMessage<unknown> {
    const read = new Reading(values);
    const { id } = this.reference;
    const receipt = { id, popReceipt: read.text(), nextVisibleOn: read.moment() as Date };
    const properties = { ...this.#others, ...Object.getOwnPropertyDescriptors(receipt) };
    const result = Object.defineProperties({}, properties) as UpdatedMessage<unknown>;
    const queued = this.#queued();
    if (queued === undefined) return this.#hasContent ? remember(withUnknownContent(result)) : result;
    if (this.#remembered !== undefined && isMessage(this.#message)) {
      Queued.set(this.#message, { ...queued, ...receipt, seen: this.#seen });
    }
    const { content, rawContent, contentError } = queued;
    Object.assign(result, present({ rawContent, contentError }));
    if (contentError !== undefined) return remember(throwingContent(result, contentError));
    return remember(Object.assign(result, { content })) as UpdatedMessage<unknown>;
  }

  /** The content in the queue after the update, if it is known. */
  #queued(): Pick<QueuedContent, "content" | "rawContent" | "contentError"> | undefined {
    if (this.content !== undefined) return { content: this.content, rawContent: undefined, contentError: undefined };
    const { id, popReceipt } = this.reference;
    const remembered = this.#remembered;
    return remembered?.id === id && remembered?.popReceipt === popReceipt ? remembered : undefined;
  }
}

/** A message whose content the client does not know. The error is not enumerable: a spread must not add it to the copy. */
function withUnknownContent(message: UpdatedMessage<unknown>): UpdatedMessage<unknown> {
  const problem =
    "The content in the queue is not known: the message that was updated is a copy, or its pop receipt is not the one " +
    "that it was returned with. Read the content of the message that you passed.";
  const contentError = withoutFrames(
    azureError({ azureQueueError: "DecodeError", message: problem, details: {}, attempts: [] }),
  );
  const property = { __proto__: null, value: contentError, enumerable: false, configurable: true, writable: true };
  Object.defineProperty(message, "contentError", property as PropertyDescriptor);
  return throwingContent(message, contentError);
}

/** Adds to the refusal of content that belongs to a copy how to leave the content in the queue alone. */
export function withHintForCopies(error: unknown): unknown {
  const { argument, message } = (error ?? {}) as { argument?: unknown; message?: unknown };
  const isOfContent = typeof argument === "string" && /^(content$|messageEncoding$|encryption\.)/.test(argument);
  if (!isOfContent || !(error instanceof Error)) return error;
  const hint = `The content is that of a copy of the message. To keep the one in the queue, use updateVisibilityTimeout.`;
  const Class = error instanceof RangeError ? RangeError : TypeError;
  const text = String(message);
  return argumentError(Class, `${text}${text.endsWith(".") ? "" : "."} ${hint}`, argument, { cause: error.cause });
}

function isMessage(message: unknown): message is UpdatableMessage {
  return typeof message === "object" && message !== null;
}

/** Reading the content of a message that could not be decoded throws its `contentError`. */
function contentOf(message: UpdatableMessage & { contentError?: unknown }): unknown {
  try {
    return message.content;
  } catch (error) {
    if (message.contentError === undefined) throw error;
    return undefined;
  }
}
