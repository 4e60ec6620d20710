import { useMemo, useState } from "preact/hooks";
import { bytesOf, type Content as MessageContent, startOf, type View, viewed, viewsOf } from "../content.ts";
import { bytes, plural } from "../words.ts";
import { CopyButton } from "./CopyButton.tsx";
import { VisibleText } from "./VisibleText.tsx";

const labels: Record<View, string> = { formatted: "Formatted", text: "Text", raw: "In the queue", bytes: "Bytes" };

/** How much of a long content is shown at first. */
const START_LENGTH = 4000;
const START_LINES = 40;

/** A message's content, with the ways to look at it. */
export function Content({ content }: { content: MessageContent }) {
  const { raw, text: decoded } = content;
  // By its texts, since the object is another one each time that the message is read.
  const views = useMemo(() => viewsOf(content), [raw, decoded]);
  const [chosen, setChosen] = useState<View>();
  const [isOpen, setOpen] = useState(false);
  const view = chosen !== undefined && views.includes(chosen) ? chosen : (views[0] ?? "raw");
  const text = useMemo(() => viewed(content, view), [raw, decoded, view]);
  const start = foldedStart(text);
  return (
    <div class="reader">
      <div class="line">
        <fieldset class="views">
          <legend class="unseen">Show as</legend>
          {views.map((name) => (
            <button key={name} type="button" aria-pressed={name === view} onClick={() => setChosen(name)}>
              {labels[name]}
            </button>
          ))}
        </fieldset>
        <CopyButton text={text} />
      </div>
      <p class="hint">{hint(content)}</p>
      {content.problem && <p class="problem">{content.problem}</p>}
      {text === "" ? (
        <p class="hint">The message is empty.</p>
      ) : (
        // biome-ignore lint/a11y/noNoninteractiveTabindex: the keyboard has to reach a box that scrolls.
        <section class="content" aria-label="Content" tabIndex={0}>
          <pre>
            <VisibleText text={isOpen ? text : start} />
          </pre>
        </section>
      )}
      {start.length < text.length && (
        <button type="button" class="quiet" aria-expanded={isOpen} onClick={() => setOpen(!isOpen)}>
          {isOpen ? "Show less" : `Show all ${plural(text.length, "character")}`}
        </button>
      )}
    </div>
  );
}

/** How the content was read. */
function hint(content: MessageContent): string {
  const { isDecoded, text, isGuess } = content;
  const size = bytes(bytesOf(content).length);
  if (!isDecoded) return `Text, ${size}, as it stands in the queue.`;
  if (text === undefined) return `Bytes, ${size}, in Base64. They are not a text.`;
  return `Text, ${size}, in Base64${isGuess ? " (a guess: “In the queue” shows the original)" : ""}.`;
}

function foldedStart(text: string): string {
  const start = startOf(text, START_LENGTH);
  const lines = start.split("\n", START_LINES + 1);
  return lines.length > START_LINES ? lines.slice(0, START_LINES).join("\n") : start;
}
