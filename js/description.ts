import { sync } from "./core.js";
import { argumentError } from "./errors.js";

/** Which endpoint a client uses: the primary one reads and writes, the secondary one only reads. */
export type LocationMode = "primary" | "secondary";

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

interface DescribingCore {
  describe(): unknown;
  urlWithSas(): string;
  setLocationMode(mode: unknown): void;
}

/** What both clients tell of themselves. Nothing here is a secret but the result of `getUrlWithSas()`. */
export class Description {
  readonly #core: DescribingCore;

  /** @internal */
  constructor(core: DescribingCore) {
    this.#core = core;
  }

  get #described(): Described {
    return this.#core.describe() as Described;
  }

  /** URL of the resource at the endpoint in use; the signature of a SAS in it reads `sig=REDACTED`. */
  get url(): string {
    return this.#described.url;
  }

  /** URL of the resource at the endpoint in use, with the SAS in full: a secret. */
  getUrlWithSas(): string {
    return sync(() => this.#core.urlWithSas());
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
    sync(() => this.#core.setLocationMode(mode));
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
    if (endpoint === undefined) {
      throw argumentError(
        RangeError,
        "secondaryHostname must be given: this account has no secondary endpoint",
        "secondaryHostname",
      );
    }
    return endpoint;
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
