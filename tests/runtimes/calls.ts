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

  await queue.sendMessage(messageOfProtocol1);
  const encryption = { keyEncryptionKey: await azureQueue.createKeyEncryptionKey(rsaKey), required: true };
  const openedOld = await new azureQueue.QueueClient(url, queueName, sas, { encryption }).receiveMessage();

  const listed: string[] = [];
  const options = { nameStartsWith: queueName, includeMetadata: true };
  for await (const { name, metadata } of service.listQueues(options)) listed.push(`${name} for ${metadata?.purpose}`);
  await queue.deleteQueue();

  const error: unknown = await queue.sendMessage("nobody listens").catch((error: unknown) => error);
  if (!azureQueue.isAzureError(error, "ResourceNotFoundError")) throw error;
  return {
    content: message.content,
    cups: opened?.content.cups,
    openedOld: openedOld?.content ?? openedOld?.contentError?.message,
    dequeueCount: message.dequeueCount,
    listed,
    refused: { name: error.name, code: error.code, statusCode: error.statusCode },
    typed: error instanceof azureQueue.ResourceNotFoundError,
  };
}

/** A key of this test alone, in the form of a JSON Web Key. */
const rsaKey = {
  kty: "RSA",
  alg: "RSA-OAEP",
  kid: "key",
  n: "lqcJ2NIepwGzNJqil_o_swus1oLqogJYEoEiL9R9lO6EFP5xCTnOvDhNVw7NcOsUZYZANAC0E02LWXmMIaOj-1xxnlqJMuIiyEwUl4-5ikX2Gfq4226Ye6vJauVd_ksihrcvhsIDMISWHLm8ekEjNvyKZvSSLO9gA61YsRvBxIhOPCFm1sq0wgVzouDafV3TclJIkpcWaYZUUg5AqfwMavix91mza3Ga7wVea1h-6P1KRpxyJ6_BA-Ox4JQcnq5gA4c4OnTfb4o8RvJ7bu3nf7xfg1lO4ioRr7KnWiQSaAoc-bYlrg7zVhqjN_tHLfIa__T-5Dc6vfFsRle-5309PQ",
  e: "AQAB",
  d: "N4AyUH6YbE5kBu0xGWxIK14RvrVcW3Mhny-TuKs_2K5GWrWiTxPM5eqYE4qQhRkV2pEq9f2MWdAnlj8BMSNoNiJIeV5BTU2iIshkjbGVWSuNDuUfVTfZVTZkbc0yY4yqm5bBG5Q-OJGf-9Uxapi0sH05P9S6RXOqm7AxDI59RDmiYgPZobfoHNcnPAT3ESbjtp-mqDNLIZ6lJ3QvxCLuWsmPV9c2NdbGEUWr3SU-cF-ZwCucv5SLRQUYs9khMSmuye04C6duwh1UVTYKd5xmnsyS5nNGCgimXyVulnYvXA4poqvmBEQooJSGtc9iWc0YUVOkoRvHTVRFfEf-uqY2wQ",
  p: "xzUfYREFtGB6g4Djgbzz4LSNmtJEQU87YCkgOMERGzUm-pTQCKA4jo0DP9GEXrB5l6omd1knhCxksg2qvdgmUHOAWKh5hIymTTylbA95l1DZxKjAStS35hurb6ucg43jjSAyfjQp_JrF_akqMwMlhbshdCBzDAs7cZ0UFe3pZd8",
  q: "wZoyaynYk5X408SNr2CVfxEzJh5fhVDQ54qMaAMvSMXvznE6Ss3Mr6tXe7VMyv9dFIA-Bz36S9bQSQRt-2v-TnbKoIlV1koUC68W8gxsW8Uo_bohHIKv6wdvEQuduGRwzsfP526W9VMG3sohEQQgBx6yvJdQZIzBp7JzuTuwKGM",
  dp: "uP3AEif4oDUoEI7Ut1p9L6L8DVZOREgL35TRc2L3O8j0Vad0OU5wtxCEf_NVdYl0oT9FUXfdloSTTjYa5QmhKvzXp31su4bRuNAk3mDQjZBrapE7YUKBNJNldOJtCk3tjtTjjwdqJkakrpc1tQGrCrFos6qerASSQ0OXr3WsVQk",
  dq: "XqSo3SZ5z7xTBgNiWEfZDWM1I_9ZJu0ZEvfyJ67W4LaSwtMrcgIlfANBIyLARcSMlkcTC6tKvuRmsitOMMjcazM7XzuEENvp7MRNbUqRdlNt9IuXQD7LDRR3QVfyZIAFfbDEfBjeB1PtWeBqRc1EcvaY3gUCsgT1bquYUwdQ2I0",
  qi: "l1qorFeXzsqVbE5Ol_B2aOwHq53qCnwcmi4FWLgMP2h0xGaf-fzRncNQHT1TSihuq7DgqYkD6_l-54fLWzGzdykrqRIz9At_IgFv-NYLXy3T4hFgRgZO5BWeoX_P8aBRVe652jsfAA6f9MrIkk2oOh_98BpnD4qfpL3L7CPw0fU",
};

/**
 * A message of client-side encryption 1.0 whose content key begins with two zero bytes. Some platforms drop these bytes
 * when they unwrap the key. It is not made here, because Jest's jsdom has no ciphers.
 */
const messageOfProtocol1 = JSON.stringify({
  EncryptedMessageContents: "YynaR+/WhRK84cYuiw25+Q==",
  EncryptionData: {
    WrappedContentKey: {
      KeyId: "key",
      EncryptedKey:
        "UJmZvvVWlyNi3kfTjZUm4bXcvv8k/wfkse/wpHHz6g6/xI6FlE2ieARn7ucvh7HVLgL8lNTdgx3oKFlwC35+fam+mFSyG/PJzLgNU4mjAo8QOlFWSLqnKK3dKzKkfAbBCZgbeyiY4reNHgToWVlGEYwYHV7nd+sXuqw3OHSPNdAwJv/wnVmeYbL4ojqLGOaWX4V/dN9TnBVBTc7qWj0FHh0oXMWUvWpKhB0pMcp4Uticd92BhEYsOMzJIesEcFDxGolbaIzNfyMhtZqveU1fIGqO3n/K8mUTfzXXbOyP+aA6QmDFmxrTekQQ2TnKhFRWficn0/3n6aJa+ByCEELJBA==",
      Algorithm: "RSA-OAEP",
    },
    EncryptionAgent: { Protocol: "1.0", EncryptionAlgorithm: "AES_CBC_256" },
    ContentEncryptionIV: "I/qo9Q8WleU4Dqlq6xbiyg==",
  },
});
