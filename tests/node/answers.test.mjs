// Answers of a scripted service: known errors, broken answers, and how to tell errors apart.

import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { describe, test } from "node:test";
import { Worker } from "node:worker_threads";
import * as library from "../../dist/index.js";
import {
  account,
  collect,
  emptyPage,
  failure,
  knownAnswers,
  messagePage,
  queuePage,
  rejection,
  script,
} from "../support/script.mjs";

const classes = { ...library };
const { isAzureError, QueueClient, QueueServiceClient } = library;
const retry = { mode: "none" };
const queueWith = (fetch) => new QueueClient(account.url, "orders", account.key, { fetch, retry });

describe("known answers", () => {
  const cases = knownAnswers("errors.json");
  test("all are here", () => assert.equal(cases.length, 39));

  /** The response that Python's error was made from. */
  function answerOf({ status, code, code_in: where, content_type: type, reason, message, str }) {
    const headers = { "x-ms-request-id": "r-1" };
    if (where !== "none" && code) headers["x-ms-error-code"] = code;
    if (type) headers["content-type"] = type;
    let [, body] = /\nContent: (.*)/s.exec(str) ?? [];
    if (message?.startsWith("JSON is invalid")) body = "plain text error";
    if (status === 200 && str === undefined) body = "<QueueMessagesList/>";
    return { status, statusText: reason, headers, body };
  }
  const calls = {
    peek: (queue) => queue.peekMessages(),
    create: (queue) => queue.createQueue(),
    delete: (queue) => queue.deleteQueue(),
  };

  cases.forEach((answer, index) => {
    const { method, status, code, code_in: where } = answer;
    test(`${index + 1}: ${method}, status ${status}, code ${code ?? "none"} (${where})`, async () => {
      const promise = calls[method](queueWith(script(answerOf(answer))));
      if (answer.result === "ok") return await promise;
      const error = await rejection(promise);
      assert.equal(error.name, answer.class);
      assert.ok(error instanceof classes[answer.class] && isAzureError(error, answer.class));
      assert.equal(error.code, answer.error_code ?? undefined);
      assert.equal(error.statusCode, status);
      assert.equal(error.requestId, "r-1");
      assert.deepEqual(error.details, answer.additional_info ?? {});
      // Without a code Python tells of its own parsers; ours tells the status.
      const expected = answer.error_code ? answer.message : "Operation returned an invalid status 'Reason'";
      assert.equal(error.message, expected);
    });
  });

  test("without a reason phrase, as over HTTP/2, the message has the number", async () => {
    const error = await rejection(queueWith(script({ status: 400 })).peekMessages());
    assert.equal(error.message, "Operation returned an invalid status '400'");
  });

  test("a service version that the service does not know is explained", async () => {
    const body =
      "<Error><Code>InvalidHeaderValue</Code><Message>M</Message><HeaderName>x-ms-version</HeaderName></Error>";
    const error = await rejection(queueWith(script({ status: 400, body })).peekMessages());
    assert.match(error.message, /serviceVersion/);
    assert.deepEqual(error.details, { headername: "x-ms-version" });
  });

  test("details of an authentication failure are kept", async () => {
    const body =
      "<Error><Code>AuthenticationFailed</Code><Message>M</Message><AuthenticationErrorDetail>Signature not valid</AuthenticationErrorDetail></Error>";
    const error = await rejection(queueWith(script({ status: 403, body })).peekMessages());
    assert.equal(error.name, "ClientAuthenticationError");
    assert.equal(error.details.authenticationerrordetail, "Signature not valid");
    assert.match(error.message, /authenticationerrordetail:Signature not valid/);
  });
});

describe("broken answers are errors that say so, with the status and the request id", () => {
  const page = messagePage("x").body;
  const dated = (text) => page.replace("Fri, 02 Jan 2026 03:04:05 GMT", text);
  const service = (fetch) => new QueueServiceClient(account.url, account.sas, { fetch, retry });

  for (const [what, body, call] of [
    ["an HTML page of a proxy", "<!DOCTYPE html><html><body>Sign in</body></html>"],
    ["plain text", "hello"],
    ["nothing", ""],
    ["JSON", '{"QueueMessagesList":[]}'],
    ["another root", "<EnumerationResults/>"],
    ["XML that ends too early", page.slice(0, page.indexOf("</MessageText>"))],
    ["XML that ends before the root is closed", page.replace("</QueueMessagesList>", "")],
    ["XML whose elements do not match", page.replace("</MessageText>", "</MessageTxt>")],
    ["an entity that is not defined", page.replace("x</MessageText>", "&nbsp;</MessageText>")],
    ["a character reference to nothing", page.replace("x</MessageText>", "&#xD800;</MessageText>")],
    [
      "bytes that are no UTF-8",
      Uint8Array.from([...Buffer.from("<QueueMessagesList><A>"), 0xff, ...Buffer.from("</A></QueueMessagesList>")]),
    ],
    ["a message without an id", page.replace(/<MessageId>.*<\/MessageId>/, "")],
    ["a date that is none", dated("yesterday")],
    ["a date that does not exist", dated("Fri, 31 Feb 2026 03:04:05 GMT")],
    ["a count that is no number", page.replace("<DequeueCount>1", "<DequeueCount>many")],
    ["a negative count", page.replace("<DequeueCount>1", "<DequeueCount>-1")],
    ["hostile nesting", `<QueueMessagesList>${"<a>".repeat(100_000)}`],
    ["a sent message that is not named", "<QueueMessagesList/>", (fetch) => queueWith(fetch).sendMessage("x")],
    ["queues in HTML", "<html/>", (fetch) => collect(service(fetch).listQueues())],
    ["properties in HTML", "<html/>", (fetch) => service(fetch).getServiceProperties()],
    [
      "a flag that is neither true nor false",
      "<StorageServiceProperties><Logging><Read>maybe</Read></Logging></StorageServiceProperties>",
      (fetch) => service(fetch).getServiceProperties(),
    ],
    ["statistics in HTML", "<html/>", (fetch) => service(fetch).getServiceStats()],
    ["policies in HTML", "<html/>", (fetch) => queueWith(fetch).getQueueAccessPolicy()],
    [
      "a policy with a date that is none",
      "<SignedIdentifiers><SignedIdentifier><Id>a</Id><AccessPolicy><Start>soon</Start></AccessPolicy></SignedIdentifier></SignedIdentifiers>",
      (fetch) => queueWith(fetch).getQueueAccessPolicy(),
    ],
  ]) {
    test(what, async () => {
      const status = what.startsWith("a sent") ? 201 : 200;
      const fetch = script({ status, body, headers: { "x-ms-request-id": "r-1" } });
      const error = await rejection((call ?? ((fetch) => queueWith(fetch).receiveMessage()))(fetch));
      // What was received, or sent, nobody knows.
      const unknown = call === undefined || status === 201;
      assert.equal((unknown ? error.cause : error).name, "ServiceResponseError");
      assert.equal(error.name === "AmbiguousOutcomeError", unknown);
      assert.equal(error.retryable, !unknown);
      assert.ok(error.message.length > 20 && error.message.length < 500, error.message);
      assert.equal(error.statusCode, status);
      assert.equal(error.requestId, "r-1");
      assert.equal(error.attempts.length, 1);
      assert.equal(fetch.requests.length, 1);
    });
  }

  for (const [what, call, answer, pattern] of [
    [
      "properties without a count",
      (queue) => queue.getQueueProperties(),
      { status: 200 },
      /x-ms-approximate-messages-count .*CORS/,
    ],
    [
      "properties with a count that is none",
      (queue) => queue.getQueueProperties(),
      { status: 200, headers: { "x-ms-approximate-messages-count": "many" } },
      /count/,
    ],
    [
      "an update without a new receipt",
      (queue) => queue.updateMessage("i", { popReceipt: "r" }),
      { status: 204 },
      /x-ms-popreceipt .*CORS/,
    ],
    [
      "an update with a date that is none",
      (queue) => queue.updateMessage("i", { popReceipt: "r" }),
      { status: 204, headers: { "x-ms-popreceipt": "r", "x-ms-time-next-visible": "soon" } },
      /soon/,
    ],
  ]) {
    test(what, async () => {
      const error = await rejection(call(queueWith(script(answer))));
      assert.equal(error.name, what.startsWith("an update") ? "AmbiguousOutcomeError" : "ServiceResponseError");
      assert.ok(isAzureError(error, "ServiceResponseError"));
      assert.match(error.message, pattern);
      assert.equal(error.statusCode, answer.status);
    });
  }

  test("the client can be used after all that", async () => {
    const fetch = script({ status: 200, body: "<html" }, messagePage("fine"));
    const queue = queueWith(fetch);
    await rejection(queue.receiveMessage());
    assert.equal((await queue.receiveMessage()).content, "fine");
  });

  test("elements that nobody knows, and other orders, do no harm", async () => {
    const body =
      "<?xml version='1.0'?><!-- hello --><QueueMessagesList xmlns:x='y'><New><Deep>1</Deep></New><QueueMessage>" +
      "<MessageText>x</MessageText><Later a='b'/><DequeueCount>1</DequeueCount><MessageId>id-1</MessageId>" +
      "<TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible><PopReceipt>receipt-1</PopReceipt>" +
      "<ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>" +
      "<InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime></QueueMessage></QueueMessagesList>\n";
    const message = await queueWith(script({ status: 200, body })).receiveMessage();
    assert.deepEqual([message.id, message.content, message.popReceipt], ["id-1", "x", "receipt-1"]);
    const queues = await collect(
      new QueueServiceClient(account.url, account.sas, { fetch: script(queuePage(["abc"])) }).listQueues(),
    );
    assert.deepEqual(queues, [{ name: "abc" }]);
  });
});

describe("telling errors apart", () => {
  const notFound = async () => await rejection(queueWith(script(failure(404, "QueueNotFound"))).peekMessages());

  test("isAzureError knows its errors by class and by base class", async () => {
    const error = await notFound();
    for (const name of [undefined, "AzureError", "HttpResponseError", "ResourceNotFoundError"]) {
      assert.equal(isAzureError(error, name), true, name);
    }
    for (const name of [
      "ResourceExistsError",
      "ServiceRequestError",
      "ServiceResponseError",
      "ClientAuthenticationError",
    ]) {
      assert.equal(isAzureError(error, name), false, name);
    }
  });

  test("isAzureError says false of everything else", async () => {
    const badArgument = await rejection(queueWith(script(emptyPage)).sendMessage(5));
    const foreign = Object.assign(new Error("x"), {
      name: "ResourceNotFoundError",
      statusCode: 404,
      code: "QueueNotFound",
    });
    for (const value of [
      undefined,
      null,
      0,
      "AzureError",
      {},
      [],
      () => {},
      new Error("x"),
      new DOMException("x"),
      foreign,
      badArgument,
    ]) {
      assert.equal(isAzureError(value), false);
      assert.equal(isAzureError(value, "HttpResponseError"), false);
    }
  });

  test("a class that does not exist matches nothing", async () => {
    for (const name of ["NoSuchError", "constructor", "toString", ""])
      assert.equal(isAzureError(await notFound(), name), false, name);
  });

  test("the base classes are those of azure-core", () => {
    const parents = {
      ServiceRequestError: "AzureError",
      ServiceRequestTimeoutError: "ServiceRequestError",
      ServiceResponseError: "AzureError",
      ServiceResponseTimeoutError: "ServiceResponseError",
      HttpResponseError: "AzureError",
      ClientAuthenticationError: "HttpResponseError",
      ResourceNotFoundError: "HttpResponseError",
      ResourceExistsError: "HttpResponseError",
      ResourceModifiedError: "HttpResponseError",
      ResourceNotModifiedError: "HttpResponseError",
      DecodeError: "HttpResponseError",
      TooManyRedirectsError: "HttpResponseError",
    };
    for (const [name, parent] of Object.entries(parents)) {
      assert.equal(Object.getPrototypeOf(classes[name]), classes[parent], name);
    }
    assert.equal(Object.getPrototypeOf(library.AzureError), Error);
  });

  test("errors of another copy of the package are known", async () => {
    const copy = await import("../../dist/index.js?another-copy");
    assert.notEqual(copy.QueueClient, QueueClient);
    const queue = new copy.QueueClient(account.url, "orders", account.sas, {
      fetch: script(failure(404, "QueueNotFound")),
      retry,
    });
    const error = await rejection(queue.peekMessages());
    assert.equal(error instanceof library.AzureError, false);
    assert.equal(isAzureError(error, "HttpResponseError"), true);
    assert.equal(copy.isAzureError(await notFound(), "ResourceNotFoundError"), true);
  });

  test("errors of another realm are known", async () => {
    // Modules in a realm of their own need a flag, which a worker can have.
    const worker = new Worker(new URL("../support/realm.mjs", import.meta.url), {
      execArgv: ["--experimental-vm-modules", "--no-warnings"],
      workerData: { source: readFileSync(new URL("../../dist/index.js", import.meta.url), "utf8") },
    });
    const told = await new Promise((resolve, reject) => worker.once("message", resolve).once("error", reject));
    assert.deepEqual(told, {
      isError: false,
      isAzureError: true,
      isHttpResponseError: true,
      isResourceExistsError: false,
    });
  });
});
