// How every script here starts a program and tells what it is doing.

import { spawn, spawnSync } from "node:child_process";
import { realpathSync } from "node:fs";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = dirname(dirname(dirname(fileURLToPath(import.meta.url))));

/** The path of a program that one of the devDependencies brings. */
export const tool = (name) => join(root, "node_modules", ".bin", name);

/** A failure to be told in its own words, without a stack. */
export class Trouble extends Error {}

/** Runs a program to its end with its output on ours; throws when it fails. */
export async function run(command, args, options) {
  const { code } = await watch(command, args, options);
  if (code !== 0) throw new Trouble(`${[command, ...args].join(" ")} ended with ${code}`);
}

/**
 * Runs a program to its end with its output on ours, and gives that output back as well when
 * `collect` is set. A program that cannot be started has the code 127, as in a shell.
 */
export function watch(command, args, { env = {}, collect = false, cwd = root } = {}) {
  return new Promise((resolve) => {
    const stdio = ["ignore", collect ? "pipe" : "inherit", collect ? "pipe" : "inherit"];
    const child = spawn(command, args, { cwd, stdio, env: { ...process.env, ...env } });
    let output = "";
    for (const name of collect ? ["stdout", "stderr"] : []) {
      child[name].setEncoding("utf8").on("data", (text) => {
        output += text;
        process[name].write(text);
      });
    }
    child.on("error", (error) => {
      console.error(error.message);
      resolve({ code: 127, output });
    });
    child.on("close", (code, signal) => resolve({ code: code ?? signal, output }));
  });
}

/** What a program prints, or `undefined` when it is missing or fails. For questions that are answered at once. */
export function ask(command, ...args) {
  const { status, stdout } = spawnSync(command, args, { cwd: root, encoding: "utf8" });
  return status === 0 ? stdout.trim() : undefined;
}

/** Says a step's name, does it, and says how long it took, or the reason that `work` returns for not doing it. */
export async function step(name, work) {
  console.log(`▸ ${name}`);
  const start = performance.now();
  const skipped = await work();
  console.log(`  ${skipped ?? "done"} (${seconds(performance.now() - start)})`);
}

export const seconds = (milliseconds) => `${(milliseconds / 1000).toFixed(1)} s`;

/** Calls `main` when the module with this URL is the program itself and not imported by another. */
export async function runAsProgram(url, main) {
  // Node resolves links in a module's URL, but not in its argument.
  if (fileURLToPath(url) !== realpathSync(process.argv[1])) return;
  try {
    await main();
  } catch (error) {
    console.error(error instanceof Trouble ? `\n${error.message}` : error);
    process.exitCode = 1;
  }
}
