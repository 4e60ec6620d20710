// The built page, an Azurite that lets it in, and tokens for it.

import { after, before, describe } from "node:test";
import { browserCorsRule, generateAccountSas, generateQueueSas, QueueServiceClient } from "azure-queue-wasm";
import { servePage } from "../../www/server.mjs";
import { startAzurite } from "../support/azurite.mjs";
import { engines, startBrowser } from "../support/browsers.mjs";

const hour = 3_600_000;

/** The base of all tests: a few queues, one with messages in it. */
export async function startStage() {
  const azurite = await startAzurite();
  const page = await servePage();
  const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  await service.setServiceProperties({ cors: [browserCorsRule(new URL(page.url).origin)] });
  const { accountName, accountKey } = azurite;
  const account = { accountName, accountKey, resourceTypes: "sco" };
  return {
    service,
    account,
    /** The address of the account's queue service. */
    address: azurite.url,
    pageUrl: page.url,
    storageOrigin: new URL(azurite.url).origin,
    /** The SAS URL of the account. */
    accountUrl: (permission = "rlap", expiry = new Date(Date.now() + hour)) =>
      `${azurite.url}?${generateAccountSas({ ...account, permission, expiry })}`,
    /** The SAS URL of a queue. */
    queueUrl: (queueName, permission = "raup", expiry = new Date(Date.now() + hour)) =>
      `${azurite.url}/${queueName}?${generateQueueSas({ accountName, accountKey, queueName, permission, expiry })}`,
    async stop() {
      await page.stop();
      await azurite.stop();
    },
  };
}

/** A link to the page with a SAS URL in its fragment. */
export const linkTo = (pageUrl, sasUrl) => `${pageUrl}#sas=${encodeURIComponent(sasUrl)}`;

/** Tests of the page in each browser: `tests({ engine, stage, browser, user })`, whose values are there when tests run. */
export function inEachBrowser(tests, prepare = async () => {}) {
  const context = {};
  before(async () => {
    context.stage = await startStage();
    await prepare(context.stage);
  });
  after(() => context.stage?.stop());
  for (const engine of engines) {
    describe(engine, () => {
      before(async () => {
        context.browser = await startBrowser(engine);
        context.user = userOf(context.browser, context.stage);
        await context.browser.setViewport(1280, 900);
      });
      after(() => context.browser?.close());
      tests(context, engine);
    });
  }
}

/** A user of the page, in one browser. */
export function userOf(browser, stage) {
  /** Waits, also while the page that is asked makes room for the next. */
  async function waits(condition, ...args) {
    for (;;) {
      try {
        return await browser.waitFor(condition, ...args);
      } catch (error) {
        if (!/context was destroyed|navigat|discarded/i.test(error.message)) throw error;
      }
    }
  }
  return {
    waits,
    /** Opens an address in a page that knows nothing of the one before. */
    async open(url) {
      await browser.open("about:blank");
      await browser.open(url);
    },
    // A page that is just loading has no body yet.
    sees: (text) => waits((text) => document.body?.innerText.includes(text), text),
    reads: (selector) => browser.evaluate((selector) => document.querySelector(selector)?.innerText, selector),
    /** Waits until there is such an element, and clicks it. */
    async clicks(selector) {
      await browser.waitFor(
        (selector) => document.querySelector(`${selector}:enabled, a${selector}`) !== null,
        selector,
      );
      await browser.click(selector);
    },
    types: (selector, text) => browser.type(selector, text),
    /** Opens the page by a link with a SAS URL. */
    async opens(sasUrl) {
      await browser.open("about:blank");
      await browser.open(linkTo(stage.pageUrl, sasUrl));
    },
    async pastes(text) {
      await browser.open("about:blank");
      await browser.open(stage.pageUrl);
      await browser.type("#sas", text);
    },
    /** Waits until an element has a text. */
    seesIn: (selector, text) =>
      waits((selector, text) => document.querySelector(selector)?.innerText.includes(text), selector, text),
    seesNot: (text) => waits((text) => !document.body?.innerText.includes(text), text),
    /** Waits for a link or a button by its text, and presses it. */
    async presses(text) {
      await waits((text) => {
        const found = [...document.querySelectorAll("a, button, summary")].find(
          (element) => element.innerText.trim() === text && !element.disabled,
        );
        found?.click();
        return found !== undefined;
      }, text);
    },
    chooses: (selector, value) =>
      browser.evaluate(
        (selector, value) => {
          const select = document.querySelector(selector);
          select.value = value;
          select.dispatchEvent(new Event("change", { bubbles: true }));
        },
        selector,
        value,
      ),
    /** The previews of the rows, as they are shown. */
    rows: () => browser.evaluate(() => [...document.querySelectorAll(".preview")].map(({ innerText }) => innerText)),
    async seesRows(...previews) {
      await waits(
        (previews) =>
          JSON.stringify([...document.querySelectorAll(".preview")].map((row) => row.innerText)) === previews,
        JSON.stringify(previews),
      );
    },
    /** The texts of all elements of a selector. */
    texts: (selector) =>
      browser.evaluate(
        (selector) => [...document.querySelectorAll(selector)].map(({ innerText }) => innerText.trim()),
        selector,
      ),
  };
}
