// Bad arguments of the calls about messages, and the options that every call has.

import { describe } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { range, refusals, type, unknown } from "../support/refusals.mjs";
import { account, emptyPage, script } from "../support/script.mjs";

const fetch = script(emptyPage);
const sent = () => fetch.requests.length;
const _service = new QueueServiceClient(account.url, account.sas, { fetch });
const queue = new QueueClient(account.url, "orders", account.sas, { fetch });
const receipt = { popReceipt: "r" };

describe("options of every call", () => {
  const peek = (options) => () => queue.peekMessages(options);
  refusals(
    [
      ["text", peek("x"), type("options", "object", "string")],
      ["null", peek(null), type("options", "object", "null")],
      ["an array", peek([]), type("options", "object", "array")],
      ["a function", peek(() => {}), type("options", "object", "function")],
      ["a Map", peek(new Map([["maxMessages", 5]])), type("options", "object", "")],
      ["a misspelt name", peek({ maxmessages: 5 }), unknown("options", "maxmessages", "maxMessages")],
      ["a name of Python's", peek({ max_messages: 5 }), unknown("options", "max_messages", "maxMessages")],
      ["an option of the client", peek({ audience: "x" }), unknown("options", "audience", "maxMessages")],
      ["a very long name", peek({ ["x".repeat(1000)]: 5 }), unknown("options", "…", "maxMessages")],
      ...[0, -1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((timeout) => [
        `timeout ${timeout}`,
        peek({ timeout }),
        range("timeout", "whole number of seconds", String(timeout)),
      ]),
      ["timeout as text", peek({ timeout: "30" }), type("timeout", "whole number of seconds", "30")],
      ["timeout null", peek({ timeout: null }), type("timeout", "whole number of seconds", "null")],
      ["timeout as a bigint", peek({ timeout: 30n }), type("timeout", "whole number of seconds", "30")],
      ["headers as text", peek({ headers: "a" }), type("headers", "object", "a")],
      ["headers as Headers", peek({ headers: new Headers({ a: "b" }) }), type("headers", "object", "")],
      ["a header that is undefined", peek({ headers: { "x-a": undefined } }), type("headers", "text", "x-a")],
      [
        "a header of ours",
        peek({ headers: { "X-Ms-Date": "now" } }),
        range("headers", "client itself sets", "x-ms-date"),
      ],
      [
        "a header with a null character",
        peek({ headers: { "x-a": "\0" } }),
        range("headers", "ASCII", "U+0000 at position 0"),
      ],
      [
        "an empty clientRequestId",
        peek({ clientRequestId: "" }),
        range("clientRequestId", "1 to 1024", "0 characters"),
      ],
      [
        "a long clientRequestId",
        peek({ clientRequestId: "x".repeat(1025) }),
        range("clientRequestId", "1 to 1024", "1025"),
      ],
      [
        "a clientRequestId that is not ASCII",
        peek({ clientRequestId: "a\u00e9" }),
        range("clientRequestId", "ASCII", "U+00E9 at position 1"),
      ],
      ["a clientRequestId that is a number", peek({ clientRequestId: 5 }), type("clientRequestId", "text", "5")],
      ["onRequest that is no function", peek({ onRequest: "log" }), type("onRequest", "function", "log")],
      ["onRetry null", peek({ onRetry: null }), type("onRetry", "function", "null")],
      ["signal that is a controller", peek({ signal: new AbortController() }), type("signal", "AbortSignal", "object")],
      ["signal that is true", peek({ signal: true }), type("signal", "AbortSignal", "true")],
      ["signal null", peek({ signal: null }), type("signal", "AbortSignal", "null")],
      [
        "signal that nobody can listen to",
        peek({ signal: { aborted: false } }),
        type("signal", "AbortSignal", "object"),
      ],
    ],
    sent,
  );
});

describe("messages", () => {
  const send = (content, options) => () => queue.sendMessage(content, options);
  const week = "0 to 604800";
  refusals(
    [
      ...[
        [undefined, "undefined"],
        [null, "null"],
        [5, "5"],
        [true, "true"],
        [{}, "object"],
        [["a"], "array"],
        [new Date(0), "object"],
      ].map(([content, given]) => [`content ${given}`, send(content), type("content", "text", given)]),
      ["content as a symbol", send(Symbol("x")), type("content", "text", "Symbol(x)")],
      ["content as bytes", send(Uint8Array.of(1)), type("content", "base64-bytes", "bytes")],
      [
        "content with a forbidden character",
        send("a\u0000"),
        range("content", "XML 1.0 allows", "U+0000 at position 1"),
      ],
      ["content that is too large", send("x".repeat(65_537)), range("content", "65536 bytes", "65537 bytes")],
      ...[-1, 604_801, 1.5, Number.NaN, -0.5].map((value) => [
        `visibilityTimeout ${value}`,
        send("x", { visibilityTimeout: value }),
        range("visibilityTimeout", week, String(value)),
      ]),
      ["visibilityTimeout as text", send("x", { visibilityTimeout: "5" }), type("visibilityTimeout", week, "5")],
      ["visibilityTimeout null", send("x", { visibilityTimeout: null }), type("visibilityTimeout", week, "null")],
      [
        "visibilityTimeout as a Date",
        send("x", { visibilityTimeout: new Date() }),
        type("visibilityTimeout", week, "object"),
      ],
      ...[0, -2, 0.5, Number.NaN, 2 ** 31].map((value) => [
        `timeToLive ${value}`,
        send("x", { timeToLive: value }),
        range("timeToLive", "-1 for a message that never expires", String(value)),
      ]),
      ["timeToLive as text", send("x", { timeToLive: "-1" }), type("timeToLive", "-1", "-1")],
      [
        "hidden for longer than it lives",
        send("x", { visibilityTimeout: 60, timeToLive: 60 }),
        range("visibilityTimeout", "which is 60", "60"),
      ],
      ["metadata for a message", send("x", { metadata: {} }), unknown("options", "metadata", "timeToLive")],

      [
        "receiveMessage with visibilityTimeout 0",
        () => queue.receiveMessage({ visibilityTimeout: 0 }),
        range("visibilityTimeout", "1 to 604800", "0"),
      ],
      [
        "receiveMessage with messagesPerPage",
        () => queue.receiveMessage({ messagesPerPage: 2 }),
        unknown("options", "messagesPerPage", "visibilityTimeout"),
      ],
      ...[0, 33, -1, 2.5, Number.NaN].flatMap((value) => [
        [
          `messagesPerPage ${value}`,
          () => queue.receiveMessages({ messagesPerPage: value }),
          range("messagesPerPage", "1 to 32", String(value)),
        ],
        [
          `peekMessages with maxMessages ${value}`,
          () => queue.peekMessages({ maxMessages: value }),
          range("maxMessages", "1 to 32", String(value)),
        ],
      ]),
      [
        "messagesPerPage as text",
        () => queue.receiveMessages({ messagesPerPage: "2" }),
        type("messagesPerPage", "1 to 32", "2"),
      ],
      [
        "messagesPerPage null",
        () => queue.receiveMessages({ messagesPerPage: null }),
        type("messagesPerPage", "1 to 32", "null"),
      ],
      ...[-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY].map((value) => [
        `maxMessages ${value}`,
        () => queue.receiveMessages({ maxMessages: value }),
        range("maxMessages", "from 0 on", String(value)),
      ]),
      ["maxMessages as text", () => queue.receiveMessages({ maxMessages: "2" }), type("maxMessages", "from 0 on", "2")],
      [
        "fewer than a page",
        () => queue.receiveMessages({ maxMessages: 1, messagesPerPage: 2 }),
        range("maxMessages", "per page", "1"),
      ],
      [
        "a loop with visibilityTimeout 0",
        () => queue.receiveMessages({ visibilityTimeout: 0 }),
        range("visibilityTimeout", "1 to 604800", "0"),
      ],
      [
        "a loop with a misspelt option",
        () => queue.receiveMessages({ messagesPerpage: 2 }),
        unknown("options", "messagesPerpage", "messagesPerPage"),
      ],
      [
        "byPage with maxPageSize",
        () => queue.receiveMessages().byPage({ maxPageSize: 2 }),
        unknown("settings", "maxPageSize", "continuationToken"),
      ],
      ["byPage with text", () => queue.receiveMessages().byPage("token"), type("settings", "object", "string")],
    ],
    sent,
  );
});

describe("one message", () => {
  const message = "a message or the id of one";
  const both = (what, reference, options, expected) => [
    [`deleteMessage: ${what}`, () => queue.deleteMessage(reference, options), expected],
    [`updateMessage: ${what}`, () => queue.updateMessage(reference, options), expected],
    [`updateVisibilityTimeout: ${what}`, () => queue.updateVisibilityTimeout(reference, 5, options), expected],
  ];
  refusals(
    [
      ...both("nothing", undefined, receipt, type("message", message, "undefined")),
      ...both("null", null, receipt, type("message", message, "null")),
      ...both("a number", 5, receipt, type("message", message, "5")),
      ...both("an object without an id", {}, receipt, type("message", message, "object")),
      ...both("an empty id", "", receipt, range("message", message, '""')),
      ...both("an id of dots", "..", receipt, range("message", message, '".."')),
      ...both("an id with a slash", "a/b", receipt, range("message", message, "a/b")),
      ...both("an id with a question mark", "a?comp=acl", receipt, range("message", message, "10 characters")),
      ...both("an id with a percent sign", "%2e%2e", { ...receipt }, range("message", message, "6 characters")),
      ...both("no receipt", "id", undefined, type("popReceipt", "given", "undefined")),
      ...both(
        "a peeked message",
        { id: "id", popReceipt: undefined },
        {},
        type("popReceipt", "peeked messages have none", "undefined"),
      ),
      ...both("an empty receipt", "id", { popReceipt: "" }, range("popReceipt", "latest receive or update", "empty")),
      ...both("a receipt that is no text", "id", { popReceipt: 5 }, type("popReceipt", "text", "5")),
      ...both("a misspelt option", "id", { popreceipt: "r" }, unknown("options", "popreceipt", "popReceipt")),
      ...both("the receipt for options", "id", "receipt", type("options", "object", "string")),
      [
        "content for updateVisibilityTimeout",
        () => queue.updateVisibilityTimeout("id", 5, { ...receipt, content: "x" }),
        unknown("options", "content", "popReceipt"),
      ],
      [
        "no time for it",
        () => queue.updateVisibilityTimeout("id", undefined, receipt),
        type("visibilityTimeout", "0 to 604800", "undefined"),
      ],
      [
        "options for its time",
        () => queue.updateVisibilityTimeout("id", receipt),
        type("visibilityTimeout", "0 to 604800", "object"),
      ],
      ...[-1, 604_801, 0.5, Number.NaN].flatMap((value) => [
        [
          `updateMessage hidden for ${value}`,
          () => queue.updateMessage("id", { ...receipt, visibilityTimeout: value }),
          range("visibilityTimeout", "0 to 604800", String(value)),
        ],
        [
          `updateVisibilityTimeout of ${value}`,
          () => queue.updateVisibilityTimeout("id", value, receipt),
          range("visibilityTimeout", "0 to 604800", String(value)),
        ],
      ]),
      ["content null", () => queue.updateMessage("id", { ...receipt, content: null }), type("content", "text", "null")],
      [
        "content that is too large",
        () => queue.updateMessage("id", { ...receipt, content: "é".repeat(32_769) }),
        range("content", "65536 bytes", "65538 bytes"),
      ],
    ],
    sent,
  );
});
