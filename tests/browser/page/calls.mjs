// The calls that are made in every browser, by what they show. Each is given the account to make them with.
// Paths in place of packages' names: this runs as it is.

import {
  ClientAuthenticationError,
  generateAccountSas,
  isAzureError,
  QueueClient,
  QueueServiceClient,
  ResourceExistsError,
  ResourceNotFoundError,
  SasExpiredError,
  SasPermissionError,
} from "../../../dist/index.js";
import { assert } from "../../../node_modules/chai/index.js";
import { rsaKey } from "./key.mjs";

const everything = "rwdlacup";
const text = "tea for two: é, 茶, 🫖, <&>\"'\r\n\t";

export const calls = {
  async "queues are created, listed and deleted"(account) {
    const service = serviceWithSas(account);
    const prefix = newName();
    const names = ["a", "b", "c"].map((letter) => `${prefix}-${letter}`);
    for (const name of names) await service.createQueue(name, { metadata: { named: name } });

    const listed = [];
    for await (const queue of service.listQueues({ nameStartsWith: prefix, includeMetadata: true })) listed.push(queue);
    assert.deepEqual(
      listed.map(({ name, metadata }) => [name, metadata.named]),
      names.map((name) => [name, name]),
    );

    for (const name of names) await service.deleteQueue(name);
    for await (const { name } of service.listQueues({ nameStartsWith: prefix })) assert.fail(`${name} is still there`);
  },

  async "lists come in pages"(account) {
    const service = serviceWithSas(account);
    const prefix = newName();
    for (const letter of ["a", "b", "c"]) await service.createQueue(`${prefix}-${letter}`);
    const sizes = [];
    let continuationToken;
    do {
      const pages = service.listQueues({ nameStartsWith: prefix, resultsPerPage: 2 }).byPage({ continuationToken });
      const { value: page } = await pages.next();
      sizes.push(page.items.length);
      continuationToken = page.continuationToken;
    } while (continuationToken !== undefined);
    assert.deepEqual(sizes, [2, 1]);
  },

  async "metadata, the count of messages and access policies are read back"(account) {
    const queue = await newQueue(account);
    await queue.setQueueMetadata({ colour: "green", size: "1" });
    await queue.sendMessage("one");
    const properties = await queue.getQueueProperties();
    assert.deepEqual(properties.metadata, { colour: "green", size: "1" });
    assert.equal(properties.approximateMessageCount, 1);

    // A SAS never allows these.
    const withKey = QueueServiceClient.fromConnectionString(account.connectionString).getQueueClient(queue.queueName);
    await withKey.setQueueAccessPolicy({ readers: { permission: "r", expiry: "2099-01-01T00:00:00Z" } });
    const { readers } = await withKey.getQueueAccessPolicy();
    assert.equal(new Date(readers.expiry).getUTCFullYear(), 2099);
  },

  async "a message is sent, peeked at, received and deleted"(account) {
    const queue = await newQueue(account);
    const sent = await queue.sendMessage(text);
    const [peeked] = await queue.peekMessages();
    assert.deepEqual([peeked.id, peeked.content, peeked.dequeueCount], [sent.id, text, 0]);
    const received = await queue.receiveMessage({ visibilityTimeout: 60 });
    assert.deepEqual([received.id, received.content, received.dequeueCount], [sent.id, text, 1]);
    assert.instanceOf(received.insertedOn, Date);
    await queue.deleteMessage(received);
    await rejection(queue.deleteMessage(received), ResourceNotFoundError);
    assert.deepEqual(await queue.peekMessages(), []);
  },

  async "an update gives the next pop receipt, with which the message is deleted"(account) {
    const queue = await newQueue(account);
    await queue.sendMessage("before");
    const received = await queue.receiveMessage({ visibilityTimeout: 60 });
    const updated = await queue.updateMessage(received, { content: text, visibilityTimeout: 60 });
    assert.notEqual(updated.popReceipt, received.popReceipt);
    assert.isAbove(updated.nextVisibleOn.getTime(), Date.now());

    const stale = await rejection(queue.deleteMessage(received));
    assert.equal(stale.code, "PopReceiptMismatch");
    const shown = await queue.updateVisibilityTimeout(updated, 0);
    assert.equal((await queue.receiveMessage()).content, text);
    assert.notEqual(shown.popReceipt, updated.popReceipt);
  },

  async "messages are received as they come, page after page"(account) {
    const queue = await newQueue(account);
    for (let i = 0; i < 5; i++) await queue.sendMessage(`${i}`);
    const received = [];
    for await (const message of queue.receiveMessages({ messagesPerPage: 2, visibilityTimeout: 60 })) {
      received.push(message.content);
    }
    assert.deepEqual(received, ["0", "1", "2", "3", "4"]);
    await queue.clearMessages();
    assert.equal((await queue.getQueueProperties()).approximateMessageCount, 0);
  },

  async "64 KiB of text fit, and not a byte more"(account) {
    const queue = await newQueue(account);
    // ASCII: Azurite breaks a character that arrives in two parts.
    const most = "x".repeat(64 * 1024);
    await queue.sendMessage(most);
    // Not assert.equal, which would show both.
    assert.isTrue((await queue.receiveMessage()).content === most);
    await rejection(queue.sendMessage(`${most}.`), RangeError);
  },

  async "bytes travel as Base64"(account) {
    const queue = await newQueue(account, { messageEncoding: "base64-bytes" });
    const bytes = crypto.getRandomValues(new Uint8Array(48 * 1024));
    await queue.sendMessage(bytes);
    const { content } = await queue.receiveMessage();
    assert.instanceOf(content, Uint8Array);
    assert.isTrue(content.length === bytes.length && content.every((byte, i) => byte === bytes[i]));
  },

  async "an account key signs every request"(account) {
    for (const service of [
      QueueServiceClient.fromConnectionString(account.connectionString),
      new QueueServiceClient(account.url, { accountName: account.accountName, accountKey: account.accountKey }),
    ]) {
      const queue = service.getQueueClient(newName());
      await queue.createQueue({ metadata: { signed: "yes" } });
      await queue.sendMessage(text);
      assert.equal((await queue.receiveMessage()).content, text);
      await queue.deleteQueue();
    }
    const { cors } = await QueueServiceClient.fromConnectionString(account.connectionString).getServiceProperties();
    assert.include(cors.flatMap(({ allowedOrigins }) => allowedOrigins).join(), "http://127.0.0.1:");
  },

  async "a SAS in the queue's URL, and one from a function"(account) {
    const { queueName } = await newQueue(account);
    const byUrl = QueueClient.fromQueueUrl(`${account.url}/${queueName}?${sas(account, "a")}`);
    await byUrl.sendMessage(text);
    const byFunction = new QueueClient(account.url, queueName, async () => sas(account, "p"));
    assert.equal((await byFunction.receiveMessage()).content, text);
  },

  async "what is missing, and what is there already"(account) {
    const queue = await newQueue(account);
    const exists = await rejection(queue.createQueue({ metadata: { other: "metadata" } }), ResourceExistsError);
    assert.deepEqual([exists.statusCode, exists.code], [409, "QueueAlreadyExists"]);
    await queue.deleteQueue();
    const missing = await rejection(queue.sendMessage("x"), ResourceNotFoundError);
    assert.deepEqual([missing.name, missing.statusCode, missing.code], ["ResourceNotFoundError", 404, "QueueNotFound"]);
    assert.isTrue(isAzureError(missing, "ResourceNotFoundError"));
    assert.isNotEmpty(missing.requestId);
  },

  async "a SAS with a wrong signature, without the permission, or ended"(account) {
    const { queueName } = await newQueue(account);
    const at = (token) => new QueueClient(account.url, queueName, token, { retry: { mode: "none" } });
    const forged = sas(account, everything).replace(/sig=[^&]+/, `sig=${encodeURIComponent(btoa("x".repeat(32)))}`);
    const refused = await rejection(at(forged).sendMessage("x"), ClientAuthenticationError);
    assert.equal(refused.statusCode, 403);
    assert.notInclude(`${refused} ${refused.stack}`, btoa("x".repeat(32)).slice(0, 20));
    await rejection(at(sas(account, "r")).sendMessage("x"), SasPermissionError);
    await rejection(at(sas(account, everything, "2020-01-01T00:00:00Z")).sendMessage("x"), SasExpiredError);
  },

  async "an AbortSignal ends a call that waits for its answer"() {
    const queue = new QueueClient(`${location.origin}/silent`, "orders", "sv=2020-12-06&sig=c2lnbmF0dXJl", {
      checkAccess: false,
    });
    const controller = new AbortController();
    const reason = new Error("no longer wanted");
    const onRequest = () => setTimeout(() => controller.abort(reason), 50);
    assert.equal(await rejection(queue.sendMessage("x", { signal: controller.signal, onRequest })), reason);

    const timedOut = await rejection(queue.peekMessages({ signal: AbortSignal.timeout(50) }));
    assert.equal(timedOut.name, "TimeoutError");
    const before = await rejection(queue.peekMessages({ signal: AbortSignal.abort() }));
    assert.equal(before.name, "AbortError");
  },

  async "messages are encrypted with keys of WebCrypto"(account) {
    const { queueName } = await newQueue(account);
    const service = serviceWithSas(account);
    const keyEncryptionKey = await rsaKey();
    for (const version of ["2.0", "1.0"]) {
      const encryption = { keyEncryptionKey, required: true, version };
      const encrypted = serviceWithSas(account, { encryption }).getQueueClient(queueName);
      await encrypted.sendMessage(text);
      const [asStored] = await service.getQueueClient(queueName).peekMessages();
      assert.include(asStored.content, "EncryptedMessageContents");
      assert.notInclude(asStored.content, "tea for two");
      assert.equal((await encrypted.receiveMessage()).content, text);
    }
  },

  async "hooks see each request and response, without the signature"(account) {
    const seen = [];
    const queue = await newQueue(account);
    await queue.sendMessage("x", {
      clientRequestId: "from-a-browser",
      onRequest: ({ method, url, clientRequestId }) => seen.push(["request", method, url, clientRequestId]),
      onResponse: ({ statusCode, requestId, headers }) => seen.push(["response", statusCode, requestId, headers]),
    });
    const [[, method, url, id], [, statusCode, requestId, headers]] = seen;
    assert.deepEqual([method, statusCode, id, seen.length], ["POST", 201, "from-a-browser", 2]);
    assert.match(url, /sig=REDACTED/);
    assert.isNotEmpty(requestId);
    // The rule exposes them, or the page could not see them.
    assert.equal(headers["x-ms-client-request-id"], "from-a-browser");
    assert.isNotEmpty(headers["x-ms-version"]);
  },

  async "many calls at once"(account) {
    const queue = await newQueue(account);
    const contents = Array.from({ length: 20 }, (_, i) => `${i} ${text}`);
    await Promise.all(contents.map((content) => queue.sendMessage(content)));
    const peeked = await queue.peekMessages({ maxMessages: 32 });
    assert.sameMembers(
      peeked.map(({ content }) => content),
      contents,
    );
  },
};

const newName = () => `q-${crypto.randomUUID()}`;

function sas({ accountName, accountKey }, permission, expiry = "2099-01-01T00:00:00Z") {
  return generateAccountSas({
    accountName,
    accountKey,
    services: "q",
    resourceTypes: "sco",
    permission,
    expiry,
  });
}

function serviceWithSas(account, options) {
  return new QueueServiceClient(`${account.url}?${sas(account, everything)}`, undefined, options);
}

async function newQueue(account, options) {
  const queue = serviceWithSas(account).getQueueClient(newName(), options);
  await queue.createQueue();
  return queue;
}

/** What a Promise rejects with, which has to be of this class. */
async function rejection(promise, type) {
  const nothing = Symbol("nothing");
  const error = await promise.then(
    () => nothing,
    (error) => error,
  );
  assert.notEqual(error, nothing, "the call was not refused");
  if (type) assert.instanceOf(error, type, String(error));
  return error;
}
