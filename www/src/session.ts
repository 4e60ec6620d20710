// The token that is open, and the view that the fragment of the address names. The token is in memory only: not in the
// address bar, the history, a storage or the page.

import { computed, signal } from "@preact/signals";
import type { Diagnosis } from "azure-queue-wasm";
import { type Opened, openPasted, openWithKey, replaceToken, Unusable } from "./connect.ts";
import { lockTo } from "./lock.ts";
import { Messages } from "./messages.ts";
import { Queues } from "./queues.ts";

/** An open token, and what the page knows of its account. */
export class Session {
  readonly queues: Queues;
  /** Whether there is more to see than the one queue of the URL. */
  readonly hasAccount: boolean;
  readonly #messages = new Map<string, Messages>();

  constructor(readonly opened: Opened) {
    this.queues = new Queues(opened);
    this.hasAccount = opened.sas.value.kind === "account" || opened.queueName === undefined;
  }

  /** Always the same object for the same queue, so that received messages are kept while another queue is open. */
  messagesOf(queueName: string): Messages {
    const messages = this.#messages.get(queueName) ?? new Messages(this.opened, queueName);
    this.#messages.set(queueName, messages);
    return messages;
  }

  /** Finds out why calls fail, with the queue that is open or else with the list of queues. */
  async diagnose(): Promise<Diagnosis> {
    const { service } = this.opened;
    const { value: shown } = messages;
    return shown ? service.getQueueClient(shown.queueName).diagnose() : service.diagnose();
  }
}

export const session = signal<Session | undefined>();

/** Why the pasted text was not opened. */
export const refusal = signal<Unusable | undefined>();

interface Route {
  readonly queueName?: string;
  readonly messageId?: string;
  readonly isMakingToken?: boolean;
}

export const route = signal<Route>({});

/** The queue to show; `undefined` where only the list of queues is shown. */
export const messages = computed(() => {
  const { value } = session;
  const name = value?.hasAccount ? route.value.queueName : value?.opened.queueName;
  return name === undefined ? undefined : value?.messagesOf(name);
});

/** Opens a SAS URL, a connection string, or a token of an account. */
export function open(pasted: string, account: string): void {
  begin(() => openPasted(pasted, account));
}

/** Makes a token from an account key and opens it. */
export function openKey(key: string, account: string, permission: string, hours: number): void {
  begin(() => openWithKey(key, account, permission, hours));
}

function begin(connect: () => Opened): void {
  refusal.value = refusalOf(() => {
    const opened = connect();
    lockTo(opened.origin);
    const next = new Session(opened);
    const { queueName } = opened;
    if (queueName !== undefined && next.hasAccount) goTo(linkTo(queueName));
    else if (route.value.isMakingToken) goTo(linkToList);
    session.value = next;
  });
}

/** Replaces the token of the open session. Returns why not; `undefined` when it is replaced. */
export function replace({ opened }: Session, pasted: string): Unusable | undefined {
  return refusalOf(() => replaceToken(opened, pasted));
}

function refusalOf(work: () => void): Unusable | undefined {
  try {
    work();
    return undefined;
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    return error;
  }
}

/** Forgets the token and everything else: no memory is as empty as that of a new page. */
export function forget(): void {
  history.replaceState(null, "", withoutFragment());
  location.reload();
}

const tokenMark = "#sas=";
const queueMark = "#queue/";

/** The addresses of the views within this page. */
export const linkTo = (queueName: string): string => queueMark + encodeURIComponent(queueName);
export const linkToMessage = (queueName: string, id: string): string =>
  `${linkTo(queueName)}/${encodeURIComponent(id)}`;
export const linkToList = "#queues";
export const linkToMakeToken = "#make-a-token";

const withoutFragment = () => location.pathname + location.search;

/** Shows another view in the place of this one, so that "back" does not lead to it. */
export function goTo(link: string): void {
  history.replaceState(null, "", link);
  readFragment();
}

function readFragment(): void {
  const { hash } = location;
  const [queueName, messageId] = hash.startsWith(queueMark) ? hash.slice(queueMark.length).split("/").map(decoded) : [];
  route.value = {
    ...(queueName && { queueName }),
    ...(messageId && { messageId }),
    isMakingToken: hash === linkToMakeToken,
  };
}

/** Reads the fragment, now and whenever it changes. A token in it is taken out of the address bar first of all. */
export function start(): void {
  const { hash } = location;
  const hasToken = hash.startsWith(tokenMark);
  if (hasToken) history.replaceState(null, "", withoutFragment());
  readFragment();
  addEventListener("hashchange", () => {
    // This page may be locked to another host, so it begins again and finds the token in the fragment.
    if (location.hash.startsWith(tokenMark)) location.reload();
    else readFragment();
    refusal.value = undefined;
  });
  if (hasToken) open(decoded(hash.slice(tokenMark.length)), "");
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
