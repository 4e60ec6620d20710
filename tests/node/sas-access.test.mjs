// A client knows what its SAS may do: it tells, and it refuses what the service would refuse, before anything is sent.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import {
  ClientAuthenticationError,
  generateAccountSas,
  generateQueueSas,
  QueueClient,
  QueueServiceClient,
} from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, collect, rejection, script } from "../support/script.mjs";

const receipt = { popReceipt: "r" };
const settings = { cors: [] };

/** Every operation, and what the tables of the REST reference want: for a queue SAS, and for an account SAS. */
const operations = [
  ["listQueues", (service) => collect(service.listQueues()), undefined, "s", "l"],
  ["getServiceProperties", (service) => service.getServiceProperties(), undefined, "s", "r"],
  ["setServiceProperties", (service) => service.setServiceProperties(settings), undefined, "s", "w"],
  ["getServiceStats", (service) => service.getServiceStats(), undefined, "s", "r"],
  ["createQueue", (_, queue) => queue.createQueue(), undefined, "c", "cw"],
  ["createQueueIfNotExists", (_, queue) => queue.createQueueIfNotExists(), undefined, "c", "cw"],
  ["deleteQueue", (_, queue) => queue.deleteQueue(), undefined, "c", "d"],
  ["deleteQueueIfExists", (_, queue) => queue.deleteQueueIfExists(), undefined, "c", "d"],
  ["exists", (_, queue) => queue.exists(), "r", "c", "r"],
  ["getQueueProperties", (_, queue) => queue.getQueueProperties(), "r", "c", "r"],
  ["setQueueMetadata", (_, queue) => queue.setQueueMetadata({}), undefined, "c", "w"],
  ["getQueueAccessPolicy", (_, queue) => queue.getQueueAccessPolicy()],
  ["setQueueAccessPolicy", (_, queue) => queue.setQueueAccessPolicy({})],
  ["getUserDelegationKey", (service) => service.getUserDelegationKey({ expiry: new Date(4e12) })],
  ["sendMessage", (_, queue) => queue.sendMessage("x"), "a", "o", "a"],
  ["receiveMessage", (_, queue) => queue.receiveMessage(), "p", "o", "p"],
  ["receiveMessages", (_, queue) => collect(queue.receiveMessages()), "p", "o", "p"],
  ["peekMessages", (_, queue) => queue.peekMessages(), "r", "o", "r"],
  ["updateMessage", (_, queue) => queue.updateMessage("id", receipt), "u", "o", "u"],
  ["updateVisibilityTimeout", (_, queue) => queue.updateVisibilityTimeout("id", 1, receipt), "u", "o", "u"],
  ["deleteMessage", (_, queue) => queue.deleteMessage("id", receipt), "p", "o", "p"],
  ["clearMessages", (_, queue) => queue.clearMessages(), undefined, "o", "d"],
];
const words = { r: "read", a: "add", u: "update", p: "process", w: "write", d: "delete", l: "list", c: "create" };

/** What a call comes to with a SAS; the service answers everything with a status that no call expects. */
async function tryWith(sas, call, options) {
  const fetch = script({ status: 418 });
  const init = { fetch, retry: { mode: "none" }, ...options };
  const [service, queue] = [
    new QueueServiceClient(account.url, sas, init),
    new QueueClient(account.url, "orders", sas, init),
  ];
  return { error: await rejection(call(service, queue)), sent: fetch.requests.length };
}
const assertSent = ({ error, sent }) => assert.deepEqual([error.statusCode, sent], [418, 1]);
function assertRefused({ error, sent }, name, pattern) {
  assert.equal(error.name, name);
  assert.match(error.message, pattern);
  assert.ok(error instanceof ClientAuthenticationError);
  assert.deepEqual([error.statusCode, error.attempts.length, sent], [undefined, 0, 0]);
}

const forQueue = (permission) => `sv=2020-12-06&se=2099-01-01&sp=${permission}&sig=x`;
const forAccount = (permission, srt = "sco", ss = "q") =>
  `sv=2020-12-06&se=2099-01-01&ss=${ss}&srt=${srt}&sp=${permission}&sig=x`;
const without = (letters, left) => [...letters].filter((letter) => !left.includes(letter)).join("");

describe("a SAS for one queue", () => {
  for (const [name, call, letter] of operations) {
    test(`${name} ${letter ? `with ${letter} alone, and not with all others` : "never"}`, async () => {
      const all = await tryWith(forQueue("raup"), call);
      if (letter === undefined) return assertRefused(all, "SasPermissionError", /needs one for the account|needs an a/);
      assertSent(all);
      assertSent(await tryWith(forQueue(letter), call));
      const refused = await tryWith(forQueue(without("raup", letter)), call);
      assertRefused(refused, "SasPermissionError", new RegExp(`permission "${letter}" \\(${words[letter]}\\)`));
      assert.deepEqual(refused.error.details, { permission: letter });
    });
  }
});

describe("a SAS for an account", () => {
  for (const [name, call, , type, letters] of operations) {
    test(`${name} ${type ? `with ${type} and ${letters}, and not with all others` : "never"}`, async () => {
      const every = "rwdxylacupfti";
      const all = await tryWith(forAccount(every), call);
      if (type === undefined) return assertRefused(all, "SasPermissionError", /needs an (account key|access token)/);
      assertSent(all);
      for (const letter of letters) assertSent(await tryWith(forAccount(letter, type), call));
      const noPermission = await tryWith(forAccount(without(every, letters)), call);
      assertRefused(
        noPermission,
        "SasPermissionError",
        new RegExp(`permission "${letters[0]}" \\(${words[letters[0]]}\\)`),
      );
      assert.deepEqual(noPermission.error.details, { permission: letters });
      const noType = await tryWith(forAccount(every, without("sco", type)), call);
      assertRefused(noType, "SasPermissionError", new RegExp(`resource type "${type}"`));
      assert.deepEqual(noType.error.details, { resourcetype: type });
      const noService = await tryWith(forAccount(every, "sco", "bf"), call);
      assertRefused(noService, "SasPermissionError", /service "q" \(queue\)/);
    });
  }
});

describe("what is refused besides", () => {
  const send = (_, queue) => queue.sendMessage("x");
  const past = "se=2026-01-02T03%3A04%3A05Z&sp=raup&sv=2020-12-06&sig=x";

  test("a SAS that has ended, with the moment", async () => {
    const tried = await tryWith(past, send);
    assertRefused(tried, "SasExpiredError", /ended at 2026-01-02T03:04:05Z; it is \d{4}-/);
    assert.deepEqual(tried.error.details, { expiry: "2026-01-02T03:04:05Z" });
  });

  test("a SAS that is for https, over http", async () => {
    const fetch = script({ status: 418 });
    const sas = `${forQueue("raup")}&spr=https`;
    const queue = new QueueClient("http://127.0.0.1:10001/devstoreaccount1", "orders", sas, { fetch });
    const error = await rejection(queue.sendMessage("x"));
    assert.deepEqual([error.name, fetch.requests.length], ["SasPermissionError", 0]);
    assert.match(error.message, /https only/);
    assertSent(await tryWith(sas, send));
  });

  test("a SAS for a blob", async () => {
    assertRefused(await tryWith(`${forQueue("raup")}&sr=b`, send), "SasPermissionError", /not for a queue/);
    assertSent(await tryWith(`${forQueue("raup")}&sr=q`, send));
  });

  test("an iteration, when its first page is asked for", async () => {
    const fetch = script({ status: 418 });
    const queue = new QueueClient(account.url, "orders", forQueue("a"), { fetch });
    const pages = queue.receiveMessages().byPage();
    assert.equal((await rejection(pages.next())).name, "SasPermissionError");
    assert.equal(fetch.requests.length, 0);
  });

  test("nothing of a SAS with a stored access policy, which alone does not decide", async () => {
    for (const sas of ["si=policy&sv=2020-12-06&sig=x", `si=policy&${past}`]) {
      for (const [, call] of operations) assertSent(await tryWith(sas, call));
    }
  });

  test("nothing with checkAccess: false", async () => {
    for (const sas of [past, forQueue("r"), forAccount("r", "s", "b"), `${forQueue("raup")}&sr=b`]) {
      assertSent(await tryWith(sas, send, { checkAccess: false }));
    }
  });

  test("nothing of a SAS beside an account key or an access token, which may allow more", async () => {
    for (const credential of [account.key, { getToken: () => ({ token: "token-1", expiresOnTimestamp: 9e12 }) }]) {
      const fetch = script({ status: 418 });
      const queue = QueueClient.fromQueueUrl(`${account.url}/orders?${past}`, credential, { fetch });
      assert.equal((await rejection(queue.sendMessage("x"))).statusCode, 418);
    }
  });

  test("a checkAccess that is neither true nor false", () => {
    assert.throws(() => new QueueClient(account.url, "orders", account.sas, { checkAccess: "no" }), {
      name: "TypeError",
      message: 'checkAccess must be true or false; got the text "no"',
    });
  });
});

describe("what is refused here is what the service refuses", () => {
  let azurite;
  before(async () => {
    azurite = await startAzurite();
    await QueueServiceClient.fromConnectionString(azurite.connectionString).createQueue("orders");
  });
  after(() => azurite.stop());

  // Statistics come from another endpoint; Azurite has no user delegation key, and wants other resource types for three
  // operations than the service does.
  const left = ["getServiceStats", "getUserDelegationKey", "deleteMessage", "clearMessages", "updateMessage"];
  const tried = operations.filter(([name]) => !left.includes(name) && name !== "updateVisibilityTimeout");
  const sasOf = (kind, permission) => {
    const { accountName, accountKey } = azurite;
    const common = { accountName, accountKey, permission, expiry: "2099-01-01" };
    return kind === "queue"
      ? generateQueueSas({ ...common, queueName: "orders" })
      : generateAccountSas({ ...common, resourceTypes: "sco" });
  };
  for (const [kind, letters] of [
    ["queue", "raup"],
    ["account", "rwdlacup"],
  ]) {
    for (const letter of letters) {
      test(`of a SAS for the ${kind} with ${letter} alone`, async () => {
        const sas = sasOf(kind, letter);
        for (const [name, call] of tried) {
          const refusal = async (options) => {
            const init = { retry: { mode: "none" }, ...options };
            const clients = [
              new QueueServiceClient(azurite.url, sas, init),
              new QueueClient(azurite.url, "orders", sas, init),
            ];
            return await call(...clients).then(
              () => undefined,
              (error) => error,
            );
          };
          const byService = await refusal({ checkAccess: false });
          const byUs = await refusal({});
          assert.equal(byUs?.name === "SasPermissionError", byService?.statusCode === 403, `${name}: ${byService}`);
        }
      });
    }
  }
});
