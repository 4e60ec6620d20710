// A client from an address, a credential and options: all of them cross the seam at once.

import { looking } from "./caller.js";
import { Client, writeHooks, writeRetry } from "./client.js";
import { Fields, flawOf } from "./fields.js";
import type { Credential } from "./models.js";
import type { ClientOptions } from "./options.js";
import { urlText } from "./validation.js";

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
  else fields.string(looking(kind === Address.QueueUrl ? "queueUrl" : "accountUrl", () => urlText(address)));
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
    writeSecret(fields, TEXT, credential);
  } else if (!isObject(credential)) {
    fields.secret(credential);
  } else {
    const { getToken, accountName, accountKey } = looking("credential", () => partsOf(credential));
    if (typeof getToken === "function") fields.kind(TOKENS);
    else if (typeof credential === "function") fields.kind(FUNCTION);
    else if (accountName === undefined || typeof accountKey !== "string") fields.alien("an object without them");
    else writeSecret(fields, KEY, accountKey, () => fields.string(accountName));
  }
}

/** A key or a token, behind how it is given. */
function writeSecret(fields: Fields, form: number, secret: string, writeName?: () => void): void {
  const flaw = flawOf(secret);
  if (flaw !== undefined) {
    fields.unfit(flaw);
    return;
  }
  fields.kind(form);
  writeName?.();
  fields.secret(secret);
}

function isObject(value: unknown): value is object {
  return (typeof value === "object" && value !== null) || typeof value === "function";
}

function partsOf(credential: object) {
  const { getToken, accountName, accountKey } = credential as Record<string, unknown>;
  return { getToken, accountName, accountKey };
}

function writeOptions(fields: Fields, options: ClientOptions): Fields {
  fields.string(options.secondaryHostname).string(options.serviceVersion);
  writeRetry(fields, options.retry).seconds(options.tryTimeout).seconds(options.deadline).flag(options.checkAccess);
  return writeHooks(fields, options).function(options.fetch).pairs(options.headers, false);
}
