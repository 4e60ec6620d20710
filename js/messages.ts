import { looking } from "./caller.js";
import { azureError, known as present } from "./errors.js";
import type { QueueMessage, UpdatableMessage, UpdatedMessage } from "./models.js";
import { Reading, type Values } from "./reading.js";
import { atCaller, withMessage, withoutFrames } from "./stack.js";

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
  Queued.set(message, { seen: content, content, rawContent: own("rawContent") as string | undefined, contentError });
  return message;
}

/** The content that an update sends. */
interface ContentChange {
  /** `undefined` leaves the content in the queue as it is. */
  readonly content: unknown;
  /** What later updates by the same message object compare its content with. */
  readonly seen: unknown;
}

/**
 * The content that an update sends: the one given, or else that of the message object where the caller replaced it. Read
 * before the request, because the caller may change the object while the request is under way.
 */
export function contentChange(message: UpdatableMessage | string, given: unknown): ContentChange {
  const before = Queued.get(message);
  if (given !== undefined || !isMessage(message)) return { content: given, seen: before?.seen };
  const seen = looking("message", () => contentOf(message));
  return { content: before !== undefined && Object.is(before.seen, seen) ? undefined : seen, seen };
}

/** Adds what to do when the content of a message object is refused, which the caller may not have meant to send. */
export function withHintForCopies(error: unknown): unknown {
  const { argument } = (error ?? {}) as { argument?: unknown };
  if (!(error instanceof Error) || !/^(content|messageEncoding|encryption)/.test(String(argument))) return error;
  return withMessage(error, `${error.message}. To keep the content in the queue, use updateVisibilityTimeout.`);
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

/**
 * A message after an update: what the caller knew of it, the new receipt, and the content that the queue holds. A copy says
 * nothing about the content in the queue, so without content that was sent its result has none.
 */
export function updated(
  message: UpdatableMessage | string,
  values: Values,
  change?: ContentChange,
): UpdatedMessage<unknown> {
  const read = new Reading(values);
  const receipt = { popReceipt: read.text(), nextVisibleOn: read.moment() as Date };
  const before = Queued.get(message);
  const content = change?.content;
  const after =
    content === undefined ? before : { content, rawContent: undefined, contentError: undefined, seen: change?.seen };
  if (!isMessage(message)) {
    const result = { id: message, ...receipt };
    return after === undefined ? result : remember({ ...result, content });
  }
  const result = withoutContent(message, receipt);
  if (after === undefined) return result;
  if (before !== undefined) Queued.set(message, after);
  const { rawContent, contentError } = after;
  Object.assign(result, present({ rawContent, contentError }));
  if (contentError !== undefined) return remember(throwingContent(result, contentError)) as UpdatedMessage<unknown>;
  return remember({ ...result, content: after.content }) as UpdatedMessage<unknown>;
}

/** A copy with another receipt and without the properties that have content. Getters are not called: they may throw. */
function withoutContent(message: UpdatableMessage, receipt: object): UpdatedMessage<unknown> {
  const properties = { ...Object.getOwnPropertyDescriptors(message), ...Object.getOwnPropertyDescriptors(receipt) };
  const { content: _content, rawContent: _raw, contentError: _error, ...others } = properties as PropertyDescriptorMap;
  return Object.defineProperties({}, others) as UpdatedMessage<unknown>;
}
