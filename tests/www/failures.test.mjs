// Why something failed and what to do about it, and what stays on the page meanwhile, in three browsers.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:net";
import { test } from "node:test";
import { inEachBrowser } from "./stage.mjs";

/** A port of this machine that nothing listens on. */
async function freePort() {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address();
  server.close();
  await once(server, "close");
  return port;
}

inEachBrowser(
  (context, engine) => {
    const checks = () => context.user.texts(".checks li");
    const minutes = (number) => new Date(Date.now() + number * 60_000);

    test("a host that does not answer is named, without a CORS rule", async () => {
      const { user, stage } = context;
      const { search } = new URL(stage.queueUrl("orders"));
      await user.opens(`http://127.0.0.1:${await freePort()}/${stage.account.accountName}/orders${search}`);
      await user.sees("Check the name of the account in the address");
      const lines = await checks();
      assert.match(lines.at(-1), /^The account's host does not answer\./);
      assert.ok(!lines.includes("The account's host answers."), lines.join(" "));
      const failure = await user.reads(".failure");
      assert.match(failure, /^The account's host does not answer\./);
      assert.doesNotMatch(failure, /az storage cors|diagnose|browserCorsRule/);
    });

    test("without a CORS rule for the page, it says which one to add", async () => {
      const { user, stage } = context;
      const { cors } = await stage.service.getServiceProperties();
      await stage.service.setServiceProperties({ cors: [] });
      try {
        await user.opens(stage.queueUrl("empty"));
        await user.sees("The CORS rule that this page needs");
        const failure = await user.reads(".failure");
        assert.match(failure, /^The account does not let this page in\./);
        assert.ok(failure.includes(new URL(stage.pageUrl).origin), failure);
        assert.ok(failure.includes("x-ms-*"), failure);
        assert.ok(failure.includes("az storage cors add --services q"), failure);
        assert.ok((await checks()).includes("The account's host answers."));
      } finally {
        await stage.service.setServiceProperties({ cors });
      }
      await user.presses("Peek again");
      await user.sees("The queue is empty.");
      await user.waits(() => document.querySelector(".failure") === null);
    });

    test("a token that the service refuses is named as the reason", async () => {
      const { user, stage } = context;
      await user.opens(stage.queueUrl("orders").replace(/sig=.*/, `sig=${"A".repeat(43)}%3D`));
      await user.sees("The service refuses the token. It may have ended, be cut off or changed");
    });

    test("an error of the service has its code and request id", async () => {
      const { user, stage } = context;
      await user.opens(stage.queueUrl("not-there"));
      await user.sees("There is no queue of this name.");
      const failure = await user.reads(".failure");
      assert.match(failure, /QueueNotFound/);
      assert.match(failure, /Request id\s+[0-9a-f-]{36}/);
    });

    test("a name that no queue can have does not keep the page from finding out why a list fails", async () => {
      const { user, browser, stage } = context;
      await user.opens(stage.accountUrl());
      await user.seesIn(".queues", "orders");
      await browser.evaluate(() => {
        location.hash = "#queue/Bad_Name";
        globalThis.fetch = () => Promise.reject(new TypeError("Load failed"));
      });
      await user.sees("A queue's name has 3 to 63 lower-case letters");
      await user.presses("Refresh");
      await user.waits(() => document.querySelector(".queue-list .failure") !== null);
      await user.seesNot("Finding out why");
    });

    test("a queue that does not exist disables its forms until it does", async () => {
      const { user, browser, stage } = context;
      const name = `later-${engine}`;
      await user.opens(stage.queueUrl(name));
      const disabled = () => user.texts("main button:disabled");
      await user.sees("There is no queue of this name.");
      await user.waits(() => document.querySelectorAll("main button:disabled").length === 2);
      assert.deepEqual(await disabled(), ["Receive", "Send message"]);
      await stage.service.createQueue(name);
      await user.presses("Peek again");
      await user.sees("The queue is empty.");
      await browser.waitFor(() => document.querySelector("main button:disabled") === null);
    });

    test("the note of a success goes when the next thing fails", async () => {
      const { user, stage } = context;
      const name = `note-${engine}`;
      await stage.service.createQueue(name);
      await user.opens(stage.queueUrl(name));
      await user.types("#content", "tea");
      await user.presses("Send message");
      await user.sees("Sent:");
      await stage.service.deleteQueue(name);
      await user.clicks("#receive button");
      await user.seesIn("#receive .failure", "There is no queue of this name.");
      assert.equal(await user.reads(".said"), "");
    });

    test("a token that has ended says so, and one that ends soon warns", async () => {
      const { user, browser, stage } = context;
      await user.opens(stage.accountUrl("rlap", minutes(-1)));
      await user.sees("The token ended at");
      assert.deepEqual(await user.texts("main button:enabled"), ["Replace"]);
      await user.opens(stage.accountUrl("rlap", minutes(2)));
      await user.sees("Ends soon:");
      assert.ok(await browser.evaluate(() => document.querySelectorAll("main button:enabled").length > 1));
    });

    test("an ended token is replaced in place, and received messages stay", async () => {
      const { user, browser, stage } = context;
      const queue = await stage.service.createQueue(`replace-${engine}`);
      await queue.sendMessage("received before");
      const ended = new Date(Math.floor(Date.now() / 1000) * 1000 + 4000);
      await user.opens(stage.queueUrl(queue.queueName, "raup", ended));
      await user.types("input[name=hidden]", "600");
      await user.clicks("#receive button");
      await user.sees("1 message received.");
      await user.sees("The token ended at");
      await user.seesRows("received before");

      const next = stage.queueUrl(queue.queueName);
      for (const [text, words] of [
        ["no token", "There is no token in it"],
        [next.replace("127.0.0.1", "localhost"), "This token is for another account."],
        [stage.queueUrl("orders"), "This token is for the queue orders."],
      ]) {
        await user.types("#next", text);
        await user.presses("Replace");
        await user.sees(words);
      }
      await user.types("#next", next.split("?")[1]);
      await user.presses("Replace");
      await user.sees("min");
      await user.seesRows("received before");
      await user.clicks(".row");
      await user.presses("Delete");
      await user.clicks(".question .danger");
      await user.sees("Deleted:");
      assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
      const signature = new URL(next).searchParams.get("sig");
      assert.ok(!(await browser.evaluate(() => document.documentElement.outerHTML)).includes(signature));
    });

    test("“offline” goes by itself when the connection is back", async () => {
      const { user, browser, stage } = context;
      await user.opens(stage.queueUrl("orders"));
      await user.seesRows("tea");
      await browser.evaluate(() => {
        globalThis.online = globalThis.fetch;
        globalThis.fetch = () => Promise.reject(new TypeError("Load failed"));
        Object.defineProperty(navigator, "onLine", { value: false, configurable: true });
      });
      await user.presses("Peek again");
      await user.sees("This device is offline.");
      await user.seesRows("tea");
      await browser.evaluate(() => {
        globalThis.fetch = globalThis.online;
        delete navigator.onLine;
        dispatchEvent(new Event("online"));
      });
      await user.waits(() => document.querySelector(".failure") === null);
      await user.seesRows("tea");
    });
  },
  async ({ service }) => {
    await service.createQueue("empty");
    await (await service.createQueue("orders")).sendMessage("tea");
  },
);
