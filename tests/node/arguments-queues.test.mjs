// Bad arguments of the calls about queues and the service.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { range, refusals, type, unknown } from "../support/refusals.mjs";
import { account, collect, emptyPage, script } from "../support/script.mjs";

const fetch = script(emptyPage);
const sent = () => fetch.requests.length;
const service = new QueueServiceClient(account.url, account.sas, { fetch });
const queue = new QueueClient(account.url, "orders", account.sas, { fetch });

describe("queues", () => {
  const metadata = (value) => () => queue.setQueueMetadata(value);
  const policies = (value) => () => queue.setQueueAccessPolicy(value);
  const policy = (value) => policies({ id: value });
  const many = (count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`id-${index}`, {}]));
  const list = (options) => () => service.listQueues(options);
  refusals(
    [
      ["metadata as text", metadata("a=b"), type("metadata", "object", "3 characters")],
      ["metadata null", metadata(null), type("metadata", "object", "null")],
      ["metadata as an array", metadata([["a", "b"]]), type("metadata", "object", "array")],
      ["metadata as a Map", metadata(new Map([["a", "b"]])), type("metadata", "object", "")],
      ["a value that is a number", metadata({ a: 5 }), type("metadata", "text", '5 for "a"')],
      ["a value that is undefined", metadata({ a: undefined }), type("metadata", "text", 'undefined for "a"')],
      ...["", "1a", "a-b", "a b", "a.b", "ä"].map((name) => [
        `the metadata name ${JSON.stringify(name)}`,
        metadata({ [name]: "x" }),
        range("metadata", "letters, digits and underscores", JSON.stringify(name)),
      ]),
      ["a value that is not ASCII", metadata({ a: "naïve" }), range("metadata", "ASCII", "U+00EF at position 2")],
      [
        "a value with a line feed",
        metadata({ a: "b\r\nx-ms-c: d" }),
        range("metadata", "ASCII", "U+000D at position 1"),
      ],
      [
        "names that differ in case only",
        metadata({ colour: "1", Colour: "2" }),
        range("metadata", "case", '"Colour" twice'),
      ],
      ["names that differ in blanks only", metadata({ a: "1", " a ": "2" }), range("metadata", "case", '"a" twice')],
      [
        "more than 8 KiB",
        metadata({ a: "x".repeat(4096), b: "x".repeat(4095) }),
        range("metadata", "8192 bytes", "8193 bytes"),
      ],
      [
        "metadata of a new queue",
        () => queue.createQueue({ metadata: { "a-b": "x" } }),
        range("metadata", "letters, digits and underscores", "a-b"),
      ],
      [
        "metadata in place of options",
        () => service.createQueue("orders", { colour: "red" }),
        unknown("options", "colour", "metadata"),
      ],
      [
        "metadata of a queue that may be new",
        () => queue.createQueueIfNotExists({ metadata: 5 }),
        type("metadata", "object", "5"),
      ],
      ["options for exists", () => queue.exists({ metadata: {} }), unknown("options", "metadata", "timeout")],

      ["no policies", policies(), type("signedIdentifiers", "object", "undefined")],
      ["policies as an array", policies([{ id: "a" }]), type("signedIdentifiers", "object", "array")],
      ["policies as a Map", policies(new Map([["a", {}]])), type("signedIdentifiers", "object", "")],
      ["six policies", policies(many(6)), range("signedIdentifiers", "at most 5 policies", "6 policies")],
      ["an empty id", policies({ "": {} }), range("signedIdentifiers", "1 to 64 characters", '""')],
      [
        "an id of 65 characters",
        policies({ ["x".repeat(65)]: {} }),
        range("signedIdentifiers", "1 to 64 characters", "65 characters"),
      ],
      ["a policy that is null", policy(null), type("signedIdentifiers.id", "object", "null")],
      ["a policy that is text", policy("r"), type("signedIdentifiers.id", "object", "string")],
      [
        "a policy with a misspelt name",
        policy({ permissions: "r" }),
        unknown("signedIdentifiers.id", "permissions", "permission"),
      ],
      ["a permission that does not exist", policy({ permission: "rx" }), range("…permission", "raup", "rx")],
      [
        "a permission object with a misspelt name",
        policy({ permission: { write: true } }),
        unknown("…permission", "write", "read"),
      ],
      ["a permission that is a number", policy({ permission: 5 }), type("…permission", "object", "number")],
      ["an invalid Date", policy({ start: new Date("x") }), range("…start", "Date", "invalid Date")],
      ["a moment in words", policy({ expiry: "next week" }), range("…expiry", "2030-01-02T03:04:05Z", "next week")],
      ["milliseconds for a moment", policy({ expiry: 5 }), type("…expiry", "Date", "5")],

      ["nameStartsWith as a number", list({ nameStartsWith: 5 }), type("nameStartsWith", "text", "5")],
      ["nameStartsWith null", list({ nameStartsWith: null }), type("nameStartsWith", "text", "null")],
      ["includeMetadata as text", list({ includeMetadata: "yes" }), type("includeMetadata", "true or false", "yes")],
      ...[0, 5001, 1.5, -1, Number.NaN].map((value) => [
        `resultsPerPage ${value}`,
        list({ resultsPerPage: value }),
        range("resultsPerPage", "1 to 5000", String(value)),
      ]),
      ["a prefix in place of options", list("orders"), type("options", "object", "string")],
      ["the name prefix of another client", list({ prefix: "a" }), unknown("options", "prefix", "nameStartsWith")],
      [
        "a continuation token that is no text",
        () => collect(service.listQueues().byPage({ continuationToken: 5 })),
        type("continuationToken", "text", "5"),
      ],
      [
        "a continuation token that is null",
        () => collect(service.listQueues().byPage({ continuationToken: null })),
        type("continuationToken", "text", "null"),
      ],
    ],
    sent,
  );
});

describe("settings of the service", () => {
  const set = (settings) => () => service.setServiceProperties(settings);
  const rule = { allowedOrigins: ["*"], allowedMethods: ["GET"] };
  const cors = (more) => set({ cors: [rule, { ...rule, ...more }] });
  const origins = Array.from({ length: 65 }, (_, index) => `https://${index}.example`);
  refusals(
    [
      ["nothing", set(), type("properties", "analyticsLogging", "nothing")],
      ["no part", set({}), type("properties", "analyticsLogging", "nothing")],
      ["null", set(null), type("properties", "object", "null")],
      ["a misspelt part", set({ hourMetric: {} }), unknown("properties", "hourMetric", "hourMetrics")],
      ["a part that is null", set({ analyticsLogging: null }), type("analyticsLogging", "object", "null")],
      ["a part that is true", set({ minuteMetrics: true }), type("minuteMetrics", "object", "boolean")],
      [
        "a misspelt name in logging",
        set({ analyticsLogging: { reads: true } }),
        unknown("analyticsLogging", "reads", "read"),
      ],
      [
        "a flag of logging that is text",
        set({ analyticsLogging: { read: "yes" } }),
        type("analyticsLogging.read", "true or false", "yes"),
      ],
      ["a name of logging in metrics", set({ hourMetrics: { read: true } }), unknown("hourMetrics", "read", "enabled")],
      [
        "a flag of metrics that is a number",
        set({ hourMetrics: { enabled: 1 } }),
        type("hourMetrics.enabled", "true or false", "1"),
      ],
      [
        "includeApis null",
        set({ minuteMetrics: { includeApis: null } }),
        type("minuteMetrics.includeApis", "true or false", "null"),
      ],
      ["a version that is a number", set({ hourMetrics: { version: 1 } }), type("hourMetrics.version", "text", "1")],
      [
        "a retention policy that is a number",
        set({ hourMetrics: { retentionPolicy: 7 } }),
        type("hourMetrics.retentionPolicy", "object", "number"),
      ],
      [
        "a misspelt name in a retention policy",
        set({ minuteMetrics: { retentionPolicy: { day: 7 } } }),
        unknown("minuteMetrics.retentionPolicy", "day", "days"),
      ],
      [
        "retention without days",
        set({ analyticsLogging: { retentionPolicy: { enabled: true } } }),
        type("analyticsLogging.retentionPolicy.days", "given", "nothing"),
      ],
      ...[0, 366, 1.5, Number.NaN].map((days) => [
        `retention of ${days} days`,
        set({ hourMetrics: { retentionPolicy: { enabled: true, days } } }),
        range("hourMetrics.retentionPolicy.days", "1 to 365", String(days)),
      ]),
      [
        "retention days as text",
        set({ hourMetrics: { retentionPolicy: { enabled: true, days: "7" } } }),
        type("hourMetrics.retentionPolicy.days", "1 to 365", "7"),
      ],
      ["cors null", set({ cors: null }), type("cors", "array", "null")],
      ["cors as one rule", set({ cors: rule }), type("cors", "array", "object")],
      ["a rule that is text", set({ cors: ["*"] }), type("cors[0]", "object", "string")],
      ["six rules", set({ cors: Array(6).fill(rule) }), range("cors", "at most 5 rules", "6 rules")],
      ["a misspelt name in a rule", cors({ allowedMethod: [] }), unknown("cors[1]", "allowedMethod", "allowedMethods")],
      ["no origins", cors({ allowedOrigins: [] }), range("…allowedOrigins", "1 to 64", "0")],
      ["origins left out", cors({ allowedOrigins: undefined }), range("…allowedOrigins", "1 to 64", "0")],
      ["65 origins", cors({ allowedOrigins: origins }), range("…allowedOrigins", "1 to 64", "65")],
      ["origins as text", cors({ allowedOrigins: "*" }), type("…allowedOrigins", "array", "*")],
      ["an empty origin", cors({ allowedOrigins: [""] }), range("…allowedOrigins", "1 to 256", '""')],
      [
        "an origin that is too long",
        cors({ allowedOrigins: ["x".repeat(257)] }),
        range("…allowedOrigins", "1 to 256", "257 characters"),
      ],
      [
        "two origins in one",
        cors({ allowedOrigins: ["https://a,https://b"] }),
        range("…allowedOrigins", "comma", "https://a,https://b"),
      ],
      ["no methods", cors({ allowedMethods: [] }), range("…allowedMethods", "at least one", "0")],
      [
        "a method that does not exist",
        cors({ allowedMethods: ["GET", "PATCH"] }),
        range("…allowedMethods", "MERGE", "PATCH"),
      ],
      ["a method in small letters", cors({ allowedMethods: ["get"] }), range("…allowedMethods", "GET", "get")],
      ["a header that is a number", cors({ allowedHeaders: [5] }), type("…allowedHeaders", "text", "5")],
      ["an exposed header that is empty", cors({ exposedHeaders: [""] }), range("…exposedHeaders", "1 to 256", '""')],
      ["a negative age", cors({ maxAgeInSeconds: -1 }), range("…maxAgeInSeconds", "from 0 on", "-1")],
      ["an age with a fraction", cors({ maxAgeInSeconds: 0.5 }), range("…maxAgeInSeconds", "from 0 on", "0.5")],
      ["an age as text", cors({ maxAgeInSeconds: "60" }), type("…maxAgeInSeconds", "from 0 on", "60")],
      [
        "options of another call",
        () => service.getServiceProperties({ cors: [] }),
        unknown("options", "cors", "timeout"),
      ],
    ],
    sent,
  );
});

describe("user delegation keys", () => {
  const getToken = () => ({ token: "t", expiresOnTimestamp: 9e12 });
  const client = new QueueServiceClient(account.url, { getToken }, { fetch });
  const key = (options) => () => client.getUserDelegationKey(options);
  const expiry = new Date("2030-01-02T00:00:00Z");
  refusals(
    [
      ["no options", key(), type("expiry", "Date", "undefined")],
      ["no expiry", key({ start: expiry }), type("expiry", "Date", "undefined")],
      ["a Date for options", key(expiry), type("options", "object", "")],
      ["an expiry in words", key({ expiry: "tomorrow" }), range("expiry", "2030-01-02T03:04:05Z", "tomorrow")],
      ["an invalid expiry", key({ expiry: new Date("x") }), range("expiry", "Date", "invalid Date")],
      ["a start that is null", key({ expiry, start: null }), type("start", "Date", "null")],
      [
        "a start after the expiry",
        key({ expiry, start: new Date("2030-01-03T00:00:00Z") }),
        range("expiry", "after start", "2030-01-02"),
      ],
      [
        "a name of Python's",
        key({ expiry, delegated_user_tid: "t" }),
        unknown("options", "delegated_user_tid", "delegatedUserTenantId"),
      ],
      [
        "a tenant that is no text",
        key({ expiry, delegatedUserTenantId: 5 }),
        type("delegatedUserTenantId", "text", "5"),
      ],
    ],
    sent,
  );
});
