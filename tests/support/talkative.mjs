// A service and a `fetch` that repeat every secret they get hold of, in every form and in every place.

import { inspect } from "node:util";
import { messagePage } from "./script.mjs";
import { forms } from "./secrets.mjs";

const escaped = (text) => text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");

/** What proves a request: the signature of its URL, its Authorization header, and the secret in that. */
export function proofsOf({ url, headers: { authorization } }) {
  return [url.searchParams.get("sig"), authorization, authorization?.split(/[ :]/).at(-1)].filter(Boolean);
}

/** All that whoever receives a request can say of its secrets, and of others that it may know. */
export function quote(request, kind) {
  const secrets = [...proofsOf(request), ...(kind.secrets ?? [])];
  const said = secrets.flatMap((secret) => Object.values(forms).map((form) => form(secret)));
  return [request.url.href, ...said].join(" ");
}

/** A `fetch` whose answers are functions of the request and of the kind of credential; the last one goes on. */
export function scripted(kind, ...answers) {
  const requests = [];
  const fetch = async (url, { headers, signal }) => {
    const request = { url: new URL(url), headers, signal };
    requests.push(request);
    return await answers[Math.min(requests.length, answers.length) - 1](request, kind);
  };
  return Object.assign(fetch, { requests });
}

/** A refusal that repeats secrets in all its parts; `code` and `body` are as given, and so are more headers. */
export const refusal =
  (status, { code, body, more } = {}) =>
  (request, kind) => {
    const said = quote(request, kind);
    const secret = proofsOf(request).at(-1);
    const elements = {
      Code: code ?? said,
      Message: said,
      AuthenticationErrorDetail: `The MAC signature found in the HTTP request '${secret}' is not the same as any computed signature.`,
      [`x${secret}`]: "an element of this name",
      QueryParameterValue: said,
    };
    const xml = Object.entries(elements).map(([name, text]) => `<${name}>${escaped(text)}</${name}>`);
    const headers = {
      "x-ms-error-code": code ?? said,
      "x-ms-request-id": said,
      "x-ms-client-request-id": said,
      "www-authenticate": `Bearer realm="${said}"`,
      authorization: said,
      "x-original-url": request.url.href,
      location: `https://${said}/${said}?to=${said}`,
      "set-cookie": `from=${encodeURIComponent(request.url.href)}`,
      ...more,
    };
    const given = body ? body(said) : `<Error>${xml.join("")}</Error>`;
    return new Response(given, { status, statusText: said, headers });
  };

/** A success that is not what it should be; `make` gets a secret. */
export const broken =
  (make, status = 200, headers = () => ({})) =>
  (request, kind) => {
    const [secret] = proofsOf(request);
    const said = quote(request, kind);
    return new Response(make(escaped(secret)), {
      status,
      statusText: said,
      headers: { "x-ms-request-id": said, ...headers(secret) },
    });
  };
/** A page of messages in which a text is replaced by one with a secret. */
export const page = (from, to) => broken((secret) => messagePage("x").body.replace(from, to.replace("SECRET", secret)));

/** A redirect that a `fetch` of the caller's own follows. */
export const followed = (request) =>
  Object.defineProperties(new Response(), {
    redirected: { value: true },
    url: { value: `https://${encodeURIComponent(proofsOf(request).at(-1))}.example/?sig=${proofsOf(request)[0]}` },
  });

/** What a `fetch` fails with, made of a text and an object that hold the secrets. */
export const failures = {
  "with them in its message": (text) => new Error(text),
  "with them in its name and code": (text) => Object.assign(new Error("x"), { name: text, code: text }),
  "with them as properties": (_, request) => Object.assign(new Error("x"), { path: request.url.href, config: request }),
  "with them deep in its causes": (text) => {
    let error = new Error(text);
    for (let depth = 0; depth < 9; depth++) error = new Error("x", { cause: error });
    return error;
  },
  "with them in the errors in it": (text) => new AggregateError([new Error("x"), new Error("x", { cause: text })]),
  "with a Request": (_, { url, headers }) => Object.assign(new Error("x"), { request: new Request(url, { headers }) }),
  "with Headers and a URL": (_, { url, headers }) =>
    Object.assign(new Error("x"), { url, headers: new Headers(headers) }),
  "with a Map in a Map": (_, { url, headers }) =>
    Object.assign(new Error("x"), {
      all: new Map([
        [
          "all",
          new Map([
            ["headers", { headers }],
            [url.href, 1],
          ]),
        ],
      ]),
    }),
  "with bytes": (text) => Object.assign(new Error("x"), { bytes: new TextEncoder().encode(text) }),
  "with a getter": (text) => Object.defineProperty(new Error("x"), "config", { get: () => ({ url: text }) }),
  "with a getter that it inherits": (text) => {
    class FetchError extends Error {
      get config() {
        return { url: text };
      }
    }
    return new FetchError("x");
  },
  "with symbols": (text) => Object.assign(new Error("x"), { [Symbol("config")]: text, [Symbol(text)]: 1 }),
  "with names of properties": (text) => Object.assign(new Error("x"), { [text]: 1 }),
  "with a function": (text) => Object.assign(new Error("x"), { retry: Object.assign(() => {}, { url: text }) }),
  "with an inspect() of its own": (text) => Object.assign(new Error("x"), { [inspect.custom]: () => text }),
  "with a toJSON() of its own": (text) => Object.assign(new Error("x"), { toJSON: () => ({ url: text }) }),
  "with a toString() of its own": (text) => Object.assign(new Error("x"), { toString: () => text }),
  "and it is a text": (text) => text,
  "and it is an object": (text) => ({ message: "x", url: text }),
  "and it is a function": (text) => Object.assign(() => {}, { url: text }),
};
/** A `fetch` that fails. */
export const thrown = (make) => (request, kind) => {
  throw make(quote(request, kind), request);
};
/** One form at a time: where there are others, one that is found would give away all of them. */
export const inForm = (form) => (request) => {
  throw new Error(proofsOf(request).map(form).join());
};
