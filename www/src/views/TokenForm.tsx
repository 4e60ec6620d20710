import { open, refusal } from "../session.ts";
import { Heading } from "./Heading.tsx";

/** Takes a SAS URL. */
export function TokenForm() {
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const { sas } = (event.currentTarget as HTMLFormElement).elements as unknown as { sas: HTMLInputElement };
    open(sas.value);
  };
  return (
    <section class="card welcome">
      <Heading title="Open">Open a queue</Heading>
      <p>
        Paste the SAS URL of a storage account, to see its queues, or that of one queue. What the token allows can be
        done here: send, peek, receive and delete messages.
      </p>
      <form onSubmit={submit}>
        <label for="sas">SAS URL</label>
        {/* No password field: browsers would offer to keep it. */}
        <input
          id="sas"
          name="sas"
          class="secret"
          type="text"
          required
          autocomplete="off"
          autocapitalize="none"
          spellcheck={false}
          placeholder="https://myaccount.queue.core.windows.net/?sv=…&sig=…"
          aria-describedby="promise refusal"
          aria-invalid={refusal.value !== undefined}
        />
        <p id="refusal" class="problem" role="alert">
          {refusal.value}
        </p>
        <button type="submit" class="main">
          Open
        </button>
      </form>
      <p id="promise" class="hint">
        The token stays in this page's memory. It is neither shown nor stored, and it is sent only to the storage host
        that it is for. A link to this page may carry it: <code>#sas=</code> and the encoded URL.
      </p>
    </section>
  );
}
