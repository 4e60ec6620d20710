// Finding a queue among thousands, in three browsers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachBrowser } from "./stage.mjs";

const total = 3300;
/** Requests of a browser at once. */
const atOnce = 6;

async function createQueues({ service }) {
  // One after the other: Azurite lists queues by name, and its pages by the order of their creation.
  for (let index = 0; index < total; index++) await service.createQueue(`queue-${String(index).padStart(4, "0")}`);
  await service.getQueueClient("queue-2719").sendMessage("found");
}

inEachBrowser((context) => {
  /** Opens the account in a page that notes its requests. */
  async function opensNoting(permission) {
    const { user, browser, stage } = context;
    await user.pastes(stage.accountUrl(permission));
    await browser.evaluate(() => {
      const { fetch } = globalThis;
      globalThis.noted = { lists: [], counts: [], now: 0, most: 0 };
      globalThis.fetch = async (input, init) => {
        const { pathname, searchParams } = new URL(input.url ?? input);
        const isCount = searchParams.get("comp") === "metadata";
        if (searchParams.get("comp") === "list") noted.lists.push(searchParams.get("prefix") ?? "");
        if (isCount) {
          noted.counts.push(pathname.split("/").at(-1));
          noted.most = Math.max(noted.most, ++noted.now);
        }
        try {
          return await fetch(input, init);
        } finally {
          if (isCount) noted.now--;
        }
      };
    });
    await user.clicks("button[type=submit]");
  }
  const noted = () => context.browser.evaluate(() => globalThis.noted);
  const names = () => context.user.texts(".queues tbody th");

  test("one of thousands of queues is found by how its name begins, in one step", async () => {
    const { user } = context;
    await opensNoting();
    await user.sees("The first 100 queues");
    await user.types("#queue", "Queue-271");
    await user.sees("10 queues whose name begins with “queue-271”");
    assert.deepEqual(
      await names(),
      Array.from({ length: 10 }, (_, index) => `queue-271${index}`),
    );
    await user.waits(() => document.querySelector(".queues tbody tr:last-child td").innerText === "1");
    assert.deepEqual((await noted()).lists, ["", "queue-271"]);
    await user.types("#queue", "nothing-like-it");
    await user.sees("There is no queue whose name begins with “nothing-like-it”.");
  });

  test("a queue is opened by its name, without a list that has it", async () => {
    const { user } = context;
    await opensNoting();
    await user.sees("The first 100 queues");
    await user.types("#queue", "queue-2719");
    await user.clicks(".finder button");
    await user.seesRows("found");
    assert.equal(await user.reads("h1"), "queue-2719");
  });

  test("a token that may not list opens a queue by its name", async () => {
    const { user } = context;
    await opensNoting("r");
    await user.sees("The token does not allow to list queues");
    await user.types("#queue", " queue-2719 ");
    await user.clicks(".finder button");
    await user.seesRows("found");
    assert.deepEqual((await noted()).lists, []);
  });

  test("a name that no queue can have is refused in words", async () => {
    const { user } = context;
    await opensNoting();
    await user.types("#queue", "no_queue");
    await user.clicks(".finder button");
    await user.sees("A queue's name has 3 to 63 lower-case letters, digits and single hyphens.");
  });

  test("only visible queues are counted, at most six at once", async () => {
    const { user, browser } = context;
    await opensNoting();
    await user.sees("The first 100 queues");
    await user.waits(() => document.querySelector(".queues td").innerText === "0");
    const settled = () => user.waits(() => noted.now === 0 && noted.counts.length > 5);
    await settled();
    const first = await noted();
    const visible = await browser.evaluate(
      () =>
        [...document.querySelectorAll(".queues tbody tr")].filter(
          (row) => row.getBoundingClientRect().top < innerHeight,
        ).length,
    );
    assert.ok(visible < 60, `${visible} rows`);
    assert.deepEqual([...first.counts].sort(), (await names()).slice(0, visible));
    assert.ok(first.most <= atOnce, `${first.most} at once`);

    await browser.evaluate(() => document.querySelector(".queues tbody tr:last-child").scrollIntoView());
    await user.waits(() => document.querySelector(".queues tbody tr:last-child td").innerText === "0");
    await settled();
    const { counts, most } = await noted();
    assert.equal(counts.length, new Set(counts).size, "no queue is counted twice");
    assert.ok(counts.length < 100 && most <= atOnce, `${counts.length} counts, ${most} at once`);
  });

  test('"Show more" after a prefix that could not be listed lists that prefix', async () => {
    const { user, browser } = context;
    await opensNoting();
    await user.sees("The first 100 queues");
    await browser.evaluate(() => {
      globalThis.working = globalThis.fetch;
      globalThis.fetch = () => Promise.reject(new TypeError("Load failed"));
    });
    await user.types("#queue", "queue-271");
    await user.waits(() => document.querySelector(".failure") !== null);
    await browser.evaluate(() => {
      globalThis.fetch = globalThis.working;
    });
    await user.presses("Show more");
    await user.sees("10 queues whose name begins with “queue-271”");
    assert.equal((await names())[0], "queue-2710");
  });

  test("the next page of the list is shown on request", async () => {
    const { user } = context;
    await opensNoting();
    await user.types("#queue", "queue-1");
    await user.sees("The first 100 queues whose name begins with “queue-1”");
    await user.presses("Show more");
    await user.sees("The first 200 queues");
    assert.equal((await names()).at(-1), "queue-1199");
  });
}, createQueues);
