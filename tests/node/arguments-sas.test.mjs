// Bad arguments of the makers of shared access signatures.

import { describe } from "node:test";
import { generateAccountSas, generateQueueSas } from "../../dist/index.js";
import { range, refusals, type, unknown } from "../support/refusals.mjs";
import { account } from "../support/script.mjs";

const { key } = account;

describe("shared access signatures", () => {
  const expiry = new Date("2030-01-01T00:00:00Z");
  const ofQueue = (more) => () =>
    generateQueueSas({ accountName: "a", queueName: "orders", accountKey: key, permission: "r", expiry, ...more });
  const ofAccount = (more) => () =>
    generateAccountSas({ accountName: "a", accountKey: key, resourceTypes: "sco", permission: "r", expiry, ...more });
  const delegationKey = {
    ...{ signedOid: "o", signedTid: "t", signedStart: "2026-01-02T00:00:00Z", signedExpiry: "2026-01-03T00:00:00Z" },
    ...{ signedService: "q", signedVersion: "2026-02-06", value: key },
  };
  refusals([
    ["no options", () => generateQueueSas(), type("accountName", "text", "undefined")],
    ["null for options", () => generateAccountSas(null), type("options", "object", "null")],
    ["a misspelt option", ofQueue({ permissions: "r" }), unknown("options", "permissions", "permission")],
    ["a Python name", ofAccount({ resource_types: "s" }), unknown("options", "resource_types", "resourceTypes")],
    ["a bad queue name", ofQueue({ queueName: "A" }), range("queueName", "3 to 63 characters", '"A"')],
    ["an account name that is no text", ofQueue({ accountName: 5 }), type("accountName", "text", "5")],
    ["an empty account name", ofAccount({ accountName: "" }), range("accountName", "", "")],
    ["a key that is no text", ofQueue({ accountKey: 5 }), type("accountKey", "text", "number")],
    ["a permission that does not exist", ofQueue({ permission: "rx" }), range("permission", "raup", "rx")],
    ["an empty permission", ofQueue({ permission: "" }), range("permission", "raup", '""')],
    [
      "a permission object with a misspelt name",
      ofQueue({ permission: { raed: true } }),
      unknown("permission", "raed", "read"),
    ],
    ["a permission object that allows nothing", ofQueue({ permission: {} }), range("permission", "raup", '""')],
    [
      "a permission whose flag is no flag",
      ofQueue({ permission: { read: "no" } }),
      type("permission.read", "true or false", "no"),
    ],
    ["permissions as an array", ofQueue({ permission: ["read"] }), type("permission", "object", "array")],
    [
      "an account permission that does not exist",
      ofAccount({ permission: "rz" }),
      range("permission", "rwdxylacupfti", "rz"),
    ],
    ["a resource type that does not exist", ofAccount({ resourceTypes: "q" }), range("resourceTypes", "sco", "q")],
    ["services that do not exist", ofAccount({ services: "x" }), range("services", "bqtf", "x")],
    ["empty services", ofAccount({ services: "" }), range("services", "bqtf", '""')],
    ["services that are none", ofAccount({ services: {} }), range("services", "bqtf", '""')],
    ["an invalid Date", ofQueue({ expiry: new Date(Number.NaN) }), range("expiry", "Date", "invalid Date")],
    ["a Date beyond year 9999", ofQueue({ expiry: new Date(8.64e15) }), range("expiry", "9999", "Date")],
    ["a moment in words", ofQueue({ expiry: "tomorrow" }), range("expiry", "2030-01-02T03:04:05Z", "tomorrow")],
    [
      "a day that does not exist",
      ofQueue({ start: "2030-02-30T00:00:00Z" }),
      range("start", "2030-01-02T03:04:05Z", "2030-02-30"),
    ],
    ["milliseconds for a Date", ofQueue({ start: 1_893_456_000_000 }), type("start", "Date", "1893456000000")],
    ["null for a Date", ofAccount({ start: null }), type("start", "Date", "null")],
    ["a protocol that does not exist", ofQueue({ protocol: "http" }), range("protocol", '"https"', "http")],
    ["a version that is none", ofQueue({ version: "latest" }), range("version", "2015-04-05", "latest")],
    ["a version that is too old", ofAccount({ version: "2014-02-14" }), range("version", "2015-04-05", "2014-02-14")],
    ["an IP address that is a number", ofQueue({ ip: 127001 }), type("ip", "text", "127001")],
    [
      "a delegation key that is text",
      ofQueue({ accountKey: undefined, userDelegationKey: "k" }),
      type("userDelegationKey", "getUserDelegationKey", "k"),
    ],
    [
      "an empty delegation key",
      ofQueue({ accountKey: undefined, userDelegationKey: {} }),
      type("userDelegationKey.signedOid", "text", "undefined"),
    ],
    [
      "a start after the expiry",
      ofQueue({ start: "2031-01-01", expiry: "2030-01-01" }),
      range("expiry", "after start", "2030-01-01T00:00:00Z"),
    ],
    ["a policy id that is too long", ofQueue({ policyId: "x".repeat(65) }), range("policyId", "64", "65 characters")],
    [
      "a delegation key for users of another tenant, and no user",
      ofQueue({
        accountKey: undefined,
        version: "2026-04-06",
        userDelegationKey: { ...delegationKey, signedDelegatedUserTid: "other" },
      }),
      type("userDelegationOid", "object id", "another tenant"),
    ],
  ]);
});
