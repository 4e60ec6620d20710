// The page in www/, which has packages of its own.

import { join } from "node:path";
import { installPackages } from "./packages.mjs";
import { root, step } from "./run.mjs";
import { filesIn, unlessCurrent } from "./stamp.mjs";

const www = join(root, "www");
const built = join(www, "dist");

/** Installs the page's packages. */
export async function prepareWww() {
  await step("npm ci, for the page (www)", () => installPackages(www));
}

/** Builds the page with the package in dist/. */
export async function buildWww() {
  await prepareWww();
  await step("www/dist (vite)", () =>
    unlessCurrent(join(root, "build", "www.stamp"), { inputs: inputs(), outputs: () => filesIn(built), work: build }),
  );
}

/** The page's sources and the package that it links to. The packages of node_modules are those of the lock file. */
function inputs() {
  const isSource = (path) => path !== built && path !== join(www, "node_modules");
  const files = ["package.json", "tsconfig.json", "scripts/lib/www.mjs"].map((file) => join(root, file));
  return [...filesIn(www, isSource), ...filesIn(join(root, "dist")), ...files];
}

async function build() {
  // Loaded only now: in a fresh clone Vite is not there until its packages are.
  const { buildPage } = await import("../../www/server.mjs");
  await buildPage();
}
