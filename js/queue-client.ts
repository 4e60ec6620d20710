import { Operation } from "../build/core.js";
import { readPolicies, writePolicies } from "./access-policy.js";
import { type Client, call, callFields, check } from "./client.js";
import { Description } from "./description.js";
import {
  type ContentOf,
  type ContentSteps,
  type ContentWay,
  contentWay,
  type EncodedContent,
  type EncodingOf,
  type InEncoding,
  type MessageEncoding,
  type SameContent,
} from "./encoding.js";
import { Encryption } from "./encryption.js";
import { argumentError } from "./errors.js";
import { described, type Fields } from "./fields.js";
import { type Reference, readMessages, referenceOf, remember, Update, withHintForCopies } from "./messages.js";
import type {
  AccessPolicy,
  CreateQueueOptions,
  Credential,
  MessageOptions,
  MessageReference,
  Metadata,
  Page,
  PeekedMessage,
  PeekMessagesOptions,
  QueueMessage,
  QueueProperties,
  ReceivedMessage,
  ReceiveMessageOptions,
  ReceiveMessagesOptions,
  SendMessageOptions,
  SentMessage,
  StoredAccessPolicy,
  UpdatableMessage,
  UpdatedMessage,
  UpdateMessageOptions,
} from "./models.js";
import { Address, open } from "./opening.js";
import {
  type CallOptions,
  type ClientOptions,
  calledFunction,
  callOptions,
  clientOptions,
  ownOptions,
} from "./options.js";
import { PagedAsyncIterable } from "./paged.js";
import type { PlatformUrl } from "./platform-types.js";
import { Reading, type Values } from "./reading.js";
import { atCaller, startAtCaller } from "./stack.js";
import type { Known } from "./validation.js";

/** Options of a queue client. */
export interface QueueClientOptions<Content = string> extends ClientOptions {
  /**
   * How content stands in the queue. Azure Functions expects `"base64"`. A call may have another. Default: `"text"`.
   * For JSON see {@link jsonEncoding}.
   */
  messageEncoding?: EncodingOf<Content>;
}

/** Options of `QueueClient.fromConnectionString`. */
export interface QueueConnectionOptions<Content = string> extends QueueClientOptions<Content> {
  /** A credential that wins over the one in the connection string. */
  credential?: Credential;
}

const queueOptions: Known<QueueClientOptions> = { ...clientOptions, messageEncoding: true };
const queueConnectionOptions: Known<QueueConnectionOptions> = { ...queueOptions, credential: true };
const createOptions: Known<CreateQueueOptions> = { ...callOptions, metadata: true };
/** Options of a call that writes or reads contents. */
type WithEncoding<Options> = Options & Partial<InEncoding<MessageEncoding>>;
const sendOptions: Known<WithEncoding<SendMessageOptions>> = {
  ...callOptions,
  visibilityTimeout: true,
  timeToLive: true,
  messageEncoding: true,
};
const receiveOneOptions: Known<WithEncoding<ReceiveMessageOptions>> = {
  ...callOptions,
  visibilityTimeout: true,
  messageEncoding: true,
};
const receiveOptions: Known<WithEncoding<ReceiveMessagesOptions>> = {
  ...receiveOneOptions,
  messagesPerPage: true,
  maxMessages: true,
};
const peekOptions: Known<WithEncoding<PeekMessagesOptions>> = {
  ...callOptions,
  maxMessages: true,
  messageEncoding: true,
};
const messageOptions: Known<MessageOptions> = { ...callOptions, popReceipt: true };
const updateOptions: Known<WithEncoding<UpdateMessageOptions<unknown>>> = {
  ...messageOptions,
  content: true,
  visibilityTimeout: true,
  messageEncoding: true,
};

/** The most messages that the service returns in one response. */
const LARGEST_PAGE = 32;

/** How another client hands over a core that it made. */
const made = Symbol("made");

/** The methods of a client for one queue. */
export class QueueClient<Content = string> extends Description {
  readonly #client: Client;
  readonly #way: ContentWay;
  readonly #encryption: Encryption | undefined;

  /** @internal */
  constructor(
    accountUrl: string | PlatformUrl,
    queueName: string,
    credential?: Credential,
    options?: QueueClientOptions<Content>,
  ) {
    const parts =
      (accountUrl as unknown) === made
        ? (queueName as unknown as Made)
        : atCaller(classItself(), () =>
            make(
              Address.AccountUrl,
              accountUrl,
              queueName,
              credential,
              ownOptions(options, queueOptions as Known<QueueClientOptions<Content>>),
            ),
          );
    super(parts.client);
    this.#client = parts.client;
    this.#way = parts.way;
    this.#encryption = parts.encryption;
  }

  /** @internal */
  static fromQueueUrl<Content = string>(
    queueUrl: string | PlatformUrl,
    credential?: Credential,
    options?: QueueClientOptions<Content>,
  ): QueueClient<Content> {
    return atCaller(classItself().fromQueueUrl, () => {
      const init = ownOptions(options, queueOptions as Known<QueueClientOptions<Content>>);
      return fromMade(make(Address.QueueUrl, queueUrl, undefined, credential, init));
    });
  }

  /** @internal */
  static fromConnectionString<Content = string>(
    connectionString: string,
    queueName: string,
    options?: QueueConnectionOptions<Content>,
  ): QueueClient<Content> {
    return atCaller(classItself().fromConnectionString, () => {
      const init = ownOptions(options, queueConnectionOptions as Known<QueueConnectionOptions<Content>>);
      return fromMade(make(Address.ConnectionString, connectionString, queueName, init.credential, init));
    });
  }

  /** The queue's name. */
  get queueName(): string {
    return Description.queueNameOf(this);
  }

  /**
   * Creates the queue. Rejects with a `ResourceExistsError` when there is one of this name (`QueueAlreadyExists`), and
   * for some 40 seconds after one was deleted (`QueueBeingDeleted`).
   * REST: [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4)
   */
  async createQueue(options?: CreateQueueOptions): Promise<void> {
    const init = ownOptions(options, createOptions, this.createQueue);
    await call(this.#client, Operation.CreateQueue, init, (fields) => fields.pairs(init.metadata, true));
  }

  /**
   * Creates the queue where there is none of this name; the metadata of one that exists stays as it is.
   * REST: [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4)
   */
  async createQueueIfNotExists(options?: CreateQueueOptions): Promise<{ created: boolean }> {
    const init = ownOptions(options, createOptions, this.createQueueIfNotExists);
    const write = (fields: Fields) => fields.pairs(init.metadata, true);
    return { created: await call<boolean>(this.#client, Operation.CreateQueueIfNotExists, init, write) };
  }

  /**
   * Deletes the queue with all its messages. Its name can be used again after some 40 seconds. Rejects with a
   * `ResourceNotFoundError` when there is none.
   * REST: [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3)
   */
  async deleteQueue(options?: CallOptions): Promise<void> {
    const init = ownOptions(options, callOptions, this.deleteQueue);
    await call(this.#client, Operation.DeleteQueue, init);
  }

  /**
   * Deletes the queue if it exists.
   * REST: [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3)
   */
  async deleteQueueIfExists(options?: CallOptions): Promise<{ deleted: boolean }> {
    const init = ownOptions(options, callOptions, this.deleteQueueIfExists);
    return { deleted: await call<boolean>(this.#client, Operation.DeleteQueueIfExists, init) };
  }

  /**
   * Whether the queue exists.
   * REST: [Get Queue Metadata](https://learn.microsoft.com/rest/api/storageservices/get-queue-metadata)
   */
  async exists(options?: CallOptions): Promise<boolean> {
    const init = ownOptions(options, callOptions, this.exists);
    return await call<boolean>(this.#client, Operation.Exists, init);
  }

  /**
   * The queue's metadata, and how many messages it has about.
   * REST: [Get Queue Metadata](https://learn.microsoft.com/rest/api/storageservices/get-queue-metadata)
   */
  async getQueueProperties(options?: CallOptions): Promise<QueueProperties> {
    const init = ownOptions(options, callOptions, this.getQueueProperties);
    const read = new Reading(await call(this.#client, Operation.GetQueueProperties, init));
    const approximateMessageCount = read.number();
    return { name: this.queueName, metadata: read.pairs(), approximateMessageCount };
  }

  /**
   * Replaces the queue's metadata; without any, it removes what there is. Blanks around names and values are cut.
   * REST: [Set Queue Metadata](https://learn.microsoft.com/rest/api/storageservices/set-queue-metadata)
   */
  async setQueueMetadata(metadata?: Metadata, options?: CallOptions): Promise<void> {
    const init = ownOptions(options, callOptions, this.setQueueMetadata);
    await call(this.#client, Operation.SetQueueMetadata, init, (fields) => fields.pairs(metadata, true));
  }

  /**
   * The queue's stored access policies, by their ids.
   * REST: [Get Queue ACL](https://learn.microsoft.com/rest/api/storageservices/get-queue-acl)
   */
  async getQueueAccessPolicy(options?: CallOptions): Promise<Record<string, StoredAccessPolicy>> {
    const init = ownOptions(options, callOptions, this.getQueueAccessPolicy);
    return readPolicies(new Reading(await call(this.#client, Operation.GetQueueAccessPolicy, init)));
  }

  /**
   * Replaces the queue's stored access policies, at most 5, by their ids (1 to 64 characters); `{}` removes them all.
   * It may take 30 seconds until the service goes by them; a SAS that refers to one is refused until then.
   * REST: [Set Queue ACL](https://learn.microsoft.com/rest/api/storageservices/set-queue-acl)
   */
  async setQueueAccessPolicy(signedIdentifiers: Record<string, AccessPolicy>, options?: CallOptions): Promise<void> {
    const init = ownOptions(options, callOptions, this.setQueueAccessPolicy);
    const write = (fields: Fields) => writePolicies(fields, signedIdentifiers);
    await call(this.#client, Operation.SetQueueAccessPolicy, init, write);
  }

  /**
   * Adds a message at the end of the queue: at most 65,536 bytes after encoding and encryption. It is not sent again when
   * the reply is lost, since it might then be there twice; the error is an `AmbiguousOutcomeError`.
   * REST: [Put Message](https://learn.microsoft.com/rest/api/storageservices/put-message)
   */
  async sendMessage<Encoding extends MessageEncoding>(
    content: ContentOf<Encoding>,
    options: SendMessageOptions & InEncoding<Encoding>,
  ): Promise<SentMessage<ContentOf<Encoding>>>;
  async sendMessage(
    content: Content,
    options?: SendMessageOptions & SameContent<Content>,
  ): Promise<SentMessage<Content>>;
  async sendMessage(content: unknown, options?: SendMessageOptions): Promise<SentMessage<unknown>> {
    const init: WithEncoding<SendMessageOptions> = ownOptions(options, sendOptions, this.sendMessage);
    const way = this.#wayOf(init);
    const { text, size } = way.steps ? await this.#encode(way.steps, content, init) : asGiven(content);
    const page = await call(this.#client, Operation.SendMessage, init, (fields) =>
      fields.string(way.encoding).integer(init.visibilityTimeout).integer(init.timeToLive).content(text).size(size),
    );
    return remember({ ...readMessages(page)[0], content } as SentMessage<unknown>);
  }

  /**
   * Receives one message and hides it from others; `undefined` when there is none to be seen. It comes back when it is
   * not deleted before `nextVisibleOn`.
   * REST: [Get Messages](https://learn.microsoft.com/rest/api/storageservices/get-messages)
   */
  async receiveMessage<Encoding extends MessageEncoding>(
    options: ReceiveMessageOptions & InEncoding<Encoding>,
  ): Promise<ReceivedMessage<ContentOf<Encoding>> | undefined>;
  async receiveMessage(
    options?: ReceiveMessageOptions & SameContent<Content>,
  ): Promise<ReceivedMessage<Content> | undefined>;
  async receiveMessage(options?: ReceiveMessageOptions): Promise<ReceivedMessage<unknown> | undefined> {
    const init: WithEncoding<ReceiveMessageOptions> = ownOptions(options, receiveOneOptions, this.receiveMessage);
    const [message] = await this.#receivePage(1, init);
    return message;
  }

  /**
   * Receives messages until `maxMessages` are delivered or the queue has none to give, page by page, each when the loop
   * comes to it. The service has no long polling: an empty queue ends the loop. Messages whose time has run out come
   * again, in the same loop too.
   * REST: [Get Messages](https://learn.microsoft.com/rest/api/storageservices/get-messages)
   * @throws TypeError, RangeError at once when an option is not allowed
   */
  receiveMessages<Encoding extends MessageEncoding>(
    options: ReceiveMessagesOptions & InEncoding<Encoding>,
  ): PagedAsyncIterable<ReceivedMessage<ContentOf<Encoding>>>;
  receiveMessages(
    options?: ReceiveMessagesOptions & SameContent<Content>,
  ): PagedAsyncIterable<ReceivedMessage<Content>>;
  receiveMessages(options?: ReceiveMessagesOptions): PagedAsyncIterable<ReceivedMessage<unknown>> {
    const init = atCaller(this.receiveMessages, () => {
      const init: WithEncoding<ReceiveMessagesOptions> = ownOptions(options, receiveOptions);
      const { encoding } = this.#wayOf(init);
      const fields = writeReceive(callFields(init), encoding, init.messagesPerPage, init.maxMessages, init);
      check(this.#client, Operation.ReceiveMessages, fields);
      return init;
    });
    const { messagesPerPage, maxMessages } = init;
    const receivePage = (number: number | undefined) => this.#receivePage(number, init);

    async function* pages(token: string | undefined): AsyncGenerator<Page<ReceivedMessage<unknown>>, undefined> {
      if (token !== undefined) {
        throw argumentError(
          TypeError,
          `continuationToken must be left out, since messages have no pages to go on from; got ${described(token)}`,
          "continuationToken",
        );
      }
      let left = maxMessages ?? Number.POSITIVE_INFINITY;
      while (left > 0) {
        const items = await receivePage(pageSize(messagesPerPage, maxMessages, left));
        if (items.length === 0) return;
        left -= items.length;
        yield { items, continuationToken: undefined };
      }
    }
    return new PagedAsyncIterable(pages);
  }

  /**
   * Looks at messages at the front of the queue without hiding them or counting it as a receive. Hidden messages are not
   * seen, and never more than 32.
   * REST: [Peek Messages](https://learn.microsoft.com/rest/api/storageservices/peek-messages)
   */
  async peekMessages<Encoding extends MessageEncoding>(
    options: PeekMessagesOptions & InEncoding<Encoding>,
  ): Promise<PeekedMessage<ContentOf<Encoding>>[]>;
  async peekMessages(options?: PeekMessagesOptions & SameContent<Content>): Promise<PeekedMessage<Content>[]>;
  async peekMessages(options?: PeekMessagesOptions): Promise<PeekedMessage<unknown>[]> {
    const init: WithEncoding<PeekMessagesOptions> = ownOptions(options, peekOptions, this.peekMessages);
    const way = this.#wayOf(init);
    const write = (fields: Fields) => fields.string(way.encoding).integer(init.maxMessages);
    return await decode(way, await call(this.#client, Operation.PeekMessages, init, write), init);
  }

  /**
   * Changes a message's content, its visibility timeout, or both. From then on only the returned pop receipt is valid.
   * Without `visibilityTimeout` the message is visible to others at once.
   *
   * The option `content` is sent, or else the content of the message object where the caller replaced it: after
   * `message.content = "new"`, and of every object that no client returned, such as `{ ...message }` or a message from JSON.
   * Otherwise the message keeps its content. The result has the content that the queue holds. Where the client does not know
   * it, because the pop receipt is of another version of the message, reading `content` throws. Changes inside the value
   * (bytes, properties of an object) are not noticed: give such content as the option. To change only the visibility
   * timeout of a copy, use {@link updateVisibilityTimeout}.
   *
   * Rejects with a `ResourceNotFoundError` (`MessageNotFound`) or an `HttpResponseError` (`PopReceiptMismatch`) when
   * the message is gone or somebody else has received it.
   * REST: [Update Message](https://learn.microsoft.com/rest/api/storageservices/update-message)
   */
  async updateMessage<Encoding extends MessageEncoding>(
    message: UpdatableMessage | string,
    options: UpdateMessageOptions<ContentOf<Encoding>> & InEncoding<Encoding>,
  ): Promise<UpdatedMessage<ContentOf<Encoding>>>;
  async updateMessage(
    message: ReceivedMessage<Content>,
    options?: UpdateMessageOptions<Content> & SameContent<Content>,
  ): Promise<ReceivedMessage<Content>>;
  async updateMessage(
    message: UpdatableMessage | string,
    options?: UpdateMessageOptions<Content> & SameContent<Content>,
  ): Promise<UpdatedMessage<Content>>;
  async updateMessage(message: UpdatableMessage | string, options?: UpdateMessageOptions<unknown>): Promise<unknown> {
    const init: WithEncoding<UpdateMessageOptions<unknown>> = ownOptions(options, updateOptions, this.updateMessage);
    const update = startingAtCaller(init, () => new Update(message, init.popReceipt, { content: init.content }));
    const { content } = update;
    const way = this.#wayOf(init);
    const isReady = content === undefined || way.steps === undefined;
    try {
      const { text, size } = isReady ? asGiven(content) : await this.#encode(way.steps, content, init);
      const receipt = await call(this.#client, Operation.UpdateMessage, init, (fields) => {
        fields.string(way.encoding).integer(init.visibilityTimeout);
        writeReference(fields, update.reference).content(text).size(size);
      });
      return update.result(receipt);
    } catch (error) {
      throw update.isContentOfCopy ? startAtCaller(withHintForCopies(error), this.updateMessage) : error;
    }
  }

  /**
   * Hides a received message for so many seconds from now on, 0 to 604800 (7 days), whatever was left; its content is
   * not touched, and a content that the caller put into the message object is not sent. From then on only the returned pop
   * receipt is valid.
   *
   * The result has the content that the queue holds. That of a copy (`{ ...message }`, a message from JSON, a proxy) may be
   * another one, so reading `content` of its result throws a `contentError`: read that of the copy.
   * REST: [Update Message](https://learn.microsoft.com/rest/api/storageservices/update-message)
   */
  async updateVisibilityTimeout(
    message: ReceivedMessage<Content>,
    visibilityTimeout: number,
    options?: MessageOptions,
  ): Promise<ReceivedMessage<Content>>;
  async updateVisibilityTimeout(
    message: MessageReference | string,
    visibilityTimeout: number,
    options?: MessageOptions,
  ): Promise<UpdatedMessage<Content>>;
  async updateVisibilityTimeout(
    message: MessageReference | string,
    visibilityTimeout: number,
    options?: MessageOptions,
  ): Promise<unknown> {
    const init = ownOptions(options, messageOptions, this.updateVisibilityTimeout);
    const update = startingAtCaller(init, () => new Update(message, init.popReceipt));
    const write = (fields: Fields) => writeReference(fields.integer(visibilityTimeout), update.reference);
    return update.result(await call(this.#client, Operation.UpdateVisibilityTimeout, init, write));
  }

  /**
   * Deletes a message that was received, by the message or by its id and pop receipt. Rejects with a
   * `ResourceNotFoundError` (`MessageNotFound`) or an `HttpResponseError` (`PopReceiptMismatch`) when it is gone or
   * somebody else has received it.
   * REST: [Delete Message](https://learn.microsoft.com/rest/api/storageservices/delete-message2)
   */
  async deleteMessage(message: MessageReference | string, options?: MessageOptions): Promise<void> {
    const init = ownOptions(options, messageOptions, this.deleteMessage);
    const reference = startingAtCaller(init, () => referenceOf(message, init.popReceipt));
    await call(this.#client, Operation.DeleteMessage, init, (fields) => writeReference(fields, reference));
  }

  /**
   * Deletes all messages of the queue. A queue with very many may need several calls: the service then answers with the
   * code `OperationTimedOut`.
   * REST: [Clear Messages](https://learn.microsoft.com/rest/api/storageservices/clear-messages)
   */
  async clearMessages(options?: CallOptions): Promise<void> {
    const init = ownOptions(options, callOptions, this.clearMessages);
    await call(this.#client, Operation.ClearMessages, init);
  }

  async #receivePage(number: number | undefined, init: WithEncoding<ReceiveMessageOptions>) {
    const way = this.#wayOf(init);
    const page = await call(this.#client, Operation.ReceiveMessages, init, (fields) =>
      writeReceive(fields, way.encoding, number, undefined, init),
    );
    return await decode<ReceivedMessage<unknown>>(way, page, init);
  }

  /** The way of a call's own encoding, or of the client's. */
  #wayOf(init: WithEncoding<CallOptions>): ContentWay {
    if (init.messageEncoding === undefined) return this.#way;
    return startingAtCaller(init, () => contentWay(init.messageEncoding, this.#encryption));
  }

  /** What the steps on this side make of content. */
  async #encode(steps: ContentSteps, content: unknown, init: CallOptions): Promise<EncodedContent> {
    try {
      check(this.#client, undefined, callFields(init));
      return await steps.toText(content, init.signal);
    } catch (error) {
      throw startAtCaller(error, calledFunction(init));
    }
  }
}

/** Runs code before the request is sent, so that the stacks of its errors start at the caller. */
function startingAtCaller<Result>(init: CallOptions, run: () => Result): Result {
  return atCaller(calledFunction(init), run);
}

/** Content that the core encodes, and at once: bytes may change while something is awaited, and a Promise is no content. */
function asGiven(content: unknown): { text: unknown; size?: number } {
  return { text: content };
}

async function decode<Message extends QueueMessage<unknown>>(way: ContentWay, page: Values, init: CallOptions) {
  const messages = readMessages(page) as Message[];
  const decoded = way.steps ? await way.steps.toContents(messages, init.signal) : messages;
  for (const message of decoded) remember(message);
  return decoded;
}

/** The class, for itself: bundlers rename a class whose own body names it. */
function classItself(): typeof QueueClient {
  return QueueClient;
}

type Made = { client: Client; way: ContentWay; encryption: Encryption | undefined };

/** Opens a client, and says what steps content goes through on this side of the core. */
function make(
  kind: Address,
  address: unknown,
  queueName: unknown,
  credential: unknown,
  init: ClientOptions & { messageEncoding?: unknown },
): Made {
  const encryption = init.encryption === undefined ? undefined : new Encryption(init.encryption);
  const client = open(kind, address, credential, init, (fields) => fields.string(queueName));
  return { client, way: contentWay(init.messageEncoding, encryption), encryption };
}

/**
 * A client around a core that is made already; for the service client.
 * @internal
 */
export function fromMade<Content>(parts: Made): QueueClient<Content> {
  return new QueueClient<Content>(made as unknown as string, parts as unknown as string);
}

/** Of the numbers only the first is sent; the second bounds all pages. */
function writeReceive(
  fields: Fields,
  encoding: unknown,
  perPage: number | undefined,
  max: number | undefined,
  { visibilityTimeout }: ReceiveMessageOptions,
): Fields {
  return fields.string(encoding).integer(perPage).integer(max).integer(visibilityTimeout);
}

/**
 * How many messages a page asks for; `undefined` leaves it to the service, which sends one. A page holds no more than what
 * is left, because messages that are received and not delivered stay hidden.
 */
function pageSize(perPage: number | undefined, max: number | undefined, left: number): number | undefined {
  const most = perPage ?? (max === undefined ? undefined : LARGEST_PAGE);
  return most && Math.min(most, left);
}

function writeReference(fields: Fields, { id, popReceipt }: Reference): Fields {
  return fields.string(id).string(popReceipt);
}
