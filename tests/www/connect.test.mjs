// Opening the page with a token, and its messages about texts without a usable token, in three browsers.

import assert from "node:assert/strict";
import { test } from "node:test";
import { inEachBrowser } from "./stage.mjs";

/** Names that only a program knows. */
const namesOfTheLibrary = /connectionString|accountUrl|queueUrl|\bsas must|accountKey|updateSas|fromConnection/;

inEachBrowser(
  (context) => {
    const token = () => context.stage.accountUrl().split("?")[1];
    const submits = () => context.user.clicks("button[type=submit]");
    const seesQueues = () => context.user.sees("2 queues");
    const withKey = () => {
      const { account, address } = context.stage;
      return `DefaultEndpointsProtocol=http;AccountName=${account.accountName};AccountKey=${account.accountKey};QueueEndpoint=${address};`;
    };

    test("a SAS URL of an account lists its queues, and shows what the token allows", async () => {
      const { user, stage } = context;
      await user.pastes(stage.accountUrl());
      await submits();
      await seesQueues();
      await user.sees("Account SAS");
      await user.sees("min");
      assert.deepEqual(await user.texts(".abilities .yes"), [
        "list queues",
        "see counts",
        "peek at messages",
        "send messages",
        "receive messages",
        "delete messages",
      ]);
    });

    test("a SAS URL of a queue opens the queue", async () => {
      const { user, stage } = context;
      await user.pastes(stage.queueUrl("orders"));
      await submits();
      await user.seesRows("tea");
      assert.ok(!(await user.texts(".abilities .yes")).includes("list queues"));
    });

    for (const [what, text] of [
      ["with a SAS", () => `QueueEndpoint=${context.stage.address};SharedAccessSignature=${token()}`],
      [
        "with a SAS, as a portal shows it",
        () =>
          `BlobEndpoint=https://x.example;QueueEndpoint=${context.stage.address}/;SharedAccessSignature=${token()};`,
      ],
    ]) {
      test(`a connection string ${what} lists the queues`, async () => {
        const { user } = context;
        await user.pastes(text());
        await submits();
        await seesQueues();
      });
    }

    for (const mark of ["", "?"]) {
      test(`a token alone${mark && " with a question mark"} asks for the account`, async () => {
        const { user, stage } = context;
        await user.pastes(mark + token());
        await user.sees("Storage account");
        await user.types("#account", stage.address);
        await submits();
        await seesQueues();
      });
    }

    test("refuses other texts in its own words, and says what to do", async () => {
      const { user, stage } = context;
      await user.open(stage.pageUrl);
      const sas = token();
      for (const [pasted, words] of [
        ["https://example.com/", "There is no token in it"],
        ["https://account.queue.core.windows.net/?a=b", "The token is not complete, or it was changed"],
        [stage.accountUrl().replace(/sig=.*/, "sig=REDACTED"), "The token is not complete, or it was changed"],
        [`https://account.blob.core.windows.net/?${sas}`, "This is an address of the blob service."],
        [`https://account.queue.core.windows.net/a/b/c?${sas}`, "The address before the question mark is neither"],
        ["AccountName=account;EndpointSuffix=core.windows.net", "There is no token (SharedAccessSignature=)"],
        [
          `SharedAccessSignature=${sas};BlobEndpoint=https://account.blob.core.windows.net`,
          "does not say where the queues are",
        ],
        ["AccountName=a;AccountKey=abcd==", "This contains an account key."],
      ]) {
        await user.types("#sas", pasted);
        await submits();
        await user.sees(words);
        assert.doesNotMatch(await user.reads("#page"), namesOfTheLibrary);
      }
      await user.types("#sas", sas);
      await user.types("#account", "no account!");
      await submits();
      await user.sees("The account is a name of 3 to 24 letters and digits");
    });

    test("an account key is not taken for a token: the page makes a token from it, and says where the key goes", async () => {
      const { user, browser, stage } = context;
      await user.pastes(withKey());
      await submits();
      await user.sees("This contains an account key.");
      await user.presses("Make a token from the account key");
      await user.sees("Where the key goes:");
      assert.match(await user.reads("main"), /No request contains the key, and the page does not store it/);
      await user.presses("Make the token without giving the key to a browser");
      await user.sees("az storage account generate-sas");

      await user.types("#key", withKey());
      await user.chooses("#permission", "rl");
      await submits();
      await seesQueues();
      assert.deepEqual(await user.texts(".abilities .yes"), ["list queues", "see counts", "peek at messages"]);
      const places = await browser.evaluate(() => ({
        page: document.documentElement.outerHTML,
        fields: [...document.querySelectorAll("input")].map(({ value }) => value).join(),
        address: location.href,
        requests: performance
          .getEntriesByType("resource")
          .map(({ name }) => name)
          .join(),
        storages: JSON.stringify([{ ...localStorage }, { ...sessionStorage }]),
      }));
      for (const [place, content] of Object.entries(places)) {
        for (const key of [stage.account.accountKey, encodeURIComponent(stage.account.accountKey)]) {
          assert.ok(!content.includes(key), place);
        }
      }
    });

    test("an account key alone asks for the account, and a text that is no key is refused", async () => {
      const { user, browser, stage } = context;
      await browser.open("about:blank");
      await user.open(`${stage.pageUrl}#make-a-token`);
      await user.types("#key", "no key at all");
      await user.types("#account", stage.address);
      await submits();
      await user.sees("This is not an account key");
      await user.types("#key", stage.account.accountKey);
      await submits();
      await seesQueues();
    });
  },
  async ({ service }) => {
    await service.createQueue("empty");
    await (await service.createQueue("orders")).sendMessage("tea");
  },
);
