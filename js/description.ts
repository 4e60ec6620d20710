import { Question } from "../build/core.js";
import type { Client } from "./client.js";
import { type Diagnosis, diagnose } from "./diagnosis.js";
import { argumentError } from "./errors.js";
import { Fields } from "./fields.js";
import type { PlatformAbortSignal } from "./platform-types.js";
import { Reading } from "./reading.js";
import { readSas, type SasProperties } from "./sas.js";
import { atCaller } from "./stack.js";
import { type Known, own } from "./validation.js";

/** Which endpoint a client uses: the primary one reads and writes, the secondary one only reads. */
export type LocationMode = "primary" | "secondary";

const diagnoseOptions: Known<{ signal?: PlatformAbortSignal }> = { signal: true };

/** What the core tells of a client. */
interface Described {
  url: string;
  accountName: string | undefined;
  apiVersion: string;
  locationMode: LocationMode;
  primaryEndpoint: string;
  primaryHostname: string;
  secondaryEndpoint: string | undefined;
  secondaryHostname: string | undefined;
}

function readDescription(read: Reading): Described {
  return {
    url: read.text(),
    accountName: read.optional(),
    apiVersion: read.text(),
    locationMode: read.text() as LocationMode,
    primaryEndpoint: read.text(),
    primaryHostname: read.text(),
    secondaryEndpoint: read.optional(),
    secondaryHostname: read.optional(),
  };
}

/** What both clients tell of themselves. Nothing here is a secret but the result of `getUrlWithSas()`. */
export class Description {
  readonly #client: Client;

  /** @internal */
  constructor(client: Client) {
    this.#client = client;
  }

  #ask(question: Question, fields?: Fields): Reading | undefined {
    const values = this.#client.ask(question, fields);
    return values && new Reading(values);
  }

  get #described(): Described {
    return readDescription(this.#ask(Question.Description) as Reading);
  }

  /** @internal */
  static queueNameOf(client: Description): string {
    const read = client.#ask(Question.Description) as Reading;
    readDescription(read);
    return read.text();
  }

  /** URL of the resource at the endpoint in use; the signature of a SAS in it reads `sig=REDACTED`. */
  get url(): string {
    return this.#described.url;
  }

  /** URL of the resource at the endpoint in use, with the SAS in full: a secret. Without it until a function that gives
   * one was asked by the first call. */
  getUrlWithSas(): string {
    return (this.#ask(Question.UrlWithSas) as Reading).text();
  }

  /**
   * What the shared access signature in use says of itself: kind, permissions, start, expiry and so on. `undefined`
   * without one, and until a function that gives one was asked by the first call.
   */
  get sas(): SasProperties | undefined {
    const read = this.#ask(Question.Sas);
    return read && readSas(read);
  }

  /**
   * Puts another shared access signature in the place of the one in use, for all requests from now on, retries included,
   * of this client and of all clients that came out of it or of the same service client.
   * @throws TypeError, RangeError when it is no shared access signature, or when the client uses an account key
   */
  updateSas(sas: string): void {
    atCaller(this.updateSas, () => this.#ask(Question.UpdateSas, new Fields().secret(sas)));
  }

  /**
   * Finds out what is the matter, by one read that changes nothing: whether this machine is online, the host there and the
   * one it claims to be, whether CORS, the account's firewall, this machine's clock, the credential and its permissions
   * let the call through, and whether the queue exists. Takes ten seconds at most and does not reject, but for a signal.
   */
  async diagnose(options?: { signal?: PlatformAbortSignal }): Promise<Diagnosis> {
    const init = atCaller(this.diagnose, () => own("options", options, diagnoseOptions));
    return await diagnose(this.#client, () => this.sas, Description.queueNameOf(this) !== "", init);
  }

  /** The storage account's name; `undefined` where neither URL nor credential tells it. */
  get accountName(): string | undefined {
    return this.#described.accountName;
  }

  /** The service version that requests name (`x-ms-version`), unless a call needs a newer one. */
  get apiVersion(): string {
    return this.#described.apiVersion;
  }

  /** The endpoint in use. Default: `"primary"`. Setting `"secondary"` throws a RangeError where there is none. */
  get locationMode(): LocationMode {
    return this.#described.locationMode;
  }

  set locationMode(mode: LocationMode) {
    atCaller(accessor("locationMode")?.set, () => this.#ask(Question.SetLocationMode, new Fields().string(mode)));
  }

  /** URL of the resource at the primary endpoint, signature redacted. */
  get primaryEndpoint(): string {
    return this.#described.primaryEndpoint;
  }

  /** Host of the primary endpoint; for an emulator with the account's path. */
  get primaryHostname(): string {
    return this.#described.primaryHostname;
  }

  /** URL of the resource at the secondary endpoint, signature redacted. Throws a RangeError where there is none. */
  get secondaryEndpoint(): string {
    const endpoint = this.#described.secondaryEndpoint;
    if (endpoint !== undefined) return endpoint;
    const message = "secondaryHostname must be given: this account has no secondary endpoint";
    return atCaller(accessor("secondaryEndpoint")?.get, () => {
      throw argumentError(RangeError, message, "secondaryHostname");
    });
  }

  /** Host of the secondary endpoint; `undefined` where there is none. */
  get secondaryHostname(): string | undefined {
    return this.#described.secondaryHostname;
  }

  /** What Node's console shows; the class of the client is its first word. */
  [Symbol.for("nodejs.util.inspect.custom")](_depth: number, _options: object, inspect?: (value: object) => string) {
    return `${this.constructor.name} ${inspect?.(this.toJSON()) ?? this.url}`;
  }

  /** What loggers write. */
  toJSON(): Record<string, unknown> {
    return { ...this.#described };
  }
}

/** An accessor of the class. It is here because bundlers rename a class whose own body names it. */
function accessor(name: keyof Description): PropertyDescriptor | undefined {
  return Object.getOwnPropertyDescriptor(Description.prototype, name);
}
