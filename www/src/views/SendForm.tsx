import type { SendMessageOptions } from "azure-queue-wasm";
import { useEffect, useRef, useState } from "preact/hooks";
import type { SendEncoding } from "../content.ts";
import type { Messages } from "../messages.ts";
import { isWide } from "../screen.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { SecondsField } from "./SecondsField.tsx";

/** Sends a message. */
export function SendForm({ messages }: { messages: Messages }) {
  const [isOpen] = useState(isWide);
  const [isAsking, setAsking] = useState(false);
  const text = useRef<HTMLTextAreaElement>(null);
  const { sending, isMissing } = messages;

  const submit = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    // As it stands in the field: form data has another text where half a surrogate pair is.
    const content = text.current?.value ?? "";
    if (content === "" && !isAsking) {
      setAsking(true);
      return;
    }
    setAsking(false);
    const options: SendMessageOptions = {};
    const [delay, life] = [fields.get("delay"), fields.get("life")];
    if (delay) options.visibilityTimeout = Number(delay);
    if (life) options.timeToLive = Number(life);
    const sent = await messages.send(content, options);
    // A message that was not sent stays, and so does the next one, typed meanwhile.
    if (sent && text.current?.value === content) text.current.value = "";
  };
  const obstacle = isMissing.value ? "There is no queue of this name." : undefined;
  return (
    <details class="card form" id="send" open={isOpen}>
      <summary>
        <h2>Send</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <label for="content">Message</label>
        <textarea ref={text} id="content" name="content" rows={5} spellcheck={false} onInput={() => setAsking(false)} />
        <div class="fields">
          <EncodingChoice messages={messages} />
          <SecondsField name="delay" label="Visible after" hint="at once" min={0} max={604_800} />
          <SecondsField name="life" label="Time to live" hint="7 days; −1: never ends" min={-1} />
        </div>
        {isAsking ? (
          <EmptyQuestion onCancel={() => setAsking(false)} messages={messages} />
        ) : (
          <ActionButton operation="send" action={sending} class="main" obstacle={obstacle}>
            Send message
          </ActionButton>
        )}
      </form>
      <FailureBox error={sending.failure.value} />
    </details>
  );
}

/** Asks before an empty message is sent, which is mostly a mistake. */
function EmptyQuestion({ messages, onCancel }: { messages: Messages; onCancel: () => void }) {
  const group = useRef<HTMLFieldSetElement>(null);
  useEffect(() => group.current?.querySelector<HTMLElement>("button:last-of-type")?.focus(), []);
  return (
    <fieldset ref={group} class="question">
      <legend>The message is empty. Send it?</legend>
      <ActionButton operation="send" action={messages.sending} class="main" isTerse>
        Send empty message
      </ActionButton>
      <button type="button" onClick={onCancel}>
        Cancel
      </button>
    </fieldset>
  );
}

function EncodingChoice({ messages: { chosenEncoding, sendEncoding } }: { messages: Messages }) {
  return (
    <div class="field">
      <label for="encoding">Send as</label>
      <select
        id="encoding"
        value={sendEncoding}
        onChange={({ currentTarget }) => {
          chosenEncoding.value = currentTarget.value as SendEncoding;
        }}
      >
        <option value="text">text</option>
        <option value="base64">Base64, as Azure Functions expects it</option>
      </select>
    </div>
  );
}
