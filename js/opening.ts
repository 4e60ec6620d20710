// A client from an address, a credential and options: all of them cross the seam at once.

import { Client, writeHooks, writeRetry } from "./client.js";
import { Fields } from "./fields.js";
import type { Credential } from "./models.js";
import { type ClientOptions, urlText } from "./options.js";

/** Where the address of an account comes from. */
export const Address = { AccountUrl: 0, QueueUrl: 1, ConnectionString: 2 } as const;
export type Address = (typeof Address)[keyof typeof Address];

/** Opens a client of an account, or of the queue that `writeQueue` writes. */
export function open(
  kind: Address,
  address: unknown,
  credential: unknown,
  options: ClientOptions,
  writeQueue?: (fields: Fields) => void,
): Client {
  const fields = new Fields().kind(kind);
  if (kind === Address.ConnectionString) fields.secret(address);
  else fields.string(urlText(address));
  writeCredential(fields.string(options.audience), credential as Credential | undefined);
  writeOptions(fields, options).kind(writeQueue ? 1 : 0);
  writeQueue?.(fields);
  return Client.open(fields, credential, options);
}

/** How a credential is given. */
const TEXT = 1;
const KEY = 2;
const FUNCTION = 3;
const TOKENS = 4;

function writeCredential(fields: Fields, credential: Credential | undefined): void {
  if (typeof credential === "string") {
    fields.kind(TEXT).secret(credential);
  } else if (!isObject(credential)) {
    fields.secret(credential);
  } else if ("getToken" in credential && typeof credential.getToken === "function") {
    fields.kind(TOKENS);
  } else if (typeof credential === "function") {
    fields.kind(FUNCTION);
  } else {
    const { accountName, accountKey } = credential as { accountName?: unknown; accountKey?: unknown };
    if (accountName === undefined || typeof accountKey !== "string") fields.alien("an object without them");
    else fields.kind(KEY).string(accountName).secret(accountKey);
  }
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function writeOptions(fields: Fields, options: ClientOptions): Fields {
  fields.string(options.secondaryHostname).string(options.serviceVersion);
  writeRetry(fields, options.retry).seconds(options.tryTimeout).seconds(options.deadline).flag(options.checkAccess);
  return writeHooks(fields, options).function(options.fetch).pairs(options.headers, false);
}
