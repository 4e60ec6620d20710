// Client-side encryption in real browsers, by the cases that Node runs too: tests/node/sealed.test.mjs.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, startBrowser } from "../support/browsers.mjs";
import { knownAnswers } from "../support/script.mjs";
import { contentSecurityPolicy, startSite } from "../support/site.mjs";
import { cases } from "./page/sealed.mjs";

const { vectors, decrypt_cases } = knownAnswers("vectors.json").encryption;
const anywhere = contentSecurityPolicy("https://nowhere.example");

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    let site;
    before(async () => {
      site = await startSite({ "content-security-policy": anywhere });
      browser = await startBrowser(engine);
      await browser.open(`${site.origin}/tests/browser/page/sealed.html`);
      await browser.waitFor(() => "cases" in globalThis);
    });
    after(async () => {
      await browser?.close();
      await site?.stop();
    });

    for (const name of Object.keys(cases)) {
      test(name, async () => {
        await browser.evaluate((name, known) => globalThis.cases[name](known), name, { vectors, decrypt_cases });
      });
    }

    test("a page that was not loaded over https is told why there is no encryption", async () => {
      // Only loopback addresses are trusted without it.
      const message = await browser.evaluate(async () => {
        Object.defineProperty(globalThis.crypto, "subtle", { value: undefined, configurable: true });
        try {
          return await globalThis.insecure();
        } finally {
          delete globalThis.crypto.subtle;
        }
      });
      assert.match(message, /^TypeError: Encryption needs WebCrypto, .* secure context/);
    });
  });
}
