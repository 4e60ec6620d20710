// What a user reads: declarations say what each member means, and the code of documents and doc comments compiles as
// strict TypeScript and runs.

import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { generateAccountSas, QueueServiceClient } from "azure-queue-wasm";
import { transform } from "esbuild";
import { startAzurite } from "../support/azurite.mjs";

const root = fileURLToPath(new URL("../../", import.meta.url));
const read = (path) => readFileSync(join(root, path), "utf8");

/** Lines that declare something: an export, or a member of a class or interface. */
const declaration =
  /^(export (declare )?(class|function|interface|type)| {4}(static |readonly |get |set )*(new )?[\w$]*\??[(<:])/;

const nameOf = (line = "") => /^ {4}(new |\w+)[<(]/.exec(line)?.[1];
const isOverload = (before, line) => nameOf(line) !== undefined && nameOf(before) === nameOf(line);

test("every exported declaration and member is documented", () => {
  const undocumented = [];
  let members = 0;
  for (const file of readdirSync(`${root}/dist`).filter((file) => file.endsWith(".d.ts"))) {
    const lines = read(`dist/${file}`).split("\n");
    for (const [i, line] of lines.entries()) {
      // Re-exports, and the table of error classes, are documented where they come from.
      if (!declaration.test(line) || /^export type [{*]|: (typeof|infer) \w+;$/.test(line)) continue;
      members++;
      // A setter shares the words of its getter, and an overload those of the one above it.
      if (!lines[i - 1]?.trimEnd().endsWith("*/") && !/^\s+set /.test(line) && !isOverload(lines[i - 1], line))
        undocumented.push(`${file}: ${line.trim()}`);
    }
  }
  assert.ok(members > 150, `${members} declarations found`);
  assert.deepEqual(undocumented, []);
});

test("every error code of this package is in its type and in the documentation of `code`", () => {
  const ownCodes = read("js/error-codes.ts").split("export type ClientErrorCode")[1].split("export type")[0];
  const codes = [...ownCodes.matchAll(/"(\w+)"/g)].map(([, code]) => code);
  const documentation = read("js/errors.ts");
  for (const code of codes) assert.match(documentation, new RegExp(`\`${code}\``), code);
  for (const [, code] of read("src/wasm/transport.js").matchAll(/code: "(\w+)"/g))
    assert.ok(codes.includes(code), code);
});

/**
 * The blocks of code in documents and doc comments, in their order: queues that are there before one runs, and what it
 * prints.
 */
const expected = {
  "README.md": [
    { output: /^two cups of tea 1\n$/ },
    // A page's script. Node stands in for the page: it has `fetch` too, and no rule of CORS.
    { queues: ["orders"], output: /^\[\n {2}\{\n {4}id: .*content: 'two cups of tea'/s },
    { output: /^\{\n {2}allowedOrigins: \[ 'https:\/\/app\.example\.com' \],\n {2}allowedMethods: / },
    { output: /^orders\n$/ },
    // The configuration of Jest, which prints nothing: its mapper is printed here.
    { append: "console.log(module.exports.moduleNameMapper);", output: /azure-queue-wasm\$': '.*dist\/cjs\/node\.js'/ },
    { output: /^\{ order: 17, of: 'tea' \}\n$/ },
    { output: /^two cups of tea\n$/ },
    {
      queues: ["orders"],
      output: /^\{ read: true, add: true \} \d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.000Z\n$/,
    },
    { output: /^not sent: ResourceNotFoundError QueueNotFound\n$/ },
  ],
  "js/errors.ts": [{ output: /^QueueNotFound\n$/ }],
  "js/json.ts": [{ queues: ["orders"], output: /^tea\n$/ }],
  "js/key-encryption-key.ts": [{ queues: ["orders"], output: /^$/ }],
  "js/queue-client-constructor.ts": [{ queues: ["orders"], output: /^hello\n$/ }],
};

const documents = [
  "README.md",
  "www/README.md",
  ...readdirSync(join(root, "docs"))
    .filter((name) => name.endsWith(".md"))
    .map((name) => `docs/${name}`),
  ...readdirSync(join(root, "js"), { recursive: true })
    .filter((name) => name.endsWith(".ts"))
    .map((name) => `js/${name.replaceAll("\\", "/")}`),
];

/** The code of a document's blocks in JavaScript and TypeScript, and of scripts in those of HTML. */
function blocksOf(path) {
  const text = path.endsWith(".ts") ? read(path).replace(/^ *\* ?/gm, "") : read(path);
  return [...text.matchAll(/^```(js|ts|html)\n(.*?)^```$/gms)].map(([, language, code]) => {
    const script = /<script type="module">\n(.*?)<\/script>/s;
    return { language, code: language === "html" ? script.exec(code)[1] : code };
  });
}

const blocks = documents.flatMap((path) =>
  blocksOf(path).map((block, index) => ({ ...block, ...expected[path]?.[index], name: `${path}, block ${index + 1}` })),
);

test("every block of code in documents and doc comments is one of those that are tested", () => {
  const counts = documents.map((path) => [path, blocksOf(path).length]).filter(([, count]) => count > 0);
  assert.deepEqual(
    Object.fromEntries(counts),
    Object.fromEntries(Object.entries(expected).map(([path, blocks]) => [path, blocks.length])),
  );
});

/** Names of the reader's own that a block may use, by their types. The README says so of the first four. */
const given = {
  accountUrl: "string",
  accountName: "string",
  accountKey: "string",
  connectionString: "string",
  sasToken: "string",
  secret: "string",
  queue: "QueueClient",
};

/** The names of a list that code uses and does not declare. */
function needed(code, names) {
  const statements = code.replace(/\/\/ .*|"[^"]*"/g, "");
  const uses = (name) => new RegExp(`(?<!\\.)\\b${name}\\b(?!:)`).test(statements);
  const declares = (name) => new RegExp(`\\b(const|import \\{[^}]*) ?\\b${name}\\b`).test(statements);
  return names.filter((name) => uses(name) && !declares(name));
}

/** Imports of the package, which doc comments leave out. */
function importsFor(code, exports) {
  const names = needed(code, exports);
  return names.length === 0 ? "" : `import { ${names.join(", ")} } from "azure-queue-wasm"; `;
}

const isCommonJs = (code) => code.includes("module.exports");

describe("the code of documents and doc comments", () => {
  let project;
  let azurite;
  let exports;
  let values;

  before(async () => {
    project = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
    mkdirSync(join(project, "node_modules"));
    symlinkSync(root, join(project, "node_modules", "azure-queue-wasm"));
    symlinkSync(join(root, "node_modules", "@types"), join(project, "node_modules", "@types"));
    exports = Object.keys(await import("azure-queue-wasm"));
    azurite = await startAzurite();
    const { url: accountUrl, accountName, accountKey, connectionString } = azurite;
    const sasToken = generateAccountSas({
      accountName,
      accountKey,
      resourceTypes: "sco",
      permission: "rwdlacup",
      expiry: new Date(Date.now() + 3_600_000),
    });
    const secret = Buffer.alloc(32, 7).toString("base64url");
    values = { accountUrl, accountName, accountKey, connectionString, sasToken, secret };
  });

  after(async () => {
    await azurite?.stop();
    rmSync(project, { recursive: true, force: true });
  });

  for (const [index, { language, code, name }] of blocks.entries()) {
    test(`compiles as strict TypeScript: ${name}`, async () => {
      const file = `block-${index}.${isCommonJs(code) ? "cts" : "mts"}`;
      const names = needed(code, Object.keys(given));
      const declarations = names.map((name) => `declare const ${name}: ${given[name]};`).join(" ");
      // All on one line, so that lines in messages are those of the block, plus one.
      const preamble = `${importsFor(`${code}${declarations}`, exports)}${declarations}`;
      writeFileSync(join(project, file), `${preamble}\n${code}`);
      const compilerOptions = {
        strict: true,
        noEmit: true,
        target: "es2022",
        module: "nodenext",
        lib: language === "html" ? ["es2022", "dom"] : ["es2022"],
        types: language === "html" ? [] : ["node"],
      };
      const configuration = `block-${index}.json`;
      writeFileSync(join(project, configuration), JSON.stringify({ compilerOptions, files: [file] }));
      await run(join(root, "node_modules", "typescript", "bin", "tsc"), "-p", configuration);
    });
  }

  for (const [index, { language, code, name, queues = [], append = "", output }] of blocks.entries()) {
    test(`runs: ${name}`, async () => {
      await reset(queues);
      const file = `block-${index}.${isCommonJs(code) ? "cjs" : "mjs"}`;
      const used = needed(code, Object.keys(given)).map((name) => `const ${name} = ${literalOf(name)};`);
      const uncompiled = `${atAzurite(code)}\n${append}`;
      const javaScript = language === "ts" ? (await transform(uncompiled, { loader: "ts" })).code : uncompiled;
      const imports = importsFor(`${code} ${used.join(" ")}`, exports);
      writeFileSync(join(project, file), `${imports}${used.join(" ")}\n${javaScript}`);
      assert.match(await run(file), output);
    });
  }

  const literalOf = (name) =>
    name === "queue"
      ? `new QueueClient(${JSON.stringify(values.accountUrl)}, "letters", ${JSON.stringify(values.sasToken)})`
      : JSON.stringify(values[name]);

  /** Code with the account of Azurite in the place of the reader's, and a SAS in the place of dots. */
  function atAzurite(code) {
    return code
      .replaceAll("https://myaccount.queue.core.windows.net", values.accountUrl)
      .replaceAll("sv=…&sig=…", values.sasToken);
  }

  /** Leaves these queues in the account, empty. */
  async function reset(names) {
    const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
    for await (const queue of service.listQueues()) await service.deleteQueue(queue);
    for (const name of names) await service.createQueue(name);
  }

  /** Runs a program of Node in the project and returns what it prints; that of a failure is in the error. */
  async function run(...args) {
    const env = { ...process.env, AZURE_STORAGE_CONNECTION_STRING: azurite.connectionString };
    try {
      return (await promisify(execFile)(process.execPath, args, { cwd: project, encoding: "utf8", env })).stdout;
    } catch ({ message, stdout }) {
      throw new Error(`${message}\n${stdout}`);
    }
  }
});
