// What is the matter: one harmless call, and what its outcome tells of all that has to be right for it.

import { Operation } from "../build/core.js";
import { type Client, call } from "./client.js";
import { browserCorsRule, pageOrigin } from "./cors.js";
import type { ClientErrorCode, StorageErrorCode } from "./error-codes.js";
import { type AzureError, isAzureError } from "./errors.js";
import type { Fields } from "./fields.js";
import type { CorsRule } from "./models.js";
import type { CallOptions } from "./options.js";
import type { SasProperties } from "./sas.js";

/** What is checked, in this order; a check that fails leaves those after it unknown. */
const order = [
  "online",
  "contentSecurityPolicy",
  "host",
  "tls",
  "cors",
  "service",
  "clock",
  "firewall",
  "credential",
  "permission",
  "queue",
] as const;

/** Something that has to be right: the names say what. */
export type CheckName = (typeof order)[number];

/** One thing that was checked. */
export interface Check {
  /** What it is. */
  readonly name: CheckName;
  /** `"unknown"`: something before it failed, or it cannot be known. */
  readonly outcome: "passed" | "failed" | "unknown";
  /** What was found; only where there is something to say. */
  readonly message?: string;
  /** What to do about it; only of one that failed. */
  readonly advice?: string;
}

/** What `diagnose()` found. Holds no secret. */
export interface Diagnosis {
  /** Whether nothing failed. */
  readonly ok: boolean;
  /** All checks, in the order in which one depends on the other. */
  readonly checks: readonly Check[];
  /** The rule that the account needs for this page; only where CORS is in the way. */
  readonly corsRule?: Required<CorsRule>;
  /** What the call that was tried ended with; missing when it succeeded. */
  readonly error?: AzureError;
}

type Finding = [name: CheckName, message: string, advice: string];

const giveCredential = "Give the client a credential: a shared access signature, for example.";
const checkSignature =
  "Check that account and key, or account and signature, belong together, and that the key has not been replaced since.";

/** By the code of an error: which check failed, and what to do about it. */
const findings: { readonly [Code in StorageErrorCode | ClientErrorCode]?: [name: CheckName, advice: string] } = {
  Offline: ["online", "Connect this machine to a network."],
  ContentSecurityPolicy: [
    "contentSecurityPolicy",
    "Add the account's origin to connect-src in the policy of this page.",
  ],
  NameNotFound: [
    "host",
    "Check the name of the account in the URL; a new account takes some minutes to be known. The name of a private " +
      "endpoint is known only on a network with its private DNS zone.",
  ],
  PermissionDenied: ["host", "Run the program with the permission that the message names."],
  ConnectionRefused: ["host", "Check host and port; where it is an emulator, start it."],
  Tls: ["tls", "Check scheme and host of the URL; a proxy may stand in between with a certificate of its own."],
  Cors: ["cors", "Let an administrator of the account set the corsRule of this report, with setServiceProperties."],
  AuthorizationFailure: [
    "firewall",
    "Allow this network in the account's firewall rules, or use its private endpoint; or the shared access signature lacks a permission.",
  ],
  AuthorizationSourceIPMismatch: [
    "firewall",
    "The shared access signature is for other IP addresses: get one for this.",
  ],
  AuthorizationProtocolMismatch: ["credential", "The shared access signature is for https only: use an https URL."],
  AuthorizationServiceMismatch: [
    "credential",
    "The shared access signature is not for queues: get one with the service q.",
  ],
  AuthenticationFailed: ["credential", checkSignature],
  NoAuthenticationInformation: ["credential", giveCredential],
  PublicAccessNotPermitted: ["credential", giveCredential],
  InvalidAuthenticationInfo: [
    "credential",
    "Get an access token of the tenant that the account belongs to, for the audience https://storage.azure.com/.",
  ],
  KeyBasedAuthenticationNotPermitted: [
    "credential",
    "The account refuses its keys and what is signed with them: use an access token (getToken) or a user delegation " +
      "shared access signature.",
  ],
  NotFromService: [
    "service",
    "What answered is not the queue service: check the URL, and whether a proxy, a firewall or a login page of this " +
      "network answers in its place.",
  ],
  EmulatorAccount: ["service", "Change the URL or how the emulator is started, as the message says."],
  ResourceNotFound: ["service", "Check the account in the URL."],
  InvalidUri: ["service", "Check the URL: the account in the host, the queue in the path, and nothing else."],
  InvalidResourceName: ["queue", "Check the name of the queue."],
  OutOfRangeInput: ["queue", "Check the name of the queue."],
  AccountIsDisabled: ["service", "The account is disabled: see its subscription."],
  QueueDisabled: ["queue", "The queue is disabled: ask the owner of the account."],
  ServerBusy: ["service", "The service has too much to do: try again in a moment."],
  QueueNotFound: ["queue", "Create the queue, or check its name."],
  QueueBeingDeleted: ["queue", "The queue is being deleted: that takes about 40 seconds."],
};

/** A clock that is off by so much is told of; signatures have some minutes of leeway. */
const CLOCK = 60_000;

/**
 * Tries a read that changes nothing, whatever the credential allows, and reads the outcome.
 * @internal
 */
export async function diagnose(
  client: Client,
  sas: () => SasProperties | undefined,
  isQueue: boolean,
  { signal }: CallOptions,
): Promise<Diagnosis> {
  let date: string | undefined;
  let answered = false;
  const options: CallOptions = {
    retry: { mode: "none" },
    deadline: 10,
    checkAccess: false,
    onResponse: ({ headers: { date: told } }) => {
      answered = true;
      date = told;
    },
    ...(signal && { signal }),
  };
  const listOne = (fields: Fields) =>
    fields.string(undefined).flag(undefined).integer(1).string(undefined).flag(undefined);
  let error: AzureError | undefined;
  try {
    if (isQueue) await call(client, Operation.GetQueueProperties, options);
    else await call(client, Operation.ListQueues, options, listOne);
  } catch (thrown) {
    if (!isAzureError(thrown)) throw thrown;
    error = thrown;
  }
  const skew = date === undefined ? undefined : Date.parse(date) - Date.now();
  const now = Date.now() + (skew ?? 0);
  const failed = [...clockFinding(skew), ...(error ? [findingOf(error, answered, sas(), now)] : [])];
  return report(failed, skew, error);
}

function clockFinding(skew: number | undefined): Finding[] {
  if (skew === undefined || Math.abs(skew) < CLOCK) return [];
  const minutes = Math.round(Math.abs(skew) / CLOCK);
  const message = `The clock of this machine is ${minutes} minutes ${skew > 0 ? "behind" : "ahead of"} the service's.`;
  return [["clock", message, "Set the clock: signatures have a beginning and an end."]];
}

/** A refusal whose reason is the time of the shared access signature, by the service's clock. */
function sasTimeFinding({ expiry, start }: SasProperties, now: number): Finding | undefined {
  if (expiry !== undefined && expiry.getTime() <= now) {
    return ["credential", `The shared access signature ended at ${expiry.toISOString()}.`, "Get a new one."];
  }
  if (start !== undefined && start.getTime() > now) {
    const message = `The shared access signature begins at ${start.toISOString()}.`;
    return ["credential", message, "Wait, or get one without a start (st): clocks differ by some minutes."];
  }
  return undefined;
}

/** What an identity needs, of which a new assignment takes effect after some minutes. */
const roles =
  "Assign a role to the identity of the access token: Storage Queue Data Contributor, or Reader, Message Sender or " +
  "Message Processor for less. It may send or receive all the same.";

function findingOf(error: AzureError, answered: boolean, sas: SasProperties | undefined, now: number): Finding {
  const { code = "", statusCode = 0, message, details } = error;
  const { credential } = details;
  const isRefused = statusCode === 401 || statusCode === 403;
  const sasTime = isRefused && sas && sasTimeFinding(sas, now);
  if (sasTime) return sasTime;
  if (credential === "none") {
    return ["credential", message, giveCredential];
  }
  // Azurite calls a wrong signature so; of the service the same code is about the network.
  if (code === "AuthorizationFailure" && error.name === "ClientAuthenticationError") {
    return ["credential", message, checkSignature];
  }
  if (code === "AuthorizationPermissionMismatch" && sas === undefined) return ["permission", message, roles];
  // A page that sees no header of the response cannot tell whether the service answered (`NotFromService`).
  if (statusCode >= 200 && statusCode < 300 && globalThis.location !== undefined && /\bCORS\b/.test(message)) {
    const advice = "Let an administrator add the headers that the corsRule of this report exposes.";
    return ["cors", message, corsAdvice(advice)];
  }
  const known = findings[code as StorageErrorCode];
  if (known) return [known[0], message, known[0] === "cors" ? corsAdvice(known[1]) : known[1]];
  if (!answered) {
    return [
      "host",
      message,
      "Check scheme, host and port of the URL, and whether this network lets requests out to it. In a browser, open the URL in a tab to see whether its certificate is trusted.",
    ];
  }
  if (statusCode >= 200 && statusCode < 300) {
    return ["service", message, "Check the URL: what answers there is not the queue service."];
  }
  if (statusCode === 404) return ["queue", message, "Check the URL."];
  if (/^Authorization/.test(code)) return ["permission", message, "The credential may do something else all the same."];
  if (isRefused) return ["credential", message, "Check the credential."];
  return ["service", message, "Try again in a moment; if it stays so, see the message."];
}

/** A rule for the origin `null` admits more web pages than this one. */
function corsAdvice(advice: string): string {
  if (pageOrigin() !== "null") return advice;
  return `Serve the page over http and allow its origin. ${advice} It admits every page whose origin is "null".`;
}

/**
 * A clock that is off does not keep what comes after it from being known; nor is it known by what is not the service. A
 * host of which nothing was heard does not tell that this machine is online.
 */
function report(failed: readonly Finding[], skew: number | undefined, error: AzureError | undefined): Diagnosis {
  const end = failed.find(([name]) => name !== "clock")?.[0];
  const last = end === undefined ? order.length : order.indexOf(end);
  const checks = order.map((name, index): Check => {
    const finding = failed.find(([failing]) => failing === name);
    if (finding) return { name, outcome: "failed", message: finding[1], advice: finding[2] };
    const isHeard = end !== "host" || globalThis.navigator?.onLine === true;
    const known = index < last && (name !== "clock" || skew !== undefined) && (name !== "online" || isHeard);
    return { name, outcome: known ? "passed" : "unknown" };
  });
  const page = end === "cors" ? pageOrigin() : undefined;
  return {
    ok: failed.length === 0,
    checks,
    ...(page !== undefined && { corsRule: browserCorsRule(page) }),
    ...(error && { error }),
  };
}
