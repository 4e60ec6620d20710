// What the compiler tells a user: these lines are checked and never run.

import { ClientSecretCredential } from "@azure/identity";
import {
  type AmbiguousOutcomeError,
  type AzureError,
  browserCorsRule,
  type ClientErrorCode,
  type CorsRule,
  createKeyEncryptionKey,
  type DecodeError,
  type ErrorCode,
  generateAccountSas,
  generateQueueSas,
  type HttpResponseError,
  isAzureError,
  jsonEncoding,
  type KeyEncryptionKey,
  type MessageCodec,
  type Page,
  type PeekedMessage,
  parseSas,
  QueueClient,
  type QueueItem,
  type QueueItemWithMetadata,
  type QueueProperties,
  QueueServiceClient,
  type QueueServiceStats,
  type ReceivedMessage,
  ResourceNotFoundError,
  type SasExpiredError,
  type SasProperties,
  type SentMessage,
  type StorageErrorCode,
  type StoredAccessPolicy,
  type StoredServiceProperties,
  type UpdatedMessage,
  type UserDelegationKey,
} from "azure-queue-wasm";
import { expectTypeOf } from "expect-type";

declare const service: QueueServiceClient;
declare const queue: QueueClient;
declare const message: ReceivedMessage;

// Clients.
expectTypeOf(new QueueClient("https://a", "q")).toEqualTypeOf<QueueClient<string>>();
expectTypeOf(new QueueClient<Uint8Array>("https://a", "q", "sas", { messageEncoding: "base64-bytes" })).toEqualTypeOf<
  QueueClient<Uint8Array>
>();
expectTypeOf(QueueClient.fromQueueUrl("https://a/q")).toEqualTypeOf<QueueClient<string>>();
expectTypeOf(QueueClient.fromConnectionString("c", "q")).toEqualTypeOf<QueueClient<string>>();

// The content follows from the encoding alone, however a client is made.
const bytesOption = { messageEncoding: "base64-bytes" } as const;
expectTypeOf(new QueueClient("https://a", "q", "sas", bytesOption)).toEqualTypeOf<QueueClient<Uint8Array>>();
expectTypeOf(new QueueClient("https://a", "q", "sas", { messageEncoding: "base64-bytes" })).toEqualTypeOf<
  QueueClient<Uint8Array>
>();
expectTypeOf(QueueClient.fromQueueUrl("https://a/q", "sas", { messageEncoding: "base64-bytes" })).toEqualTypeOf<
  QueueClient<Uint8Array>
>();
expectTypeOf(QueueClient.fromConnectionString("c", "q", { messageEncoding: "base64-bytes" })).toEqualTypeOf<
  QueueClient<Uint8Array>
>();
expectTypeOf(QueueClient.fromConnectionString("c", "q", { ...bytesOption, credential: "sas" })).toEqualTypeOf<
  QueueClient<Uint8Array>
>();
expectTypeOf(
  QueueServiceClient.fromConnectionString("c", { messageEncoding: "base64-bytes" }).getQueueClient("q"),
).toEqualTypeOf<QueueClient<Uint8Array>>();
expectTypeOf(new QueueClient("https://a", "q", "sas", { messageEncoding: "base64" })).toEqualTypeOf<
  QueueClient<string>
>();
expectTypeOf(new QueueClient("https://a", "q", "sas", { deadline: 5 })).toEqualTypeOf<QueueClient<string>>();
// @ts-expect-error a misspelt option beside an encoding
new QueueClient("https://a", "q", "sas", { messageEncoding: "base64", tryTimeOut: 5 });
// @ts-expect-error an encoding that does not exist
QueueClient.fromQueueUrl("https://a/q", "sas", { messageEncoding: "rot13" });

// The content can be named, too, and classes of a program can extend a client of any content.
const json = { messageEncoding: jsonEncoding() } as { messageEncoding: MessageCodec<{ id: number }> };
expectTypeOf(QueueClient.fromQueueUrl<{ id: number }>("https://a/q", "sas", json)).toEqualTypeOf<
  QueueClient<{ id: number }>
>();
class TextQueue extends QueueClient {}
class NamedQueue<Content> extends QueueClient<Content> {
  async sendTwice(content: Content) {
    await this.sendMessage(content);
    return await this.sendMessage(content, { timeToLive: 60 });
  }
}
expectTypeOf(new TextQueue("https://a", "q").receiveMessage()).resolves.toEqualTypeOf<ReceivedMessage | undefined>();
expectTypeOf(new NamedQueue<number>("https://a", "q").sendTwice(5)).resolves.toEqualTypeOf<SentMessage<number>>();
export const clientOf = (value: string | QueueClient): QueueClient =>
  value instanceof QueueClient ? value : QueueClient.fromQueueUrl(value);
expectTypeOf(QueueServiceClient.fromConnectionString("UseDevelopmentStorage=true")).toEqualTypeOf<QueueServiceClient>();
new QueueServiceClient("https://a", { accountName: "a", accountKey: "k" });
new QueueServiceClient("https://a", { getToken: async () => ({ token: "t", expiresOnTimestamp: 0 }) });
new QueueServiceClient("https://a", () => "sas");
new QueueServiceClient("https://a", async () => "sas", { checkAccess: false });
new QueueServiceClient("https://a", new ClientSecretCredential("tenant", "client", "secret"));
new QueueServiceClient("https://a", "sas", { maxConnections: 8 });
// @ts-expect-error a number of connections is no text
new QueueServiceClient("https://a", "sas", { maxConnections: "8" });
// @ts-expect-error all calls of a client share its connections
queue.peekMessages({ maxConnections: 8 });
// @ts-expect-error a function that gives no text
new QueueServiceClient("https://a", () => 5);
// @ts-expect-error a number is no credential
new QueueServiceClient("https://a", 5);
// @ts-expect-error a misspelt option
new QueueServiceClient("https://a", undefined, { tryTimeOut: 5 });
// @ts-expect-error bytes are not the content of a client of text
new QueueClient<string>("https://a", "q", "sas", { messageEncoding: "base64-bytes" });
// @ts-expect-error an encoding that does not exist
service.getQueueClient("q", { messageEncoding: "rot13" });

// What a SAS tells.
expectTypeOf(parseSas("sas")).toEqualTypeOf<SasProperties>();
expectTypeOf(queue.sas).toEqualTypeOf<SasProperties | undefined>();
expectTypeOf<SasProperties["kind"]>().toEqualTypeOf<"account" | "service" | "userDelegation">();
expectTypeOf<SasProperties["expiry"]>().toEqualTypeOf<Date | undefined>();
generateAccountSas({
  accountName: "a",
  accountKey: "k",
  // What was read can be asked for again.
  permission: parseSas("sas").permissions ?? "r",
  resourceTypes: parseSas("sas").resourceTypes ?? "sco",
  expiry: "2030-01-01",
});
// @ts-expect-error what a SAS says cannot be changed
parseSas("sas").expiry = new Date();

// Contents follow the encoding.
type Order = { order: number };
declare const orders: MessageCodec<Order>;
expectTypeOf(service.getQueueClient("q")).toEqualTypeOf<QueueClient<string>>();
expectTypeOf(service.getQueueClient("q", { messageEncoding: "base64" })).toEqualTypeOf<QueueClient<string>>();
expectTypeOf(service.getQueueClient("q", { messageEncoding: "base64-bytes" })).toEqualTypeOf<QueueClient<Uint8Array>>();
expectTypeOf(service.getQueueClient({ name: "q" }, { messageEncoding: orders })).toEqualTypeOf<
  QueueClient<{ order: number }>
>();
expectTypeOf(new QueueClient("https://a", "q", "sas", { messageEncoding: orders })).toEqualTypeOf<
  QueueClient<{ order: number }>
>();
// @ts-expect-error text for a client of bytes
service.getQueueClient("q", { messageEncoding: "base64-bytes" }).sendMessage("text");
// @ts-expect-error a number is no content
queue.sendMessage(5);

expectTypeOf(
  service.getQueueClient("q", {
    messageEncoding: { encode: (n: number) => String(n), decode: (text) => Number(text) },
  }),
).toEqualTypeOf<QueueClient<number>>();

// A service client's encoding, a call's own, JSON.
const inBase64 = new QueueServiceClient("https://a", "sas", { messageEncoding: "base64-bytes" });
expectTypeOf(inBase64.getQueueClient("q")).toEqualTypeOf<QueueClient<Uint8Array>>();
expectTypeOf(inBase64.createQueue("q")).resolves.toEqualTypeOf<QueueClient<Uint8Array>>();
expectTypeOf(inBase64.getQueueClient("q", { messageEncoding: "auto" })).toEqualTypeOf<QueueClient<string>>();
expectTypeOf(jsonEncoding<Order>("base64")).toEqualTypeOf<MessageCodec<Order>>();
expectTypeOf(new QueueClient("https://a", "q", "sas", { messageEncoding: jsonEncoding<Order>() })).toEqualTypeOf<
  QueueClient<Order>
>();
expectTypeOf(queue.sendMessage(Uint8Array.of(1), { messageEncoding: "base64-bytes" })).resolves.toEqualTypeOf<
  SentMessage<Uint8Array>
>();
expectTypeOf(queue.receiveMessage({ messageEncoding: orders })).resolves.toEqualTypeOf<
  ReceivedMessage<Order> | undefined
>();
expectTypeOf(queue.peekMessages({ messageEncoding: "base64-bytes" })).resolves.toEqualTypeOf<
  PeekedMessage<Uint8Array>[]
>();
for await (const each of queue.receiveMessages({ messageEncoding: orders })) {
  expectTypeOf(each).toEqualTypeOf<ReceivedMessage<Order>>();
}
// @ts-expect-error bytes in an encoding of text
queue.sendMessage(Uint8Array.of(1), { messageEncoding: "base64" });
// @ts-expect-error JSON in an encoding of bytes
jsonEncoding("base64-bytes");

// A message that could not be decoded: nobody need look, and who looks knows more.
expectTypeOf(message.content).toEqualTypeOf<string>();
expectTypeOf(message.rawContent).toEqualTypeOf<string | undefined>();
if (message.contentError) {
  expectTypeOf(message.contentError).toEqualTypeOf<DecodeError>();
  expectTypeOf(message.rawContent).toEqualTypeOf<string>();
  expectTypeOf(message.content).toEqualTypeOf<never>();
} else {
  expectTypeOf(message.content).toEqualTypeOf<string>();
}

// Keys.
expectTypeOf(createKeyEncryptionKey({ kty: "oct", k: "", kid: "k" })).resolves.toEqualTypeOf<KeyEncryptionKey>();
declare const pair: CryptoKeyPair;
createKeyEncryptionKey(pair, { keyId: "k" });
createKeyEncryptionKey(pair.publicKey, { keyId: "k", algorithm: "RSA-OAEP-256" });
// What key vaults give and Buffers do not say whether others share their memory.
declare const bytes: Uint8Array;
const unwrapKey = (key: Uint8Array) => Buffer.from(key);
expectTypeOf({ keyId: "k", algorithm: "RSA-OAEP", wrapKey: async () => bytes, unwrapKey }).toExtend<KeyEncryptionKey>();
expectTypeOf({ keyId: "k", algorithm: "RSA-OAEP", wrapKey: async () => bytes }).toExtend<KeyEncryptionKey>();
expectTypeOf({ keyId: "k", unwrapKey }).toExtend<KeyEncryptionKey>();
new QueueClient("", "", "", { encryption: { keyResolver: async (keyId) => ({ keyId, unwrapKey }) } });
// @ts-expect-error text is no key
createKeyEncryptionKey("secret", { keyId: "k" });

// Results.
expectTypeOf(queue.sendMessage("x")).resolves.toEqualTypeOf<SentMessage<string>>();
expectTypeOf(queue.receiveMessage()).resolves.toEqualTypeOf<ReceivedMessage<string> | undefined>();
expectTypeOf(queue.peekMessages({ maxMessages: 5 })).resolves.toEqualTypeOf<PeekedMessage<string>[]>();
expectTypeOf(queue.updateMessage(message, { content: "x" })).resolves.toEqualTypeOf<ReceivedMessage<string>>();
expectTypeOf(queue.updateMessage({ ...message, content: "x" })).resolves.toExtend<UpdatedMessage<string>>();
expectTypeOf(queue.updateMessage({ id: "id", popReceipt: "r", content: "x" })).resolves.toEqualTypeOf<
  UpdatedMessage<string>
>();
expectTypeOf(queue.updateMessage("id", { popReceipt: "r" })).resolves.toEqualTypeOf<UpdatedMessage<string>>();
expectTypeOf(queue.updateVisibilityTimeout(message, 30)).resolves.toEqualTypeOf<ReceivedMessage<string>>();
// The content that updateMessage sends can be assigned.
if (message.contentError === undefined) message.content = "new";
(await queue.sendMessage("x")).content = "new";
expectTypeOf(queue.deleteMessage("id", { popReceipt: "r" })).resolves.toEqualTypeOf<void>();
expectTypeOf(queue.getQueueProperties()).resolves.toEqualTypeOf<QueueProperties>();
expectTypeOf(queue.getQueueAccessPolicy()).resolves.toEqualTypeOf<Record<string, StoredAccessPolicy>>();
expectTypeOf(queue.createQueueIfNotExists()).resolves.toEqualTypeOf<{ created: boolean }>();
expectTypeOf(queue.deleteQueueIfExists()).resolves.toEqualTypeOf<{ deleted: boolean }>();
expectTypeOf(queue.exists()).resolves.toEqualTypeOf<boolean>();
expectTypeOf(service.createQueue("q")).resolves.toEqualTypeOf<QueueClient>();
expectTypeOf(service.getServiceStats()).resolves.toEqualTypeOf<QueueServiceStats>();
expectTypeOf(service.getUserDelegationKey({ expiry: new Date() })).resolves.toEqualTypeOf<UserDelegationKey>();
expectTypeOf(message.popReceipt).toEqualTypeOf<string>();
expectTypeOf(message.insertedOn).toEqualTypeOf<Date>();
// @ts-expect-error a peeked message may have no pop receipt
((peeked: PeekedMessage): string => peeked.popReceipt)(message);
// @ts-expect-error an option of another call
queue.receiveMessage({ timeToLive: 5 });
// @ts-expect-error a number, not a text
queue.sendMessage("x", { visibilityTimeout: "30" });
// @ts-expect-error required
service.getUserDelegationKey({});

// What a service always returns is there, and can be set again.
export async function addRule(rule: CorsRule): Promise<void> {
  const properties = await service.getServiceProperties();
  expectTypeOf(properties).toEqualTypeOf<StoredServiceProperties>();
  expectTypeOf(properties.cors).toEqualTypeOf<Required<CorsRule>[]>();
  expectTypeOf(properties.analyticsLogging.retentionPolicy.enabled).toEqualTypeOf<boolean>();
  expectTypeOf(properties.hourMetrics.enabled).toEqualTypeOf<boolean>();
  expectTypeOf(properties.minuteMetrics.includeApis).toEqualTypeOf<boolean | undefined>();
  expectTypeOf(browserCorsRule("*").exposedHeaders).toEqualTypeOf<string[]>();
  await service.setServiceProperties(properties);
  await service.setServiceProperties({ cors: [...properties.cors, rule, browserCorsRule("*")] });
  await queue.setQueueAccessPolicy(await queue.getQueueAccessPolicy());
  generateQueueSas({
    accountName: "a",
    queueName: "q",
    userDelegationKey: await service.getUserDelegationKey({ expiry: "2030-01-01" }),
  });
}

// Iterables.
export async function iterate(): Promise<void> {
  for await (const each of service.listQueues()) expectTypeOf(each).toEqualTypeOf<QueueItem>();
  for await (const each of service.listQueues({ includeMetadata: true })) {
    expectTypeOf(each).toEqualTypeOf<QueueItemWithMetadata>();
    expectTypeOf(each.metadata).toEqualTypeOf<Record<string, string>>();
  }
  for await (const page of service.listQueues().byPage({ continuationToken: "m" })) {
    expectTypeOf(page).toEqualTypeOf<Page<QueueItem>>();
    expectTypeOf(page.continuationToken).toEqualTypeOf<string | undefined>();
  }
  for await (const each of queue.receiveMessages({ messagesPerPage: 32 })) {
    expectTypeOf(each).toEqualTypeOf<ReceivedMessage<string>>();
    await queue.deleteMessage(each);
  }
}

// Location mode.
queue.locationMode = "secondary";
// @ts-expect-error there are two
queue.locationMode = "tertiary";

// Errors.
export function handle(error: unknown): void {
  if (isAzureError(error)) expectTypeOf(error).toEqualTypeOf<AzureError>();
  if (isAzureError(error, "ResourceNotFoundError")) expectTypeOf(error).toEqualTypeOf<ResourceNotFoundError>();
  // @ts-expect-error a class that does not exist
  isAzureError(error, "QueueError");

  // A class is left out where it was ruled out, and no other one.
  if (!isAzureError(error)) return;
  if (isAzureError(error, "AmbiguousOutcomeError")) expectTypeOf(error).toEqualTypeOf<AmbiguousOutcomeError>();
  else expectTypeOf(error).toEqualTypeOf<AzureError>();
  if (error instanceof ResourceNotFoundError) expectTypeOf(error.name).toEqualTypeOf<"ResourceNotFoundError">();
  else expectTypeOf(error.retryable).toEqualTypeOf<boolean>();
  expectTypeOf<SasExpiredError>().toExtend<HttpResponseError>();
  expectTypeOf<SasExpiredError["name"]>().toExtend<HttpResponseError["name"]>();

  // Known codes, and any other.
  expectTypeOf(error.code).toEqualTypeOf<ErrorCode | undefined>();
  expectTypeOf<"QueueNotFound" | "PopReceiptMismatch">().toExtend<StorageErrorCode>();
  expectTypeOf<"Cors" | "NotFromService" | "Crashed">().toExtend<ClientErrorCode>();
  if (error.code === "QueueBeingDeleted" || error.code === "SomeCodeOfTomorrow") return;
  const code: string | undefined = error.code;
  console.log(code);
}

// Signatures.
expectTypeOf(
  generateQueueSas({
    accountName: "a",
    queueName: "q",
    accountKey: "k",
    permission: { read: true },
    expiry: new Date(),
  }),
).toEqualTypeOf<string>();
// @ts-expect-error an account SAS needs an expiry
generateAccountSas({ accountName: "a", accountKey: "k", resourceTypes: "sco", permission: "r" });
