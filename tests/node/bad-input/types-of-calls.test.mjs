// Every argument and option of the calls, with values of every type but its own.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../../dist/index.js";
import { allowed, fetch, refusalsByArgument, type } from "../../support/refusals.mjs";
import { account, collect } from "../../support/script.mjs";
import * as strange from "../../support/strange.mjs";
import {
  flags,
  functions,
  letters,
  lists,
  moments,
  numbers,
  objects,
  records,
  texts,
  wrong,
} from "../../support/strange-rows.mjs";

const service = new QueueServiceClient(account.url, account.sas, { fetch });
const getToken = () => ({ token: "t", expiresOnTimestamp: 9e12 });
const withToken = new QueueServiceClient(account.url, { getToken }, { fetch });
const queue = new QueueClient(account.url, "orders", account.sas, { fetch });
const receipt = { popReceipt: "r" };
const expiry = new Date("2030-01-02T00:00:00Z");

/** Every call, with its options. */
const calls = {
  "service.listQueues": (options) => service.listQueues(options),
  "service.createQueue": (options) => service.createQueue("orders", options),
  "service.createQueueIfNotExists": (options) => service.createQueueIfNotExists("orders", options),
  "service.deleteQueue": (options) => service.deleteQueue("orders", options),
  "service.deleteQueueIfExists": (options) => service.deleteQueueIfExists("orders", options),
  "service.getServiceProperties": (options) => service.getServiceProperties(options),
  "service.setServiceProperties": (options) => service.setServiceProperties({ cors: [] }, options),
  "service.getServiceStats": (options) => service.getServiceStats(options),
  "queue.createQueue": (options) => queue.createQueue(options),
  "queue.createQueueIfNotExists": (options) => queue.createQueueIfNotExists(options),
  "queue.deleteQueue": (options) => queue.deleteQueue(options),
  "queue.deleteQueueIfExists": (options) => queue.deleteQueueIfExists(options),
  "queue.exists": (options) => queue.exists(options),
  "queue.getQueueProperties": (options) => queue.getQueueProperties(options),
  "queue.setQueueMetadata": (options) => queue.setQueueMetadata({}, options),
  "queue.getQueueAccessPolicy": (options) => queue.getQueueAccessPolicy(options),
  "queue.setQueueAccessPolicy": (options) => queue.setQueueAccessPolicy({}, options),
  "queue.sendMessage": (options) => queue.sendMessage("x", options),
  "queue.receiveMessage": (options) => queue.receiveMessage(options),
  "queue.receiveMessages": (options) => queue.receiveMessages(options),
  "queue.peekMessages": (options) => queue.peekMessages(options),
  "queue.updateMessage": (options) => queue.updateMessage({ id: "id", ...receipt }, options),
  "queue.updateVisibilityTimeout": (options) => queue.updateVisibilityTimeout({ id: "id", ...receipt }, 5, options),
  "queue.deleteMessage": (options) => queue.deleteMessage({ id: "id", ...receipt }, options),
  "queue.clearMessages": (options) => queue.clearMessages(options),
};

const seconds = "a whole number of seconds from 1 on";

describe("options of each call", () => {
  const odd = new (class Options {})();
  refusalsByArgument(
    Object.entries(calls).flatMap(([what, call]) => [
      [`${what}: options`, () => call(odd), type("options", allowed.object, "an object of a class")],
      [`${what}: timeout`, () => call({ timeout: "5" }), type("timeout", seconds, 'the text "5"')],
      [`${what}: headers`, () => call({ headers: 5 }), type("headers", allowed.texts, "5")],
      [`${what}: clientRequestId`, () => call({ clientRequestId: 5 }), type("clientRequestId", allowed.text, "5")],
      [`${what}: signal`, () => call({ signal: odd }), type("signal", "an AbortSignal", "an object")],
      [`${what}: retry`, () => call({ retry: "none" }), type("retry", allowed.object, "a string")],
      [`${what}: tryTimeout`, () => call({ tryTimeout: "5" }), type("tryTimeout", allowed.time, 'the text "5"')],
      [`${what}: deadline`, () => call({ deadline: "5" }), type("deadline", allowed.time, 'the text "5"')],
      ...["onRequest", "onResponse", "onRetry"].map((hook) => [
        `${what}: ${hook}`,
        () => call({ [hook]: odd }),
        type(hook, allowed.function, "an object"),
      ]),
    ]),
  );
});

describe("options of every call", () => {
  const peek = (options) => queue.peekMessages(options);
  refusalsByArgument([
    ...objects("options", peek),
    ...numbers("timeout", (timeout) => peek({ timeout }), "timeout", seconds),
    ...records("headers", (headers) => peek({ headers }), "headers", allowed.texts),
    ...texts("clientRequestId", (clientRequestId) => peek({ clientRequestId })),
    ...strange.strange.map(({ what, value, seen }) => [
      `signal: ${what}`,
      () => peek({ signal: value }),
      type("signal", "an AbortSignal", seen),
    ]),
    ...["onRequest", "onResponse", "onRetry"].flatMap((hook) =>
      functions(hook, (value) => peek({ [hook]: value }), hook),
    ),
  ]);
});

const contentFit = "well-formed text, or bytes, of at most 65536 bytes after encoding";

describe("arguments about messages", () => {
  const both = (name, write) => [
    ...write(`deleteMessage: ${name}`, (value, options) => queue.deleteMessage(value, options)),
    ...write(`updateMessage: ${name}`, (value, options) => queue.updateMessage(value, options)),
    ...write(`updateVisibilityTimeout: ${name}`, (value, options) => queue.updateVisibilityTimeout(value, 5, options)),
  ];
  const count = "a whole number from 1 to 32";
  refusalsByArgument([
    ...texts("sendMessage: content", (value) => queue.sendMessage(value), "content", allowed.content, contentFit),
    ...texts(
      "updateMessage: content",
      (content) => queue.updateMessage("id", { ...receipt, content }),
      "content",
      allowed.content,
      contentFit,
    ),
    ...numbers(
      "sendMessage: visibilityTimeout",
      (visibilityTimeout) => queue.sendMessage("x", { visibilityTimeout }),
      "visibilityTimeout",
      allowed.hidden,
    ),
    ...numbers("timeToLive", (timeToLive) => queue.sendMessage("x", { timeToLive }), "timeToLive", allowed.lifetime),
    ...numbers(
      "receiveMessage: visibilityTimeout",
      (visibilityTimeout) => queue.receiveMessage({ visibilityTimeout }),
      "visibilityTimeout",
      allowed.hiddenWhenReceived,
    ),
    ...numbers(
      "receiveMessages: visibilityTimeout",
      (visibilityTimeout) => queue.receiveMessages({ visibilityTimeout }),
      "visibilityTimeout",
      allowed.hiddenWhenReceived,
    ),
    ...numbers(
      "messagesPerPage",
      (messagesPerPage) => queue.receiveMessages({ messagesPerPage }),
      "messagesPerPage",
      count,
    ),
    ...numbers(
      "receiveMessages: maxMessages",
      (maxMessages) => queue.receiveMessages({ maxMessages }),
      "maxMessages",
      "a whole number from 0 on",
    ),
    ...numbers("peekMessages: maxMessages", (maxMessages) => queue.peekMessages({ maxMessages }), "maxMessages", count),
    ...objects("receiveMessages().byPage: settings", (value) => queue.receiveMessages().byPage(value), "settings"),
    ...both("message", (what, call) => texts(what, (value) => call(value, receipt), "message", allowed.message)),
    ...both("popReceipt", (what, call) => texts(what, (popReceipt) => call("id", { popReceipt }), "popReceipt")),
    ...numbers(
      "updateMessage: visibilityTimeout",
      (visibilityTimeout) => queue.updateMessage("id", { ...receipt, visibilityTimeout }),
      "visibilityTimeout",
      allowed.hidden,
    ),
    ...numbers(
      "updateVisibilityTimeout: visibilityTimeout",
      (value) => queue.updateVisibilityTimeout("id", value, receipt),
      "visibilityTimeout",
      allowed.hidden,
    ),
  ]);
});

describe("arguments about queues", () => {
  const policies = "an object of access policies by their ids";
  const policy = (value) => queue.setQueueAccessPolicy({ id: value });
  const named = strange.noTextNorObject;
  refusalsByArgument([
    ...["createQueue", "createQueueIfNotExists", "deleteQueue", "deleteQueueIfExists", "getQueueClient"].flatMap(
      (method) => wrong(method, (name) => service[method](name), "queueName", allowed.text, named),
    ),
    ...records("setQueueMetadata", (value) => queue.setQueueMetadata(value), "metadata", allowed.texts),
    ...records("createQueue", (metadata) => queue.createQueue({ metadata }), "metadata", allowed.texts),
    ...records(
      "createQueueIfNotExists",
      (metadata) => queue.createQueueIfNotExists({ metadata }),
      "metadata",
      allowed.texts,
    ),
    ...strange.noText.map(({ what, value, seen }) => [
      `a metadata value: ${what}`,
      () => queue.setQueueMetadata({ a: value }),
      type("metadata", allowed.texts, `${seen} for "a"`),
    ]),
    ...strange.noText.map(({ what, value }) => [
      `a header: ${what}`,
      () => queue.exists({ headers: { "x-a": value } }),
      type("headers", allowed.texts, 'another value for "x-a"'),
    ]),
    ...records("policies", (value) => queue.setQueueAccessPolicy(value), "signedIdentifiers", policies),
    ...objects("a policy", policy, "signedIdentifiers.id"),
    ...moments("start", (start) => policy({ start }), "signedIdentifiers.start"),
    ...moments("expiry", (expiry) => policy({ expiry }), "signedIdentifiers.expiry"),
    ...letters("permission", (permission) => policy({ permission }), "signedIdentifiers.permission"),
    ...flags("permission.read", (read) => policy({ permission: { read } }), "signedIdentifiers.permission.read"),
    ...texts("nameStartsWith", (nameStartsWith) => service.listQueues({ nameStartsWith })),
    ...flags("includeMetadata", (includeMetadata) => service.listQueues({ includeMetadata })),
    ...numbers(
      "resultsPerPage",
      (resultsPerPage) => service.listQueues({ resultsPerPage }),
      "resultsPerPage",
      "a whole number from 1 to 5000",
    ),
    ...objects("listQueues().byPage", (value) => service.listQueues().byPage(value), "settings"),
    ...texts("continuationToken", (continuationToken) => collect(service.listQueues().byPage({ continuationToken }))),
  ]);
});

describe("arguments about the service", () => {
  const set = (settings) => service.setServiceProperties(settings);
  const cors = (more) => set({ cors: [{ allowedOrigins: ["*"], allowedMethods: ["GET"], ...more }] });
  const key = (options) => withToken.getUserDelegationKey(options);
  const rules = ["allowedOrigins", "allowedMethods", "allowedHeaders", "exposedHeaders"];
  refusalsByArgument([
    ...objects("properties", set),
    ...["analyticsLogging", "hourMetrics", "minuteMetrics"].flatMap((part) => [
      ...objects(part, (value) => set({ [part]: value })),
      ...texts(`${part}.version`, (version) => set({ [part]: { version } })),
      ...objects(`${part}.retentionPolicy`, (retentionPolicy) => set({ [part]: { retentionPolicy } })),
      ...flags(`${part}.retentionPolicy.enabled`, (enabled) => set({ [part]: { retentionPolicy: { enabled } } })),
      ...numbers(
        `${part}.retentionPolicy.days`,
        (days) => set({ [part]: { retentionPolicy: { enabled: true, days } } }),
        `${part}.retentionPolicy.days`,
        "a whole number of days from 1 to 365",
      ),
    ]),
    ...["delete", "read", "write"].flatMap((name) =>
      flags(`analyticsLogging.${name}`, (value) => set({ analyticsLogging: { [name]: value } })),
    ),
    ...["hourMetrics", "minuteMetrics"].flatMap((part) =>
      ["enabled", "includeApis"].flatMap((name) =>
        flags(`${part}.${name}`, (value) => set({ [part]: { [name]: value } })),
      ),
    ),
    ...lists("cors", (value) => set({ cors: value }), "cors", "an array of rules"),
    ...objects("a rule", (rule) => set({ cors: [rule] }), "cors[0]"),
    ...rules.flatMap((name) => [
      ...lists(name, (value) => cors({ [name]: value }), `cors.${name}`, allowed.list),
      ...texts(`an item of ${name}`, (value) => cors({ [name]: [value] }), `cors.${name}`),
    ]),
    ...numbers(
      "maxAgeInSeconds",
      (maxAgeInSeconds) => cors({ maxAgeInSeconds }),
      "cors.maxAgeInSeconds",
      "a whole number of seconds from 0 on",
    ),
    ...objects("getUserDelegationKey", key, "options"),
    ...moments("a key's start", (start) => key({ start, expiry }), "start"),
    ...moments("a key's expiry", (value) => key({ expiry: value }), "expiry"),
    ...texts("delegatedUserTenantId", (delegatedUserTenantId) => key({ expiry, delegatedUserTenantId })),
  ]);
});
