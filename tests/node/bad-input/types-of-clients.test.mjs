// Every argument and option of the constructors, and of the functions that need no client, with values of every type but
// its own.

import { describe } from "node:test";
import {
  browserCorsRule,
  generateAccountSas,
  generateQueueSas,
  parseSas,
  QueueClient,
  QueueServiceClient,
} from "../../../dist/index.js";
import { aesKey } from "../../support/keys.mjs";
import { allowed, fetch, refusalsByArgument } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";
import * as strange from "../../support/strange.mjs";
import {
  flags,
  functions,
  letters,
  moments,
  numbers,
  objects,
  records,
  secrets,
  texts,
  unfit,
  wrong,
} from "../../support/strange-rows.mjs";

const { url, sas, key } = account;
const connectionString = "UseDevelopmentStorage=true";
const service = (options) => new QueueServiceClient(url, sas, { fetch, ...options });

describe("addresses", () => {
  refusalsByArgument([
    ...texts("QueueServiceClient", (value) => new QueueServiceClient(value, sas), "accountUrl"),
    ...texts("QueueClient", (value) => new QueueClient(value, "orders", sas), "accountUrl"),
    ...texts("fromQueueUrl", (value) => QueueClient.fromQueueUrl(value, sas), "queueUrl"),
    ...secrets("of an account", (value) => QueueServiceClient.fromConnectionString(value), "connectionString"),
    ...secrets("of a queue", (value) => QueueClient.fromConnectionString(value, "orders"), "connectionString"),
    ...texts("QueueClient's queueName", (value) => new QueueClient(url, value, sas), "queueName"),
    ...texts(
      "fromConnectionString's queueName",
      (value) => QueueClient.fromConnectionString(connectionString, value),
      "queueName",
    ),
    ...unfit("getQueueClient", (value) => service().getQueueClient(value), "queueName"),
    ...unfit("createQueue", (value) => service().createQueue(value), "queueName"),
    ...unfit("deleteQueue", (value) => service().deleteQueue({ name: value }), "queueName"),
  ]);
});

describe("credentials", () => {
  // Text and functions are credentials, and so are objects with the right parts.
  const noCredential = strange
    .allBut((value) => ["string", "function"].includes(typeof value))
    .map((of) => ({
      ...of,
      given: typeof of.value === "object" && of.value !== null ? "an object without them" : of.hidden,
    }));
  const inEachPlace = (call) => [
    ...wrong("credential", call, "credential", allowed.credential, noCredential, "given"),
    ...unfit("credential", call),
    ...unfit("accountKey", (accountKey) => call({ accountName: "a", accountKey }), "credential"),
    ...texts("accountName", (accountName) => call({ accountName, accountKey: key }), "credential.accountName"),
  ];
  describe("of QueueServiceClient", () =>
    refusalsByArgument(inEachPlace((value) => new QueueServiceClient(url, value))));
  describe("of QueueClient", () => refusalsByArgument(inEachPlace((value) => new QueueClient(url, "orders", value))));
  describe("of fromQueueUrl", () =>
    refusalsByArgument(inEachPlace((value) => QueueClient.fromQueueUrl(`${url}/orders`, value))));
  describe("of fromConnectionString", () =>
    refusalsByArgument(
      inEachPlace((credential) => QueueServiceClient.fromConnectionString(connectionString, { credential })),
    ));
});

describe("options of clients", () => {
  const queue = (options) => new QueueClient(url, "orders", sas, { fetch, ...options });
  const retry = (name) => (value) => service({ retry: { [name]: value } });
  const option = (name) => (value) => service({ [name]: value });
  refusalsByArgument([
    ...objects("QueueServiceClient", (value) => new QueueServiceClient(url, sas, value), "options"),
    ...objects("QueueClient", (value) => new QueueClient(url, "orders", sas, value), "options"),
    ...objects("fromQueueUrl", (value) => QueueClient.fromQueueUrl(`${url}/orders`, sas, value), "options"),
    ...objects(
      "QueueServiceClient.fromConnectionString",
      (value) => QueueServiceClient.fromConnectionString(connectionString, value),
      "options",
    ),
    ...objects(
      "QueueClient.fromConnectionString",
      (value) => QueueClient.fromConnectionString(connectionString, "orders", value),
      "options",
    ),
    ...objects("getQueueClient", (value) => service().getQueueClient("orders", value), "options"),
    ...["fetch", "onRequest", "onResponse", "onRetry"].flatMap((name) => functions(name, option(name))),
    ...["serviceVersion", "secondaryHostname", "audience"].flatMap((name) => texts(name, option(name))),
    ...records("headers", option("headers"), "headers", allowed.texts),
    ...["tryTimeout", "deadline"].flatMap((name) => numbers(name, option(name), name, allowed.time)),
    ...flags("checkAccess", option("checkAccess")),
    ...objects("retry", option("retry")).filter(([what]) => !["a function", "a class"].some((of) => what.endsWith(of))),
    ...texts("retry.mode", retry("mode")),
    ...numbers("retry.maxTries", retry("maxTries"), "retry.maxTries", "a whole number from 1 to 100"),
    ...numbers("retry.delay", retry("delay"), "retry.delay", allowed.delay),
    ...numbers("retry.maxDelay", retry("maxDelay"), "retry.maxDelay", allowed.delay),
    ...["unsafe", "toSecondary"].flatMap((name) => flags(`retry.${name}`, retry(name))),
    ...wrong(
      "messageEncoding",
      (messageEncoding) => queue({ messageEncoding }),
      "messageEncoding",
      allowed.text,
      strange.noTextNorObject.concat(strange.strange.filter(({ value }) => value === null)),
    ),
    ...wrong(
      "getQueueClient's messageEncoding",
      (messageEncoding) => service().getQueueClient("orders", { messageEncoding }),
      "messageEncoding",
      '"text", "base64", "base64-bytes", "auto" or an object with the functions encode and decode',
      strange.strange
        .filter(({ value }) => typeof value === "object" && value !== null)
        .map((of) => ({ ...of, seen: "an object without them" })),
    ),
    ...unfit("messageEncoding", (messageEncoding) => queue({ messageEncoding })),
  ]);
});

describe("encryption", () => {
  const { keyId, algorithm, wrapKey, unwrapKey } = aesKey("k", Buffer.alloc(32, 7));
  const keyEncryptionKey = { keyId, algorithm, wrapKey, unwrapKey };
  const encryption = (more) => service({ encryption: { keyEncryptionKey, ...more } });
  const noKey = strange.allBut((value) => typeof value === "object" && value !== null);
  const part = (name) => (value) => encryption({ keyEncryptionKey: { ...keyEncryptionKey, [name]: value } });
  refusalsByArgument([
    ...objects("encryption", (value) => service({ encryption: value })),
    ...wrong(
      "keyEncryptionKey",
      (value) => encryption({ keyEncryptionKey: value }),
      "encryption.keyEncryptionKey",
      "an object",
      noKey,
    ),
    ...functions("keyResolver", (keyResolver) => encryption({ keyResolver }), "encryption.keyResolver"),
    ...flags("required", (required) => encryption({ required }), "encryption.required"),
    ...wrong("version", (version) => encryption({ version }), "encryption.version", '"1.0" or "2.0"', strange.noText),
    ...["keyId", "algorithm"].flatMap((name) =>
      wrong(name, part(name), `encryption.keyEncryptionKey.${name}`, allowed.text, strange.noText),
    ),
    ...["wrapKey", "unwrapKey"].flatMap((name) => functions(name, part(name), `encryption.keyEncryptionKey.${name}`)),
  ]);
});

describe("what a client tells and takes", () => {
  const client = service();
  const setLocation = (mode) => {
    client.locationMode = mode;
  };
  refusalsByArgument([
    ...secrets("updateSas", (value) => client.updateSas(value), "sas"),
    ...texts("locationMode", setLocation),
    ...secrets("parseSas", (value) => parseSas(value), "sas"),
  ]);
});

describe("makers of shared access signatures", () => {
  const expiry = new Date("2030-01-01T00:00:00Z");
  const common = { accountName: "a", accountKey: key, permission: "r", expiry };
  const delegationKey = {
    ...{ signedOid: "o", signedTid: "t", signedStart: "2026-01-02T00:00:00Z", signedExpiry: "2026-01-03T00:00:00Z" },
    ...{ signedService: "q", signedVersion: "2026-02-06", signedDelegatedUserTid: "u", value: key },
  };
  const ofQueue = (more) => generateQueueSas({ ...common, queueName: "orders", ...more });
  const ofAccount = (more) => generateAccountSas({ ...common, resourceTypes: "sco", ...more });
  const delegated = (userDelegationKey) => ofQueue({ accountKey: undefined, userDelegationKey });
  for (const [maker, make] of Object.entries({ generateQueueSas: ofQueue, generateAccountSas: ofAccount })) {
    const option = (name) => (value) => make({ [name]: value });
    describe(maker, () => {
      refusalsByArgument([
        ...["accountName", "ip", "protocol", "version"].flatMap((name) => texts(name, option(name))),
        ...["expiry", "start"].flatMap((name) => moments(name, option(name))),
        ...letters("permission", option("permission")),
        ...flags("permission.read", (read) => make({ permission: { read } })),
        ...secrets("accountKey", option("accountKey")),
      ]);
    });
  }
  refusalsByArgument([
    ...objects("generateQueueSas", (value) => generateQueueSas(value), "options"),
    ...objects("generateAccountSas", (value) => generateAccountSas(value), "options"),
    ...["queueName", "policyId", "userDelegationOid"].flatMap((name) =>
      texts(name, (value) => ofQueue({ [name]: value })),
    ),
    ...["resourceTypes", "services"].flatMap((name) => letters(name, (value) => ofAccount({ [name]: value }))),
    ...flags("resourceTypes.object", (object) => ofAccount({ resourceTypes: { object } })),
    ...flags("services.queue", (queue) => ofAccount({ services: { queue } })),
    ...records("userDelegationKey", delegated, "userDelegationKey", "what getUserDelegationKey returned"),
    ...Object.keys(delegationKey).flatMap((name) =>
      (name === "value" ? secrets : texts)(`userDelegationKey.${name}`, (value) =>
        delegated({ ...delegationKey, [name]: value }),
      ),
    ),
  ]);
});

describe("browserCorsRule", () => {
  const noOrigins = strange.allBut((value) => typeof value === "string" || Array.isArray(value));
  refusalsByArgument([
    ...wrong("origins", (value) => browserCorsRule(value), "origins", allowed.text, noOrigins),
    ...wrong("an origin", (value) => browserCorsRule(["*", value]), "origins", allowed.text, strange.noText),
    ...wrong(
      "maxAgeInSeconds",
      (value) => browserCorsRule("*", value),
      "maxAgeInSeconds",
      "a whole number of seconds from 0 to 2147483647",
      strange.noNumber.filter(({ what }) => what !== "text"),
    ),
  ]);
});
