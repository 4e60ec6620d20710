import type { ServiceCore } from "../build/core.js";
import { call, core, sync } from "./core.js";
import { Description } from "./description.js";
import { type ContentOf, contentSteps, type MessageCodec, type MessageEncoding } from "./encoding.js";
import { Encryption } from "./encryption.js";
import { isAzureError } from "./errors.js";
import { cutText } from "./messages.js";
import type {
  AnalyticsLogging,
  CorsRule,
  CreateQueueOptions,
  Credential,
  ListQueuesOptions,
  Metadata,
  Metrics,
  Page,
  QueueItem,
  QueueServiceProperties,
  QueueServiceStats,
  RetentionPolicy,
  UserDelegationKey,
  UserDelegationKeyOptions,
} from "./models.js";
import {
  type CallOptions,
  type ClientOptions,
  callOptions,
  clientOptions,
  type Known,
  own,
  ownClientOptions,
  urlText,
} from "./options.js";
import { PagedAsyncIterable } from "./paged.js";
import { type QueueClient, fromMade as queueFromMade } from "./queue-client.js";

/** Options of `QueueServiceClient.fromConnectionString`. */
export interface ServiceConnectionOptions extends ClientOptions {
  /** A credential that wins over the one in the connection string. */
  credential?: Credential;
}

/** Options of `getQueueClient`; all others are those of the service client. */
export interface GetQueueClientOptions<Encoding extends MessageEncoding = "text"> {
  /** How content stands in the queue. Azure Functions expects `"base64"`. Default: `"text"`. */
  messageEncoding?: Encoding;
}

const connectionOptions: Known<ServiceConnectionOptions> = { ...clientOptions, credential: true };
const getQueueOptions: Known<GetQueueClientOptions> = { messageEncoding: true };
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
const properties: Known<QueueServiceProperties> = {
  analyticsLogging: true,
  hourMetrics: true,
  minuteMetrics: true,
  cors: true,
};
const retentionFields: Known<RetentionPolicy> = { enabled: true, days: true };
const loggingFields: Known<AnalyticsLogging> = {
  version: true,
  delete: true,
  read: true,
  write: true,
  retentionPolicy: true,
};
const metricsFields: Known<Metrics> = { version: true, enabled: true, includeApis: true, retentionPolicy: true };
const corsFields: Known<CorsRule> = {
  allowedOrigins: true,
  allowedMethods: true,
  allowedHeaders: true,
  exposedHeaders: true,
  maxAgeInSeconds: true,
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
export class QueueServiceClient extends Description {
  readonly #core: ServiceCore;
  readonly #encryption: Encryption | undefined;

  /**
   * @param accountUrl URL of the account's queue service, such as `https://myaccount.queue.core.windows.net`, with or
   * without a SAS in it; for an emulator `http://127.0.0.1:10001/devstoreaccount1`
   * @param credential not needed when the URL has a SAS
   * @throws TypeError, RangeError when an argument is not allowed
   */
  constructor(accountUrl: string | URL, credential?: Credential, options?: ClientOptions) {
    const parts =
      (accountUrl as unknown) === made
        ? (credential as unknown as Made)
        : make(options, clientOptions, (Core, init) => Core.fromUrl(urlText(accountUrl), credential, init));
    super(parts.core);
    this.#core = parts.core;
    this.#encryption = parts.encryption;
  }

  /**
   * A client for the account that a connection string tells, `UseDevelopmentStorage=true` included.
   * Source: https://learn.microsoft.com/azure/storage/common/storage-configure-connection-string
   * @throws TypeError, RangeError when an argument is not allowed
   */
  static fromConnectionString(connectionString: string, options?: ServiceConnectionOptions): QueueServiceClient {
    const parts = make(options, connectionOptions, (Core, init) => Core.fromConnectionString(connectionString, init));
    return fromMade(parts);
  }

  /**
   * A client for one queue, which need not exist yet. It has this client's credential and options.
   * @param queue the queue's name, or an item of a list
   * @throws TypeError, RangeError when an argument is not allowed
   */
  getQueueClient<Content>(
    queue: string | { readonly name: string },
    options: GetQueueClientOptions<MessageCodec<Content>> & { messageEncoding: MessageCodec<Content> },
  ): QueueClient<Content>;
  /** A client for one queue, its content encoded by a name: see {@link MessageEncoding}. */
  getQueueClient<Encoding extends MessageEncoding = "text">(
    queue: string | { readonly name: string },
    options?: GetQueueClientOptions<Encoding>,
  ): QueueClient<ContentOf<Encoding>>;
  getQueueClient<Encoding extends MessageEncoding = "text">(
    queue: string | { readonly name: string },
    options?: GetQueueClientOptions<Encoding>,
  ): QueueClient<ContentOf<Encoding>> {
    const init = own("options", options, getQueueOptions as unknown as Known<GetQueueClientOptions<Encoding>>);
    const { encoding, steps } = contentSteps(init.messageEncoding, this.#encryption);
    return queueFromMade({ core: sync(() => this.#core.queue(nameOf(queue), encoding)), steps });
  }

  /**
   * Creates a queue and returns a client for it. Rejects with a `ResourceExistsError` when there is one of this name.
   * REST: [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4)
   * @param name 3 to 63 lower-case letters, digits and single dashes, beginning and ending with a letter or digit
   */
  async createQueue(name: string, options?: CreateQueueOptions): Promise<QueueClient> {
    const queue = this.getQueueClient(name);
    await queue.createQueue(options);
    return queue;
  }

  /**
   * Creates a queue where there is none of this name.
   * REST: [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4)
   */
  async createQueueIfNotExists(name: string, options?: CreateQueueOptions): Promise<{ created: boolean }> {
    return await this.getQueueClient(name).createQueueIfNotExists(options);
  }

  /**
   * Deletes a queue with all its messages. Rejects with a `ResourceNotFoundError` when there is none.
   * REST: [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3)
   * @param queue the queue's name, or an item of a list
   */
  async deleteQueue(queue: string | { readonly name: string }, options?: CallOptions): Promise<void> {
    return await this.getQueueClient(queue).deleteQueue(options);
  }

  /**
   * Deletes a queue if it exists.
   * REST: [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3)
   */
  async deleteQueueIfExists(
    queue: string | { readonly name: string },
    options?: CallOptions,
  ): Promise<{ deleted: boolean }> {
    return await this.getQueueClient(queue).deleteQueueIfExists(options);
  }

  /**
   * The account's queues in the order of their names, page by page, each when the loop comes to it. A page that fails
   * has its `continuationToken` in the error.
   * REST: [List Queues](https://learn.microsoft.com/rest/api/storageservices/list-queues1)
   * @throws TypeError, RangeError at once when an option is not allowed
   */
  listQueues(options?: ListQueuesOptions): PagedAsyncIterable<QueueItem> {
    const init = own("options", options, listOptions);
    const { nameStartsWith, includeMetadata, resultsPerPage } = init;
    sync(() => this.#core.checkList(nameStartsWith, includeMetadata, resultsPerPage, options && init));
    const listPage = (marker: string | undefined, secondary: boolean | undefined) =>
      call<[RawPage: [string, Uint32Array, Float64Array], next: string | undefined, secondary: boolean]>(() =>
        this.#core.listQueues(nameStartsWith, includeMetadata, resultsPerPage, marker, secondary, options && init),
      );

    async function* pages(token: string | undefined): AsyncGenerator<Page<QueueItem>, undefined> {
      let marker = token;
      let location: boolean | undefined;
      do {
        try {
          const [page, next, secondary] = await listPage(marker, location);
          // The rest comes from where the first page came from.
          [marker, location] = [next, secondary];
          yield { items: readQueues(page), continuationToken: marker };
        } catch (error) {
          if (isAzureError(error) && marker !== undefined) error.continuationToken = marker;
          throw error;
        }
      } while (marker !== undefined);
    }
    return new PagedAsyncIterable(pages);
  }

  /**
   * The settings of the queue service: analytics, metrics, CORS rules.
   * REST: [Get Queue Service Properties](https://learn.microsoft.com/rest/api/storageservices/get-queue-service-properties)
   */
  async getServiceProperties(options?: CallOptions): Promise<QueueServiceProperties> {
    const init = own("options", options, callOptions);
    return await call(() => this.#core.getProperties(options && init));
  }

  /**
   * Changes settings of the queue service; a part that is missing stays as it is.
   * REST: [Set Queue Service Properties](https://learn.microsoft.com/rest/api/storageservices/set-queue-service-properties)
   */
  async setServiceProperties(settings: QueueServiceProperties, options?: CallOptions): Promise<void> {
    const init = own("options", options, callOptions);
    const checked = ownSettings(settings);
    return await call(() => this.#core.setProperties(checked, options && init));
  }

  /**
   * How far the secondary endpoint is behind. Only for accounts with read-access geo-redundant replication.
   * REST: [Get Queue Service Stats](https://learn.microsoft.com/rest/api/storageservices/get-queue-service-stats)
   */
  async getServiceStats(options?: CallOptions): Promise<QueueServiceStats> {
    const init = own("options", options, callOptions);
    return await call(() => this.#core.getStats(options && init));
  }

  /**
   * A key with which {@link generateQueueSas} signs in place of the account key. Only with a token credential.
   * REST: [Get User Delegation Key](https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key)
   */
  async getUserDelegationKey(options: UserDelegationKeyOptions): Promise<UserDelegationKey> {
    const init = own("options", options, keyOptions);
    return await call(() => this.#core.getUserDelegationKey(init.start, init.expiry, init.delegatedUserTenantId, init));
  }
}

/** A client around a core that is made already. Outside of the class, which bundlers rename when it names itself. */
function fromMade(parts: Made): QueueServiceClient {
  return new QueueServiceClient(made as unknown as string, parts as unknown as string);
}

type Made = { core: ServiceCore; encryption: Encryption | undefined };

function make(
  options: ClientOptions | undefined,
  known: Known<ClientOptions>,
  from: (Core: typeof ServiceCore, init: unknown) => ServiceCore,
): Made {
  const init = ownClientOptions(options, known);
  return {
    core: sync(() => from(core().ServiceCore, init)),
    encryption: init.encryption === undefined ? undefined : new Encryption(init.encryption),
  };
}

function nameOf(queue: string | { readonly name: string }): unknown {
  return typeof queue === "object" && queue !== null ? queue.name : queue;
}

/** Cuts a page up into queues: each one's name and then its metadata; the one number is how many pairs, or -1. */
function readQueues([text, ends, numbers]: [string, Uint32Array, Float64Array]): QueueItem[] {
  const next = cutText(text, ends);
  const queues: QueueItem[] = [];
  for (const pairs of numbers) {
    const name = next();
    if (pairs < 0) {
      queues.push({ name });
      continue;
    }
    const metadata: Metadata = {};
    for (let pair = 0; pair < pairs; pair++) define(metadata, next(), next());
    queues.push({ name, metadata });
  }
  return queues;
}

/** Sets a property whose name comes from outside: `__proto__` is one like any other. */
function define(metadata: Metadata, name: string, value: string): void {
  if (name === "__proto__") Object.defineProperty(metadata, name, { value, enumerable: true, writable: true });
  else metadata[name] = value;
}

/** The settings, property names checked at every depth. */
function ownSettings(settings: QueueServiceProperties): QueueServiceProperties {
  const copy = own("properties", settings, properties);
  if (copy.analyticsLogging !== undefined)
    copy.analyticsLogging = withRetention("analyticsLogging", copy.analyticsLogging, loggingFields);
  if (copy.hourMetrics !== undefined) copy.hourMetrics = withRetention("hourMetrics", copy.hourMetrics, metricsFields);
  if (copy.minuteMetrics !== undefined)
    copy.minuteMetrics = withRetention("minuteMetrics", copy.minuteMetrics, metricsFields);
  if (Array.isArray(copy.cors)) copy.cors = copy.cors.map((rule, index) => own(`cors[${index}]`, rule, corsFields));
  return copy;
}

function withRetention<Part extends { retentionPolicy?: RetentionPolicy }>(
  argument: string,
  part: Part,
  known: Known<Part>,
): Part {
  const copy = own(argument, part, known);
  if (copy.retentionPolicy !== undefined)
    copy.retentionPolicy = own(`${argument}.retentionPolicy`, copy.retentionPolicy, retentionFields);
  return copy;
}
