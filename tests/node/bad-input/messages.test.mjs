// Bad values of arguments about messages, and of the options of every call.

import { describe } from "node:test";
import { generateQueueSas, QueueClient, QueueServiceClient } from "../../../dist/index.js";
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

const queue = new QueueClient(account.url, "orders", account.sas, { fetch });
const bytes = new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding: "base64-bytes" });
const receipt = { popReceipt: "r" };

/** Whole numbers that no range has, and no whole numbers. */
const oddNumbers = [0.5, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 1e21, 2 ** 53];
const ofPeek = [...names.call, "maxMessages", "messageEncoding"];

describe("options in the words of other clients", () => {
  const service = new QueueServiceClient(account.url, account.sas, { fetch });
  const expiry = "2030-01-01T00:00:00Z";
  const sas = (option) =>
    generateQueueSas({ accountName: "a", accountKey: account.key, queueName: "orders", ...option, expiry });
  const row = (call, given, here) => [
    `${given} is ${here}`,
    () => call({ [given]: 5 }),
    renamed("options", given, here),
  ];
  refusals([
    row((options) => queue.sendMessage("x", options), "abortSignal", "signal"),
    row((options) => queue.sendMessage("x", options), "messageTimeToLive", "timeToLive"),
    row((options) => queue.sendMessage("x", options), "time_to_live", "timeToLive"),
    row((options) => queue.sendMessage("x", options), "requestId", "clientRequestId"),
    row((options) => queue.receiveMessages(options), "numberOfMessages", "maxMessages"),
    row((options) => queue.receiveMessages(options), "messages_per_page", "messagesPerPage"),
    row((options) => queue.peekMessages(options), "numberOfMessages", "maxMessages"),
    row((options) => queue.deleteMessage("id", options), "pop_receipt", "popReceipt"),
    row((options) => service.listQueues(options), "prefix", "nameStartsWith"),
    row((options) => service.listQueues(options), "maxPageSize", "resultsPerPage"),
    row((options) => new QueueServiceClient(account.url, account.sas, options), "retryOptions", "retry"),
    row(
      (options) => new QueueServiceClient(account.url, account.sas, options),
      "secondary_hostname",
      "secondaryHostname",
    ),
    row(sas, "permissions", "permission"),
    row(sas, "identifier", "policyId"),
    // The word of another client for something that this method does not have.
    [
      "a word without a counterpart",
      () => queue.peekMessages({ prefix: "a" }),
      ofOthers("options", "prefix", ofPeek, "nameStartsWith"),
    ],
  ]);
});

describe("content that the message encoding does not take", () => {
  const { content, bytes: inBytes } = allowed;
  const client = (messageEncoding) => new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding });
  refusals([
    ["an object", () => queue.sendMessage({ order: 1 }), type("content", content, "an object")],
    ["an array", () => queue.sendMessage([1]), type("content", content, "an array")],
    ["a number", () => queue.sendMessage(7), type("content", content, "7")],
    [
      "an object in an update",
      () => queue.updateMessage("id", { ...receipt, content: {} }),
      type("content", content, "an object"),
    ],
    ["an object for base64", () => client("base64").sendMessage({}), type("content", content, "an object")],
    ["an object for base64-bytes", () => client("base64-bytes").sendMessage({}), type("content", inBytes, "an object")],
  ]);
});

describe("options of every call", () => {
  const peek = (options) => () => queue.peekMessages(options);
  const length = "1 to 1024 characters";
  refusals([
    ["a misspelt name", peek({ maxmessages: 5 }), unknown("options", "maxmessages", ofPeek)],
    ["a name of Python's", peek({ max_messages: 5 }), renamed("options", "max_messages", "maxMessages")],
    ["an option of the client", peek({ fetch }), unknown("options", "fetch", ofPeek)],
    ["a very long name", peek({ ["x".repeat(1000)]: 5 }), unknown("options", "…", ofPeek)],
    ["a name that may be a secret", peek({ [account.sas]: 5 }), unknown("options", "…", ofPeek)],
    ...[0, -0, -1, ...oddNumbers].map((timeout) => [
      `timeout ${Object.is(timeout, -0) ? "-0" : timeout}`,
      peek({ timeout }),
      range("timeout", "a whole number of seconds from 1 on", String(timeout)),
    ]),
    [
      "a header of ours",
      peek({ headers: { "X-Ms-Date": "now" } }),
      range("headers", "other than the headers that the client itself sets", '"x-ms-date"'),
    ],
    [
      "a header with a NUL",
      peek({ headers: { "x-a": "secret\0" } }),
      range("headers", allowed.ascii, "a value with the character U+0000 at position 6"),
    ],
    [
      "a header with half of a surrogate pair",
      peek({ headers: { "x-a": "secret\udc00" } }),
      range("headers", allowed.fit, "text with half of a surrogate pair"),
    ],
    ["an empty clientRequestId", peek({ clientRequestId: "" }), range("clientRequestId", length, "0 characters")],
    [
      "a long clientRequestId",
      peek({ clientRequestId: "x".repeat(1025) }),
      range("clientRequestId", length, "1025 characters"),
    ],
    [
      "a clientRequestId that is not ASCII",
      peek({ clientRequestId: "a\u00e9" }),
      range("clientRequestId", allowed.ascii, "a value with the character U+00E9 at position 1"),
    ],
    [
      "a controller for a signal",
      peek({ signal: new AbortController() }),
      type("signal", "an AbortSignal", "an object"),
    ],
    [
      "a signal that nobody can listen to",
      peek({ signal: { aborted: false } }),
      type("signal", "an AbortSignal", "an object"),
    ],
  ]);
});

describe("sending", () => {
  const send = (content, options) => () => queue.sendMessage(content, options);
  const allowedText =
    'text of characters that XML 1.0 allows (others can be sent in Base64: message encoding "base64")';
  const tooLong = (bytes, given) =>
    range("content", "at most 65536 bytes after encoding", `${bytes} bytes after encoding (given: ${given})`);
  const forbidden = ["\0", "\u0008", "\u000b", "\u001f", "\ufffe", "\uffff"];
  refusals([
    ["nothing", send(), type("content", allowed.content, "undefined")],
    [
      "bytes as text",
      send(Uint8Array.of(1)),
      type("content", 'text (to send bytes, set the message encoding "base64-bytes")', "bytes"),
    ],
    [
      "text as bytes",
      () => bytes.sendMessage("x"),
      type("content", 'bytes, for the message encoding is "base64-bytes"', "text"),
    ],
    ...forbidden.map((character) => {
      const point = `U+${character.codePointAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
      return [
        `the character ${point}`,
        send(`a😀${character}`),
        range("content", allowedText, `the character ${point} at position 3`),
      ];
    }),
    ["a byte too many", send("x".repeat(65_537)), tooLong(65_537, "text of 65537 bytes in UTF-8")],
    ["two-byte characters", send("é".repeat(32_769)), tooLong(65_538, "text of 65538 bytes in UTF-8")],
    ["a byte too many in Base64", () => bytes.sendMessage(new Uint8Array(49_153)), tooLong(65_540, "49153 bytes")],
    ...[-1, 604_801, ...oddNumbers].map((value) => [
      `visibilityTimeout ${value}`,
      send("x", { visibilityTimeout: value }),
      range("visibilityTimeout", allowed.hidden, String(value)),
    ]),
    ...[-2, 2 ** 31, ...oddNumbers].map((value) => [
      `timeToLive ${value}`,
      send("x", { timeToLive: value }),
      range("timeToLive", allowed.lifetime, String(value)),
    ]),
    ["timeToLive 0", send("x", { timeToLive: 0 }), range("timeToLive", allowed.lifetime, "0")],
    [
      "hidden for longer than it lives",
      send("x", { visibilityTimeout: 60, timeToLive: 60 }),
      range("visibilityTimeout", "less than the time to live, which is 60", "60"),
    ],
    [
      "metadata",
      send("x", { metadata: {} }),
      unknown("options", "metadata", [...names.call, "visibilityTimeout", "timeToLive", "messageEncoding"]),
    ],
  ]);
});

describe("receiving and peeking", () => {
  const page = "a whole number from 1 to 32";
  const ofReceive = [...names.call, "visibilityTimeout", "messageEncoding"];
  const ofLoop = [...ofReceive, "messagesPerPage", "maxMessages"];
  refusals([
    ...[0, 604_801, ...oddNumbers].flatMap((visibilityTimeout) =>
      ["receiveMessage", "receiveMessages"].map((method) => [
        `${method} hidden for ${visibilityTimeout}`,
        () => queue[method]({ visibilityTimeout }),
        range("visibilityTimeout", allowed.hiddenWhenReceived, String(visibilityTimeout)),
      ]),
    ),
    [
      "receiveMessage with messagesPerPage",
      () => queue.receiveMessage({ messagesPerPage: 2 }),
      unknown("options", "messagesPerPage", ofReceive),
    ],
    ...[0, 33, -1, ...oddNumbers].flatMap((value) => [
      [
        `messagesPerPage ${value}`,
        () => queue.receiveMessages({ messagesPerPage: value }),
        range("messagesPerPage", page, String(value)),
      ],
      [
        `peekMessages with maxMessages ${value}`,
        () => queue.peekMessages({ maxMessages: value }),
        range("maxMessages", page, String(value)),
      ],
    ]),
    ...[-1, ...oddNumbers].map((value) => [
      `maxMessages ${value}`,
      () => queue.receiveMessages({ maxMessages: value }),
      range("maxMessages", "a whole number from 0 on", String(value)),
    ]),
    [
      "a loop with a misspelt option",
      () => queue.receiveMessages({ messagesPerpage: 2 }),
      unknown("options", "messagesPerpage", ofLoop),
    ],
    [
      "byPage with maxPageSize",
      () => queue.receiveMessages().byPage({ maxPageSize: 2 }),
      ofOthers(
        "settings",
        "maxPageSize",
        ["continuationToken"],
        "resultsPerPage of listQueues or messagesPerPage of receiveMessages",
      ),
    ],
    [
      "byPage with a continuation token",
      () => collect(queue.receiveMessages().byPage({ continuationToken: "next" })),
      type("continuationToken", "left out, since messages have no pages to go on from", 'the text "next"'),
    ],
  ]);
});

describe("one message", () => {
  const both = (what, reference, options, expected) => [
    [`deleteMessage: ${what}`, () => queue.deleteMessage(reference, options), expected],
    [`updateMessage: ${what}`, () => queue.updateMessage(reference, options), updating(expected)],
    [`updateVisibilityTimeout: ${what}`, () => queue.updateVisibilityTimeout(reference, 5, options), expected],
  ];
  const reference = [...names.call, "popReceipt"];
  /** An update has more options than the others. */
  const updating = (expected) =>
    expected === misspelt
      ? unknown("options", "popreceipt", [...reference, "content", "visibilityTimeout", "messageEncoding"])
      : expected;
  const misspelt = unknown("options", "popreceipt", reference);
  const given = "given, either with the message or as the option popReceipt (peeked messages have none)";
  refusals([
    ...["deleteMessage", "updateMessage"].map((method) => [
      `${method}: a message of the official JavaScript client`,
      () => queue[method]({ messageId: "id", popReceipt: "r" }),
      {
        Class: TypeError,
        argument: "message",
        message: "message has no id: what other clients call messageId is called id here",
      },
    ]),
    ...both("nothing", undefined, receipt, type("message", allowed.message, "undefined")),
    ...both("an empty id", "", receipt, range("message", allowed.message, 'the id ""')),
    ...both("an id of dots", "..", receipt, range("message", allowed.message, 'the id ".."')),
    ...both("an id with a slash", "a/b", receipt, range("message", allowed.message, 'the id "a/b"')),
    ...both(
      "an id with a question mark",
      "a?comp=acl",
      receipt,
      range("message", allowed.message, `the id ${hidden(10)}`),
    ),
    ...both("an id with a percent sign", "%2e%2e", receipt, range("message", allowed.message, `the id ${hidden(6)}`)),
    ...both("no receipt", "id", undefined, type("popReceipt", given, "undefined")),
    ...both("a peeked message", { id: "id", popReceipt: undefined }, {}, type("popReceipt", given, "undefined")),
    ...both(
      "an empty receipt",
      "id",
      { popReceipt: "" },
      range("popReceipt", "the pop receipt of the latest receive or update", "an empty text"),
    ),
    ...both("a misspelt option", "id", { popreceipt: "r" }, misspelt),
    ...both(
      "the receipt for options",
      "id",
      "receipt",
      type("options", `${allowed.object}, such as { popReceipt }`, "a string"),
    ),
    [
      "content for updateVisibilityTimeout",
      () => queue.updateVisibilityTimeout("id", 5, { ...receipt, content: "x" }),
      unknown("options", "content", reference),
    ],
    [
      "no time for it",
      () => queue.updateVisibilityTimeout("id", undefined, receipt),
      type("visibilityTimeout", allowed.hidden, "undefined"),
    ],
    ...[-1, 604_801, ...oddNumbers].flatMap((value) => [
      [
        `updateMessage hidden for ${value}`,
        () => queue.updateMessage("id", { ...receipt, visibilityTimeout: value }),
        range("visibilityTimeout", allowed.hidden, String(value)),
      ],
      [
        `updateVisibilityTimeout of ${value}`,
        () => queue.updateVisibilityTimeout("id", value, receipt),
        range("visibilityTimeout", allowed.hidden, String(value)),
      ],
    ]),
    [
      "content that is too large",
      () => queue.updateMessage("id", { ...receipt, content: "é".repeat(32_769) }),
      range(
        "content",
        "at most 65536 bytes after encoding",
        "65538 bytes after encoding (given: text of 65538 bytes in UTF-8)",
      ),
    ],
  ]);
});
