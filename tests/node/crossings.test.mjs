// How often a call crosses between JavaScript and wasm, which is what a call costs beside its bytes. It does not depend on
// the machine, nor on how many messages or queues come: only on how much text they are, once for each 32 KiB and twice for a
// text that is longer.

import assert from "node:assert/strict";
import { test } from "node:test";
import { headers, message, operations, text } from "../../bench/answers.mjs";
import { account, collect } from "../support/script.mjs";

let crossings = 0;
/** Functions that gave more than one value. */
const several = new Set();
const counted = (functions) =>
  Object.fromEntries(
    Object.entries(functions).map(([name, value]) => {
      if (typeof value !== "function") return [name, value];
      const counting = (...given) => {
        crossings++;
        const gave = value(...given);
        // Values for `js/` are a list as well, which begins with a text.
        if (typeof gave?.[0] === "number") several.add(name);
        return gave;
      };
      return [name, counting];
    }),
  );
const { Instance } = WebAssembly;
WebAssembly.Instance = class extends Instance {
  constructor(module, imports = {}) {
    super(module, Object.fromEntries(Object.entries(imports).map(([from, functions]) => [from, counted(functions)])));
    Object.defineProperty(this, "exports", { value: counted(this.exports) });
  }
};
const { QueueServiceClient } = await import("../../dist/index.js");

/** Crossings of a call that is not a client's first one. */
async function crossingsOf(answer, call) {
  const { status = 200, body, headers: own } = answer;
  const date = { date: new Date().toUTCString() };
  const fetch = async () => new Response(body, { status, headers: { ...headers, ...own, ...date } });
  const service = new QueueServiceClient(account.url, account.sas, { fetch });
  const queue = service.getQueueClient("orders");
  await call(queue, service);
  crossings = 0;
  await call(queue, service);
  return crossings;
}

const { id, popReceipt } = message;
const receive = (queue) => collect(queue.receiveMessages({ messagesPerPage: 32, maxMessages: 32 }).byPage());
const list = (_queue, service) => collect(service.listQueues({ includeMetadata: true }));

// Two more than there are.
for (const [name, answer, call, most] of [
  ["sendMessage", operations.send, (queue) => queue.sendMessage(text), 18],
  ["receiveMessage", operations.receive, (queue) => queue.receiveMessage(), 18],
  ["a page of 32", operations.receive32, receive, 24],
  ["a page of 32 x 48 KiB", operations.large32, receive, 23 + 2 * 32],
  ["a list of 5,000", operations.list5000, list, 22 + 8],
  ["updateMessage", operations.update, (queue) => queue.updateMessage(id, { popReceipt, content: text }), 19],
  ["deleteMessage", operations.delete, (queue) => queue.deleteMessage(id, { popReceipt }), 16],
]) {
  test(`${name}: ${most} crossings at most`, async () => {
    const count = await crossingsOf(answer, call);
    assert.ok(count > 0 && count <= most, `${count}`);
  });
}

test("no function gives several values: for each kind of them V8 compiles something before anything runs", async () => {
  await crossingsOf(operations.send, (queue) => queue.sendMessage(text));
  assert.throws(() => new QueueServiceClient("https://a.example/?sig=", ""));
  assert.deepEqual([...several], []);
});
