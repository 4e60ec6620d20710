// Every view of the page against the rules of axe-core, in both themes and at two widths.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { after, before, describe, test } from "node:test";
import { startBrowser } from "../support/browsers.mjs";
import { startStage, userOf } from "./stage.mjs";

const axe = readFileSync(createRequire(import.meta.url).resolve("axe-core/axe.min.js"), "utf8");

let stage;
before(async () => {
  stage = await startStage();
  const queue = await stage.service.createQueue("orders");
  for (const text of ["tea \u202efor two", '{"cups":2}', Buffer.from("a message in Base64").toString("base64")]) {
    await queue.sendMessage(text);
  }
  await stage.service.createQueue("empty");
});
after(() => stage?.stop());

/** How each view is reached. */
const views = {
  "the form for a token": (user) => user.open(stage.pageUrl),
  "a refused text": async (user) => {
    await user.pastes("AccountName=a;AccountKey=abcd==");
    await user.clicks("button[type=submit]");
    await user.sees("This contains an account key.");
  },
  "a token alone": async (user) => {
    await user.pastes(stage.accountUrl().split("?")[1]);
    await user.sees("Storage account");
  },
  "the form for an account key": async (user) => {
    await user.open(`${stage.pageUrl}#make-a-token`);
    await user.presses("Make the token without giving the key to a browser");
  },
  "the list of queues": async (user) => {
    await user.opens(stage.accountUrl());
    await user.sees("2 queues");
  },
  "an empty list": async (user) => {
    await user.opens(stage.accountUrl());
    await user.types("#queue", "none");
    await user.sees("There is no queue whose name begins with “none”.");
  },
  "a queue": async (user) => {
    await user.opens(stage.queueUrl("orders"));
    await user.sees("3 shown.");
  },
  "a queue beside the list of queues": async (user) => {
    await user.opens(stage.accountUrl());
    await user.presses("orders");
    await user.sees("3 shown.");
  },
  "an open message": async (user) => {
    await user.opens(stage.queueUrl("orders"));
    await user.clicks(".row");
    await user.sees("Dequeue count");
  },
  "an empty queue whose forms are open, with a question": async (user, browser) => {
    await user.opens(stage.queueUrl("empty"));
    await user.sees("The queue is empty.");
    await browser.evaluate(() => {
      for (const details of document.querySelectorAll("details")) details.open = true;
    });
    await user.presses("Send message");
    await user.sees("The message is empty. Send it?");
  },
  "a queue that does not exist": async (user) => {
    await user.opens(stage.queueUrl("not-there"));
    await user.sees("There is no queue of this name.");
  },
  "a token that may only read": async (user) => {
    await user.opens(stage.queueUrl("orders", "r"));
    await user.sees("3 shown.");
  },
  "a token that the service refuses": async (user) => {
    await user.opens(stage.queueUrl("orders").replace(/sig=.*/, `sig=${"A".repeat(43)}%3D`));
    await user.sees("The service refuses the token.");
  },
  "a token that has ended": async (user) => {
    await user.opens(stage.accountUrl("rlap", new Date(Date.now() - 60_000)));
    await user.sees("The token ended at");
  },
};

for (const dark of [false, true]) {
  describe(dark ? "dark" : "light", () => {
    let browser;
    let user;
    before(async () => {
      browser = await startBrowser("chromium", { dark });
      user = userOf(browser, stage);
    });
    after(() => browser?.close());

    for (const width of [360, 1440]) {
      for (const [view, reach] of Object.entries(views)) {
        test(`${view}, ${width} px`, async () => {
          await browser.setViewport(width, 900);
          await reach(user, browser);
          // As an expression, since the page's policy forbids scripts.
          await browser.evaluate(axe);
          const { passes, violations } = await browser.evaluate(() => globalThis.axe.run());
          assert.ok(passes.length > 10, "the rules ran");
          assert.deepEqual(
            violations.map(({ id, nodes }) => `${id}: ${nodes.map(({ html }) => html).join(" ")}`),
            [],
          );
          assert.ok(
            await browser.evaluate(() => document.documentElement.scrollWidth <= innerWidth),
            "nothing sticks out",
          );
        });
      }
    }
  });
}
