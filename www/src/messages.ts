// One queue: the messages that a person peeks at, receives, sends and deletes.

import { computed, effect, signal } from "@preact/signals";
import { isAzureError, type PeekedMessage, type ReceivedMessage, type SendMessageOptions } from "azure-queue-wasm";
import { whyNot } from "./access.ts";
import { Action } from "./action.ts";
import { now } from "./clock.ts";
import type { Opened } from "./connect.ts";
import { contentOf, type Reading, type SendEncoding, whyNotSendable } from "./content.ts";
import { plural, span } from "./words.ts";

/** The most messages that the service returns at once. */
export const mostAtOnce = 32;

export class Messages {
  readonly queueName: string;
  readonly reading = signal<Reading>("auto");
  /** About how many messages there are, hidden ones included; `undefined` while it is not known. */
  readonly count = signal<number | undefined>();
  /** `undefined` until the first peek. */
  readonly peeked = signal<PeekedMessage[] | undefined>();
  /** Received and not deleted. */
  readonly received = signal<ReceivedMessage[]>([]);
  /** Those of them that are still hidden from all others. */
  readonly held = computed(() => {
    const { value: received } = this.received;
    const held = received.filter((message) => isHeld(message, now.value));
    // The same list as long as it has the same messages, so that views are not drawn again each second.
    return held.length === received.length ? received : held;
  });
  /** What was done last, for people who cannot see it happen. */
  readonly said = signal("");
  /** Whether the last call found no queue of this name. */
  readonly isMissing = signal(false);
  /** The encoding that a person chose to send with. */
  readonly chosenEncoding = signal<SendEncoding | undefined>();
  /** The encoding to send with: as chosen, or else that of most messages of the queue. */
  readonly sendEncoding = computed(() => this.chosenEncoding.value ?? this.#usualEncoding());
  /** Whether some of the messages are Base64 and others are not. */
  readonly isMixed = computed(() => new Set(this.#encodings()).size > 1);

  readonly counting = new Action();
  readonly sending = new Action();
  readonly peeking = new Action();
  readonly receiving = new Action();

  readonly #opened: Opened;

  constructor(opened: Opened, queueName: string) {
    this.#opened = opened;
    this.queueName = queueName;
  }

  /** Reports messages that return to the queue. To be called when the queue is shown; returns a function that ends it. */
  watch(): () => void {
    return effect(() => {
      const back = this.received.value.length - this.held.value.length;
      if (back === 0) return;
      this.received.value = this.held.value;
      this.said.value = `${plural(back, "message")} not deleted in time: visible to others again.`;
      void this.refresh();
    });
  }

  /** Peeks and counts, as far as the token allows it. */
  async refresh(): Promise<void> {
    await Promise.all([this.#isAllowed("peek") && this.#peek(), this.refreshCount()]);
  }

  refreshCount(): Promise<boolean> {
    return this.counting.read(async () => {
      if (!this.#isAllowed("count")) return;
      const { approximateMessageCount } = await this.#noting(() => this.#client("text").getQueueProperties());
      this.count.value = approximateMessageCount;
    });
  }

  peek(): Promise<boolean> {
    this.said.value = "";
    void this.refreshCount();
    return this.#peek();
  }

  #peek(): Promise<boolean> {
    return this.peeking.read(async () => {
      const messages = await this.#noting(() => this.#client("auto").peekMessages({ maxMessages: mostAtOnce }));
      // A message that is held is hidden; one whose time is over may be in both lists for a moment.
      const held = new Set(this.held.value.map(({ id }) => id));
      this.peeked.value = messages.filter(({ id }) => !held.has(id));
    });
  }

  send(content: string, options: SendMessageOptions): Promise<boolean> {
    const encoding = this.sendEncoding.value;
    return this.#change(this.sending, async () => {
      const problem = whyNotSendable(content, encoding);
      if (problem !== undefined) throw new Error(problem);
      const { id } = await this.#client(encoding).sendMessage(content, options);
      const delay = options.visibilityTimeout ? `, visible in ${span(options.visibilityTimeout * 1000)}` : "";
      return `Sent${delay}: ${id}`;
    });
  }

  receive(maxMessages: number, visibilityTimeout: number): Promise<boolean> {
    return this.#change(this.receiving, async () => {
      const options = { messagesPerPage: maxMessages, visibilityTimeout };
      const end = Date.now() + visibilityTimeout * 1000;
      const { value: page } = await this.#client("auto").receiveMessages(options).byPage().next();
      const items = page?.items ?? [];
      for (const message of items) hiddenUntil.set(message, end);
      this.received.value = [...items, ...this.received.value];
      const ids = new Set(items.map(({ id }) => id));
      this.peeked.value = this.peeked.value?.filter(({ id }) => !ids.has(id));
      return items.length === 0 ? "There is no message to receive." : `${plural(items.length, "message")} received.`;
    });
  }

  /** With an action of the message's own, so that several can be deleted at once. */
  delete(message: ReceivedMessage, deleting: Action): Promise<boolean> {
    return this.#change(deleting, async () => {
      await this.#client("text").deleteMessage(message);
      this.received.value = this.received.value.filter((other) => other !== message);
      return `Deleted: ${message.id}`;
    });
  }

  #client<Encoding extends "auto" | "text" | "base64">(messageEncoding: Encoding) {
    return this.#opened.service.getQueueClient(this.queueName, { messageEncoding });
  }

  #isAllowed(operation: "peek" | "count"): boolean {
    return whyNot(this.#opened.sas.value, operation, Date.now()) === undefined;
  }

  /** Does something that changes the queue, reports it, and looks at the queue again. */
  async #change(action: Action, work: () => Promise<string>): Promise<boolean> {
    if (action.busy.value) return false;
    this.said.value = "";
    const done = await action.run(async () => {
      this.said.value = await this.#noting(work);
    });
    if (done) void this.refresh();
    return done;
  }

  /** Notes whether the queue exists. */
  async #noting<Result>(work: () => Promise<Result>): Promise<Result> {
    try {
      const result = await work();
      this.isMissing.value = false;
      return result;
    } catch (error) {
      // Without a call that can find out that it exists now, the forms would stay disabled.
      const canFindOut = this.#isAllowed("peek") || this.#isAllowed("count");
      if (isAzureError(error) && error.code === "QueueNotFound") this.isMissing.value = canFindOut;
      throw error;
    }
  }

  #encodings(): SendEncoding[] {
    const messages = [...this.held.value, ...(this.peeked.value ?? [])];
    return messages.map((message) => (contentOf(message, this.reading.value).isDecoded ? "base64" : "text"));
  }

  #usualEncoding(): SendEncoding {
    const encodings = this.#encodings();
    if (encodings.length === 0) return this.reading.value === "base64" ? "base64" : "text";
    return encodings.filter((encoding) => encoding === "base64").length * 2 > encodings.length ? "base64" : "text";
  }
}

/** By the clock of this device, which may differ from the service's: when messages become visible to others again. */
const hiddenUntil = new WeakMap<ReceivedMessage, number>();

/** The milliseconds for which a message stays hidden from others. */
export const hiddenFor = (message: ReceivedMessage, now: number): number => (hiddenUntil.get(message) ?? 0) - now;

/** The service's times have no fraction of a second, so a message may stay hidden for up to a second more. */
const isHeld = (message: ReceivedMessage, now: number) => hiddenFor(message, now) + 1000 > 0;
