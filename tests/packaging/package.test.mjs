// The package as users get it: packed, installed into a project of its own, and used from there.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
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

/** A program of every type library: it uses what the declarations name of the platform, by objects of its own. */
const structural = `
  import { type AbortSignalLike, AzureError, createKeyEncryptionKey, type FetchFunction, isAzureError, type NamedWebKey,
    parseSas, QueueClient, QueueServiceClient, type PlatformCryptoKey } from "azure-queue-wasm";
  import { preload, type WasmSource } from "azure-queue-wasm/slim";

  const headers = { get: (name: string) => (name === "date" ? "" : null), forEach: () => {} };
  const answer = { status: 200, headers, arrayBuffer: async () => new ArrayBuffer(0) };
  const fetch: FetchFunction = async (url, { method, signal }) => {
    if (signal.aborted) throw signal.reason;
    return url.startsWith("https:") && method === "GET" ? answer : { ...answer, status: 404 };
  };
  const key: NamedWebKey = { kty: "oct", k: "", kid: "k" };
  const nativeKey: PlatformCryptoKey = { algorithm: { name: "AES-KW" }, extractable: false, type: "secret", usages: [] };
  const source: WasmSource = new Uint8Array(8);

  export async function use(): Promise<string> {
    await preload(source);
    const keyEncryptionKey = await createKeyEncryptionKey(parseSas("sas").version === undefined ? key : nativeKey);
    const service = new QueueServiceClient("https://a", "sas", { fetch, encryption: { keyEncryptionKey } });
    const { cors } = await service.getServiceProperties();
    try {
      const queue = QueueClient.fromQueueUrl("https://a/q", "sas", { messageEncoding: "base64-bytes" });
      const message = await queue.receiveMessage({ timeout: cors.length });
      return message === undefined ? "" : String(message.content[0]);
    } catch (error) {
      return isAzureError(error) && error instanceof AzureError ? error.code ?? "" : "";
    }
  }
`;

/** With a type library of the platform: its own `fetch`, signals, URLs, keys and responses are taken. */
const native = `
  import { createKeyEncryptionKey, QueueClient, type FetchFunction, type NamedWebKey } from "azure-queue-wasm";
  import { preload } from "azure-queue-wasm/slim";

  const observed: FetchFunction = async (url, init) => {
    const response = await fetch(url, init);
    return new Response(await response.arrayBuffer(), response);
  };
  const request = async (input: string | URL | Request, init?: RequestInit) => fetch(input, init);

  export async function use(pair: Awaited<ReturnType<typeof crypto.subtle.importKey>>): Promise<void> {
    await preload(new URL("https://a/core.wasm"));
    await preload(fetch("https://a/core.wasm"));
    const keyEncryptionKey = await createKeyEncryptionKey(pair, { keyId: "k" });
    const exported: NamedWebKey = await crypto.subtle.exportKey("jwk", pair);
    await createKeyEncryptionKey({ ...exported, kid: "k" });
    const made = await crypto.subtle.generateKey({ name: "RSA-OAEP", hash: "SHA-256", modulusLength: 2048,
      publicExponent: new Uint8Array([1, 0, 1]) }, true, ["wrapKey", "unwrapKey"]);
    if ("publicKey" in made) await createKeyEncryptionKey(made, { keyId: "k" });
    for (const own of [fetch, observed, request, globalThis.fetch]) {
      const queue = new QueueClient(new URL("https://a"), "q", "sas", { fetch: own, encryption: { keyEncryptionKey } });
      await queue.sendMessage("x", { signal: AbortSignal.timeout(1) });
      await queue.sendMessage("x", { signal: new AbortController().signal });
    }
  }
`;

/** A module of the core, as programs of the edge import it. */
const modules = `
  import type core from "azure-queue-wasm/core.wasm";
  import { preloadSync } from "azure-queue-wasm/slim";
  export const start = (module: typeof core): void => preloadSync(module);
`;

describe("the declarations compile", () => {
  for (const [what, lib, types, program] of [
    ["without any type of a platform", "es2022", "", structural],
    ["with the types of Node alone", "es2022", "node", structural],
    ["with those of a web page", "es2022,dom", "", structural],
    ["with those of a worker", "es2022,webworker", "", structural],
    ["with those of Node, and take its own values", "es2022", "node", native],
    ["with those of a web page, and take its own values", "es2022,dom", "", native],
    ["with those of a worker, and take its own values", "es2022,webworker", "", native],
    ["with those of Node and of a web page, and take their own values", "es2022,dom", "node", native],
  ]) {
    for (const extension of ["mts", "cts"]) {
      test(`${what}, in .${extension}`, () => {
        const files = { [`use.${extension}`]: program, ...(extension === "mts" && { "core.mts": modules }) };
        for (const [name, text] of Object.entries(files)) writeFileSync(join(project, name), text);
        const compilerOptions = {
          strict: true,
          exactOptionalPropertyTypes: true,
          skipLibCheck: false,
          noEmit: true,
          target: "es2022",
          module: "nodenext",
          lib: lib.split(","),
          types: types.split(",").filter(Boolean),
          typeRoots: [join(root, "node_modules", "@types")],
        };
        writeFileSync(join(project, "tsconfig.json"), JSON.stringify({ compilerOptions, files: Object.keys(files) }));
        run(project, process.execPath, join(root, "node_modules", "typescript", "bin", "tsc"));
      });
    }
  }
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
