// One queue: what a person sends, peeks at, receives and deletes there.

import { computed, effect, signal } from "@preact/signals";
import type {
  PeekedMessage,
  QueueClient,
  QueueMessage,
  QueueServiceClient,
  ReceivedMessage,
  SasProperties,
  SendMessageOptions,
} from "azure-queue-wasm";
import { whyNot } from "./access.ts";
import { Action } from "./action.ts";
import { now } from "./clock.ts";
import { plural, span } from "./words.ts";

export type Encoding = "text" | "base64";

/** The most that the service gives at once. */
export const mostAtOnce = 32;

export class Messages {
  readonly queueName: string;
  readonly encoding = signal<Encoding>("text");
  /** About how many there are, hidden ones included; missing while it is not known. */
  readonly count = signal<number | undefined>();
  /** Missing until somebody has looked. */
  readonly peeked = signal<PeekedMessage[] | undefined>();
  /** Received and not deleted. */
  readonly received = signal<ReceivedMessage[]>([]);
  /** Those of them that are still hidden from everybody else. */
  readonly held = computed(() => this.received.value.filter((message) => isHeld(message, now.value)));
  /** What was done last, for people who cannot see it happen. */
  readonly said = signal("");

  readonly counting = new Action();
  readonly sending = new Action();
  readonly peeking = new Action();
  readonly receiving = new Action();

  readonly #account: { service: QueueServiceClient; sas: SasProperties };
  readonly #client = computed(
    (): QueueClient => this.#account.service.getQueueClient(this.queueName, { messageEncoding: this.encoding.value }),
  );

  constructor(account: { service: QueueServiceClient; sas: SasProperties }, queueName: string) {
    this.#account = account;
    this.queueName = queueName;
  }

  /** Says so when a message goes back to the queue. To be called when the queue is shown; gives what ends it. */
  watch(): () => void {
    return effect(() => {
      const back = this.received.value.length - this.held.value.length;
      if (back === 0) return;
      this.received.value = this.held.value;
      this.said.value = `${plural(back, "message")} not deleted in time: visible to others again.`;
    });
  }

  refreshCount(): Promise<boolean> {
    return this.counting.run(async () => {
      if (whyNot(this.#account.sas, "count", Date.now()) !== undefined) return;
      this.count.value = (await this.#client.value.getQueueProperties()).approximateMessageCount;
    });
  }

  send(content: string, options: SendMessageOptions): Promise<boolean> {
    return this.#do(this.sending, async () => {
      const { id } = await this.#client.value.sendMessage(content, options);
      const delay = options.visibilityTimeout ? `, to be seen in ${span(options.visibilityTimeout * 1000)}` : "";
      return `Sent${delay}: ${id}`;
    });
  }

  peek(): Promise<boolean> {
    return this.#do(this.peeking, async () => {
      this.peeked.value = await this.#client.value.peekMessages({ maxMessages: mostAtOnce });
      return `${plural(this.peeked.value.length, "message")} to be seen.`;
    });
  }

  receive(maxMessages: number, visibilityTimeout: number): Promise<boolean> {
    return this.#do(this.receiving, async () => {
      const options = { messagesPerPage: maxMessages, visibilityTimeout };
      const { value: page } = await this.#client.value.receiveMessages(options).byPage().next();
      const items = page?.items ?? [];
      this.received.value = [...items, ...this.received.value];
      this.#unlist(items.map(({ id }) => id));
      return items.length === 0 ? "There is no message to receive." : `${plural(items.length, "message")} received.`;
    });
  }

  /** With an action of the message's own, so that several can be deleted at once. */
  delete(message: ReceivedMessage, deleting: Action): Promise<boolean> {
    return this.#do(deleting, async () => {
      await this.#client.value.deleteMessage(message);
      this.received.value = this.received.value.filter((other) => other !== message);
      return `Deleted: ${message.id}`;
    });
  }

  /** Shows the messages in another encoding; those that were peeked at are looked at again. */
  async encode(encoding: Encoding): Promise<void> {
    this.encoding.value = encoding;
    if (this.peeked.value !== undefined) await this.peek();
  }

  /** Received messages are hidden, so a look from now on would not show them. */
  #unlist(ids: string[]): void {
    this.peeked.value = this.peeked.value?.filter(({ id }) => !ids.includes(id));
  }

  async #do(action: Action, work: () => Promise<string>): Promise<boolean> {
    const done = await action.run(async () => {
      this.said.value = await work();
    });
    if (done) void this.refreshCount();
    return done;
  }
}

/** The service tells the time without its fraction, so a message may stay hidden for up to a second more. */
const isHeld = ({ nextVisibleOn }: ReceivedMessage, now: number) => nextVisibleOn.getTime() + 1000 > now;

/** A message's content for people; the text as it stands in the queue when it cannot be decoded. */
export function contentOf(message: QueueMessage): { text: string; problem?: string } {
  if (message.contentError === undefined) return { text: message.content };
  return {
    text: message.rawContent ?? "",
    problem: "This is not Base64 of a text. It is shown as it is in the queue.",
  };
}
