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

/** What of the caller's a call has to do with; `js/` makes it by itself. */
export function hostOf(fetch, onRequest, onResponse, onRetry) {
  return { fetch, onRequest, onResponse, onRetry };
}

/**
 * Sends one request and reads the whole response. Never rejects: resolves to what came, or
 * to `{ fault, cause }` with the name of what went wrong. Abort and timeout end it at once,
 * also when somebody's `fetch` does not heed its signal.
 *
 * @param host the caller's `fetch`, `signal` and hooks
 * @param headers names and values in turn, each ended by a line feed
 * @param body bytes in wasm memory, copied before anything else can move them
 * @param timeout milliseconds
 */
export function exchange(host, method, url, headers, body, timeout) {
  const { fetch: customFetch, signal } = host;
  // A hook may have aborted it.
  const aborted = abortReason(host);
  if (aborted) return Promise.resolve(aborted);
  const controller = new AbortController();
  const init = {
    method,
    headers: pairs(headers),
    body: body.length > 0 ? body.slice() : undefined,
    signal: controller.signal,
    // A credential goes to the account's own host only.
    redirect: "manual",
    credentials: "omit",
    // Cloudflare's runtime of before November 2024 refuses the very name.
    ...("cache" in (globalThis.Request?.prototype ?? {}) && { cache: "no-store" }),
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
      end({ fault: neverConnected(cause) ? "unsent" : "lost", cause, words: wordsOf(cause) + hintFor(url) });
    });
  });
}

async function read(customFetch, url, init) {
  // Called without a receiver: a window's `fetch` takes no other one.
  const response = await (customFetch ?? fetch)(url, init);
  if (response.type === "opaqueredirect") return redirected("the browser does not say where to");
  // Somebody's `fetch` may not do as it is told.
  if (response.redirected)
    return redirected(`the \`fetch\` of the caller's own followed it to ${siteOf(response.url)}`);
  const { status, statusText } = response;
  const date = `${response.headers?.get?.("date") ?? ""}`;
  return { status, reason: `${statusText ?? ""}`, date, response, body: new Uint8Array(await response.arrayBuffer()) };
}

function redirected(where) {
  return { fault: "redirected", cause: new Error(where), words: where };
}

/** What a browser keeps to itself: whether its own rules were why a request failed. */
function hintFor(url) {
  const { origin } = globalThis.location ?? {};
  // The core takes hosts that are none to the platform.
  if (origin === undefined || !URL.canParse(url) || origin === new URL(url).origin) return "";
  return (
    ` (a browser does not say why: the account's CORS rules may not allow ${origin}, see browserCorsRule, or the ` +
    "connect-src of the page's Content Security Policy not the account)"
  );
}

function siteOf(url) {
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
 * Every text in an error, where all of it is plain data: names and values of properties, at every depth. `undefined`
 * where there is something else in it, which can tell anything when it is asked: getters, functions, requests.
 */
export function textsIn(cause) {
  const texts = [];
  const seen = new Set();
  const classes = [Object, Array, Error, TypeError, RangeError, SyntaxError, AggregateError];
  const ends = new Set(classes.map((Class) => Class.prototype));
  const isData = (value) => {
    if (typeof value === "function") return false;
    if (typeof value !== "object" || value === null) return texts.push(String(value)) > 0;
    if (seen.has(value)) return true;
    seen.add(value);
    const isError = value instanceof Error;
    if (isError) texts.push(`${value.name} ${value.message} ${value.stack}`);
    // Its properties are getters, of the platform's own.
    if (typeof DOMException === "function" && value instanceof DOMException) return true;
    for (let owner = value; owner !== null && !ends.has(owner); owner = Object.getPrototypeOf(owner)) {
      if (owner !== value && !isError) return false;
      for (const key of Reflect.ownKeys(owner)) {
        const { value: property, get } = Object.getOwnPropertyDescriptor(owner, key);
        texts.push(String(key));
        if (key === "stack" || (key === "constructor" && owner !== value)) continue;
        if (get !== undefined || !isData(property)) return false;
      }
    }
    return true;
  };
  try {
    return isData(cause) ? texts.join("\n") : undefined;
  } catch {
    return undefined;
  }
}

/** What an error says, down its causes: names, messages and codes, each ended by a NUL. */
export function gistOf(cause) {
  let gist = "";
  try {
    for (let at = cause, depth = 0; typeof at === "object" && at !== null && depth < 4; at = at.cause, depth++) {
      gist += `${at.name ?? "Error"}\0${at.message ?? ""}\0${at.code ?? ""}\0`;
    }
  } catch {
    // So much it said.
  }
  return gist;
}

/** An error that says as much. */
export function errorOf(gist) {
  const parts = gist.split("\0");
  let error;
  for (let at = parts.length - 4; at >= 0; at -= 3) {
    const [name, message, code] = parts.slice(at, at + 3);
    error = Object.assign(new Error(message, error && { cause: error }), { name }, code && { code });
  }
  return error;
}

/** The fault of a call whose signal has aborted. */
export function abortReason({ signal }) {
  return signal?.aborted ? { fault: "aborted", cause: signal.reason } : undefined;
}

/** Whether anybody wants to be told. */
export function hears(host, event) {
  return host[event].length > 0;
}

/** Tells of a request before it goes out; a secret in it is hidden already. */
export function tellRequest(host, method, url, headerText, attempt) {
  tell(host.onRequest, () => {
    const headers = pairs(headerText);
    return { method, url, headers, clientRequestId: headers["x-ms-client-request-id"], attempt };
  });
}

/** Tells of a response; `asked` are the headers of its request. */
export function tellResponse(host, method, url, asked, attempt, statusCode, headerText) {
  tell(host.onResponse, () => {
    const headers = pairs(headerText);
    const clientRequestId = pairs(asked)["x-ms-client-request-id"];
    return { method, url, statusCode, headers, requestId: headers["x-ms-request-id"], clientRequestId, attempt };
  });
}

/** Tells of a retry before its wait. */
export function tellRetry(host, attempt, delay, error, message, code, statusCode) {
  tell(host.onRetry, () => ({ attempt, delay, error, message, code, statusCode }));
}

function tell(hooks, event) {
  for (const hook of hooks) {
    const returned = hook(event());
    // An asynchronous hook that fails must not end the program.
    if (returned instanceof Promise) returned.catch(() => {});
  }
}

/** Asks a function for a shared access signature. What is no text is none. */
export async function askForSas(source) {
  const given = await source();
  return { text: typeof given === "string" ? given : undefined };
}

/** Asks an object with `getToken`. What is of another type is missing. */
export async function askForToken(source, scope, tenantId) {
  const answer = await source.getToken([scope], tenantId === undefined ? {} : { tenantId });
  if (typeof answer !== "object" || answer === null) return {};
  const { token, expiresOnTimestamp, refreshAfterTimestamp } = answer;
  const number = (value) => (typeof value === "number" ? value : undefined);
  return {
    text: typeof token === "string" ? token : undefined,
    expires: number(expiresOnTimestamp),
    refresh: number(refreshAfterTimestamp),
  };
}

/** Values as they leave wasm memory, which the next call may change. */
export function values(text, numbers, bytes) {
  return [text, numbers.slice(), bytes.slice()];
}

/** An error in the same form, marked: other things are thrown here too. */
export function refusal(text, numbers, cause) {
  return { azureQueueError: [text, numbers.slice()], cause };
}

/** What a failed `fetch` says of itself; the reason stands in the cause, where there is one. */
function wordsOf(cause) {
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
export function startTimer(millis, { signal }) {
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
