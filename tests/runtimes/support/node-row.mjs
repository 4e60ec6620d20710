// The cells of one Node: programs of both kinds, and tests in its own runner.

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, test } from "node:test";
import { assertCalls } from "./account.mjs";
import { run } from "./programs.mjs";
import { project } from "./project.mjs";

/**
 * @param {string} name
 * @param {() => string} program where it is; a test fails with what it throws
 * @param {() => Awaited<ReturnType<typeof import("./account.mjs").startAccount>>} account
 * @param {(passes: (file: string, head: string, args: string[], link?: string[]) => Promise<void>) => void} [otherTests]
 */
export function nodeRow(name, program, account, otherTests = () => {}) {
  /** A program makes the calls and prints what they gave. */
  async function prints(file, text) {
    const given = account().given();
    const output = await run(project({ [file]: text(JSON.stringify(given)) }), program(), file);
    assertCalls(JSON.parse(output), given);
  }

  /** A test of a test runner makes the calls and writes down what they gave. */
  async function passes(file, head, args, link) {
    const given = account().given();
    const body = `
      test("calls", async () => {
        const report = await calls(azureQueue, ${JSON.stringify(given)});
        writeFileSync("report.json", JSON.stringify(report));
      });
    `;
    const folder = project({ [file]: head + body }, { link });
    await run(folder, program(), ...args);
    assertCalls(JSON.parse(readFileSync(join(folder, "report.json"), "utf8")), given);
  }

  describe(name, () => {
    test("import", () => prints("main.mjs", importing));
    test("require", () => prints("main.cjs", requiring));
    test("slim, import", () => prints("main.mjs", importingSlim));
    test("slim, require", () => prints("main.cjs", requiringSlim));
    test("node --test", () => passes("calls.test.mjs", inModule("node:test"), ["--test"]));
    otherTests(passes);
  });
}

const importing = (given) => `
  import * as azureQueue from "azure-queue-wasm";
  import { calls } from "./calls.mjs";
  console.log(JSON.stringify(await calls(azureQueue, ${given})));
`;

const requiring = (given) => `
  const azureQueue = require("azure-queue-wasm");
  const { calls } = require("./calls.cjs");
  calls(azureQueue, ${given}).then((report) => console.log(JSON.stringify(report)));
`;

const importingSlim = (given) => `
  import { readFile } from "node:fs/promises";
  import * as azureQueue from "azure-queue-wasm/slim";
  import { calls } from "./calls.mjs";
  await azureQueue.preload(readFile(new URL(import.meta.resolve("azure-queue-wasm/core.wasm"))));
  console.log(JSON.stringify(await calls(azureQueue, ${given})));
`;

const requiringSlim = (given) => `
  const { readFileSync } = require("node:fs");
  const azureQueue = require("azure-queue-wasm/slim");
  const { calls } = require("./calls.cjs");
  azureQueue.preloadSync(readFileSync(require.resolve("azure-queue-wasm/core.wasm")));
  calls(azureQueue, ${given}).then((report) => console.log(JSON.stringify(report)));
`;

export const inModule = (runner) => `
  import { writeFileSync } from "node:fs";
  import { test } from "${runner}";
  import * as azureQueue from "azure-queue-wasm";
  import { calls } from "./calls.mjs";
`;

export const inCommonJs = `
  const { writeFileSync } = require("node:fs");
  const azureQueue = require("azure-queue-wasm");
  const { calls } = require("./calls.cjs");
`;
