// WebKit for `startBrowser`: WebKitGTK's MiniBrowser, driven by WebKitWebDriver, on a display in memory.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { writeFileSync } from "node:fs";
import webdriver from "selenium-webdriver";
import { waitForServer } from "selenium-webdriver/http/util.js";
import { findFreePort } from "selenium-webdriver/net/portprober.js";
import { browserProgram } from "../../scripts/lib/browsers.mjs";
import { endWithThisProcess } from "./azurite.mjs";

const { Builder, By } = webdriver;

const millisecondsToStart = 60_000;
const millisecondsForScripts = 300_000;

export async function startWebKit({ dark }) {
  const servers = [];
  const stop = async () => {
    for (const server of servers.reverse()) await server.stop();
  };
  try {
    const display = await startDisplay();
    servers.push(display);
    const driver = await startDriver({ ...process.env, DISPLAY: display.name });
    servers.push(driver);
    return driven(await startSession(driver.url, dark), stop);
  } catch (error) {
    await stop();
    throw error;
  }
}

async function startSession(url, dark) {
  const options = { binary: browserProgram("webkit"), args: ["--automation", ...(dark ? ["--dark-mode"] : [])] };
  const session = await new Builder()
    .usingServer(url)
    .withCapabilities({ browserName: "MiniBrowser", "webkitgtk:browserOptions": options })
    .build();
  await session.manage().setTimeouts({ script: millisecondsForScripts, pageLoad: millisecondsToStart });
  return session;
}

function driven(session, stop) {
  const element = (selector) => session.findElement(By.css(selector));
  return {
    // Its driver has no word for them.
    consoleMessages: () => [],
    open: (url) => session.get(url),
    async evaluate(run, ...args) {
      const { value, error } = JSON.parse(await session.executeAsyncScript(inPage(run), ...args));
      if (error !== undefined) throw new Error(error);
      return value;
    },
    click: (selector) => element(selector).click(),
    async type(selector, text) {
      await element(selector).clear();
      await element(selector).sendKeys(text);
    },
    async setViewport(width, height) {
      // The window is larger than the page in it, by as much as its title and tool bar.
      const [besides, above] = await session.executeScript(
        "return [outerWidth - innerWidth, outerHeight - innerHeight]",
      );
      const size = { x: 0, y: 0, width: width + besides, height: height + above };
      await session.manage().window().setRect(size);
    },
    async screenshot(file) {
      // It is of what was painted last.
      await this.evaluate(() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done))));
      writeFileSync(file, await session.takeScreenshot(), "base64");
    },
    async close() {
      await session.quit();
      await stop();
    },
  };
}

/** The text of a script that calls `run` with the script's arguments but the last, which is told of the outcome. */
function inPage(run) {
  return `
    const tell = arguments[arguments.length - 1];
    const args = Array.from(arguments).slice(0, -1);
    Promise.resolve().then(() => (${run})(...args)).then(
      (value) => tell(JSON.stringify({ value })),
      (error) => tell(JSON.stringify({ error: String(error && error.stack ? error + "\\n" + error.stack : error) })),
    );
  `;
}

/** An X server that writes to memory, with the first number that is free. */
async function startDisplay() {
  const args = ["-displayfd", "3", "-screen", "0", "2000x2000x24", "-nolisten", "tcp"];
  const server = start(browserProgram("xvfb"), args, { stdio: ["ignore", "ignore", "ignore", "pipe"] });
  const [number] = await Promise.race([once(server.child.stdio[3].setEncoding("utf8"), "data"), server.failed]);
  return { name: `:${number.trim()}`, stop: server.stop };
}

async function startDriver(env) {
  const port = await findFreePort();
  const args = ["--host=127.0.0.1", `--port=${port}`];
  const server = start(browserProgram("webkitDriver"), args, { stdio: "ignore", env });
  const url = `http://127.0.0.1:${port}`;
  await Promise.race([waitForServer(url, millisecondsToStart), server.failed]);
  return { url, stop: server.stop };
}

function start(program, args, options) {
  const child = spawn(program, args, options);
  const ended = once(child, "close");
  endWithThisProcess(child);
  const failed = ended.then(([code]) => {
    throw new Error(`${program} ended with ${code}`);
  });
  // Whether anyone still waits for it or not.
  failed.catch(() => {});
  return {
    child,
    failed,
    async stop() {
      child.kill();
      await ended;
    },
  };
}
