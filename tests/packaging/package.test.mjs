// The package as users get it: packed, installed into a project of its own, and used from there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, test } from "node:test";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

let project;
let packed;

before(() => {
  project = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
  [packed] = JSON.parse(npm(root, "pack", "--json", "--pack-destination", project));
  writeFileSync(join(project, "package.json"), JSON.stringify({ name: "project", private: true }));
  npm(project, "install", "--offline", join(project, packed.filename));
});

after(() => rmSync(project, { recursive: true, force: true }));

test("the tarball has the package and nothing else", () => {
  const besides = packed.files.map(({ path }) => path).filter((path) => !path.startsWith("dist/"));
  assert.deepEqual(besides.sort(), ["LICENSE", "README.md", "package.json"]);
});

test("it installs nothing beside itself", () => {
  const { packages } = JSON.parse(readFileSync(join(project, "package-lock.json"), "utf8"));
  assert.deepEqual(Object.keys(packages), ["", "node_modules/azure-queue-wasm"]);
});

const use = `
  const { url } = new QueueServiceClient("https://account.queue.core.windows.net");
  console.log(QueueClient.name, new URL(url).host);
`;
const used = "QueueClient account.queue.core.windows.net\n";

test("import", () => {
  assert.equal(node("use.mjs", `import { QueueClient, QueueServiceClient } from "azure-queue-wasm";${use}`), used);
});

test("require", () => {
  assert.equal(node("use.cjs", `const { QueueClient, QueueServiceClient } = require("azure-queue-wasm");${use}`), used);
});

test("the .wasm is a file of its own, too", () => {
  const validate = `
    import { readFileSync } from "node:fs";
    import { fileURLToPath } from "node:url";
    const file = fileURLToPath(import.meta.resolve("azure-queue-wasm/core.wasm"));
    console.log(WebAssembly.validate(readFileSync(file)));
  `;
  assert.equal(node("validate.mjs", validate), "true\n");
});

test("the declarations stand on their own, without Node's types", () => {
  writeFileSync(join(project, "use.ts"), `import { QueueClient, QueueServiceClient } from "azure-queue-wasm";${use}`);
  const options = "--noEmit --strict --target es2022 --lib es2022,dom --module nodenext --skipLibCheck false --types";
  const tsc = join(root, "node_modules", "typescript", "bin", "tsc");
  run(project, process.execPath, tsc, ...options.split(" "), "", "use.ts");
});

/** Writes a program into the project, runs it there, and gives what it printed. */
function node(name, text) {
  writeFileSync(join(project, name), text);
  return run(project, process.execPath, name);
}

function npm(folder, ...args) {
  return run(folder, "npm", ...args);
}

/** Runs a program; its output is part of the error if it fails. */
function run(cwd, command, ...args) {
  try {
    return execFileSync(command, args, { cwd, encoding: "utf8", stdio: "pipe" });
  } catch (error) {
    throw new Error(`${error.message}\n${error.stdout}`);
  }
}
