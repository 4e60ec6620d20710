// The page in www/, which has packages of its own: the root's `npm ci` stays without a bundler and its binaries.

import { join } from "node:path";
import { root, run, step } from "./run.mjs";
import { stamp } from "./stamp.mjs";

const folder = join(root, "www");

/** Installs the page's packages. */
export async function prepareWww() {
  await step("npm ci (www)", async () => {
    const lock = join(folder, "package-lock.json");
    const installed = stamp(join(folder, "node_modules", ".stamp"), [lock]);
    if (installed.isCurrent()) return "already done";
    await run("npm", ["ci", "--no-audit", "--no-fund"], { cwd: folder });
    installed.write();
  });
}

/** Builds the page with the package in dist/. */
export async function buildWww() {
  await prepareWww();
  await step("www/dist (vite)", async () => {
    // Loaded only now: in a fresh clone Vite is not there until its packages are.
    const { buildPage } = await import("../../www/server.mjs");
    await buildPage();
  });
}
