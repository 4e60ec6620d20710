import { azureError } from "./errors.js";
import type { MessageReference, QueueMessage, UpdatedMessage } from "./models.js";
import { Reading, type Values } from "./reading.js";

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
  const contentError = azureError({
    azureQueueError: "DecodeError",
    message: problem,
    details: {},
    attempts: [],
    cause,
  });
  const property = {
    // Whatever somebody put on `Object.prototype`.
    __proto__: null,
    // Not enumerable: spreading or logging the message must not throw.
    enumerable: false,
    get() {
      throw contentError;
    },
  };
  const known = { ...message, rawContent: message.content as string, contentError };
  return Object.defineProperty(known, "content", property) as QueueMessage<never>;
}

/** What is known of a message after an update; without new content, one that could not be decoded still cannot. */
export function updated(
  message: MessageReference | string,
  values: Values,
  content?: unknown,
): UpdatedMessage<unknown> {
  const read = new Reading(values);
  const receipt = { popReceipt: read.text(), nextVisibleOn: read.moment() as Date };
  if (typeof message === "string") return { id: message, ...receipt, ...(content === undefined ? {} : { content }) };
  if (content === undefined) {
    const properties = { ...Object.getOwnPropertyDescriptors(message), ...Object.getOwnPropertyDescriptors(receipt) };
    return Object.defineProperties({}, properties) as UpdatedMessage<unknown>;
  }
  const { rawContent, contentError, ...known } = message as UpdatedMessage<unknown>;
  return { ...known, content, ...receipt };
}
