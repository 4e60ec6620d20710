// The ways in which a step of the tests finds out how many of them passed and failed.

import { existsSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { root, Trouble, watch } from "./run.mjs";

/** A tool that says only yes or no. */
export async function check(command, args, env) {
  const { code } = await watch(command, args, { env });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Several checks, one after the other: a failing one does not stop those after it. */
export async function checks(...all) {
  const counts = [];
  for (const [command, args] of all) counts.push(await check(command, args));
  return total(counts);
}

/** Sums the `test result:` lines, one for each test binary. */
export async function cargoTests({ command, args, env }) {
  return printed(await watch(command, args, { env, collect: true }), /^test result: .* (\d+) passed; (\d+) failed/gm);
}

/** Runs the `*.test.mjs` in a folder, several files at a time; each starts the servers that it needs. */
export async function nodeTests(folder, { env, only, reporters = ["spec", "stdout"] } = {}) {
  const inFolder = only ?? (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  const files = inFolder.filter((file) => file.endsWith(".test.mjs")).sort();
  if (files.length === 0) throw new Trouble(`There are no tests in ${folder}.`);
  const reporting = reporters.map((value, i) => `--test-reporter${i % 2 === 0 ? "" : "-destination"}=${value}`);
  // The limit is for a whole file: a test that hangs must not hang the run.
  const options = ["--test", ...reporting, "--test-timeout=300000"];
  const paths = files.map((file) => join(folder, file));
  const finished = await watch(process.execPath, [...options, ...paths], { env, collect: true });
  // A cancelled test was begun and not finished, so it failed.
  return printed(finished, /^ℹ pass (\d+)\nℹ fail (\d+)\nℹ cancelled (\d+)$/gm);
}

/** The numbers a runner printed: the first in the pattern passed, the others failed. */
function printed({ code, output }, pattern) {
  const counts = [...stripVTControlCharacters(output).matchAll(pattern)].map(([, ...numbers]) => {
    const [passed, ...failed] = numbers.map(Number);
    return { passed, failed: failed.reduce((sum, number) => sum + number) };
  });
  const { passed, failed } = total(counts);
  // A runner that fell over, or ran nothing, must not pass for want of a number.
  const ranNothing = passed + failed === 0;
  return { passed, failed: failed === 0 && (code !== 0 || ranNothing) ? 1 : failed };
}

/** The sum of several counts. */
export function total(counts) {
  const sum = { passed: 0, failed: 0 };
  for (const { passed, failed } of counts) {
    sum.passed += passed;
    sum.failed += failed;
  }
  return sum;
}

/** A count in words. */
export const inWords = ({ passed, failed }) => `${passed} passed, ${failed} failed`;
