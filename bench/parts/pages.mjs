// Decoding of pages in Chromium, on a page of its own for each client. A page knows no CPU time, so this is the time on the
// clock, in microseconds a call.

import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/run.mjs";
import { startBrowser } from "../../tests/support/browsers.mjs";
import { startSite } from "../../tests/support/site.mjs";
import { bundle } from "../lib/bundle.mjs";
import { inRounds } from "../lib/rounds.mjs";
import { head, line, median, shown, spread } from "../lib/table.mjs";

const operations = ["receive32", "large32", "entities32", "peek32", "list5000"];

export async function pages({ rounds, warm, time }, tell) {
  const clients = ["bare", "ours", "official"];
  const folder = join(root, "build", "bench", "pages");
  mkdirSync(folder, { recursive: true });
  for (const client of clients) {
    const source = `import { ${client} } from "./clients/${client}.mjs"; import { measuring } from "./page.mjs";`;
    await bundle(`${source} globalThis.measure = measuring(${client});`, folder, client);
    writeFileSync(join(folder, `${client}.html`), `<script type="module" src="${client}.js"></script>`);
  }
  const site = await startSite({}, folder);
  const browser = await startBrowser("chromium");
  const measured = {};
  try {
    tell(
      `${await browser.evaluate(() => /Chrome\/\d+/.exec(navigator.userAgent)[0])}\n\n${head("", ...clients, "ours over bare", "to official")}`,
    );
    for (const operation of operations) {
      const told = await inRounds(rounds, clients, async (client) => {
        await browser.open(`${site.origin}/${client}.html`);
        await browser.waitFor(() => "measure" in globalThis);
        return await browser.evaluate((...given) => globalThis.measure(...given), operation, warm / 2, time / 2);
      });
      const { bare, ours, official } = told;
      const over = median(ours.map((micros, i) => micros - bare[i]));
      const share = median(ours.map((micros, i) => (micros - bare[i]) / (official[i] - bare[i])));
      tell(line(operation, ...Object.values(told).map(spread), shown(over), share.toFixed(3)));
      measured[operation] = told;
    }
  } finally {
    await browser.close();
    await site.stop();
  }
  return measured;
}
