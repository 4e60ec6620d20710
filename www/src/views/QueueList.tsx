import { useEffect, useRef } from "preact/hooks";
import { validity, whyNot } from "../access.ts";
import { now } from "../clock.ts";
import type { Count, Queues, Row } from "../queues.ts";
import { linkTo, route, type Session } from "../session.ts";
import { plural } from "../words.ts";
import { ActionButton } from "./ActionButton.tsx";
import { FailureBox } from "./FailureBox.tsx";
import { Heading } from "./Heading.tsx";
import { QueueFinder } from "./QueueFinder.tsx";

interface Props {
  session: Session;
  /** Whether no queue is open beside it. */
  isMain: boolean;
}

/** The account's queues with their counts. */
export function QueueList({ session: { queues, opened }, isMain }: Props) {
  const { rows, hasMore, listing, prefix, listedPrefix } = queues;
  const isAllowed = whyNot(opened.sas.value, "list", now.value) === undefined;
  const hasEnded = validity(opened.sas.value, now.value) === "ended";
  useEffect(() => {
    if (isAllowed) void queues.load();
  }, [queues, isAllowed]);

  return (
    <section class="card queue-list" aria-busy={listing.busy}>
      <div class="title">
        <Heading title="Queues" isBeside={!isMain}>
          Queues
        </Heading>
        <ActionButton operation="list" action={listing} onClick={() => void queues.load()}>
          Refresh
        </ActionButton>
      </div>
      {!hasEnded && (
        <QueueFinder prefix={prefix.value} onPrefix={isAllowed ? (text) => queues.find(text) : undefined} />
      )}
      <FailureBox error={listing.failure.value} />
      <p class="hint" role="status">
        {rows.value && said(rows.value.length, hasMore.value, listedPrefix.value)}
        {!rows.value && listing.busy.value && "Loading the queues …"}
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
              <QueueRow key={row.name} queues={queues} row={row} />
            ))}
          </tbody>
        </table>
      )}
      {hasMore.value && (
        <ActionButton operation="list" action={listing} onClick={() => void queues.loadMore()}>
          Show more
        </ActionButton>
      )}
    </section>
  );
}

function said(number: number, hasMore: boolean, prefix: string): string {
  const begins = prefix === "" ? "" : ` whose name begins with “${prefix}”`;
  if (number > 0) return `${hasMore ? "The first " : ""}${plural(number, "queue")}${begins}`;
  return prefix === "" ? "This account has no queue yet." : `There is no queue${begins}.`;
}

function QueueRow({ queues, row }: { queues: Queues; row: Row }) {
  const { name, count } = row;
  const element = useRef<HTMLTableRowElement>(null);
  useEffect(() => {
    const observer = new IntersectionObserver(([entry]) => queues.show(row, entry?.isIntersecting === true));
    if (element.current) observer.observe(element.current);
    return () => {
      observer.disconnect();
      queues.show(row, false);
    };
  }, [queues, row]);
  return (
    <tr ref={element}>
      <th scope="row">
        <a href={linkTo(name)} aria-current={route.value.queueName === name ? "page" : undefined}>
          {name}
        </a>
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
    <span class="hint" role="img" aria-label="not counted yet">
      …
    </span>
  );
}
