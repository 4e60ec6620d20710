// What holds for the messages of any two sides; sides.mjs says what a side is.

import assert from "node:assert/strict";
import { beforeEach, test } from "node:test";

/** What `from` sends and what it writes over that, `to` peeks and receives. */
export function contentTests(contents, { encoding, from, to, newQueue }) {
  for (const [name, content] of Object.entries(contents)) {
    test(name, async () => {
      const queueName = await newQueue();
      const [sender, receiver] = [from.queue(queueName, { encoding }), to.queue(queueName, { encoding })];

      await sender.send(content);
      assert.deepEqual((await receiver.peek()).content, content);
      const received = await receiver.receive(60);
      assert.deepEqual(received.content, content);

      const before = await receiver.send(received.content);
      await sender.delete(received);
      await sender.update(before, { content, visibilityTimeout: 0 });
      const updated = await receiver.receive(60);
      assert.equal(updated.id, before.id);
      assert.deepEqual(updated.content, content);
      await sender.delete(updated);
    });
  }
}

/** Ids, times, counts and pop receipts, with `from` sending and both taking turns from then on. */
export function lifeTests({ from, to, newQueue }) {
  let one;
  let other;
  beforeEach(async () => {
    const queueName = await newQueue();
    [one, other] = [from.queue(queueName), to.queue(queueName)];
  });

  test("both see the same message", async () => {
    const sent = await one.send("content", { timeToLive: 3600 });
    assert.equal(sent.expiresOn - sent.insertedOn, 3_600_000);
    const { id, insertedOn, expiresOn } = sent;

    const peeked = await other.peek();
    assert.deepEqual(peeked, { ...peeked, id, insertedOn, expiresOn, content: "content", dequeueCount: 0 });
    const received = await other.receive(60);
    assert.deepEqual(received, { ...received, id, insertedOn, expiresOn, content: "content", dequeueCount: 1 });
    assert.ok(received.nextVisibleOn > insertedOn);
  });

  test("one that never expires", async () => {
    const sent = await one.send("content", { timeToLive: -1 });
    const never = new Date("9999-12-31T23:59:59Z");
    assert.deepEqual(sent.expiresOn, never);
    assert.deepEqual((await other.peek()).expiresOn, never);
    assert.deepEqual((await other.receive(60)).expiresOn, never);
  });

  test("one that is sent hidden is shown by the other", async () => {
    const sent = await one.send("content", { visibilityTimeout: 600 });
    assert.equal(await other.peek(), undefined);
    assert.equal(await other.receive(60), undefined);
    await other.update(sent, { visibilityTimeout: 0 });
    assert.equal((await one.receive(60)).content, "content");
  });

  test("each pop receipt is good for the other side, and only the latest", async () => {
    const sent = await one.send("first");
    const received = await other.receive(60);
    assert.equal(await one.peek(), undefined);

    const hidden = await one.update(received, { content: "second", visibilityTimeout: 600 });
    await assert.rejects(other.delete(received), { code: "PopReceiptMismatch" });
    await assert.rejects(one.delete(sent), { code: "PopReceiptMismatch" });
    const shown = await other.update({ id: sent.id, popReceipt: hidden.popReceipt }, { visibilityTimeout: 0 });
    assert.ok(shown.nextVisibleOn < hidden.nextVisibleOn);

    const again = await one.receive(60);
    const { id, insertedOn, expiresOn } = sent;
    // An update without content leaves the content, and no update is a receive.
    assert.deepEqual(again, { ...again, id, insertedOn, expiresOn, content: "second", dequeueCount: 2 });
    await other.delete(again);
    await assert.rejects(one.delete(again), { code: "MessageNotFound" });
    await assert.rejects(other.delete(again), { code: "MessageNotFound" });
  });

  test("content that is blanked", async () => {
    const sent = await one.send("content");
    await other.update(sent, { content: "", visibilityTimeout: 0 });
    assert.equal((await one.receive(60)).content, "");
  });
}
