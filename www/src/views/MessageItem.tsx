import type { PeekedMessage, ReceivedMessage } from "azure-queue-wasm";
import { useState } from "preact/hooks";
import { Action } from "../action.ts";
import { now } from "../clock.ts";
import { contentOf, type Messages } from "../messages.ts";
import { moment, span } from "../words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { Content } from "./Content.tsx";
import { Facts } from "./Facts.tsx";
import { FailureBox } from "./FailureBox.tsx";

type Props = { message: PeekedMessage; messages?: undefined } | { message: ReceivedMessage; messages: Messages };

/** A message; one that was received can be deleted. */
export function MessageItem({ message, messages }: Props) {
  const { text, problem } = contentOf(message);
  return (
    <li class="message">
      {problem && <p class="problem">{problem}</p>}
      <Content text={text} />
      <Facts
        facts={[
          ["Id", message.id],
          ["Inserted", moment(message.insertedOn)],
          ["Expires", moment(message.expiresOn)],
          ["Received", `${message.dequeueCount} ${message.dequeueCount === 1 ? "time" : "times"}`],
        ]}
      />
      {messages && <Held message={message} messages={messages} />}
    </li>
  );
}

function Held({ message, messages }: { message: ReceivedMessage; messages: Messages }) {
  const [deleting] = useState(() => new Action());
  const remove = async () => {
    // The button that has the focus goes with its message.
    if (await messages.delete(message, deleting)) document.getElementById("receive")?.focus();
  };
  return (
    <>
      <details>
        <summary>Pop receipt</summary>
        <code>{message.popReceipt}</code>
      </details>
      <div class="line">
        <ActionButton
          operation="delete"
          action={deleting}
          onClick={() => void remove()}
          label={`Delete message ${message.id}`}
        >
          Delete
        </ActionButton>
        <span class="hint">Hidden from others for {span(message.nextVisibleOn.getTime() - now.value)}</span>
      </div>
      <FailureBox error={deleting.failure.value} />
    </>
  );
}
