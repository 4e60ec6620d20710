// What a Content Security Policy has to allow, and what is said where it does not.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, startBrowser } from "../support/browsers.mjs";
import { contentSecurityPolicy, startSite } from "../support/site.mjs";

const accountUrl = "https://account.queue.core.windows.net";
const page = "/tests/browser/page/entries.html";
const strict = contentSecurityPolicy(accountUrl);

/** First uses of the core; each runs in a page of its own. */
const firstUses = {
  "a module": (url) => new globalThis.entries.inline.QueueServiceClient(url).accountName,
  "a module, compiled ahead": async (url) => {
    await globalThis.entries.inline.preload();
    return new globalThis.entries.inline.QueueServiceClient(url).accountName;
  },
  "slim, with the .wasm by its URL": async (url) => {
    await globalThis.entries.slim.preload("/dist/core.wasm");
    return new globalThis.entries.slim.QueueServiceClient(url).accountName;
  },
  "a classic script": (url) => new globalThis.entries.classic.QueueServiceClient(url).accountName,
};

let allowing;
let forbidding;

before(async () => {
  allowing = await startSite({ "content-security-policy": strict });
  forbidding = await startSite({ "content-security-policy": strict.replace(" 'wasm-unsafe-eval'", "") });
});

after(async () => {
  await allowing?.stop();
  await forbidding?.stop();
});

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    before(async () => {
      browser = await startBrowser(engine);
    });
    after(() => browser?.close());

    /** Loads the page of a site anew and gives its outcome of something. */
    async function inNewPage(site, use, ...args) {
      await browser.open(site.origin + page);
      await browser.waitFor(() => "entries" in globalThis);
      return browser.evaluate(use, ...args);
    }

    for (const [name, use] of Object.entries(firstUses)) {
      test(`${name}: script-src 'self' 'wasm-unsafe-eval' is enough`, async () => {
        assert.equal(await inNewPage(allowing, use, accountUrl), "account");
      });

      test(`${name}: without the latter, the error says what to add, each time`, async () => {
        await assert.rejects(inNewPage(forbidding, use, accountUrl), says);
        await assert.rejects(browser.evaluate(use, accountUrl), says);
      });
    }

    test("importing alone needs no such permission", async () => {
      assert.equal(await inNewPage(forbidding, () => typeof globalThis.entries.inline.QueueClient), "function");
    });
  });
}

function says({ message }) {
  for (const word of ["Content Security Policy", "script-src", "'wasm-unsafe-eval'"]) {
    assert.ok(message.includes(word), `${word} is missing: ${message}`);
  }
  return true;
}
