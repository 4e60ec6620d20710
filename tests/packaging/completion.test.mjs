// What an editor completes: options, encodings and error codes, in every signature that takes them.

import assert from "node:assert/strict";
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { startLanguageServer } from "../support/language-server.mjs";

const root = fileURLToPath(new URL("../..", import.meta.url));

const declarations = `
  import { AzureError, isAzureError, QueueClient, QueueServiceClient, type ReceivedMessage } from "azure-queue-wasm";
  declare const queue: QueueClient;
  declare const service: QueueServiceClient;
  declare const message: ReceivedMessage;
  declare const error: AzureError;
`;

/** Every signature with the option `messageEncoding`; the options are at the `*`. */
const signatures = [
  'new QueueClient("url", "orders", "sas", *)',
  'QueueClient.fromQueueUrl("url", "sas", *)',
  'QueueClient.fromConnectionString("connection string", "orders", *)',
  'new QueueServiceClient("url", "sas", *)',
  'QueueServiceClient.fromConnectionString("connection string", *)',
  'service.getQueueClient("orders", *)',
  'queue.sendMessage("text", *)',
  "queue.receiveMessage(*)",
  "queue.receiveMessages(*)",
  "queue.peekMessages(*)",
  "queue.updateMessage(message, *)",
  'queue.updateMessage("id", *)',
];

let folder;
let server;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
  mkdirSync(join(folder, "node_modules"));
  symlinkSync(root, join(folder, "node_modules", "azure-queue-wasm"));
  const compilerOptions = { strict: true, module: "nodenext", target: "es2022", lib: ["es2022"], types: [] };
  writeFileSync(join(folder, "tsconfig.json"), JSON.stringify({ compilerOptions }));
  writeFileSync(join(folder, "package.json"), JSON.stringify({ name: "project", private: true, type: "module" }));
  server = await startLanguageServer(folder);
});

after(async () => {
  await server?.stop();
  rmSync(folder, { recursive: true, force: true });
});

const complete = (code) => server.complete(`${declarations}  ${code};\n`);

describe("messageEncoding", () => {
  for (const signature of signatures) {
    test(`is an option in ${signature.replace("*", "{ … }")}`, async () => {
      assert.ok((await complete(signature.replace("*", "{ ^ }"))).includes("messageEncoding"));
    });

    test(`has four names in ${signature.replace("*", "{ … }")}`, async () => {
      const names = await complete(signature.replace("*", '{ messageEncoding: "^" }'));
      assert.deepEqual(names.sort(), ["auto", "base64", "base64-bytes", "text"]);
    });
  }
});

describe("error codes and names", () => {
  for (const code of ['error.code === "^"', 'switch (error.code) { case "^": }']) {
    test(`are completed in ${code}`, async () => {
      const codes = await complete(code);
      for (const known of ["QueueNotFound", "PopReceiptMismatch", "ServerBusy", "HostNotReached", "NotFromService"]) {
        assert.ok(codes.includes(known), known);
      }
    });
  }

  test("are completed in isAzureError", async () => {
    assert.ok((await complete('isAzureError(error, "^")')).includes("ResourceNotFoundError"));
  });
});
