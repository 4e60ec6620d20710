// From Rust and TypeScript to the package in dist/:
//
//   src/  --cargo-->  .wasm  --wasm-bindgen, wasm-opt-->  build/core.js, build/core.wasm
//   build/core.wasm  --zopfli, base64-->  build/deflated.js    --base64-->  build/plain.js
//   inflate/  --cargo-->  .wasm  --wasm-opt, base64-->  build/inflater.js
//   js/ + build/  --esbuild, for Node terser-->  dist/*.js    js/  --tsc-->  dist/*.d.ts

import { copyFileSync, cpSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { dirname, extname, join } from "node:path";
import { gzipSync } from "node:zlib";
import { adaptGlue } from "./lib/glue.mjs";
import { root, run, runAsProgram, step, tool } from "./lib/run.mjs";
import { filesIn, unlessCurrent } from "./lib/stamp.mjs";
import { releaseCargo, target, targetDir, xtask } from "./lib/toolchain.mjs";
import { setup } from "./setup.mjs";

const compiled = (name) => join(targetDir, target, "release", `${name}.wasm`);
const intermediate = join(root, "build");
const core = join(intermediate, "core.wasm");
const inflater = join(intermediate, "inflate.wasm");
const dist = join(root, "dist");
const declarations = join(intermediate, "declarations");

export async function build() {
  await setup();
  await step("Rust to wasm (cargo build)", compile);
  await step("glue and optimised wasm (wasm-bindgen, wasm-opt)", () =>
    unlessCurrent(join(intermediate, "core.stamp"), { inputs: convertInputs(), outputs: converted, work: convert }),
  );
  await buildDist();
  printSizes();
}

/** The package in dist/, from js/ and what the steps before left in build/. */
export async function buildDist() {
  await step("dist/*.js (esbuild, terser)", () =>
    unlessCurrent(join(intermediate, "bundle.stamp"), { inputs: distInputs(), outputs: bundled, work: bundle }),
  );
  await step("dist/*.d.ts (tsc)", () =>
    unlessCurrent(join(intermediate, "declare.stamp"), { inputs: distInputs(), outputs: declared, work: declare }),
  );
}

/** All that dist/ is made from. The packages of node_modules are those of the lock file. */
function distInputs() {
  const files = ["scripts/build.mjs", "tsconfig.json", "tsconfig.build.json", "package-lock.json"];
  return [
    ...filesIn(join(root, "js")),
    ...converted(),
    ...filesIn(join(root, "scripts", "lib")),
    ...files.map((file) => join(root, file)),
  ];
}

/** What the wasm is converted from, and with. */
function convertInputs() {
  const files = ["scripts/build.mjs", "scripts/lib/glue.mjs", "xtask/src/main.rs", "Cargo.lock", "package-lock.json"];
  return [...["azure_queue_wasm", "inflate"].map(compiled), ...files.map((file) => join(root, file))];
}

/** Files of the conversion. Other folders in build/ belong to later steps, tests and benchmarks. */
const snippets = join(intermediate, "snippets");
const converted = () =>
  filesIn(intermediate, (path) => {
    if (path.startsWith(snippets)) return true;
    return extname(path) !== "" && extname(path) !== ".stamp";
  });

const isDeclaration = (path) => path.endsWith(".d.ts");
const bundled = () => filesIn(dist).filter((path) => !isDeclaration(path));
const declared = () => filesIn(dist).filter(isDeclaration);

async function compile() {
  // At once, since each time the standard library is built as well.
  const packages = ["--package", "azure-queue-wasm", "--package", "inflate", "--features", "azure-queue-wasm/npm"];
  const { command, args, env } = releaseCargo("--lib", ...packages, "--quiet", "--locked");
  await run(command, args, { env });
}

async function convert() {
  // Its name has a hash, so an old one would stay.
  rmSync(join(intermediate, "snippets"), { recursive: true, force: true });
  mkdirSync(intermediate, { recursive: true });
  const names = ["--out-dir", intermediate, "--out-name", "core"];
  // No default path: bundlers would follow it and ship the .wasm a second time.
  const form = ["--target", "web", "--omit-default-module-path", "--remove-name-section", "--remove-producers-section"];
  // Should the core crash, it is started anew.
  form.push("--experimental-reset-state-function");
  await run(xtask, ["bindgen", ...form, ...names, compiled("azure_queue_wasm")]);
  const glue = join(intermediate, "core.js");
  writeFileSync(glue, adaptGlue(readFileSync(glue, "utf8")));
  // Inlining what is called once saves nothing but the call, and scatters what compresses well together.
  await optimise(join(intermediate, "core_bg.wasm"), core, "--one-caller-inline-max-function-size=20");
  await optimise(compiled("inflate"), inflater, "--strip-debug", "--strip-producers", "--strip-target-features");
  await embed();
}

/** No feature flags: --all-features emits types that Node 20 refuses. */
async function optimise(from, to, ...options) {
  await run(tool("wasm-opt"), ["-Oz", ...options, from, "-o", to]);
}

/** Base64 of a wasm hardly compresses any more; base64 of what is compressed already is as small as it gets. */
async function embed() {
  const deflated = join(intermediate, "core.deflate");
  await run(xtask, ["deflate", core, deflated]);
  const { size } = statSync(core);
  embedAs("deflated", { size, deflated: readFileSync(deflated, "base64") });
  embedAs("plain", { size, plain: pieces(readFileSync(core)) });
  embedAs("inflater", { inflater: readFileSync(inflater, "base64") });
}

/** What V8 reads a quarter faster than one long text: its buffers need not grow. Each is Base64 by itself. */
function pieces(bytes) {
  const length = 48 * 1024;
  return Array.from({ length: Math.ceil(bytes.length / length) }, (_, i) =>
    bytes.subarray(i * length, (i + 1) * length).toString("base64"),
  );
}

function embedAs(name, values) {
  const lines = (line) => Object.entries(values).map(line).join("");
  const module = lines(([name, value]) => `export const ${name} = ${JSON.stringify(value)};\n`);
  writeFileSync(join(intermediate, `${name}.js`), module);
  const typeOf = (value) => (Array.isArray(value) ? "string[]" : typeof value);
  const types = lines(([name, value]) => `export declare const ${name}: ${typeOf(value)};\n`);
  writeFileSync(join(intermediate, `${name}.d.ts`), types);
}

/**
 * The entries: how each one loads the wasm (a module of js/load/), and whether it is for Node, or for the edge runtime of
 * Next.js and Vercel (the export condition `edge-light`).
 */
const entries = [
  { entry: "index", load: "embedded" },
  { entry: "slim", load: "given" },
  { entry: "workerd", load: "imported" },
  { entry: "workerd", load: "imported", edgeLight: true, to: "edge-light" },
  { entry: "edge-light-slim", load: "imported", edgeLight: true },
  { entry: "core-module", load: "imported", edgeLight: true, to: "edge-light-core" },
  { entry: "index", load: "embedded", node: true, to: "node" },
  { entry: "slim", load: "given", node: true, to: "node-slim" },
  { entry: "index", load: "embedded", classic: true },
  { entry: "slim", load: "given", classic: true },
  { entry: "index", load: "embedded", node: true, to: "node", classic: true },
  { entry: "slim", load: "given", node: true, to: "node-slim", classic: true },
];

/** Characters in a line: Node shows the whole one where an error is not caught. */
const lineLimit = 120;

const folderOf = (classic) => join(dist, ...(classic ? ["cjs"] : []));

async function bundle() {
  rmSync(dist, { recursive: true, force: true });
  mkdirSync(join(dist, "cjs"), { recursive: true });
  copyFileSync(core, join(dist, "core.wasm"));
  // Loaded only now: in a fresh clone it is not there until the set-up has run.
  const esbuild = await import("esbuild");
  await Promise.all(entries.map((entry) => esbuild.build(bundling(entry))));
  await Promise.all(entries.filter(({ node }) => node).map(shorten));
  writeFileSync(join(dist, "cjs", "package.json"), '{ "type": "commonjs" }\n');
}

/** A module, or a file for `require` that is a classic script as well, which declares `azureQueue`. */
function bundling({ entry, load, node, edgeLight, to = entry, classic }) {
  return {
    absWorkingDir: root,
    entryPoints: [{ in: `js/${entry}.ts`, out: to }],
    // Modules whose exports take the places of the globals with the same names. platform.ts comes first, since microtask.ts
    // imports the glue, which creates codecs.
    inject: ["js/platform.ts", "js/microtask.ts"],
    outdir: folderOf(classic),
    bundle: true,
    platform: "neutral",
    target: "es2022",
    sourcemap: true,
    legalComments: "none",
    logLevel: "warning",
    plugins: [replacing({ load, node, edgeLight })],
    ...(classic ? { format: "iife", globalName: "azureQueue" } : { format: "esm" }),
    // What nobody's bundler minifies; for Node it is done after this.
    ...(classic && !node ? { minify: true, lineLimit, footer: { js: commonJs } } : {}),
  };
}

/**
 * Minifies what Node loads, of which it reads every name before anything runs. Those of functions and classes stay, which
 * esbuild cannot do: `console.log` shows the ones of classes, and a stack the ones of functions.
 */
async function shorten({ entry, to = entry, classic = false }) {
  const { minify } = await import("terser");
  const file = join(folderOf(classic), `${to}.js`);
  const source = readFileSync(file, "utf8");
  const named = { keep_fnames: true, keep_classnames: true };
  // Of classes esbuild makes variables, which terser does not look for.
  const reserved = Array.from(source.matchAll(/(\w+) = class\b/g), ([, name]) => name);
  const { code, map } = await minify(source, {
    ...named,
    module: !classic,
    ecma: 2022,
    mangle: { ...named, reserved },
    format: { ascii_only: true, max_line_len: lineLimit },
    sourceMap: { content: readFileSync(`${file}.map`, "utf8"), includeSources: true },
  });
  const end = [...(classic ? [commonJs] : []), `//# sourceMappingURL=${to}.js.map`, ""];
  writeFileSync(file, [code, ...end].join("\n"));
  writeFileSync(`${file}.map`, map);
}

/** Not minified any further: tools tell by a `module.exports` by itself what a file is. */
const commonJs = 'if (typeof module === "object") module.exports = azureQueue;';

/** Puts an entry's own modules in the places of the default ones. The wasm itself stays outside. */
const replacing = ({ load, node, edgeLight }) => ({
  name: "replacing",
  setup(build) {
    const replace = (filter, file) => build.onResolve({ filter }, () => ({ path: join(root, "js", file) }));
    replace(/\/load\/embedded\.js$/, `load/${load}.ts`);
    if (node) {
      replace(/\/deflated\.js$/, "load/plain.ts");
      replace(/\/carrier\/platform\.js$/, "carrier/node.ts");
    }
    if (edgeLight) build.onResolve({ filter: /\/workerd\.js$/ }, () => ({ path: "./edge-light.js", external: true }));
    // The query is how bundlers for the edge runtime tell a `WebAssembly.Module` from an instance.
    const wasm = edgeLight ? "./core.wasm?module" : "./core.wasm";
    build.onResolve({ filter: /\/core\.wasm$/ }, () => ({ path: wasm, external: true }));
  },
});

async function declare() {
  for (const file of [declarations, ...declared()]) rmSync(file, { recursive: true, force: true });
  await run(tool("tsc"), ["-p", "tsconfig.build.json", "--outDir", declarations]);
  // TypeScript takes a declaration for a module or for CommonJS by the package.json above it.
  for (const [folder, isClassic] of [
    ["dist", false],
    ["dist/cjs", true],
  ]) {
    const names = entries.filter(({ classic = false }) => classic === isClassic).map(({ entry }) => `${entry}.d.ts`);
    for (const file of declarationsFrom(declarations, names)) {
      cpSync(join(declarations, file), join(root, folder, file));
    }
  }
}

/** The declarations that those of the entries lead to: of the others no user ever needs one. */
function declarationsFrom(folder, entries) {
  const reached = new Set(entries);
  // A set gives what is added while it is walked, too.
  for (const file of reached) {
    for (const [, path] of readFileSync(join(folder, file), "utf8").matchAll(/"(\.[^"]+)\.js"/g))
      reached.add(`${join(dirname(file), path)}.d.ts`);
  }
  return reached;
}

function printSizes() {
  for (const name of ["core.wasm", "index.js"]) {
    const bytes = readFileSync(join(dist, name));
    const kilobytes = (size) => `${(size / 1000).toFixed(1)} kB`;
    console.log(`  dist/${name}: ${kilobytes(bytes.length)}, gzip ${kilobytes(gzipSync(bytes, { level: 9 }).length)}`);
  }
}

await runAsProgram(import.meta.url, build);
