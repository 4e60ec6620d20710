import { type Messages, mostAtOnce } from "../messages.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { MessageItem } from "./MessageItem.tsx";
import { SecondsField } from "./SecondsField.tsx";

/** Receives messages, and keeps them listed until they are deleted or go back to the queue. */
export function ReceivePanel({ messages }: { messages: Messages }) {
  const { held, receiving } = messages;
  const receive = (form: HTMLFormElement) => {
    const fields = new FormData(form);
    void messages.receive(Number(fields.get("number")), Number(fields.get("hidden")));
  };
  return (
    <section class="card" aria-labelledby="receive" aria-busy={receiving.busy}>
      <h2 id="receive" tabIndex={-1}>
        Receive
      </h2>
      <form
        class="line"
        onSubmit={(event) => {
          event.preventDefault();
          receive(event.currentTarget);
        }}
      >
        <div class="field">
          <label for="number">Messages, at most</label>
          <input id="number" name="number" type="number" min={1} max={mostAtOnce} step={1} defaultValue={1} required />
        </div>
        <SecondsField name="hidden" label="Hidden from others for" min={1} max={604_800} value={30} />
        <ActionButton operation="receive" action={receiving} class="main">
          Receive
        </ActionButton>
      </form>
      <FailureBox error={receiving.failure.value} />
      {held.value.length > 0 ? (
        <ol class="messages" aria-labelledby="receive">
          {held.value.map((message) => (
            <MessageItem key={message.popReceipt} message={message} messages={messages} />
          ))}
        </ol>
      ) : (
        <p class="hint">What is received is listed here until it is deleted, or until its time is over.</p>
      )}
    </section>
  );
}
