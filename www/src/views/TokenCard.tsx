import type { SasProperties } from "azure-queue-wasm";
import { facts, inWords, kindInWords, operations, type Validity, validity, whyNot } from "../access.ts";
import { now } from "../clock.ts";
import type { Opened } from "../token.ts";
import { span } from "../words.ts";
import { Facts } from "./Facts.tsx";

/** Whose token it is, what it may do, and until when. */
export function TokenCard({ opened }: { opened: Opened }) {
  const { sas, service } = opened;
  return (
    <section class="card token" aria-label="Token">
      <p class="account">
        <strong>{service.accountName ?? service.primaryHostname}</strong>
        <span class="hint">{kindInWords(sas)}</span>
      </p>
      <Remaining sas={sas} />
      <ul class="abilities" aria-label="What the token may do">
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
      <details>
        <summary>All that the token says</summary>
        <Facts facts={[["Storage host", service.primaryHostname], ...facts(sas)]} />
      </details>
    </section>
  );
}

const said: Record<Validity, (sas: SasProperties, now: number) => string> = {
  early: ({ start }, now) => `Not valid yet: it begins in ${span(Number(start) - now)}.`,
  good: ({ expiry }, now) => `${span(Number(expiry) - now)} left`,
  soon: ({ expiry }, now) => `Ends soon: ${span(Number(expiry) - now)} left`,
  ended: ({ expiry }) => `The token ended at ${expiry?.toLocaleString()}. Open the page with a new one.`,
  policy: () => "Ends as its stored access policy tells",
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
