import { toError } from "./errors.js";
import type { QueueMessage } from "./models.js";

/** A page as the core hands it over: one string, the ends of its parts, numbers, bytes. */
export type RawPage = [text: string, ends: Uint32Array, numbers: Float64Array, bytes: Uint8Array<ArrayBuffer>];

/** How a message's content stands in a page. */
const BYTES = 1;
const UNDECODABLE = 2;
const ABSENT = 3;

/** Cuts a page up into messages: four parts of text each, and six numbers. */
export function readMessages(page: RawPage): QueueMessage<unknown>[] {
  const [text, ends, numbers, bytes] = page;
  const messages: QueueMessage<unknown>[] = new Array(ends.length / 4);
  let start = 0;
  let firstByte = 0;
  for (let i = 0; i < messages.length; i++) {
    const [endOfId, endOfReceipt, endOfContent, endOfProblem] = ends.subarray(4 * i, 4 * i + 4) as unknown as Ends;
    const [insertedOn, expiresOn, nextVisibleOn, dequeueCount, kind, length] = numbers.subarray(
      6 * i,
      6 * i + 6,
    ) as unknown as Numbers;
    let content: unknown = text.slice(endOfReceipt, endOfContent);
    if (kind === BYTES) content = bytes.slice(firstByte, firstByte + length);
    if (kind === ABSENT) content = undefined;
    firstByte += length;
    const message = {
      id: text.slice(start, endOfId),
      content,
      insertedOn: moment(insertedOn),
      expiresOn: moment(expiresOn),
      dequeueCount: Number.isNaN(dequeueCount) ? undefined : dequeueCount,
      popReceipt: endOfReceipt > endOfId ? text.slice(endOfId, endOfReceipt) : undefined,
      nextVisibleOn: moment(nextVisibleOn),
    } as QueueMessage<unknown>;
    messages[i] = kind === UNDECODABLE ? undecodable(message, text.slice(endOfContent, endOfProblem)) : message;
    start = endOfProblem;
  }
  return messages;
}

/** Gives one part of a page's text after the other. */
export function cutText(text: string, ends: Uint32Array): () => string {
  let part = 0;
  let start = 0;
  return () => {
    const end = ends[part++] ?? start;
    const piece = text.slice(start, end);
    start = end;
    return piece;
  };
}

type Ends = [number, number, number, number];
type Numbers = [number, number, number, number, number, number];

function moment(millis: number): Date | undefined {
  return Number.isNaN(millis) ? undefined : new Date(millis);
}

/** A message whose content throws when it is read, so that the others of its page are delivered as usual. */
export function undecodable(message: QueueMessage<unknown>, problem: string, cause?: unknown): QueueMessage<unknown> {
  const record = { azureQueueError: "DecodeError", message: problem, details: {}, attempts: [], cause };
  const contentError = toError(record) as Error;
  return Object.defineProperty({ ...message, rawContent: message.content as string, contentError }, "content", {
    // Not enumerable: spreading or logging the message must not throw.
    enumerable: false,
    get() {
      throw contentError;
    },
  });
}
