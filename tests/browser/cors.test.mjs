// What the account's CORS rule has to allow, and what is said where it does not.

import assert from "node:assert/strict";
import { after, afterEach, before, beforeEach, describe, test } from "node:test";
import { browserCorsRule, generateAccountSas, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { engines, startBrowser } from "../support/browsers.mjs";
import { startSite } from "../support/site.mjs";

const page = "/tests/browser/page/entries.html";

/** Whether a cached preflight serves requests with `cache: "no-store"`, as the client's are. */
const cachesPreflights = { chromium: false, firefox: false, webkit: true };

let azurite;
let service;
let queueUrl;
/** The rules that the account has while no test replaces them. */
let rules;
/** Origins with the rule, with one that exposes no headers, and with none; and one whose own policy is in the way. */
let sites;

before(async () => {
  azurite = await startAzurite();
  sites = { withRule: await startSite(), exposingNothing: await startSite(), withoutRule: await startSite() };
  sites.confined = await startSite({ "content-security-policy": "connect-src 'self'" });
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  const bare = { ...browserCorsRule(sites.exposingNothing.origin), exposedHeaders: [] };
  rules = [browserCorsRule(sites.withRule.origin), bare];
  await service.setServiceProperties({ cors: rules });
  await service.createQueue("orders", { metadata: { colour: "green" } });
  const { accountName, accountKey } = azurite;
  const may = { services: "q", resourceTypes: "sco", permission: "rwdlacup", expiry: "2099-01-01T00:00:00Z" };
  queueUrl = `${azurite.url}/orders?${generateAccountSas({ accountName, accountKey, ...may })}`;
});

after(async () => {
  for (const site of Object.values(sites ?? {})) await site.stop();
  await azurite?.stop();
});

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    before(async () => {
      browser = await startBrowser(engine);
    });
    after(() => browser?.close());

    /** The outcome of something in a page of this site, given a queue: what it resolves to, or what it rejects with. */
    async function outcome(site, use) {
      await browser.open(site.origin + page);
      await browser.waitFor(() => "entries" in globalThis);
      await browser.evaluate(makeQueue, queueUrl);
      return browser.evaluate(use);
    }

    test("with the rule, the page reads every header that the client does", async () => {
      const { headers, metadata, error } = await outcome(sites.withRule, async () => {
        const seen = {};
        const onResponse = ({ headers }) => Object.assign(seen, headers);
        const { metadata } = await globalThis.queue.getQueueProperties({ onResponse });
        const error = await globalThis.failureOf(globalThis.queue.deleteMessage("missing", { popReceipt: "none" }));
        return { headers: Object.keys(seen), metadata, error };
      });
      assert.deepEqual(metadata, { colour: "green" });
      const read = ["date", "x-ms-approximate-messages-count", "x-ms-request-id", "x-ms-version"];
      assert.deepEqual(
        read.filter((name) => !headers.includes(name)),
        [],
      );
      assert.equal(error.code, "MessageNotFound");
      assert.ok(error.requestId);
    });

    test("with a rule that exposes no headers, the error says what to set", async () => {
      const error = await outcome(sites.exposingNothing, async () => {
        const sent = await globalThis.queue.sendMessage("x");
        return globalThis.failureOf(globalThis.queue.updateVisibilityTimeout(sent, 0));
      });
      assert.match(error.message, /x-ms-popreceipt is missing .*CORS rule must list it in its exposed headers/);
    });

    test("with a rule that exposes no headers, writes without a result and exists() succeed", async () => {
      const found = await outcome(sites.exposingNothing, async () => {
        const { queue } = globalThis;
        const sent = await queue.sendMessage("x");
        await queue.deleteMessage(sent);
        await queue.setQueueMetadata({ colour: "green" });
        await queue.clearMessages();
        return [await queue.exists(), await queue.createQueueIfNotExists({ metadata: { colour: "green" } })];
      });
      assert.deepEqual(found, [true, { created: false }]);
    });

    test("without a rule, the error says which one is missing, at once", async () => {
      const error = await outcome(sites.withoutRule, () => globalThis.failureOf(globalThis.queue.sendMessage("x")));
      assert.deepEqual([error.name, error.code, error.attempts], ["ServiceRequestError", "Cors", 1]);
      const { origin } = sites.withoutRule;
      assert.ok(error.message.includes(`CORS rules must allow ${origin}, see browserCorsRule`), error.message);
    });

    test("a policy that keeps the page from the account is told from that", async () => {
      const error = await outcome(sites.confined, () => globalThis.failureOf(globalThis.queue.sendMessage("x")));
      assert.deepEqual([error.name, error.code, error.attempts], ["ServiceRequestError", "ContentSecurityPolicy", 1]);
      assert.ok(error.message.includes(`connect-src must have ${new URL(azurite.url).origin}`), error.message);
    });

    test("diagnose() tells the rule to set, and which headers it has to expose", async () => {
      const diagnose = () => globalThis.queue.diagnose().then(({ error, ...found }) => found);
      const { checks, corsRule } = await outcome(sites.withoutRule, diagnose);
      assert.deepEqual(checks.find(({ outcome }) => outcome === "failed").name, "cors");
      assert.deepEqual(corsRule, browserCorsRule(sites.withoutRule.origin));
      const bare = await outcome(sites.exposingNothing, diagnose);
      assert.deepEqual(bare.checks.find(({ outcome }) => outcome === "failed").name, "cors");
      assert.deepEqual(bare.corsRule, browserCorsRule(sites.exposingNothing.origin));
      assert.equal((await outcome(sites.withRule, diagnose)).ok, true);
      const confined = await outcome(sites.confined, diagnose);
      assert.deepEqual(confined.checks.find(({ outcome }) => outcome === "failed").name, "contentSecurityPolicy");
    });

    test("where nobody answers, no rule is blamed", async () => {
      const error = await outcome(sites.withoutRule, () => {
        const nobody = new globalThis.entries.inline.QueueClient("http://127.0.0.1:1/account", "orders", undefined, {
          retry: { mode: "none" },
        });
        return globalThis.failureOf(nobody.peekMessages());
      });
      assert.deepEqual([error.name, error.code], ["ServiceRequestError", "HostNotReached"]);
    });

    describe("when the rule of an open page is removed", () => {
      beforeEach(async () => {
        await service.getQueueClient("orders").clearMessages();
        await outcome(sites.withRule, async () => {
          await globalThis.queue.peekMessages();
          await globalThis.queue.sendMessage("before");
        });
        await service.setServiceProperties({ cors: rules.slice(1) });
      });
      afterEach(() => service.setServiceProperties({ cors: rules }));

      /** The contents of the messages in the queue, as many as the service executed sends. */
      async function contents() {
        const messages = await service.getQueueClient("orders").peekMessages({ maxMessages: 32 });
        return messages.map(({ content }) => content);
      }
      const afterSend = cachesPreflights[engine] ? ["before", "after"] : ["before"];

      test("a send is reported as ambiguous with the code Cors, since a cached preflight lets it out", async () => {
        const error = await browser.evaluate(() => globalThis.failureOf(globalThis.queue.sendMessage("after")));
        assert.deepEqual([error.name, error.code, error.attempts], ["AmbiguousOutcomeError", "Cors", 1]);
        const { origin } = sites.withRule;
        assert.ok(error.message.includes(`CORS rules must allow ${origin}, see browserCorsRule`), error.message);
        assert.deepEqual(await contents(), afterSend);
      });

      test("a read is repeated once and reported with the code Cors", async () => {
        const error = await browser.evaluate(() =>
          globalThis.failureOf(globalThis.queue.peekMessages({ retry: { mode: "fixed", delay: 0 } })),
        );
        assert.deepEqual([error.name, error.code, error.attempts], ["ServiceResponseError", "Cors", 2]);
        assert.ok(error.message.includes(`CORS rules must allow ${sites.withRule.origin}`), error.message);
      });

      test("diagnose() reports that the check cors failed, with the rule to set", async () => {
        const { checks, corsRule } = await browser.evaluate(() => globalThis.queue.diagnose());
        assert.deepEqual(
          checks.filter(({ outcome }) => outcome === "failed").map(({ name }) => name),
          ["cors"],
        );
        assert.deepEqual(corsRule, browserCorsRule(sites.withRule.origin));
      });

      test("a send of the reloaded page is not executed, whatever preflights the browser has cached", async () => {
        const error = await outcome(sites.withRule, () => globalThis.failureOf(globalThis.queue.sendMessage("after")));
        assert.deepEqual([error.name, error.code, error.attempts], ["ServiceRequestError", "Cors", 1]);
        assert.deepEqual(await contents(), ["before"]);
      });
    });
  });
}

/** Runs in the page. */
function makeQueue(url) {
  globalThis.queue = globalThis.entries.inline.QueueClient.fromQueueUrl(url, undefined, { retry: { mode: "none" } });
  globalThis.failureOf = (promise) =>
    promise.then(
      () => undefined,
      ({ name, message, code, requestId, attempts }) => ({ name, message, code, requestId, attempts: attempts.length }),
    );
}
