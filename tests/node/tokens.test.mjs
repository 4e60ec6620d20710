// Access tokens against a scripted service: asking for them, keeping them, and what the service wants instead.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { beforeEach, describe, test } from "node:test";
import { ClientAuthenticationError, generateQueueSas, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, emptyPage, knownAnswers, rejection, script, sent } from "../support/script.mjs";

describe("access tokens", () => {
  let fetch;
  beforeEach(() => {
    fetch = script(({ method }) => (method === "POST" ? sent : emptyPage));
  });
  const queueWith = (getToken) =>
    new QueueClient(account.url, "orders", { getToken }, { fetch, retry: { mode: "none" } });
  const lasting = (token, millis = 3_600_000) => ({ token, expiresOnTimestamp: Date.now() + millis });

  test("are refused for http at once, since the token would be readable", () => {
    const credential = { getToken: async () => lasting("t") };
    for (const make of [
      () => new QueueServiceClient("http://127.0.0.1:10001/devstoreaccount1", credential),
      () => new QueueClient("http://myaccount.queue.core.windows.net", "orders", credential),
    ]) {
      assert.throws(make, { name: "RangeError", message: /accountUrl .*https/ });
    }
  });

  test("go out as a header, of any object that has getToken, called as its method", async () => {
    class Tokens {
      #token = "token-1";
      async getToken() {
        return lasting(this.#token);
      }
    }
    await new QueueClient(account.url, "orders", new Tokens(), { fetch }).sendMessage("x");
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-1");
    assert.equal(fetch.requests[0].url.search, "");
  });

  test("may come from a function that has getToken, which is no source of SAS", async () => {
    const credential = Object.assign(() => account.sas, { getToken: () => lasting("token-1") });
    await new QueueClient(account.url, "orders", credential, { fetch }).sendMessage("x");
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-1");
  });

  test("are asked once for many calls, one after the other", async () => {
    let asked = 0;
    const queue = queueWith(async () => lasting(`token-${++asked}`));
    for (const _ of [1, 2, 3]) await queue.peekMessages();
    assert.equal(asked, 1);
  });

  test("are asked again when the token ends within minutes", async () => {
    let asked = 0;
    const queue = queueWith(async () => lasting(`token-${++asked}`, 60_000));
    for (const _ of [1, 2]) await queue.peekMessages();
    assert.deepEqual(
      fetch.requests.map(({ headers }) => headers.authorization),
      ["Bearer token-1", "Bearer token-2"],
    );
  });

  test("may answer without a promise", async () => {
    await queueWith(() => lasting("token-1")).peekMessages();
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-1");
  });

  const failure = new Error("no sign-in");
  for (const [what, getToken, cause] of [
    [
      "rejects",
      async () => {
        throw failure;
      },
      failure,
    ],
    [
      "throws",
      () => {
        throw failure;
      },
      failure,
    ],
    ["gives null", async () => null],
    ["gives an object without a token", async () => ({ expiresOnTimestamp: 9e12 })],
    ["gives an empty token", async () => ({ token: "", expiresOnTimestamp: 9e12 })],
    ["gives a Date", async () => ({ token: "t", expiresOnTimestamp: new Date() })],
    ["gives a token that no header can carry", async () => ({ token: "a\nb", expiresOnTimestamp: 9e12 })],
    ["gives no end", async () => ({ token: "t" })],
  ]) {
    test(`a getToken that ${what} is a ClientAuthenticationError, and nothing is sent`, async () => {
      const error = await rejection(queueWith(getToken).peekMessages());
      assert.ok(error instanceof ClientAuthenticationError);
      assert.match(error.message, /^There is no access token: .*(getToken|one that was given)/);
      assert.equal(error.cause, cause);
      assert.deepEqual(error.attempts, []);
      assert.equal(fetch.requests.length, 0);
    });
  }

  test("calls at once have each the failure as their cause, and other calls have not", async () => {
    const failing = queueWith(async () => {
      throw failure;
    });
    const errors = await Promise.all([failing.peekMessages(), failing.sendMessage("x")].map(rejection));
    assert.deepEqual(
      errors.map(({ cause }) => cause),
      [failure, failure],
    );

    let asked = 0;
    fetch = script({ status: 403 });
    const queue = queueWith(async () => {
      if (++asked === 1) throw failure;
      return lasting("token-2");
    });
    const unsent = await rejection(queue.peekMessages());
    const refused = await rejection(queue.peekMessages());
    assert.deepEqual([unsent.statusCode, unsent.cause], [undefined, failure]);
    assert.deepEqual([refused.statusCode, refused.cause], [403, undefined]);
  });

  test("a failure is not remembered", async () => {
    let asked = 0;
    const queue = queueWith(async () => {
      if (++asked === 1) throw failure;
      return lasting("token-2");
    });
    await rejection(queue.peekMessages());
    await queue.peekMessages();
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-2");
  });

  test("a hundred calls at once ask once, and so do a hundred that fail", async () => {
    let asked = 0;
    const queue = queueWith(async () => {
      if (++asked === 1) throw failure;
      return lasting("token-2");
    });
    const hundred = () => Promise.all(Array.from({ length: 100 }, () => queue.peekMessages().catch((error) => error)));
    assert.ok((await hundred()).every((error) => error.cause === failure));
    assert.equal(asked, 1);
    assert.ok((await hundred()).every(Array.isArray));
    assert.equal(asked, 2);
  });

  test("who gives up does not take the token from the others", async () => {
    const controller = new AbortController();
    const reason = new Error("gave up");
    let give;
    let asked = 0;
    const queue = queueWith(() => {
      asked++;
      return new Promise((resolve) => {
        give = () => resolve(lasting("token-1"));
      });
    });
    const [first, second] = [queue.peekMessages({ signal: controller.signal }), queue.peekMessages()];
    setImmediate(() => controller.abort(reason));
    assert.equal(await rejection(first), reason);
    give();
    await second;
    assert.equal(asked, 1);
  });

  test("while a token still does, a failure to get the next one is no failure", async () => {
    let asked = 0;
    const queue = queueWith(async () => {
      if (++asked > 1) throw failure;
      return lasting("token-1", 200_000);
    });
    for (const _ of [1, 2, 3]) await queue.peekMessages();
    assert.equal(asked, 2);
    assert.ok(fetch.requests.every(({ headers }) => headers.authorization === "Bearer token-1"));
  });

  test("are asked again when their giver says so", async () => {
    let asked = 0;
    const queue = queueWith(async () => ({ ...lasting(`token-${++asked}`), refreshAfterTimestamp: Date.now() - 1 }));
    for (const _ of [1, 2]) await queue.peekMessages();
    assert.equal(fetch.requests[1].headers.authorization, "Bearer token-2");
  });

  test("that never come end with the time for an attempt, and a later call asks no second time meanwhile", async () => {
    let asked = 0;
    const getToken = () => new Promise(() => asked++);
    const queue = new QueueClient(account.url, "orders", { getToken }, { fetch, tryTimeout: 0.05 });
    for (const _ of [1, 2]) {
      const error = await rejection(queue.peekMessages());
      assert.equal(error.name, "ServiceRequestTimeoutError");
      assert.match(error.message, /nothing was sent/);
    }
    assert.deepEqual([asked, fetch.requests.length], [1, 0]);
  });

  test("the audience is theirs to ask for", async () => {
    const scopes = [];
    const getToken = async (scope) => {
      scopes.push(...scope);
      return lasting("token-1");
    };
    const own = "https://myaccount.queue.core.windows.net";
    for (const audience of [undefined, `${own}/`, `${own}/.default`]) {
      await new QueueClient(account.url, "orders", { getToken }, { fetch, audience }).peekMessages();
    }
    assert.deepEqual(scopes, ["https://storage.azure.com/.default", `${own}/.default`, `${own}/.default`]);
    for (const audience of ["", "two words"]) {
      assert.throws(() => new QueueClient(account.url, "orders", { getToken }, { audience }), {
        name: "RangeError",
        message: /^audience must be a URL/,
      });
    }
  });

  test("a token goes beside a SAS that is for one user", async () => {
    const sas = "sv=2026-02-06&sp=a&sr=q&skoid=o&sktid=t&sduoid=u&sig=c2lnbmF0dXJlIG9mIHRlc3Rz";
    const queue = QueueClient.fromQueueUrl(
      `${account.url}/orders?${sas}`,
      { getToken: () => lasting("token-1") },
      { fetch },
    );
    await queue.sendMessage("x");
    assert.equal(fetch.requests[0].headers.authorization, "Bearer token-1");
    assert.equal(fetch.requests[0].url.searchParams.get("sduoid"), "u");
    const error = await rejection(queue.peekMessages());
    assert.deepEqual([error.name, fetch.requests.length], ["SasPermissionError", 1]);
  });
});

describe("a challenge of the service", () => {
  const challenged = (header) => ({ status: 401, headers: { "www-authenticate": header } });
  /** A client whose tokens are numbered, and what was asked for them. */
  function client(fetch, options) {
    const asked = [];
    const getToken = async (scopes, options) => {
      asked.push([...scopes, options.tenantId]);
      return { token: `token-${asked.length}`, expiresOnTimestamp: Date.now() + 3_600_000 };
    };
    const retry = { mode: "none" };
    return { asked, queue: new QueueClient(account.url, "orders", { getToken }, { fetch, retry, ...options }) };
  }
  const cases = knownAnswers("vectors.json").bearer_challenges;
  test("all known ones are here", () => assert.equal(cases.length, 5));

  for (const { header, tenant_id, scope, error } of cases) {
    test(`${JSON.stringify(header)} is ${error ? "no reason to ask again" : "met"}`, async () => {
      const fetch = script(challenged(header), sent, emptyPage);
      const { queue, asked } = client(fetch, { audience: "https://other.example" });
      if (error) {
        const refused = await rejection(queue.sendMessage("x"));
        assert.deepEqual([refused.name, refused.statusCode], ["ClientAuthenticationError", 401]);
        assert.equal(asked.length, 1);
        // The token that was refused is not used again.
        await queue.sendMessage("x");
        assert.equal(fetch.requests[1].headers.authorization, "Bearer token-2");
        return;
      }
      await queue.sendMessage("x");
      await queue.peekMessages();
      assert.deepEqual(asked, [
        ["https://other.example/.default", undefined],
        [scope, tenant_id],
      ]);
      assert.deepEqual(
        fetch.requests.map(({ headers }) => headers.authorization),
        ["Bearer token-1", "Bearer token-2", "Bearer token-2"],
      );
      assert.notEqual(
        fetch.requests[0].headers["x-ms-client-request-id"],
        fetch.requests[1].headers["x-ms-client-request-id"],
      );
    });
  }

  const elsewhere =
    "Bearer authorization_uri=https://login.example/t/authorize resource_id=https://management.azure.com";
  test("for a token for something else is refused: it could be used against the account's owner", async () => {
    const fetch = script(challenged(elsewhere));
    const { queue, asked } = client(fetch);
    const error = await rejection(queue.peekMessages());
    assert.equal(error.statusCode, 401);
    assert.match(
      error.message,
      /a token for "https:\/\/management\.azure\.com": if that is right, set the option audience/,
    );
    assert.deepEqual([asked.length, fetch.requests.length], [1, 1]);
  });

  test("is met once a call", async () => {
    const fetch = script(challenged(cases[0].header));
    const { queue, asked } = client(fetch);
    const error = await rejection(queue.sendMessage("x"));
    assert.deepEqual([error.statusCode, error.attempts.length], [401, 2]);
    assert.deepEqual([asked.length, fetch.requests.length], [2, 2]);
  });

  test("of a hundred calls at once is met with one question", async () => {
    const fetch = script(({ headers }) =>
      headers.authorization === "Bearer token-1" ? challenged(cases[0].header) : emptyPage,
    );
    const { queue, asked } = client(fetch);
    await Promise.all(Array.from({ length: 100 }, () => queue.peekMessages()));
    assert.deepEqual([asked.length, fetch.requests.length], [2, 200]);
  });
});

describe("a user delegation key", () => {
  const value = Buffer.from("a user delegation key").toString("base64");
  const fields = {
    SignedOid: "oid",
    SignedTid: "tid",
    SignedStart: "2026-01-02T00:00:00Z",
    SignedExpiry: "2026-01-03T00:00:00Z",
    SignedService: "q",
    SignedVersion: "2026-02-06",
    Value: value,
  };
  const xml = Object.entries(fields).map(([name, text]) => `<${name}>${text}</${name}>`);
  const answer = {
    status: 200,
    body: `\ufeff<?xml version="1.0"?><UserDelegationKey>${xml.join("")}</UserDelegationKey>`,
  };
  const tokens = { getToken: () => ({ token: "token-1", expiresOnTimestamp: 9e12 }) };
  const expiry = new Date("2026-01-03T00:00:00Z");

  test("is asked for with a token, signs a SAS, and the SAS is used", async () => {
    const fetch = script(answer, sent);
    const service = new QueueServiceClient(account.url, tokens, { fetch });
    const key = await service.getUserDelegationKey({ start: new Date("2026-01-02T00:00:00Z"), expiry });
    const [{ method, url, headers, body }] = fetch.requests;
    assert.equal(`${method} ${url.pathname}${url.search}`, "POST /?restype=service&comp=userdelegationkey");
    assert.deepEqual([headers.authorization, headers["x-ms-version"]], ["Bearer token-1", "2026-02-06"]);
    assert.match(
      body,
      /<KeyInfo><Start>2026-01-02T00:00:00Z<\/Start><Expiry>2026-01-03T00:00:00Z<\/Expiry><\/KeyInfo>$/,
    );

    const inAnHour = new Date(Math.ceil(Date.now() / 1000) * 1000 + 3_600_000);
    const sas = generateQueueSas({
      accountName: account.name,
      queueName: "orders",
      userDelegationKey: key,
      permission: "a",
      expiry: inAnHour,
    });
    const queue = new QueueClient(account.url, "orders", sas, { fetch });
    assert.equal(queue.sas.kind, "userDelegation");
    await queue.sendMessage("x");
    const query = fetch.requests[1].url.searchParams;
    const toSign = [
      ...["a", "", inAnHour.toISOString().replace(".000", ""), "/queue/myaccount/orders", "oid", "tid"],
      ...["2026-01-02T00:00:00Z", "2026-01-03T00:00:00Z", "q", "2026-02-06", "", "", "", "", "2026-02-06"],
    ].join("\n");
    assert.equal(query.get("sig"), createHmac("sha256", Buffer.from(value, "base64")).update(toSign).digest("base64"));
  });

  test("without a value is none", async () => {
    const fetch = script({ ...answer, body: answer.body.replace(value, "") });
    const service = new QueueServiceClient(account.url, tokens, { fetch });
    const error = await rejection(service.getUserDelegationKey({ expiry }));
    assert.equal(error.name, "ServiceResponseError");
    assert.match(error.message, /has no value/);
  });

  test("for another tenant needs a newer version, and its tokens say so", async () => {
    const foreign = {
      ...answer,
      body: answer.body.replace("<Value>", "<SignedDelegatedUserTid>other</SignedDelegatedUserTid><Value>"),
    };
    const fetch = script(foreign);
    const service = new QueueServiceClient(account.url, tokens, { fetch });
    const key = await service.getUserDelegationKey({ expiry, delegatedUserTenantId: "other" });
    assert.equal(fetch.requests[0].headers["x-ms-version"], "2026-04-06");
    const sas = generateQueueSas({
      accountName: account.name,
      queueName: "orders",
      userDelegationKey: key,
      permission: "a",
      expiry,
      userDelegationOid: "user",
    });
    const query = new URLSearchParams(sas);
    assert.deepEqual([query.get("skdutid"), query.get("sduoid"), query.get("sv")], ["other", "user", "2026-04-06"]);
  });

  for (const [what, credential, expected] of [
    ["an account key", account.key, { name: "TypeError", message: /^credential must be a token credential/ }],
    ["a SAS", account.sas, { name: "SasPermissionError", message: /needs an access token/ }],
  ]) {
    test(`with ${what} it is not even asked for`, async () => {
      const fetch = script(answer);
      const service = new QueueServiceClient(account.url, credential, { fetch });
      await assert.rejects(service.getUserDelegationKey({ expiry }), expected);
      assert.equal(fetch.requests.length, 0);
    });
  }
});
