// JSON with line breaks and indentation. Literals stay as they are written: a parsed number may have lost digits.

/** A string or a mark of the structure. Everything between two marks is a literal or a space. */
const token = /"(?:[^"\\]|\\.)*"|[{}[\],:]|[^\s{}[\],:"]+/g;

/** Deeper levels are indented no further: 64 KiB of brackets would become gigabytes of spaces. */
const DEEPEST = 50;

/** The formatted text of an object or an array; `undefined` for any other text. */
export function formatJson(text: string): string | undefined {
  if (!/^\s*[{[]/.test(text) || !isJson(text)) return undefined;
  let formatted = "";
  let depth = 0;
  let before = "";
  const newLine = () => `\n${"  ".repeat(Math.min(depth, DEEPEST))}`;
  for (const [part] of text.matchAll(token)) {
    const isClosing = part === "}" || part === "]";
    if (isClosing) depth--;
    const isOpened = before === "{" || before === "[";
    // Empty objects and arrays stay on one line.
    if (isClosing ? !isOpened : isOpened || before === ",") formatted += newLine();
    formatted += part === ":" ? ": " : part;
    if (part === "{" || part === "[") depth++;
    before = part;
  }
  return formatted;
}

function isJson(text: string): boolean {
  try {
    JSON.parse(text);
    return true;
  } catch {
    return false;
  }
}
