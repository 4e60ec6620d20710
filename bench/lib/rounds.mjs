// In each round every client is measured once, forwards and backwards in turn, so that what else the machine does meets all
// of them.

import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { root } from "../../scripts/lib/run.mjs";

const execute = promisify(execFile);

/** What `measure` tells of each client in each round, by client. */
export async function inRounds(rounds, clients, measure) {
  const told = Object.fromEntries(clients.map((client) => [client, []]));
  for (let round = 0; round < rounds; round++) {
    for (const client of round % 2 ? clients.toReversed() : clients) told[client].push(await measure(client));
  }
  return told;
}

/** What a program of this folder prints, as JSON, in a process of its own. */
export async function processOf(file, given, args = []) {
  const { stdout } = await execute(process.execPath, [...args, join(root, "bench", file), JSON.stringify(given)]);
  return JSON.parse(stdout);
}
