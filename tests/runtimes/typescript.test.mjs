// TypeScript programs: checked against the package's declarations, compiled, and run in every line of Node.

import { after, before, describe, test } from "node:test";
import { tool } from "../../scripts/lib/run.mjs";
import { assertCalls, startAccount } from "./support/account.mjs";
import { node, nodeLines, run } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

// What a project of each kind has in its package.json and tsconfig.json.
const kinds = [
  { type: "module", module: "node16", moduleResolution: "node16" },
  { type: "commonjs", module: "node16", moduleResolution: "node16" },
  { type: "module", module: "nodenext", moduleResolution: "nodenext" },
  { type: "commonjs", module: "nodenext", moduleResolution: "nodenext" },
  { type: "module", module: "esnext", moduleResolution: "bundler" },
  { type: "commonjs", module: "commonjs", moduleResolution: "bundler" },
];

const strict = {
  target: "es2022",
  lib: ["es2022", "dom"],
  // None of Node's: the declarations stand on their own.
  types: [],
  strict: true,
  skipLibCheck: false,
  exactOptionalPropertyTypes: true,
  rootDir: ".",
  outDir: "out",
};

/** As in edge code of Next.js: the import gives a module. A CommonJS program cannot import it. */
const usingModule = `
        import type wasm from "azure-queue-wasm/core.wasm";
        import { preloadSync } from "azure-queue-wasm/slim";
        export const start = (module: typeof wasm): void => preloadSync(module);
`;

describe("TypeScript", () => {
  for (const { type, ...options } of kinds) {
    test(`${options.moduleResolution}, ${type === "module" ? "ESM" : "CommonJS"}`, async () => {
      const given = account.given();
      const main = (given) => `
        import * as azureQueue from "azure-queue-wasm";
        import { type ReceivedMessage, QueueClient } from "azure-queue-wasm";
        import { calls } from "./calls.js";

        export const idOf = (message: ReceivedMessage): string => message.id;
        // @ts-expect-error a client needs an address: what it is, is known here
        export const none = () => new QueueClient();

        ${type === "module" ? usingModule : ""}
        void calls(azureQueue, ${JSON.stringify(given)}).then((report) => console.log(JSON.stringify(report)));
      `;
      const configuration = JSON.stringify({ compilerOptions: { ...options, ...strict } });
      const files = { "main.ts": main(given), "tsconfig.json": configuration };
      const folder = project(files, { manifest: { type } });
      await run(folder, process.execPath, tool("tsc"));
      for (const line of nodeLines) assertCalls(JSON.parse(await run(folder, node(line), "out/main.js")), given);
    });
  }
});
