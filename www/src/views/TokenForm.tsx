import { useState } from "preact/hooks";
import { AccountKeyPasted, isBareToken } from "../connect.ts";
import { linkToMakeToken, open, refusal } from "../session.ts";
import { AccountField } from "./AccountField.tsx";
import { Heading } from "./Heading.tsx";
import { SecretField } from "./SecretField.tsx";

/** Takes a SAS URL, a connection string with a SAS, or a token and its account. */
export function TokenForm() {
  const [hasNoAddress, setHasNoAddress] = useState(false);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const fields = new FormData(event.currentTarget as HTMLFormElement);
    open(String(fields.get("sas")), String(fields.get("account") ?? ""));
  };
  const { value: refused } = refusal;
  const problemOf = (field: string) => (refused?.field === field ? refused.message : undefined);
  return (
    <section class="card welcome">
      <Heading title="Open">Open a queue</Heading>
      <p>
        Paste the SAS URL of a storage account, to see its queues, or that of one queue. A connection string with a SAS
        and a SAS token alone will do too. The page can then do what the token allows: show, send, receive and delete
        messages.
      </p>
      <form onSubmit={submit}>
        <SecretField
          name="sas"
          label="SAS URL, connection string or token"
          placeholder="https://myaccount.queue.core.windows.net/?sv=…&sig=…"
          problem={problemOf("address") ?? problemOf("key")}
          onInput={(text) => setHasNoAddress(isBareToken(text))}
        />
        {refused instanceof AccountKeyPasted && (
          <p>
            <a href={linkToMakeToken}>Make a token from the account key</a>
          </p>
        )}
        {hasNoAddress && <AccountField problem={problemOf("account")} />}
        <button type="submit" class="main">
          Open
        </button>
      </form>
      <p class="hint">
        The token stays in this page's memory. It is neither shown nor stored, and it is sent only to the storage host
        that it is for. A link to this page may contain it: <code>#sas=</code> and the encoded URL.
      </p>
      <p class="hint">
        No token? <a href={linkToMakeToken}>Make one from an account key</a>; the page says where the key goes.
      </p>
    </section>
  );
}
