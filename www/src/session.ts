// Which token is open and which queue is looked at. The token is in memory only: not in the address bar, the history,
// a storage or the page.

import { computed, signal } from "@preact/signals";
import { lockTo } from "./lock.ts";
import { Messages } from "./messages.ts";
import { Queues } from "./queues.ts";
import { type Opened, openUrl, Unusable } from "./token.ts";

/** A token, and what the page knows of its account. */
export class Session {
  readonly queues: Queues;
  /** Whether there is more to see than the one queue of the URL. */
  readonly hasAccount: boolean;
  readonly #messages = new Map<string, Messages>();

  constructor(readonly opened: Opened) {
    this.queues = new Queues(opened);
    this.hasAccount = opened.sas.kind === "account" || opened.queueName === undefined;
  }

  /** Always the same for the same queue, so that what was received is still there when a person comes back. */
  messagesOf(queueName: string): Messages {
    const messages = this.#messages.get(queueName) ?? new Messages(this.opened, queueName);
    this.#messages.set(queueName, messages);
    return messages;
  }
}

export const session = signal<Session | undefined>();

/** Why the token that was given last could not be opened. */
export const refusal = signal<string | undefined>();

const inFragment = signal<string | undefined>();

/** The queue to show; `undefined` for the list of them. */
export const messages = computed(() => {
  const { value } = session;
  const name = value?.hasAccount ? inFragment.value : value?.opened.queueName;
  return name === undefined ? undefined : value?.messagesOf(name);
});

/** Opens what was pasted. */
export function open(pasted: string): void {
  try {
    const opened = openUrl(pasted);
    lockTo(opened.origin);
    const next = new Session(opened);
    if (opened.queueName !== undefined && next.hasAccount) goTo(opened.queueName);
    refusal.value = undefined;
    session.value = next;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    refusal.value = error.message;
  }
}

/** Forgets the token and everything else: no memory is as empty as that of a new page. */
export function forget(): void {
  history.replaceState(null, "", withoutFragment());
  location.reload();
}

const tokenMark = "#sas=";
const queueMark = "#queue/";

/** The addresses of a queue and of the list within this page. */
export const linkTo = (queueName: string): string => queueMark + encodeURIComponent(queueName);
export const linkToList = "#queues";

const withoutFragment = () => location.pathname + location.search;

function goTo(queueName: string): void {
  history.replaceState(null, "", linkTo(queueName));
  readFragment();
}

function readFragment(): void {
  const { hash } = location;
  inFragment.value = hash.startsWith(queueMark) ? decoded(hash.slice(queueMark.length)) : undefined;
}

/** Reads the fragment, now and whenever it changes. A token in it is taken out of the address bar first of all. */
export function begin(): void {
  const { hash } = location;
  const hasToken = hash.startsWith(tokenMark);
  if (hasToken) history.replaceState(null, "", withoutFragment());
  readFragment();
  addEventListener("hashchange", () => {
    // This page may be locked to another host, so it begins anew and finds the token in the fragment.
    if (location.hash.startsWith(tokenMark)) location.reload();
    else readFragment();
  });
  if (hasToken) open(decoded(hash.slice(tokenMark.length)));
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
