// From a pasted text to clients. The token itself stays inside them: nothing here keeps it.

import { type Signal, signal } from "@preact/signals";
import { generateAccountSas, parseSas, QueueClient, QueueServiceClient, type SasProperties } from "azure-queue-wasm";

/** What a token opens. */
export interface Opened {
  readonly service: QueueServiceClient;
  /** The fields of the token. Another token may be put in its place. */
  readonly sas: Signal<SasProperties>;
  /** The queue that the URL names. */
  readonly queueName: string | undefined;
  /** Scheme, host and port: where all requests go. */
  readonly origin: string;
}

/** The pasted text cannot be used; the message is for people. */
export class Unusable extends Error {
  constructor(
    message: string,
    /** The field that has to be filled in or corrected. */
    readonly field: "address" | "account" | "key" = "address",
  ) {
    super(message);
  }
}

/** The pasted text contains an account key. */
export class AccountKeyPasted extends Unusable {
  constructor() {
    super(
      "This contains an account key. A key allows everything and does not expire, so this page works with a token (SAS) " +
        "that is made from it.",
    );
  }
}

const incomplete =
  "The token is not complete, or it was changed when it was copied. Copy it again, with everything from “sv=” or “?” to the end.";

/** Whether a text is a token without the address of its account. */
export const isBareToken = (text: string): boolean => /^\s*['"]?\??[a-z]{2,6}=[^;]*&/i.test(text);

const isConnectionString = (text: string) =>
  /(^|;)\s*['"]?(DefaultEndpointsProtocol|\w*Endpoint|Account(Name|Key)|SharedAccessSignature|UseDevelopmentStorage|EndpointSuffix)\s*=/i.test(
    text,
  );

/**
 * Opens a SAS URL, a connection string with a SAS, or a token.
 * @param account the name or the address of the account, for a token alone
 * @throws Unusable
 */
export function openPasted(pasted: string, account = ""): Opened {
  const text = pasted.trim();
  if (/AccountKey\s*=\s*[^;\s]/i.test(text)) throw new AccountKeyPasted();
  if (isConnectionString(text)) return openUrl(urlOfConnectionString(text));
  if (isBareToken(text)) return openUrl(`${addressOf(account)}?${text.replace(/^['"]?\??|['"]$/g, "")}`);
  if (!text.includes("?")) {
    throw new Unusable(
      "There is no token in it: a SAS URL has a question mark with the token behind it, and a connection string has " +
        "SharedAccessSignature=.",
    );
  }
  return openUrl(text);
}

/** Puts another token in the place of an account's, with everything that was received kept. */
export function replaceToken(opened: Opened, pasted: string): void {
  const text = pasted.trim();
  const next = openPasted(text, isBareToken(text) ? addressWithoutToken(opened) : undefined);
  if (addressWithoutToken(next) !== addressWithoutToken(opened)) {
    throw new Unusable("This token is for another account. Forget the token that is open to change the account.");
  }
  // A token for one queue does not say which; only its URL does.
  if (next.queueName !== opened.queueName && next.sas.value.kind !== "account" && next.queueName !== undefined) {
    throw new Unusable(`This token is for the queue ${next.queueName}.`);
  }
  opened.service.updateSas(new URL(next.service.getUrlWithSas()).search.slice(1));
  opened.sas.value = next.sas.value;
}

const addressWithoutToken = ({ service }: Opened) => service.getUrlWithSas().split("?")[0];

/** How much a new token allows. */
export const permissionSets = { look: "rl", work: "rlap" } as const;

/**
 * Makes a token from an account key, here in the page, and opens it.
 * @throws Unusable
 */
export function openWithKey(pasted: string, account: string, permission: string, hours: number): Opened {
  const { service, accountName, accountKey } = accountOf(pasted.trim(), account);
  const expiry = new Date(Date.now() + hours * 3_600_000);
  const sas = understood(
    () => generateAccountSas({ accountName, accountKey, services: "q", resourceTypes: "sco", permission, expiry }),
    "This is not an account key: a key is 88 characters of Base64.",
    "key",
  );
  return openUrl(`${service.url}?${sas}`);
}

function accountOf(text: string, account: string) {
  if (!isConnectionString(text)) {
    if (account.trim() === "") throw new Unusable("Enter the name of the account that the key belongs to.", "account");
    const service = new QueueServiceClient(addressOf(account));
    return { service, accountName: nameOf(service), accountKey: text };
  }
  const accountKey = /AccountKey\s*=\s*([^;\s]+)/i.exec(text)?.[1];
  if (accountKey === undefined) throw new Unusable("There is no AccountKey= in this connection string.", "key");
  const service = understood(
    () => QueueServiceClient.fromConnectionString(text),
    "This connection string cannot be read. Copy it again, as a whole.",
    "key",
  );
  return { service, accountName: nameOf(service), accountKey };
}

function nameOf({ accountName }: QueueServiceClient): string {
  if (accountName === undefined) throw new Unusable("The address does not tell the name of the account.", "account");
  return accountName;
}

function urlOfConnectionString(text: string): string {
  if (!/SharedAccessSignature\s*=\s*[^;\s]/i.test(text)) {
    throw new Unusable("There is no token (SharedAccessSignature=) in this connection string.");
  }
  if (!/(^|;)\s*['"]?(QueueEndpoint|AccountName)\s*=/i.test(text)) {
    throw new Unusable(
      "This connection string does not say where the queues are: it has neither QueueEndpoint= nor AccountName=.",
    );
  }
  return understood(() => QueueServiceClient.fromConnectionString(text).getUrlWithSas(), incomplete);
}

/** The address of an account, given by its name or as a URL. */
function addressOf(account: string): string {
  const text = account.trim().replace(/\/+$/, "");
  if (text === "") {
    throw new Unusable("This is a token without an address. Enter the name of the storage account too.", "account");
  }
  const isName = /^[a-z0-9]{3,24}$/i.test(text);
  const address = isName ? `https://${text.toLowerCase()}.queue.core.windows.net` : text;
  const explained = "The account is a name of 3 to 24 letters and digits, or the address of its queue service.";
  return understood(() => new QueueServiceClient(address).url.replace(/\/$/, ""), explained, "account");
}

function openUrl(text: string): Opened {
  const sas = understood(() => parseSas(text), incomplete);
  // A client refuses more than `parseSas` does, such as a redacted signature. Any address will do to find out.
  understood(
    () => new QueueServiceClient("https://account.queue.core.windows.net", text.slice(text.indexOf("?") + 1)),
    incomplete,
  );
  const other = /\.(blob|file|table|dfs|web)\./i.exec(text.split("?")[0] ?? "")?.[1];
  if (other !== undefined) {
    throw new Unusable(`This is an address of the ${other} service. That of the queue service has “.queue.” in it.`);
  }
  const queue = queueAt(text);
  const explained =
    "The address before the question mark is neither that of an account's queue service nor of a queue.";
  // The client is more lenient than `new URL`: it accepts addresses without a scheme, for example.
  const url = new URL(understood(() => (queue ?? new QueueServiceClient(text)).getUrlWithSas(), explained));
  // The path without the queue's name is the account's.
  if (queue !== undefined) url.pathname = url.pathname.replace(/\/[^/]*$/, "");
  const options = { retry: { maxTries: 2 }, deadline: 30 };
  const service = understood(() => new QueueServiceClient(url, undefined, options), explained);
  return { service, sas: signal(sas), queueName: queue?.queueName, origin: url.origin };
}

function queueAt(text: string): QueueClient | undefined {
  try {
    return QueueClient.fromQueueUrl(text);
  } catch {
    // The URL of an account.
    return undefined;
  }
}

/** Errors of the client name its arguments, which nobody here has seen. */
function understood<Result>(work: () => Result, explained: string, field?: Unusable["field"]): Result {
  try {
    return work();
  } catch {
    throw new Unusable(explained, field);
  }
}
