import { useEffect, useState } from "preact/hooks";
import { type Line, linesOf } from "../checklist.ts";
import { corsCommand, corsRule } from "../cors.ts";
import { explain } from "../failure.ts";
import { session } from "../session.ts";
import { Facts } from "./Facts.tsx";

/** What went wrong, in plain words; nothing when nothing did. */
export function FailureBox({ error }: { error: unknown }) {
  // The region is there before its text is, so that the text is read out.
  return <div role="alert">{error !== undefined && <Words error={error} />}</div>;
}

function Words({ error }: { error: unknown }) {
  const { headline, advice, facts, isUnexplained } = explain(error);
  return (
    <div class="failure">
      <p>
        <strong>{headline}</strong> {advice}
      </p>
      {isUnexplained && <Reasons error={error} />}
      {facts.length > 0 && <Facts facts={facts} />}
    </div>
  );
}

interface Findings {
  readonly lines: Line[];
  readonly isCors: boolean;
}

/** What one harmless call finds out about the account, the network and the token. */
function Reasons({ error }: { error: unknown }) {
  const [findings, setFindings] = useState<Findings>();
  useEffect(() => {
    let isCurrent = true;
    const hidesHeaders = /\bCORS\b/.test(String(error));
    setFindings(undefined);
    const show = (found: Findings) => isCurrent && setFindings(found);
    void session.value?.diagnose().then(
      (diagnosis) => show({ lines: linesOf(diagnosis), isCors: hidesHeaders || diagnosis.corsRule !== undefined }),
      // The address may name a queue that cannot exist.
      () => show({ lines: [], isCors: hidesHeaders }),
    );
    return () => {
      isCurrent = false;
    };
  }, [error]);

  if (!findings) return <p class="hint">Finding out why …</p>;
  return (
    <>
      <ul class="checks" aria-label="What was checked">
        {findings.lines.map(({ outcome, text, advice }) => (
          <li key={text} class={outcome === "passed" ? "yes" : "no"}>
            {text} {advice}
          </li>
        ))}
      </ul>
      {findings.isCors && (
        <details open>
          <summary>The CORS rule that this page needs</summary>
          <Facts facts={corsRule()} />
          <pre>{corsCommand(session.value?.opened.service.accountName ?? "ACCOUNT")}</pre>
        </details>
      )}
    </>
  );
}
