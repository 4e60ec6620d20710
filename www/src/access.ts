// What a token may do, in words. The client refuses by the same tables when a call is made; a page wants to know before.

import type { AccountSasPermissions, ResourceTypes, SasProperties } from "azure-queue-wasm";

/** What this page does with queues. */
export type Operation = "list" | "count" | "send" | "peek" | "receive" | "delete";

interface Need {
  readonly does: string;
  readonly permission: keyof AccountSasPermissions;
  /** What an account SAS must be for. */
  readonly resource: keyof ResourceTypes;
  /** A SAS for one queue can never do it. */
  readonly accountOnly?: true;
}

// Source: https://learn.microsoft.com/rest/api/storageservices/create-account-sas#queue-service
const needs: Record<Operation, Need> = {
  list: { does: "list queues", permission: "list", resource: "service", accountOnly: true },
  count: { does: "see counts", permission: "read", resource: "container" },
  peek: { does: "peek at messages", permission: "read", resource: "object" },
  send: { does: "send messages", permission: "add", resource: "object" },
  receive: { does: "receive messages", permission: "process", resource: "object" },
  delete: { does: "delete messages", permission: "process", resource: "object" },
};

export const operations = Object.keys(needs) as Operation[];

export const inWords = (operation: Operation): string => needs[operation].does;

const resourceWords: Record<keyof ResourceTypes, string> = {
  service: "service",
  container: "container",
  object: "object",
};

/** Why a token does not allow an operation at a moment; `undefined` when it does, or when only the service can tell. */
export function whyNot(sas: SasProperties, operation: Operation, now: number): string | undefined {
  return notNow(sas, now) ?? notEver(sas, needs[operation]);
}

function notNow({ start, expiry }: SasProperties, now: number): string | undefined {
  if (expiry && expiry.getTime() <= now) return "The token has ended.";
  if (start && start.getTime() > now) return "The token is not valid yet.";
  return undefined;
}

function notEver(sas: SasProperties, need: Need): string | undefined {
  const missing = (what: string) => `The token does not allow to ${need.does}: it lacks ${what}.`;
  if (sas.kind !== "account" && need.accountOnly) return `A token for one queue cannot ${need.does}.`;
  // A stored access policy can allow what the token does not say.
  if (sas.policyId !== undefined) return undefined;
  if (sas.services && !sas.services.queue) return missing("the service “queue”");
  if (sas.resourceTypes && !sas.resourceTypes[need.resource])
    return missing(`the resource type “${resourceWords[need.resource]}”`);
  if (sas.permissions && !sas.permissions[need.permission]) return missing(`the permission “${need.permission}”`);
  return undefined;
}

export type Validity = "early" | "good" | "soon" | "ended" | "policy";

/** So much before its end a person has to look for the next token. */
const soon = 5 * 60_000;

/** Where a moment lies in a token's time. */
export function validity({ start, expiry }: SasProperties, now: number): Validity {
  if (start && start.getTime() > now) return "early";
  if (!expiry) return "policy";
  const left = expiry.getTime() - now;
  if (left <= 0) return "ended";
  return left <= soon ? "soon" : "good";
}

const kinds: Record<SasProperties["kind"], string> = {
  account: "Account SAS",
  service: "Queue SAS",
  userDelegation: "User delegation SAS, for one queue",
};

/** Everything a token says of itself, as pairs of a term and its words. */
export function facts(sas: SasProperties): [term: string, words: string][] {
  const flags = (given: object | undefined) => given && (Object.keys(given).join(", ") || "none");
  const all: [string, string | undefined][] = [
    ["Kind", kinds[sas.kind]],
    ["Permissions", flags(sas.permissions) ?? "as its stored access policy tells"],
    ["Services", flags(sas.services)],
    ["Resource types", flags(sas.resourceTypes)],
    ["Valid from", sas.start?.toLocaleString()],
    ["Valid until", sas.expiry?.toLocaleString() ?? "as its stored access policy tells"],
    ["Only from", sas.ip],
    ["Protocol", sas.protocol],
    ["Stored access policy", sas.policyId],
    ["Version", sas.version],
  ];
  return all.filter((pair): pair is [string, string] => pair[1] !== undefined);
}

export const kindInWords = (sas: SasProperties): string => kinds[sas.kind];
