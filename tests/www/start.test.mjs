// `npm start`: it prints a link that opens the page, and leaves nothing behind.

import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { test } from "node:test";
import { fileURLToPath } from "node:url";
import { endWithThisProcess } from "../support/azurite.mjs";
import { startBrowser } from "../support/browsers.mjs";
import { userOf } from "./stage.mjs";

const program = fileURLToPath(new URL("../../scripts/start.mjs", import.meta.url));

test("the start script's link opens queues with messages, and Ctrl-C ends all", async () => {
  const child = spawn(process.execPath, [program, "--built"], { stdio: ["ignore", "pipe", "inherit"] });
  endWithThisProcess(child);
  const ended = once(child, "exit");
  const [link, storage] = await linkOf(child);
  const browser = await startBrowser("chromium");
  try {
    const user = userOf(browser);
    await browser.setViewport(1280, 900);
    await user.open(link);
    await user.sees("6 queues");
    await browser.waitFor(() =>
      ["readings\t120", "nothing-yet\t0", "reminders\t1"].every((row) => document.body.innerText.includes(row)),
    );
    await browser.evaluate(() => [...document.links].find((link) => link.innerText === "orders").click());
    await user.sees("Kraków");
  } finally {
    await browser.close();
    child.kill("SIGINT");
    await ended;
  }
  for (const url of [link, storage]) await assert.rejects(fetch(url), { name: "TypeError" });
});

/** Waits for the printed link; gives it and the address of the storage in it. */
async function linkOf(child) {
  let output = "";
  for await (const text of child.stdout.setEncoding("utf8")) {
    output += text;
    const [link] = /http:\S+#sas=\S+/.exec(output) ?? [];
    if (link !== undefined) return [link, decodeURIComponent(link.split("#sas=")[1])];
  }
  throw new Error(`There is no link:\n${output}`);
}
