// A reporter for node's test runner: the matrix as a table, one line for each suite, ✓ or ✗ for each of its tests.

export default async function* table(events) {
  const rows = [];
  let cells = [];
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const mark = type === "test:pass" ? "✓" : "✗";
    if (data.nesting === 1) cells.push(`${mark} ${data.name}`);
    if (data.nesting !== 0) continue;
    // A suite's tests are told before it. What has none is a file that fell over.
    rows.push({ name: data.name, cells: cells.length > 0 ? cells : [mark] });
    cells = [];
  }
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  for (const { name, cells } of rows) yield `${name.padEnd(width)}  ${cells.join("  ")}\n`;
}
