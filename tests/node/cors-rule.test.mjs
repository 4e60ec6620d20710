// browserCorsRule(): the origins that it allows, and the rule that diagnose() reports for the origin of a page.

import assert from "node:assert/strict";
import { afterEach, test } from "node:test";
import { browserCorsRule, QueueClient } from "../../dist/index.js";
import { account, script } from "../support/script.mjs";

const { location, origin } = globalThis;
afterEach(() => Object.assign(globalThis, { location, origin }));

test("browserCorsRule allows origins of the web, of apps and extensions, any origin, and null", () => {
  const origins = [
    "https://app.example.com",
    "http://127.0.0.1:8080",
    "https://*.example.com",
    "capacitor://localhost",
    "app://localhost:8080",
    "chrome-extension://abcdefghijklmnopabcdefghijklmnop",
    "*",
    "null",
  ];
  assert.deepEqual(browserCorsRule(origins).allowedOrigins, origins);
});

for (const [where, origins, expected] of [
  ["of an app with a scheme of its own", { page: "capacitor://localhost" }, "capacitor://localhost"],
  ["from disk", { page: "file://", sent: "null" }, "null"],
  ["from disk that has a variable named origin", { page: "file://", sent: 7 }, "null"],
  ["in a srcdoc frame", { page: "null", sent: "https://app.example.com" }, "https://app.example.com"],
]) {
  test(`diagnose() reports the rule for the origin that a page ${where} sends`, async () => {
    Object.assign(globalThis, { location: { origin: origins.page }, origin: origins.sent });
    // The rule that the account has exposes no headers.
    const queue = new QueueClient(account.url, "orders", account.sas, { fetch: script({ status: 200 }) });
    const { corsRule } = await queue.diagnose();
    assert.deepEqual(corsRule, browserCorsRule(expected));
  });
}
