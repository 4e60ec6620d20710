// What npm installs: for the package itself, for the page in www/ and for tests/runtimes each from a lock file of its
// own, so that nobody needs to install the many megabytes of the others.

import { join } from "node:path";
import { run } from "./run.mjs";
import { stamp } from "./stamp.mjs";

/** `npm ci` in a folder, unless that was done from the same lock file. Gives the reason for not doing it. */
export async function installPackages(folder) {
  // `npm ci` begins with removing node_modules, and the stamp in it.
  const installed = stamp(join(folder, "node_modules", ".stamp"), [join(folder, "package-lock.json")]);
  if (installed.isCurrent()) return "already done";
  await run("npm", ["ci", "--loglevel=error"], { cwd: folder });
  installed.write();
}
