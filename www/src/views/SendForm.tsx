import type { SendMessageOptions } from "azure-queue-wasm";
import type { Messages } from "../messages.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { SecondsField } from "./SecondsField.tsx";

/** Sends a message. */
export function SendForm({ messages }: { messages: Messages }) {
  const submit = async (form: HTMLFormElement) => {
    const fields = new FormData(form);
    const options: SendMessageOptions = {};
    const [delay, life] = [fields.get("delay"), fields.get("life")];
    if (delay) options.visibilityTimeout = Number(delay);
    if (life) options.timeToLive = Number(life);
    const sent = await messages.send(String(fields.get("content")), options);
    // The text stays when it was not sent.
    if (sent) (form.elements.namedItem("content") as HTMLTextAreaElement).value = "";
  };
  return (
    <section class="card" aria-labelledby="send">
      <h2 id="send">Send</h2>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          void submit(event.currentTarget);
        }}
      >
        <label for="content">Message</label>
        <textarea id="content" name="content" rows={5} spellcheck={false} />
        <div class="fields">
          <SecondsField name="delay" label="Visible after" hint="at once" min={0} max={604_800} />
          <SecondsField name="life" label="Time to live" hint="7 days; −1: never ends" min={-1} />
        </div>
        <ActionButton operation="send" action={messages.sending} class="main">
          Send message
        </ActionButton>
      </form>
      <FailureBox error={messages.sending.failure.value} />
    </section>
  );
}
