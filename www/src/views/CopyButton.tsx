import { useState } from "preact/hooks";

/** Copies a text. */
export function CopyButton({ text }: { text: string }) {
  const [outcome, setOutcome] = useState("");
  const copy = async () => {
    setOutcome("");
    try {
      await navigator.clipboard.writeText(text);
      setOutcome("Copied.");
    } catch {
      setOutcome("The browser does not allow to copy: select the text instead.");
    }
  };
  return (
    <>
      <button type="button" onClick={() => void copy()}>
        Copy
      </button>
      <span class="hint" role="status">
        {outcome}
      </span>
    </>
  );
}
