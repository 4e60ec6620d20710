// One client, one operation, in a process of its own: prints what a call takes, as JSON.
//
//   node bench/cell.mjs '{ "client": "ours", "operation": "send", "port": 1234, "atOnce": 1, "warm": 500, "time": 1000 }'
//
// Without a port the answer is instant. `warm` and `time` are milliseconds of this process's own CPU time.

import { headers, operations } from "./answers.mjs";
import { clients } from "./clients.mjs";

const { client, operation, port, atOnce, warm, time } = JSON.parse(process.argv[2]);
const { status = 200, headers: own, body = "", checks } = operations[operation];
const bytes = new TextEncoder().encode(body);
const all = { ...headers, ...own, ...(body && { "content-type": "application/xml" }) };
const pairs = Object.entries(all);
const answer = () => new Response(bytes.length > 0 ? bytes : null, { status, headers: pairs });
const instant = { answer, answered: { status, headers: all, body } };
const calls = await clients[client]({ url: `http://127.0.0.1:${port ?? 1}/account`, ...(port ? {} : instant) });
const call = calls[operation];

const got = await call();
if (got !== undefined && got !== checks) throw new Error(`${client} makes ${got} of ${operation}, not ${checks}`);

const spent = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1000;
};

/** Calls until so much CPU time is spent, and says how many it were. */
async function run(millis) {
  const end = spent() + millis;
  let count = 0;
  const loop = async () => {
    // Asking for the time is not free either.
    do {
      for (let i = 0; i < 8; i++) await call();
      count += 8;
    } while (spent() < end);
  };
  await Promise.all(Array.from({ length: atOnce }, loop));
  return count;
}

await run(warm);
const [cpu, wall] = [spent(), performance.now()];
const count = await run(time);
const micros = ((spent() - cpu) / count) * 1000;
const perSecond = (count / (performance.now() - wall)) * 1000;
console.log(JSON.stringify({ micros, perSecond, megabytes: process.resourceUsage().maxRSS / 1024 }));
process.exit();
