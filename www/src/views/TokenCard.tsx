import type { SasProperties } from "azure-queue-wasm";
import { useState } from "preact/hooks";
import { facts, inWords, kindInWords, operations, type Validity, validity, whyNot } from "../access.ts";
import { now } from "../clock.ts";
import { isWide } from "../screen.ts";
import { messages, replace, type Session } from "../session.ts";
import { span } from "../words.ts";
import { Facts } from "./Facts.tsx";
import { SecretField } from "./SecretField.tsx";

/** Whose token it is, what it allows, and until when. */
export function TokenCard({ session }: { session: Session }) {
  const { service, sas } = session.opened;
  const hasEnded = validity(sas.value, now.value) === "ended";
  // On a narrow screen the messages of an open queue come first.
  const isOpen = hasEnded || isWide() || messages.value === undefined;
  return (
    <section class="card token" aria-label="Token">
      <p class="account">
        <strong>{service.accountName ?? service.primaryHostname}</strong>
        <span class="hint">{kindInWords(sas.value)}</span>
      </p>
      <Remaining sas={sas.value} />
      {/* Its key is what it depends on, so that it opens and closes when that changes, and else stays as people leave it. */}
      <details key={String(isOpen)} open={isOpen} class="abilities-of-token">
        <summary>What the token allows</summary>
        <Abilities sas={sas.value} />
        <div class="more">
          <details>
            <summary>All fields of the token</summary>
            <Facts facts={[["Storage host", service.primaryHostname], ...facts(sas.value)]} />
          </details>
          <details key={String(hasEnded)} open={hasEnded}>
            <summary>Replace the token</summary>
            <ReplaceForm session={session} />
          </details>
        </div>
      </details>
    </section>
  );
}

function Abilities({ sas }: { sas: SasProperties }) {
  return (
    <ul class="abilities" aria-label="What the token allows">
      {operations.map((operation) => {
        const reason = whyNot(sas, operation, now.value);
        return (
          <li key={operation} class={reason ? "no" : "yes"} title={reason}>
            <span class="unseen">{reason ? "not: " : ""}</span>
            {inWords(operation)}
          </li>
        );
      })}
    </ul>
  );
}

/** Takes the next token, and keeps everything that is on the page. */
function ReplaceForm({ session }: { session: Session }) {
  const [outcome, setOutcome] = useState<{ problem?: string }>();
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    const form = event.currentTarget as HTMLFormElement;
    const refused = replace(session, String(new FormData(form).get("next")));
    setOutcome(refused ? { problem: refused.message } : {});
    if (!refused) form.reset();
  };
  return (
    <form onSubmit={submit}>
      <SecretField
        name="next"
        label="The next token, or a SAS URL of the same account"
        problem={outcome?.problem}
        hint="Received messages stay on the page."
      />
      <div class="line">
        <button type="submit" class="main">
          Replace
        </button>
        <span role="status">{outcome && !outcome.problem && "The token was replaced."}</span>
      </div>
    </form>
  );
}

const said: Record<Validity, (sas: SasProperties, now: number) => string> = {
  early: ({ start }, now) => `Not valid yet: it begins in ${span(Number(start) - now)}.`,
  good: ({ expiry }, now) => `${span(Number(expiry) - now)} left`,
  soon: ({ expiry }, now) => `Ends soon: ${span(Number(expiry) - now)} left`,
  ended: ({ expiry }) => `The token ended at ${expiry?.toLocaleString()}.`,
  policy: () => "Ends when its stored access policy says so",
};

function Remaining({ sas }: { sas: SasProperties }) {
  const state = validity(sas, now.value);
  return (
    <>
      <p class={`remaining ${state}`}>{said[state](sas, now.value)}</p>
      {/* Said once when it changes, not each second. */}
      <p class="unseen" role="status">
        {state === "soon" && "The token ends in less than five minutes."}
        {state === "ended" && "The token has ended."}
      </p>
    </>
  );
}
