// Throw-away projects that have the package as a user has it: packed by npm and installed from there.

import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { fileURLToPath } from "node:url";
import { transformSync } from "esbuild";
import { modules } from "./programs.mjs";

const callsInTypeScript = readFileSync(fileURLToPath(new URL("../calls.ts", import.meta.url)), "utf8");
const callsAs = (format, globalName) =>
  transformSync(callsInTypeScript, { loader: "ts", format, globalName, target: "es2022" }).code;
const calls = {
  "calls.ts": callsInTypeScript,
  "calls.mjs": callsAs("esm"),
  "calls.cjs": callsAs("cjs"),
  // A classic script, that declares `tea`.
  "calls.js": callsAs("iife", "tea"),
};

/**
 * Makes a project and gives its folder; it is removed with this process.
 *
 * @param {Record<string, string>} files by their paths, besides those of the calls
 * @param {{ manifest?: object, link?: string[] }} [options] fields of package.json, and packages of tests/runtimes
 *   that it has, too
 */
export function project(files, { manifest, link = [] } = {}) {
  const folder = mkdtempSync(join(projects(), "project-"));
  cpSync(join(installed(), "node_modules"), join(folder, "node_modules"), { recursive: true });
  for (const name of link) {
    mkdirSync(dirname(join(folder, "node_modules", name)), { recursive: true });
    symlinkSync(join(modules, name), join(folder, "node_modules", name));
  }
  const dependencies = { "azure-queue-wasm": "*" };
  const packageJson = JSON.stringify({ name: "project", private: true, ...manifest, dependencies });
  for (const [path, text] of Object.entries({ "package.json": packageJson, ...calls, ...files })) {
    mkdirSync(dirname(join(folder, path)), { recursive: true });
    writeFileSync(join(folder, path), text);
  }
  return folder;
}

let folderOfAll;

/** The folder of all projects of this process, which is removed with it. */
function projects() {
  if (folderOfAll === undefined) {
    folderOfAll = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
    process.once("exit", () => rmSync(folderOfAll, { recursive: true, force: true }));
  }
  return folderOfAll;
}

/** The project that scripts/lib/runtimes.mjs installed the package into. */
export function installed() {
  const folder = process.env.RUNTIMES_PROJECT;
  if (folder === undefined)
    throw new Error("These tests are started by `npm test`, or alone: node scripts/test.mjs runtimes.");
  return folder;
}

/** The folder of the installed package. */
export const installedPackage = () => join(installed(), "node_modules", "azure-queue-wasm");
