// What the tests of the runtimes and bundlers need: their tools, a browser, and the package as npm packs it.

import { existsSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ask, root, run, step, Trouble } from "./run.mjs";
import { stamp } from "./stamp.mjs";

const folder = join(root, "tests", "runtimes");

/** Installs what only these tests need. It is no part of the root's `npm ci`, since it is many times as large. */
export async function installTools() {
  await step("Node 20 to 26, Deno, Bun, workerd, bundlers (tests/runtimes)", async () => {
    const installed = stamp(join(folder, "node_modules", ".stamp"), [join(folder, "package-lock.json")]);
    if (installed.isCurrent()) return "already done";
    await run("npm", ["ci", "--loglevel=error"], { cwd: folder });
    installed.write();
  });
}

/** Where a Chromium is; on Debian it is installed. */
export async function prepareChromium() {
  const find = () => ask("sh", "-c", "command -v chromium");
  await step("Chromium", async () => {
    if (find() !== undefined) return "already done";
    const install = ["install", "-y", "--no-remove", "--no-install-recommends", "chromium"];
    const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
    if (!isRootOnDebian) {
      throw new Trouble(
        `Install Chromium so that \`chromium\` starts it; on Debian, as root:\n  apt-get ${install.join(" ")}`,
      );
    }
    await run("apt-get", ["update", "-qq"]);
    await run("apt-get", ["-qq", "-o", "Dpkg::Use-Pty=0", ...install], { env: { DEBIAN_FRONTEND: "noninteractive" } });
  });
  return find();
}

/** Packs the package, installs it into an empty project as a user does, and gives that project's folder to `use`. */
export async function withPackedPackage(use) {
  const project = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
  try {
    await step("npm pack, and installed from there", async () => {
      const quiet = ["--silent", "--offline"];
      await run("npm", ["pack", ...quiet, "--pack-destination", project]);
      writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
      const { name, version } = (await import("../../package.json", { with: { type: "json" } })).default;
      await run("npm", ["install", ...quiet, `./${name}-${version}.tgz`], { cwd: project });
    });
    return await use(project);
  } finally {
    rmSync(project, { recursive: true, force: true });
  }
}
