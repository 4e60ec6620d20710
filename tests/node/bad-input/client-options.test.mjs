// Bad values of client options.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../../dist/index.js";
import { aesKey } from "../../support/keys.mjs";
import { allowed, fetch, names, range, refusals, type, unknown } from "../../support/refusals.mjs";
import { account } from "../../support/script.mjs";

const { url, sas } = account;
const withOption = (options) => () => new QueueServiceClient(url, sas, { fetch, ...options });
const ofQueue = (options) => () => new QueueClient(url, "orders", sas, { fetch, ...options });
const getQueue = (options) => () => new QueueServiceClient(url, sas, { fetch }).getQueueClient("orders", options);

/** Numbers that hardly anything allows. */
const oddNumbers = [-1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, -1e21];

describe("names of client options", () => {
  refusals([
    ["a misspelt option", withOption({ tryTimeOut: 5 }), unknown("options", "tryTimeOut", names.client)],
    ["an option of calls alone", withOption({ timeout: 5 }), unknown("options", "timeout", names.client)],
    [
      "an option of fromConnectionString",
      withOption({ credential: sas }),
      unknown("options", "credential", names.client),
    ],
    ["an option that is undefined", withOption({ colour: undefined }), unknown("options", "colour", names.client)],
    [
      "an option named __proto__",
      withOption(JSON.parse('{"__proto__":1}')),
      unknown("options", "__proto__", names.client),
    ],
    ["a misspelt retry option", withOption({ retry: { maxRetries: 3 } }), unknown("retry", "maxRetries", names.retry)],
    ["another option for getQueueClient", getQueue({ fetch }), unknown("options", "fetch", ["messageEncoding"])],
  ]);
});

describe("headers", () => {
  const header = (name, value) => withOption({ headers: { [name]: value } });
  const value = (given) => range("headers", allowed.ascii, `a value with the character ${given}`);
  const ours = ["Authorization", "content-type", "Content-Length", "host", "x-ms-date", "X-MS-Client-Request-Id"];
  const ofTheConnection = ["Connection", "expect", "Keep-Alive", "TE", "trailer", "Transfer-Encoding", "upgrade"];
  refusals([
    ["a name with a blank", header("x a", "b"), range("headers", "names that HTTP allows", 'the name "x a"')],
    ["a name with a line feed", header("x\na", "b"), range("headers", "names that HTTP allows", 'the name "x\\u{a}a"')],
    ["an empty name", header("", "b"), range("headers", "names that HTTP allows", 'the name ""')],
    ["a value with a line feed", header("x-a", "b\nc"), value("U+000A at position 1")],
    ["a value with a NUL", header("x-a", "\0"), value("U+0000 at position 0")],
    ["a value with a tab", header("x-a", "a\tb"), value("U+0009 at position 1")],
    ["a value that is not ASCII", header("x-a", "é"), value("U+00E9 at position 0")],
    ["a value with an emoji", header("x-a", "ab😀"), value("U+1F600 at position 2")],
    ...[...ours, ...ofTheConnection].map((name) => [
      `${name}, which is ours`,
      header(name, "x"),
      range("headers", "other than the headers that the client itself sets", `"${name.toLowerCase()}"`),
    ]),
    [
      "x-ms-version",
      header("x-ms-version", "2020-12-06"),
      range("headers", "other than this one: set the option serviceVersion", '"x-ms-version"'),
    ],
  ]);
});

describe("times and tries", () => {
  refusals([
    ...["tryTimeout", "deadline"].flatMap((name) =>
      [0, -0, ...oddNumbers, 3e9].map((value) => [
        `${name} ${Object.is(value, -0) ? "-0" : value}`,
        withOption({ [name]: value }),
        range(name, allowed.time, String(value)),
      ]),
    ),
    ...[0, -0, 1.5, 101, ...oddNumbers].map((value) => [
      `maxTries ${Object.is(value, -0) ? "-0" : value}`,
      withOption({ retry: { maxTries: value } }),
      range("retry.maxTries", "a whole number from 1 to 100", String(value)),
    ]),
    ...["delay", "maxDelay"].flatMap((name) =>
      [-0.5, 86_400, ...oddNumbers].map((value) => [
        `${name} ${value}`,
        withOption({ retry: { [name]: value } }),
        range(`retry.${name}`, allowed.delay, String(value)),
      ]),
    ),
    [
      "a mode that does not exist",
      withOption({ retry: { mode: "linear" } }),
      range("retry.mode", '"exponential", "fixed" or "none"', '"linear"'),
    ],
  ]);
});

describe("versions, hosts and encodings", () => {
  const encodings = '"text", "base64", "base64-bytes", "auto" or { encode, decode }';
  const codecs = '"text", "base64", "base64-bytes", "auto" or an object with the functions encode and decode';
  const noCodec = type("messageEncoding", codecs, "an object without them");
  refusals([
    ...["latest", "2020-13-06", "2020-12-6", "", "20201206"].map((value) => [
      `serviceVersion ${JSON.stringify(value)}`,
      withOption({ serviceVersion: value }),
      range("serviceVersion", "a version such as 2020-12-06", `"${value}"`),
    ]),
    [
      "an empty secondaryHostname",
      withOption({ secondaryHostname: "" }),
      range("secondaryHostname", "a URL such as https://myaccount.queue.core.windows.net", "an empty text"),
    ],
    [
      "an encoding that does not exist",
      ofQueue({ messageEncoding: "Base64" }),
      range("messageEncoding", encodings, '"Base64"'),
    ],
    [
      "one for a service client",
      withOption({ messageEncoding: "utf8" }),
      range("messageEncoding", encodings, '"utf8"'),
    ],
    ["one for getQueueClient", getQueue({ messageEncoding: "utf8" }), range("messageEncoding", encodings, '"utf8"')],
    ["a codec without decode", ofQueue({ messageEncoding: { encode: String } }), noCodec],
    ["a codec whose encode is none", ofQueue({ messageEncoding: { encode: 1, decode: String } }), noCodec],
  ]);
});

describe("encryption", () => {
  const { keyId, algorithm, wrapKey, unwrapKey } = aesKey("k", Buffer.alloc(32, 7));
  const keyEncryptionKey = { keyId, algorithm, wrapKey, unwrapKey };
  const encryption = (options) => withOption({ encryption: options });
  const version = (given) => range("encryption.version", '"1.0" or "2.0"', given);
  const known = ["keyEncryptionKey", "keyResolver", "required", "version"];
  const reader = () =>
    new QueueClient(url, "orders", sas, { fetch, encryption: { keyResolver: () => undefined, required: true } });
  refusals([
    [
      "neither key nor resolver",
      encryption({}),
      type("encryption.keyEncryptionKey", "given, or keyResolver in its place", "undefined"),
    ],
    ["a version that is only read", encryption({ keyEncryptionKey, version: "2.1" }), version('"2.1"')],
    ["an empty version", encryption({ keyEncryptionKey, version: "" }), version('""')],
    [
      "a misspelt name",
      encryption({ keyEncryptionkey: keyEncryptionKey }),
      unknown("encryption", "keyEncryptionkey", known),
    ],
    [
      "sending with a key to read alone",
      () => reader().sendMessage("x"),
      type("encryption.keyEncryptionKey", "given to send, since encryption is required", "undefined"),
    ],
    [
      "an encoding that does not exist",
      ofQueue({ encryption: { keyEncryptionKey }, messageEncoding: "utf8" }),
      range("messageEncoding", '"text", "base64", "base64-bytes", "auto" or { encode, decode }', '"utf8"'),
    ],
  ]);
});
