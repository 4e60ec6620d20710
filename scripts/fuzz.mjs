// Looks for inputs on which a reader panics, or says what cannot be: the checks of tests/rust/checks on millions of
// inputs, made by libFuzzer. `npm test` runs the same checks on a few thousand.
//
//   npm run fuzz                           every target, ten million inputs each: some two hours
//   npm run fuzz -- xml urls               only these
//   npm run fuzz -- xml --runs 100000      so many inputs
//   npm run fuzz -- xml --address          with AddressSanitizer
//
// What a target learnt stays in fuzz/corpus, and the next run begins with it. An input that fails is written to
// fuzz/artifacts, and the last lines of the run say how to run it again.

import { existsSync, readdirSync, statSync } from "node:fs";
import { basename, join } from "node:path";
import { parseArgs } from "node:util";
import { ask, root, run, runAsProgram, seconds, step, Trouble, watch } from "./lib/run.mjs";

/** Parsed in JavaScript, so fast-check makes the inputs and not libFuzzer. */
const ofJavaScript = ["envelopes"];
const folder = join(root, "fuzz");
const tools = join(root, "build", "tools");

async function main() {
  const { targets, runs, sanitizer } = choose(process.argv.slice(2));
  await step("cargo-fuzz", addCargoFuzz);
  await step("the inputs to begin with", writeSeeds);
  const failed = [];
  for (const target of targets) {
    console.log(`\n══ ${target} ══`);
    const start = performance.now();
    const code = await (ofJavaScript.includes(target) ? fuzzJavaScript(target, runs) : fuzz(target, runs, sanitizer));
    const took = seconds(performance.now() - start);
    console.log(`── ${target}: ${code === 0 ? `${runs} inputs, none fails` : "an input fails"}, ${took}`);
    if (code !== 0) failed.push(target);
  }
  if (failed.length > 0) throw new Trouble(`Inputs that fail are in fuzz/artifacts, of ${failed.join(", ")}.`);
}

function choose(args) {
  const options = { runs: { type: "string", default: "10000000" }, address: { type: "boolean", default: false } };
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const all = [...readdirSync(join(folder, "targets")).map((file) => basename(file, ".rs")), ...ofJavaScript];
  const unknown = positionals.filter((name) => !all.includes(name));
  if (unknown.length > 0) throw new Trouble(`No target is called ${unknown.join(", ")}; there are ${all.join(", ")}.`);
  if (!/^[1-9]\d*$/.test(values.runs)) throw new Trouble("--runs takes a number of inputs.");
  return {
    targets: positionals.length > 0 ? positionals : all,
    runs: Number(values.runs),
    sanitizer: values.address ? "address" : "none",
  };
}

/** Into this folder: the version is pinned, and nothing else of the machine changes. */
async function addCargoFuzz() {
  if (ask("c++", "--version") === undefined) {
    throw new Trouble("libFuzzer is C++: install a compiler that can be started as `c++` (Debian: g++).");
  }
  if (existsSync(join(tools, "bin", "cargo-fuzz"))) return "already done";
  await run("cargo", ["install", "cargo-fuzz@0.13.2", "--locked", "--quiet", "--root", tools]);
}

function writeSeeds() {
  const manifest = join(folder, "Cargo.toml");
  const corpus = join(folder, "corpus");
  return run("cargo", ["run", "--quiet", "--locked", "--manifest-path", manifest, "--example", "seeds", corpus]);
}

/**
 * Without AddressSanitizer, which makes a target seven times as slow and looks for what safe Rust cannot do; panics,
 * assertions and overflows are found all the same. Comparisons are not traced for the same reason: the dictionary
 * has the words that tracing would have to find.
 */
async function fuzz(target, runs, sanitizer) {
  const build = ["--fuzz-dir", folder, "--sanitizer", sanitizer, "--no-trace-compares"];
  const options = [`-runs=${runs}`, `-max_len=${2 * longestSeed(target)}`, `-dict=${join(folder, "words.dict")}`];
  const quiet = ["-verbosity=0", "-print_final_stats=1", "-timeout=10"];
  const { code } = await watch("cargo", ["fuzz", "run", ...build, target, "--", ...options, ...quiet], {
    env: {
      PATH: `${join(tools, "bin")}:${process.env.PATH}`,
      RUSTC_BOOTSTRAP: "1", // `-Z` flags on a stable compiler
    },
  });
  return code;
}

async function fuzzJavaScript(target, runs) {
  const { code } = await watch(process.execPath, [join(folder, `${target}.mjs`), String(runs)]);
  return code;
}

/** Longer inputs are slower and find no more. */
function longestSeed(target) {
  const corpus = join(folder, "corpus", target);
  const seeds = readdirSync(corpus).filter((file) => file.startsWith("seed-"));
  return Math.max(...seeds.map((file) => statSync(join(corpus, file)).size));
}

await runAsProgram(import.meta.url, main);
