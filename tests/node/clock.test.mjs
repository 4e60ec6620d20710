// A machine whose clock is off: learned from what the service answers, told in minutes, and put right in what is signed.

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, emptyPage, failure, rejection, script, sent } from "../support/script.mjs";

const retry = { mode: "none" };
const minutes = 60_000;
/** The service's time, so many minutes from ours. */
const service = (ahead) => new Date(Date.now() + ahead * minutes);
/** How far a request's date is from our clock, in whole minutes. */
const datedAhead = ({ headers }) => Math.round((Date.parse(headers["x-ms-date"]) - Date.now()) / minutes) + 0;

const refusal = (date, { detail = "", line = "", code = "AuthenticationFailed" } = {}) => {
  const answer = failure(403, code, `Server failed to authenticate the request.${line}`);
  const extra = `<AuthenticationErrorDetail>${detail}</AuthenticationErrorDetail></Error>`;
  return {
    ...answer,
    body: answer.body.replace("</Error>", extra),
    headers: { ...answer.headers, ...(date && { date: date.toUTCString() }) },
  };
};
const current = (moment) =>
  "Signature not valid in the specified time frame: Start [Thu, 01 Jan 2026 00:00:00 GMT] - " +
  `Expiry [Fri, 02 Jan 2026 00:00:00 GMT] - Current [${moment.toUTCString()}]`;
const queueWith = (fetch, credential = account.key, options = {}) =>
  new QueueClient(account.url, "orders", credential, { fetch, retry, ...options });

describe("with an account key", () => {
  for (const [what, answer] of [
    ["the Date of a response", (time) => refusal(time)],
    ["the times in an authentication error", (time) => refusal(undefined, { detail: current(time) })],
    ["the time that every error ends with", (time) => refusal(undefined, { line: `\nTime:${time.toISOString()}` })],
  ]) {
    for (const ahead of [20, -45, 3 * 24 * 60]) {
      test(`${what} tells that the service is ${ahead} minutes ahead, and the call is sent again with its time`, async () => {
        const fetch = script(answer(service(ahead)), sent, emptyPage);
        const queue = queueWith(fetch);
        await queue.sendMessage("x");
        await queue.peekMessages();
        assert.deepEqual(fetch.requests.map(datedAhead), [0, ahead, ahead]);
        const [first, second] = fetch.requests.map(({ headers }) => headers.authorization);
        assert.notEqual(first, second);
      });
    }
  }

  test("the corrected date is the one that is signed", async () => {
    const fetch = script(refusal(service(20)), { status: 204 });
    await queueWith(fetch).clearMessages();
    const [, { headers }] = fetch.requests;
    const signed = ["x-ms-client-request-id", "x-ms-date", "x-ms-version"].map((name) => `${name}:${headers[name]}\n`);
    const toSign = `DELETE${"\n".repeat(12)}${signed.join("")}/myaccount/orders/messages`;
    const signature = createHmac("sha256", Buffer.from(account.key, "base64")).update(toSign).digest("base64");
    assert.equal(headers.authorization, `SharedKey myaccount:${signature}`);
  });

  test("a service that refuses all the same is not asked a third time, and the error tells the minutes", async () => {
    for (const [ahead, words] of [
      [20, "20 minutes behind"],
      [-45, "45 minutes ahead of"],
      [1.2, "1 minute behind"],
    ]) {
      const fetch = script(refusal(service(ahead)));
      const error = await rejection(queueWith(fetch).peekMessages());
      assert.equal(error.name, "ClientAuthenticationError");
      assert.match(error.message, new RegExp(`The clock of this machine is ${words} the service's\\.$`));
      assert.deepEqual([error.attempts.length, fetch.requests.length], [2, 2]);
      // Now that it is known, it is not the reason: nothing to try again.
      await rejection(queueWith(fetch).peekMessages());
    }
  });

  test("what is known already is no reason to send again", async () => {
    const fetch = script(refusal(service(20)), sent, refusal(service(20)));
    const queue = queueWith(fetch);
    await queue.sendMessage("x");
    const error = await rejection(queue.peekMessages());
    assert.match(error.message, /20 minutes behind/);
    assert.equal(fetch.requests.length, 3);
  });

  test("all clients of the account learn it", async () => {
    const fetch = script(refusal(service(20)), emptyPage);
    const client = new QueueServiceClient(account.url, account.key, { fetch, retry });
    await client.getQueueClient("one").peekMessages();
    await client.getQueueClient("two").peekMessages();
    assert.equal(datedAhead(fetch.requests[2]), 20);
  });

  test("a clock that is put right meanwhile is right again", async () => {
    const properties = { status: 200, headers: { "x-ms-approximate-messages-count": "0" } };
    const rightNow = { ...properties, headers: { ...properties.headers, date: service(0).toUTCString() } };
    const fetch = script(refusal(service(20)), rightNow, emptyPage);
    const queue = queueWith(fetch);
    await queue.getQueueProperties();
    await queue.peekMessages();
    assert.deepEqual(fetch.requests.map(datedAhead), [0, 20, 0]);
  });

  test("seconds, other refusals and dates that are none change nothing", async () => {
    const odd = refusal(undefined, { detail: "Current [soon]", line: "\nTime:never" });
    for (const answer of [refusal(service(0.4)), refusal(service(-0.4)), { ...odd, headers: { date: "soon" } }]) {
      const fetch = script(answer);
      const error = await rejection(queueWith(fetch).peekMessages());
      assert.doesNotMatch(error.message, /clock/);
      assert.equal(fetch.requests.length, 1);
    }
    for (const [status, code] of [
      [403, "AuthorizationFailure"],
      [404, "QueueNotFound"],
      [400, "AuthenticationFailed"],
    ]) {
      const fetch = script({ ...refusal(service(20), { code }), status });
      const error = await rejection(queueWith(fetch).peekMessages());
      assert.doesNotMatch(error.message, /clock/);
      assert.equal(fetch.requests.length, 1, code);
    }
  });
});

describe("whose clock is believed", () => {
  test("not that of a proxy, whose page has a date too", async () => {
    const page = { status: 403, body: "<html>no</html>", headers: { date: service(20).toUTCString() } };
    const fetch = script(page, sent);
    const queue = queueWith(fetch);
    const error = await rejection(queue.peekMessages());
    assert.doesNotMatch(error.message, /clock/);
    await queue.sendMessage("x");
    assert.equal(datedAhead(fetch.requests[1]), 0);
  });

  test("that of any answer of the service, with a hook and without", async () => {
    for (const options of [{}, { onResponse: () => {} }]) {
      const fetch = script({ ...sent, headers: { date: service(20).toUTCString() } }, sent);
      const queue = queueWith(fetch, account.key, options);
      await queue.sendMessage("x");
      await queue.sendMessage("y");
      assert.deepEqual(fetch.requests.map(datedAhead), [0, 20]);
    }
  });
});

describe("with a SAS", () => {
  const sas = (ends) => `sv=2020-12-06&sp=raup&se=${ends.toISOString()}&sig=c2lnbmF0dXJl`;

  test("a refusal tells by how much the clock is off, and that the SAS has ended by the service's", async () => {
    const fetch = script(refusal(service(20)));
    const queue = queueWith(fetch, sas(service(10)));
    const error = await rejection(queue.peekMessages());
    assert.equal(error.name, "SasExpiredError");
    assert.deepEqual([error.code, error.statusCode], ["AuthenticationFailed", 403]);
    assert.deepEqual(Object.keys(error.details), ["authenticationerrordetail", "expiry"]);
    assert.match(error.message, /^The shared access signature ended at .*; it is .* now\. .*20 minutes behind/s);
    // What is known of the service's clock may be out of date by now: the service decides.
    assert.equal((await rejection(queue.peekMessages())).name, "SasExpiredError");
    assert.equal(fetch.requests.length, 2);
  });

  test("a SAS that has ended by this clock alone is used: the clock is ahead", async () => {
    const fetch = script({ ...sent, headers: { date: service(-60).toUTCString() } }, sent);
    // Valid for the first call, and then no longer, by this machine's clock.
    const queue = queueWith(fetch, sas(service(1)));
    await queue.sendMessage("x");
    queue.updateSas(sas(service(-30)));
    await queue.sendMessage("y");
    assert.equal(fetch.requests.length, 2);
    queue.updateSas(sas(service(-61)));
    assert.equal((await rejection(queue.peekMessages())).name, "SasExpiredError");
    assert.equal(fetch.requests.length, 2);
  });

  test("before the service has told its time, a refusal says whose clock it goes by", async () => {
    const error = await rejection(queueWith(script(sent), sas(service(-1))).peekMessages());
    assert.match(error.message, /clock of this machine.*has not told its time yet.*option checkAccess/);
  });

  test("a SAS that has not begun is refused by the service, and the error says when it begins", async () => {
    const fetch = script(failure(403, "AuthenticationFailed"));
    const error = await rejection(
      queueWith(fetch, `${sas(service(60))}&st=${service(30).toISOString()}`).peekMessages(),
    );
    assert.match(error.message, /The shared access signature begins at \d{4}-.*Z; it is \d{4}-.*Z now\./);
  });

  test("a SAS that begins later by the service's clock is refused with the minutes", async () => {
    const fetch = script(refusal(service(-20)));
    const error = await rejection(queueWith(fetch, sas(service(60))).peekMessages());
    assert.equal(error.name, "ClientAuthenticationError");
    assert.match(error.message, /The clock of this machine is 20 minutes ahead of the service's\.$/);
    assert.equal(fetch.requests.length, 1);
  });

  test("a function is asked in time by the service's clock", async () => {
    const fetch = script({ ...sent, headers: { date: service(59.5).toUTCString() } }, emptyPage);
    let asked = 0;
    const queue = queueWith(fetch, () => sas(service(++asked * 60)));
    await queue.sendMessage("x");
    await queue.peekMessages();
    assert.deepEqual([asked, fetch.requests.length], [2, 2]);
  });
});

test("an access token ends by this machine's clock, by which it was given", async () => {
  const fetch = script(refusal(service(120)), emptyPage);
  let asked = 0;
  const getToken = () => ({ token: `token-${++asked}`, expiresOnTimestamp: Date.now() + 60 * minutes });
  const queue = queueWith(fetch, { getToken });
  await rejection(queue.peekMessages());
  await queue.peekMessages();
  assert.equal(asked, 1);
});

test("Retry-After as a date is one of the service's clock", async () => {
  const retries = [];
  const busy = failure(503, "ServerBusy");
  busy.headers = { ...busy.headers, date: service(60).toUTCString(), "retry-after": service(60.001).toUTCString() };
  const fetch = script(busy, emptyPage);
  const onRetry = ({ delay }) => retries.push(delay);
  await queueWith(fetch, account.key, { retry: { delay: 0 }, onRetry }).peekMessages();
  assert.ok(retries.length === 1 && retries[0] < 2, `${retries}`);
});
