import type { DecodeError } from "./errors.js";
import type { CallOptions } from "./options.js";

/** A token credential, such as those of `@azure/identity`. */
export interface TokenCredential {
  /**
   * Gives an access token for a scope such as `https://storage.azure.com/.default`, in the tenant of `options.tenantId`
   * once the service has named one. It is asked again five minutes before the token ends, or from
   * `refreshAfterTimestamp` on, and after a 401; calls at once share one answer. Both timestamps are milliseconds since 1970.
   */
  getToken(
    scopes: string | string[],
    options?: { tenantId?: string },
  ): Promise<{ token: string; expiresOnTimestamp: number; refreshAfterTimestamp?: number } | null>;
}

/**
 * A function that gives a shared access signature, such as one that asks the program's own backend. It is called when
 * there is none yet, shortly before the one in use ends (in the last tenth of its time, one to five minutes before),
 * and once more when the service refuses it. Calls at once share one answer; after a minute without one it is called
 * again. What it throws is the `cause` of the call's `ClientAuthenticationError`; while the SAS in use still does, no
 * call fails for it, and none waits for it longer than five seconds.
 */
export type SasProvider = () => string | Promise<string>;

/** An account's name and one of its keys. */
export interface AccountKeyCredential {
  /** The storage account's name. */
  accountName: string;
  /** One of the account's two keys, in Base64. It allows everything and does not end: not for browsers. */
  accountKey: string;
}

/**
 * How requests prove what they may do: a shared access signature (with or without a leading `?`) or a function that
 * gives one, an account key where the URL tells the account's name, name and key together, or a token credential (https
 * only). A function with a method `getToken` is a token credential.
 */
export type Credential = string | SasProvider | AccountKeyCredential | TokenCredential;

/** Metadata of a queue: names are letters, digits and underscores, values printable ASCII, 8 KiB in all. */
export type Metadata = Record<string, string>;

/** A queue in a list. */
export interface QueueItem {
  /** The queue's name. */
  readonly name: string;
  /** Its metadata; missing unless `includeMetadata` was set. */
  readonly metadata?: Metadata;
}

/** A queue in a list with `includeMetadata`. */
export interface QueueItemWithMetadata extends QueueItem {
  /** Its metadata; empty where it has none. Names are in the case in which they were set. */
  readonly metadata: Metadata;
}

/** What `getQueueProperties` returns. */
export interface QueueProperties {
  /** The queue's name. */
  readonly name: string;
  /** Its metadata. Names are in lower case, since `fetch` does not keep the case of headers; a list keeps it. */
  readonly metadata: Metadata;
  /** How many messages there are about: never fewer than there are, hidden and just expired ones included. */
  readonly approximateMessageCount: number;
}

/** What a message holds. Reading `content` of one that could not be decoded throws its `contentError`. */
export type MessageContent<Content> = DecodedContent<Content> | UndecodableContent;

/** The content of a message, decoded. */
export interface DecodedContent<Content> {
  /**
   * The content, decrypted and decoded by the client's `messageEncoding`. Reading it throws `contentError` on a message
   * whose content could not be decoded; the other messages of its page are not affected. Content that is assigned is what
   * `updateMessage` sends.
   */
  content: Content;
  /** How the content stands in the queue, where `"auto"` has taken it for Base64; missing on all others. */
  readonly rawContent?: string;
  /** Missing: the content could be decoded. */
  readonly contentError?: undefined;
}

/** The content of a message that could not be decrypted or decoded. */
export interface UndecodableContent {
  /** Throws `contentError` when it is read. */
  readonly content: never;
  /** The content as it stands in the queue. */
  readonly rawContent: string;
  /** Why it could not be decrypted or decoded. */
  readonly contentError: DecodeError;
}

/** What every message has beside its content. */
export interface MessageProperties {
  /** The message's id, a GUID that the service made. */
  readonly id: string;
  /** When the message was added. */
  readonly insertedOn: Date;
  /** When it will be removed by itself; 31 December 9999 when it never expires. */
  readonly expiresOn: Date;
  /** How often it was received, this time included. Missing on a message just sent. */
  readonly dequeueCount?: number;
  /** What updating and deleting need. Missing on a peeked message. */
  readonly popReceipt?: string;
  /** When it becomes visible (again). Missing on a peeked message. */
  readonly nextVisibleOn?: Date;
}

/** A message, whatever call it came from. */
export type QueueMessage<Content = string> = MessageProperties & MessageContent<Content>;

/** A message that was sent. With its pop receipt it can be updated or deleted before anybody received it. */
export interface SentMessage<Content = string> extends MessageProperties {
  /** The content as it was given. Content that is assigned is what `updateMessage` sends. */
  content: Content;
  /** What updating and deleting need. */
  readonly popReceipt: string;
  /** When it becomes visible to receivers. */
  readonly nextVisibleOn: Date;
}

/** What a received message has beside its content. */
export interface ReceivedProperties extends MessageProperties {
  /** How often it was received, this time included. */
  readonly dequeueCount: number;
  /** What updating and deleting need, until the message is received again. */
  readonly popReceipt: string;
  /** When it becomes visible to others again. */
  readonly nextVisibleOn: Date;
}

/** A message that was received and is hidden from others until `nextVisibleOn`. */
export type ReceivedMessage<Content = string> = ReceivedProperties & MessageContent<Content>;

/** What a peeked message has beside its content. */
export interface PeekedProperties extends MessageProperties {
  /** How often it was received. */
  readonly dequeueCount: number;
}

/** A message that was looked at and not received. */
export type PeekedMessage<Content = string> = PeekedProperties & MessageContent<Content>;

/** What an update tells of a message, beside what was known of it. */
export interface UpdatedProperties extends Partial<MessageProperties> {
  /** The message's id. */
  readonly id: string;
  /** The pop receipt that is valid from now on; the one before is not. */
  readonly popReceipt: string;
  /** When it becomes visible to others again. */
  readonly nextVisibleOn: Date;
}

/** A message that was updated: what was known of it, with its new pop receipt. */
export type UpdatedMessage<Content = string> = UpdatedProperties & Partial<MessageContent<Content>>;

/** What may be done with a queue. */
export interface QueueSasPermissions {
  /** Peek at messages, read properties (`r`). */
  read?: boolean;
  /** Send messages (`a`). */
  add?: boolean;
  /** Update messages (`u`). */
  update?: boolean;
  /** Receive and delete messages (`p`). */
  process?: boolean;
}

/** A stored access policy, to which shared access signatures can refer. The emulator refuses one that is empty. */
export interface AccessPolicy {
  /** When signatures begin to be valid; whole seconds. */
  start?: Date | string;
  /** When they end; whole seconds. */
  expiry?: Date | string;
  /** Letters of `raup`, or an object. Read back, it is always letters. */
  permission?: string | QueueSasPermissions;
}

/** A stored access policy as the service returns it. */
export interface StoredAccessPolicy {
  /** When signatures begin to be valid; missing when the signature itself must tell. */
  readonly start?: Date;
  /** When they end; missing when the signature itself must tell. */
  readonly expiry?: Date;
  /** Letters of `raup`: read, add, update, process. */
  readonly permission?: string;
}

/** How long logs or metrics are kept. */
export interface RetentionPolicy {
  /** Whether they are removed at all. */
  enabled: boolean;
  /** After how many days: 1 to 365. Required when enabled, ignored when not. */
  days?: number;
}

/** Which requests Storage Analytics logs. */
export interface AnalyticsLogging {
  /** Version of Storage Analytics. Default: `1.0`. */
  version?: string;
  /** Whether deletes are logged. Default: `false`. */
  delete?: boolean;
  /** Whether reads are logged. Default: `false`. */
  read?: boolean;
  /** Whether writes are logged. Default: `false`. */
  write?: boolean;
  /** How long logs are kept. Default: for ever. */
  retentionPolicy?: RetentionPolicy;
}

/** What Storage Analytics counts. */
export interface Metrics {
  /** Version of Storage Analytics. Default: `1.0`. */
  version?: string;
  /** Whether metrics are made. Default: `false`. */
  enabled?: boolean;
  /** Whether they are told apart by operation; ignored unless enabled. Default: `false`. */
  includeApis?: boolean;
  /** How long metrics are kept. Default: for ever. */
  retentionPolicy?: RetentionPolicy;
}

/**
 * What pages of other origins may do.
 * Source: https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services
 */
export interface CorsRule {
  /** 1 to 64 origins such as `https://app.example.com`, or `["*"]`. */
  allowedOrigins: string[];
  /** Of `DELETE`, `GET`, `HEAD`, `MERGE`, `POST`, `OPTIONS` and `PUT`. */
  allowedMethods: string[];
  /** Request headers; a trailing `*` stands for any rest. Default: none. */
  allowedHeaders?: string[];
  /** Response headers that a page may read; a trailing `*` stands for any rest. Default: none. */
  exposedHeaders?: string[];
  /** Seconds that a browser may remember a preflight, from 0 on. Default: 0. */
  maxAgeInSeconds?: number;
}

/** Changes to the settings of the queue service. */
export interface QueueServiceProperties {
  /** Storage Analytics logs. Missing: left as it is. */
  analyticsLogging?: AnalyticsLogging;
  /** Metrics by the hour. Missing: left as it is. */
  hourMetrics?: Metrics;
  /** Metrics by the minute. Missing: left as it is. */
  minuteMetrics?: Metrics;
  /** At most 5 rules for browsers. Missing: left as it is; an empty array removes them all. */
  cors?: CorsRule[];
}

/** What Storage Analytics counts, as the service returns it. */
export interface StoredMetrics extends Required<Omit<Metrics, "includeApis">> {
  /** Whether they are told apart by operation. Missing where metrics are disabled. */
  includeApis?: boolean;
}

/** The settings of the queue service as it returns them; `setServiceProperties` takes them back. */
export interface StoredServiceProperties {
  /** Storage Analytics logs. */
  analyticsLogging: Required<AnalyticsLogging>;
  /** Metrics by the hour. */
  hourMetrics: StoredMetrics;
  /** Metrics by the minute. */
  minuteMetrics: StoredMetrics;
  /** Rules for browsers; empty when the account has none. */
  cors: Required<CorsRule>[];
}

/** How far the secondary endpoint is behind. */
export interface QueueServiceStats {
  /** The replication to the secondary region. */
  readonly geoReplication: {
    /** `live`, `bootstrap` (the first copy is being made) or `unavailable`; or a status of a later service version. */
    readonly status: "live" | "bootstrap" | "unavailable" | (string & {});
    /** All writes before this moment can be read from the secondary endpoint; missing while there is none. */
    readonly lastSyncTime?: Date;
  };
}

/** A key with which a holder of an access token signs shared access signatures. `value` is a secret. */
export interface UserDelegationKey {
  /** Object id of who asked for it. */
  readonly signedOid: string;
  /** Tenant of who asked for it. */
  readonly signedTid: string;
  /** When it begins to be valid (ISO 8601), as the service wrote it: the signature covers this text. */
  readonly signedStart: string;
  /** When it ends (ISO 8601), as the service wrote it. */
  readonly signedExpiry: string;
  /** The service it is for: `q`. */
  readonly signedService: string;
  /** The service version that made it. */
  readonly signedVersion: string;
  /** Tenant of the one user that signatures made with it are for. */
  readonly signedDelegatedUserTid?: string;
  /** The key itself, in Base64: a secret. */
  readonly value: string;
}

/** A page of results. */
export interface Page<Item> {
  /** The results. */
  readonly items: Item[];
  /** Where the next page begins; `undefined` on the last page, and always for messages. */
  readonly continuationToken: string | undefined;
}

/** Options of calls that create a queue. */
export interface CreateQueueOptions extends CallOptions {
  /** The queue's metadata. Default: none. */
  metadata?: Metadata;
}

/** Options of `listQueues`. */
export interface ListQueuesOptions extends CallOptions {
  /** Only queues whose names begin so. Default: all. */
  nameStartsWith?: string;
  /** Whether the queues carry their metadata. Default: `false`. */
  includeMetadata?: boolean;
  /** Queues per request: 1 to 5000. Default: the service's own, 5000. */
  resultsPerPage?: number;
}

/** Options of `listQueues` for queues with their metadata. */
export interface ListQueuesWithMetadataOptions extends ListQueuesOptions {
  /** The queues carry their metadata. */
  includeMetadata: true;
}

/** Options of `getUserDelegationKey`. */
export interface UserDelegationKeyOptions extends CallOptions {
  /** When the key ends: at most 7 days from now. */
  expiry: Date | string;
  /** When the key begins to be valid. Default: now, by the service's clock. */
  start?: Date | string;
  /** Tenant of the one user that signatures made with the key are for. Needs service version 2026-04-06. */
  delegatedUserTenantId?: string;
}

/** Options of `sendMessage`. */
export interface SendMessageOptions extends CallOptions {
  /** Seconds until the message becomes visible: 0 to 604800 (7 days), less than `timeToLive`. Default: 0. */
  visibilityTimeout?: number;
  /** Seconds until the message is removed by itself, from 1 on, or -1 for never. Default: 604800 (7 days). */
  timeToLive?: number;
}

/** Options of `receiveMessage`. */
export interface ReceiveMessageOptions extends CallOptions {
  /** Seconds for which the message is hidden from others: 1 to 604800 (7 days). Default: 30. */
  visibilityTimeout?: number;
}

/** Options of `receiveMessages`. */
export interface ReceiveMessagesOptions extends ReceiveMessageOptions {
  /**
   * Messages per request: 1 to 32. All messages of a page are hidden from the moment it is received, so those that come
   * last in the loop have the least time left. Default: with `maxMessages` as many as are left, at most 32; otherwise 1.
   */
  messagesPerPage?: number;
  /**
   * Messages in all, from 0 on. The last page asks only for what is left, also where `messagesPerPage` is larger; Python's
   * client refuses a `messagesPerPage` above `maxMessages`. Default: until the queue has none to give.
   */
  maxMessages?: number;
}

/** Options of `peekMessages`. */
export interface PeekMessagesOptions extends CallOptions {
  /** How many messages to look at: 1 to 32. Default: 1. */
  maxMessages?: number;
}

/** A message, or as much of one as a call needs. */
export interface MessageReference {
  /** The message's id. */
  readonly id: string;
  /** The pop receipt of the latest receive or update. */
  readonly popReceipt?: string;
}

/** A message as `updateMessage` takes it. */
export interface UpdatableMessage extends MessageReference {
  /**
   * Sent unless it is the value that the client returned with this very object. Copies, such as `{ ...message }`, are other
   * objects. Changes inside the value, such as in bytes or in properties of an object, are not noticed.
   */
  readonly content?: unknown;
}

/** Options of calls that change one message. */
export interface MessageOptions extends CallOptions {
  /** The pop receipt, where the message is given by its id; otherwise it wins over the message's own. */
  popReceipt?: string;
}

/** Options of `updateMessage`. */
export interface UpdateMessageOptions<Content = string> extends MessageOptions {
  /** The new content. Default: the content of the message object, if the caller replaced it; otherwise none is sent. */
  content?: Content;
  /**
   * Seconds until the message becomes visible again: 0 to 604800 (7 days), not beyond its expiry. Default: 0, which
   * shows it to others at once. To extend a lease, use `updateVisibilityTimeout`.
   */
  visibilityTimeout?: number;
}
