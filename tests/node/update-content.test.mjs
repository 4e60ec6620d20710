// updateMessage sends the content that the caller put into the message object, and returns the content that the queue holds.

import assert from "node:assert/strict";
import { beforeEach, describe, test } from "node:test";
import { jsonEncoding, QueueClient } from "azure-queue-wasm";
import { aesKey } from "../support/keys.mjs";
import { account, collect, rejection } from "../support/script.mjs";

/** The text that the queue holds, and the bodies of the updates. */
let held;
let bodies;
let receipts;

beforeEach(() => {
  held = "old";
  bodies = [];
  receipts = 0;
});

/** A service with one message, whose text an update changes. */
async function fetch(_url, { method, body }) {
  const text = /<MessageText>(.*)<\/MessageText>/s.exec(body ?? "")?.[1];
  const popReceipt = `receipt-${++receipts}`;
  if (method === "PUT") {
    bodies.push(text);
    held = text ?? held;
    const headers = { "x-ms-popreceipt": popReceipt, "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:35 GMT" };
    return new Response(null, { status: 204, headers: { "x-ms-version": "2020-12-06", ...headers } });
  }
  held = text ?? held;
  const page =
    "<QueueMessagesList><QueueMessage><MessageId>id-1</MessageId>" +
    "<InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>" +
    "<ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>" +
    `<PopReceipt>${popReceipt}</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible>` +
    `<DequeueCount>1</DequeueCount><MessageText>${held}</MessageText></QueueMessage></QueueMessagesList>`;
  return new Response(page, { status: method === "POST" ? 201 : 200, headers: { "x-ms-version": "2020-12-06" } });
}

/** Reading the content says that it is not known. */
function assertUnknown(message) {
  assert.equal(message.contentError.name, "DecodeError");
  assert.match(message.contentError.message, /^The content in the queue is not known/);
  assert.throws(() => message.content, message.contentError);
}

const client = (options) => new QueueClient(account.url, "orders", account.sas, { fetch, ...options });
const queue = client();
const encryption = { keyEncryptionKey: aesKey("k", Buffer.alloc(32, 7)), required: true };

describe("a message whose content the caller replaced", () => {
  for (const [how, get] of [
    ["receiveMessage", () => queue.receiveMessage()],
    ["receiveMessages", async () => (await collect(queue.receiveMessages({ maxMessages: 1 })))[0]],
    ["sendMessage", () => queue.sendMessage("old")],
    ["updateMessage", async () => queue.updateMessage(await queue.receiveMessage(), { visibilityTimeout: 5 })],
    ["updateMessage by id with content", () => queue.updateMessage("id-1", { popReceipt: "r", content: "old" })],
    ["updateVisibilityTimeout", async () => queue.updateVisibilityTimeout(await queue.receiveMessage(), 5)],
    ["peekMessages, with a receipt", async () => Object.assign((await queue.peekMessages())[0], { popReceipt: "r" })],
  ]) {
    test(`is sent, and the result has it (${how})`, async () => {
      const message = await get();
      bodies.length = 0;
      message.content = "new";
      const result = await queue.updateMessage(message, { visibilityTimeout: 30 });
      assert.deepEqual([held, result.content, bodies], ["new", "new", ["new"]]);
    });
  }

  test("is sent again by the object that was given, after another change", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    const { popReceipt } = await queue.updateMessage(message);
    message.content = "old";
    const result = await queue.updateMessage(message, { popReceipt });
    assert.deepEqual([held, result.content, bodies], ["old", "old", ["new", "old"]]);
  });

  test("is not sent twice by the result of the update", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    const result = await queue.updateMessage(await queue.updateMessage(message));
    assert.deepEqual([result.content, bodies], ["new", ["new", undefined]]);
  });

  test("is sent as it was when the call began", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    const update = queue.updateMessage(message);
    message.content = "newer";
    const result = await update;
    assert.deepEqual([held, result.content], ["new", "new"]);
    const next = await queue.updateMessage(message, { popReceipt: result.popReceipt });
    assert.deepEqual([held, next.content], ["newer", "newer"]);
  });

  test("is sent again after an update whose outcome is unknown", async () => {
    let fails = true;
    const broken = client({
      fetch: async (...given) => {
        if (fails && given[1].method === "PUT") throw new TypeError("fetch failed");
        return await fetch(...given);
      },
    });
    const message = await broken.receiveMessage();
    message.content = "new";
    assert.equal((await rejection(broken.updateMessage(message))).name, "AmbiguousOutcomeError");
    fails = false;
    assert.equal((await broken.updateMessage(message)).content, "new");
    assert.deepEqual([held, bodies], ["new", ["new"]]);
  });

  test("is not sent by updateVisibilityTimeout, whose result has the content that the queue holds", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    const result = await queue.updateVisibilityTimeout(message, 30);
    assert.deepEqual([held, result.content, bodies], ["old", "old", [undefined]]);
    assert.equal(message.content, "new");
  });

  test("is encoded and encrypted, and size and form are checked, as with the option", async () => {
    const sealed = client({ encryption, messageEncoding: "base64" });
    const message = await sealed.sendMessage("old");
    message.content = "new";
    assert.equal((await sealed.updateMessage(message)).content, "new");
    assert.doesNotMatch(held, /new|bmV3/);
    assert.equal((await sealed.receiveMessage()).content, "new");
    for (const [content, name] of [
      ["x".repeat(65_537), "RangeError"],
      [null, "TypeError"],
      [5, "TypeError"],
      [Uint8Array.of(1), "TypeError"],
    ]) {
      const refused = await client().receiveMessage();
      bodies.length = 0;
      refused.content = content;
      const error = await rejection(queue.updateMessage(refused));
      assert.deepEqual([error.name, error.argument, bodies], [name, "content", []]);
    }
  });
});

describe("a message that is not changed", () => {
  for (const [what, options, raw] of [
    ["as text", {}, "old"],
    ["in Base64", { messageEncoding: "base64" }, "b2xk"],
    ["as bytes", { messageEncoding: "base64-bytes" }, "b2xk"],
    ["in JSON", { messageEncoding: jsonEncoding() }, '{"id":1}'],
    ["read with auto", { messageEncoding: "auto" }, "b2xkIGFuZCBsb25nZXI="],
    ["of a codec that decodes to undefined", { messageEncoding: { encode: String, decode: () => undefined } }, "old"],
    ["of a codec that decodes to NaN", { messageEncoding: { encode: String, decode: () => NaN } }, "old"],
  ]) {
    test(`keeps its content, and the result has it (${what})`, async () => {
      held = raw;
      const message = await client(options).receiveMessage();
      const result = await client(options).updateMessage(message, { visibilityTimeout: 5 });
      const { popReceipt, nextVisibleOn } = result;
      assert.deepEqual({ ...result }, { ...message, popReceipt, nextVisibleOn });
      assert.deepEqual(bodies, [undefined]);
    });
  }

  test("keeps its content when another client updates it, with another encoding and another copy of the queue", async () => {
    const message = await client({ messageEncoding: "base64" }).sendMessage("old");
    const others = [client({ messageEncoding: "text" }), client({ encryption }), client({ messageEncoding: "auto" })];
    let { popReceipt } = message;
    for (const other of others) {
      const result = await other.updateMessage(message, { popReceipt });
      assert.equal(result.content, "old");
      popReceipt = result.popReceipt;
    }
    assert.deepEqual([held, bodies], ["b2xk", [undefined, undefined, undefined]]);
  });

  test("keeps its content when the caller set it to undefined or deleted it, and the result has it", async () => {
    for (const remove of [(message) => (message.content = undefined), (message) => delete message.content]) {
      const message = await queue.receiveMessage();
      remove(message);
      assert.equal((await queue.updateMessage(message)).content, "old");
    }
    assert.deepEqual([held, bodies], ["old", [undefined, undefined]]);
  });

  test("does not notice a change inside bytes or an object, which the option content sends", async () => {
    held = "AQI=";
    const bytes = client({ messageEncoding: "base64-bytes" });
    const message = await bytes.receiveMessage();
    message.content[0] = 9;
    await bytes.updateMessage(message);
    assert.deepEqual([held, bodies], ["AQI=", [undefined]]);
    const { content } = message;
    await bytes.updateMessage(message, { content });
    assert.equal(held, "CQI=");
  });
});

describe("the option content", () => {
  test("wins over the content of the message", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    const result = await queue.updateMessage(message, { content: "newest" });
    assert.deepEqual([held, result.content, message.content], ["newest", "newest", "new"]);
  });

  test("stays in the queue when the same object updates again without content", async () => {
    const message = await queue.receiveMessage();
    let { popReceipt } = await queue.updateMessage(message, { content: "new" });
    for (const update of [
      () => queue.updateMessage(message, { popReceipt }),
      () => queue.updateVisibilityTimeout(message, 5, { popReceipt }),
    ]) {
      const result = await update();
      assert.equal(result.content, "new");
      popReceipt = result.popReceipt;
    }
    assert.deepEqual([held, bodies], ["new", ["new", undefined, undefined]]);
  });

  test("is left out when it is undefined", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    assert.equal((await queue.updateMessage(message, { content: undefined })).content, "new");
  });

  test("sends null where the encoding can", async () => {
    const json = client({ messageEncoding: jsonEncoding() });
    held = "1";
    const message = await json.receiveMessage();
    message.content = null;
    assert.equal((await json.updateMessage(message)).content, null);
    assert.equal(held, "null");
  });
});

describe("a pop receipt of another version than the message object", () => {
  test("leaves the content alone, and the result says that it is not known", async () => {
    const message = await queue.receiveMessage();
    const first = await queue.updateMessage({ ...message, content: "first" });
    const second = await queue.updateMessage(message.id, { popReceipt: first.popReceipt, content: "second" });
    for (const popReceipt of [first.popReceipt, second.popReceipt]) {
      assertUnknown(await queue.updateMessage(message, { popReceipt }));
      assertUnknown(await queue.updateVisibilityTimeout(message, 5, { popReceipt }));
      assertUnknown(await queue.updateMessage(Object.assign(await queue.receiveMessage(), { popReceipt })));
      assertUnknown(await queue.updateMessage(Object.assign(await queue.receiveMessage(), { id: "id-2" })));
    }
    assert.deepEqual([held, bodies.filter((body) => body !== undefined)], ["second", ["first", "second"]]);
  });

  test("sends the content that the caller replaced", async () => {
    const message = await queue.receiveMessage();
    message.content = "new";
    const result = await queue.updateMessage(message, { popReceipt: "other" });
    assert.deepEqual([held, result.content], ["new", "new"]);
    // The object is of this version now.
    assert.equal((await queue.updateVisibilityTimeout(message, 5, { popReceipt: result.popReceipt })).content, "new");
  });
});

describe("an object that no client returned", () => {
  for (const [what, copy] of [
    ["a spread copy", (message) => ({ ...message })],
    ["a message from JSON", (message) => JSON.parse(JSON.stringify(message))],
    ["a structured clone", (message) => structuredClone(message)],
    ["a plain object", ({ id, popReceipt, content }) => ({ id, popReceipt, content })],
    ["a proxy", (message) => new Proxy(message, {})],
    ["a frozen copy", (message) => Object.freeze({ ...message })],
  ]) {
    test(`sends its content: ${what}`, async () => {
      const message = copy(await queue.receiveMessage());
      const result = await queue.updateMessage(message);
      assert.deepEqual([result.content, bodies], ["old", ["old"]]);
      const changed = await queue.updateMessage({ ...message, content: "new" });
      assert.deepEqual([held, changed.content, bodies], ["new", "new", ["old", "new"]]);
      // The result is an object of the client.
      await queue.updateMessage(changed);
      assert.equal(bodies.at(-1), undefined);
    });
  }

  test("without content sends none, and the result says nothing about content", async () => {
    for (const content of [{}, { content: undefined }]) {
      const result = await queue.updateMessage({ id: "id-1", popReceipt: "r", ...content });
      assert.equal(result.content, undefined);
    }
    assert.deepEqual(Object.keys(await queue.updateMessage("id-1", { popReceipt: "r" })).sort(), [
      "id",
      "nextVisibleOn",
      "popReceipt",
    ]);
    assert.deepEqual(bodies, [undefined, undefined, undefined]);
  });

  test("comes back from updateVisibilityTimeout without content, since the queue may hold another one", async () => {
    const received = await queue.receiveMessage();
    for (const copy of [
      { ...received, content: "new", rawContent: "bmV3", contentError: new Error("not now"), note: 1 },
      Object.freeze({ ...received, content: "new", note: 1 }),
      new Proxy(Object.assign(received, { content: "new", note: 1 }), {}),
    ]) {
      const result = await queue.updateVisibilityTimeout(copy, 5);
      const { popReceipt, nextVisibleOn, content, rawContent, contentError, ...others } = copy;
      const expected = {
        ...others,
        popReceipt: `receipt-${receipts}`,
        nextVisibleOn: new Date("2026-01-02T03:04:35Z"),
      };
      // A spread over the copy keeps the content of the copy.
      assert.deepEqual({ ...result }, expected);
      assertUnknown(result);
      // Without content it is no change of the content either.
      assertUnknown(await queue.updateMessage(result));
    }
    assert.deepEqual([held, bodies], ["old", Array(6).fill(undefined)]);
  });

  test("comes back from updateVisibilityTimeout although its content throws", async () => {
    const message = {
      id: "id-1",
      popReceipt: "r",
      get content() {
        throw new Error("not now");
      },
    };
    const result = await queue.updateVisibilityTimeout(message, 5);
    assert.deepEqual(Object.keys(result).sort(), ["id", "nextVisibleOn", "popReceipt"]);
    assertUnknown(result);
  });

  test("without content comes back from updateVisibilityTimeout without content", async () => {
    for (const message of ["id-1", { id: "id-1", popReceipt: "r" }]) {
      const result = await queue.updateVisibilityTimeout(message, 5, { popReceipt: "r" });
      assert.deepEqual(Object.getOwnPropertyNames(result).sort(), ["id", "nextVisibleOn", "popReceipt"]);
      assert.equal(result.content, undefined);
    }
  });

  test("with properties that throw or need the content loses no pop receipt", async () => {
    const received = await queue.receiveMessage();
    const extra = {
      get upper() {
        return this.content.toUpperCase();
      },
      get lazy() {
        throw new Error("not now");
      },
    };
    const withExtra = (message) => Object.defineProperties(message, Object.getOwnPropertyDescriptors(extra));
    for (const update of [
      () => queue.updateMessage(withExtra({ ...received, content: "new" })),
      () => queue.updateVisibilityTimeout(withExtra({ ...received }), 5),
      () => queue.updateMessage(withExtra(received)),
      () => queue.updateVisibilityTimeout(received, 5),
    ]) {
      assert.equal((await update()).popReceipt, `receipt-${receipts}`);
    }
  });

  for (const [what, options, message, copied] of [
    ["an encoding that only reads", { messageEncoding: "auto" }, /^messageEncoding must be .*; got "auto"/],
    ["an encoding of another type", { messageEncoding: "base64-bytes" }, /^content must be bytes/],
    ["a codec that refuses it", { messageEncoding: jsonEncoding() }, /^content must be a value that JSON/, Number.NaN],
    [
      "a key that only decrypts",
      { encryption: { keyEncryptionKey: { keyId: "k", unwrapKey: () => new Uint8Array(32) } } },
      /^encryption\.keyEncryptionKey\.wrapKey is missing/,
    ],
  ]) {
    test(`whose content cannot be sent is told how to keep it: ${what}`, async () => {
      const content = copied ?? "old";
      const refused = await rejection(client(options).updateMessage({ id: "id-1", popReceipt: "r", content }));
      const hint =
        "The content is that of a copy of the message. To keep the one in the queue, use updateVisibilityTimeout.";
      assert.match(refused.message, message);
      assert.ok(refused.message.endsWith(`. ${hint}`) && !refused.message.includes(".."), refused.message);
      assert.ok(refused.stack.includes(hint) && !refused.stack.includes("/dist/"), refused.stack);
      // The caller meant to send content that is an option.
      const meant = await rejection(client(options).updateMessage("id-1", { popReceipt: "r", content }));
      assert.equal(`${meant.message.replace(/\.$/, "")}. ${hint}`, refused.message);
      assert.deepEqual([meant.name, meant.argument], [refused.name, refused.argument]);
      assert.deepEqual(bodies, []);
      // The caller put the content into a message that the client returned.
      const [received] = await client({ ...options, messageEncoding: "text", encryption: undefined }).peekMessages();
      received.content = copied ?? "another";
      const assigned = await rejection(client(options).updateMessage(received, { popReceipt: "r" }));
      assert.equal(assigned.message, meant.message);
    });
  }

  test("gets no advice about content for other arguments", async () => {
    const copy = { id: "id-1", popReceipt: "r", content: "old" };
    const error = await rejection(queue.updateMessage(copy, { visibilityTimeout: -1 }));
    assert.match(error.message, /^visibilityTimeout must be [^.]*$/);
  });

  test("whose content throws is refused before a request", async () => {
    const thrown = new Error("not now");
    const message = {
      id: "id-1",
      popReceipt: "r",
      get content() {
        throw thrown;
      },
    };
    const error = await rejection(queue.updateMessage(message));
    assert.deepEqual([error.name, error.argument, error.cause, bodies], ["TypeError", "message", thrown, []]);
  });
});

describe("a message that could not be decoded", () => {
  const base64 = client({ messageEncoding: "base64" });
  beforeEach(() => {
    held = "not base64!";
  });

  test("keeps its content, and the result cannot be decoded either", async () => {
    for (const update of [
      (message) => base64.updateMessage(message),
      (message) => base64.updateVisibilityTimeout(message, 5),
    ]) {
      const message = await base64.receiveMessage();
      const result = await update(message);
      assert.equal(result.contentError, message.contentError);
      assert.equal(result.rawContent, "not base64!");
      assert.throws(() => result.content, message.contentError);
      assert.equal((await base64.updateMessage(result)).contentError, message.contentError);
    }
    assert.deepEqual(bodies, [undefined, undefined, undefined, undefined]);
  });

  test("keeps its content when a copy is updated, whose content is missing or throws", async () => {
    const message = await base64.receiveMessage();
    for (const copy of [{ ...message }, structuredClone({ ...message }), new Proxy(message, {})]) {
      const result = await base64.updateMessage(copy);
      assert.equal(result.rawContent, undefined);
      if (Object.hasOwn(copy, "content")) assertUnknown(result);
    }
    assert.deepEqual(bodies, [undefined, undefined, undefined]);
  });

  test("gets the content that a copy has, and the result has no contentError", async () => {
    const message = await base64.receiveMessage();
    const result = await base64.updateMessage({ ...message, content: "mended" });
    assert.deepEqual([result.content, result.contentError, result.rawContent], ["mended", undefined, undefined]);
    assert.equal(Buffer.from(held, "base64").toString(), "mended");
  });

  test("gets the content that the caller put into it, in strict code and in sloppy code", async () => {
    const undecodable = held;
    for (const put of [
      (message) => (message.content = "mended"),
      new Function("message", 'message.content = "mended"'),
    ]) {
      held = undecodable;
      const message = await base64.receiveMessage();
      put(message);
      const result = await base64.updateMessage(message);
      assert.deepEqual([message.content, result.content, result.contentError], ["mended", "mended", undefined]);
      assert.equal(Buffer.from(held, "base64").toString(), "mended");
    }
  });

  test("has the mended content in later results of the same object", async () => {
    const message = await base64.receiveMessage();
    const { popReceipt } = await base64.updateMessage(message, { content: "mended" });
    const result = await base64.updateVisibilityTimeout(message, 5, { popReceipt });
    assert.deepEqual([result.content, result.contentError], ["mended", undefined]);
  });

  test("that cannot be decrypted keeps its content too", async () => {
    held = "in clear";
    const message = await client({ encryption }).receiveMessage();
    assert.match(message.contentError.message, /encryption is required/);
    const result = await client({ encryption }).updateMessage(message);
    assert.equal(result.contentError, message.contentError);
    assert.deepEqual(bodies, [undefined]);
  });
});
