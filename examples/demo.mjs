// A walk through the whole package, against the account in AZURE_STORAGE_CONNECTION_STRING.
// `npm run demo` runs it, with an emulator where no account is given.

import { isAzureError, QueueServiceClient } from "azure-queue-wasm";

const say = (text) => console.log(`  ${text}`);
const heading = (text) => console.log(`\n${text}`);
const plural = (number, noun) => `${number} ${noun}${number === 1 ? "" : "s"}`;

const service = QueueServiceClient.fromConnectionString(process.env.AZURE_STORAGE_CONNECTION_STRING);
// Names of their own, so that nothing of anybody's is touched.
const prefix = `demo-${Date.now().toString(36)}`;
const queue = service.getQueueClient(`${prefix}-orders`);

console.log(`Account ${service.accountName}, at ${service.url}`);

try {
  heading("Queues");
  await queue.createQueue({ metadata: { purpose: "demo" } });
  say(`created "${queue.queueName}"`);
  const { created } = await queue.createQueueIfNotExists();
  say(`asked again to create it if it does not exist: ${created ? "created" : "it was there already"}`);
  await service.createQueue(`${prefix}-returns`);
  for await (const { name, metadata } of service.listQueues({ nameStartsWith: prefix, includeMetadata: true })) {
    say(`listed "${name}", metadata ${JSON.stringify(metadata)}`);
  }

  heading("Sending");
  for (let number = 1; number <= 5; number++) await queue.sendMessage(`order ${number}: 2 × tea <é>`);
  const later = await queue.sendMessage("a reminder", { visibilityTimeout: 60, timeToLive: 3600 });
  say(`sent 5 messages, and one that nobody sees before ${later.nextVisibleOn.toISOString()}`);
  const { approximateMessageCount } = await queue.getQueueProperties();
  say(`the queue has about ${plural(approximateMessageCount, "message")}, hidden ones included`);

  heading("Peeking");
  const peeked = await queue.peekMessages({ maxMessages: 32 });
  say(`${plural(peeked.length, "message")} to be seen; the first one says "${peeked[0].content}"`);

  heading("Receiving in pages of 2");
  let handled = 0;
  for await (const page of queue.receiveMessages({ messagesPerPage: 2, visibilityTimeout: 30 }).byPage()) {
    say(`a page with ${page.items.map(({ content }) => `"${content}"`).join(" and ")}`);
    for (const message of page.items) {
      handled++;
      if (handled === 1) {
        const updated = await queue.updateMessage(message, {
          content: "order 1: needs a person",
          visibilityTimeout: 0,
        });
        say(
          `  put the first one back with another text; its pop receipt changed: ${updated.popReceipt !== message.popReceipt}`,
        );
      } else {
        await queue.deleteMessage(message);
      }
    }
  }
  say(`received ${plural(handled, "message")}: the one that was put back came twice`);

  heading("Access policies and signatures");
  const expiry = new Date(Date.now() + 3_600_000);
  await queue.setQueueAccessPolicy({ readers: { expiry, permission: { read: true } } });
  const { readers } = await queue.getQueueAccessPolicy();
  say(`stored the policy "readers": permission "${readers.permission}" until ${readers.expiry.toISOString()}`);

  heading("Service properties");
  const { hourMetrics, cors } = await service.getServiceProperties();
  say(`hour metrics are ${hourMetrics.enabled ? "on" : "off"}; there are ${plural(cors.length, "CORS rule")}`);

  heading("Errors");
  try {
    await service.getQueueClient(`${prefix}-missing`).peekMessages();
  } catch (error) {
    if (!isAzureError(error, "ResourceNotFoundError")) throw error;
    say(`${error.name}: code ${error.code}, status ${error.statusCode}, ${plural(error.attempts.length, "attempt")}`);
  }
  try {
    await queue.sendMessage("x".repeat(70_000));
  } catch (error) {
    say(`${error.name}, before anything was sent: ${error.message}`);
  }
} finally {
  heading("Tidying up");
  for await (const { name } of service.listQueues({ nameStartsWith: prefix })) {
    await service.deleteQueue(name);
    say(`deleted "${name}"`);
  }
}
console.log("\nDone.");
