// From Rust and TypeScript to the package in dist/:
//
//   src/  --cargo-->  .wasm  --wasm-bindgen-->  build/core.js, build/core_bg.wasm
//   build/core_bg.wasm  --wasm-opt-->  dist/core.wasm, and as text in build/embedded.js
//   js/ + build/  --esbuild-->  dist/index.js    js/  --tsc-->  dist/*.d.ts

import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { root, run, runAsProgram, step, tool } from "./lib/run.mjs";
import { stamp } from "./lib/stamp.mjs";
import { releaseFlags, target, targetDir, wasmCargo, xtask } from "./lib/toolchain.mjs";
import { setup } from "./setup.mjs";

const compiled = join(targetDir, target, "release", "azure_queue_wasm.wasm");
const intermediate = join(root, "build");
const core = join(intermediate, "core_bg.wasm");
const dist = join(root, "dist");

export async function build() {
  await setup();
  await step("Rust to wasm (cargo build)", compile);
  await step("glue and optimised wasm (wasm-bindgen, wasm-opt)", convert);
  await step("dist/index.js (esbuild)", bundle);
  await step("dist/index.d.ts (tsc)", () => run(tool("tsc"), ["-p", "tsconfig.build.json"]));
  printSizes();
}

async function compile() {
  const { command, args, env } = wasmCargo("build", "--release", "--lib", "--features", "npm", "--quiet", "--locked");
  await run(command, args, { env: { ...env, ...releaseFlags() } });
}

async function convert() {
  const madeBy = ["scripts/build.mjs", "Cargo.lock", "package-lock.json"].map((file) => join(root, file));
  const converted = stamp(join(intermediate, "core.stamp"), [compiled, ...madeBy]);
  if (converted.isCurrent()) return "already done";

  // Its name has a hash, so an old one would stay.
  rmSync(join(intermediate, "snippets"), { recursive: true, force: true });
  mkdirSync(intermediate, { recursive: true });
  const names = ["--out-dir", intermediate, "--out-name", "core"];
  // No default path: bundlers would follow it and ship the .wasm a second time.
  const form = ["--target", "web", "--omit-default-module-path", "--remove-name-section", "--remove-producers-section"];
  await run(xtask, ["bindgen", ...form, ...names, compiled]);
  // No feature flags: --all-features emits types that Node 20 refuses.
  await run(tool("wasm-opt"), ["-Oz", core, "-o", core]);
  const wasmBase64 = readFileSync(core, "base64");
  writeFileSync(join(intermediate, "embedded.js"), `export const wasmBase64 =\n  "${wasmBase64}";\n`);
  writeFileSync(join(intermediate, "embedded.d.ts"), "export declare const wasmBase64: string;\n");
  converted.write();
}

async function bundle() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(dist);
  copyFileSync(core, join(dist, "core.wasm"));
  // Loaded only now: in a fresh clone it is not there until the set-up has run.
  const esbuild = await import("esbuild");
  await esbuild.build({
    absWorkingDir: root,
    entryPoints: ["js/index.ts"],
    outdir: "dist",
    bundle: true,
    format: "esm",
    platform: "neutral",
    target: "es2022",
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
  });
}

function printSizes() {
  for (const name of ["core.wasm", "index.js"]) {
    const bytes = readFileSync(join(dist, name));
    const kilobytes = (size) => `${(size / 1000).toFixed(1)} kB`;
    console.log(`  dist/${name}: ${kilobytes(bytes.length)}, gzip ${kilobytes(gzipSync(bytes, { level: 9 }).length)}`);
  }
}

await runAsProgram(import.meta.url, build);
