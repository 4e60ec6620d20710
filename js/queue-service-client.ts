import { Operation } from "../build/core.js";
import { looking } from "./caller.js";
import { type Client, call, callFields, check } from "./client.js";
import { Description } from "./description.js";
import { type ContentOf, type ContentWay, contentWay, type MessageCodec, type MessageEncoding } from "./encoding.js";
import { Encryption } from "./encryption.js";
import { isAzureError, known } from "./errors.js";
import { Fields } from "./fields.js";
import type {
  CreateQueueOptions,
  Credential,
  ListQueuesOptions,
  ListQueuesWithMetadataOptions,
  Page,
  QueueItem,
  QueueItemWithMetadata,
  QueueServiceProperties,
  QueueServiceStats,
  StoredServiceProperties,
  UserDelegationKey,
  UserDelegationKeyOptions,
} from "./models.js";
import { Address, open } from "./opening.js";
import { type CallOptions, type ClientOptions, callOptions, clientOptions, ownOptions } from "./options.js";
import { PagedAsyncIterable } from "./paged.js";
import type { PlatformUrl } from "./platform-types.js";
import { fromMade as queueFromMade } from "./queue-client.js";
import type { QueueClient } from "./queue-client-constructor.js";
import { Reading } from "./reading.js";
import { readSettings, writeSettings } from "./service-settings.js";
import { atCaller, type PublicFunction, startAtCaller } from "./stack.js";
import { type Known, own } from "./validation.js";

/** Options of a service client. */
export interface ServiceClientOptions<Encoding extends MessageEncoding = "text"> extends ClientOptions {
  /** How content stands in the queues, for the queue clients that this one makes. Default: `"text"`. */
  messageEncoding?: Encoding;
}

/** Options of `QueueServiceClient.fromConnectionString`. */
export interface ServiceConnectionOptions<Encoding extends MessageEncoding = "text">
  extends ServiceClientOptions<Encoding> {
  /** A credential that wins over the one in the connection string. */
  credential?: Credential;
}

/** Options of `getQueueClient`; all others are those of the service client. */
export interface GetQueueClientOptions<Encoding extends MessageEncoding = "text"> {
  /** How content stands in the queue. Azure Functions expects `"base64"`. Default: as the service client is set to. */
  messageEncoding?: Encoding;
}

const serviceOptions: Known<ServiceClientOptions<MessageEncoding>> = { ...clientOptions, messageEncoding: true };
const connectionOptions: Known<ServiceConnectionOptions<MessageEncoding>> = { ...serviceOptions, credential: true };
const getQueueOptions: Known<GetQueueClientOptions<MessageEncoding>> = { messageEncoding: true };
const listOptions: Known<ListQueuesOptions> = {
  ...callOptions,
  nameStartsWith: true,
  includeMetadata: true,
  resultsPerPage: true,
};
const keyOptions: Known<UserDelegationKeyOptions> = {
  ...callOptions,
  expiry: true,
  start: true,
  delegatedUserTenantId: true,
};
/** How a static method hands over a core that it made. */
const made = Symbol("made");

/**
 * A client for the queue service of an account: its queues and its settings. It holds no connection and needs no
 * closing; any number of calls may be under way at once.
 *
 * Every method returns a Promise that rejects with an {@link AzureError} when the service refuses or cannot be reached,
 * with a `TypeError` or `RangeError` before anything is sent when an argument is not allowed, and with `signal.reason`
 * when it is aborted.
 */
export class QueueServiceClient<Encoding extends MessageEncoding = "text"> extends Description {
  readonly #client: Client;
  readonly #way: ContentWay;
  readonly #encryption: Encryption | undefined;

  /**
   * @param accountUrl URL of the account's queue service, such as `https://myaccount.queue.core.windows.net`, with or
   * without a SAS in it; for an emulator `http://127.0.0.1:10001/devstoreaccount1`
   * @param credential not needed when the URL has a SAS
   * @throws TypeError, RangeError when an argument is not allowed
   */
  constructor(accountUrl: string | PlatformUrl, credential?: Credential, options?: ServiceClientOptions<Encoding>) {
    const parts =
      (accountUrl as unknown) === made
        ? (credential as unknown as Made)
        : atCaller(classItself(), () =>
            make(
              Address.AccountUrl,
              accountUrl,
              credential,
              ownOptions(options, serviceOptions as Known<typeof options & {}>),
            ),
          );
    super(parts.client);
    this.#client = parts.client;
    this.#way = parts.way;
    this.#encryption = parts.encryption;
  }

  /**
   * A client for the account that a connection string tells, `UseDevelopmentStorage=true` included.
   * Source: https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
   * @throws TypeError, RangeError when an argument is not allowed
   */
  static fromConnectionString<Encoding extends MessageEncoding = "text">(
    connectionString: string,
    options?: ServiceConnectionOptions<Encoding>,
  ): QueueServiceClient<Encoding> {
    return atCaller(classItself().fromConnectionString, () => {
      const init = ownOptions<ServiceConnectionOptions<MessageEncoding>>(options, connectionOptions);
      return fromMade(make(Address.ConnectionString, connectionString, init.credential, init));
    });
  }

  /**
   * A client for one queue, which need not exist yet. It has this client's credential and options.
   * @param queue the queue's name, or an item of a list
   * @throws TypeError, RangeError when an argument is not allowed
   */
  getQueueClient<Own extends MessageEncoding = Encoding>(
    queue: string | { readonly name: string },
    options?: GetQueueClientOptions<Own>,
  ): QueueClient<ContentOf<Own>>;
  /** A client for one queue, of this content: a codec can be created in its place. */
  getQueueClient<Content>(
    queue: string | { readonly name: string },
    options: { messageEncoding: MessageCodec<Content> },
  ): QueueClient<Content>;
  getQueueClient(
    queue: string | { readonly name: string },
    options?: GetQueueClientOptions<MessageEncoding>,
  ): QueueClient<unknown> {
    return atCaller(this.getQueueClient, () => this.#queue(queue, options));
  }

  #queue(queue: string | { readonly name: string }, options?: GetQueueClientOptions<MessageEncoding>) {
    const { messageEncoding } = own("options", options, getQueueOptions);
    const encryption = this.#encryption;
    const way = messageEncoding === undefined ? this.#way : contentWay(messageEncoding, encryption);
    return queueFromMade<never>({ client: this.#client.queue(new Fields().string(nameOf(queue))), way, encryption });
  }

  /** Runs a method of the client for a queue. Its errors start at the caller of the public function. */
  async #inQueue<Result>(
    publicFunction: PublicFunction,
    queue: string | { readonly name: string },
    run: (queue: QueueClient<ContentOf<Encoding>>) => Promise<Result>,
  ): Promise<Result> {
    try {
      return await run(this.#queue(queue));
    } catch (error) {
      throw startAtCaller(error, publicFunction);
    }
  }

  /**
   * Creates a queue and returns a client for it. Rejects with a `ResourceExistsError` when there is one of this name.
   * REST: [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4)
   * @param name 3 to 63 lower-case letters, digits and single dashes, beginning and ending with a letter or digit
   */
  async createQueue(name: string, options?: CreateQueueOptions): Promise<QueueClient<ContentOf<Encoding>>> {
    return await this.#inQueue(this.createQueue, name, async (queue) => {
      await queue.createQueue(options);
      return queue;
    });
  }

  /**
   * Creates a queue where there is none of this name.
   * REST: [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4)
   */
  async createQueueIfNotExists(name: string, options?: CreateQueueOptions): Promise<{ created: boolean }> {
    return await this.#inQueue(this.createQueueIfNotExists, name, (queue) => queue.createQueueIfNotExists(options));
  }

  /**
   * Deletes a queue with all its messages. Rejects with a `ResourceNotFoundError` when there is none.
   * REST: [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3)
   * @param queue the queue's name, or an item of a list
   */
  async deleteQueue(queue: string | { readonly name: string }, options?: CallOptions): Promise<void> {
    return await this.#inQueue(this.deleteQueue, queue, (queue) => queue.deleteQueue(options));
  }

  /**
   * Deletes a queue if it exists.
   * REST: [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3)
   */
  async deleteQueueIfExists(
    queue: string | { readonly name: string },
    options?: CallOptions,
  ): Promise<{ deleted: boolean }> {
    return await this.#inQueue(this.deleteQueueIfExists, queue, (queue) => queue.deleteQueueIfExists(options));
  }

  /**
   * The account's queues in the order of their names, page by page, each when the loop comes to it. A page that fails
   * has its `continuationToken` in the error.
   * REST: [List Queues](https://learn.microsoft.com/rest/api/storageservices/list-queues1)
   * @throws TypeError, RangeError at once when an option is not allowed
   */
  listQueues(options: ListQueuesWithMetadataOptions): PagedAsyncIterable<QueueItemWithMetadata>;
  listQueues(options?: ListQueuesOptions): PagedAsyncIterable<QueueItem>;
  listQueues(options?: ListQueuesOptions): PagedAsyncIterable<QueueItem> {
    const write = (fields: Fields, init: ListQueuesOptions, marker?: string, secondary?: boolean) =>
      fields
        .string(init.nameStartsWith)
        .flag(init.includeMetadata)
        .integer(init.resultsPerPage)
        .string(marker)
        .flag(secondary);
    const init = atCaller(this.listQueues, () => {
      const init = ownOptions(options, listOptions);
      check(this.#client, Operation.ListQueues, write(callFields(init), init));
      return init;
    });
    const listPage = (marker: string | undefined, secondary: boolean | undefined) =>
      call(this.#client, Operation.ListQueues, init, (fields) => write(fields, init, marker, secondary));

    async function* pages(token: string | undefined): AsyncGenerator<Page<QueueItem>, undefined> {
      let marker = token;
      let location: boolean | undefined;
      do {
        try {
          const read = new Reading(await listPage(marker, location));
          // The rest comes from where the first page came from.
          location = read.flag();
          const items = readQueues(read, init.includeMetadata === true);
          marker = read.optional();
          yield { items, continuationToken: marker };
        } catch (error) {
          if (isAzureError(error) && marker !== undefined) error.continuationToken = marker;
          throw error;
        }
      } while (marker !== undefined);
    }
    return new PagedAsyncIterable(pages);
  }

  /**
   * The settings of the queue service: analytics, metrics, CORS rules. Rejects with a `ServiceResponseError` when the
   * response lacks one of them, as with a `serviceVersion` before 2013-08-15: written back, a default would replace it.
   * REST: [Get Queue Service Properties](https://learn.microsoft.com/rest/api/storageservices/get-queue-service-properties)
   */
  async getServiceProperties(options?: CallOptions): Promise<StoredServiceProperties> {
    const init = ownOptions(options, callOptions, this.getServiceProperties);
    return readSettings(new Reading(await call(this.#client, Operation.GetServiceProperties, init)));
  }

  /**
   * Changes settings of the queue service; a part that is missing stays as it is.
   * REST: [Set Queue Service Properties](https://learn.microsoft.com/rest/api/storageservices/set-queue-service-properties)
   */
  async setServiceProperties(settings: QueueServiceProperties, options?: CallOptions): Promise<void> {
    const init = ownOptions(options, callOptions, this.setServiceProperties);
    await call(this.#client, Operation.SetServiceProperties, init, (fields) => writeSettings(fields, settings));
  }

  /**
   * How far the secondary endpoint is behind. Only for accounts with read-access geo-redundant replication.
   * REST: [Get Queue Service Stats](https://learn.microsoft.com/rest/api/storageservices/get-queue-service-stats)
   */
  async getServiceStats(options?: CallOptions): Promise<QueueServiceStats> {
    const init = ownOptions(options, callOptions, this.getServiceStats);
    const read = new Reading(await call(this.#client, Operation.GetServiceStats, init));
    const geoReplication = { status: read.text(), ...known({ lastSyncTime: read.moment() }) };
    return { geoReplication };
  }

  /**
   * A key with which {@link generateQueueSas} signs in place of the account key. Only with a token credential.
   * REST: [Get User Delegation Key](https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key)
   */
  async getUserDelegationKey(options: UserDelegationKeyOptions): Promise<UserDelegationKey> {
    const init = ownOptions(options, keyOptions, this.getUserDelegationKey);
    const write = (fields: Fields) => fields.moment(init.start).moment(init.expiry).string(init.delegatedUserTenantId);
    return readDelegationKey(new Reading(await call(this.#client, Operation.GetUserDelegationKey, init, write)));
  }
}

/** A client around a core that is made already. Outside of the class, which bundlers rename when it names itself. */
function fromMade<Encoding extends MessageEncoding>(parts: Made): QueueServiceClient<Encoding> {
  return new QueueServiceClient<Encoding>(made as unknown as string, parts as unknown as string);
}

/** The class, for itself: bundlers rename a class whose own body names it. */
function classItself(): typeof QueueServiceClient {
  return QueueServiceClient;
}

type Made = { client: Client; way: ContentWay; encryption: Encryption | undefined };

function make(kind: Address, address: unknown, credential: unknown, init: ServiceClientOptions<MessageEncoding>): Made {
  const encryption = init.encryption === undefined ? undefined : new Encryption(init.encryption);
  const client = open(kind, address, credential, init);
  return { client, way: contentWay(init.messageEncoding, encryption), encryption };
}

function nameOf(queue: string | { readonly name: string }): unknown {
  return looking("queueName", () => (typeof queue === "object" && queue !== null ? queue.name : queue));
}

/** The service may leave out the metadata of a queue that has none. */
function readQueues(read: Reading, includesMetadata: boolean): QueueItem[] {
  const queues: QueueItem[] = [];
  const names: string[] = [];
  for (let name = read.optional(); name !== undefined; name = read.optional()) {
    const pairs = read.optionalNumber();
    const hasMetadata = pairs !== undefined || includesMetadata;
    queues.push(hasMetadata ? { name, metadata: read.pairs(pairs ?? 0, names) } : { name });
  }
  return queues;
}

function readDelegationKey(read: Reading): UserDelegationKey {
  return {
    signedOid: read.text(),
    signedTid: read.text(),
    signedStart: read.text(),
    signedExpiry: read.text(),
    signedService: read.text(),
    signedVersion: read.text(),
    value: read.text(),
    ...known({ signedDelegatedUserTid: read.optional() }),
  };
}
