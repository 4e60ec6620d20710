// How errors print: their stacks start at the caller, an uncaught one shows the caller's line, and console.log shows only
// the fields that say something.

import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, test } from "node:test";
import { fileURLToPath } from "node:url";
import { inspect } from "node:util";
import {
  browserCorsRule,
  createKeyEncryptionKey,
  generateAccountSas,
  generateQueueSas,
  jsonEncoding,
  parseSas,
  QueueClient,
  QueueServiceClient,
} from "azure-queue-wasm";
import * as slim from "azure-queue-wasm/slim";
import { account, collect, failure, lostReply, messagePage, queuePage, rejection, script } from "../support/script.mjs";

const gone = failure(404, "QueueNotFound");
const options = (answer) => ({ fetch: script(answer), retry: { mode: "none" } });
const queueWith = (answer, more) =>
  new QueueClient(account.url, "orders", account.sas, { ...options(answer), ...more });
const serviceWith = (answer, more) => new QueueServiceClient(account.url, account.sas, { ...options(answer), ...more });

/** The first frame of the stack of an error. */
function firstFrame({ stack }) {
  const [, frame] = /\n +at (.*)/.exec(stack) ?? [];
  return frame;
}

const here = fileURLToPath(import.meta.url);

async function outcomeOf(call) {
  return await rejection((async () => call())());
}

describe("the stack of an error", () => {
  const queue = queueWith(gone);
  const service = serviceWith(gone);
  const receipt = { popReceipt: "r" };
  const misspelt = { timeOut: 5 };
  const throwing = {
    get id() {
      throw new Error("not now");
    },
  };
  const calls = {
    createQueue: () => queue.createQueue(),
    createQueueIfNotExists: () => queue.createQueueIfNotExists(),
    deleteQueue: () => queue.deleteQueue(),
    exists: () => queueWith(failure(403, "AuthenticationFailed")).exists(),
    getQueueProperties: () => queue.getQueueProperties(),
    setQueueMetadata: () => queue.setQueueMetadata({}),
    getQueueAccessPolicy: () => queue.getQueueAccessPolicy(),
    setQueueAccessPolicy: () => queue.setQueueAccessPolicy({}),
    sendMessage: () => queue.sendMessage("x"),
    receiveMessage: () => queue.receiveMessage(),
    "a loop of receiveMessages": () => collect(queue.receiveMessages()),
    "a loop of receiveMessages, by page": () => collect(queue.receiveMessages().byPage()),
    peekMessages: () => queue.peekMessages(),
    updateMessage: () => queue.updateMessage("id", receipt),
    updateVisibilityTimeout: () => queue.updateVisibilityTimeout("id", 5, receipt),
    deleteMessage: () => queue.deleteMessage("id", receipt),
    clearMessages: () => queue.clearMessages(),
    "createQueue of the service": () => service.createQueue("orders"),
    "createQueueIfNotExists of the service": () => service.createQueueIfNotExists("orders"),
    "deleteQueue of the service": () => service.deleteQueue("orders"),
    "deleteQueueIfExists of the service": () => serviceWith(failure(403, "X")).deleteQueueIfExists("orders"),
    "a loop of listQueues": () => collect(service.listQueues()),
    "a loop of listQueues, by page": () => collect(service.listQueues().byPage()),
    getServiceProperties: () => service.getServiceProperties(),
    setServiceProperties: () => service.setServiceProperties({ cors: [] }),
    getServiceStats: () => serviceWith(failure(400, "X")).getServiceStats(),
    getUserDelegationKey: () => service.getUserDelegationKey({ expiry: new Date(4e12) }),
    "a lost reply": () => queueWith(lostReply()).sendMessage("x"),
    "content that is refused": () => queue.sendMessage(5),
    "content that an encoding refuses": () => queueWith(gone, { messageEncoding: jsonEncoding() }).sendMessage(NaN),
    "an option that does not exist": () => queue.sendMessage("x", misspelt),
    "a retry option that does not exist": () => queue.sendMessage("x", { retry: misspelt }),
    "an encoding that does not exist": () => queue.sendMessage("x", { messageEncoding: "utf8" }),
    "headers that throw": () => queue.sendMessage("x", { headers: new Proxy({}, { ownKeys: throwing }) }),
    "a message that throws": () => queue.deleteMessage(throwing),
    "settings that do not exist": () => service.setServiceProperties({ analytics: {} }),
    "a policy that does not exist": () => queue.setQueueAccessPolicy({ a: { permissions: "r" } }),
    "a queue name for createQueue": () => service.createQueue("A"),
    "an option of diagnose": () => queue.diagnose(misspelt),
    "a continuation token": () => collect(queue.receiveMessages().byPage({ continuationToken: "x" })),
    "an option of byPage": () => queue.receiveMessages().byPage(misspelt),
    "an option of receiveMessages": () => queue.receiveMessages(misspelt),
    "a number for receiveMessages": () => queue.receiveMessages({ maxMessages: -1 }),
    "a number for listQueues": () => service.listQueues({ resultsPerPage: -1 }),
    "a name for getQueueClient": () => service.getQueueClient("A"),
    "an address": () => new QueueClient("x", "orders"),
    "a key": () => new QueueClient(account.url, "orders", account.sas, { encryption: {} }),
    "an address of the service": () => new QueueServiceClient("x"),
    "a queue's URL": () => QueueClient.fromQueueUrl("x"),
    "a connection string": () => QueueClient.fromConnectionString("x", "orders"),
    "a connection string of the service": () => QueueServiceClient.fromConnectionString("x"),
    "an address in a subclass": () => new (class Orders extends QueueClient {})("x", "orders"),
    "a location mode": () => {
      queue.locationMode = "x";
    },
    "a secondary endpoint": () => QueueClient.fromQueueUrl("https://localhost/dev/orders").secondaryEndpoint,
    updateSas: () => queue.updateSas("x"),
    generateQueueSas: () => generateQueueSas({}),
    generateAccountSas: () => generateAccountSas({}),
    parseSas: () => parseSas("x"),
    jsonEncoding: () => jsonEncoding("x"),
    browserCorsRule: () => browserCorsRule("x"),
    "preload of the entry without the core": () => slim.preload(5),
    "preloadSync of the entry without the core": () => slim.preloadSync(5),
    createKeyEncryptionKey: () => createKeyEncryptionKey({ kty: "oct" }),
    "content that cannot be decoded": async () => {
      const [message] = await queueWith(messagePage("not base64!"), { messageEncoding: "base64" }).peekMessages();
      return message.content;
    },
  };

  for (const [what, call] of Object.entries(calls)) {
    test(`the stack starts at the caller: ${what}`, async () => {
      const error = await outcomeOf(call);
      // Node's own iterators, and helpers of these tests, stand between the call and this file.
      const frame = firstFrame(error);
      assert.ok(frame?.includes("/tests/"), `${error.stack}`);
      assert.doesNotMatch(error.stack, /\/dist\//);
      assert.ok(error.stack.startsWith(`${error.name}: `), error.stack);
    });
  }

  test("the cause of an unknown outcome too", async () => {
    const { stack, cause } = await outcomeOf(() => queueWith(lostReply()).sendMessage("x"));
    assert.equal(cause.name, "ServiceResponseError");
    assert.doesNotMatch(stack + cause.stack, /\/dist\//);
    assert.match(cause.stack, new RegExp(here));
  });

  test("a page that fails later keeps its token and its caller", async () => {
    const pages = script(queuePage(["a"], "next"), failure(403, "AuthenticationFailed"));
    const service = new QueueServiceClient(account.url, account.sas, { fetch: pages });
    const error = await outcomeOf(() => collect(service.listQueues()));
    assert.equal(error.continuationToken, "next");
    assert.doesNotMatch(error.stack, /\/dist\//);
  });

  test("a call that no caller awaits keeps the frame of the public function, and no other of the package", async () => {
    const { promise, resolve } = (() => {
      let resolve;
      const promise = new Promise((done) => {
        resolve = done;
      });
      return { promise, resolve };
    })();
    queue.sendMessage("x").then(undefined, resolve);
    const frames = (await promise).stack.match(/^ +at .*/gm);
    assert.equal(frames.length, 1);
    assert.match(frames[0], /QueueClient\.sendMessage/);
  });

  test("an error of the caller keeps its stack", async () => {
    const own = new RangeError("mine");
    const { stack } = own;
    const hook = () => {
      throw own;
    };
    const codec = { encode: hook, decode: hook };
    for (const call of [
      () => queue.peekMessages({ onRequest: hook }),
      () => queue.peekMessages({ signal: AbortSignal.abort(own) }),
      () => queue.sendMessage("x", { messageEncoding: codec }),
      () => collect(queue.receiveMessages({ onRequest: hook })),
    ]) {
      assert.equal(await outcomeOf(call), own);
      assert.equal(own.stack, stack);
    }
  });

  for (const [what, change] of [
    ["without captureStackTrace", { captureStackTrace: undefined }],
    ["with a stack of another form", { prepareStackTrace: (_, frames) => frames }],
    ["without frames", { stackTraceLimit: 0 }],
  ]) {
    test(`an engine ${what} changes nothing but the stack`, async (t) => {
      const before = Object.getOwnPropertyDescriptors(Error);
      t.after(() => {
        for (const name of Object.keys(change)) {
          if (before[name]) Object.defineProperty(Error, name, before[name]);
          else delete Error[name];
        }
      });
      Object.assign(Error, change);
      const errors = [];
      for (const name of ["sendMessage", "a loop of receiveMessages", "an address", "an option of diagnose"])
        errors.push(await outcomeOf(calls[name]));
      const [message] = await queueWith(messagePage("not base64!"), { messageEncoding: "base64" }).peekMessages();
      assert.deepEqual(
        [...errors, message.contentError].map(({ name }) => name),
        ["ResourceNotFoundError", "ResourceNotFoundError", "RangeError", "TypeError", "DecodeError"],
      );
    });
  }
});

describe("the cause of a contentError", () => {
  const encryption = { keyEncryptionKey: { keyId: "k", unwrapKey: () => new Uint8Array(40) }, required: true };
  const printed = async (options) => {
    const [message] = await queueWith(messagePage("not JSON"), options).peekMessages();
    assert.notEqual(message.contentError.cause, undefined);
    return inspect(message);
  };

  for (const [what, options] of [
    ["jsonEncoding", { messageEncoding: jsonEncoding() }],
    ["encryption", { encryption }],
  ]) {
    test(`prints no frame of the package: ${what}`, async () => {
      const text = await printed(options);
      assert.match(text, /\[cause\]/);
      assert.doesNotMatch(text, /\/dist\//);
    });
  }

  test("keeps the frames of the caller's codec", async () => {
    const decode = () => {
      throw new Error("mine");
    };
    assert.match(await printed({ messageEncoding: { encode: String, decode } }), new RegExp(`at .*${here}`));
  });
});

describe("an uncaught error", () => {
  let folder;
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "printed-"));
  });
  after(() => rmSync(folder, { recursive: true }));

  const esm = new URL("../../dist/node.js", import.meta.url).href;
  const cjs = fileURLToPath(new URL("../../dist/cjs/node.js", import.meta.url));
  const setUp = `
    const body = "<Error><Code>QueueNotFound</Code><Message>no such queue</Message></Error>";
    const headers = { "x-ms-version": "2020-12-06", "x-ms-error-code": "QueueNotFound" };
    const fetch = async () => new Response(body, { status: 404, headers });
    const queue = new QueueClient(${JSON.stringify(account.url)}, "orders", ${JSON.stringify(account.sas)}, { fetch });
  `;

  /** What a program writes to stderr, as lines. */
  function stderrOf(extension, code, flags = []) {
    const file = join(folder, `program.${extension}`);
    const load =
      extension === "mjs" ? `import { QueueClient } from "${esm}";` : `const { QueueClient } = require("${cjs}");`;
    writeFileSync(file, `${load}\n${setUp}\n${code}\n`);
    const { status, stderr } = spawnSync(process.execPath, [...flags, file], { encoding: "utf8" });
    assert.equal(status, 1);
    return stderr;
  }

  for (const [what, extension, code, line, flags] of [
    ["of a call", "mjs", "await queue.sendMessage('x');", "await queue.sendMessage('x');"],
    [
      "of a call in a function",
      "cjs",
      "(async () => {\n  await queue.sendMessage('x');\n})();",
      "await queue.sendMessage('x');",
    ],
    [
      "of a loop",
      "mjs",
      "for await (const _ of queue.receiveMessages());",
      "for await (const _ of queue.receiveMessages());",
    ],
    ["of an argument", "mjs", "await queue.sendMessage(5);", "await queue.sendMessage(5);"],
    ["of an option", "mjs", "await queue.sendMessage('x', { ttl: 5 });", "await queue.sendMessage('x', { ttl: 5 });"],
    ["of a constructor", "mjs", "new QueueClient('x', 'orders');", "new QueueClient('x', 'orders');"],
    [
      "with source maps",
      "mjs",
      "await queue.sendMessage('x');",
      "await queue.sendMessage('x');",
      ["--enable-source-maps"],
    ],
  ]) {
    test(`${what} shows the caller's line first`, () => {
      const stderr = stderrOf(extension, code, flags);
      const [place, source] = stderr.split("\n");
      assert.match(place, /program\.[mc]js:\d+$/);
      assert.equal(source.trim(), line);
      assert.doesNotMatch(stderr, /\/dist\/|\/js\/\w+\.ts/);
    });
  }

  for (const [what, code] of [
    ["a constructor", "new QueueClient('x', 'orders');"],
    ["a static method", "QueueClient.fromQueueUrl('x');"],
    ["a loop's options", "queue.receiveMessages({ maxMessages: -1 });"],
    ["a callback", "setTimeout(() => queue.receiveMessages({ maxMessages: -1 }), 1);"],
    ["a setter", "queue.locationMode = 'x';"],
  ]) {
    test(`that ${what} throws in a script shows no line of the package`, () => {
      const stderr = stderrOf("cjs", code);
      assert.match(stderr, /^(Type|Range)Error: .*\n +at .*program\.cjs:\d+/);
      assert.doesNotMatch(stderr, /\/dist\//);
    });
  }

  test("of a call that no caller awaits names the method, and shows no line of the package", () => {
    const stderr = stderrOf("cjs", "queue.sendMessage('x');");
    assert.match(stderr, /^node:internal/);
    assert.match(
      stderr,
      /\nResourceNotFoundError: no such queue\nErrorCode:QueueNotFound\n +at async QueueClient\.sendMessage/,
    );
  });
});

describe("what console.log shows of an error", () => {
  const empty = /undefined|: \[\]|: \{\}|Symbol\(/;

  for (const [what, call, fields] of [
    [
      "an answer of the service",
      () => queueWith(gone).peekMessages(),
      ["code", "statusCode", "requestId", "request", "attempts", "elapsed", "retryable"],
    ],
    ["an argument", () => queueWith(gone).sendMessage(5), ["code", "argument"]],
    ["a SAS that has ended", () => queueWith(gone).updateSas("x"), ["code", "argument"]],
    [
      "a SAS without a permission",
      () =>
        new QueueClient(account.url, "orders", account.sas.replace("sp=rwdlacup", "sp=r"), options(gone)).sendMessage(
          "x",
        ),
      ["request", "details"],
    ],
    ["a lost reply", () => queueWith(lostReply()).sendMessage("x"), ["request", "attempts", "elapsed", "retryable"]],
  ]) {
    test(`only fields that say something: ${what}`, async () => {
      const error = await outcomeOf(call);
      assert.deepEqual(Object.keys(error), fields);
      const text = inspect(error);
      assert.doesNotMatch(text, empty);
      for (const field of fields) assert.match(text, new RegExp(`\\n {2}${field}: `));
      assert.ok(text.startsWith(error.stack), text);
    });
  }

  test("the fields that are left out are still there to be read", async () => {
    const error = await outcomeOf(() => queueWith(gone).sendMessage(5));
    assert.deepEqual([error.statusCode, error.requestId, error.attempts], [undefined, undefined, []]);
    const { contentError } = (
      await queueWith(messagePage("not base64!"), { messageEncoding: "base64" }).peekMessages()
    )[0];
    const { code, statusCode, requestId, request, details, attempts, elapsed, retryable } = contentError;
    assert.deepEqual(
      { code, statusCode, requestId, request, details, attempts, elapsed, retryable },
      {
        ...{ code: undefined, statusCode: undefined, requestId: undefined, request: undefined },
        ...{ details: {}, attempts: [], elapsed: 0, retryable: false },
      },
    );
    assert.equal(inspect(contentError), `[${contentError}]`);
  });

  test("a cause that only repeats the message is left out, and its own cause is shown", async () => {
    const thrown = lostReply();
    const error = await outcomeOf(() => queueWith(thrown).sendMessage("x"));
    assert.equal(error.cause.name, "ServiceResponseError");
    assert.equal(error.cause.cause, thrown);
    const text = inspect(error);
    assert.doesNotMatch(text, /ServiceResponseError/);
    assert.match(text, /\n {2}\[cause\]: TypeError: fetch failed\n/);
    assert.match(text, /other side closed/);
    assert.equal(text.split("fetch failed").length - 1, 3, "in the message, in the attempt and in the cause");
  });

  test("nothing is shown in the place of such a cause without a cause of its own", async () => {
    const page = { status: 201, body: "<html></html>", headers: {} };
    const error = await outcomeOf(() => queueWith(page).sendMessage("x"));
    assert.deepEqual([error.name, error.cause.name], ["AmbiguousOutcomeError", "ServiceResponseError"]);
    assert.doesNotMatch(inspect(error), /\[cause\]/);
    assert.ok(error.cause instanceof Error);
  });

  test("a cause that says more is shown", async () => {
    const error = await outcomeOf(() =>
      queueWith(gone).sendMessage("x", {
        onResponse: () => {
          throw new RangeError("from a hook");
        },
      }),
    );
    assert.match(inspect(error), /\[cause\]: RangeError: from a hook/);
  });

  test("the copy that is shown is an error of the same class, also inside of others and without depth", async () => {
    const error = await outcomeOf(() => queueWith(lostReply()).sendMessage("x"));
    assert.match(inspect({ error }), /error: AmbiguousOutcomeError: /);
    assert.match(inspect({ a: { error } }, { depth: 0 }), /\[Object\]/);
    assert.match(inspect(new AggregateError([error], "all")), /\[errors\]: \[\n +AmbiguousOutcomeError: /);
    assert.match(inspect(error, { compact: false, showHidden: true }), /AmbiguousOutcomeError: /);
  });
});
