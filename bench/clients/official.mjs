// Microsoft's own, which uses `node:http` in Node. An instant answer is given below its pipeline.

import { createHttpHeaders } from "@azure/core-rest-pipeline";
// In pages it has no account keys, so that names of theirs cannot be imported there.
import * as sdk from "@azure/storage-queue";
import { message, text } from "../answers.mjs";
import { account, expiry, queuesOf, sas, sumOf } from "./given.mjs";

const utf8 = new TextDecoder();
const decoded = (text) =>
  "Buffer" in globalThis
    ? Buffer.from(text, "base64").toString()
    : utf8.decode(Uint8Array.from(atob(text), (character) => character.charCodeAt(0)));

export async function official({ url, answered, key }) {
  const credential = key
    ? new sdk.StorageSharedKeyCredential(key.accountName, key.accountKey)
    : new sdk.AnonymousCredential();
  const pipeline = sdk.newPipeline(credential);
  if (answered) {
    const { status, headers, body } = answered;
    const sendRequest = async (request) => ({ request, status, headers: createHttpHeaders(headers), bodyAsText: body });
    // Its public option for this copies every request and answer once more.
    pipeline._coreHttpClient = { sendRequest };
  }
  const service = new sdk.QueueServiceClient(key ? url : `${url}?${sas}`, pipeline);
  const queue = queuesOf((name) => service.getQueueClient(name));
  const content = (messages) => sumOf(messages, ({ messageText }) => messageText.length + 1);
  const page = async (name, numberOfMessages) =>
    content((await queue[name].receiveMessages({ numberOfMessages })).receivedMessageItems);
  const { id, popReceipt } = message;
  return {
    send: async () => (await queue.send.sendMessage(text)).messageId.length,
    receive: () => page("receive", 1),
    receive32: () => page("receive32", 32),
    large32: () => page("large32", 32),
    entities32: () => page("entities32", 32),
    peek32: async () => content((await queue.peek32.peekMessages({ numberOfMessages: 32 })).peekedMessageItems),
    async list5000() {
      for await (const { queueItems } of service.listQueues({ includeMetadata: true }).byPage()) {
        return sumOf(queueItems, ({ name, metadata }) => name.length + Object.keys(metadata).length);
      }
    },
    update: async () => (await queue.update.updateMessage(id, popReceipt, text, 30)).popReceipt.length,
    // It knows no encodings: whoever reads what Azure Functions write decodes it.
    async base64x32() {
      const { receivedMessageItems } = await queue.base64x32.receiveMessages({ numberOfMessages: 32 });
      return sumOf(receivedMessageItems, ({ messageText }) => decoded(messageText).length + 1);
    },
    sas: async () => {
      const signing = new sdk.StorageSharedKeyCredential(account.accountName, account.accountKey);
      const permissions = sdk.QueueSASPermissions.parse("rp");
      const values = { queueName: "orders", permissions, expiresOn: expiry };
      return Number(sdk.generateQueueSASQueryParameters(values, signing).toString().includes("sig="));
    },
    async cycle() {
      await queue.cycle.sendMessage(text);
      const [{ messageId, popReceipt }] = (await queue.cycle.receiveMessages()).receivedMessageItems;
      const updated = await queue.cycle.updateMessage(messageId, popReceipt, text, 30);
      await queue.cycle.deleteMessage(messageId, updated.popReceipt);
      return 1;
    },
    delete: () => queue.delete.deleteMessage(id, popReceipt).then(() => 1),
  };
}
