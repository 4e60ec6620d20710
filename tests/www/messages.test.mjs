// The messages of a queue, as a person reads, sends, receives and deletes them, in three browsers.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { inEachBrowser } from "./stage.mjs";

const base64 = (content) => Buffer.from(content).toString("base64");

inEachBrowser((context, engine) => {
  /** A new queue with messages in it. */
  async function queueWith(name, ...texts) {
    const queue = await context.stage.service.createQueue(`${name}-${engine}`);
    for (const text of texts) await queue.sendMessage(text);
    return queue;
  }
  const opens = (queue, permission) => context.user.opens(context.stage.queueUrl(queue.queueName, permission));

  describe("the list of messages", () => {
    test("is shown as soon as a queue is opened, with size, age and dequeue count", async () => {
      const { user, stage, browser } = context;
      const queue = await queueWith("opened", "one cup of tea", '{\n  "cups": 2,\n  "of": "tea"\n}', "zwei Tassen ☕");
      await user.opens(stage.accountUrl());
      await user.presses(queue.queueName);
      await user.seesRows("one cup of tea", '{ "cups": 2, "of": "tea" }', "zwei Tassen ☕");
      assert.match(await user.reads(".row"), /14 B\s+\d+ s ago\s+never received/);
      assert.equal(await user.reads("h1"), queue.queueName);
      assert.equal(await user.reads(".message-list [role=status]"), "3 shown.");
      await browser.evaluate(() => history.back());
      await browser.waitFor(() => document.querySelector("h1")?.innerText === "Queues");
    });

    test("says that a peek shows no more than 32, and what the count includes", async () => {
      const { user } = context;
      const queue = await queueWith("many", ...Array.from({ length: 35 }, (_, index) => `message ${index}`));
      await opens(queue);
      await user.sees("32 shown; a peek never shows more; about 35 in the queue, hidden and delayed ones included.");
      assert.equal((await user.rows()).length, 32);
    });

    test("tells an empty queue from one whose messages are hidden", async () => {
      const { user } = context;
      const queue = await queueWith("hidden");
      await opens(queue);
      await user.sees("The queue is empty.");
      await queue.sendMessage("later", { visibilityTimeout: 600 });
      await user.presses("Peek again");
      await user.sees("None can be seen now; about 1 in the queue, hidden and delayed ones included.");
    });

    test("is not loaded with a token that may not peek, which says why", async () => {
      const { user } = context;
      await opens(await queueWith("no-peek", "tea"), "a");
      await user.sees("The token does not allow to peek at messages: it lacks the permission “read”.");
      assert.deepEqual(await user.rows(), []);
    });
  });

  describe("a message", () => {
    test("opens to the whole, with JSON formatted and every digit kept", async () => {
      const { user } = context;
      const text = '{"id":9007199254740993,"items":[{"tea":"Assam, \\"fine\\"","cups":1.50}],"none":{},"list":[]}';
      await opens(await queueWith("json", text));
      await user.clicks(".row");
      await user.seesIn(".content", '"id": 9007199254740993,');
      assert.equal(
        (await user.reads(".content")).trimEnd(),
        `{
  "id": 9007199254740993,
  "items": [
    {
      "tea": "Assam, \\"fine\\"",
      "cups": 1.50
    }
  ],
  "none": {},
  "list": []
}`,
      );
      assert.deepEqual(await user.texts(".views button"), ["Formatted", "Text", "Bytes"]);
      await user.presses("Text");
      await user.seesIn(".content", text);
      await user.presses("Bytes");
      await user.seesIn(".content", "0000  7b 22 69 64 22 3a");
    });

    test("in Base64 is shown decoded and marked as a guess, and its original can be shown", async () => {
      const { user } = context;
      await opens(await queueWith("guess", base64("Grüße aus Köln"), "not Base64"));
      await user.seesRows("Grüße aus Köln", "not Base64");
      await user.sees("Some messages are in Base64 and others are not.");
      await user.clicks(".row");
      await user.sees("a guess");
      await user.seesIn(".content", "Grüße aus Köln");
      await user.presses("In the queue");
      await user.seesIn(".content", base64("Grüße aus Köln"));
    });

    test("is read as a person chooses, without another request", async () => {
      const { user, browser } = context;
      const bytes = Uint8Array.of(0xff, 0xfe, 0x00, 0x41);
      await opens(await queueWith("reading", base64("tea"), base64(bytes), "no Base64!"));
      await user.seesRows(base64("tea"), base64(bytes), "no Base64!");
      const requests = () => browser.evaluate(() => performance.getEntriesByType("resource").length);
      const before = await requests();
      await user.chooses(".reading select", "base64");
      await user.waits(() => document.querySelector(".preview").innerText === "tea");
      assert.equal(await requests(), before);
      await browser.evaluate(() => document.querySelectorAll(".row")[2].click());
      await user.sees("This is not Base64. It is shown as it stands in the queue.");
      await browser.evaluate(() => document.querySelectorAll(".row")[1].click());
      await user.seesIn(".content", "0000  ff fe 00 41                                      ...A");
      await user.sees("They are not a text.");
    });

    test("shows control characters and those that change the direction of text", async () => {
      const { user } = context;
      const text = "pay \u202eevil\u202c, \u200bhidden, \u2066isolated\u2069 👩‍👧";
      await opens(await queueWith("marks", text, base64("bell \u0007, escape \u001b[0m, tab \t, null \u0000 = end.")));
      await user.seesRows(
        "pay [U+202E]evil[U+202C], [U+200B]hidden, [U+2066]isolated[U+2069] 👩‍👧",
        base64("bell \u0007, escape \u001b[0m, tab \t, null \u0000 = end."),
      );
      await user.chooses(".reading select", "base64");
      await user.waits(() => document.querySelectorAll(".preview")[1].innerText.startsWith("bell ␇, escape ␛[0m"));
      await context.browser.evaluate(() => document.querySelectorAll(".row")[1].click());
      await user.seesIn(".content", "null ␀ = end.");
    });

    test("that is hostile is shown as text", async () => {
      const { user, browser } = context;
      const text = '<img src=x onerror="globalThis.ran=1"><script>globalThis.ran=1</script>';
      await opens(await queueWith("hostile", text));
      await user.seesRows(text);
      await user.clicks(".row");
      await user.seesIn(".content", text);
      assert.equal(await browser.evaluate(() => globalThis.ran), undefined);
    });

    test("that is long shows its beginning, and all of it on request", async () => {
      const { user, browser } = context;
      const text = Array.from({ length: 500 }, (_, index) => `line ${index}`).join("\n");
      await opens(await queueWith("long", text));
      await user.clicks(".row");
      await user.seesIn(".content", "line 39");
      assert.ok(!(await user.reads(".content")).includes("line 40"));
      await browser.evaluate(() => document.querySelector(".reader > button").click());
      await user.seesIn(".content", "line 499");
      assert.equal((await user.reads(".content")).trimEnd(), text);
    });

    test("that is as large as messages get does not stop the page", async () => {
      const { user, browser } = context;
      const deep = `${"[".repeat(32_000)}${"]".repeat(32_000)}`;
      const controls = base64("\u0007\u001b".repeat(24_000));
      await opens(await queueWith("huge", deep, JSON.stringify("x".repeat(60_000)), controls));
      await user.waits(() => document.querySelectorAll(".row").length === 3);
      await user.clicks(".row");
      await user.seesIn(".content", "[\n  [\n    [");
      await user.chooses(".reading select", "base64");
      await browser.evaluate(() => document.querySelectorAll(".row")[2].click());
      await user.seesIn(".content", "␇␛␇␛");
      await browser.evaluate(() => document.querySelector(".reader > button").click());
      await user.waits(() => document.querySelector(".content").innerText.length > 47_000);
    });

    test("is copied as it is shown, without the marks", async () => {
      const { user, browser } = context;
      const text = "tea \u202efor\u202c two";
      await opens(await queueWith("copy", text));
      await user.clicks(".row");
      await user.seesIn(".content", "[U+202E]");
      await browser.evaluate(() => {
        globalThis.copied = [];
        navigator.clipboard.writeText = async (text) => globalThis.copied.push(text);
      });
      await user.presses("Copy");
      await user.sees("Copied.");
      await browser.evaluate(() => {
        navigator.clipboard.writeText = () => Promise.reject(new DOMException("denied", "NotAllowedError"));
      });
      await user.presses("Copy");
      await user.sees("select the text instead");
      assert.deepEqual(await browser.evaluate(() => globalThis.copied), [text]);
    });

    test("keeps its address for a reload and for going back", async () => {
      const { user, browser } = context;
      const queue = await queueWith("address", "first", "second");
      await opens(queue);
      await user.seesRows("first", "second");
      await user.clicks(".row");
      await user.seesIn(".content", "first");
      const { id } = (await queue.peekMessages())[0];
      assert.equal(await browser.evaluate(() => location.hash), `#queue/${queue.queueName}/${id}`);
      await browser.evaluate(() => history.back());
      await user.waits(() => document.querySelector(".content") === null);
      await user.waits((id) => document.activeElement.dataset.id === id, id);
    });
  });

  describe("sending", () => {
    test("adds the message to the list and empties the field", async () => {
      const { user, browser } = context;
      const queue = await queueWith("send");
      await opens(queue);
      await user.sees("The queue is empty.");
      await user.types("#content", "sent by hand");
      await user.presses("Send message");
      await user.sees("Sent:");
      await user.seesRows("sent by hand");
      assert.equal(await browser.evaluate(() => document.querySelector("#content").value), "");
      await user.sees("about 1 message");
    });

    test("uses the encoding of the queue's messages, and another one on request", async () => {
      const { user } = context;
      const queue = await queueWith("send-as", base64("a message in Base64"), base64("and one more of them"));
      await opens(queue);
      await user.seesRows("a message in Base64", "and one more of them");
      await user.types("#content", "héllo, this is a test");
      await user.presses("Send message");
      await user.seesRows("a message in Base64", "and one more of them", "héllo, this is a test");
      await user.chooses("#encoding", "text");
      await user.types("#content", "plain");
      await user.presses("Send message");
      await user.seesRows("a message in Base64", "and one more of them", "héllo, this is a test", "plain");
      const texts = (await queue.peekMessages({ maxMessages: 32 })).map(({ content }) => content);
      assert.deepEqual(texts.slice(2), [base64("héllo, this is a test"), "plain"]);
    });

    test("asks before it sends an empty message", async () => {
      const { user } = context;
      const queue = await queueWith("empty");
      await opens(queue);
      await user.presses("Send message");
      await user.sees("The message is empty. Send it?");
      await user.presses("Cancel");
      await user.seesNot("The message is empty.");
      assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
      await user.presses("Send message");
      await user.presses("Send empty message");
      await user.seesRows("empty");
      assert.equal((await queue.peekMessages())[0].content, "");
    });

    test("refuses a message that no queue takes, and keeps it in the field", async () => {
      const { user, browser } = context;
      await opens(await queueWith("large"));
      const fill = (text) =>
        browser.evaluate((text) => {
          document.querySelector("#content").value = text;
        }, text);
      await fill("x".repeat(66_000));
      await user.presses("Send message");
      await user.waits(() => /too large: it would have 66.?000 bytes/.test(document.querySelector("#send")?.innerText));
      await fill("bell \u0007");
      await user.presses("Send message");
      await user.seesIn("#send .failure", "control characters");
      assert.equal(await browser.evaluate(() => document.querySelector("#content").value), "bell \u0007");
      await user.chooses("#encoding", "base64");
      await user.presses("Send message");
      await user.sees("Sent:");
      await user.waits(() => document.querySelector("#send .failure") === null);
    });
  });

  describe("receiving and deleting", () => {
    test("lists received messages first, and deletes one only after a question", async () => {
      const { user, browser } = context;
      const queue = await queueWith("receive", "one", "two", "three");
      await opens(queue);
      await user.seesRows("one", "two", "three");
      await user.types("#number", "2");
      await user.clicks("#receive button");
      await user.sees("2 messages received.");
      await user.sees("Received, hidden from others");
      await user.sees("hidden for");
      await user.seesRows("one", "two", "three");
      assert.equal((await queue.peekMessages({ maxMessages: 32 })).length, 1);

      await user.clicks(".row");
      await user.sees("Pop receipt");
      await user.presses("Delete");
      await user.sees("Delete this message? It cannot be brought back.");
      await user.presses("Cancel");
      assert.equal((await queue.getQueueProperties()).approximateMessageCount, 3);
      await user.presses("Delete");
      await user.waits(() => document.activeElement.innerText === "Cancel");
      await user.clicks(".question .danger");
      await user.sees("Deleted:");
      await user.seesRows("two", "three");
      assert.equal(await browser.evaluate(() => location.hash), `#queue/${queue.queueName}`);
      assert.equal((await queue.getQueueProperties()).approximateMessageCount, 2);
    });

    test("a message that is not deleted in time is listed at the front again", async () => {
      const { user } = context;
      await opens(await queueWith("short", "soon back"));
      await user.types("input[name=hidden]", "2");
      await user.clicks("#receive button");
      await user.sees("1 message received.");
      await user.sees("1 message not deleted in time: visible to others again.");
      await user.waits(() => document.querySelector(".row .times")?.innerText === "received once");
      await user.seesRows("soon back");
    });

    test("a peeked message has no button to delete it", async () => {
      const { user } = context;
      await opens(await queueWith("peeked", "tea"));
      await user.clicks(".row");
      await user.seesIn(".detail", "Dequeue count");
      assert.deepEqual(await user.texts(".detail button"), ["Text", "Bytes", "Copy"]);
    });

    test("a token that may only read disables the rest and says why", async () => {
      const { user, browser } = context;
      await opens(await queueWith("read-only", "tea"), "r");
      await user.seesRows("tea");
      await user.sees("it lacks the permission “add”");
      await user.sees("it lacks the permission “process”");
      const disabled = await browser.evaluate(() =>
        [...document.querySelectorAll("main button:disabled")].map((button) => [
          button.innerText,
          button.title === document.getElementById(button.getAttribute("aria-describedby")).innerText,
        ]),
      );
      assert.deepEqual(disabled, [
        ["Receive", true],
        ["Send message", true],
      ]);
      assert.deepEqual(await user.texts(".abilities .yes"), ["see counts", "peek at messages"]);
    });
  });

  describe("the width of the screen", () => {
    const boxes = () =>
      context.browser.evaluate(() =>
        Object.fromEntries(
          Object.entries({
            queues: ".queue-list",
            list: ".message-list",
            detail: ".detail",
            receive: "#receive",
            send: "#send",
          }).map(([name, selector]) => {
            const box = document.querySelector(selector)?.getBoundingClientRect();
            return [name, box?.width ? { left: box.left, right: box.right, top: box.top } : null];
          }),
        ),
      );

    for (const width of [1440, 2560]) {
      test(`at ${width} px queues, messages and the open message stand side by side`, async () => {
        const { user, browser, stage } = context;
        const queue = await queueWith(`wide${width}`, "tea");
        await browser.setViewport(width, 900);
        await user.opens(stage.accountUrl());
        await user.presses(queue.queueName);
        await user.clicks(".row");
        await user.seesIn(".content", "tea");
        const { queues, list, detail } = await boxes();
        assert.ok(queues.right <= list.left && list.right <= detail.left, JSON.stringify(await boxes()));
        assert.ok(detail.right > width * 0.97, "the whole width is used");
        await browser.setViewport(1280, 900);
      });
    }

    test("on a phone the messages come first, and one pane is shown at a time", async () => {
      const { user, browser, stage } = context;
      const queue = await queueWith("narrow", "tea", "coffee");
      await browser.setViewport(360, 780);
      await user.opens(stage.accountUrl());
      await user.presses(queue.queueName);
      await user.seesRows("tea", "coffee");
      const list = await boxes();
      assert.equal(list.queues, null);
      assert.ok(list.list.top < list.receive.top && list.receive.top < list.send.top);
      assert.deepEqual(await browser.evaluate(() => [...document.querySelectorAll(".form")].map(({ open }) => open)), [
        false,
        false,
      ]);
      const overflow = () => browser.evaluate(() => document.documentElement.scrollWidth - innerWidth);
      assert.ok((await overflow()) <= 0);

      await user.clicks(".row");
      await user.seesIn(".content", "tea");
      const message = await boxes();
      assert.deepEqual([message.list, message.send], [null, null]);
      assert.ok((await overflow()) <= 0);
      await user.presses("Close");
      await user.seesRows("tea", "coffee");
      await browser.setViewport(1280, 900);
    });
  });
});
