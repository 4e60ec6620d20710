// Errors in plain words: what happened, what to do about it, and what a support person will ask for.

import { type AzureError, isAzureError } from "azure-queue-wasm";

export interface Failure {
  readonly headline: string;
  readonly advice?: string;
  /** Pairs of a term and its value. */
  readonly facts: [term: string, value: string][];
  /** Whether one call that changes nothing can find out more. */
  readonly isUnexplained: boolean;
}

export function explain(error: unknown): Failure {
  if (!isAzureError(error)) return { headline: headlineOf(error), facts: [], isUnexplained: false };
  const said = words(error);
  return { ...said, facts: factsOf(error, said.headline), isUnexplained: isUnexplained(error) };
}

type Words = Pick<Failure, "headline" | "advice">;

const byCode: Record<string, Words> = {
  QueueNotFound: { headline: "There is no queue of this name." },
  QueueBeingDeleted: { headline: "This queue is being deleted.", advice: "That takes about 40 seconds." },
  MessageNotFound: {
    headline: "This message is gone.",
    advice: "Another reader has received or deleted it, or it has expired.",
  },
  PopReceiptMismatch: {
    headline: "Another reader has received this message.",
    advice: "Its pop receipt is no longer valid. Receive it again.",
  },
  AuthorizationPermissionMismatch: { headline: "The token lacks the permission for this." },
  AuthorizationResourceTypeMismatch: { headline: "The token lacks the resource type for this." },
  AuthorizationServiceMismatch: { headline: "The token is not for the queue service." },
  AuthorizationSourceIPMismatch: { headline: "The token is for another IP address than yours." },
  AuthorizationProtocolMismatch: { headline: "The token is for https only." },
  AuthorizationFailure: {
    headline: "The service does not let this request in.",
    advice: "The token may lack a permission, or the account's firewall keeps your network out.",
  },
  NotFromService: { headline: "Another server answered, not the queue service." },
  ServerBusy: { headline: "The service is busy.", advice: "Try again in a moment." },
  Offline: { headline: "This device is offline.", advice: "The page goes on when the connection is back." },
  HostNotReached: { headline: "The account's host does not answer." },
  Cors: { headline: "The account does not let this page in." },
  ContentSecurityPolicy: { headline: "This page may not talk to that host." },
};

/** Why input was refused, by the argument of the client that it went to. */
const byArgument: Record<string, string> = {
  queueName: "A queue's name has 3 to 63 lower-case letters, digits and single hyphens.",
  nameStartsWith: "Names of queues have only lower-case letters, digits and hyphens.",
  content: "The service does not take such a message.",
  visibilityTimeout: "The message must become visible before its time to live is over.",
  timeToLive: "The time to live is a number of seconds, or −1 for a message that never expires.",
};

function headlineOf(error: unknown): string {
  const { argument, message } = (error ?? {}) as { argument?: string; message?: string };
  return byArgument[argument ?? ""] ?? message ?? String(error);
}

function words({ name, code, statusCode, message, details }: AzureError): Words {
  if (name === "SasExpiredError") return { headline: "The token has ended.", advice: "Replace it with a new one." };
  if (name === "SasPermissionError") return { headline: "The token does not allow this." };
  const known = code === undefined ? undefined : byCode[code];
  if (known) return known;
  if (name === "ClientAuthenticationError") {
    const { authenticationerrordetail = "It may be cut off, changed, or signed with a key that was replaced." } =
      details;
    return { headline: "The service refused the token.", advice: authenticationerrordetail };
  }
  if (name === "AmbiguousOutcomeError") {
    return {
      headline: "There was no answer, so it may be done or not.",
      advice: "Look at the queue before you try again.",
    };
  }
  if (statusCode === undefined) return { headline: "There was no answer that this page may read." };
  return { headline: message.split("\n")[0] ?? message };
}

/** The codes of refusals that the token itself explains. */
const explained = ["SasExpiredError", "SasPermissionError"];

/**
 * A browser hides why a request failed, and the headers that the CORS rule does not expose. A refusal can be due to the
 * clock, the firewall or the token.
 */
function isUnexplained({ name, code, statusCode, message }: AzureError): boolean {
  if (explained.includes(name) || code === "Offline") return false;
  return statusCode === undefined || statusCode === 401 || statusCode === 403 || /\bCORS\b/.test(message);
}

function factsOf(error: AzureError, headline: string): Failure["facts"] {
  // The service repeats the request's id and more on further lines.
  const [message] = error.message.split("\n");
  const facts: [string, string | undefined][] = [
    ["Code", error.code],
    ["Status", error.statusCode?.toString()],
    ["Request id", error.requestId],
    // Without an answer it is the client that says why, with names that belong to a program.
    ["Message", message === headline || error.statusCode === undefined ? undefined : message],
  ];
  return facts.filter((pair): pair is [string, string] => pair[1] !== undefined);
}
