import type { ContentOf, InEncoding, MessageEncoding } from "./encoding.js";
import type { Credential } from "./models.js";
import type { ClientOptions } from "./options.js";
import type { PlatformUrl } from "./platform-types.js";
import { QueueClient as Class, type QueueClientOptions, type QueueConnectionOptions } from "./queue-client.js";

/** A client for one queue, of the content of its `messageEncoding`: text, bytes, or what a codec makes. */
export interface QueueClient<Content = string> extends Class<Content> {}

/**
 * How clients for one queue are made. A class cannot say that `"base64-bytes"` makes a `QueueClient<Uint8Array>`: its
 * constructor returns what its type parameter says.
 */
export interface QueueClientConstructor {
  /**
   * @param accountUrl URL of the account's queue service, such as `https://myaccount.queue.core.windows.net`, with or
   * without a SAS in it; for an emulator `http://127.0.0.1:10001/devstoreaccount1`
   * @param queueName the queue's name: 3 to 63 lower-case letters, digits and single dashes. It need not exist yet
   * @param credential not needed when the URL has a SAS
   * @param options the content of the client follows from `messageEncoding`
   * @throws TypeError, RangeError when an argument is not allowed
   * @typeParam Same the same as `Encoding`. `class X extends QueueClient<Content>` uses the signatures with one type
   * parameter, which must all return the same type; the second parameter keeps this signature out of them
   */
  new <Encoding extends MessageEncoding, Same extends Encoding>(
    accountUrl: string | PlatformUrl,
    queueName: string,
    credential: Credential | undefined,
    options: ClientOptions & InEncoding<Encoding>,
  ): QueueClient<ContentOf<Same>>;
  /**
   * @param accountUrl URL of the account's queue service, such as `https://myaccount.queue.core.windows.net`, with or
   * without a SAS in it; for an emulator `http://127.0.0.1:10001/devstoreaccount1`
   * @param queueName the queue's name: 3 to 63 lower-case letters, digits and single dashes. It need not exist yet
   * @param credential not needed when the URL has a SAS
   * @throws TypeError, RangeError when an argument is not allowed
   */
  new <Content = string>(
    accountUrl: string | PlatformUrl,
    queueName: string,
    credential?: Credential,
    options?: QueueClientOptions<Content>,
  ): QueueClient<Content>;

  /**
   * A client for the queue of a URL such as `https://myaccount.queue.core.windows.net/orders?sv=...&sig=...`.
   * @throws TypeError, RangeError when an argument is not allowed
   */
  fromQueueUrl<Encoding extends MessageEncoding>(
    queueUrl: string | PlatformUrl,
    credential: Credential | undefined,
    options: ClientOptions & InEncoding<Encoding>,
  ): QueueClient<ContentOf<Encoding>>;
  fromQueueUrl<Content = string>(
    queueUrl: string | PlatformUrl,
    credential?: Credential,
    options?: QueueClientOptions<Content>,
  ): QueueClient<Content>;

  /**
   * A client for a queue of the account that a connection string tells, `UseDevelopmentStorage=true` included.
   * Source: https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
   * @throws TypeError, RangeError when an argument is not allowed
   */
  fromConnectionString<Encoding extends MessageEncoding>(
    connectionString: string,
    queueName: string,
    options: Omit<QueueConnectionOptions, "messageEncoding"> & InEncoding<Encoding>,
  ): QueueClient<ContentOf<Encoding>>;
  fromConnectionString<Content = string>(
    connectionString: string,
    queueName: string,
    options?: QueueConnectionOptions<Content>,
  ): QueueClient<Content>;

  /** What all clients for a queue have. */
  // biome-ignore lint/suspicious/noExplicitAny: the prototype of a class that extends this one may have any content
  readonly prototype: QueueClient<any>;
}

/**
 * A client for one queue. It holds no connection and needs no closing; any number of calls may be under way at once.
 *
 * Every method returns a Promise that rejects with an {@link AzureError} when the service refuses or cannot be reached,
 * with a `TypeError` or `RangeError` before anything is sent when an argument is not allowed, and with `signal.reason`
 * when it is aborted.
 *
 * @example
 * ```ts
 * const orders = new QueueClient("https://myaccount.queue.core.windows.net", "orders", sasToken);
 * await orders.sendMessage("hello");
 * for await (const message of orders.receiveMessages({ messagesPerPage: 32 })) {
 *   console.log(message.content);
 *   await orders.deleteMessage(message);
 * }
 * ```
 */
export const QueueClient: QueueClientConstructor = Class;
