// The part of the matrix that needs nothing but what the root's `npm ci` installs: this Node, and esbuild.

import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { assertCalls, startAccount } from "./support/account.mjs";
import { nodeRow } from "./support/node-row.mjs";
import { run } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

nodeRow(
  `Node ${process.versions.node}`,
  () => process.execPath,
  () => account,
);

describe("esbuild, in Node", () => {
  for (const [format, extension] of Object.entries({ esm: "mjs", cjs: "cjs" })) {
    test(format, async () => {
      const given = account.given();
      const main = `
        import * as azureQueue from "azure-queue-wasm";
        import { calls } from "./calls.mjs";
        calls(azureQueue, ${JSON.stringify(given)}).then((report) => console.log(JSON.stringify(report)));
      `;
      const folder = project({ "main.mjs": main });
      const outfile = join(folder, `bundled.${extension}`);
      await build({ absWorkingDir: folder, entryPoints: ["main.mjs"], bundle: true, minify: true, format, outfile });
      assertCalls(JSON.parse(await run(folder, process.execPath, outfile)), given);
    });
  }
});
