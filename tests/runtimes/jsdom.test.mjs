// Jest with its jsdom environment, which has neither `fetch` nor the text codecs nor `crypto.subtle`. `require` resolves to
// Node's build in Jest 30 and to the browser's in Jest 29, and `import` to the browser's in both.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { assertCalls, startAccount } from "./support/account.mjs";
import { modules, node, nodeLines, run } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

const { version } = createRequire(import.meta.url)("jest/package.json");
const jest = join(modules, "jest", "bin", "jest.js");

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

/** Has Node's `fetch`, as a polyfill would provide it. */
const environmentWithFetch = `
  const { TestEnvironment } = require("jest-environment-jsdom");
  module.exports = class extends TestEnvironment {
    constructor(...args) {
      super(...args);
      Object.assign(this.global, { fetch, Headers, Request, Response });
    }
  };
`;

/** Resolves with the export conditions of Jest 29. */
const resolverOfJest29 = `
  const conditions = ["require", "default", "browser"];
  module.exports = (path, options) => options.defaultResolver(path, { ...options, conditions });
`;

const jsdom = `testEnvironment: "jsdom"`;
const jsdomWithFetch = `testEnvironment: "<rootDir>/environment.js"`;
const jest29 = `resolver: "<rootDir>/resolver.js"`;
const nodeBuild = `moduleNameMapper: { "^azure-queue-wasm$": require.resolve("azure-queue-wasm") }`;

const requiring = `
  const { writeFileSync } = require("node:fs");
  const azureQueue = require("azure-queue-wasm");
  const { calls } = require("./calls.cjs");
`;
const importing = `
  import { writeFileSync } from "node:fs";
  import * as azureQueue from "azure-queue-wasm";
  import { calls } from "./calls.mjs";
`;

/** Runs a test in Jest and returns what it reports. */
async function reported({ program = process.execPath, configuration, head, body, extension = "js", flags = [] }) {
  const file = `calls.test.${extension}`;
  const files = {
    "jest.config.cjs": `module.exports = { testMatch: ["**/${file}"], ${configuration.join(", ")} };`,
    "environment.js": environmentWithFetch,
    "resolver.js": resolverOfJest29,
    [file]: `
      ${head}
      const report = (value) => writeFileSync("report.json", JSON.stringify(value));
      test("calls", async () => {
        ${body}
      });
    `,
  };
  const folder = project(files, { link: ["jest-environment-jsdom"] });
  await run(folder, program, ...flags, jest);
  return JSON.parse(readFileSync(join(folder, "report.json"), "utf8"));
}

async function assertCallsIn(options) {
  const given = account.given();
  const body = `
    if (typeof TextDecoder !== "undefined" || crypto.subtle) throw new Error("jsdom has more than this test assumes");
    report(await calls(azureQueue, ${JSON.stringify(given)}));
  `;
  assertCalls(await reported({ ...options, body }), given);
}

describe(`Jest ${version}, jsdom`, () => {
  for (const line of nodeLines) {
    test(`require, Node ${line}`, () =>
      assertCallsIn({ program: node(line), configuration: [jsdom], head: requiring }));
  }

  test("import, fetch set", () =>
    assertCallsIn({
      configuration: [jsdomWithFetch],
      head: importing,
      extension: "mjs",
      flags: ["--experimental-vm-modules"],
    }));

  test("require as in Jest 29, fetch set", () =>
    assertCallsIn({ configuration: [jsdomWithFetch, jest29], head: requiring }));

  test("require as in Jest 29, mapped to Node's build", () =>
    assertCallsIn({ configuration: [jsdom, jest29, nodeBuild], head: requiring }));

  test("require as in Jest 29, no fetch", async () => {
    const body = `
      const queue = new azureQueue.QueueClient("https://account.queue.core.windows.net", "orders");
      const { name, message } = await queue.sendMessage("tea").catch((error) => error);
      report({ url: queue.url, name, message });
    `;
    assert.deepEqual(await reported({ configuration: [jsdom, jest29], head: requiring, body }), {
      url: "https://account.queue.core.windows.net/orders",
      name: "TypeError",
      message: "fetch is not defined; set globalThis.fetch or the option fetch",
    });
  });
});
