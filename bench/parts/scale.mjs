// Draining queues that hold 100,000 messages, from a server that answers after 20 ms: messages received and deleted a second,
// and CPU time of the process that drains for each. Bare `node:http` does the same, since a process that waits between two
// requests pays for being woken.

import { fork } from "node:child_process";
import { once } from "node:events";
import { join } from "node:path";
import { root } from "../../scripts/lib/run.mjs";
import { processOf } from "../lib/rounds.mjs";
import { head, line, shown } from "../lib/table.mjs";

const messages = 100_000;
/** A request in flight drains 49 messages a second at most: one alone would take half an hour for all of them. */
const seconds = 45;
/** Of CPU time, before. */
const warm = 4;
const clients = ["http", "ours", "official"];
const settings = [
  ...[1, 4, 16, 64].map((inFlight) => ({ inFlight, queues: 1 })),
  ...[10, 100].map((queues) => ({ inFlight: 64, queues })),
];

export async function scale(_asked, tell) {
  const columns = clients.flatMap((client) => [`${client}: messages`, "a second", "µs CPU each"]);
  tell(`Each once, for at most ${seconds} s\n\n${head("in flight, queues", ...columns, "ours over http")}`);
  const measured = [];
  for (const { inFlight, queues } of settings) {
    const cells = [];
    const micros = {};
    for (const client of clients) {
      const server = fork(join(root, "bench", "slow-server.mjs"), [String(queues), String(messages / queues)]);
      const [port] = await once(server, "message");
      const url = `http://127.0.0.1:${port}/account`;
      const drained = await processOf("drain.mjs", { client, url, inFlight, queues, seconds, warm });
      server.disconnect();
      micros[client] = drained.micros;
      measured.push({ client, inFlight, queues, ...drained });
      cells.push(drained.count.toLocaleString("en"), shown(drained.perSecond), shown(drained.micros));
    }
    tell(line(`${inFlight}, ${queues}`, ...cells, shown(micros.ours - micros.http)));
  }
  return measured;
}
