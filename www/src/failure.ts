// Errors in plain words: what happened, what to do about it, and what a support person will ask for.

import { type AzureError, isAzureError } from "azure-queue-wasm";

export interface Failure {
  readonly headline: string;
  readonly advice?: string;
  /** Pairs of a term and its value. */
  readonly facts: [term: string, value: string][];
  /** Whether a CORS rule may be what is missing. */
  readonly cors: boolean;
}

export function explain(error: unknown): Failure {
  if (!isAzureError(error)) {
    return { headline: error instanceof Error ? error.message : String(error), facts: [], cors: false };
  }
  const said = words(error);
  return { ...said, facts: factsOf(error, said.headline), cors: mayBeCors(error) };
}

type Words = Pick<Failure, "headline" | "advice">;

const byCode: Record<string, Words> = {
  QueueNotFound: { headline: "There is no queue of this name." },
  QueueBeingDeleted: { headline: "This queue is being deleted.", advice: "That takes about 40 seconds." },
  MessageNotFound: {
    headline: "This message is gone.",
    advice: "Somebody else has received or deleted it since, or it has expired.",
  },
  PopReceiptMismatch: {
    headline: "Somebody else has received this message since.",
    advice: "Its pop receipt counts no longer. Receive it again.",
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
  NotFromService: {
    headline: "What answered is not the queue service.",
    advice: "Check the URL. A proxy or a login page of your network may answer in its place.",
  },
  ServerBusy: { headline: "The service is busy.", advice: "Try again in a moment." },
  Offline: { headline: "This machine is offline." },
  HostNotReached: {
    headline: "The account's host does not answer.",
    advice: "Check the name of the account in the address, and whether this network lets requests out to it.",
  },
  Cors: {
    headline: "The account does not let this page in.",
    advice: "The host answers, but the account's CORS rules do not allow this page to read what it says.",
  },
  ContentSecurityPolicy: {
    headline: "This page may not talk to that host.",
    advice: "Its Content Security Policy has been set up for another one.",
  },
};

function words({ name, code, statusCode, message, details }: AzureError): Words {
  if (name === "SasExpiredError") return { headline: "The token has ended.", advice: "Open the page with a new one." };
  if (name === "SasPermissionError") return { headline: message };
  const known = code === undefined ? undefined : byCode[code];
  if (known) return known;
  if (name === "ClientAuthenticationError") {
    const { authenticationerrordetail = "It may be cut off, changed, or signed with a key that was replaced." } =
      details;
    return { headline: "The service refused the token.", advice: authenticationerrordetail };
  }
  if (statusCode === undefined) {
    return {
      headline: "No answer that this page may read.",
      advice:
        "Either the host cannot be reached from here, or the account's CORS rules do not let this page in. " +
        "A browser does not tell which.",
    };
  }
  return { headline: message.split("\n")[0] ?? message };
}

const refusedHere = ["SasExpiredError", "SasPermissionError", "ClientAuthenticationError"];
/** Reasons that the client knows, and that are no rule of the account. */
const known = ["Offline", "ContentSecurityPolicy", "HostNotReached"];

/** A browser hides why a request failed, and hides headers that the rule does not expose. */
const mayBeCors = ({ name, code = "", statusCode, message }: AzureError) =>
  !refusedHere.includes(name) && !known.includes(code) && (statusCode === undefined || /\bCORS\b/.test(message));

function factsOf(error: AzureError, headline: string): Failure["facts"] {
  // The service repeats the request's id and more on further lines.
  const [message] = error.message.split("\n");
  const facts: [string, string | undefined][] = [
    ["Code", error.code],
    ["Status", error.statusCode?.toString()],
    ["Request id", error.requestId],
    ["Message", message === headline ? undefined : message],
  ];
  return facts.filter((pair): pair is [string, string] => pair[1] !== undefined);
}
