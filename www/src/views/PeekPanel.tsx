import { type Messages, mostAtOnce } from "../messages.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { MessageItem } from "./MessageItem.tsx";

/** Looks at the first messages without receiving them. */
export function PeekPanel({ messages }: { messages: Messages }) {
  const { peeked, peeking } = messages;
  return (
    <section class="card" aria-labelledby="peek" aria-busy={peeking.busy}>
      <div class="title">
        <h2 id="peek">Peek</h2>
        <ActionButton operation="peek" action={peeking} onClick={() => void messages.peek()}>
          {peeked.value ? "Peek again" : "Peek"}
        </ActionButton>
      </div>
      <FailureBox error={peeking.failure.value} />
      <p class="hint">{hint(messages)}</p>
      {peeked.value && peeked.value.length > 0 && (
        <ol class="messages" aria-labelledby="peek">
          {peeked.value.map((message) => (
            <MessageItem key={message.id} message={message} />
          ))}
        </ol>
      )}
    </section>
  );
}

function hint({ peeked, count }: Messages): string {
  if (peeked.value === undefined) return `Shows up to ${mostAtOnce} messages and leaves them as they are.`;
  const shown = peeked.value.length;
  if (shown > 0)
    return count.value !== undefined && count.value > shown
      ? `${shown} of about ${count.value}. What is received or delayed cannot be seen.`
      : "";
  return count.value ? "None to be seen: all are hidden, for now or until they expire." : "The queue is empty.";
}
