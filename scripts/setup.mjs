// Brings a fresh clone to where it can be built and tested. Every step is skipped when already
// done, and nothing is installed globally but what rustup (or, as root, apt-get) adds to itself.

import { statSync } from "node:fs";
import { installFromDebian } from "./lib/debian.mjs";
import { installPackages } from "./lib/packages.mjs";
import { ask, root, run, runAsProgram, step, Trouble, watch } from "./lib/run.mjs";
import { debianPackages, hasDebianToolchain, hasLibrarySource, hasTarget, target, xtask } from "./lib/toolchain.mjs";

const alreadyDone = "already done";

export async function setup() {
  await step("Node and cargo", checkTools);
  await step("npm ci", () => installPackages(root));
  await step(`Rust target ${target}`, addTarget);
  await step("rustfmt and clippy", addComponents);
  await step("rust-src, the standard library's source", addLibrarySource);
  await step("a linker, for Rust", addLinker);
  await step("wasm-bindgen (cargo build -p xtask)", buildXtask);
}

function checkTools() {
  const [major, minor] = process.versions.node.split(".").map(Number);
  if (major < 20 || (major === 20 && minor < 19)) {
    throw new Trouble(
      `Node ${process.versions.node} is too old: install Node 20.19 or later, from https://nodejs.org.`,
    );
  }
  const cargo = ask("cargo", "--version");
  if (cargo === undefined) throw new Trouble("There is no cargo: install Rust with rustup, from https://rustup.rs.");
  return `Node ${process.versions.node}, ${cargo}`;
}

async function addTarget() {
  if (hasTarget()) return alreadyDone;
  if (hasDebianToolchain()) return "already done, with Debian's packages";
  if (ask("rustup", "--version") !== undefined) {
    const { code } = await watch("rustup", ["target", "add", target]);
    if (code === 0 && hasTarget()) return;
  }
  console.log(`  rustup cannot add ${target} here, so Debian's packages take its place.`);
  await installFromDebian(debianPackages, "Add the target to your Rust");
}

async function addComponents() {
  const missing = ["fmt", "clippy"].filter((name) => ask("cargo", name, "--version") === undefined);
  if (missing.length === 0) return alreadyDone;
  const components = missing.map((name) => (name === "fmt" ? "rustfmt" : name));
  const { code } = await watch("rustup", ["component", "add", ...components]);
  // Only the tests need them, so their absence stops neither the build nor the demo.
  if (code !== 0) return `install ${components.join(" and ")} for the tests (Debian: rustfmt-web, rust-web-clippy)`;
}

async function addLibrarySource() {
  if (hasLibrarySource()) return alreadyDone;
  const { code } = await watch("rustup", ["component", "add", "rust-src"]);
  if (code !== 0) return "not to be had: the wasm will be larger than the published one";
}

/** Rust links programs for Linux with the C compiler, which rustup does not bring. */
async function addLinker() {
  if (process.platform !== "linux" || ask("cc", "--version") !== undefined) return alreadyDone;
  await installFromDebian(["gcc", "libc6-dev"], "Install a C compiler that can be started as `cc`");
}

async function buildXtask() {
  const builtAt = () => statSync(xtask, { throwIfNoEntry: false })?.mtimeMs;
  const before = builtAt();
  await run("cargo", ["build", "--quiet", "--locked", "-p", "xtask"]);
  if (builtAt() === before) return alreadyDone;
}

await runAsProgram(import.meta.url, setup);
