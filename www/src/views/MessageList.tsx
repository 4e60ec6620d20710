import type { QueueMessage, ReceivedMessage } from "azure-queue-wasm";
import { useEffect, useRef } from "preact/hooks";
import { now } from "../clock.ts";
import { contentOf, previewOf, sizeOf } from "../content.ts";
import { hiddenFor, type Messages, mostAtOnce } from "../messages.ts";
import { linkToMessage, route } from "../session.ts";
import { age, bytes, plural, span } from "../words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { VisibleText } from "./VisibleText.tsx";

/** The messages of a queue: those that were received, and those at its front. */
export function MessageList({ messages }: { messages: Messages }) {
  const { peeked, peeking, held, isMixed } = messages;
  const list = useRef<HTMLElement>(null);
  const { messageId } = route.value;
  const before = useRef(messageId);
  useEffect(() => {
    // Back from a message, the focus returns to its row.
    if (messageId === undefined && before.current !== undefined) focusRow(list.current, before.current);
    before.current = messageId;
  }, [messageId]);

  const received = held.value;
  const seen = peeked.value ?? [];
  return (
    <section ref={list} class="card message-list" aria-labelledby="messages" aria-busy={peeking.busy}>
      <div class="title">
        <h2 id="messages" tabIndex={-1}>
          Messages
        </h2>
        <ActionButton operation="peek" action={peeking} onClick={() => void messages.peek()}>
          Peek again
        </ActionButton>
      </div>
      <FailureBox error={peeking.failure.value} />
      <p class="hint" role="status">
        {hint(messages)}
      </p>
      {isMixed.value && (
        <p class="problem">Some messages are in Base64 and others are not. Do all writers of this queue agree?</p>
      )}
      {received.length > 0 && (
        <>
          <h3 id="received">Received, hidden from others</h3>
          <Rows messages={messages} items={received} labelledBy="received" />
          {seen.length > 0 && <h3 id="peeked">At the front of the queue</h3>}
        </>
      )}
      {seen.length > 0 && (
        <Rows messages={messages} items={seen} labelledBy={received.length > 0 ? "peeked" : "messages"} />
      )}
    </section>
  );
}

function focusRow(list: HTMLElement | null, messageId: string): void {
  const rows = [...(list?.querySelectorAll<HTMLElement>("a.row") ?? [])];
  const row = rows.find((row) => row.getAttribute("data-id") === messageId);
  (row ?? list?.querySelector("h2"))?.focus();
}

interface RowsProps {
  messages: Messages;
  items: QueueMessage[];
  labelledBy: string;
}

function Rows({ messages, items, labelledBy }: RowsProps) {
  return (
    <ol class="rows" aria-labelledby={labelledBy}>
      {items.map((message) => (
        <MessageRow key={message.id} messages={messages} message={message} />
      ))}
    </ol>
  );
}

/** A message on one line, which opens the whole. */
function MessageRow({ messages, message }: { messages: Messages; message: QueueMessage }) {
  const { queueName, reading } = messages;
  const content = contentOf(message, reading.value);
  const preview = previewOf(content);
  const isOpen = route.value.messageId === message.id;
  return (
    <li>
      <a
        class="row"
        href={linkToMessage(queueName, message.id)}
        data-id={message.id}
        aria-current={isOpen ? "true" : undefined}
      >
        <span class="preview">{preview === "" ? <em>empty</em> : <VisibleText text={preview} />}</span>
        <span class="size">{bytes(sizeOf(content))}</span>
        <span class="age">
          <Age message={message} />
        </span>
        <span class="times">{timesReceived(message)}</span>
      </a>
    </li>
  );
}

const isReceived = (message: QueueMessage): message is ReceivedMessage => message.popReceipt !== undefined;

/** A component of its own, since it is drawn each second. */
function Age({ message }: { message: QueueMessage }) {
  return isReceived(message) ? (
    <>hidden for {span(hiddenFor(message, now.value))}</>
  ) : (
    <>{age(message.insertedOn, now.value)} ago</>
  );
}

export function timesReceived({ dequeueCount = 0 }: QueueMessage): string {
  if (dequeueCount === 0) return "never received";
  return dequeueCount === 1 ? "received once" : `received ${plural(dequeueCount, "time")}`;
}

/** What is shown, and what a peek cannot show. */
function hint({ peeked, peeking, held, count, isMissing }: Messages): string {
  if (isMissing.value) return "";
  if (peeked.value === undefined) return peeking.busy.value ? "Loading the messages …" : "";
  const shown = peeked.value.length;
  const all = count.value;
  const hidden = all === undefined || all <= shown + held.value.length ? undefined : all;
  const total =
    hidden === undefined ? "" : `; about ${hidden.toLocaleString()} in the queue, hidden and delayed ones included`;
  if (shown === mostAtOnce) return `${shown} shown; a peek never shows more${total}.`;
  if (shown > 0) return `${shown} shown${total}.`;
  if (hidden !== undefined) return `None can be seen now${total}.`;
  return held.value.length > 0 ? "No other message can be seen." : "The queue is empty.";
}
