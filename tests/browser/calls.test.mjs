// The package in real browsers: a page of one origin makes calls to an account at another, under a strict policy.

import { after, before, describe, test } from "node:test";
import { browserCorsRule, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { engines, startBrowser } from "../support/browsers.mjs";
import { contentSecurityPolicy, startSite } from "../support/site.mjs";
import { calls } from "./page/calls.mjs";

const places = ["page", "dedicated worker", "shared worker", "service worker"];

let azurite;
let account;
let site;

before(async () => {
  azurite = await startAzurite();
  const { stop: _, ...rest } = azurite;
  account = rest;
  site = await startSite({ "content-security-policy": contentSecurityPolicy(azurite.url) });
  await QueueServiceClient.fromConnectionString(azurite.connectionString).setServiceProperties({
    cors: [browserCorsRule(site.origin)],
  });
});

after(async () => {
  await site?.stop();
  await azurite?.stop();
});

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    before(async () => {
      browser = await startBrowser(engine);
      await browser.open(`${site.origin}/tests/browser/page/index.html`);
      await browser.waitFor(() => "runIn" in globalThis);
    });
    after(() => browser?.close());

    for (const place of places) {
      describe(place, () => {
        for (const name of Object.keys(calls)) {
          test(name, async () => {
            await browser.evaluate(
              (place, name, account) => globalThis.runIn[place](name, account),
              place,
              name,
              account,
            );
          });
        }
      });
    }
  });
}
