// Tables of Markdown, and what their figures are.

export const line = (...cells) => `| ${cells.join(" | ")} |`;

/** The head of a table: what the rows are, and columns of numbers. */
export const head = (of, ...columns) => `${line(of, ...columns)}\n${line("---", ...columns.map(() => "--:"))}`;

/** A number with three digits, or all those before the point. */
export const shown = (number) => (Math.abs(number) < 100 ? number.toFixed(1) : Math.round(number).toLocaleString("en"));

export function median(list) {
  const sorted = list.toSorted((a, b) => a - b);
  return (sorted[(sorted.length - 1) >> 1] + sorted[sorted.length >> 1]) / 2;
}

/** The median, and from the smallest to the largest. */
export const spread = (list) => `${shown(median(list))} (${shown(Math.min(...list))}–${shown(Math.max(...list))})`;
