import type { QueueMessage, ReceivedMessage } from "azure-queue-wasm";
import { useEffect, useRef, useState } from "preact/hooks";
import { Action } from "../action.ts";
import { now } from "../clock.ts";
import { contentOf, sizeOf } from "../content.ts";
import { hiddenFor, type Messages } from "../messages.ts";
import { goTo, linkTo, route } from "../session.ts";
import { bytes, dateOf, span } from "../words.ts";
import { ConfirmButton } from "./ConfirmButton.tsx";
import { Content } from "./Content.tsx";
import { Facts } from "./Facts.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { timesReceived } from "./MessageList.tsx";

/** One message as a whole; one that was received can be deleted. */
export function MessageDetail({ messages, messageId }: { messages: Messages; messageId: string }) {
  const { held, peeked, peeking, queueName } = messages;
  const heading = useRef<HTMLHeadingElement>(null);
  useEffect(() => heading.current?.focus(), []);
  const received = held.value.find(({ id }) => id === messageId);
  const message = received ?? peeked.value?.find(({ id }) => id === messageId);
  return (
    <section class="card detail" aria-labelledby="message">
      <div class="title">
        <h2 id="message" ref={heading} tabIndex={-1}>
          Message
        </h2>
        <a href={linkTo(queueName)}>Close</a>
      </div>
      {message ? (
        <Whole messages={messages} message={message} />
      ) : (
        <p class="hint">
          {peeking.busy.value
            ? "Loading …"
            : "This message is not among those that can be seen: another reader has received or deleted it, or it is further back in the queue."}
        </p>
      )}
      {received && <Held message={received} messages={messages} />}
    </section>
  );
}

function Whole({ messages, message }: { messages: Messages; message: QueueMessage }) {
  const content = contentOf(message, messages.reading.value);
  return (
    <>
      <Content key={message.id} content={content} />
      <Facts
        facts={[
          ["Id", message.id],
          ["Inserted", dateOf(message.insertedOn)],
          ["Expires", dateOf(message.expiresOn)],
          ["Dequeue count", `${message.dequeueCount ?? 0} (${timesReceived(message)})`],
          ["Size", `${bytes(sizeOf(content))} in the queue`],
          ...(message.popReceipt === undefined ? [] : ([["Pop receipt", message.popReceipt]] as [string, string][])),
        ]}
      />
    </>
  );
}

function Held({ message, messages }: { message: ReceivedMessage; messages: Messages }) {
  const [deleting] = useState(() => new Action());
  const remove = async () => {
    const isDeleted = await messages.delete(message, deleting);
    // A person may have opened another view meanwhile.
    if (isDeleted && route.value.messageId === message.id) goTo(linkTo(messages.queueName));
  };
  return (
    <>
      <div class="line">
        <ConfirmButton
          operation="delete"
          action={deleting}
          question="Delete this message? It cannot be brought back."
          label="Delete message"
          onConfirm={() => void remove()}
        >
          Delete
        </ConfirmButton>
        <span class="hint">Hidden from others for {span(hiddenFor(message, now.value))}</span>
      </div>
      <FailureBox error={deleting.failure.value} />
    </>
  );
}
