// One client, one operation, in a process of its own: prints what a call takes, as JSON.
//
//   node bench/cell.mjs '{ "client": "ours", "operation": "send", "url": "http://…", "atOnce": 1, "warm": 500, "time": 1000 }'
//
// Without a URL the answer is instant; a `key` is an account's. `warm` and `time` are milliseconds of this process's own CPU
// time.

import { instantAnswers, operations } from "./answers.mjs";
import { account } from "./clients/given.mjs";

const { client, operation, url, key, atOnce, warm, time } = JSON.parse(process.argv[2]);
const { as = operation, checks = 1, key: byKey } = operations[operation] ?? {};
const { [client]: open } = await import(`./clients/${client}.mjs`);
const where = url ? { url } : { url: "http://127.0.0.1:1/account", ...instantAnswers(operation) };
const calls = await open({ ...where, key: key ?? (byKey && account) });
const call = calls[as];

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
    for (let batch = 1; spent() < end; batch = Math.min(2 * batch, 64)) {
      for (let i = 0; i < batch; i++) await call();
      count += batch;
    }
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
