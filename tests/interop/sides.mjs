// Both sides of a test, ours and a peer's, can be used in the same way:
//
//   queue(name, { encoding, credential })
//     send(content, { visibilityTimeout, timeToLive })    peek()    receive(visibilityTimeout)
//     update({ id, popReceipt }, { content, visibilityTimeout })    delete({ id, popReceipt })
//     setPolicies({ id: { permission, start, expiry } })
//   service({ credential })
//     create(queueName)    names(prefix)
//   queueSas({ queueName, permission, start, expiry, ip, protocol, policyId })
//   accountSas({ resourceTypes, permission, start, expiry, ip, protocol })
//
// Without a credential it is the account's key. Messages are
// `{ id, content, insertedOn, expiresOn, dequeueCount, popReceipt, nextVisibleOn }`, none is `undefined`.

import { generateAccountSas, generateQueueSas, QueueClient, QueueServiceClient } from "../../dist/index.js";

/** This package's side. */
export function ourSide({ url, accountName, accountKey }) {
  const key = { accountName, accountKey };
  // It is the service that is to judge the other side's tokens.
  const checkAccess = false;
  return {
    queue(name, { encoding: messageEncoding = "text", credential = key } = {}) {
      const client = new QueueClient(url, name, credential, { messageEncoding, checkAccess });
      return {
        send: (content, options) => client.sendMessage(content, options),
        peek: async () => (await client.peekMessages())[0],
        receive: (visibilityTimeout) => client.receiveMessage({ visibilityTimeout }),
        update: ({ id, popReceipt }, change) => client.updateMessage(id, { popReceipt, ...change }),
        delete: ({ id, popReceipt }) => client.deleteMessage(id, { popReceipt }),
        setPolicies: (policies) => client.setQueueAccessPolicy(policies),
      };
    },
    service({ credential = key } = {}) {
      const client = new QueueServiceClient(url, credential, { checkAccess });
      return {
        create: (queueName) => client.createQueue(queueName),
        async names(nameStartsWith) {
          const names = [];
          for await (const { name } of client.listQueues({ nameStartsWith })) names.push(name);
          return names;
        },
      };
    },
    queueSas: (options) => generateQueueSas({ ...key, ...options }),
    accountSas: (options) => generateAccountSas({ ...key, ...options }),
  };
}

let queues = 0;

/** A name for a queue that the account does not have yet. */
export const freshName = () => `interop-${++queues}`;
