// Deno and Bun.

import { after, before, describe, test } from "node:test";
import { assertCalls, startAccount } from "./support/account.mjs";
import { bun, deno, run, versionOf } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

const importing = (specifier) => (given) =>
  `
  import * as azureQueue from "${specifier}";
  import { calls } from "./calls.mjs";
  console.log(JSON.stringify(await calls(azureQueue, ${given})));
`;

const requiring = (given) => `
  const azureQueue = require("azure-queue-wasm");
  const { calls } = require("./calls.cjs");
  calls(azureQueue, ${given}).then((report) => console.log(JSON.stringify(report)));
`;

const inTypeScript = (given) => `
  import * as azureQueue from "azure-queue-wasm";
  import { calls } from "./calls.ts";
  console.log(JSON.stringify(await calls(azureQueue, ${given})));
`;

async function prints(program, args, file, text) {
  const given = account.given();
  const output = await run(project({ [file]: text(JSON.stringify(given)) }), program(), ...args, file);
  assertCalls(JSON.parse(output), given);
}

describe(`Deno ${versionOf(deno) ?? ""}`, () => {
  // The one permission that a call cannot do without, for the one host that it goes to. Without a prompt it would wait
  // for an answer; what it finds in node_modules it may import.
  const args = (...others) => ["run", "--no-prompt", "--cached-only", `--allow-net=${account.host}`, ...others];

  test("import", () => prints(deno, args(), "main.mjs", importing("azure-queue-wasm")));
  test("npm:", () => prints(deno, args(), "main.mjs", importing("npm:azure-queue-wasm")));
  test("TypeScript, checked", () => prints(deno, args("--check"), "main.ts", inTypeScript));
});

describe(`Bun ${versionOf(bun) ?? ""}`, () => {
  test("import", () => prints(bun, ["run"], "main.mjs", importing("azure-queue-wasm")));
  test("require", () => prints(bun, ["run"], "main.cjs", requiring));
  test("TypeScript", () => prints(bun, ["run"], "main.ts", inTypeScript));
});
