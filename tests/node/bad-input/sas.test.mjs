// Bad values of the makers and readers of shared access signatures, and of the maker of a CORS rule.

import { describe } from "node:test";
import {
  browserCorsRule,
  generateAccountSas,
  generateQueueSas,
  parseSas,
  QueueServiceClient,
} from "../../../dist/index.js";
import { allowed, fetch, hidden, range, refusals, renamed, type, unknown } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";

const { url, key, sas } = account;
const common = ["accountName", "start", "ip", "protocol", "version"];
const expiry = new Date("2030-01-01T00:00:00Z");
const ofQueue = (more) => () =>
  generateQueueSas({ accountName: "a", queueName: "orders", accountKey: key, permission: "r", expiry, ...more });
const ofAccount = (more) => () =>
  generateAccountSas({ accountName: "a", accountKey: key, resourceTypes: "sco", permission: "r", expiry, ...more });

describe("makers", () => {
  const queueOptions = [...common, "queueName", "accountKey", "userDelegationKey", "permission", "expiry", "policyId"];
  const accountOptions = [...common, "accountKey", "resourceTypes", "permission", "expiry", "services"];
  const name = "the name of the storage account: letters and digits";
  const raup = 'letters of "raup" (read, add, update, process)';
  const version = "a version from 2015-04-05 on";
  const bqtf = 'letters of "bqtf" (blob, queue, table, file)';
  const delegationKey = {
    ...{ signedOid: "o", signedTid: "t", signedStart: "2026-01-02T00:00:00Z", signedExpiry: "2026-01-03T00:00:00Z" },
    ...{ signedService: "q", signedVersion: "2026-02-06", value: key },
  };
  const delegated = (userDelegationKey, more) => ofQueue({ accountKey: undefined, userDelegationKey, ...more });
  refusals([
    ["no options", () => generateQueueSas(), type("accountName", allowed.text, "undefined")],
    ["an option of another client", ofQueue({ permissions: "r" }), renamed("options", "permissions", "permission")],
    [
      "a misspelt option",
      ofQueue({ permision: "r" }),
      unknown("options", "permision", [...queueOptions, "userDelegationOid"]),
    ],
    ["a misspelt option of an account", ofAccount({ sevices: "q" }), unknown("options", "sevices", accountOptions)],
    ["a name of Python's", ofAccount({ resource_types: "s" }), renamed("options", "resource_types", "resourceTypes")],
    ["a bad queue name", ofQueue({ queueName: "A" }), range("queueName", allowed.queueName, '"A"')],
    ["an empty account name", ofAccount({ accountName: "" }), range("accountName", name, '""')],
    ["a key for the account's name", ofQueue({ accountName: key }), range("accountName", name, hidden(key.length))],
    [
      "a key that is no Base64",
      ofQueue({ accountKey: "secret!" }),
      range("accountKey", "an account key, which is Base64", "text that is not Base64"),
    ],
    [
      "no key",
      ofQueue({ accountKey: undefined }),
      type("accountKey", "given, or userDelegationKey in its place", "undefined"),
    ],
    ["no key of an account", ofAccount({ accountKey: undefined }), type("accountKey", "given", "undefined")],
    [
      "both keys",
      ofQueue({ userDelegationKey: delegationKey }),
      type("accountKey", "given without userDelegationKey", "both"),
    ],
    ["a permission that does not exist", ofQueue({ permission: "rx" }), range("permission", raup, '"rx"')],
    ["an empty permission", ofQueue({ permission: "" }), range("permission", raup, '""')],
    ["a permission object that allows nothing", ofQueue({ permission: {} }), range("permission", raup, '""')],
    [
      "a permission object with a misspelt name",
      ofQueue({ permission: { raed: true } }),
      unknown("permission", "raed", ["read", "add", "update", "process"]),
    ],
    [
      "an account permission that does not exist",
      ofAccount({ permission: "rz" }),
      range("permission", 'letters of "rwdxylacupfti"', '"rz"'),
    ],
    [
      "a resource type that does not exist",
      ofAccount({ resourceTypes: "q" }),
      range("resourceTypes", 'letters of "sco" (service, container, object)', '"q"'),
    ],
    ["services that do not exist", ofAccount({ services: "x" }), range("services", bqtf, '"x"')],
    ["empty services", ofAccount({ services: "" }), range("services", bqtf, '""')],
    ["services that are none", ofAccount({ services: {} }), range("services", bqtf, '""')],
    ["an invalid Date", ofQueue({ expiry: new Date(Number.NaN) }), range("expiry", allowed.moment, "an invalid Date")],
    [
      "a Date beyond the year 9999",
      ofQueue({ expiry: new Date(8.64e15) }),
      range("expiry", allowed.moment, "a Date beyond that"),
    ],
    [
      "a Date before the year 1",
      ofQueue({ start: new Date(-8.64e15) }),
      range("start", allowed.moment, "a Date beyond that"),
    ],
    ["a moment in words", ofQueue({ expiry: "tomorrow" }), range("expiry", allowed.moment, '"tomorrow"')],
    [
      "a day that does not exist",
      ofQueue({ start: "2030-02-30T00:00:00Z" }),
      range("start", allowed.moment, '"2030-02-30T00:00:00Z"'),
    ],
    [
      "a start after the expiry",
      ofQueue({ start: "2031-01-01", expiry: "2030-01-01" }),
      range("expiry", "after start", '"2030-01-01T00:00:00Z"'),
    ],
    [
      "a protocol that does not exist",
      ofQueue({ protocol: "http" }),
      range("protocol", '"https" or "https,http"', '"http"'),
    ],
    ["a version that is none", ofQueue({ version: "latest" }), range("version", version, '"latest"')],
    ["a version that is too old", ofAccount({ version: "2014-02-14" }), range("version", version, '"2014-02-14"')],
    ["an empty delegation key", delegated({}), type("userDelegationKey.signedOid", allowed.text, "undefined")],
    [
      "a delegation key without its value",
      delegated({ ...delegationKey, value: undefined }),
      type("userDelegationKey.value", allowed.text, "undefined"),
    ],
    [
      "a policy id that is too long",
      ofQueue({ policyId: "x".repeat(65) }),
      range("policyId", 'at most 64 characters, without "sig="', hidden(65)),
    ],
    [
      "a delegation key for users of another tenant, and no user",
      delegated({ ...delegationKey, signedDelegatedUserTid: "other" }, { version: "2026-04-06" }),
      type(
        "userDelegationOid",
        "the object id of the one user",
        "nothing, for a key that is for users of another tenant",
      ),
    ],
  ]);
});

describe("readers", () => {
  const client = new QueueServiceClient(url, sas, { fetch });
  const withKey = new QueueServiceClient(url, key, { fetch });
  const parsed = (text) => [
    () => parseSas(text),
    range("sas", "a shared access signature, or a URL with one", "text that is none"),
  ];
  const update = (text, given) => [() => client.updateSas(text), range("sas", "a shared access signature", given)];
  refusals([
    ["parseSas of nothing", () => parseSas(), type("sas", allowed.text, "undefined")],
    ["parseSas of an empty text", ...parsed("")],
    ["parseSas of a key", ...parsed(key)],
    ["parseSas of a URL without one", ...parsed(`${url}/orders`)],
    ["updateSas of nothing", () => client.updateSas(), type("sas", "a shared access signature", "undefined")],
    ["updateSas of an empty text", ...update("", "an empty text")],
    ["updateSas of a URL", ...update(`${url}?${sas}`, 'a URL: only what follows its "?" is the token')],
    ["updateSas without a signature", ...update("sv=2020-12-06&sp=r", "a token without a signature (sig)")],
    [
      "updateSas of a client with a key",
      () => withKey.updateSas(sas),
      type("sas", "for a client that uses one", "one for a client with an account key or a token credential"),
    ],
  ]);
});

describe("browserCorsRule", () => {
  const origins = (given) => range("origins", allowed.origins, given);
  refusals([
    ["nothing", () => browserCorsRule(), type("origins", allowed.text, "undefined")],
    ["no origins", () => browserCorsRule([]), range("origins", "at least one origin", "none")],
    ["a host", () => browserCorsRule("app.example.com"), origins('"app.example.com"')],
    [
      "an origin with a path",
      () => browserCorsRule(["*", "https://app.example.com/"]),
      origins('"https://app.example.com/"'),
    ],
    ["an origin in capitals", () => browserCorsRule("https://APP.example.com"), origins('"https://APP.example.com"')],
    ["a URL with a signature", () => browserCorsRule(`${url}?${sas}`), origins(hidden(`${url}?${sas}`.length))],
    ["the scheme of a page from disk", () => browserCorsRule("file://"), origins('"file://"')],
    ["a custom scheme alone", () => browserCorsRule("capacitor://"), origins('"capacitor://"')],
    [
      "a custom scheme with a path",
      () => browserCorsRule("capacitor://localhost/"),
      origins('"capacitor://localhost/"'),
    ],
    ["an origin of 257 characters", () => browserCorsRule(`https://${"a".repeat(249)}`), origins(hidden(257))],
    ["arrays in arrays", () => browserCorsRule([["*"]]), type("origins", allowed.text, "an array")],
    ...[-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 31].map((age) => [
      `an age of ${age}`,
      () => browserCorsRule("*", age),
      range("maxAgeInSeconds", "a whole number of seconds from 0 to 2147483647", String(age)),
    ]),
  ]);
});
