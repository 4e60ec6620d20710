// The page in www/, which has packages of its own.

import { join } from "node:path";
import { installPackages } from "./packages.mjs";
import { root, step } from "./run.mjs";

/** Installs the page's packages. */
export async function prepareWww() {
  await step("npm ci, for the page (www)", () => installPackages(join(root, "www")));
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
