// The one place that calls `fetch`. It is JavaScript because each promise awaited in Rust
// costs two closures and some 2 kB: here a whole exchange is one promise.

/** Codes by which Node, Deno and Bun say that a connection was never made. */
const NEVER_CONNECTED = new Set([
  "ECONNREFUSED",
  "ENOTFOUND",
  "EAI_AGAIN",
  "UND_ERR_CONNECT_TIMEOUT",
  "ConnectionRefused",
]);
const UNREACHABLE = new Set(["EHOSTUNREACH", "ENETUNREACH"]);

/**
 * Sends one request and reads the whole response. Never rejects: resolves to what came, or
 * to `{ fault, cause }` with the name of what went wrong. Abort and timeout end it at once,
 * also when somebody's `fetch` does not heed its signal.
 *
 * @param headers names and values in turn, each ended by a line feed
 * @param body bytes in wasm memory, copied before anything else can move them
 * @param timeout milliseconds
 */
export function exchange(customFetch, method, url, headers, body, timeout, signal) {
  // A hook may have aborted it.
  if (signal?.aborted) return Promise.resolve({ fault: "aborted", cause: signal.reason });
  const controller = new AbortController();
  const init = {
    method,
    headers: pairs(headers),
    body: body.length > 0 ? body.slice() : undefined,
    signal: controller.signal,
    // A credential goes to the account's own host only.
    redirect: "manual",
    credentials: "omit",
    cache: "no-store",
    referrerPolicy: "no-referrer",
  };
  return new Promise((resolve) => {
    const end = (outcome) => {
      clearTimeout(timer);
      unlisten?.();
      resolve(outcome);
    };
    const stop = (fault, cause) => {
      end({ fault, cause });
      controller.abort(cause);
    };
    const abort = () => stop("aborted", signal.reason);
    const timer = setTimeout(stop, timeout, "timedOut");
    const unlisten = signal && listen(signal, abort);
    read(customFetch, url, init).then(end, (cause) => {
      end({ fault: neverConnected(cause) ? "unsent" : "lost", cause: withoutSecrets(cause, url, headers) });
    });
  });
}

async function read(customFetch, url, init) {
  // Called without a receiver: a window's `fetch` takes no other one.
  const response = await (customFetch ?? fetch)(url, init);
  if (response.type === "opaqueredirect") return redirected("the browser does not say where to");
  // Somebody's `fetch` may not do as it is told.
  if (response.redirected)
    return redirected(`the \`fetch\` of the caller's own followed it to ${hostOf(response.url)}`);
  const { status, statusText } = response;
  const date = `${response.headers?.get?.("date") ?? ""}`;
  return { status, reason: `${statusText ?? ""}`, date, response, body: new Uint8Array(await response.arrayBuffer()) };
}

function redirected(where) {
  return { fault: "redirected", cause: new Error(where) };
}

function hostOf(url) {
  return URL.canParse(url) ? new URL(url).host : "another host";
}

/** A host that cannot be reached may also be the end of a connection that was there. */
function neverConnected(cause) {
  const { code, syscall } = cause?.cause ?? cause ?? {};
  return NEVER_CONNECTED.has(code) || (UNREACHABLE.has(code) && syscall === "connect");
}

function pairs(text) {
  const parts = text.split("\n");
  const headers = {};
  for (let i = 0; i + 1 < parts.length; i += 2) headers[parts[i]] = parts[i + 1];
  return headers;
}

/** The headers of a response, written as those of a request. */
export function headersOf(response) {
  let text = "";
  // What somebody's `fetch` returns may have none.
  response.headers?.forEach?.((value, name) => {
    text += `${name}\n${value}\n`;
  });
  return text;
}

/**
 * An error as it is, unless it holds the signature of the URL or the authorization, as those of some platforms do:
 * then one that says the same without.
 */
function withoutSecrets(cause, url, headers) {
  const signature = /[?&]sig=([^&]*)/.exec(url)?.[1];
  const authorization = /(?:^|\n)authorization\n\S+ (?:[^:\n]*:)?(.*)\n/.exec(headers)?.[1];
  try {
    const secrets = [signature && decodeURIComponent(signature), authorization].filter((secret) => secret?.length > 5);
    if (secrets.length === 0) return cause;
    const secret = new RegExp(
      secrets.flatMap((secret) => [inAnyForm(secret), inAnyForm(btoa(secret))]).join("|"),
      "gi",
    );
    const hide = (text) => String(text).replace(secret, "REDACTED");
    if (typeof cause === "string") return hide(cause);
    if (!holds(cause, (text) => hide(text) !== text, 4)) return cause;
    const { name, message, code, cause: inner } = cause;
    const safe = new Error(hide(message), inner && { cause: new Error(hide(inner.message)) });
    const number = code ?? inner?.code;
    return Object.assign(safe, { name: hide(name), code: typeof number === "string" ? hide(number) : number });
  } catch {
    return undefined;
  }
}

/** A pattern for a secret, its characters percent-encoded or not, with or without its padding. */
function inAnyForm(secret) {
  const characters = [...secret.replace(/=+$/, "")].map((character) => {
    const plain = character === "+" ? "[+ ]" : character.replace(/\W/, "\\$&");
    return `(?:${plain}|%(?:25)*${character.charCodeAt(0).toString(16)})`;
  });
  return `${characters.join("")}(?:=|%(?:25)*3d)*`;
}

/** Whether any text in a value, or in what it holds, is one of those. */
function holds(value, isOne, depth) {
  if (typeof value === "string") return isOne(value);
  if (typeof value !== "object" || value === null || depth === 0) return false;
  // Of a `Request`, a `URL` and `Headers` nothing is an own property.
  const entries = typeof value.entries === "function" ? [...value.entries()].flat() : [];
  return (
    [value.url, value.href, ...entries].some((part) => holds(part, isOne, 1)) ||
    Reflect.ownKeys(value).some(
      (name) => (typeof name === "string" && isOne(name)) || holds(value[name], isOne, depth - 1),
    )
  );
}

/** An asynchronous hook that fails must not end the program. */
export function forgetRejection(returned) {
  if (returned instanceof Promise) returned.catch(() => {});
}

/** What a failed `fetch` says of itself; the reason stands in the cause, where there is one. */
export function wordsOf(cause) {
  if (cause === undefined) return "";
  try {
    const reason = cause?.cause?.message ?? cause?.cause?.code;
    const words = cause?.message ?? String(cause);
    return reason ? `${words} (${reason})` : String(words);
  } catch {
    return "";
  }
}

/** Who waits for which signal: one listener a signal, since Node warns of more than ten as of a leak. */
const waiting = new WeakMap();

function listen(signal, abort) {
  let waiters = waiting.get(signal);
  if (waiters === undefined) {
    waiters = new Set();
    waiters.tell = () => {
      for (const waiter of [...waiters]) waiter();
    };
    waiting.set(signal, waiters);
  }
  if (waiters.size === 0) signal.addEventListener("abort", waiters.tell);
  waiters.add(abort);
  return () => {
    if (waiters.delete(abort) && waiters.size === 0) signal.removeEventListener("abort", waiters.tell);
  };
}

/**
 * A timer. Its promise resolves to `undefined` in time, or to `{ fault, cause }` when the signal aborts; `cancel` ends
 * it without either.
 */
export function startTimer(millis, signal) {
  let cancel;
  const promise = new Promise((resolve) => {
    const end = (outcome) => {
      cancel();
      resolve(outcome);
    };
    const abort = () => end({ fault: "aborted", cause: signal.reason });
    const timer = setTimeout(end, millis);
    const unlisten = signal && listen(signal, abort);
    cancel = () => {
      clearTimeout(timer);
      unlisten?.();
    };
    if (signal?.aborted) abort();
  });
  return { promise, cancel };
}
