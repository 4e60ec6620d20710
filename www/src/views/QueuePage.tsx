import { useEffect } from "preact/hooks";
import { whyNot } from "../access.ts";
import { now } from "../clock.ts";
import type { Reading } from "../content.ts";
import type { Messages } from "../messages.ts";
import { linkToList, route, type Session } from "../session.ts";
import { plural } from "../words.ts";
import { FailureBox } from "./FailureBox.tsx";
import { Heading } from "./Heading.tsx";
import { MessageDetail } from "./MessageDetail.tsx";
import { MessageList } from "./MessageList.tsx";
import { ReceiveForm } from "./ReceiveForm.tsx";
import { SendForm } from "./SendForm.tsx";

interface Props {
  session: Session;
  messages: Messages;
}

/** One queue: its messages first. */
export function QueuePage({ session, messages }: Props) {
  const sas = session.opened.sas.value;
  const [canPeek, canCount] = (["peek", "count"] as const).map((name) => whyNot(sas, name, now.value) === undefined);
  useEffect(() => messages.watch(), [messages]);
  useEffect(() => {
    void messages.refresh();
  }, [messages, canPeek, canCount, sas]);

  const { count, counting, peeking, said } = messages;
  const { messageId } = route.value;
  const countFailure = counting.failure.value;
  return (
    <div class={`queue-page ${messageId === undefined ? "" : "with-message"}`}>
      {session.hasAccount && (
        <nav>
          <a href={linkToList}>← All queues</a>
        </nav>
      )}
      <div class="title">
        <Heading title={messages.queueName}>{messages.queueName}</Heading>
        <p class="count">{count.value !== undefined && `about ${plural(count.value, "message")}`}</p>
        <ReadingChoice messages={messages} />
      </div>
      {/* Both calls mostly fail for the same reason, which the list shows. */}
      {peeking.failure.value === undefined && <FailureBox error={countFailure} />}
      <p class="said" role="status">
        {said}
      </p>
      <div class="panes">
        <MessageList messages={messages} />
        <div class="side">
          {messageId !== undefined && <MessageDetail key={messageId} messages={messages} messageId={messageId} />}
          <ReceiveForm messages={messages} />
          <SendForm messages={messages} />
        </div>
      </div>
    </div>
  );
}

function ReadingChoice({ messages: { reading } }: { messages: Messages }) {
  return (
    <label class="reading">
      Read messages as
      <select
        value={reading}
        onChange={({ currentTarget }) => {
          reading.value = currentTarget.value as Reading;
        }}
      >
        <option value="auto">text or Base64 (guess)</option>
        <option value="text">text</option>
        <option value="base64">Base64</option>
      </select>
    </label>
  );
}
