// How much memory decoding takes at most, and whether any of it is kept.

import { inRounds, processOf } from "../lib/rounds.mjs";
import { head, line, median, shown, spread } from "../lib/table.mjs";

const clients = ["bare", "ours", "official"];
const operations = ["receive32", "large32", "entities32", "list5000"];

export async function memory({ rounds, warm, time }, tell) {
  tell(`Peak resident memory, MB\n\n${head("", ...clients, "ours over bare", "at most")}`);
  const peaks = {};
  for (const operation of operations) {
    const cell = { operation, atOnce: 1, warm, time };
    const told = await inRounds(rounds, clients, (client) => processOf("cell.mjs", { ...cell, client }));
    const megabytes = Object.values(told).map((all) => all.map(({ megabytes }) => megabytes));
    const [bare, ours] = megabytes;
    const over = median(ours.map((peak, i) => peak - bare[i]));
    tell(line(operation, ...megabytes.map(spread), `${shown(over)}${over > 30 ? " ✗" : ""}`, 30));
    peaks[operation] = told;
  }
  const growth = await processOf("growth.mjs", {}, ["--expose-gc"]);
  tell(
    `\nOne process, a client for each operation, messages and pages in turn, MB\n\n${head("operations", "wasm memory", "JavaScript heap", "resident")}`,
  );
  for (const { count, wasm, heap, resident } of growth) {
    tell(line(count.toLocaleString("en"), ...[wasm, heap, resident].map(shown)));
  }
  return { peaks, growth };
}
