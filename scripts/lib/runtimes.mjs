// What the tests of the runtimes and bundlers need: their programs, and the package as npm packs it.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { installPackages } from "./packages.mjs";
import { root, run, step } from "./run.mjs";

/** Installs the programs. */
export async function prepareRuntimes() {
  const name = "npm ci, for Node 20 to 26, Deno, Bun, workerd and bundlers (tests/runtimes)";
  await step(name, () => installPackages(join(root, "tests", "runtimes")));
}

/** Packs the package, installs it into an empty project as a user does, and gives that project's folder to `use`. */
export async function withPackedPackage(use) {
  const project = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
  try {
    await step("npm pack, and installed from there", async () => {
      const quiet = ["--silent", "--offline"];
      await run("npm", ["pack", ...quiet, "--pack-destination", project]);
      writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
      const { name, version } = JSON.parse(readFileSync(join(root, "package.json"), "utf8"));
      await run("npm", ["install", ...quiet, `./${name}-${version}.tgz`], { cwd: project });
    });
    return await use(project);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
