// The package itself: what is in it, and what its package.json promises.

import assert from "node:assert/strict";
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, posix } from "node:path";
import { describe, test } from "node:test";
import { checkPackage, createPackageFromTarballData } from "@arethetypeswrong/core";
import { publint } from "publint";
import { formatMessage } from "publint/utils";
import { node } from "./support/programs.mjs";
import { installed, installedPackage } from "./support/project.mjs";

const folder = installedPackage();
const textOf = (file) => readFileSync(join(folder, file), "utf8");
const manifest = JSON.parse(textOf("package.json"));
const inPackage = readdirSync(folder, { recursive: true }).filter((file) => statSync(join(folder, file)).isFile());

describe("package", () => {
  test("publint", async () => {
    const { messages } = await publint({ pkgDir: folder, pack: false, strict: true });
    assert.deepEqual(
      messages.map((message) => formatMessage(message, manifest, { color: false })),
      [],
    );
  });

  test("arethetypeswrong", async () => {
    const tarball = readFileSync(join(installed(), `${manifest.name}-${manifest.version}.tgz`));
    // A binary has no types. And TypeScript's `node10` knows no `exports`, so for it there is no entry but the main one.
    const ours = createPackageFromTarballData(new Uint8Array(tarball));
    const { problems } = await checkPackage(ours, { excludeEntrypoints: ["./core.wasm"] });
    const isOld = ({ resolutionKind, entrypoint }) => resolutionKind === "node10" && entrypoint !== ".";
    assert.deepEqual(
      problems.filter((problem) => !isOld(problem)),
      [],
    );
  });

  test("files", () => {
    // Each is led to by package.json, and each that is led to is there.
    const reached = new Set(["package.json", "README.md", "LICENSE"]);
    const follow = (file) => {
      if (reached.has(file)) return;
      reached.add(file);
      if (existsSync(join(folder, file))) for (const next of referencesOf(file)) follow(next);
    };
    for (const path of pathsIn([manifest.exports, manifest.main, manifest.types, manifest.module])) follow(path);
    for (const path of pathsIn([manifest.unpkg, manifest.jsdelivr])) follow(path);
    const missing = [...reached].filter((file) => !inPackage.includes(file));
    const unneeded = inPackage.filter((file) => !reached.has(file));
    assert.deepEqual({ missing, unneeded }, { missing: [], unneeded: [] });
  });

  test("one .wasm", () => {
    assert.deepEqual(
      inPackage.filter((file) => file.endsWith(".wasm")),
      ["dist/core.wasm"],
    );
  });

  test("source maps", () => {
    const scripts = inPackage.filter((file) => file.endsWith(".js"));
    assert.ok(scripts.length >= 3);
    for (const file of scripts) {
      assert.match(textOf(file), new RegExp(`//# sourceMappingURL=${posix.basename(file)}\\.map\\n$`), file);
      const { sources, sourcesContent } = JSON.parse(textOf(`${file}.map`));
      const source = sourceOf[file] ?? "js/queue-client.ts";
      assert.ok(sources.some((path) => path.endsWith(source)) && sourcesContent.every(Boolean), file);
    }
  });

  test("no dependencies", () => {
    for (const name of ["dependencies", "peerDependencies", "optionalDependencies", "bundledDependencies"])
      assert.equal(manifest[name], undefined, name);
  });

  test("engines", () => {
    // The oldest that it allows is the oldest of the matrix.
    const [, pinned] = /@(\d+\.\d+)\.0"/.exec(readFileSync(new URL("package.json", import.meta.url), "utf8"));
    assert.equal(manifest.engines.node, `>=${pinned}`);
    assert.ok(node("20"));
  });
});

/** The source of the files that hold no client. */
const sourceOf = {
  "dist/edge-light-core.js": "js/core-module.ts",
  "dist/edge-light-slim.js": "js/edge-light-slim.ts",
};

/** All paths in a value of package.json, as they are in the package. */
function pathsIn(value) {
  if (typeof value === "string") return [posix.normalize(value)];
  return Object.values(value ?? {}).flatMap(pathsIn);
}

/** What a file leads to: imports, its source map, and the package.json that says what it is. */
function referencesOf(file) {
  const beside = (path) => posix.join(posix.dirname(file), path);
  if (!/\.([cm]?js|[cm]?ts)$/.test(file)) return [];
  const text = textOf(file);
  const declares = file.endsWith(".d.ts");
  // Without the query of `core.wasm?module`.
  const found = [...text.matchAll(/(?:\bfrom|\bimport\(?) ?"(\.[^"?]+)(?:\?\w+)?"/g)].map(([, path]) => path);
  const imported = declares ? found.map((path) => path.replace(/\.js$/, ".d.ts")) : found;
  const [, map] = /\/\/# sourceMappingURL=(\S+)/.exec(text) ?? [];
  const scope = /^dist\/cjs\/[^/]+\.js$/.test(file) ? ["package.json"] : [];
  return [...imported, ...scope, ...(map ? [map] : [])].map(beside);
}
