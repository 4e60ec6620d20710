// What calls reject with: real answers of the emulator, and failures of the network.

import assert from "node:assert/strict";
import { createServer } from "node:net";
import { after, before, describe, test } from "node:test";
import * as library from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, collect, lostReply, refused, rejection, script } from "../support/script.mjs";

const classes = { ...library };
const { AzureError, HttpResponseError, QueueClient, QueueServiceClient, isAzureError } = library;

let azurite;
let service;
let queue;

before(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
  queue = await service.createQueue("errors");
});
after(() => azurite.stop());

describe("answers of the emulator", () => {
  const missing = () => service.getQueueClient("missing");
  const stale = async () => ({ ...(await queue.sendMessage("x")), popReceipt: "c3RhbGU=" });
  const wrongKey = { accountName: "devstoreaccount1", accountKey: Buffer.from("wrong").toString("base64") };

  for (const [what, call, name, code, statusCode] of [
    [
      "deleting a queue that is not there",
      () => missing().deleteQueue(),
      "ResourceNotFoundError",
      "QueueNotFound",
      404,
    ],
    ["properties of one", () => missing().getQueueProperties(), "ResourceNotFoundError", "QueueNotFound", 404],
    ["setting metadata of one", () => missing().setQueueMetadata({}), "ResourceNotFoundError", "QueueNotFound", 404],
    ["policies of one", () => missing().getQueueAccessPolicy(), "ResourceNotFoundError", "QueueNotFound", 404],
    [
      "setting policies of one",
      () => missing().setQueueAccessPolicy({}),
      "ResourceNotFoundError",
      "QueueNotFound",
      404,
    ],
    ["sending to one", () => missing().sendMessage("x"), "ResourceNotFoundError", "QueueNotFound", 404],
    ["receiving from one", () => missing().receiveMessage(), "ResourceNotFoundError", "QueueNotFound", 404],
    ["a loop over one", () => collect(missing().receiveMessages()), "ResourceNotFoundError", "QueueNotFound", 404],
    ["peeking into one", () => missing().peekMessages(), "ResourceNotFoundError", "QueueNotFound", 404],
    ["clearing one", () => missing().clearMessages(), "ResourceNotFoundError", "QueueNotFound", 404],
    [
      "creating one that is there",
      () => queue.createQueue({ metadata: { a: "1" } }),
      "ResourceExistsError",
      "QueueAlreadyExists",
      409,
    ],
    [
      "deleting a message that is not there",
      () => queue.deleteMessage("no-such-id", { popReceipt: "c3RhbGU=" }),
      "ResourceNotFoundError",
      "MessageNotFound",
      404,
    ],
    [
      "deleting with a stale receipt",
      async () => queue.deleteMessage(await stale()),
      "HttpResponseError",
      "PopReceiptMismatch",
      400,
    ],
    [
      "updating with one",
      async () => queue.updateMessage(await stale()),
      "HttpResponseError",
      "PopReceiptMismatch",
      400,
    ],
    [
      "a wrong key",
      () => new QueueClient(azurite.url, "errors", wrongKey).peekMessages(),
      "ClientAuthenticationError",
      "AuthenticationFailed",
      403,
    ],
  ]) {
    test(`${what}: ${name}, ${code}`, async () => {
      const started = Date.now();
      const error = await rejection(call());
      assert.equal(error.name, name);
      assert.ok(error instanceof classes[name] && error instanceof HttpResponseError && error instanceof AzureError);
      assert.ok(error instanceof Error && Object.prototype.toString.call(error) === "[object Error]");
      assert.equal(error.code, code);
      assert.equal(error.statusCode, statusCode);
      // A GUID, but for Azurite's "DefaultID" in some answers.
      assert.ok(error.requestId.length > 0);
      assert.match(error.message, new RegExp(`\nErrorCode:${code}(\n|$)`));
      assert.match(error.stack, /errors\.test\.mjs/, "the stack leads to the caller");
      assert.equal(error.cause, undefined);
      assert.equal(error.attempts.length, 1, "what no retry can mend is not retried");
      const [{ startedOn, host, ...attempt }] = error.attempts;
      assert.deepEqual(attempt, { statusCode, requestId: error.requestId, wait: 0 });
      assert.ok(startedOn instanceof Date && startedOn >= started);
      assert.equal(host, `${new URL(azurite.url).host}/devstoreaccount1`);
      const told = JSON.parse(JSON.stringify(error));
      assert.deepEqual([told.name, told.code, told.statusCode, told.message], [name, code, statusCode, error.message]);
    });
  }
});

describe("failures of the network", () => {
  const client = (fetch) => new QueueClient(account.url, "orders", account.sas, { fetch, retry: { mode: "none" } });

  /** A server that does this with each connection; its port is free again afterwards. */
  async function withServer(serve, use) {
    const server = createServer(serve);
    await new Promise((resolve) => server.listen(0, "127.0.0.1", resolve));
    const url = `http://127.0.0.1:${server.address().port}/devstoreaccount1`;
    const local = new QueueClient(url, "orders", account.key, { retry: { mode: "none" } });
    try {
      return await use(local, server);
    } finally {
      await new Promise((resolve) => server.close(resolve));
    }
  }
  const answer = (head, body) => (socket) => socket.once("data", () => socket.end(`HTTP/1.1 ${head}\r\n\r\n${body}`));

  test("nobody listens: a ServiceRequestError, with what fetch said as its cause", async () => {
    const local = await withServer(
      () => {},
      async (client) => client,
    );
    const error = await rejection(local.peekMessages());
    assert.equal(error.name, "ServiceRequestError");
    assert.ok(error instanceof library.ServiceRequestError && !(error instanceof HttpResponseError));
    assert.ok(error.cause instanceof TypeError);
    assert.equal(error.cause.cause.code, "ECONNREFUSED");
    assert.match(error.message, /ECONNREFUSED/);
    assert.match(error.attempts[0].failure, /ECONNREFUSED/);
    assert.deepEqual([error.statusCode, error.requestId, error.code], [undefined, undefined, "ConnectionRefused"]);
    assert.equal(error.retryable, true);
  });

  for (const [what, serve] of [
    ["a connection that is closed without an answer", (socket) => socket.once("data", () => socket.destroy())],
    ["an answer that is no HTTP", (socket) => socket.once("data", () => socket.end("220 ftp ready\r\n"))],
    ["a body that is cut in the middle", answer("200 OK\r\nContent-Length: 1000", "<QueueMessagesList><QueueMessage>")],
    ["a body in chunks that is cut", answer("200 OK\r\nTransfer-Encoding: chunked", "20\r\n<QueueMessagesList>")],
  ]) {
    test(`${what}: a ServiceResponseError with a cause`, async () => {
      const error = await withServer(serve, (client) => rejection(client.peekMessages()));
      assert.equal(error.name, "ServiceResponseError");
      assert.ok(error.cause instanceof Error);
      assert.equal(error.attempts.length, 1);
      assert.ok(error.attempts[0].failure.length > 0);
    });
  }

  for (const [what, thrown, name] of [
    ["a lost reply", lostReply(), "ServiceResponseError"],
    ["a TypeError, as browsers give", new TypeError("Failed to fetch"), "ServiceResponseError"],
    ["a refused connection", refused(), "ServiceRequestError"],
    [
      "a name that is not found",
      Object.assign(new Error("x"), { cause: { code: "ENOTFOUND" } }),
      "ServiceRequestError",
    ],
    [
      "a refused connection, as Bun says it",
      Object.assign(new Error("x"), { code: "ConnectionRefused" }),
      "ServiceRequestError",
    ],
  ]) {
    test(`fetch rejects with ${what}: ${name}, with it as the cause`, async () => {
      const error = await rejection(client(script(thrown)).peekMessages());
      assert.equal(error.name, name);
      assert.equal(error.cause, thrown);
      assert.ok(isAzureError(error, name));
    });
  }

  for (const [what, fetch] of [
    ["rejects with no Error", () => Promise.reject("just text")],
    ["rejects with nothing", () => Promise.reject()],
    [
      "throws",
      () => {
        throw new Error("no fetch today");
      },
    ],
    ["gives nothing", async () => undefined],
    ["gives no Response", async () => ({ status: 200 })],
  ]) {
    test(`a fetch that ${what}: a ServiceResponseError all the same`, async () => {
      const error = await rejection(client(fetch).peekMessages());
      assert.equal(error.name, "ServiceResponseError");
      assert.equal(error.attempts.length, 1);
    });
  }

  for (const status of [301, 302, 303, 307, 308]) {
    test(`a redirect (${status}) is not followed: the credential would go with it`, async () => {
      const headers = { location: `https://elsewhere.example/?sig=${account.signature}`, "x-ms-request-id": "r-1" };
      const fetch = script({ status, headers });
      const error = await rejection(client(fetch).peekMessages());
      assert.equal(error.name, "TooManyRedirectsError");
      assert.equal(error.statusCode, status);
      assert.equal(error.requestId, "r-1");
      assert.match(error.message, /redirect to https:\/\/elsewhere\.example\/.*\nThe answer came from myaccount\./s);
      assert.equal(fetch.requests.length, 1);
    });
  }

  test("a redirect of which the platform tells nothing is one too", async () => {
    const fetch = async () => ({ type: "opaqueredirect", status: 0, headers: new Headers() });
    assert.equal((await rejection(client(fetch).peekMessages())).name, "TooManyRedirectsError");
  });

  test("a redirect that a fetch of the caller's own follows all the same is told with the host", async () => {
    const url = `https://elsewhere.example/orders?sig=${account.signature}`;
    const fetch = async () =>
      Object.defineProperties(new Response("<QueueMessagesList/>"), {
        redirected: { value: true },
        url: { value: url },
      });
    const error = await rejection(client(fetch).peekMessages());
    assert.equal(error.name, "TooManyRedirectsError");
    assert.match(error.message, /followed it to elsewhere\.example\n/);
  });

  test("redirects of a real server are not followed either", async () => {
    let connections = 0;
    const error = await withServer(
      (socket) => {
        connections++;
        answer("302 Found\r\nLocation: /elsewhere\r\nContent-Length: 0", "")(socket);
      },
      (client) => rejection(client.peekMessages()),
    );
    assert.equal(error.name, "TooManyRedirectsError");
    assert.equal(connections, 1);
  });
});
