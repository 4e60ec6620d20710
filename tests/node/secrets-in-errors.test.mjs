// No error shows a secret and no hook is told one: each class of errors, with each kind of credential, from a service
// and a `fetch` that repeat every secret they get hold of, in every form and in every place.

import assert from "node:assert/strict";
import { describe, mock, test } from "node:test";
import * as api from "../../dist/index.js";
import { kindsOfCredential, sasWith } from "../support/credentials.mjs";
import { account, rejection, silence } from "../support/script.mjs";
import { assertHidden, everythingOf, forms, leaks, planted } from "../support/secrets.mjs";
import {
  broken,
  failures,
  followed,
  inForm,
  page,
  proofsOf,
  quote,
  refusal,
  scripted,
  thrown,
} from "../support/talkative.mjs";

const expired = { se: "2026-01-02T03:04:05Z" };
/** A clock that is set to behind the deadline while a call waits. */
const late = { onRetry: () => mock.timers.setTime(Date.now() + 3_600_000) };
const never = { what: "a token that never comes", make: kindOf({ getToken: () => new Promise(() => {}) }) };
const gives = (what, value) => [
  { what: `a function that gives ${what}`, make: kindOf(async () => value) },
  { what: `a getToken() that gives ${what}`, make: kindOf({ getToken: async () => value }) },
];
const rubbish = [
  ...gives("a text", `Bearer ${planted.token}`),
  ...gives("an object", { token: planted.token, sas: sasWith(planted.signature) }),
  ...gives("a token that no header can carry", { token: `${planted.token}\n`, expiresOnTimestamp: 4e12 }),
  ...gives("a page", `<html><a href="${account.url}?${sasWith(planted.signature)}">`),
];

function kindOf(credential) {
  return (options) => ({ queue: new api.QueueClient(account.url, "orders", credential, options) });
}

const withSas = (uses) => uses.includes("sas");
const withKey = (uses) => uses.includes("key");
/** How a `fetch` fails has to do with what goes out, and not with where that came from. */
const oneOfEach = (_, what) => ["a SAS", "a key", "a token", "a token and a SAS for one user"].includes(what);
/** Beside a key a SAS is not looked at. */
const bySas = (uses) => withSas(uses) && !withKey(uses);

const peek = ({ queue }) => queue.peekMessages();
const misplaced = ({ queue }, { secrets }) => {
  const secret = secrets.join();
  return queue.deleteMessage("id", { popReceipt: secret, clientRequestId: secret, headers: { "x-a": secret } });
};
const contentError = async ({ queue }) => {
  const [message] = await queue.peekMessages();
  throw message.contentError;
};

/**
 * `[class, what happens, what is not as usual]`: `answer` to all but the first request, which is refused as one too
 * many; `call`; `kinds` of credentials or `only` those that use this; `fields` of the SAS; `options`; how many
 * requests must be `sent` at least.
 */
const rows = [
  ["ClientAuthenticationError", "401", { answer: refusal(401) }],
  ["ClientAuthenticationError", "403", { answer: refusal(403, { code: "AuthenticationFailed" }) }],
  ["ClientAuthenticationError", "the credential gives something else", { kinds: rubbish, sent: 0 }],
  [
    "SasExpiredError",
    "the service refuses one that has ended",
    {
      only: withSas,
      fields: expired,
      options: { checkAccess: false },
      answer: refusal(403, { code: "AuthenticationFailed" }),
    },
  ],
  ["SasExpiredError", "it has ended", { only: bySas, fields: expired, sent: 0 }],
  ["SasPermissionError", "it lacks a permission", { only: bySas, fields: { sp: "a" }, sent: 0 }],
  ["ResourceNotFoundError", "404", { answer: refusal(404) }],
  ["ResourceExistsError", "409", { answer: refusal(409, { code: "QueueBeingDeleted" }) }],
  [
    "ResourceExistsError",
    "204",
    { answer: broken(() => null, 204), call: ({ queue }) => queue.createQueue(), only: withKey },
  ],
  ["ResourceModifiedError", "412", { answer: refusal(412, { code: "ConditionNotMet" }) }],
  ["HttpResponseError", "400", { answer: refusal(400) }],
  [
    "HttpResponseError",
    "a page of a proxy",
    { answer: refusal(502, { code: "x", body: (said) => `<html>${said}</html>` }) },
  ],
  ["HttpResponseError", "secrets as arguments that are allowed", { answer: refusal(400), call: misplaced }],
  ["TooManyRedirectsError", "302", { answer: refusal(302, { code: "Found", body: () => "" }) }],
  ["TooManyRedirectsError", "one that was followed", { answer: followed }],
  ["TooManyRedirectsError", "one that a browser hides", { answer: () => ({ type: "opaqueredirect" }) }],
  ["ServiceResponseError", "another document", { answer: broken((secret) => `<x${secret}></x${secret}>`) }],
  ["ServiceResponseError", "an unknown entity", { answer: page(">x<", ">&SECRET;<") }],
  [
    "ServiceResponseError",
    "something that is no date",
    { answer: page("Fri, 02 Jan 2026 03:04:05 GMT", "not SECRET") },
  ],
  ["ServiceResponseError", "something that is no count", { answer: page(">1<", ">not SECRET<") }],
  [
    "AmbiguousOutcomeError",
    "no date in a header",
    {
      answer: broken(
        () => null,
        204,
        (secret) => ({ "x-ms-popreceipt": secret, "x-ms-time-next-visible": `not ${secret}` }),
      ),
      call: ({ queue }) => queue.updateVisibilityTimeout("id", 1, { popReceipt: "r" }),
    },
  ],
  ...Object.entries(failures).map(([what, make]) => [
    "ServiceResponseError",
    `fetch fails ${what}`,
    { answer: thrown(make), only: oneOfEach },
  ]),
  ...Object.entries(forms).map(([what, form]) => [
    "ServiceResponseError",
    `fetch fails with them ${what}`,
    { answer: inForm(form), only: oneOfEach },
  ]),
  [
    "ServiceRequestError",
    "nobody listens",
    { answer: thrown((text, request) => Object.assign(new Error(text, { cause: { code: "ECONNREFUSED", request } }))) },
  ],
  // A time that no hiccup of a slow machine outlasts, waited for by all at once.
  ["ServiceResponseTimeoutError", "no answer comes", { answer: silence, options: { tryTimeout: 0.5 }, atOnce: true }],
  [
    "DeadlineExceededError",
    "no answer comes before the end",
    { answer: silence, options: { deadline: 1 }, atOnce: true },
  ],
  [
    "AmbiguousOutcomeError",
    "fetch fails with all it was given",
    { answer: thrown(failures["with them in its message"]), call: ({ queue }) => queue.sendMessage("x") },
  ],
  ["HttpResponseError", "the time is over before another attempt", { answer: silence, options: late, sent: 1 }],
  [
    "ServiceRequestTimeoutError",
    "the credential never comes",
    { kinds: [never], options: { tryTimeout: 0.01 }, sent: 0 },
  ],
  [
    "DecodeError",
    "content that is no Base64",
    { answer: page(">x<", ">SECRET!<"), queueOptions: { messageEncoding: "base64" }, call: contentError },
  ],
  ["TypeError", "an argument", { call: ({ queue }) => queue.sendMessage(5), sent: 0 }],
  [
    "TypeError",
    "a key where a token is needed",
    { only: withKey, call: ({ service }) => service.getUserDelegationKey({ expiry: new Date(4e12) }), sent: 0 },
  ],
  ["RangeError", "an argument", { call: ({ queue }) => queue.peekMessages({ maxMessages: 33 }), sent: 0 }],
];

/** Never thrown: the base of all, and one that is there for programs ported from Python. */
const unused = ["AzureError", "ResourceNotModifiedError", "WasmError"];

const errors = Object.entries(api).filter(([, value]) => value.prototype instanceof Error);
const classes = { ...Object.fromEntries(errors), TypeError, RangeError };

test("every class of errors has a case", () => {
  assert.ok(errors.length > 10);
  const cases = new Set(rows.map(([name]) => name));
  assert.deepEqual(
    Object.keys(classes).filter((name) => !cases.has(name)),
    unused,
  );
});

describe("no secret is shown", () => {
  for (const [name, what, row] of rows) {
    test(`by a ${name}: ${what}`, async (t) => {
      if (row.options === late) mock.timers.enable({ apis: ["Date"], now: Date.now() });
      t.after(() => mock.timers.reset());
      const { only = () => true, fields } = row;
      const kinds = row.kinds ?? kindsOfCredential(fields).filter(({ uses, what }) => only(uses, what));
      const leaksOf = async (kind) => (await provoke(name, row, kind)).map((leak) => `${kind.what}: ${leak}`);
      const seen = [];
      if (row.atOnce) seen.push(...(await Promise.all(kinds.map(leaksOf))).flat());
      else for (const kind of kinds) seen.push(...(await leaksOf(kind)));
      assert.deepEqual(seen, []);
    });
  }
});

describe("a secret that is used no more is hidden as well:", () => {
  const client = (credential) => (options) => ({
    queue: new api.QueueClient(account.url, "orders", credential, options),
  });
  const next = sasWith(planted.nextSignature);
  /** One after the other, each of which has ended when the next call comes. */
  const oneByOne = (values) => () => (values.length > 1 ? values.shift() : values[0])();
  // By the time at which it is asked for: what comes before may take longer than it lasts.
  const ended = (token) => () => ({ token, expiresOnTimestamp: Date.now() });
  const endsAt = (signature, millis) => () => sasWith(signature, { se: new Date(Date.now() + millis).toISOString() });

  test("a SAS that was replaced during the call", async ({ name: what }) => {
    let replace;
    const make = (options) => {
      const { queue } = client(sasWith(planted.signature))(options);
      replace = () => queue.updateSas(next);
      return { queue };
    };
    const row = { answer: refusal(404), options: { onRetry: () => replace() } };
    assert.deepEqual(await provoke("ResourceNotFoundError", row, { what, secrets: [planted.signature], make }), []);
  });

  const { signature, nextSignature, token, nextToken } = planted;
  for (const [what, secret, credential, between] of [
    ["a SAS that was replaced before it", signature, sasWith(signature), ({ queue }) => queue.updateSas(next)],
    ["a SAS of a function", signature, oneByOne([endsAt(signature, 30_000), endsAt(nextSignature, 3_600_000)])],
    ["a token", token, { getToken: oneByOne([ended(token), ended(nextToken)]) }],
  ]) {
    test(what, async () => {
      const call = async (clients) => {
        await rejection(peek(clients));
        between?.(clients);
        return await peek(clients);
      };
      const kind = { what, secrets: [secret], make: client(credential) };
      assert.deepEqual(await provoke("ResourceNotFoundError", { answer: refusal(404), call }, kind), []);
    });
  }
});

test("no secret is in what the platform's own fetch fails with", async () => {
  for (const credential of [sasWith(planted.signature), { accountName: "name", accountKey: planted.key }]) {
    // A port that no platform connects to.
    const queue = new api.QueueClient("http://127.0.0.1:1/name", "orders", credential, { retry: { mode: "none" } });
    const error = await rejection(queue.peekMessages());
    assert.deepEqual([error.name, error.code], ["ServiceRequestError", "PortBlocked"]);
    assert.ok(error.cause instanceof Error);
    assertHidden({ error });
  }
});

/** Ends a call with an error and returns where secrets are to be seen. */
async function provoke(name, { answer, call = peek, options, queueOptions, sent = 2 }, kind) {
  const events = [];
  const tell = (event) => void events.push(event);
  const fetch = scripted(kind, refusal(503, { code: "ServerBusy" }), answer);
  const hooks = { onRequest: tell, onResponse: tell, onRetry: tell };
  const retry = { maxTries: 2, delay: 0 };
  const error = await rejection(
    (async () => call(kind.make({ fetch, retry, ...hooks, ...options }, queueOptions), kind))(),
  );

  assert.equal(error.name, name, `${kind.what}: ${error}`);
  assert.equal(error.constructor, classes[name]);
  const proofs = fetch.requests.map((request, index) => [`proof ${index + 1}`, proofsOf(request).at(-1)]);
  const secrets = { ...Object.fromEntries(proofs), ...planted };
  // They were there, and what repeats them was seen.
  assert.ok(sent === 0 ? fetch.requests.length === 0 : fetch.requests.length >= sent, kind.what);
  for (const request of fetch.requests) assert.notDeepEqual(leaks([["wire", quote(request, {})]], secrets), []);
  if (sent > 0) assert.match(JSON.stringify([error, events]), /REDACTED/);
  return leaks([...everythingOf(error, "error"), ...everythingOf(events, "events")], secrets);
}
