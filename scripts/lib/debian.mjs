// Programs that no package of npm or cargo is: from Debian, where this is Debian and we may.

import { existsSync } from "node:fs";
import { run, Trouble } from "./run.mjs";

/** Installs packages, or throws `otherwise` with the command that would. */
export async function installFromDebian(packages, otherwise) {
  // Without --no-remove, apt would make room by removing a rustup that is Debian's own.
  const install = ["install", "-y", "--no-remove", "--no-install-recommends", ...packages];
  const isRootOnDebian = process.getuid?.() === 0 && existsSync("/etc/debian_version");
  if (!isRootOnDebian)
    throw new Trouble(`${otherwise}, or on Debian run this as root:\n  apt-get ${install.join(" ")}`);

  await run("apt-get", ["update", "-qq"]);
  await run("apt-get", ["-qq", "-o", "Dpkg::Use-Pty=0", ...install], { env: { DEBIAN_FRONTEND: "noninteractive" } });
}
