// A SAS that is replaced: by a function that is asked for it, or by updateSas.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { ClientAuthenticationError, generateQueueSas, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, emptyPage, failure, rejection, script, sent } from "../support/script.mjs";

const retry = { mode: "none" };
const minutes = (number) => new Date(Date.now() + number * 60_000);
/** A SAS by its number. */
const sas = (number, ends = minutes(60), more = "") =>
  `sv=2020-12-06&ss=q&srt=sco&sp=rwdlacup&se=${encodeURIComponent(ends.toISOString())}${more}&sig=signature${number}`;
/** The numbers that the requests were signed with. */
const used = (fetch) => fetch.requests.map(({ url }) => Number(url.searchParams.get("sig")?.split("signature")[1]));
const hundred = (call) => Promise.all(Array.from({ length: 100 }, () => call().catch((error) => error)));

/** A client whose credential function gives what it is told, in turn; numbers are those of signatures. */
function clientOf(fetch, answers, options) {
  const asked = { count: 0 };
  const credential = async () => {
    const answer = answers[Math.min(asked.count++, answers.length - 1)];
    if (answer instanceof Error) throw answer;
    return typeof answer === "number" ? sas(answer) : answer;
  };
  return { queue: new QueueClient(account.url, "orders", credential, { fetch, retry, ...options }), asked };
}

describe("a function as credential", () => {
  test("is asked at the first call and not before, and its SAS is kept", async () => {
    const fetch = script(emptyPage);
    const { queue, asked } = clientOf(fetch, [1, 2]);
    assert.deepEqual([asked.count, queue.sas], [0, undefined]);
    assert.equal(queue.getUrlWithSas(), `${account.url}/orders`);
    for (const _ of [1, 2, 3]) await queue.peekMessages();
    assert.deepEqual([asked.count, used(fetch)], [1, [1, 1, 1]]);
    assert.equal(queue.sas.permissions.add, true);
    assert.match(queue.getUrlWithSas(), /sig=signature1$/);
    assert.match(queue.url, /sig=REDACTED$/);
  });

  for (const [what, give] of [
    ["a string", () => sas(1)],
    ["a promise", async () => sas(1)],
    ["a token with a question mark", () => `?${sas(1)}`],
  ]) {
    test(`may give ${what}`, async () => {
      const fetch = script(emptyPage);
      await new QueueServiceClient(account.url, give, { fetch }).getQueueClient("orders").peekMessages();
      assert.deepEqual(used(fetch), [1]);
    });
  }

  test("is shared by all clients of a service client", async () => {
    const fetch = script(emptyPage);
    let asked = 0;
    const service = new QueueServiceClient(account.url, () => sas(++asked), { fetch });
    await Promise.all(["one", "two"].map((name) => service.getQueueClient(name).peekMessages()));
    assert.deepEqual([asked, used(fetch)], [1, [1, 1]]);
    assert.equal(service.sas.kind, "account");
  });

  test("wins over the SAS of a URL, and works in place of the credential of a connection string", async () => {
    const fetch = script(emptyPage);
    const clients = [
      QueueClient.fromQueueUrl(`${account.url}/orders?${sas(7)}`, () => sas(1), { fetch }),
      QueueClient.fromConnectionString(`AccountName=myaccount;AccountKey=${account.key}`, "orders", {
        credential: () => sas(2),
        fetch,
      }),
    ];
    for (const client of clients) await client.peekMessages();
    assert.deepEqual(used(fetch), [1, 2]);
  });

  test("is asked again shortly before the end", async () => {
    const fetch = script(emptyPage);
    // The last tenth of its time, but no less than a minute and no more than five.
    for (const [left, count] of [
      [0.5, 2],
      [0.9, 2],
      [2, 1],
      [60, 1],
    ]) {
      const { queue, asked } = clientOf(fetch, [sas(1, minutes(left)), 2]);
      for (const _ of [1, 2, 3]) await queue.peekMessages();
      assert.equal(asked.count, count, `${left} minutes`);
      assert.deepEqual(used(fetch).slice(-3), [1, count, count]);
    }
  });

  test("that fails shortly before the end harms no call, and is left alone for a while", async () => {
    const fetch = script(emptyPage);
    const { queue, asked } = clientOf(fetch, [sas(1, minutes(0.5)), new Error("closed")]);
    for (const _ of [1, 2, 3]) await queue.peekMessages();
    assert.deepEqual([asked.count, used(fetch)], [2, [1, 1, 1]]);
  });

  test("is asked once by a hundred calls", async () => {
    const fetch = script(emptyPage);
    const { queue, asked } = clientOf(fetch, [new Error("closed"), 2]);
    const errors = await hundred(() => queue.peekMessages());
    assert.ok(errors.every((error) => error.cause === errors[0].cause && error.cause.message === "closed"));
    assert.deepEqual([asked.count, fetch.requests.length], [1, 0]);
    assert.ok((await hundred(() => queue.peekMessages())).every(Array.isArray));
    assert.deepEqual([asked.count, fetch.requests.length], [2, 100]);
  });

  const closed = new Error("closed");
  for (const [what, give, message, cause] of [
    [
      "throws",
      () => {
        throw closed;
      },
      /credential function threw/,
      closed,
    ],
    ["rejects", () => Promise.reject(closed), /credential function threw/, closed],
    ["rejects with nothing", () => Promise.reject(), /credential function threw/],
    ["gives nothing", () => undefined, /did not return a string/],
    ["gives a number", () => 5, /did not return a string/],
    ["gives an account key", () => account.key, /gave text that is none/],
    ["gives an empty text", () => "", /gave an empty text/],
    ["gives a web page", async () => "<html>sig=topsecret</html>", /gave a text that begins with "<"/],
    ["gives a URL", async () => `${account.url}/orders?${sas(1)}`, /gave a URL: only what follows its "\?"/],
    ["gives a token without a signature", () => "sv=2020-12-06&sp=r", /without a signature/],
  ]) {
    test(`that ${what} is a ClientAuthenticationError, and nothing is sent`, async () => {
      const fetch = script(emptyPage);
      const error = await rejection(new QueueClient(account.url, "orders", give, { fetch }).peekMessages());
      assert.equal(error.name, "ClientAuthenticationError");
      assert.ok(error instanceof ClientAuthenticationError);
      assert.match(error.message, /^There is no shared access signature: /);
      assert.match(error.message, message);
      assert.equal(error.cause, cause);
      assert.deepEqual([error.attempts, fetch.requests.length], [[], 0]);
    });
  }

  test("that gives a SAS which has ended is asked at each call, and nothing is sent", async () => {
    const fetch = script(emptyPage);
    const { queue, asked } = clientOf(fetch, [sas(1, minutes(-1))]);
    for (const _ of [1, 2]) assert.equal((await rejection(queue.peekMessages())).name, "SasExpiredError");
    assert.deepEqual([asked.count, fetch.requests.length], [2, 0]);
  });

  test("that never answers ends the call in its time, or when it is aborted", async () => {
    const fetch = script(emptyPage);
    const never = () => new Promise(() => {});
    const queue = new QueueClient(account.url, "orders", never, { fetch, tryTimeout: 0.05 });
    const late = await rejection(queue.peekMessages());
    assert.deepEqual([late.name, fetch.requests.length], ["ServiceRequestTimeoutError", 0]);
    const reason = new Error("gave up");
    const controller = new AbortController();
    const promise = queue.peekMessages({ signal: controller.signal });
    setImmediate(() => controller.abort(reason));
    assert.equal(await rejection(promise), reason);
  });

  test("that makes a call itself, with the client that waits for it, hangs nothing for ever", async () => {
    const fetch = script(emptyPage);
    const queue = new QueueClient(account.url, "orders", () => queue.peekMessages().then(() => sas(1)), {
      fetch,
      tryTimeout: 0.05,
    });
    assert.match((await rejection(queue.peekMessages())).name, /ServiceRequestTimeoutError|ClientAuthenticationError/);
    assert.equal(fetch.requests.length, 0);
  });
});

describe("when the service refuses a SAS that a function gave", () => {
  const ended = failure(403, "AuthenticationFailed", "Server failed to authenticate the request.");
  ended.body = ended.body.replace(
    "</Error>",
    "<AuthenticationErrorDetail>Signature not valid in the specified time frame: Start [] - Expiry [] - Current []</AuthenticationErrorDetail></Error>",
  );

  test("the function is asked once more, and a send that was refused is sent again", async () => {
    const fetch = script(ended, sent, sent);
    const retries = [];
    const { queue, asked } = clientOf(fetch, [1, 2], { onRetry: (event) => retries.push(event) });
    await queue.sendMessage("x");
    await queue.sendMessage("y");
    assert.deepEqual([asked.count, used(fetch)], [2, [1, 2, 2]]);
    assert.deepEqual(
      retries.map(({ attempt, delay, code }) => [attempt, delay, code]),
      [[1, 0, "AuthenticationFailed"]],
    );
  });

  test("only once a call", async () => {
    const fetch = script(ended);
    const { queue, asked } = clientOf(fetch, [1, 2, 3]);
    const error = await rejection(queue.peekMessages());
    assert.ok(error instanceof ClientAuthenticationError);
    assert.deepEqual([error.attempts.length, asked.count, used(fetch)], [2, 2, [1, 2]]);
  });

  test("a hundred calls at once ask once", async () => {
    const fetch = script(({ url }) => (url.searchParams.get("sig") === "signature1" ? ended : emptyPage));
    const { queue, asked } = clientOf(fetch, [1, 2]);
    assert.ok((await hundred(() => queue.peekMessages())).every(Array.isArray));
    assert.deepEqual([asked.count, fetch.requests.length], [2, 200]);
  });

  test("a function that fails then is the cause, and what was tried is told", async () => {
    const fetch = script(ended);
    const closed = new Error("closed");
    const { queue } = clientOf(fetch, [1, closed]);
    const error = await rejection(queue.peekMessages());
    assert.equal(error.cause, closed);
    assert.deepEqual(
      error.attempts.map(({ statusCode }) => statusCode),
      [403],
    );
  });

  for (const code of ["AuthorizationPermissionMismatch", "AuthorizationFailure", "InsufficientAccountPermissions"]) {
    test(`it is not asked for ${code}, which another SAS would meet too`, async () => {
      const fetch = script(failure(403, code));
      const { queue, asked } = clientOf(fetch, [1, 2]);
      assert.equal((await rejection(queue.peekMessages())).code, code);
      assert.deepEqual([asked.count, fetch.requests.length], [1, 1]);
    });
  }

  test("it is asked too when the SAS has ended by the service's clock, whatever the code", async () => {
    const refused = failure(403, "AuthorizationFailure");
    refused.headers.date = minutes(120).toUTCString();
    const fetch = script(refused, emptyPage);
    const { queue, asked } = clientOf(fetch, [1, sas(2, minutes(240))]);
    await queue.peekMessages();
    assert.deepEqual([asked.count, used(fetch)], [2, [1, 2]]);
  });

  test("it does not count as a retry", async () => {
    const fetch = script(ended, failure(503, "ServerBusy"), emptyPage);
    const { queue } = clientOf(fetch, [1, 2], { retry: { maxTries: 2, delay: 0 } });
    await queue.peekMessages();
    assert.deepEqual(used(fetch), [1, 2, 2]);
  });
});

describe("updateSas", () => {
  test("counts from the next request on, for all clients of the account", async () => {
    const fetch = script(emptyPage);
    const service = new QueueServiceClient(account.url, sas(1), { fetch });
    const queue = service.getQueueClient("orders");
    await queue.peekMessages();
    service.updateSas(sas(2));
    await queue.peekMessages();
    queue.updateSas(`?${sas(3)}`);
    await service.getQueueClient("others").peekMessages();
    assert.deepEqual(used(fetch), [1, 2, 3]);
    assert.match(service.getUrlWithSas(), /signature3$/);
  });

  test("counts for the retries of a call that is under way", async () => {
    const fetch = script(failure(503, "ServerBusy"), emptyPage);
    const queue = new QueueClient(account.url, "orders", sas(1), {
      fetch,
      retry: { delay: 0 },
      onRetry: () => queue.updateSas(sas(2)),
    });
    await queue.peekMessages();
    assert.deepEqual(used(fetch), [1, 2]);
  });

  test("meanwhile saves a call whose SAS is refused", async () => {
    const fetch = script(() => {
      if (fetch.requests.length === 1) queue.updateSas(sas(2));
      return fetch.requests.length === 1 ? failure(403, "AuthenticationFailed") : emptyPage;
    });
    const queue = new QueueClient(account.url, "orders", sas(1), { fetch, retry });
    await queue.peekMessages();
    assert.deepEqual(used(fetch), [1, 2]);
    // But the same one is not tried twice.
    const stubborn = script(failure(403, "AuthenticationFailed"));
    const error = await rejection(
      new QueueClient(account.url, "orders", sas(1), { fetch: stubborn, retry }).peekMessages(),
    );
    assert.deepEqual([error.statusCode, stubborn.requests.length], [403, 1]);
  });

  test("revives a client whose SAS has ended", async () => {
    const fetch = script(emptyPage);
    const queue = new QueueClient(account.url, "orders", sas(1, minutes(-1)), { fetch });
    assert.equal((await rejection(queue.peekMessages())).name, "SasExpiredError");
    queue.updateSas(sas(2));
    await queue.peekMessages();
    assert.deepEqual(used(fetch), [2]);
  });

  test("gives a first SAS to a client without a credential, and a better one to a client with a function", async () => {
    const fetch = script(emptyPage);
    const bare = new QueueClient(account.url, "orders", undefined, { fetch });
    bare.updateSas(sas(1));
    await bare.peekMessages();
    const { queue, asked } = clientOf(fetch, [5]);
    queue.updateSas(sas(2));
    await queue.peekMessages();
    assert.deepEqual([asked.count, used(fetch)], [0, [1, 2]]);
  });

  test("meanwhile answers for a function that does not, and what that gives late does not take its place", async () => {
    const fetch = script(emptyPage);
    let give;
    const queue = new QueueClient(
      account.url,
      "orders",
      () =>
        new Promise((resolve) => {
          give = () => resolve(sas(1));
        }),
      { fetch },
    );
    const waiting = queue.peekMessages();
    setImmediate(() => queue.updateSas(sas(2)));
    await waiting;
    give();
    await queue.peekMessages();
    assert.deepEqual(used(fetch), [2, 2]);
  });

  test("does not reach clients that were made apart", async () => {
    const fetch = script(emptyPage);
    const [one, other] = [1, 1].map((number) => new QueueClient(account.url, "orders", sas(number), { fetch }));
    one.updateSas(sas(2));
    await other.peekMessages();
    assert.deepEqual(used(fetch), [1]);
  });

  for (const [what, given, expected] of [
    ["text that is none", "hello", { name: "RangeError", message: /^sas must be a shared access signature; got/ }],
    ["an account key", account.key, { name: "RangeError" }],
    ["an empty text", "", { name: "RangeError" }],
    ["nothing", undefined, { name: "TypeError", message: /^sas must be/ }],
    ["a function", () => sas(1), { name: "TypeError", message: /^sas must be/ }],
    ["a token without a signature", "sv=2020-12-06&sp=r", { name: "RangeError", message: /without a signature/ }],
    ["a URL that was redacted", "sv=2020-12-06&sp=r&sig=REDACTED", { name: "RangeError", message: /redacted/ }],
  ]) {
    test(`refuses ${what} and keeps what there was`, async () => {
      const fetch = script(emptyPage);
      const queue = new QueueClient(account.url, "orders", sas(1), { fetch });
      assert.throws(() => queue.updateSas(given), expected);
      await queue.peekMessages();
      assert.deepEqual(used(fetch), [1]);
    });
  }

  test("is refused by a client with an account key or with tokens, which would not use it", () => {
    for (const credential of [account.key, { getToken: () => null }]) {
      const queue = new QueueClient(account.url, "orders", credential);
      assert.throws(() => queue.updateSas(sas(1)), { name: "TypeError", message: /account key/ });
    }
  });
});

describe("with the emulator", () => {
  let azurite;
  before(async () => {
    azurite = await startAzurite();
    await QueueServiceClient.fromConnectionString(azurite.connectionString).createQueue("orders");
  });
  after(() => azurite.stop());

  test("a SAS whose end the service sees first is replaced within the call", async () => {
    const { accountName, accountKey } = azurite;
    const make = (expiry) =>
      generateQueueSas({ accountName, accountKey, queueName: "orders", permission: "raup", expiry });
    const given = [make(minutes(-1)), make(minutes(60))];
    const queue = new QueueClient(azurite.url, "orders", () => given.shift(), { retry, checkAccess: false });
    const { id } = await queue.sendMessage("x");
    assert.equal((await queue.receiveMessage()).id, id);
    assert.equal(given.length, 0);
  });
});
