// Arguments that throw when somebody looks at them: getters, proxies, and proxies that were revoked. The refusal names
// the argument, and what was thrown is its cause.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import {
  browserCorsRule,
  generateQueueSas,
  isAzureError,
  parseSas,
  QueueClient,
  QueueServiceClient,
} from "../../../dist/index.js";
import { preload, preloadSync } from "../../../dist/slim.js";
import { aesKey } from "../../support/keys.mjs";
import { allowed, fetch, refusals, type, unreadable } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";

const { url, sas, key } = account;
const service = new QueueServiceClient(url, sas, { fetch });
const queue = new QueueClient(url, "orders", sas, { fetch });

/** Objects that throw this when they are read. */
const throwers = (thrown) => {
  const fail = () => {
    throw thrown;
  };
  const traps = Object.fromEntries(Object.getOwnPropertyNames(Reflect).map((trap) => [trap, fail]));
  return {
    getter: (name) => Object.defineProperty({}, name, { get: fail, enumerable: true }),
    proxy: () => new Proxy({}, traps),
    items: () => Object.defineProperty([], 0, { get: fail, enumerable: true }),
  };
};

const odd = [new Error("no"), undefined, "text", Object.freeze(new TypeError("frozen")), Symbol("x")];

describe("getters and proxies", () => {
  for (const thrown of odd) {
    const { getter, proxy, items } = throwers(thrown);
    const refused = (argument) => unreadable(argument, thrown);
    const open = (credential) => () => new QueueServiceClient(url, credential, { fetch });
    const encryption = (part) => () => new QueueServiceClient(url, sas, { fetch, encryption: part });
    const wrapping = { ...aesKey("k", Buffer.alloc(32, 7)) };
    const cors = (more) => () => service.setServiceProperties({ cors: [{ allowedMethods: ["GET"], ...more }] });
    const throwing = class extends URL {
      get href() {
        throw thrown;
      }
    };
    describe(`that throw ${String(thrown)}`, () => {
      refusals([
        ["options of a client", () => new QueueServiceClient(url, sas, getter("fetch")), refused("options")],
        ["options as a proxy", () => new QueueClient(url, "orders", sas, proxy()), refused("options")],
        ["options of a call", () => queue.sendMessage("x", getter("timeout")), refused("options")],
        ["options of a list", () => service.listQueues(proxy()), refused("options")],
        ["retry options", () => new QueueServiceClient(url, sas, { retry: getter("mode") }), refused("retry")],
        ["encryption", encryption(getter("required")), refused("encryption")],
        ["settings", () => service.setServiceProperties(getter("cors")), refused("properties")],
        ["metrics", () => service.setServiceProperties({ hourMetrics: proxy() }), refused("hourMetrics")],
        ["a rule", () => service.setServiceProperties({ cors: [getter("allowedOrigins")] }), refused("cors[0]")],
        ["a policy", () => queue.setQueueAccessPolicy({ id: getter("start") }), refused("signedIdentifiers.id")],
        [
          "a permission",
          () => generateQueueSas({ accountName: "a", permission: getter("read") }),
          refused("permission"),
        ],
        ["options of a SAS", () => generateQueueSas(proxy()), refused("options")],
        ["where pages begin", () => service.listQueues().byPage(getter("continuationToken")), refused("settings")],
        [
          "headers of a client",
          () => new QueueClient(url, "orders", sas, { headers: getter("x-a") }),
          refused("headers"),
        ],
        ["headers of a call", () => queue.exists({ headers: getter("x-a") }), refused("headers")],
        ["headers as a proxy", () => queue.exists({ headers: proxy() }), refused("headers")],
        ["a signal", () => queue.exists({ signal: proxy() }), refused("signal")],
        ["metadata", () => queue.setQueueMetadata(getter("a")), refused("metadata")],
        ["metadata as a proxy", () => queue.createQueue({ metadata: proxy() }), refused("metadata")],
        ["policies", () => queue.setQueueAccessPolicy(getter("a")), refused("signedIdentifiers")],
        ["policies as a proxy", () => queue.setQueueAccessPolicy(proxy()), refused("signedIdentifiers")],
        ["a message's id", () => queue.deleteMessage(getter("id")), refused("message")],
        ["a message's receipt", () => queue.updateMessage(getter("popReceipt")), refused("message")],
        ["a message as a proxy", () => queue.updateVisibilityTimeout(proxy(), 5), refused("message")],
        ["the name of a queue", () => service.getQueueClient(getter("name")), refused("queueName")],
        ["a queue as a proxy", () => service.deleteQueue(proxy()), refused("queueName")],
        [
          "a codec",
          () => service.getQueueClient("orders", { messageEncoding: getter("encode") }),
          refused("messageEncoding"),
        ],
        [
          "a codec as a proxy",
          () => new QueueClient(url, "orders", sas, { messageEncoding: proxy() }),
          refused("messageEncoding"),
        ],
        ["an account's key", open(getter("accountKey")), refused("credential")],
        ["a token credential", open(getter("getToken")), refused("credential")],
        ["a credential as a proxy", open(proxy()), refused("credential")],
        ["an address", () => new QueueServiceClient(new throwing(url)), refused("accountUrl")],
        ["an address as a proxy", () => QueueClient.fromQueueUrl(proxy()), refused("queueUrl")],
        ["a SAS", () => parseSas(new throwing(url)), refused("sas")],
        ["a key's parts", encryption({ keyEncryptionKey: proxy() }), refused("encryption.keyEncryptionKey.keyId")],
        [
          "a key's function",
          encryption({ keyEncryptionKey: Object.defineProperty(wrapping, "wrapKey", { get: () => getter("x").x }) }),
          refused("encryption.keyEncryptionKey.wrapKey"),
        ],
        [
          "a user delegation key",
          () => generateQueueSas({ accountName: "a", queueName: "orders", userDelegationKey: getter("value") }),
          refused("userDelegationKey"),
        ],
        ["a list of rules", () => service.setServiceProperties({ cors: items() }), refused("cors")],
        ["a list of origins", cors({ allowedOrigins: items() }), refused("cors.allowedOrigins")],
        [
          "a list as a proxy",
          cors({ allowedOrigins: new Proxy([], { get: () => getter("x").x }) }),
          refused("cors.allowedOrigins"),
        ],
        ["origins", () => browserCorsRule(items()), refused("origins")],
        [
          "a source of the core",
          () => preload(new Proxy({}, { getPrototypeOf: () => getter("x").x })),
          refused("source"),
        ],
        ["a source at once", () => preloadSync(proxy()), refused("source")],
      ]);
    });
  }
});

describe("proxies that were revoked", () => {
  const revoked = (target = {}) => {
    const { proxy, revoke } = Proxy.revocable(target, {});
    revoke();
    return proxy;
  };
  const text = (argument) => type(argument, allowed.text, "an object");
  refusals([
    ["a queue's name", () => new QueueClient(url, revoked(), sas), text("queueName")],
    ["a client request id", () => queue.exists({ clientRequestId: revoked() }), text("clientRequestId")],
    [
      "a number",
      () => queue.exists({ timeout: revoked() }),
      type("timeout", "a whole number of seconds from 1 on", "an object"),
    ],
    ["content", () => queue.sendMessage(revoked()), type("content", allowed.content, "an object")],
    ["an array as content", () => queue.sendMessage(revoked([])), type("content", allowed.content, "an object")],
    ["a function", () => queue.exists({ onRequest: revoked() }), type("onRequest", allowed.function, "an object")],
    [
      "a moment",
      () => generateQueueSas({ accountName: "a", expiry: revoked() }),
      type("expiry", allowed.moment, "an object"),
    ],
    [
      "an account's key",
      () => generateQueueSas({ accountName: "a", queueName: "orders", accountKey: revoked() }),
      type("accountKey", allowed.text, "a value of type object"),
    ],
    [
      "an account's name",
      () => new QueueServiceClient(url, { accountName: revoked(), accountKey: key }),
      text("credential.accountName"),
    ],
  ]);
});

describe("what is only looked at once", () => {
  /** Text the first time, and something else from then on. */
  const changing = (name) => {
    let looks = 0;
    return Object.defineProperty({}, name, { get: () => (looks++ === 0 ? 5 : "fine"), enumerable: true });
  };
  refusals([
    ["metadata", () => queue.setQueueMetadata(changing("a")), type("metadata", allowed.texts, '5 for "a"')],
    ["the name of a queue", () => service.getQueueClient(changing("name")), type("queueName", allowed.text, "5")],
  ]);
});

test("isAzureError says false of what throws, and does not throw", () => {
  const { getter, proxy } = throwers(new Error("no"));
  const branded = Object.assign(getter("name"), { [Symbol.for("azure-queue-wasm.error")]: true });
  for (const value of [proxy(), branded]) assert.equal(isAzureError(value, "HttpResponseError"), false);
});
