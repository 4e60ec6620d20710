// Python with the official SDK, which the interop tests talk to: in build/venv, nothing global.

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { ask, root, run, step, Trouble, watch } from "./run.mjs";
import { stamp } from "./stamp.mjs";

const venv = join(root, "build", "venv");
const requirements = join(root, "tests", "interop", "requirements.txt");

/** Makes the environment where it is missing, and gives the path of its interpreter. */
export async function preparePython() {
  const python = join(venv, "bin", "python");
  await step("Python with azure-storage-queue (build/venv)", async () => {
    const version = ask("python3", "--version");
    if (version === undefined)
      throw new Trouble("There is no python3: install Python 3.9 or later (Debian: python3-venv).");
    const installed = stamp(join(venv, ".stamp"), [requirements], version);
    if (installed.isCurrent()) return "already done";

    mkdirSync(join(root, "build"), { recursive: true });
    const { code } = await watch("python3", ["-m", "venv", "--clear", venv]);
    if (code !== 0)
      throw new Trouble("python3 cannot make a virtual environment: install its venv (Debian: python3-venv).");
    await run(python, ["-m", "pip", "install", "--quiet", "--disable-pip-version-check", "-r", requirements]);
    installed.write();
  });
  return python;
}
