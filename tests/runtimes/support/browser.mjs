// Chromium, and files that are served to it from an origin which is not the account's.

import { once } from "node:events";
import { createReadStream, statSync } from "node:fs";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { launch } from "puppeteer-core";

const quiet = "--disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update";

/** Starts a Chromium. It may be root that runs the tests, for whom Chromium has no sandbox. */
export function startChromium() {
  const executablePath = process.env.RUNTIMES_CHROMIUM ?? "/usr/bin/chromium";
  return launch({
    browser: "chrome",
    executablePath,
    headless: true,
    args: ["--no-sandbox", "--disable-sync", ...quiet.split(" ")],
  });
}

/**
 * Opens a page and waits for what it puts into `globalThis.outcome`: a report, or an error's name, code and message.
 * When nothing comes, the error tells what the page wrote to its console.
 */
export async function outcomeOf(browser, url) {
  const page = await browser.newPage();
  const told = [];
  page.on("console", (message) => told.push(`${message.type()}: ${message.text()}`));
  const uncaught = new Promise((_resolve, reject) => page.on("pageerror", reject));
  page.on("requestfailed", (request) => told.push(`failed: ${request.url()} ${request.failure()?.errorText}`));
  try {
    uncaught.catch(() => {});
    await page.goto(url);
    const found = await Promise.race([page.waitForFunction("globalThis.outcome", { timeout: 30_000 }), uncaught]);
    return await found.jsonValue();
  } catch (cause) {
    throw new Error(`${url}: ${cause.message}\n${told.join("\n")}`, { cause });
  } finally {
    await page.close();
  }
}

/** A page whose only script is this one. */
export const pageWith = (script) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${script}\n`;

/** Part of a script: a function that makes the calls and tells what came of them. */
export const outcome = (given) => `
  const outcome = () =>
    calls(azureQueue, ${JSON.stringify(given)}).catch(({ name, code, message }) => ({ name, code, message }));
`;

/** Part of a page's script: makes the calls and puts what came of them where `outcomeOf` finds it. */
export const reporting = (given) => `
  ${outcome(given)}
  outcome().then((outcome) => { globalThis.outcome = outcome; });
`;

const contentTypes = {
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/** Serves a folder, with these headers, on a free port. */
export async function serveFolder(folder, headers = {}) {
  const server = createServer((request, response) => {
    const path = new URL(request.url, "http://127.0.0.1").pathname;
    const file = join(folder, path.endsWith("/") ? `${path}index.html` : path);
    if (!statSync(file, { throwIfNoEntry: false })?.isFile()) return response.writeHead(404).end();
    response.writeHead(200, { ...headers, "content-type": contentTypes[extname(file)] ?? "application/octet-stream" });
    createReadStream(file).pipe(response);
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}
