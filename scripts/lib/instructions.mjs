// Instructions of the core on this machine's own kind of processor, which are nearly the same each time: what is slower on
// every machine is more of them.

import { spawnSync } from "node:child_process";
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { operations } from "../../bench/answers.mjs";
import { instructions as budget } from "./budget.mjs";
import { installFromDebian } from "./debian.mjs";
import { ask, root, run, Trouble } from "./run.mjs";

/** What is counted, and in which answer: names are those of the budget. */
const counted = {
  "send 1 KiB": ["send", operations.send],
  "send of 4,800 lines": ["send-lines", operations.send],
  "page of 32 x 1 KiB": ["messages", operations.receive32],
  "page of 32 x 48 KiB": ["messages", operations.large32],
  "page of 32 with entities": ["messages", operations.entities32],
  "list of 5,000 queues": ["queues", operations.list5000],
};

/** Prints the table; what takes more than its budget failed. */
export async function checkInstructions() {
  if (ask("valgrind", "--version") === undefined)
    await installFromDebian(["valgrind"], "Instructions are counted by valgrind: install it");
  await run("cargo", ["build", "--release", "--quiet", "--locked", "--example", "instructions"]);
  const folder = join(root, "build", "instructions");
  mkdirSync(folder, { recursive: true });
  const count = { passed: 0, failed: 0 };
  for (const [name, [operation, { body }]] of Object.entries(counted)) {
    const file = join(folder, `${operation}.xml`);
    writeFileSync(file, body);
    const instructions = instructionsOf(operation, file);
    const fits = instructions <= budget[name];
    count[fits ? "passed" : "failed"]++;
    const numbers = [instructions, budget[name]].map((number) => number.toLocaleString("en").padStart(12));
    console.log(`${fits ? " " : "✗"} ${name.padEnd(26)}${numbers.join("")} at most`);
  }
  return count;
}

/** Those of one time: of six less those of one. */
function instructionsOf(operation, file) {
  const program = join(root, "target", "release", "examples", "instructions");
  const all = (times) => {
    const options = ["--tool=callgrind", "--callgrind-out-file=/dev/null"];
    const { status, stderr } = spawnSync("valgrind", [...options, program, operation, String(times), file], {
      encoding: "utf8",
    });
    const collected = /Collected\s*:\s*(\d+)/.exec(stderr);
    if (status !== 0 || collected === null) throw new Trouble(`valgrind ended with ${status}:\n${stderr}`);
    return Number(collected[1]);
  };
  return Math.round((all(6) - all(1)) / 5);
}
