// What a user reads: the declarations say what each member means, and the README's code runs.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { readdirSync, readFileSync } from "node:fs";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { startAzurite } from "../support/azurite.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Lines that declare something: an export, or a member of a class or interface. */
const declaration =
  /^(export (declare )?(class|function|interface|type)| {4}(static |readonly |get |set )*[\w$]+\??[(<:])/;

const nameOf = (line = "") => /^ {4}(\w+)[<(]/.exec(line)?.[1];
const isOverload = (before, line) => nameOf(line) !== undefined && nameOf(before) === nameOf(line);

test("every exported declaration and member is documented", () => {
  const undocumented = [];
  let members = 0;
  for (const file of readdirSync(`${root}/dist`).filter((file) => file.endsWith(".d.ts"))) {
    const lines = readFileSync(`${root}/dist/${file}`, "utf8").split("\n");
    for (const [i, line] of lines.entries()) {
      // Re-exports, and the table of error classes, are documented where they come from.
      if (!declaration.test(line) || /^export type [{*]|: typeof \w+;$/.test(line)) continue;
      members++;
      // A setter shares the words of its getter, and an overload those of the one above it.
      if (!lines[i - 1]?.trimEnd().endsWith("*/") && !/^\s+set /.test(line) && !isOverload(lines[i - 1], line))
        undocumented.push(`${file}: ${line.trim()}`);
    }
  }
  assert.ok(members > 150, `${members} declarations found`);
  assert.deepEqual(undocumented, []);
});

test("the README's code for Node runs", async () => {
  const blocks = [...readFileSync(`${root}/README.md`, "utf8").matchAll(/```js\n([\s\S]*?)```/g)];
  const outputs = [
    /^two cups of tea 1\n$/,
    /^\{\n {2}allowedOrigins: \[ 'https:\/\/app\.example\.com' \],\n {2}allowedMethods: /,
    /^orders\n$/,
    /^tea\n$/,
    /^two cups of tea\n$/,
    /^\{ read: true, add: true \} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z\n$/,
    /^not sent: ResourceNotFoundError QueueNotFound\n$/,
  ];
  assert.equal(blocks.length, outputs.length);
  const azurite = await startAzurite();
  const given = { accountUrl: azurite.url, accountName: azurite.accountName, accountKey: azurite.accountKey };
  const names = `const { ${Object.keys(given)} } = ${JSON.stringify(given)};\n`;
  try {
    for (const [index, [, code]] of blocks.entries()) {
      const output = execFileSync(process.execPath, ["--input-type=module", "--eval", names + code], {
        cwd: root,
        encoding: "utf8",
        env: { ...process.env, AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString },
      });
      assert.match(output, outputs[index]);
    }
  } finally {
    await azurite.stop();
  }
});
