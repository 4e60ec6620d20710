import { useEffect } from "preact/hooks";
import { validity, whyNot } from "../access.ts";
import { now } from "../clock.ts";
import type { Count, Row } from "../queues.ts";
import { linkTo, type Session } from "../session.ts";
import { plural } from "../words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { Heading } from "./Heading.tsx";
import { QueueByName } from "./QueueByName.tsx";

/** The account's queues with their counts. */
export function QueueList({ session: { queues, opened } }: { session: Session }) {
  const { rows, hasMore, listing } = queues;
  const isAllowed = whyNot(opened.sas, "list", now.value) === undefined;
  const hasEnded = validity(opened.sas, now.value) === "ended";
  useEffect(() => {
    if (isAllowed) void queues.load();
  }, [queues, isAllowed]);

  return (
    <section class="card" aria-busy={listing.busy}>
      <div class="title">
        <Heading title="Queues">Queues</Heading>
        <ActionButton operation="list" action={listing} onClick={() => void queues.load()}>
          Refresh
        </ActionButton>
      </div>
      <FailureBox error={listing.failure.value} />
      <p class="hint" role="status">
        {rows.value && said(rows.value.length, hasMore.value)}
        {!rows.value && listing.busy.value && "Asking for the queues …"}
      </p>
      {rows.value && rows.value.length > 0 && (
        <table class="queues">
          <thead>
            <tr>
              <th scope="col">Queue</th>
              <th scope="col">Messages, about</th>
            </tr>
          </thead>
          <tbody>
            {rows.value.map((row) => (
              <QueueRow key={row.name} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {hasMore.value && (
        <ActionButton operation="list" action={listing} onClick={() => void queues.loadMore()}>
          Show more
        </ActionButton>
      )}
      {(!isAllowed || listing.failure.value !== undefined) && !hasEnded && <QueueByName />}
    </section>
  );
}

const said = (number: number, hasMore: boolean) =>
  number === 0 ? "This account has no queue yet." : `${hasMore ? "The first " : ""}${plural(number, "queue")}`;

function QueueRow({ row: { name, count } }: { row: Row }) {
  return (
    <tr>
      <th scope="row">
        <a href={linkTo(name)}>{name}</a>
      </th>
      <td>
        <CountCell count={count.value} />
      </td>
    </tr>
  );
}

function CountCell({ count: { number, reason } }: { count: Count }) {
  if (number !== undefined) return <>{number.toLocaleString()}</>;
  if (reason !== undefined) return <span class="reason">{reason}</span>;
  return (
    <span class="hint" role="img" aria-label="being counted">
      …
    </span>
  );
}
