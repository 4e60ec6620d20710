// Bad values of arguments about the service: its settings, and keys for user delegation.

import { describe } from "node:test";
import { QueueServiceClient } from "../../../dist/index.js";
import { allowed, fetch, hidden, names, range, refusals, type, unknown } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";

const service = new QueueServiceClient(account.url, account.sas, { fetch });

describe("settings", () => {
  const set = (settings) => () => service.setServiceProperties(settings);
  const part = "at least one of analyticsLogging, hourMetrics, minuteMetrics and cors";
  const parts = ["analyticsLogging", "hourMetrics", "minuteMetrics", "cors"];
  const logging = ["version", "delete", "read", "write", "retentionPolicy"];
  const metrics = ["version", "enabled", "includeApis", "retentionPolicy"];
  refusals([
    ["nothing", set(), type("properties", part, "nothing")],
    ["no part", set({}), type("properties", part, "nothing")],
    ["a misspelt part", set({ hourMetric: {} }), unknown("properties", "hourMetric", parts)],
    [
      "a misspelt name in logging",
      set({ analyticsLogging: { reads: true } }),
      unknown("analyticsLogging", "reads", logging),
    ],
    ["a name of logging in metrics", set({ hourMetrics: { read: true } }), unknown("hourMetrics", "read", metrics)],
    [
      "a misspelt name in a retention policy",
      set({ minuteMetrics: { retentionPolicy: { day: 7 } } }),
      unknown("minuteMetrics.retentionPolicy", "day", ["enabled", "days"]),
    ],
    [
      "retention without days",
      set({ analyticsLogging: { retentionPolicy: { enabled: true } } }),
      type("analyticsLogging.retentionPolicy.days", "given when the policy is enabled", "nothing"),
    ],
    ...[0, 366, 1.5, Number.NaN, 1e21].map((days) => [
      `retention of ${days} days`,
      set({ hourMetrics: { retentionPolicy: { enabled: true, days } } }),
      range("hourMetrics.retentionPolicy.days", "a whole number of days from 1 to 365", String(days)),
    ]),
    [
      "options of another call",
      () => service.getServiceProperties({ cors: [] }),
      unknown("options", "cors", names.call),
    ],
  ]);
});

describe("CORS rules", () => {
  const rule = { allowedOrigins: ["*"], allowedMethods: ["GET"] };
  const set = (cors) => () => service.setServiceProperties({ cors });
  const cors = (more) => set([rule, { ...rule, ...more }]);
  const known = ["allowedOrigins", "allowedMethods", "allowedHeaders", "exposedHeaders", "maxAgeInSeconds"];
  const items = "items of 1 to 256 characters without a comma";
  const origins = (given) => range("cors.allowedOrigins", "1 to 64 origins", given);
  const methods = (given) =>
    range("cors.allowedMethods", "methods of DELETE, GET, HEAD, MERGE, POST, OPTIONS, PUT", given);
  const many = Array.from({ length: 65 }, (_, index) => `https://${index}.example`);
  refusals([
    ["six rules", set(Array(6).fill(rule)), range("cors", "at most 5 rules", "6 rules")],
    ["a misspelt name", cors({ allowedMethod: [] }), unknown("cors[1]", "allowedMethod", known)],
    ["a hole in place of a rule", set(new Array(1)), origins("0")],
    ["no origins", cors({ allowedOrigins: [] }), origins("0")],
    ["origins left out", cors({ allowedOrigins: undefined }), origins("0")],
    ["65 origins", cors({ allowedOrigins: many }), origins("65")],
    [
      "a hole in place of an origin",
      cors({ allowedOrigins: new Array(1) }),
      type("cors.allowedOrigins", allowed.text, "undefined"),
    ],
    ["an empty origin", cors({ allowedOrigins: [""] }), range("cors.allowedOrigins", allowed.origins, '""')],
    [
      "an origin that is too long",
      cors({ allowedOrigins: ["x".repeat(257)] }),
      range("cors.allowedOrigins", allowed.origins, hidden(257)),
    ],
    [
      "two origins in one",
      cors({ allowedOrigins: ["https://a,https://b"] }),
      range("cors.allowedOrigins", allowed.origins, '"https://a,https://b"'),
    ],
    [
      "a character that XML forbids",
      cors({ allowedHeaders: ["a\u0001"] }),
      range("cors.allowedHeaders", "text of characters that XML 1.0 allows", "the character U+0001 at position 1"),
    ],
    ["no methods", cors({ allowedMethods: [] }), range("cors.allowedMethods", "at least one method", "0")],
    ["a method that does not exist", cors({ allowedMethods: ["GET", "PATCH"] }), methods('"PATCH"')],
    ["a method in small letters", cors({ allowedMethods: ["get"] }), methods('"get"')],
    ["an exposed header that is empty", cors({ exposedHeaders: [""] }), range("cors.exposedHeaders", items, '""')],
    ...[-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31].map((value) => [
      `an age of ${value}`,
      cors({ maxAgeInSeconds: value }),
      range("cors.maxAgeInSeconds", "a whole number of seconds from 0 on", String(value)),
    ]),
  ]);
});

describe("user delegation keys", () => {
  const getToken = () => ({ token: "t", expiresOnTimestamp: 9e12 });
  const client = new QueueServiceClient(account.url, { getToken }, { fetch });
  const key = (options) => () => client.getUserDelegationKey(options);
  const expiry = new Date("2030-01-02T00:00:00Z");
  const known = [...names.call, "expiry", "start", "delegatedUserTenantId"];
  refusals([
    ["no options", key(), type("expiry", "a Date", "undefined")],
    ["no expiry", key({ start: expiry }), type("expiry", "a Date", "undefined")],
    ["an expiry in words", key({ expiry: "tomorrow" }), range("expiry", allowed.moment, '"tomorrow"')],
    ["an invalid expiry", key({ expiry: new Date("x") }), range("expiry", allowed.moment, "an invalid Date")],
    [
      "a start after the expiry",
      key({ expiry, start: new Date("2030-01-03T00:00:00Z") }),
      range("expiry", "after start", '"2030-01-02T00:00:00Z"'),
    ],
    ["a name of Python's", key({ expiry, delegated_user_tid: "t" }), unknown("options", "delegated_user_tid", known)],
  ]);
});
