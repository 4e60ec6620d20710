// Cloudflare's workerd, with a module worker that is bundled as wrangler bundles it. wrangler itself is left out: it is
// esbuild with these settings, and a hundred packages around it that no request of the worker ever meets.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, writeFileSync } from "node:fs";
import { basename, join } from "node:path";
import { after, before, describe, test } from "node:test";
import { build } from "esbuild";
import { endWithThisProcess } from "../support/azurite.mjs";
import { assertCalls, startAccount } from "./support/account.mjs";
import { versionOf, workerd, workerdDate } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

let account;
before(async () => {
  account = await startAccount();
});
after(() => account.stop());

const answering = (given) => `
  import * as azureQueue from "azure-queue-wasm";
  import { calls } from "./calls.mjs";
  export default {
    async fetch() {
      try {
        return Response.json(await calls(azureQueue, ${given}));
      } catch (error) {
        return new Response(String(error.stack), { status: 500 });
      }
    },
  };
`;

describe(`workerd ${versionOf(workerd) ?? ""}`.trim(), () => {
  for (const date of ["2024-01-01", "2024-12-31", workerdDate()]) {
    test(date, async () => {
      const given = account.given();
      const folder = project({ "main.mjs": answering(JSON.stringify(given)) });
      const response = await answerOf(await bundled(folder), date);
      assertCalls(response, given);
    });
  }
});

/** Bundles a project's main.mjs; a .wasm stays a module, beside the bundle. */
async function bundled(folder) {
  const wasm = [];
  const wasmModules = {
    name: "wasm modules",
    setup({ onResolve }) {
      onResolve({ filter: /\.wasm$/ }, async ({ path, resolveDir }) => {
        const name = basename(path);
        copyFileSync(join(resolveDir, path), join(folder, name));
        wasm.push(name);
        return { path: `./${name}`, external: true };
      });
    },
  };
  await build({
    absWorkingDir: folder,
    entryPoints: ["main.mjs"],
    outfile: join(folder, "worker.js"),
    bundle: true,
    format: "esm",
    platform: "browser",
    conditions: ["workerd", "worker", "browser"],
    target: "es2022",
    plugins: [wasmModules],
  });
  return { folder, wasm };
}

/** Starts workerd on a free port, asks the worker once, and ends workerd. */
async function answerOf({ folder, wasm }, date) {
  const modules = [
    `(name = "worker.js", esModule = embed "worker.js")`,
    ...wasm.map((name) => `(name = "${name}", wasm = embed "${name}")`),
  ];
  const configuration = `
    using Workerd = import "/workerd/workerd.capnp";
    const config :Workerd.Config = (
      services = [
        (name = "main", worker = (modules = [${modules.join(", ")}], compatibilityDate = "${date}")),
        (name = "internet", network = (allow = ["private"])),
      ],
      sockets = [(name = "http", address = "127.0.0.1:0", http = (), service = "main")],
    );
  `;
  writeFileSync(join(folder, "workerd.capnp"), configuration);
  const args = ["serve", "workerd.capnp", "--control-fd=3"];
  const child = spawn(workerd(), args, { cwd: folder, stdio: ["ignore", "pipe", "pipe", "pipe"] });
  endWithThisProcess(child);
  const closed = once(child, "close");
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.setEncoding("utf8").on("data", (text) => {
      output += text;
    });
  }
  try {
    const listening = once(child.stdio[3].setEncoding("utf8"), "data");
    const [line] = await Promise.race([listening, closed.then(() => Promise.reject(new Error("workerd ended")))]);
    const response = await fetch(`http://127.0.0.1:${JSON.parse(line).port}`);
    if (!response.ok) throw new Error(await response.text());
    return await response.json();
  } catch (error) {
    throw new Error(`${error.message}\n${output}`, { cause: error });
  } finally {
    child.kill();
    await closed;
  }
}
