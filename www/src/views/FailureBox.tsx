import { corsCommand, corsRule } from "../cors.ts";
import { explain } from "../failure.ts";
import { session } from "../session.ts";
import { Facts } from "./Facts.tsx";

/** What went wrong, in plain words; nothing when nothing did. */
export function FailureBox({ error }: { error: unknown }) {
  // The region is there before the words are, so that they are read out.
  return <div role="alert">{error !== undefined && <Words error={error} />}</div>;
}

function Words({ error }: { error: unknown }) {
  const { headline, advice, facts, cors } = explain(error);
  return (
    <div class="failure">
      <p>
        <strong>{headline}</strong> {advice}
      </p>
      {cors && (
        <details open>
          <summary>The CORS rule that this page needs</summary>
          <Facts facts={corsRule()} />
          <pre>{corsCommand(session.value?.opened.service.accountName ?? "ACCOUNT")}</pre>
        </details>
      )}
      {facts.length > 0 && <Facts facts={facts} />}
    </div>
  );
}
