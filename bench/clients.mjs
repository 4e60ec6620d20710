// Clients that are measured, each as a function of where to and with what, which gives a function for every operation.
// It returns a sum over what came, so that all of it was looked at.

import { message, operations, text } from "./answers.mjs";

const sas =
  "sv=2020-12-06&ss=q&srt=sco&sp=rwdlacup&se=2030-01-01T00%3A00%3A00Z&spr=https%2Chttp&sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D";
const accountKey = Buffer.from("a key for measuring alone").toString("base64");

const sumOf = (items, size) => {
  let sum = 0;
  for (const item of items) sum += size(item);
  return sum;
};

/** This package, with a SAS or with an account key. */
async function ours({ url, answer }, credential) {
  const { QueueServiceClient } = await import("azure-queue-wasm");
  const options = answer ? { fetch: async () => answer() } : {};
  const service = new QueueServiceClient(url, credential, options);
  const queue = Object.fromEntries(Object.keys(operations).map((name) => [name, service.getQueueClient(name)]));
  const content = (messages) => sumOf(messages, ({ content }) => content.length + 1);
  const page = async (name, messagesPerPage) => {
    for await (const { items } of queue[name].receiveMessages({ messagesPerPage }).byPage()) return content(items);
  };
  const { id, popReceipt } = message;
  return {
    send: async () => (await queue.send.sendMessage(text)).id.length,
    receive: () => page("receive", 1),
    receive32: () => page("receive32", 32),
    large32: () => page("large32", 32),
    entities32: () => page("entities32", 32),
    peek32: async () => content(await queue.peek32.peekMessages({ maxMessages: 32 })),
    async list5000() {
      for await (const { items } of service.listQueues({ includeMetadata: true }).byPage()) {
        return sumOf(items, ({ name, metadata }) => name.length + Object.keys(metadata).length);
      }
    },
    update: async () => {
      const options = { popReceipt, content: text, visibilityTimeout: 30 };
      return (await queue.update.updateMessage(id, options)).popReceipt.length;
    },
    delete: () => queue.delete.deleteMessage(id, { popReceipt }).then(() => 1),
  };
}

/** Microsoft's own, which uses `node:http` in Node. An instant answer is given below its pipeline. */
async function official({ url, answered }, makeCredential, query = "") {
  const sdk = await import("@azure/storage-queue");
  const pipeline = sdk.newPipeline(makeCredential(sdk));
  if (answered) {
    const { createHttpHeaders } = await import("@azure/core-rest-pipeline");
    const { status, headers, body } = answered;
    const sendRequest = async (request) => ({ request, status, headers: createHttpHeaders(headers), bodyAsText: body });
    // Its public option for this copies every request and answer once more.
    pipeline._coreHttpClient = { sendRequest };
  }
  const service = new sdk.QueueServiceClient(url + query, pipeline);
  const queue = Object.fromEntries(Object.keys(operations).map((name) => [name, service.getQueueClient(name)]));
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
    delete: () => queue.delete.deleteMessage(id, popReceipt).then(() => 1),
  };
}

/** The platform's `fetch`, and the body read as text: what no client can do without. */
async function bare({ url, answer }) {
  const ask = answer ? async () => answer() : fetch;
  const request = `<?xml version="1.0" encoding="utf-8"?><QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;
  const call = ({ method, path }) => {
    const body = method === "POST" || method === "PUT" ? request : undefined;
    const headers = { "x-ms-version": "2020-12-06", ...(body && { "content-type": "application/xml" }) };
    const target = `${url}${path}${path.includes("?") ? "&" : "?"}${sas}`;
    return async () => void (await (await ask(target, { method, headers, body })).text());
  };
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, call(operation)]));
}

/** The same over `node:http` with kept connections. */
async function http({ url }) {
  const { Agent, request } = await import("node:http");
  const agent = new Agent({ keepAlive: true });
  const content = `<?xml version="1.0" encoding="utf-8"?><QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;
  const call = ({ method, path }) => {
    const body = method === "POST" || method === "PUT" ? content : undefined;
    const headers = { "x-ms-version": "2020-12-06", ...(body && { "content-length": body.length }) };
    const target = new URL(`${url}${path}${path.includes("?") ? "&" : "?"}${sas}`);
    const { hostname, port, pathname, search } = target;
    const options = { agent, hostname, port, path: pathname + search, method, headers };
    return () =>
      new Promise((resolve, reject) => {
        const sending = request(options, (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
          response.on("end", () => resolve(void Buffer.concat(chunks).toString()));
        });
        sending.on("error", reject).end(body);
      });
  };
  return Object.fromEntries(Object.entries(operations).map(([name, operation]) => [name, call(operation)]));
}

export const clients = {
  bare,
  http,
  ours: (given) => ours(given, sas),
  "ours, key": (given) => ours(given, { accountName: "account", accountKey }),
  official: (given) => official(given, ({ AnonymousCredential }) => new AnonymousCredential(), `?${sas}`),
  "official, key": (given) =>
    official(given, ({ StorageSharedKeyCredential }) => new StorageSharedKeyCredential("account", accountKey)),
};
