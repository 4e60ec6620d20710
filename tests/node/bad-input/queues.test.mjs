// Bad values of arguments about queues.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../../dist/index.js";
import {
  allowed,
  fetch,
  hidden,
  names,
  ofOthers,
  range,
  refusals,
  renamed,
  type,
  unknown,
} from "../../support/refusals.mjs";
import { account, collect } from "../../support/script.mjs";

const service = new QueueServiceClient(account.url, account.sas, { fetch });
const queue = new QueueClient(account.url, "orders", account.sas, { fetch });

describe("metadata", () => {
  const metadata = (value) => () => queue.setQueueMetadata(value);
  const nameRule = "names of ASCII letters, digits and underscores that do not begin with a digit";
  const valueRule = "values of printable ASCII characters (others must be encoded, for example by percent-encoding)";
  const inCase = "names that differ in more than upper and lower case";
  refusals([
    ["text that may be a secret", metadata("a=b"), type("metadata", allowed.texts, hidden(3))],
    ["a value that is undefined", metadata({ a: undefined }), type("metadata", allowed.texts, 'undefined for "a"')],
    ...["", "1a", "a-b", "a b", "a.b", "ä"].map((name) => [
      `the name ${JSON.stringify(name)}`,
      metadata({ [name]: "x" }),
      range("metadata", nameRule, `the name "${name}"`),
    ]),
    [
      "a value that is not ASCII",
      metadata({ a: "naïve" }),
      range("metadata", valueRule, 'the value of "a" with the character U+00EF at position 2'),
    ],
    [
      "a value with a line feed",
      metadata({ a: "b\r\nx-ms-c: d" }),
      range("metadata", valueRule, 'the value of "a" with the character U+000D at position 1'),
    ],
    [
      "half of a surrogate pair in a value",
      metadata({ a: "b\ud800" }),
      range("metadata", allowed.fit, "text with half of a surrogate pair"),
    ],
    [
      "half of a surrogate pair in a name",
      metadata({ "a\udfff": "b" }),
      range("metadata", allowed.fit, "text with half of a surrogate pair"),
    ],
    [
      "names that differ in case only",
      metadata({ colour: "1", Colour: "2" }),
      range("metadata", inCase, '"Colour" twice'),
    ],
    ["names that differ in blanks only", metadata({ a: "1", " a ": "2" }), range("metadata", inCase, '"a" twice')],
    [
      "more than 8 KiB",
      metadata({ a: "x".repeat(4096), b: "x".repeat(4095) }),
      range("metadata", "at most 8192 bytes, all names and values together", "8193 bytes"),
    ],
    [
      "that of a new queue",
      () => queue.createQueue({ metadata: { "a-b": "x" } }),
      range("metadata", nameRule, 'the name "a-b"'),
    ],
    [
      "in place of options",
      () => service.createQueue("orders", { colour: "red" }),
      unknown("options", "colour", [...names.call, "metadata"]),
    ],
    ["for exists", () => queue.exists({ metadata: {} }), unknown("options", "metadata", names.call)],
  ]);
});

describe("access policies", () => {
  const argument = "signedIdentifiers";
  const policies = (value) => () => queue.setQueueAccessPolicy(value);
  const policy = (value) => policies({ id: value });
  const many = (count) => Object.fromEntries(Array.from({ length: count }, (_, index) => [`id-${index}`, {}]));
  const letters = 'letters of "raup" (read, add, update, process)';
  const moment = (name, given) => range(`${argument}.${name}`, allowed.moment, given);
  refusals([
    ["nothing", policies(), type(argument, "an object of access policies by their ids", "undefined")],
    ["six", policies(many(6)), range(argument, "at most 5 policies", "6 policies")],
    ["an empty id", policies({ "": {} }), range(argument, "ids of 1 to 64 characters", 'the id ""')],
    [
      "an id with a character that XML forbids",
      policies({ "a\u0001": {} }),
      range(argument, "text of characters that XML 1.0 allows", "the character U+0001 at position 1"),
    ],
    [
      "an id of 65 characters",
      policies({ ["x".repeat(65)]: {} }),
      range(argument, "ids of 1 to 64 characters", `the id ${hidden(65)}`),
    ],
    [
      "an id with half of a surrogate pair",
      policies({ "a\ud800": {} }),
      range(argument, allowed.fit, "text with half of a surrogate pair"),
    ],
    ["a misspelt name", policy({ permissions: "r" }), renamed(`${argument}.id`, "permissions", "permission")],
    ["a permission that does not exist", policy({ permission: "rx" }), range("permission", letters, '"rx"')],
    [
      "a permission object with a misspelt name",
      policy({ permission: { write: true } }),
      unknown(`${argument}.permission`, "write", ["read", "add", "update", "process"]),
    ],
    ["an invalid Date", policy({ start: new Date("x") }), moment("start", "an invalid Date")],
    ["a Date beyond the year 9999", policy({ expiry: new Date(8.64e15) }), moment("expiry", "a Date beyond that")],
    ["a moment in words", policy({ expiry: "next week" }), moment("expiry", '"next week"')],
  ]);
});

describe("lists of queues", () => {
  const list = (options) => () => service.listQueues(options);
  const known = [...names.call, "nameStartsWith", "includeMetadata", "resultsPerPage"];
  refusals([
    ...[0, 5001, 1.5, -1, Number.NaN, Number.POSITIVE_INFINITY, 1e21].map((value) => [
      `resultsPerPage ${value}`,
      list({ resultsPerPage: value }),
      range("resultsPerPage", "a whole number from 1 to 5000", String(value)),
    ]),
    ["the name prefix of another client", list({ prefix: "a" }), renamed("options", "prefix", "nameStartsWith")],
    ["a misspelt option", list({ nameStartWith: "a" }), unknown("options", "nameStartWith", known)],
    [
      "byPage with maxPageSize",
      () => collect(service.listQueues().byPage({ maxPageSize: 5 })),
      ofOthers(
        "settings",
        "maxPageSize",
        ["continuationToken"],
        "resultsPerPage of listQueues or messagesPerPage of receiveMessages",
      ),
    ],
  ]);
});
