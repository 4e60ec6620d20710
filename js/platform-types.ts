// Types of the platform. The declarations of this package name no global of a DOM library: a program may have the types
// of Node, of a worker runtime, or none. Where its type libraries declare a global class, the class is meant.

/** A property of an object; `undefined` where it has none of this name. */
type PropertyOf<Container, Name extends string> = Container extends { readonly [Key in Name]: infer Value }
  ? Value
  : undefined;

/** The instances of a class, or `Otherwise` where there is no class. */
type InstanceOf<Class, Otherwise> = Class extends { readonly prototype: infer Instance } ? Instance : Otherwise;

/** The platform's `AbortSignal`. Without a type library for it: the members that a call uses. */
export type PlatformAbortSignal = InstanceOf<PropertyOf<typeof globalThis, "AbortSignal">, AbortSignalLike>;

/** The members of an `AbortSignal` that a call uses. */
export interface AbortSignalLike {
  /** Whether the signal has aborted. */
  readonly aborted: boolean;
  /** What the call rejects with. */
  readonly reason?: unknown;
  /** Called once with `"abort"`, when the call begins. */
  addEventListener(type: "abort", listener: () => void, options?: { once?: boolean }): void;
  /** Called with the same listener when the call ends. */
  removeEventListener(type: "abort", listener: () => void): void;
}

/** The platform's `URL`. Without a type library for it: the members that this package reads. */
export type PlatformUrl = InstanceOf<PropertyOf<typeof globalThis, "URL">, UrlLike>;

/** The members of a `URL` that this package reads. */
export interface UrlLike {
  /** The whole URL. */
  readonly href: string;
}

/** The platform's `Response`. Without a type library for it: the members that this package reads. */
export type PlatformResponse = InstanceOf<PropertyOf<typeof globalThis, "Response">, FetchResponse>;

/** The platform's `WebAssembly.Module`. Without a type library for it: any object. */
export type WasmModule = InstanceOf<PropertyOf<PropertyOf<typeof globalThis, "WebAssembly">, "Module">, object>;

/** A `CryptoKey` of the platform, in the types of a DOM library or of Node's `webcrypto`. */
export interface PlatformCryptoKey {
  /** The algorithm that the key is for. */
  readonly algorithm: { readonly name: string };
  /** Whether the key can be exported. */
  readonly extractable: boolean;
  /** `secret`, `public` or `private`. */
  readonly type: string;
  /** What the key can be used for: `wrapKey`, for example. */
  readonly usages: readonly string[];
}

/** A function with the signature of `fetch`, such as the platform's own. */
export type FetchFunction = (url: string, init: FetchInit) => Promise<FetchResponse>;

/** What this package passes to `fetch`. It can be passed on to the platform's `fetch`. */
export interface FetchInit {
  /** `GET`, `PUT`, `POST` or `DELETE`. */
  readonly method: string;
  /** Headers, names in lower case. They may contain a credential. */
  readonly headers: Record<string, string>;
  /** XML; missing for a request without a body. */
  readonly body?: string;
  /** Aborts when the call ends before its response has come. */
  readonly signal: PlatformAbortSignal;
  /** A redirect is not followed: the credential would go with it. */
  readonly redirect: "manual";
  /** No cookies. */
  readonly credentials: "omit";
  /** The URL of the page stays in the page. */
  readonly referrerPolicy: "no-referrer";
  /** Missing where the platform's `Request` does not know it. */
  readonly cache?: "no-store";
}

/** The members of a response that this package reads. A `Response` of the platform has them. */
export interface FetchResponse {
  /** HTTP status. */
  readonly status: number;
  /** The headers. */
  readonly headers: {
    /** The value of a header; upper and lower case in the name are the same. */
    get(name: string): string | null;
    /** Calls a function with each value and its name. */
    forEach(callback: (value: string, name: string) => void): void;
  };
  /** The whole body. Not called where `body` is a `ReadableStream`, which is read piece by piece. */
  arrayBuffer(): Promise<ArrayBuffer>;
}
