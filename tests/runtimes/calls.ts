// What every cell of the matrix does: real calls, one of them refused. It gets the package as an argument, since each
// cell loads it in its own way.

import type * as AzureQueue from "azure-queue-wasm";

/** Where to, with what, and the name of a queue that is made and removed. */
export interface Given {
  url: string;
  sas: string;
  queueName: string;
}

/** Makes a queue, sends, receives and deletes a message, lists, removes the queue, and sends to what is gone. */
export async function calls(azureQueue: typeof AzureQueue, { url, sas, queueName }: Given) {
  const service = new azureQueue.QueueServiceClient(url, sas);
  const queue = service.getQueueClient(queueName);

  await queue.createQueue({ metadata: { purpose: "tea" } });
  await queue.sendMessage("two cups of tea ☕", { timeToLive: 60 });
  const message = await queue.receiveMessage({ visibilityTimeout: 30 });
  if (!message) throw new Error("the message that was sent is not there");
  await queue.deleteMessage(message);

  // By the ciphers of this runtime.
  const k = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8";
  const keyEncryptionKey = await azureQueue.createKeyEncryptionKey({ kty: "oct", k, kid: "key" });
  const messageEncoding = azureQueue.jsonEncoding<{ cups: number }>("base64");
  const sealed = new azureQueue.QueueClient(url, queueName, sas, {
    messageEncoding,
    encryption: { keyEncryptionKey, required: true },
  });
  await sealed.sendMessage({ cups: 2 });
  const opened = await sealed.receiveMessage();

  const listed: string[] = [];
  const options = { nameStartsWith: queueName, includeMetadata: true };
  for await (const { name, metadata } of service.listQueues(options)) listed.push(`${name} for ${metadata?.purpose}`);
  await queue.deleteQueue();

  const error: unknown = await queue.sendMessage("nobody listens").catch((error: unknown) => error);
  if (!azureQueue.isAzureError(error, "ResourceNotFoundError")) throw error;
  return {
    content: message.content,
    cups: opened?.content.cups,
    dequeueCount: message.dequeueCount,
    listed,
    refused: { name: error.name, code: error.code, statusCode: error.statusCode },
    typed: error instanceof azureQueue.ResourceNotFoundError,
  };
}
