// The built page, an Azurite that lets it in, and tokens for it.

import { browserCorsRule, generateAccountSas, generateQueueSas, QueueServiceClient } from "azure-queue-wasm";
import { servePage } from "../../www/server.mjs";
import { startAzurite } from "../support/azurite.mjs";

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

/** A user of the page, in one browser. */
export function userOf(browser) {
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
  };
}
