// Screenshots of each view of the page in www/, in both themes and three widths, to be looked at after a change.
//
//   node scripts/screenshots.mjs FOLDER [engine]      needs a built page: `npm start` builds it

import { mkdirSync } from "node:fs";
import { join } from "node:path";
import { startBrowser } from "../tests/support/browsers.mjs";
import { linkTo, startStage, userOf } from "../tests/www/stage.mjs";
import { runAsProgram } from "./lib/run.mjs";
import { seed } from "./lib/seeds.mjs";

const widths = [
  [360, 780],
  [1440, 900],
  [2560, 1440],
];

/** Each view: how to get there from a page that is just opened at its link. */
const views = {
  "1-open": { link: () => "" },
  "2-account-key": {
    link: () => "",
    async steps(user) {
      await user.types("#sas", "DefaultEndpointsProtocol=https;AccountName=shop;AccountKey=c2VjcmV0");
      await user.clicks("button[type=submit]");
      await user.sees("This contains an account key");
    },
  },
  "3-make-a-token": { link: () => "#make-a-token" },
  "4-queues": { sas: (stage) => stage.accountUrl(), sees: "readings" },
  "5-queue": { sas: (stage) => stage.accountUrl(), queue: "orders", sees: "Kraków" },
  "6-message": {
    sas: (stage) => stage.accountUrl(),
    queue: "orders",
    sees: "Kraków",
    async steps(user) {
      await user.clicks(".row");
      await user.sees("Dequeue count");
    },
  },
  "7-delete": {
    sas: (stage) => stage.queueUrl("readings"),
    async steps(user, browser) {
      await browser.evaluate(() => document.querySelector("#receive").setAttribute("open", ""));
      await user.clicks("#receive button");
      await user.sees("1 message received.");
      await user.clicks(".row");
      await user.clicks("[aria-label='Delete message']");
      await user.sees("cannot be brought back");
    },
  },
  "8-many": { sas: (stage) => stage.queueUrl("readings"), sees: "a peek never shows more" },
  "9-missing": { sas: (stage) => stage.queueUrl("not-there"), sees: "There is no queue of this name." },
  "a-ended": { sas: (stage) => stage.accountUrl("rlap", new Date(Date.now() - 60_000)), sees: "The token ended at" },
  "b-host": {
    sas: () => `http://127.0.0.1:9/account/orders?${new URL(globalThis.queueUrl).searchParams}`,
    sees: "The account's host does not answer.",
  },
  "c-cors": { sas: (stage) => stage.queueUrl("orders"), sees: "The CORS rule that this page needs", isBlocked: true },
};

async function screenshots() {
  const [folder, engine = "chromium"] = process.argv.slice(2);
  if (folder === undefined) throw new Error("node scripts/screenshots.mjs FOLDER [engine]");
  mkdirSync(folder, { recursive: true });
  const stage = await startStage();
  const { cors } = await stage.service.getServiceProperties();
  try {
    await seed(stage.service);
    globalThis.queueUrl = stage.queueUrl("orders");
    for (const dark of [false, true]) {
      const browser = await startBrowser(engine, { dark });
      const user = userOf(browser);
      for (const [name, { link, sas, queue, sees, steps, isBlocked }] of Object.entries(views)) {
        await stage.service.setServiceProperties({ cors: isBlocked ? [] : cors });
        for (const [width, height] of widths) {
          await browser.setViewport(width, height);
          await user.open(link ? stage.pageUrl + link() : linkTo(stage.pageUrl, sas(stage)));
          if (queue) {
            await browser.evaluate((queue) => {
              location.hash = `#queue/${queue}`;
            }, queue);
          }
          if (sees) await user.sees(sees);
          await steps?.(user, browser);
          await browser.screenshot(join(folder, `${name}-${width}-${dark ? "dark" : "light"}.png`));
        }
      }
      await browser.close();
    }
  } finally {
    await stage.stop();
  }
}

await runAsProgram(import.meta.url, screenshots);
