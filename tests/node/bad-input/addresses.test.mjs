// Bad addresses, names and credentials.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../../dist/index.js";
import { allowed, fetch, hidden, range, refusals, type } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";

const { url, sas, key } = account;
const service = (...args) => new QueueServiceClient(...args);
const queue = (...args) => new QueueClient(...args);

describe("addresses", () => {
  const example = "a URL such as https://myaccount.queue.core.windows.net";
  const full = "the full URL of a queue";
  const pairs =
    '"Key=Value" pairs joined by ";" that tell the account: UseDevelopmentStorage=true, or AccountName or QueueEndpoint ' +
    "with AccountKey or SharedAccessSignature";
  const connect = (text) => () => QueueServiceClient.fromConnectionString(text);
  refusals([
    ["no URL", () => service(), type("accountUrl", allowed.text, "undefined")],
    ["an empty URL", () => service("", sas), range("accountUrl", example, "an empty text")],
    [
      "a URL of another scheme",
      () => service("ftp://myaccount.queue.core.windows.net", sas),
      range("accountUrl", example, "another scheme than https and http"),
    ],
    ["a URL without a host", () => service("https://", sas), range("accountUrl", example, 'the host ""')],
    [
      "a host with a blank",
      () => service("https://my account", sas),
      range("accountUrl", example, 'the host "my account"'),
    ],
    [
      "a user in the URL",
      () => service("https://user:secret@myaccount.queue.core.windows.net", sas),
      range("accountUrl", example, "a user name or password before the host"),
    ],
    ["a port that is none", () => service("https://a.b:99999"), range("accountUrl", example, "a port that is none")],
    [
      "a path with a line feed",
      () => service("http://127.0.0.1/d\nev"),
      range("accountUrl", example, "a path with U+000A"),
    ],
    ["a path with a blank", () => service("https://a.b/x y"), range("accountUrl", example, "a path with U+0020")],
    ["a key", () => service("YWNjb3VudGtleQ"), range("accountUrl", example, "a text that is no host")],
    ["no queue URL", () => QueueClient.fromQueueUrl(), type("queueUrl", allowed.text, "undefined")],
    [
      "a queue URL without a queue",
      () => QueueClient.fromQueueUrl(`${url}/`),
      range("queueUrl", full, "no queue name"),
    ],
    [
      "an emulator's URL without a queue",
      () => QueueClient.fromQueueUrl("http://127.0.0.1:10001/devstoreaccount1"),
      range(
        "queueUrl",
        full,
        "no queue name: at this host the path is the account's name, then the queue, such as /devstoreaccount1/orders",
      ),
    ],
    ["no connection string", connect(), type("connectionString", allowed.text, "undefined")],
    ["an empty one", connect(""), range("connectionString", pairs, "an empty text")],
    [
      "one without an account",
      connect("EndpointSuffix=b"),
      range("connectionString", pairs, "neither QueueEndpoint nor AccountName"),
    ],
  ]);
});

describe("queue names", () => {
  const shown = ["", "ab", "x".repeat(64), "Orders", "my_queue", "-abc", "abc-", "a--b", "a b", "a/b", "..", "ünïcode"];
  const name = (value) => [
    `the queue name ${JSON.stringify(value.slice(0, 20))}`,
    () => queue(url, value),
    range("queueName", allowed.queueName, `"${value}"`),
  ];
  const refused = (given) => range("queueName", allowed.queueName, given);
  refusals([
    ...shown.map(name),
    ["no queue name", () => queue(url), type("queueName", allowed.text, "undefined")],
    ["a name with a NUL", () => queue(url, "abc\0"), refused('"abc\\u{0}"')],
    ["a name with a line feed", () => queue(url, "abc\ndef"), refused('"abc\\u{a}def"')],
    ["a name that may be a signature", () => queue(url, "sig=abc%3D"), refused(hidden(10))],
    ["a name of 65 characters", () => queue(url, "x".repeat(65)), refused(hidden(65))],
    [
      "an object without a name",
      () => service(url, sas).getQueueClient({}),
      type("queueName", allowed.text, "undefined"),
    ],
    ["a name for createQueue", () => service(url, sas).createQueue("A"), refused('"A"')],
    ["a name for createQueueIfNotExists", () => service(url, sas).createQueueIfNotExists("A"), refused('"A"')],
    ["a name for deleteQueue", () => service(url, sas).deleteQueue("A"), refused('"A"')],
    ["a name for deleteQueueIfExists", () => service(url, sas).deleteQueueIfExists({ name: "A" }), refused('"A"')],
  ]);
});

describe("credentials", () => {
  const ours = "a shared access signature or an account key, which is Base64";
  const given = (credential) => () => service(url, credential, { fetch });
  const refused = (words) => type("credential", allowed.credential, words);
  refusals([
    ["a name without a key", given({ accountName: "a" }), refused("an object without them")],
    ["a key without a name", given({ accountKey: key }), refused("an object without them")],
    ["a getToken that is no function", given({ getToken: "t" }), refused("an object without them")],
    [
      "an empty name",
      given({ accountName: "", accountKey: key }),
      range("accountName", "the name of the storage account: letters and digits", '""'),
    ],
    ["a key that is no Base64", given("not base64!"), range("credential", ours, "text that is none")],
    ["an empty text", given(""), range("credential", ours, "an empty text")],
    [
      "a field that does not exist",
      given("sv=1&sgi=x"),
      range("credential", ours, 'a token with the unknown field "sgi"'),
    ],
    [
      "a key where the host does not tell the account",
      () => service("https://queues.example.com", key),
      range(
        "credential",
        "account name and key together for this URL",
        "an account key alone, and the URL does not tell the account",
      ),
    ],
  ]);
});
