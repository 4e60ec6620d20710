// Which cargo builds for wasm32, and how it has to be called.
//
// Normally that is rustup's, with the target's standard library added. Where rustup cannot add
// it (a network that reaches package registries only, or a Rust that is not rustup's), Debian
// has a Rust recent enough, a linker for wasm, and the standard library's source, from which
// cargo then builds it (`build-std`).

import { existsSync, readdirSync } from "node:fs";
import { homedir } from "node:os";
import { join, resolve } from "node:path";
import { ask, root } from "./run.mjs";

export const target = "wasm32-unknown-unknown";

export const debianPackages = ["rustc-web", "cargo-web", "rust-web-src", "rust-web-clippy", "lld-22"];

const debianLinker = "wasm-ld-22";

/** True where the Rust in use has the target's standard library. */
export function hasTarget() {
  const sysroot = ask("rustc", "--print", "sysroot");
  return sysroot !== undefined && existsSync(join(sysroot, "lib", "rustlib", target));
}

/** True where Debian's packages stand in for it. */
export function hasDebianToolchain() {
  const files = ["cargo", "cargo-clippy", "rustc", debianLinker].map((name) => join("/usr/bin", name));
  return [...files, "/usr/lib/rustlib/src"].every((file) => existsSync(file));
}

/**
 * The command, arguments and environment of `cargo SUBCOMMAND ARGS` for wasm32.
 * `cargo clippy` takes what is after `--` for the compiler, so the flags of cargo go before it.
 */
export function wasmCargo(subcommand, ...args) {
  if (hasTarget()) {
    return { command: "cargo", args: [subcommand, "--target", target, ...args], env: {} };
  }
  // Every path is given in full: a rustup without the target may still be first in PATH, and
  // cargo looks for its subcommands beside rustup's before anywhere else.
  return {
    command: subcommand === "clippy" ? "/usr/bin/cargo-clippy" : "/usr/bin/cargo",
    args: [subcommand, "--target", target, "-Z", "build-std=std,panic_abort", ...args],
    env: {
      CARGO: "/usr/bin/cargo",
      RUSTC: "/usr/bin/rustc",
      RUSTC_BOOTSTRAP: "1", // `-Z` flags on a stable compiler
      CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_LINKER: debianLinker,
    },
  };
}

/** Where cargo puts what it builds. */
export const targetDir = resolve(root, process.env.CARGO_TARGET_DIR ?? "target");

/** wasm-bindgen's command lines, built from `xtask/`. */
export const xtask = join(targetDir, "debug", "xtask");

/** True where `cargo` can build the standard library itself: rustup's component rust-src is there. */
export function hasLibrarySource() {
  const sysroot = ask("rustc", "--print", "sysroot");
  return sysroot !== undefined && existsSync(join(sysroot, "lib", "rustlib", "src", "rust", "library"));
}

/**
 * `cargo build` for the wasm that is published. With rustup's rust-src the standard library is built along with it, for
 * size and without the words of panics: a panic is then a plain trap. Without it the wasm is larger and does the same.
 */
export function releaseCargo(...args) {
  const { command, args: given, env } = wasmCargo("build", "--release", ...args);
  const flags = [...pathFlags(), '--cfg=sha2_backend="soft"', '--cfg=sha2_backend_soft="compact"'];
  const withLibrary = hasTarget() && hasLibrarySource();
  if (withLibrary) {
    given.push("-Zbuild-std=std,panic_abort", "-Zbuild-std-features=optimize_for_size");
    flags.push("-Zunstable-options", "-Cpanic=immediate-abort", "-Zlocation-detail=none", "-Zfmt-debug=none");
  }
  const unstable = withLibrary ? { RUSTC_BOOTSTRAP: "1" } : {}; // `-Z` flags on a stable compiler
  // Unlike RUSTFLAGS, this is not split at blanks, and it overrides flags of the builder's own.
  return { command, args: given, env: { ...env, ...unstable, CARGO_ENCODED_RUSTFLAGS: flags.join("\x1f") } };
}

/** With no folder of the builder's in panic messages, the same source gives the same bytes on every machine. */
function pathFlags() {
  const sources = join(process.env.CARGO_HOME ?? join(homedir(), ".cargo"), "registry", "src");
  const registries = existsSync(sources) ? readdirSync(sources) : [];
  const flags = registries.map((name) => `--remap-path-prefix=${join(sources, name)}=crates`);
  return [...flags, `--remap-path-prefix=${root}=.`];
}
