// The programs of tests/runtimes/package.json. Run as they are: no script between that would survive a kill.

import { execFile, execFileSync } from "node:child_process";
import { existsSync, readdirSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

/** Where the packages of tests/runtimes are installed. */
export const modules = fileURLToPath(new URL("../node_modules", import.meta.url));

/** The lines of Node that the package is for. Of the first, the oldest version that package.json allows. */
export const nodeLines = ["20", "22", "24", "26"];

/** The program of one line of Node. */
export function node(line) {
  const variable = `NODE${line}`;
  const program = process.env[variable] ?? join(modules, `node${line}`, "bin", "node");
  if (existsSync(program)) return program;
  throw new Error(
    `There is no Node ${line}: npm has it for linux-x64 alone. Elsewhere, install one from https://nodejs.org and put its path into the variable ${variable}.`,
  );
}

/** The version of a program that can be asked for it, unless it is missing: then its tests say so. */
export function versionOf(program) {
  try {
    return /\d+[.-]\d+[.-]\d+/.exec(execFileSync(program(), ["--version"], { encoding: "utf8" }))?.[0];
  } catch {}
}

export const deno = () => join(builtForThisMachine("@deno"), process.platform === "win32" ? "deno.exe" : "deno");
export const bun = () => join(builtForThisMachine("@oven"), "bin", process.platform === "win32" ? "bun.exe" : "bun");
export const workerd = () => createRequire(import.meta.url)("workerd").default;

/** The youngest compatibility date that this workerd knows. */
export const workerdDate = () => createRequire(import.meta.url)("workerd").compatibilityDate;

/** npm installs of a scope's packages the one that is built for this machine. */
function builtForThisMachine(scope) {
  const folder = join(modules, scope);
  const [name] = existsSync(folder) ? readdirSync(folder) : [];
  if (name !== undefined) return join(folder, name);
  throw new Error(`npm has no ${scope} for ${process.platform}-${process.arch}: run this test on a machine it is for.`);
}

/** Runs a program in a folder and gives what it printed; when it fails that is part of the error. */
export function run(cwd, program, ...args) {
  // The limit is only there so that a program which hangs is ended and told of.
  const options = { cwd, timeout: 120_000, killSignal: "SIGKILL", maxBuffer: 1 << 26, env: environment() };
  return new Promise((resolve, reject) => {
    execFile(program, args, options, (error, stdout, stderr) => {
      if (error) reject(new Error(`${[program, ...args].join(" ")} ended with ${error.code}:\n${stdout}${stderr}`));
      else resolve(stdout);
    });
  });
}

/** That of a user's shell: without what Node's and npm's runners tell their children. */
export function environment() {
  const ours = /^(NODE_TEST_CONTEXT|NODE_OPTIONS|NODE_ENV|npm_.*|FORCE_COLOR)$/;
  const kept = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(kept), NO_COLOR: "1", NODE_NO_WARNINGS: "1", NEXT_TELEMETRY_DISABLED: "1" };
}
