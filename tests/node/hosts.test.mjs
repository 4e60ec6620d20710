// The core reads URLs by itself, and `fetch` reads what it makes of them by the URL standard: where the two did not
// agree on the host, a SAS would go to somebody else.

import assert from "node:assert/strict";
import { test } from "node:test";
import { isAzureError, QueueServiceClient } from "azure-queue-wasm";
import fc from "fast-check";
import { account, failure, knownAnswers, script } from "../support/script.mjs";

const { account_urls } = knownAnswers("vectors.json");
const urls = [
  ...account_urls.map((each) => each.account_url),
  `${account.url}/path?${account.sas}#fragment`,
  "https://a.b:443/c",
  "http://[::1]:10001/devstoreaccount1",
  "a.queue.core.windows.net",
];
const marks = [
  "/",
  "//",
  "\\",
  "@",
  ":",
  ":80",
  "?",
  "#",
  "%2F",
  "%40",
  "[",
  "]",
  ".",
  "..",
  "\t",
  "\n",
  "。",
  "％",
  "0x7f",
  "1",
];

const changed = fc
  .tuple(
    fc.constantFrom(...urls),
    fc.array(fc.tuple(fc.nat(), fc.nat({ max: 3 }), fc.oneof(fc.constantFrom(...marks), fc.string({ maxLength: 2 }))), {
      maxLength: 4,
    }),
  )
  .map(([url, changes]) =>
    changes.reduce((text, [at, length, piece]) => {
      const from = at % (text.length + 1);
      return text.slice(0, from) + piece + text.slice(from + length);
    }, url),
  );
const any = fc.oneof(
  { weight: 3, arbitrary: changed },
  { weight: 1, arbitrary: fc.webUrl({ withFragments: true, withQueryParameters: true }) },
);

test("a request goes to the host that the URL standard finds in the account's URL, or nowhere", async () => {
  let compared = 0;
  const property = fc.asyncProperty(any, async (text) => {
    const fetch = script(failure(400, "OutOfRangeInput"));
    let client;
    try {
      client = new QueueServiceClient(text, undefined, { fetch, retry: { mode: "none" } });
    } catch (error) {
      assert.ok(error instanceof RangeError, error);
      return;
    }
    await assert.rejects(client.getServiceProperties(), isAzureError);
    const [request] = fetch.requests;
    // What `fetch` itself refuses has gone nowhere.
    if (request === undefined) return;
    // Blanks and quotes around it are what copying leaves there.
    const pasted = text.replace(/^[\s"'\ufeff]+|[\s"'\ufeff]+$/gu, "");
    const given = pasted.includes("://") ? pasted : `https://${pasted}`;
    assert.equal(request.url.origin, new URL(given).origin, text);
    compared++;
  });
  await fc.assert(property, { numRuns: 3000 });
  assert.ok(compared > 300, `${compared}`);
});
