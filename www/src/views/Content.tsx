import { useState } from "preact/hooks";

const isLong = (text: string) => text.length > 600 || text.split("\n").length > 12;

/** A message's content, a long one folded up. */
export function Content({ text }: { text: string }) {
  const [isOpen, setOpen] = useState(false);
  if (text === "") return <p class="hint">Empty</p>;
  if (!isLong(text)) return <pre class="content">{text}</pre>;
  return (
    <>
      <pre class={isOpen ? "content" : "content folded"}>{text}</pre>
      <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
        {isOpen ? "Show less" : `Show all ${text.length.toLocaleString()} characters`}
      </button>
    </>
  );
}
