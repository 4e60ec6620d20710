// From what somebody pasted to clients. The token itself stays inside them: nothing here keeps it.

import { parseSas, QueueClient, QueueServiceClient, type SasProperties } from "azure-queue-wasm";

/** What a token opens. */
export interface Opened {
  readonly service: QueueServiceClient;
  readonly sas: SasProperties;
  /** The queue that the URL names. */
  readonly queueName: string | undefined;
  /** Scheme, host and port: where all requests go. */
  readonly origin: string;
}

/** What was pasted cannot be used; the message is for people. */
export class Unusable extends Error {}

/** @throws Unusable */
export function openUrl(pasted: string): Opened {
  const text = pasted.trim();
  if (/AccountKey=/i.test(text)) {
    throw new Unusable(
      "This has an account key, which allows everything and does not end. Make a SAS URL from it, and paste that.",
    );
  }
  if (!text.includes("?")) {
    throw new Unusable("A SAS URL has a question mark with the token behind it; there is none here.");
  }
  const sas = understood(() => parseSas(text));
  const queue = queueAt(text);
  // As the client writes it, which is more lenient than `new URL`: without a scheme, for example.
  const url = new URL(understood(() => (queue ?? new QueueServiceClient(text)).getUrlWithSas()));
  // The path without the queue's name is the account's.
  if (queue !== undefined) url.pathname = url.pathname.replace(/\/[^/]*$/, "");
  const service = understood(() => new QueueServiceClient(url, undefined, { retry: { maxTries: 2 }, deadline: 30 }));
  return { service, sas, queueName: queue?.queueName, origin: url.origin };
}

function queueAt(text: string): QueueClient | undefined {
  try {
    return QueueClient.fromQueueUrl(text);
  } catch {
    // The URL of an account.
    return undefined;
  }
}

function understood<Result>(work: () => Result): Result {
  try {
    return work();
  } catch (error) {
    // The client's own words: they never hold the signature.
    throw new Unusable(error instanceof Error ? error.message : String(error));
  }
}
