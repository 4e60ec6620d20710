// Every line of Node, with what its users start programs and run tests with.

import { join } from "node:path";
import { after, before, test } from "node:test";
import { startAccount } from "./support/account.mjs";
import { inCommonJs, inModule, nodeRow } from "./support/node-row.mjs";
import { modules, node, nodeLines, versionOf } from "./support/programs.mjs";

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

const jest = [join(modules, "jest", "bin", "jest.js")];
const vitest = [join(modules, "vitest", "vitest.mjs"), "run"];

for (const line of nodeLines) {
  const program = () => node(line);
  nodeRow(
    `Node ${versionOf(program) ?? line}`,
    program,
    () => account,
    (passes) => {
      test("Jest", () => passes("calls.test.js", inCommonJs, jest));
      // Vitest 5 is not for Node 20.
      if (line !== "20") test("Vitest", () => passes("calls.test.mjs", inModule("vitest"), vitest, ["vitest"]));
    },
  );
}
