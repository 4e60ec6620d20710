// How much memory decoding takes at most, and whether any of it is kept.

import { inRounds, processOf } from "../lib/rounds.mjs";
import { head, line, median, shown, spread } from "../lib/table.mjs";

const operations = ["receive32", "large32", "entities32", "list5000"];

export async function memory({ rounds, warm, time }, tell) {
  tell(`Peak resident memory, MB\n\n${head("", "bare", "ours", "official", "by hand", "ours over bare", "at most")}`);
  const peaks = {};
  for (const operation of operations) {
    const cell = { operation, atOnce: 1, warm, time };
    // Most of what a list takes is its objects, so it stands beside the same ones made in the plain way.
    const byHand = operation === "list5000" ? ["hand"] : [];
    const told = await inRounds(rounds, ["bare", "ours", "official", ...byHand], (client) =>
      processOf("cell.mjs", { ...cell, client }),
    );
    const megabytes = Object.values(told).map((all) => all.map(({ megabytes }) => megabytes));
    const [bare, ours] = megabytes;
    const over = median(ours.map((peak, i) => peak - bare[i]));
    const columns = [...megabytes.map(spread), ...(byHand.length > 0 ? [] : [""])];
    tell(line(operation, ...columns, `${shown(over)}${over > 30 ? " ✗" : ""}`, 30));
    peaks[operation] = told;
  }
  const growth = await processOf("growth.mjs", {}, ["--expose-gc"]);
  tell(
    `\nOne client, messages and pages in turn, MB\n\n${head("operations", "wasm memory", "JavaScript heap", "resident")}`,
  );
  for (const { count, wasm, heap, resident } of growth) {
    tell(line(count.toLocaleString("en"), ...[wasm, heap, resident].map(shown)));
  }
  return { peaks, growth };
}
