// Bad arguments of constructors, client options and the makers of shared access signatures.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { range, refusals, type, unknown } from "../support/refusals.mjs";
import { account, emptyPage, script } from "../support/script.mjs";

const fetch = script(emptyPage);
const sent = () => fetch.requests.length;
const { url, sas, key } = account;
const service = (...args) => new QueueServiceClient(...args);
const queue = (...args) => new QueueClient(...args);
const withOption = (options) => () => service(url, sas, { fetch, ...options });

describe("addresses and names", () => {
  refusals(
    [
      ["no URL", () => service(), type("accountUrl", "text", "undefined")],
      ["null for a URL", () => service(null, sas), type("accountUrl", "text", "null")],
      ["a number for a URL", () => service(5, sas), type("accountUrl", "text", "5")],
      ["an object with a URL in it", () => service({ href: url }, sas), type("accountUrl", "text", "object")],
      ["an empty URL", () => service("", sas), range("accountUrl", "https://", '""')],
      [
        "a URL of another scheme",
        () => service("ftp://myaccount.queue.core.windows.net", sas),
        range("accountUrl", "https://", "scheme"),
      ],
      ["a URL without a host", () => service("https://", sas), range("accountUrl", "https://", '""')],
      ["a host with a blank", () => service("https://my account", sas), range("accountUrl", "https://", "my account")],
      [
        "a user in the URL",
        () => service("https://user@myaccount.queue.core.windows.net", sas),
        range("accountUrl", "https://", "user name"),
      ],
      ["a URL that is no text for a queue", () => QueueClient.fromQueueUrl({}), type("queueUrl", "text", "object")],
      [
        "a queue URL without a queue",
        () => QueueClient.fromQueueUrl(`${url}/`),
        range("queueUrl", "queue", "no queue name"),
      ],
      [
        "an emulator's URL without a queue",
        () => QueueClient.fromQueueUrl("http://127.0.0.1:10001/devstoreaccount1"),
        range("queueUrl", "queue", "no queue name"),
      ],
      [
        "no connection string",
        () => QueueServiceClient.fromConnectionString(),
        type("connectionString", "text", "undefined"),
      ],
      [
        "an object for one",
        () => QueueServiceClient.fromConnectionString({}),
        type("connectionString", "text", "object"),
      ],
      [
        "an empty one",
        () => QueueServiceClient.fromConnectionString(""),
        range("connectionString", "AccountName", 'without "="'),
      ],
      [
        "one without an account",
        () => QueueServiceClient.fromConnectionString("A=b"),
        range("connectionString", "AccountName", "neither"),
      ],
      ["no queue name", () => queue(url), type("queueName", "text", "undefined")],
      ["a number for one", () => queue(url, 123), type("queueName", "text", "123")],
      [
        "null for one",
        () => QueueClient.fromConnectionString("UseDevelopmentStorage=true", null),
        type("queueName", "text", "null"),
      ],
      ["an object without a name", () => service(url, sas).getQueueClient({}), type("queueName", "text", "undefined")],
      ["null for a queue", () => service(url, sas).getQueueClient(null), type("queueName", "text", "null")],
      ...[
        "",
        "ab",
        "x".repeat(64),
        "Orders",
        "my_queue",
        "-abc",
        "abc-",
        "a--b",
        "a b",
        "a/b",
        "..",
        "ünïcode",
        "abc\u0000",
      ].map((name) => [
        `the queue name ${JSON.stringify(name.slice(0, 20))}`,
        () => queue(url, name),
        range("queueName", "3 to 63 characters", name.replace("\u0000", "").slice(0, 40)),
      ]),
      [
        "a bad name for createQueue",
        () => service(url, sas).createQueue("A"),
        range("queueName", "3 to 63 characters", '"A"'),
      ],
      [
        "one for deleteQueueIfExists",
        () => service(url, sas).deleteQueueIfExists({ name: "A" }),
        range("queueName", "3 to 63 characters", '"A"'),
      ],
    ],
    sent,
  );
});

describe("credentials", () => {
  const ours = "getToken";
  refusals(
    [
      ["a number", () => service(url, 5), type("credential", ours, "number")],
      ["null", () => service(url, null), type("credential", ours, "null")],
      ["true", () => service(url, true), type("credential", ours, "boolean")],
      ["an array", () => service(url, [sas]), type("credential", ours, "object")],
      ["an empty object", () => service(url, {}), type("credential", ours, "object")],
      ["a name without a key", () => service(url, { accountName: "a" }), type("credential", "accountKey", "object")],
      ["a key without a name", () => service(url, { accountKey: key }), type("credential", "accountName", "object")],
      ["a getToken that is no function", () => service(url, { getToken: "t" }), type("credential", ours, "object")],
      [
        "a name that is a number",
        () => service(url, { accountName: 5, accountKey: key }),
        type("credential.accountName", "text", "5"),
      ],
      ["an empty name", () => service(url, { accountName: "", accountKey: key }), range("accountName", "name", '""')],
      ["a key that is no Base64", () => service(url, "not base64!"), range("credential", "Base64", "")],
      ["an empty text", () => service(url, ""), range("credential", "shared access signature", "")],
      [
        "a SAS with a field that does not exist",
        () => service(url, "sv=1&sgi=x"),
        range("credential", "shared access signature", "sgi"),
      ],
      [
        "a key where the host does not tell the account",
        () => service("https://queues.example.com", key),
        range("credential", "account name", "key alone"),
      ],
      [
        "a bad option credential",
        () => QueueServiceClient.fromConnectionString("UseDevelopmentStorage=true", { credential: 5 }),
        type("credential", ours, "number"),
      ],
    ],
    sent,
  );
});

describe("client options", () => {
  const seconds = "number of seconds";
  refusals(
    [
      ["text for options", () => service(url, sas, "x"), type("options", "object", "string")],
      ["null for options", () => queue(url, "orders", sas, null), type("options", "object", "null")],
      [
        "an array for options",
        () => QueueClient.fromQueueUrl(`${url}/orders`, sas, []),
        type("options", "object", "array"),
      ],
      ["a misspelt option", withOption({ tryTimeOut: 5 }), unknown("options", "tryTimeOut", "tryTimeout")],
      ["an option of a call", withOption({ timeout: 5 }), unknown("options", "timeout", "tryTimeout")],
      [
        "an option of the queue client on the service client",
        withOption({ messageEncoding: "base64" }),
        unknown("options", "messageEncoding", "fetch"),
      ],
      ["an option of fromConnectionString", withOption({ credential: sas }), unknown("options", "credential", "fetch")],
      ["a Map for options", () => service(url, sas, new Map([["deadline", 5]])), type("options", "object", "")],
      ["a fetch that is no function", withOption({ fetch: "fetch" }), type("fetch", "function", "fetch")],
      ["null for fetch", withOption({ fetch: null }), type("fetch", "function", "null")],
      ["an onRequest that is no function", withOption({ onRequest: {} }), type("onRequest", "function", "object")],
      ["an onResponse that is no function", withOption({ onResponse: true }), type("onResponse", "function", "true")],
      ["an onRetry that is no function", withOption({ onRetry: [] }), type("onRetry", "function", "array")],
      ["headers as text", withOption({ headers: "a: b" }), type("headers", "object", "a: b")],
      ["headers as an array", withOption({ headers: [["a", "b"]] }), type("headers", "object", "array")],
      [
        "headers as Headers, whose entries are no properties",
        withOption({ headers: new Headers({ a: "b" }) }),
        type("headers", "object", ""),
      ],
      ["headers as a Map", withOption({ headers: new Map([["a", "b"]]) }), type("headers", "object", "")],
      ["a header that is a number", withOption({ headers: { "x-a": 5 } }), type("headers", "text", "x-a")],
      ["a header name with a blank", withOption({ headers: { "x a": "b" } }), range("headers", "names", "x a")],
      ["an empty header name", withOption({ headers: { "": "b" } }), range("headers", "names", '""')],
      [
        "a header with a line feed",
        withOption({ headers: { "x-a": "b\nc" } }),
        range("headers", "ASCII", "U+000A at position 1"),
      ],
      [
        "a header that is not ASCII",
        withOption({ headers: { "x-a": "é" } }),
        range("headers", "ASCII", "U+00E9 at position 0"),
      ],
      ...["Authorization", "content-type", "Content-Length", "host", "x-ms-date", "X-MS-Client-Request-Id"].map(
        (name) => [
          `the header ${name}, which is ours`,
          withOption({ headers: { [name]: "x" } }),
          range("headers", "client itself sets", name.toLowerCase()),
        ],
      ),
      [
        "the header x-ms-version",
        withOption({ headers: { "x-ms-version": "2020-12-06" } }),
        range("headers", "serviceVersion", "x-ms-version"),
      ],
      ...["tryTimeout", "deadline"].flatMap((name) => [
        ...[0, -1, Number.NaN, Number.POSITIVE_INFINITY, 3e9].map((value) => [
          `${name} ${value}`,
          withOption({ [name]: value }),
          range(name, seconds, String(value)),
        ]),
        [`${name} as text`, withOption({ [name]: "5" }), type(name, seconds, "5")],
        [`${name} null`, withOption({ [name]: null }), type(name, seconds, "null")],
      ]),
      ["retry as text", withOption({ retry: "none" }), type("retry", "object", "string")],
      ["retry as false", withOption({ retry: false }), type("retry", "object", "boolean")],
      ["retry null", withOption({ retry: null }), type("retry", "object", "null")],
      ["a misspelt retry option", withOption({ retry: { maxRetries: 3 } }), unknown("retry", "maxRetries", "maxTries")],
      [
        "a retry mode that does not exist",
        withOption({ retry: { mode: "linear" } }),
        range("retry.mode", '"fixed"', "linear"),
      ],
      ["a retry mode that is no text", withOption({ retry: { mode: 1 } }), type("retry.mode", "text", "1")],
      ...[0, 1.5, -1, 101, Number.NaN].map((value) => [
        `maxTries ${value}`,
        withOption({ retry: { maxTries: value } }),
        range("retry.maxTries", "1 to 100", String(value)),
      ]),
      ["maxTries as text", withOption({ retry: { maxTries: "4" } }), type("retry.maxTries", "1 to 100", "4")],
      ["a negative delay", withOption({ retry: { delay: -1 } }), range("retry.delay", "0 to 3600", "-1")],
      ["a delay of days", withOption({ retry: { delay: 86400 } }), range("retry.delay", "0 to 3600", "86400")],
      ["a delay that is NaN", withOption({ retry: { delay: Number.NaN } }), range("retry.delay", "0 to 3600", "NaN")],
      [
        "a maxDelay as a Date",
        withOption({ retry: { maxDelay: new Date() } }),
        type("retry.maxDelay", "0 to 3600", "object"),
      ],
      ["unsafe as text", withOption({ retry: { unsafe: "yes" } }), type("retry.unsafe", "true or false", "yes")],
      ...["latest", "2020-13-06", "2020-12-6", "", "20201206"].map((value) => [
        `serviceVersion ${JSON.stringify(value)}`,
        withOption({ serviceVersion: value }),
        range("serviceVersion", "2020-12-06", value),
      ]),
      [
        "serviceVersion as a Date",
        withOption({ serviceVersion: new Date() }),
        type("serviceVersion", "text", "object"),
      ],
      ["secondaryHostname as a number", withOption({ secondaryHostname: 5 }), type("secondaryHostname", "text", "5")],
      ["an empty secondaryHostname", withOption({ secondaryHostname: "" }), range("secondaryHostname", "", "")],
      ["audience as an array", withOption({ audience: ["a"] }), type("audience", "text", "array")],
      [
        "a messageEncoding that does not exist",
        () => queue(url, "orders", sas, { messageEncoding: "Base64" }),
        range("messageEncoding", '"base64"', "Base64"),
      ],
      [
        "one for getQueueClient",
        () => service(url, sas).getQueueClient("orders", { messageEncoding: "utf8" }),
        range("messageEncoding", '"base64"', "utf8"),
      ],
      [
        "one that is null",
        () => queue(url, "orders", sas, { messageEncoding: null }),
        type("messageEncoding", "text", "null"),
      ],
      [
        "a codec without decode",
        () => queue(url, "orders", sas, { messageEncoding: { encode: String } }),
        type("messageEncoding", "decode", "object"),
      ],
      [
        "a codec whose encode is no function",
        () => queue(url, "orders", sas, { messageEncoding: { encode: 1, decode: String } }),
        type("messageEncoding", "encode", "object"),
      ],
      [
        "another option for getQueueClient",
        () => service(url, sas).getQueueClient("orders", { fetch }),
        unknown("options", "fetch", "messageEncoding"),
      ],
    ],
    sent,
  );
});
