// The page as its users have it: built, on a server of its own, in three browsers.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { engines, startBrowser } from "../support/browsers.mjs";
import { linkTo, startStage, userOf } from "./stage.mjs";

let stage;
before(async () => {
  stage = await startStage();
});
after(() => stage?.stop());

for (const engine of engines) {
  describe(engine, () => {
    let browser;
    let user;
    let queue;
    const queueName = `orders-${engine}`;

    before(async () => {
      browser = await startBrowser(engine);
      user = userOf(browser);
      queue = await stage.service.createQueue(queueName);
      await stage.service.createQueue(`empty-${engine}`);
      for (const text of ["one cup of tea", "zwei Tassen ☕", "x".repeat(3000)]) await queue.sendMessage(text);
    });
    after(() => browser?.close());

    const openFragment = (sasUrl) => user.open(linkTo(stage.pageUrl, sasUrl));

    test("a pasted account SAS lists the queues with their counts", async () => {
      await user.open(stage.pageUrl);
      await user.types("#sas", stage.accountUrl());
      await user.clicks("button[type=submit]");
      await browser.waitFor((name) => {
        const row = [...document.querySelectorAll("tbody tr")].find((row) => row.innerText.startsWith(name));
        return row?.lastElementChild.innerText === "3";
      }, queueName);
      await user.sees("Account SAS");
      await user.sees("min");
      assert.deepEqual(await abilities(), [
        "list queues",
        "see counts",
        "peek at messages",
        "send messages",
        "receive messages",
        "delete messages",
      ]);

      await browser.evaluate((name) => [...document.links].find((link) => link.innerText === name).click(), queueName);
      await user.sees("about 3 messages");
      assert.equal(await user.reads("h1"), queueName);
      await browser.evaluate(() => history.back());
      await browser.waitFor(() => document.querySelector("h1")?.innerText === "Queues");
    });

    test("what can be done with a queue: send, peek, receive, delete", async () => {
      await openFragment(stage.queueUrl(queueName));
      await user.sees("about 3 messages");
      assert.equal(await user.reads("h1"), queueName);
      assert.deepEqual((await abilities()).includes("list queues"), false);

      await user.types("#content", "sent by hand");
      await user.clicks("[aria-labelledby=send] button");
      await user.sees("Sent:");
      await user.sees("about 4 messages");
      assert.equal(await browser.evaluate(() => document.querySelector("#content").value), "");

      await user.clicks("[aria-labelledby=peek] button");
      await user.sees("4 messages to be seen.");
      const shown = await user.reads("[aria-labelledby=peek] ol");
      for (const text of ["one cup of tea", "zwei Tassen ☕", "sent by hand"]) {
        assert.ok(shown.includes(text), text);
      }

      assert.match(shown, /Show all 3.?000 characters/);

      await user.types("#number", "2");
      await user.clicks("[aria-labelledby=receive] button[type=submit]");
      await user.sees("2 messages received.");
      assert.equal(await held(), 2);
      assert.equal((await queue.peekMessages({ maxMessages: 32 })).length, 2);
      assert.match(await browser.evaluate(() => document.querySelector(".message details code").textContent), /\S{8}/);

      await user.clicks("[aria-labelledby=receive] ol button[aria-label^=Delete]");
      await user.sees("Deleted:");
      assert.equal(await held(), 1);
      assert.equal((await queue.getQueueProperties()).approximateMessageCount, 3);
    });

    test("what was received and not deleted goes back in time", async () => {
      const name = `short-${engine}`;
      await (await stage.service.createQueue(name)).sendMessage("soon back");
      await openFragment(stage.queueUrl(name));
      await user.types("input[name=hidden]", "2");
      await user.clicks("[aria-labelledby=receive] button[type=submit]");
      await user.sees("1 message received.");
      await user.sees("visible to others again");
      assert.equal(await held(), 0);
      await user.clicks("[aria-labelledby=peek] button");
      await user.sees("soon back");
    });

    test("Base64 is chosen, and what is none is shown as it is", async () => {
      const name = `base64-${engine}`;
      await stage.service.createQueue(name);
      const base64 = stage.service.getQueueClient(name, { messageEncoding: "base64" });
      await base64.sendMessage("Grüße");
      await stage.service.getQueueClient(name).sendMessage("no Base64");
      await openFragment(stage.queueUrl(name));
      await user.clicks("[aria-labelledby=peek] button");
      await user.sees("R3LDvMOfZQ==");
      await browser.evaluate(() => {
        const select = document.querySelector("select");
        select.value = "base64";
        select.dispatchEvent(new Event("change", { bubbles: true }));
      });
      await user.sees("Grüße");
      await user.sees("This is not Base64 of a text.");
      await user.types("#content", "héllo");
      await user.clicks("[aria-labelledby=send] button");
      await user.sees("Sent:");
      const texts = [];
      for (const message of await base64.peekMessages({ maxMessages: 3 })) {
        if (!message.contentError) texts.push(message.content);
      }
      assert.deepEqual(texts.sort(), ["Grüße", "héllo"]);
    });

    test("a token that may only read disables the rest and says why", async () => {
      await openFragment(stage.queueUrl(queueName, "r"));
      await user.sees("it lacks the permission “add”");
      await user.sees("it lacks the permission “process”");
      const disabled = await browser.evaluate(() =>
        [...document.querySelectorAll("main button:disabled")].map((button) => [
          button.innerText,
          button.title === document.getElementById(button.getAttribute("aria-describedby")).innerText,
        ]),
      );
      assert.deepEqual(disabled, [
        ["Send message", true],
        ["Receive", true],
      ]);
      assert.deepEqual(await abilities(), ["see counts", "peek at messages"]);
      await user.clicks("[aria-labelledby=peek] button");
      await user.sees("to be seen.");
    });

    test("a token that may not read shows why there is no count, and opens a queue by its name", async () => {
      await openFragment(stage.accountUrl("l"));
      await user.sees("does not allow to see counts: it lacks the permission “read”");
      await openFragment(stage.accountUrl("r"));
      await user.sees("does not allow to list queues");
      await user.types("input[name=queue]", queueName);
      await user.clicks("form button");
      await browser.waitFor((name) => document.querySelector("h1")?.innerText === name, queueName);
    });

    test("a token that has ended says so, and one that ends soon warns", async () => {
      await openFragment(stage.accountUrl("rlap", new Date(Date.now() - 60_000)));
      await user.sees("The token ended at");
      assert.equal(await browser.evaluate(() => document.querySelectorAll("main button:enabled").length), 0);
      await openFragment(stage.accountUrl("rlap", new Date(Date.now() + 120_000)));
      await user.sees("Ends soon:");
    });

    test("errors are told in plain words, with code and request id", async () => {
      await openFragment(stage.queueUrl("not-there"));
      await user.sees("There is no queue of this name.");
      const failure = await user.reads(".failure");
      assert.match(failure, /QueueNotFound/);
      assert.match(failure, /Request id\s+[0-9a-f-]{36}/);
    });

    test("without a CORS rule for the page, it says which", async () => {
      const { cors } = await stage.service.getServiceProperties();
      await stage.service.setServiceProperties({ cors: [] });
      try {
        await openFragment(stage.queueUrl(`empty-${engine}`));
        await user.sees("The account does not let this page in.");
        const failure = await user.reads(".failure");
        assert.ok(failure.includes(new URL(stage.pageUrl).origin), failure);
        assert.ok(failure.includes("x-ms-*"), failure);
        assert.ok(failure.includes("az storage cors add --services q"), failure);
      } finally {
        await stage.service.setServiceProperties({ cors });
      }
    });

    test("what is no SAS URL is refused in words", async () => {
      await user.open(stage.pageUrl);
      for (const [pasted, words] of [
        ["https://example.com/", "there is none here"],
        ["https://account.queue.core.windows.net/?a=b", "must be a shared access signature"],
        ["AccountName=a;AccountKey=abcd==", "account key"],
      ]) {
        await user.types("#sas", pasted);
        await user.clicks("button[type=submit]");
        await user.sees(words);
      }
    });

    /** What the token may do, as the page says it. */
    function abilities() {
      return browser.evaluate(() =>
        [...document.querySelectorAll(".abilities .yes")].map((item) => item.innerText.trim()),
      );
    }

    const held = () => browser.evaluate(() => document.querySelectorAll("[aria-labelledby=receive] .message").length);
  });
}
