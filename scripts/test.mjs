// Everything that has to hold, step by step:
//
//   node scripts/test.mjs           all steps, which is `npm test`
//   node scripts/test.mjs --quick   those that need nothing else installed: `npm run test:quick`
//   node scripts/test.mjs NAME..    only these
//
// A failing step does not stop the ones after it. The last line is the sum of all steps.

import { existsSync, readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { stripVTControlCharacters } from "node:util";
import { build } from "./build.mjs";
import { browserProgram, prepareBrowsers } from "./lib/browsers.mjs";
import { root, runAsProgram, seconds, Trouble, tool, watch } from "./lib/run.mjs";
import { installTools, prepareChromium, withPackedPackage } from "./lib/runtimes.mjs";
import { wasmCargo, xtask } from "./lib/toolchain.mjs";
import { preparePython } from "./lib/venv.mjs";
import { buildWww, prepareWww } from "./lib/www.mjs";
import { setup } from "./setup.mjs";

const denyWarnings = ["--", "-D", "warnings"];

const steps = [
  { name: "rustfmt", quick: true, run: () => check("cargo", ["fmt", "--all", "--check"]) },
  {
    name: "clippy",
    quick: true,
    run: () => check("cargo", ["clippy", "--workspace", "--all-targets", ...denyWarnings]),
  },
  {
    name: "clippy-wasm",
    run: () => checkWasm("clippy", "--features", "npm", "--tests", ...denyWarnings),
  },
  // The crate as a Rust program sees it, without the npm package's classes.
  { name: "clippy-crate", run: () => checkWasm("clippy", ...denyWarnings) },
  { name: "rust", quick: true, run: () => cargoTests({ command: "cargo", args: ["test", "--no-fail-fast"], env: {} }) },
  { name: "wasm", run: () => wasmTests({}) },
  { name: "wasm-browser", run: wasmTestsInChromium },
  { name: "biome", quick: true, run: () => check(tool("biome"), ["ci", "--colors=off", "--error-on-warnings"]) },
  { name: "types", quick: true, needsBuild: true, run: checkTypes },
  { name: "node", quick: true, needsBuild: true, run: () => nodeTests("tests/node") },
  {
    name: "interop",
    needsBuild: true,
    run: async () => nodeTests("tests/interop", { INTEROP_PYTHON: await preparePython() }),
  },
  {
    name: "browser",
    needsBuild: true,
    run: async () => {
      await prepareBrowsers();
      return nodeTests("tests/browser");
    },
  },
  { name: "packaging", needsBuild: true, run: () => nodeTests("tests/packaging") },
  { name: "www", needsBuild: true, run: wwwTests },
  { name: "runtimes", quick: true, needsBuild: true, run: runtimes },
];

async function main() {
  const args = process.argv.slice(2);
  const chosen = choose(args);
  const quick = args[0] === "--quick";
  const first = chosen.some((step) => step.needsBuild) ? { name: "build", run: build } : { name: "setup", run: setup };

  const results = [];
  for (const { name, run } of [first, ...chosen]) {
    console.log(`\n══ ${name} ══`);
    const start = performance.now();
    const count = await run({ quick }).catch(told);
    const result = { name, ...(count ?? { passed: 1, failed: 0 }), time: seconds(performance.now() - start) };
    console.log(`── ${name}: ${inWords(result)}, ${result.time}`);
    results.push(result);
  }
  printSummary(results);
}

function choose(args) {
  if (args.length === 0) return steps;
  if (args.length === 1 && args[0] === "--quick") return steps.filter((step) => step.quick);
  const names = steps.map((step) => step.name);
  const unknown = args.filter((name) => !names.includes(name));
  if (unknown.length > 0) throw new Trouble(`No step is called ${unknown.join(", ")}; there are ${names.join(", ")}.`);
  return steps.filter((step) => args.includes(step.name));
}

/** A step that ends with an exception counts as one failure. */
function told(error) {
  console.error(error instanceof Trouble ? error.message : error);
  return { passed: 0, failed: 1 };
}

/** A tool that says only yes or no. */
async function check(command, args, env) {
  const { code } = await watch(command, args, { env });
  return code === 0 ? { passed: 1, failed: 0 } : { passed: 0, failed: 1 };
}

/** Those of the package and its tests, and of the page, which uses it as anybody does. */
async function checkTypes() {
  await prepareWww();
  const total = { passed: 0, failed: 0 };
  for (const project of ["tsconfig.json", "www/tsconfig.json"]) {
    const { passed, failed } = await check(tool("tsc"), ["-p", project]);
    total.passed += passed;
    total.failed += failed;
  }
  return total;
}

async function wwwTests() {
  await prepareBrowsers();
  await buildWww();
  return nodeTests("tests/www");
}

function checkWasm(subcommand, ...args) {
  const cargo = wasmCargo(subcommand, ...args);
  return check(cargo.command, cargo.args, cargo.env);
}

/** In Node, unless the environment says where else. */
function wasmTests(where) {
  const { command, args, env } = wasmCargo("test", "--features", "npm", "--test", "wasm");
  const runner = { CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: `${xtask} test-runner` };
  return cargoTests({ command, args, env: { ...env, ...runner, ...where } });
}

/** The very same test binary. */
async function wasmTestsInChromium() {
  await prepareBrowsers();
  return wasmTests({
    WASM_BINDGEN_USE_BROWSER: "1",
    WASM_BINDGEN_TEST_WEBDRIVER_JSON: join(root, "tests", "wasm", "webdriver.json"),
    CHROMEDRIVER: browserProgram("chromedriver"),
  });
}

/** Sums the `test result:` lines, one for each test binary. */
async function cargoTests({ command, args, env }) {
  return sum(await watch(command, args, { env, collect: true }), /^test result: .* (\d+) passed; (\d+) failed/gm);
}

/** Every runtime, bundler and kind of page, as a table; quickly, what needs no other program than this Node. */
async function runtimes({ quick }) {
  const env = {};
  if (!quick) {
    await installTools();
    env.RUNTIMES_CHROMIUM = await prepareChromium();
  }
  return await withPackedPackage(async (project) => {
    const table = join(project, "table.txt");
    const reporters = ["spec", "stdout", "./tests/runtimes/support/table.mjs", table];
    const only = quick ? ["quick.test.mjs"] : undefined;
    const count = await nodeTests("tests/runtimes", { ...env, RUNTIMES_PROJECT: project }, { only, reporters });
    console.log(`\n${readFileSync(table, "utf8")}`);
    return count;
  });
}

/** Runs the `*.test.mjs` in a folder, several files at a time; each starts the servers that it needs. */
async function nodeTests(folder, env, { only, reporters = ["spec", "stdout"] } = {}) {
  const inFolder = only ?? (existsSync(join(root, folder)) ? readdirSync(join(root, folder)) : []);
  const files = inFolder.filter((file) => file.endsWith(".test.mjs")).sort();
  if (files.length === 0) throw new Trouble(`There are no tests in ${folder}.`);
  const reporting = reporters.map((value, i) => `--test-reporter${i % 2 === 0 ? "" : "-destination"}=${value}`);
  // The limit is for a whole file: a test that hangs must not hang the run.
  const options = ["--test", ...reporting, "--test-timeout=300000"];
  const paths = files.map((file) => join(folder, file));
  const finished = await watch(process.execPath, [...options, ...paths], { env, collect: true });
  // A cancelled test was begun and not finished, so it failed.
  return sum(finished, /^ℹ pass (\d+)\nℹ fail (\d+)\nℹ cancelled (\d+)$/gm);
}

/** The numbers a runner printed: the first in the pattern passed, the others failed. */
function sum({ code, output }, pattern) {
  const total = { passed: 0, failed: 0 };
  for (const [, passed, ...failed] of stripVTControlCharacters(output).matchAll(pattern)) {
    total.passed += Number(passed);
    for (const number of failed) total.failed += Number(number);
  }
  // A runner that fell over, or ran nothing, must not pass for want of a number.
  const ranNothing = total.passed + total.failed === 0;
  if (total.failed === 0 && (code !== 0 || ranNothing)) total.failed = 1;
  return total;
}

const inWords = ({ passed, failed }) => `${passed} passed, ${failed} failed`;

function printSummary(results) {
  console.log("\n══ summary ══");
  const total = { passed: 0, failed: 0 };
  for (const { name, passed, failed, time } of results) {
    const mark = failed === 0 ? "✓" : "✗";
    console.log(`${mark} ${name.padEnd(12)} ${inWords({ passed, failed }).padEnd(24)} ${time.padStart(8)}`);
    total.passed += passed;
    total.failed += failed;
  }
  if (total.failed > 0) process.exitCode = 1;
  console.log(`\n${inWords(total)}`);
}

await runAsProgram(import.meta.url, main);
