// Real browsers, headless, all driven through the same few methods.
//
//   const browser = await startBrowser("webkit");           // or "chromium", "firefox"; see `engines`
//   await browser.open("http://127.0.0.1:1234/");            // once the page's `load` event is over
//   await browser.evaluate((a, b) => a + b, 1, 2);           // runs in the page, awaits a Promise; JSON in, JSON out
//   await browser.waitFor(() => document.title === "done");  // evaluates it until it is truthy, and gives that
//   await browser.click("button"); await browser.type("input", "replaces what is there");
//   await browser.setViewport(400, 800);                     // of the page itself, in CSS pixels
//   await browser.screenshot("/tmp/page.png");
//   browser.consoleMessages();                               // [{ level, text }], uncaught errors too
//   await browser.close();
//
// `startBrowser(name, { dark: true })` makes it prefer dark colours. Each start has a new, empty profile. A start takes
// seconds (Firefox up to eleven), so a file starts each browser once. They end with this process at the latest.
//
// WebKit is less able here: its window is at least 447 pixels wide, characters beyond U+FFFF cannot be typed, and its
// console stays empty.

import { setTimeout as pause } from "node:timers/promises";
import puppeteer from "puppeteer-core";
import { browserProgram } from "../../scripts/lib/browsers.mjs";
import { startWebKit } from "./webkit.mjs";

export const engines = ["chromium", "firefox", "webkit"];

const secondsToWait = 60;

/** What Chromium does not need here, most of all requests of its own. */
const chromiumOptions =
  "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking --disable-component-update --disable-sync";

/** @param {"chromium" | "firefox" | "webkit"} name */
export async function startBrowser(name, { dark = false } = {}) {
  const driven = name === "webkit" ? await startWebKit({ dark }) : await startWithPuppeteer(name, { dark });
  return {
    name,
    ...driven,
    async waitFor(condition, ...args) {
      const end = Date.now() + secondsToWait * 1000;
      while (Date.now() < end) {
        const result = await driven.evaluate(condition, ...args);
        if (result) return result;
        await pause(50);
      }
      const shown = driven
        .consoleMessages()
        .map(({ level, text }) => `  ${level}: ${text}`)
        .join("\n");
      throw new Error(`${name}: not so after ${secondsToWait} s: ${condition}\nThe page's console:\n${shown}`);
    },
  };
}

/** Chromium by its own protocol, Firefox by WebDriver BiDi; neither needs a driver beside it. */
async function startWithPuppeteer(name, { dark }) {
  const browser = await puppeteer.launch({
    browser: name === "firefox" ? "firefox" : "chrome",
    executablePath: browserProgram(name),
    headless: true,
    args: name === "chromium" ? chromiumOptions.split(" ") : [],
    // 0 is dark, 1 is light.
    extraPrefsFirefox: { "layout.css.prefers-color-scheme.content-override": dark ? 0 : 1 },
  });
  const [page] = await browser.pages();
  if (name === "chromium") {
    await page.emulateMediaFeatures([{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }]);
  }

  const messages = [];
  page.on("console", (message) => messages.push({ level: message.type(), text: message.text() }));
  page.on("pageerror", (error) => messages.push({ level: "error", text: String(error) }));
  return {
    consoleMessages: () => messages,
    open: (url) => page.goto(url),
    evaluate: (run, ...args) => page.evaluate(run, ...args),
    click: (selector) => page.click(selector),
    async type(selector, text) {
      await page.$eval(selector, (element) => {
        element.focus();
        element.select();
      });
      await page.keyboard.press("Backspace");
      await page.keyboard.type(text);
    },
    setViewport: (width, height) => page.setViewport({ width, height }),
    screenshot: (path) => page.screenshot({ path }),
    close: () => browser.close(),
  };
}
