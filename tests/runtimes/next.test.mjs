// Next.js with each of its bundlers: a project is built for production and started, and each place of its code that can
// hold a client makes the calls. Middleware and edge routes import the wasm module.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createRequire } from "node:module";
import { join, parse } from "node:path";
import { after, before, describe, test } from "node:test";
import { endWithThisProcess } from "../support/azurite.mjs";
import { startBrowser } from "../support/browsers.mjs";
import { assertCalls, startAccount } from "./support/account.mjs";
import { outcomeAt, reporting } from "./support/pages.mjs";
import { environment, modules, run } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

const { version } = createRequire(import.meta.url)("next/package.json");
const next = join(modules, "next", "dist", "bin", "next");
const bundlers = { Turbopack: "--turbopack", webpack: "--webpack" };

let account;
let browser;
before(async () => {
  account = await startAccount();
  browser = await startBrowser("chromium");
});
after(async () => {
  await browser?.close();
  await account?.stop();
});

for (const [bundler, option] of Object.entries(bundlers)) {
  describe(`Next.js ${version}, ${bundler}`, () => {
    const given = {};
    let folder;
    let server;
    before(() => {
      for (const place of ["middleware", "middlewareSlim", "edge", "slim", "node", "client"])
        given[place] = account.given();
      folder = nextProject(given);
    });
    after(() => server?.stop());

    test("build", async () => {
      const output = await run(folder, process.execPath, next, "build", option);
      assert.doesNotMatch(output, /not (supported|allowed) in the Edge Runtime/);
    });

    test("start", async () => {
      server = await startNext(folder);
    });

    const answer = async (path) => await (await fetch(`${server.url}/${path}`)).json();
    test("middleware", async () => assertCalls(await answer("middleware"), given.middleware));
    test("middleware, slim", async () => assertCalls(await answer("middleware-slim"), given.middlewareSlim));
    test("edge route", async () => assertCalls(await answer("edge"), given.edge));
    test("edge route, slim", async () => assertCalls(await answer("slim"), given.slim));
    test("Node route", async () => assertCalls(await answer("node"), given.node));
    test("client component", async () => assertCalls(await outcomeAt(browser, server.url), given.client));
  });
}

function nextProject(given) {
  const files = {
    // The packages that the project links to are outside of its folder.
    "next.config.mjs": `export default ${JSON.stringify({ turbopack: { root: parse(modules).root } })};`,
    "middleware.js": `
      ${importing("azure-queue-wasm", ".")}
      ${importingSlim}
      export const config = { matcher: ["/middleware", "/middleware-slim"] };
      export async function middleware({ nextUrl }) {
        if (nextUrl.pathname === "/middleware-slim") {
          ${respondingWithSlim(given.middlewareSlim)}
        }
        ${responding(given.middleware)}
      }
    `,
    "app/layout.js": `
      export default function Layout({ children }) {
        return <html><body>{children}</body></html>;
      }
    `,
    "app/page.js": `
      "use client";
      ${importing("azure-queue-wasm", "..")}
      import { useEffect, useState } from "react";
      export default function Page() {
        // Rendered on the server, too.
        const [client] = useState(() => new azureQueue.QueueClient("https://account.queue.core.windows.net", "orders"));
        useEffect(() => {
          ${reporting(given.client)}
        }, []);
        return <p>{client.url}</p>;
      }
    `,
    "app/edge/route.js": route("edge", importing("azure-queue-wasm", "../.."), responding(given.edge)),
    "app/node/route.js": route("nodejs", importing("azure-queue-wasm", "../.."), responding(given.node)),
    "app/slim/route.js": route(
      "edge",
      `import { calls } from "../../calls.mjs"; ${importingSlim}`,
      respondingWithSlim(given.slim),
    ),
  };
  return project(files, { link: ["next", "react", "react-dom"] });
}

const importing = (specifier, root) => `
      import * as azureQueue from "${specifier}";
      import { calls } from "${root}/calls.mjs";`;

const importingSlim = `
      import * as slim from "azure-queue-wasm/slim";
      import wasm from "azure-queue-wasm/core.wasm";`;

const responding = (given, entry = "azureQueue") => `
        try {
          return Response.json(await calls(${entry}, ${JSON.stringify(given)}));
        } catch (error) {
          return new Response(JSON.stringify(String(error.stack)), { status: 500 });
        }`;

const respondingWithSlim = (given) => `
        await slim.preload(wasm);
        ${responding(given, "slim")}`;

const route = (runtime, imports, body) => `
      ${imports}
      export const runtime = "${runtime}";
      export const dynamic = "force-dynamic";
      export async function GET() {
        ${body}
      }
`;

/** Runs `next start` on a free port of this machine. */
async function startNext(folder) {
  const args = [next, "start", "--hostname", "127.0.0.1", "--port", "0"];
  const child = spawn(process.execPath, args, { cwd: folder, env: environment(), stdio: ["ignore", "pipe", "pipe"] });
  endWithThisProcess(child);
  const closed = once(child, "close");
  let output = "";
  const url = new Promise((resolve) => {
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding("utf8").on("data", (text) => {
        output += text;
        const ready = /(http:\/\/127\.0\.0\.1:\d+)[\s\S]*Ready/.exec(output);
        if (ready) resolve(ready[1]);
      });
    }
  });
  const ended = closed.then(() => Promise.reject(new Error(`next start ended:\n${output}`)));
  // It ends after the race as well, and then nobody waits for it.
  ended.catch(() => {});
  return {
    url: await Promise.race([url, ended]),
    async stop() {
      child.kill();
      await closed;
    },
  };
}
