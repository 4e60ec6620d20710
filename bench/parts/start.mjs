// What it takes until there is a client: in Node until one is made, in Chromium from navigation to its first answer. Both in
// milliseconds on the clock.

import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer } from "node:http";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root } from "../../scripts/lib/run.mjs";
import { startBrowser } from "../../tests/support/browsers.mjs";
import { operations } from "../answers.mjs";
import { sas } from "../clients/given.mjs";
import { bundle } from "../lib/bundle.mjs";
import { inRounds, processOf } from "../lib/rounds.mjs";
import { head, line, median, shown, spread } from "../lib/table.mjs";

const packages = { ours: "azure-queue-wasm", official: "@azure/storage-queue" };
const clients = Object.keys(packages);

export async function start({ rounds }, tell) {
  tell(head("", ...clients, "to official", "at most"));
  const inNode = await inRounds(4 * rounds, clients, async (client) => {
    const { millis } = await processOf("first-client.mjs", { from: packages[client] });
    return millis;
  });
  tell(row("Node: import and first client", inNode, 0.1));
  const inChromium = await inPages(4 * rounds);
  tell(row("Chromium: navigation to first answer", inChromium.millis, 1));
  tell(line("bytes of that page's script, gzip", ...Object.values(inChromium.bytes).map(shown), "", ""));
  return { inNode, inChromium };
}

function row(name, told, most) {
  const share = median(told.ours.map((millis, i) => millis / told.official[i]));
  const met = share > most ? " ✗" : "";
  return line(name, ...Object.values(told).map(spread), `${share.toFixed(3)}${met}`, most.toFixed(1));
}

/** Each page peeks at 32 messages with what its bundle has, and says when it had them. */
async function inPages(rounds) {
  const peeks = {
    ours: "(await queue.peekMessages({ maxMessages: 32 }))",
    official: "(await queue.peekMessages({ numberOfMessages: 32 })).peekedMessageItems",
  };
  const made = {
    ours: `new QueueClient(location.origin + "/account", "orders", "${sas}")`,
    official: `new QueueClient(location.origin + "/account/orders?${sas}")`,
  };
  const files = new Map([["/account/orders/messages", ["application/xml", operations.peek32.body]]]);
  const bytes = {};
  for (const client of clients) {
    const source = `import { QueueClient } from "${packages[client]}"; const queue = ${made[client]};
      if (${peeks[client]}.length === 32) globalThis.answered = performance.now();`;
    const script = readFileSync(await bundle(source, join(root, "build", "bench"), client));
    bytes[client] = gzipSync(script).length;
    files.set(`/${client}.js`, ["text/javascript", script]);
    files.set(`/${client}`, ["text/html", `<!doctype html><script type="module" src="/${client}.js"></script>`]);
  }
  const server = createServer((request, response) => {
    const [type, content] = files.get(request.url.split("?")[0]) ?? ["text/plain", ""];
    response.writeHead(200, { "content-type": type, "cache-control": "no-store" }).end(content);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  const origin = `http://127.0.0.1:${server.address().port}`;
  const browser = await startBrowser("chromium");
  try {
    // The first navigation is slow, whatever is there.
    await browser.open(`${origin}/ours`);
    const millis = await inRounds(rounds, clients, async (client) => {
      await browser.open(`${origin}/${client}`);
      return await browser.waitFor(() => globalThis.answered);
    });
    return { millis, bytes };
  } finally {
    await browser.close();
    server.closeAllConnections();
    server.close();
  }
}
