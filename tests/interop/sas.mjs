// What holds for the shared access signatures that one side makes and another uses.

import assert from "node:assert/strict";
import { test } from "node:test";
import { freshName } from "./sides.mjs";

const start = new Date("2020-01-02T03:04:05Z");
const expiry = new Date("2099-12-31T23:59:59Z");

/** What a queue SAS must allow with each letter, and with no other. */
const operations = {
  r: (queue) => queue.peek(),
  a: (queue) => queue.send("content"),
  u: (queue, message) => queue.update(message, { content: "content", visibilityTimeout: 0 }),
  p: (queue) => queue.receive(60),
};

export function sasTests({ maker, user }) {
  const newQueue = async () => {
    const name = freshName();
    await maker.service().create(name);
    return name;
  };

  for (const letter of Object.keys(operations)) {
    test(`queue SAS with the permission ${letter}`, async () => {
      const queueName = await newQueue();
      const queue = user.queue(queueName, {
        credential: await maker.queueSas({ queueName, permission: letter, expiry }),
      });
      const message = await maker.queue(queueName).send("content", { visibilityTimeout: 600 });
      for (const [permission, operation] of Object.entries(operations)) {
        if (permission === letter) await operation(queue, message);
        else await assert.rejects(operation(queue, message), { code: "AuthorizationPermissionMismatch" }, permission);
      }
    });
  }

  test("queue SAS with all that can be in one", async () => {
    const queueName = await newQueue();
    const options = { queueName, permission: "raup", start, expiry, ip: "127.0.0.1", protocol: "https,http" };
    const queue = user.queue(queueName, { credential: await maker.queueSas(options) });
    await queue.send("content");
    assert.equal((await queue.peek()).content, "content");
    const received = await queue.receive(60);
    const updated = await queue.update(received, { content: "other", visibilityTimeout: 60 });
    await queue.delete({ id: received.id, popReceipt: updated.popReceipt });
    assert.equal(await maker.queue(queueName).receive(60), undefined);

    const other = user.queue(await newQueue(), { credential: await maker.queueSas(options) });
    await assert.rejects(other.send("content"), { code: "AuthenticationFailed" });
  });

  test("queue SAS with a stored access policy", async () => {
    const queueName = await newQueue();
    await maker.queue(queueName).setPolicies({ senders: { permission: "a", start, expiry } });
    const queue = user.queue(queueName, { credential: await maker.queueSas({ queueName, policyId: "senders" }) });
    await queue.send("content");
    await assert.rejects(queue.peek(), { code: "AuthorizationPermissionMismatch" });

    await maker.queue(queueName).setPolicies({});
    await assert.rejects(queue.send("content"), { code: "AuthenticationFailed" });
  });

  test("account SAS", async () => {
    const options = {
      resourceTypes: "sco",
      permission: "rwdlacup",
      start,
      expiry,
      ip: "127.0.0.1",
      protocol: "https,http",
    };
    const credential = await maker.accountSas(options);
    const name = freshName();
    const service = user.service({ credential });
    await service.create(name);
    assert.deepEqual(await service.names(name), [name]);
    const queue = user.queue(name, { credential });
    await queue.send("content");
    assert.equal((await queue.peek()).content, "content");
    await queue.delete(await queue.receive(60));
  });

  test("account SAS for reading alone", async () => {
    const queueName = await newQueue();
    const credential = await maker.accountSas({ resourceTypes: "sco", permission: "r", expiry });
    assert.equal(await user.queue(queueName, { credential }).peek(), undefined);
    const refusal = { code: "AuthorizationPermissionMismatch" };
    await assert.rejects(user.service({ credential }).create(freshName()), refusal);
    await assert.rejects(user.queue(queueName, { credential }).send("content"), refusal);
  });
}

/** Both sides make the same token of the same values, but for the order of its parts. */
export function sameTokenTests({ ours, theirs }) {
  const common = { start, expiry, ip: "10.0.0.1-10.0.0.9", protocol: "https" };
  const queue = { queueName: "a-queue", permission: "raup", ...common };
  const account = { resourceTypes: "sco", permission: "rwdlacup", services: "bqf", ...common };
  const cases = [
    ["queueSas", queue],
    ["queueSas", { queueName: "a-queue", policyId: "ä policy/with + & =" }],
    ["accountSas", account],
  ];
  for (const [make, options] of cases) {
    test(`${make} of ${Object.keys(options).join(", ")}`, async () => {
      const token = new URLSearchParams(await theirs[make](options));
      const same = new URLSearchParams(await ours[make]({ ...options, version: token.get("sv") }));
      assert.deepEqual(Object.fromEntries(same), Object.fromEntries(token));
    });
  }
}
