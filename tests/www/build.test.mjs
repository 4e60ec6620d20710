// The build of the page, which `npm start` begins with: it is repeated when it has to be, and only then.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { copyOfCheckout, filesOf } from "../support/checkout.mjs";

let copy;
let dist;

/** Builds the page in the copy, and returns whether Vite ran. */
function buildPage() {
  const program = 'import { buildWww } from "./scripts/lib/www.mjs"; await buildWww();';
  const { status, stdout, stderr } = spawnSync(process.execPath, ["--input-type=module", "--eval", program], {
    cwd: copy,
    encoding: "utf8",
  });
  assert.equal(status, 0, stdout + stderr);
  return !/vite\)\n {2}already done/.test(stdout);
}

describe("the build of the page", () => {
  before(() => {
    copy = copyOfCheckout(
      ["build", "dist", "scripts", "www", "package.json", "tsconfig.json"],
      ["node_modules", "www/node_modules"],
    );
    dist = join(copy, "www", "dist");
    buildPage();
  });

  test("writes no file when nothing changed", () => {
    const first = filesOf(dist);
    assert.equal(buildPage(), false);
    assert.deepEqual(filesOf(dist), first);
  });

  test("is repeated when the page, the package or a built file changed", () => {
    appendFileSync(join(copy, "www", "src", "main.tsx"), '\nconsole.log("changed");\n');
    assert.equal(buildPage(), true);
    assert.equal(buildPage(), false);
    appendFileSync(join(copy, "dist", "index.js"), "\n");
    assert.equal(buildPage(), true);
    rmSync(join(dist, "index.html"));
    assert.equal(buildPage(), true);
    assert.ok("index.html" in filesOf(dist));
  });
});
