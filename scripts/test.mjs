// Everything that has to hold, step by step:
//
//   node scripts/test.mjs           all steps, which is `npm test`
//   node scripts/test.mjs --quick   those that need nothing else installed: `npm run test:quick`
//   node scripts/test.mjs NAME..    only these
//
// A failing step does not stop the ones after it. The last line is the sum of all steps.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { build } from "./build.mjs";
import { prepareBrowsers } from "./lib/browsers.mjs";
import { cargoTests, check, checks, inWords, nodeTests, total } from "./lib/checks.mjs";
import { checkInstructions } from "./lib/instructions.mjs";
import { root, runAsProgram, seconds, Trouble, tool } from "./lib/run.mjs";
import { prepareRuntimes, withPackedPackage } from "./lib/runtimes.mjs";
import { checkSizes } from "./lib/sizes.mjs";
import { wasmCargo, xtask } from "./lib/toolchain.mjs";
import { preparePython } from "./lib/venv.mjs";
import { buildWww, prepareWww } from "./lib/www.mjs";
import { setup } from "./setup.mjs";

const denyWarnings = ["--", "-D", "warnings"];

const steps = [
  { name: "rustfmt", quick: true, run: checkFormat },
  {
    name: "clippy",
    quick: true,
    run: () => check("cargo", ["clippy", "--workspace", "--all-targets", ...denyWarnings]),
  },
  { name: "clippy-wasm", run: () => checkWasm("clippy", "--features", "npm", "--tests", ...denyWarnings) },
  // The crate as a Rust program sees it, without the npm package's classes.
  { name: "clippy-crate", run: () => checkWasm("clippy", ...denyWarnings) },
  { name: "rust", quick: true, run: () => cargoTests({ command: "cargo", args: ["test", "--no-fail-fast"] }) },
  { name: "wasm", run: () => wasmTests() },
  { name: "wasm-browser", run: wasmTestsInChromium },
  { name: "biome", quick: true, run: () => check(tool("biome"), ["ci", "--colors=off", "--error-on-warnings"]) },
  { name: "types", quick: true, needsBuild: true, run: checkTypes },
  { name: "size", quick: true, needsBuild: true, run: checkSizes },
  { name: "instructions", run: checkInstructions },
  { name: "node", quick: true, needsBuild: true, run: () => nodeTests("tests/node") },
  { name: "bad-input", quick: true, needsBuild: true, run: () => nodeTests("tests/node/bad-input") },
  { name: "faults", needsBuild: true, run: () => nodeTests("tests/faults", { env: { TRANSPORT: "node" } }) },
  { name: "faults-fetch", needsBuild: true, run: () => nodeTests("tests/faults", { env: { TRANSPORT: "fetch" } }) },
  { name: "interop", needsBuild: true, run: interopTests },
  { name: "browser", needsBuild: true, run: browserTests },
  { name: "packaging", needsBuild: true, run: () => nodeTests("tests/packaging") },
  { name: "www", needsBuild: true, run: wwwTests },
  { name: "runtimes", quick: true, needsBuild: true, run: runtimeTests },
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

function printSummary(results) {
  console.log("\n══ summary ══");
  for (const { name, time, ...count } of results) {
    const mark = count.failed === 0 ? "✓" : "✗";
    console.log(`${mark} ${name.padEnd(12)} ${inWords(count).padEnd(24)} ${time.padStart(8)}`);
  }
  const sum = total(results);
  if (sum.failed > 0) process.exitCode = 1;
  console.log(`\n${inWords(sum)}`);
}

/** That of the fuzz targets too, which are no part of the workspace. */
function checkFormat() {
  return checks(
    ["cargo", ["fmt", "--all", "--check"]],
    ["cargo", ["fmt", "--manifest-path", "fuzz/Cargo.toml", "--check"]],
  );
}

function checkWasm(subcommand, ...args) {
  const cargo = wasmCargo(subcommand, ...args);
  return check(cargo.command, cargo.args, cargo.env);
}

/** In Node, unless a program says where else. */
function wasmTests(...elsewhere) {
  const { command, args, env } = wasmCargo("test", "--features", "npm", "--test", "wasm");
  const runner = [...elsewhere, xtask, "test-runner"].join(" ");
  return cargoTests({ command, args, env: { ...env, CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER: runner } });
}

/** The very same test binary. */
async function wasmTestsInChromium() {
  await prepareBrowsers();
  return wasmTests("node", join(root, "tests", "wasm", "in-chromium.mjs"));
}

/** Those of the package and its tests, and of the page, which uses it as anybody does. */
async function checkTypes() {
  await prepareWww();
  return checks([tool("tsc"), ["-p", "tsconfig.json"]], [tool("tsc"), ["-p", "www/tsconfig.json"]]);
}

async function interopTests() {
  await prepareBrowsers();
  return nodeTests("tests/interop", { env: { INTEROP_PYTHON: await preparePython() } });
}

async function browserTests() {
  await prepareBrowsers();
  return nodeTests("tests/browser");
}

async function wwwTests() {
  await prepareBrowsers();
  await buildWww();
  return nodeTests("tests/www");
}

/** Every runtime, bundler and kind of page, as a table; quickly, what needs no other program than this Node. */
async function runtimeTests({ quick }) {
  if (!quick) {
    await prepareRuntimes();
    await prepareBrowsers();
  }
  return withPackedPackage(async (project) => {
    const table = join(project, "table.txt");
    const count = await nodeTests("tests/runtimes", {
      env: { RUNTIMES_PROJECT: project },
      only: quick ? ["quick.test.mjs"] : undefined,
      reporters: ["spec", "stdout", "./tests/runtimes/support/table.mjs", table],
    });
    console.log(`\n${readFileSync(table, "utf8")}`);
    return count;
  });
}

await runAsProgram(import.meta.url, main);
