// Contents that look like bytes and are none, or are no longer there.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import vm from "node:vm";
import { QueueClient } from "../../../dist/index.js";
import { allowed, fetch, range, refusals, type } from "../../support/refusals.mjs";
import { account, script, sent } from "../../support/script.mjs";

const options = { messageEncoding: "base64-bytes" };
const queue = new QueueClient(account.url, "orders", account.sas, { ...options, fetch });
const send = (content) => () => queue.sendMessage(content);
const fit = "well-formed text, or bytes, of at most 65536 bytes after encoding";

function detached(view) {
  structuredClone(view.buffer ?? view, { transfer: [view.buffer ?? view] });
  return view;
}

function outgrown(View) {
  const buffer = new ArrayBuffer(8, { maxByteLength: 8 });
  const view = new View(buffer, 4, 4);
  buffer.resize(4);
  return view;
}

describe("what is refused", () => {
  const gone = type("content", allowed.bytes, "bytes that are no longer there");
  const none = type("content", allowed.bytes, "an object");
  refusals([
    ["an ArrayBuffer that was transferred", send(detached(new ArrayBuffer(8))), gone],
    ["a view of one", send(detached(new Uint8Array(8))), gone],
    ["a view whose buffer became too small for it", send(outgrown(Uint8Array)), gone],
    ["a DataView whose buffer did", send(outgrown(DataView)), gone],
    ["a DataView of one", send(detached(new DataView(new ArrayBuffer(8)))), gone],
    ["an object that calls itself an ArrayBuffer", send({ [Symbol.toStringTag]: "ArrayBuffer", length: 3 }), none],
    ["an object with the methods of one", send(Object.create(ArrayBuffer.prototype)), none],
    ["a SharedArrayBuffer itself", send(new SharedArrayBuffer(8)), none],
    ["a Blob", send(new Blob(["x"])), none],
    ["bytes in an array", send([1, 2, 3]), type("content", allowed.bytes, "an array")],
    ["a mebibyte and one", send(new Uint8Array(1_048_577)), range("content", fit, "1048577 bytes")],
    [
      "an update with a transferred buffer",
      () => queue.updateMessage("id", { popReceipt: "r", content: detached(new Uint8Array(8)) }),
      gone,
    ],
  ]);
});

describe("what is taken", () => {
  const shared = new Uint8Array(new SharedArrayBuffer(8), 2, 3);
  shared.set([1, 2, 3]);
  const resizable = new ArrayBuffer(3, { maxByteLength: 8 });
  new Uint8Array(resizable).set([1, 2, 3]);
  for (const [what, content] of [
    ["a view of shared memory", shared],
    ["a view that follows the length of its buffer", new Uint8Array(resizable)],
    ["a resizable buffer", resizable],
    ["a DataView", new DataView(Uint8Array.of(0, 1, 2, 3, 0).buffer, 1, 3)],
    ["bytes of another realm", vm.runInNewContext("Uint8Array.of(1, 2, 3)")],
    ["a buffer of another realm", vm.runInNewContext("Uint8Array.of(1, 2, 3).buffer")],
  ]) {
    test(what, async () => {
      const fetch = script(sent);
      await new QueueClient(account.url, "orders", account.sas, { ...options, fetch }).sendMessage(content);
      assert.match(fetch.requests[0].body, /<MessageText>AQID<\/MessageText>/);
    });
  }
});
