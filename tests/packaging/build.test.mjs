// `npm run build`, and with it `npm start` and `npm run demo`: dist/ is rebuilt when it has to be, and only then.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { appendFileSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { before, describe, test } from "node:test";
import { copyOfCheckout, filesOf } from "../support/checkout.mjs";

const sources = ["js", "build", "dist", "scripts", "package.json", "package-lock.json"];
const configurations = ["tsconfig.json", "tsconfig.build.json"];

let copy;
let dist;

/** Builds dist/ in the copy. Cargo is left out: it keeps its own record of what is current. */
function buildDist() {
  const { status, stdout, stderr } = spawnSync(process.execPath, ["build-dist.mjs"], { cwd: copy, encoding: "utf8" });
  return { ok: status === 0, skipped: stdout.match(/already done/g)?.length ?? 0, output: stdout + stderr };
}

function build() {
  const built = buildDist();
  assert.ok(built.ok, built.output);
  return built;
}

const contentsOf = (files) => Object.fromEntries(Object.entries(files).map(([path, { content }]) => [path, content]));

describe("the build of dist/", () => {
  before(() => {
    copy = copyOfCheckout([...sources, ...configurations], ["node_modules"]);
    dist = join(copy, "dist");
    writeFileSync(
      join(copy, "build-dist.mjs"),
      'import { buildDist } from "./scripts/build.mjs";\nawait buildDist();\n',
    );
    build();
  });

  test("writes no file when nothing changed", () => {
    const first = filesOf(dist);
    assert.equal(build().skipped, 2);
    assert.deepEqual(filesOf(dist), first);
  });

  test("is repeated after one that failed halfway", () => {
    const source = join(copy, "js", "workerd.ts");
    const text = readFileSync(source, "utf8");
    writeFileSync(source, `${text}\nexport const broken = ;\n`);
    assert.equal(buildDist().ok, false);
    const broken = filesOf(dist);
    assert.equal(buildDist().ok, false);
    // The inputs are those of the last build that succeeded.
    writeFileSync(source, text);
    assert.equal(build().skipped, 0);
    assert.notDeepEqual(filesOf(dist), broken);
    assert.equal(build().skipped, 2);
  });

  test("is repeated after a type error, which leaves the JavaScript in place", () => {
    const source = join(copy, "js", "workerd.ts");
    const text = readFileSync(source, "utf8");
    writeFileSync(source, `${text}\nexport const count: number = "1";\n`);
    for (let i = 0; i < 2; i++) {
      const { ok, output } = buildDist();
      assert.equal(ok, false);
      assert.match(output, /TS2322/);
    }
    writeFileSync(source, text);
    assert.equal(build().skipped, 0);
  });

  test("is repeated when a source file changed", () => {
    const first = filesOf(dist);
    appendFileSync(join(copy, "js", "index.ts"), '\n/** The answer. */\nexport const answer = "forty-two";\n');
    assert.equal(build().skipped, 0);
    const second = filesOf(dist);
    assert.notEqual(second["index.js"].content, first["index.js"].content);
    assert.match(second["index.d.ts"].content, /answer/);
    assert.match(second["cjs/node.js"].content, /forty-two/);
  });

  test("restores files that were deleted, changed or added", () => {
    const first = filesOf(dist);
    rmSync(join(dist, "slim.js"));
    assert.equal(build().skipped, 0);
    assert.deepEqual(contentsOf(filesOf(dist)), contentsOf(first));
    rmSync(join(dist, "models.d.ts"));
    appendFileSync(join(dist, "errors.d.ts"), "export {};\n");
    writeFileSync(join(dist, "cjs", "left-over.d.ts"), "export {};\n");
    assert.equal(build().skipped, 1);
    assert.deepEqual(contentsOf(filesOf(dist)), contentsOf(first));
  });
});
