// Where the token is not, and where the page cannot send it: in three browsers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachBrowser, linkTo, startStage } from "./stage.mjs";

inEachBrowser(
  (context) => {
    for (const way of ["fragment", "paste"]) {
      test(`the token is nowhere to be found (${way})`, async () => {
        const { browser, user, stage } = context;
        const sasUrl = stage.accountUrl();
        if (way === "fragment") {
          await user.open(linkTo(stage.pageUrl, sasUrl));
        } else {
          await user.open(stage.pageUrl);
          await user.types("#sas", sasUrl);
          await user.clicks("button[type=submit]");
        }
        await user.sees("1 queue");
        assert.equal(await browser.evaluate(() => location.href), stage.pageUrl);
        await browser.evaluate(() => document.querySelector("details").setAttribute("open", ""));
        await browser.evaluate(() => document.links[0].click());
        await user.sees("tea");

        const places = await browser.evaluate(async () => ({
          address: location.href,
          state: JSON.stringify(history.state),
          page: document.documentElement.outerHTML,
          fields: [...document.querySelectorAll("input, textarea")].map(({ value }) => value).join("\n"),
          storages: JSON.stringify([{ ...localStorage }, { ...sessionStorage }, document.cookie]),
          databases: JSON.stringify([await indexedDB.databases(), await caches.keys()]),
        }));
        const signature = new URL(sasUrl).searchParams.get("sig");
        for (const [place, content] of Object.entries({
          ...places,
          console: JSON.stringify(browser.consoleMessages()),
        })) {
          for (const form of [signature, encodeURIComponent(signature), "sig="]) {
            assert.ok(!content.includes(form), `${form} in ${place}: ${content}`);
          }
        }
        assert.equal(places.storages, '[{},{},""]');
        assert.equal(places.databases, "[[],[]]");
        assert.equal(places.address, `${stage.pageUrl}#queue/orders`);
      });
    }

    test("the list's own address is without the token too, and going back does not bring it", async () => {
      const { browser, user, stage } = context;
      await user.open(linkTo(stage.pageUrl, stage.accountUrl()));
      await user.sees("1 queue");
      assert.equal(await browser.evaluate(() => location.href), stage.pageUrl);
      await browser.evaluate(() => document.links[0].click());
      await browser.waitFor(() => location.hash !== "");
      await browser.evaluate(() => history.back());
      await browser.waitFor(() => location.hash === "");
    });

    test("a token that is forgotten is gone, and the next one may be of another account", async () => {
      const { browser, user, stage } = context;
      await user.open(linkTo(stage.pageUrl, stage.accountUrl()));
      await user.sees("1 queue");
      await user.clicks("header button");
      await user.waits(() => document.querySelector("#sas")?.value === "");
      const other = await startStage();
      try {
        await other.service.createQueue("elsewhere");
        // In the page that is open, which was narrowed to the first account.
        await user.types("#sas", stage.accountUrl());
        await user.clicks("button[type=submit]");
        await user.sees("1 queue");
        const { cors } = await stage.service.getServiceProperties();
        await other.service.setServiceProperties({ cors });
        const { hash } = new URL(linkTo(stage.pageUrl, other.accountUrl()));
        await browser
          .evaluate((hash) => {
            location.hash = hash;
          }, hash)
          .catch(() => {}); // The page that would answer may be gone.
        await user.sees("elsewhere");
        assert.equal(await browser.evaluate(() => location.href), stage.pageUrl);
      } finally {
        await other.stop();
      }
    });

    test("the page breaks no rule of its own policy", async () => {
      const { browser, user, stage } = context;
      await user.open(stage.pageUrl);
      await browser.evaluate(() => {
        globalThis.broken = [];
        document.addEventListener("securitypolicyviolation", ({ effectiveDirective, blockedURI }) =>
          globalThis.broken.push(`${effectiveDirective} ${blockedURI}`),
        );
      });
      await user.types("#sas", stage.queueUrl("orders"));
      await user.clicks("button[type=submit]");
      await user.seesIn(".message-list", "tea");
      await user.types("#content", "more tea");
      await user.presses("Send message");
      await user.sees("Sent:");
      assert.deepEqual(await browser.evaluate(() => globalThis.broken), []);
      // WebKit tells no messages, so what happens before the listener is there is seen in the others only.
      assert.deepEqual(
        browser.consoleMessages().filter(({ text }) => /content.security.policy/i.test(text)),
        [],
      );
    });

    test("requests go to the page's server and to the storage host, to nobody else", async () => {
      const { browser, user, stage } = context;
      await user.open(linkTo(stage.pageUrl, stage.queueUrl("orders")));
      await user.seesIn(".message-list", "tea");
      const hosts = await browser.evaluate(() =>
        performance.getEntriesByType("resource").map(({ name }) => new URL(name).origin),
      );
      assert.deepEqual([...new Set(hosts)].sort(), [new URL(stage.pageUrl).origin, stage.storageOrigin].sort());

      // Not even to another port of the same machine, now that a token is open; and no script that is not its own.
      const broken = await browser.evaluate(async (elsewhere) => {
        const broken = [];
        const count = (number) =>
          new Promise((resolve) => {
            document.addEventListener("securitypolicyviolation", function note({ effectiveDirective }) {
              broken.push(effectiveDirective);
              if (broken.length < number) return;
              document.removeEventListener("securitypolicyviolation", note);
              resolve();
            });
          });
        const both = count(2);
        await fetch(elsewhere).catch(() => {});
        const script = document.createElement("script");
        script.textContent = "globalThis.ran = true";
        document.head.append(script);
        await both;
        return { ran: globalThis.ran === true, broken: broken.sort() };
      }, "http://127.0.0.1:9999/");
      assert.deepEqual(broken, { ran: false, broken: ["connect-src", "script-src-elem"] });
    });
  },
  async ({ service }) => {
    await (await service.createQueue("orders")).sendMessage("tea");
  },
);
