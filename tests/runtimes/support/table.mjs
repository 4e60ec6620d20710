// A reporter for node's test runner: the matrix as a table, one line for each suite, ✓ or ✗ for each of its tests.

export default async function* table(events) {
  const rows = [];
  const cells = new Map();
  for await (const { type, data } of events) {
    if (type !== "test:pass" && type !== "test:fail") continue;
    const mark = type === "test:pass" ? "✓" : "✗";
    if (data.nesting === 1) cells.set(data.file, [...(cells.get(data.file) ?? []), `${mark} ${data.name}`]);
    // A suite's tests are told before it. What has no tests is a file that fell over.
    if (data.nesting === 0) rows.push({ name: data.name, cells: cells.get(data.file) ?? [mark] });
    if (data.nesting === 0) cells.delete(data.file);
  }
  const width = Math.max(0, ...rows.map(({ name }) => name.length));
  for (const { name, cells } of rows) yield `${name.padEnd(width)}  ${cells.join("  ")}\n`;
}
