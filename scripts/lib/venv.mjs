// Python with the official SDK, which the interop tests talk to: in build/venv, nothing global.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { installFromDebian } from "./debian.mjs";
import { ask, root, run, step } from "./run.mjs";
import { stamp } from "./stamp.mjs";

const venv = join(root, "build", "venv");
const requirements = join(root, "tests", "interop", "requirements.txt");

/** Makes the environment where it is missing, and gives the path of its interpreter. */
export async function preparePython() {
  const python = join(venv, "bin", "python");
  await step("Python with azure-storage-queue (build/venv)", async () => {
    // Debian has the module in a package of its own.
    const hasVenv = ask("python3", "-c", "import venv, ensurepip") !== undefined;
    if (!hasVenv) await installFromDebian(["python3-venv"], "Install Python 3.9 or later, with its module `venv`");
    const installed = stamp(join(venv, ".stamp"), [requirements], ask("python3", "--version"));
    if (installed.isCurrent()) return "already done";

    mkdirSync(join(root, "build"), { recursive: true });
    await run("python3", ["-m", "venv", "--clear", venv]);
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
    installed.write();
  });
  return python;
}
