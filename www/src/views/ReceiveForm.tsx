import { useState } from "preact/hooks";
import { type Messages, mostAtOnce } from "../messages.ts";
import { isWide } from "../screen.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { SecondsField } from "./SecondsField.tsx";

/** Receives messages; the list shows them until they are deleted or return to the queue. */
export function ReceiveForm({ messages }: { messages: Messages }) {
  const [isOpen] = useState(isWide);
  const { receiving, isMissing } = messages;
  const receive = (form: HTMLFormElement) => {
    const fields = new FormData(form);
    void messages.receive(Number(fields.get("number")), Number(fields.get("hidden")));
  };
  return (
    <details class="card form" id="receive" open={isOpen}>
      <summary>
        <h2>Receive</h2>
      </summary>
      <form
        onSubmit={(event) => {
          event.preventDefault();
          receive(event.currentTarget);
        }}
      >
        <p class="hint">
          Hides messages from all other readers, to delete them. Those that are not deleted in time return to the queue,
          and their dequeue count is one higher.
        </p>
        <div class="line">
          <div class="field">
            <label for="number">Messages, at most</label>
            <input
              id="number"
              name="number"
              type="number"
              min={1}
              max={mostAtOnce}
              step={1}
              defaultValue={1}
              required
            />
          </div>
          <SecondsField name="hidden" label="Hidden from others for" min={1} max={604_800} value={30} />
          <ActionButton
            operation="receive"
            action={receiving}
            class="main"
            obstacle={isMissing.value ? "There is no queue of this name." : undefined}
          >
            Receive
          </ActionButton>
        </div>
      </form>
      <FailureBox error={receiving.failure.value} />
    </details>
  );
}
