import { useEffect } from "preact/hooks";
import type { Encoding, Messages } from "../messages.ts";
import { linkToList, type Session } from "../session.ts";
import { plural } from "../words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { Heading } from "./Heading.tsx";
import { PeekPanel } from "./PeekPanel.tsx";
import { ReceivePanel } from "./ReceivePanel.tsx";
import { SendForm } from "./SendForm.tsx";

interface Props {
  session: Session;
  messages: Messages;
}

/** One queue. */
export function QueuePage({ session, messages }: Props) {
  useEffect(() => {
    void messages.refreshCount();
    return messages.watch();
  }, [messages]);

  const { count, counting } = messages;
  return (
    <>
      {session.hasAccount && (
        <nav>
          <a href={linkToList}>← All queues</a>
        </nav>
      )}
      <div class="title">
        <Heading title={messages.queueName}>{messages.queueName}</Heading>
        <p class="count">{count.value !== undefined && `about ${plural(count.value, "message")}`}</p>
        <ActionButton operation="count" action={counting} onClick={() => void messages.refreshCount()} isTerse>
          Count again
        </ActionButton>
        <EncodingChoice messages={messages} />
      </div>
      <FailureBox error={counting.failure.value} />
      <p class="said" role="status">
        {messages.said}
      </p>
      <div class="columns">
        <SendForm messages={messages} />
        <div class="column">
          <ReceivePanel messages={messages} />
          <PeekPanel messages={messages} />
        </div>
      </div>
    </>
  );
}

function EncodingChoice({ messages }: { messages: Messages }) {
  return (
    <label class="encoding">
      Messages are
      <select
        value={messages.encoding}
        onChange={({ currentTarget }) => void messages.encode(currentTarget.value as Encoding)}
      >
        <option value="text">text</option>
        <option value="base64">text in Base64</option>
      </select>
    </label>
  );
}
