// The one place that calls `fetch`. It is JavaScript because each promise awaited in Rust
// costs two closures and some 2 kB: here a whole exchange is one promise.

/** No answer of the service is so large, by far; what never ends must not fill the memory. */
const MOST_BYTES = 64 * 1024 * 1024;

/** What of the caller's a call has to do with; `js/` makes it by itself. */
export function hostOf(fetch, onRequest, onResponse, onRetry) {
  const hears = (onRequest.length && 1) | (onResponse.length && 2) | (onRetry.length && 4);
  return { fetch, onRequest, onResponse, onRetry, hears };
}

/**
 * Sends one request and reads the whole response. Never rejects: resolves to what came, or
 * to `{ fault, cause }` with the name of what went wrong. Abort and timeout end it at once,
 * also when somebody's `fetch` does not heed its signal.
 *
 * @param host the caller's `fetch`, `signal` and hooks, or what carries requests in the place of `fetch`
 * @param message method, URL, the values of the headers that most requests have (nothing for one that is not there), names
 * and values of the others in turn, and nothing, each ended by a line feed; then the body
 * @param timeout milliseconds for this attempt
 * @param timeLeft milliseconds until the call's deadline
 */
export function exchange(host, message, timeout, timeLeft) {
  const { signal } = host;
  // A hook may have aborted it.
  const aborted = abortReason(host);
  if (aborted) return Promise.resolve(aborted);
  const { method, url, headers, body } = readMessage(message);
  const reading = {
    most: MOST_BYTES,
    stop: undefined,
    // `host.carry` sets these: whether bytes may have left, why they have not, what helps, and what extends the attempt.
    sent: undefined,
    unsentBecause: undefined,
    hint: undefined,
    moreTime: undefined,
    controller: undefined,
    aborted: undefined,
  };
  const init = host.carry ? undefined : requestInit(method, headers, body, reading);
  const wasOffline = isOffline();
  return new Promise((resolve) => {
    let unlisten;
    const end = (outcome) => {
      clearTimeout(timer);
      resolve(outcome);
      unlisten?.();
    };
    const stop = (fault, cause, words) => {
      end({ fault, cause, words });
      reading.aborted = { cause };
      reading.controller?.abort(cause);
      reading.stop?.();
    };
    const late = () => {
      const more = reading.moreTime?.(timeout, timeLeft);
      if (more > 0) timer = setTimeout(late, more);
      else if (reading.sent !== false) stop("timedOut", timeoutError(), "no response in time");
      else stop("notSentInTime", timeoutError(), reading.unsentBecause);
    };
    let timer = setTimeout(late, timeout);
    unlisten = signal && listen(signal, (reason) => stop("aborted", reason));
    if (reading.aborted) return;
    const came = (outcome) => {
      if (outcome.fault === undefined) wasReadable(url);
      end(outcome.fault === undefined ? withSize(outcome) : outcome);
    };
    const carrying = init ? overFetch(host.fetch, url, init, reading) : host.carry(url, method, headers, body, reading);
    carrying.then(came, async (cause) => {
      const {
        fault,
        code,
        hint = "",
      } = (reading.sent ? LOST : reasonOf(cause, url)) ??
      (init ? await whyNothingCame(host.fetch, url, init, wasOffline) : UNSENT);
      const words = wordsOf(cause) + (typeof hint === "string" ? hint : hint(url)) + (reading.hint ?? "");
      end({ fault, code, cause, words });
    });
  });
}

/** To V8 a text that is cut out of another keeps all of that one: whoever keeps a URL shall not keep a large body. */
const SMALL = 4096;

/** To V8 a name that was cut out of a text is a new name, so those that mostly come are written here. */
function readMessage(message) {
  let at = 0;
  const line = () => {
    const from = at;
    at = message.indexOf("\n", from) + 1 || message.length + 1;
    const text = message.slice(from, at - 1);
    return message.length > SMALL ? ` ${text}`.slice(1) : text;
  };
  const method = line();
  const url = line();
  const headers = { "x-ms-version": line(), "x-ms-date": line(), "x-ms-client-request-id": line() };
  const accept = line();
  if (accept !== "") headers.accept = accept;
  const contentType = line();
  if (contentType !== "") headers["content-type"] = contentType;
  for (let name = line(); name !== ""; name = line()) headers[name] = line();
  return { method, url, headers, body: message.slice(at) };
}

/** How an init finds what its request is read with; enumerable, as copies of an init need it. */
const reads = Symbol("reads");

/**
 * The signal of an init: made when somebody asks for it, since a controller costs as much as all else here. An own
 * property, as people spread an init, but one for all of them: where each has a getter of its own, V8 gives each a shape of
 * its own, which outlives the call and keeps what belongs to it. Descriptors have no prototype, on which
 * somebody may have put something.
 */
const signalOfInit = {
  __proto__: null,
  enumerable: true,
  configurable: true,
  get() {
    const reading = this[reads];
    // A copy of its descriptor, in an object of somebody's own.
    if (reading === undefined) return undefined;
    reading.controller ??= new AbortController();
    if (reading.aborted) reading.controller.abort(reading.aborted.cause);
    return reading.controller.signal;
  },
  set(value) {
    const set = { __proto__: null, value, writable: true, enumerable: true, configurable: true };
    Object.defineProperty(this, "signal", set);
  },
};

/** A text as body is no copy; an empty one is none. */
function requestInit(method, headers, body, reading) {
  const init = {
    method,
    headers,
    body: body || undefined,
    // A credential goes to the account's own host only.
    redirect: "manual",
    credentials: "omit",
    referrerPolicy: "no-referrer",
    [reads]: reading,
  };
  if (canSetCache()) init.cache = "no-store";
  return Object.defineProperty(init, "signal", signalOfInit);
}

let knowsCache;
/** Cloudflare's runtime of before November 2024 refuses the very name. */
function canSetCache() {
  knowsCache ??= "cache" in (globalThis.Request?.prototype ?? {});
  return knowsCache;
}

function timeoutError() {
  return new DOMException("The time was over.", "TimeoutError");
}

async function overFetch(customFetch, url, init, reading) {
  // Called without a receiver: a window's `fetch` takes no other one.
  const response = await (customFetch ? customFetch(url, init) : fetch(withNewPreflight(url), init));
  if (response.type === "opaqueredirect") return redirected("the browser does not say where to");
  // Somebody's `fetch` may not do as it is told.
  if (response.redirected)
    return redirected(`the \`fetch\` of the caller's own followed it to ${siteOf(response.url)}`);
  // What cannot be a number throws here, and not in the core, which it would leave in the middle of something.
  const given = +response.status;
  // What no status can be is none.
  const status = given === (given & 0xffff) ? given : 0;
  // To read nothing takes as long as to read something.
  const chunks = status === 204 ? [] : await bodyOf(response, reading);
  // What somebody put on `Object.prototype` is no fault of this.
  return { fault: undefined, status, response, chunks };
}

/** The outcome of an answer that does not end where any answer of the service does. */
function tooLarge() {
  const cause = new Error(`the response has more than ${MOST_BYTES} bytes, and no answer of the service is so large`);
  return { fault: "hidden", cause, words: cause.message };
}

/** All bytes of a body; `undefined` when there are too many, and then the rest is not read. */
async function bodyOf(response, reading) {
  const { body } = response;
  // Not in one piece where it says that it is small: a page may not see that it is packed as well.
  if (!body?.getReader) {
    // A stream is ended when it has been too long; to ask each answer for this takes as long as to read a small one.
    if (response.headers?.get?.("content-length") > MOST_BYTES) {
      quietly(() => body?.cancel?.());
      return undefined;
    }
    return [new Uint8Array(await response.arrayBuffer())];
  }
  const reader = body.getReader();
  const stop = () => quietly(() => reader.cancel());
  // Somebody's `fetch` may not heed its signal.
  reading.stop = stop;
  // Nor answer before the end.
  if (reading.aborted) stop();
  const chunks = [];
  let length = 0;
  for (let read = await reader.read(); !read.done; read = await reader.read()) {
    chunks.push(read.value);
    length += read.value.length;
    if (length > MOST_BYTES) {
      stop();
      return undefined;
    }
  }
  return chunks;
}

/** Does what is no part of a call: whether it fails, or ends at all, is no matter. */
function quietly(act) {
  (async () => act())().catch(Boolean);
}

/** How much room a body needs. */
function withSize(outcome) {
  if (outcome.chunks === undefined) return tooLarge();
  outcome.size = 0;
  try {
    for (const chunk of outcome.chunks) {
      // Somebody's stream may give anything.
      if (!ArrayBuffer.isView(chunk) || chunk.BYTES_PER_ELEMENT !== 1)
        throw new TypeError("the body of the response is not made of bytes");
      outcome.size += chunk.byteLength;
    }
  } catch (cause) {
    return { ...LOST, cause, words: wordsOf(cause) };
  }
  return outcome.size <= MOST_BYTES ? outcome : tooLarge();
}

function redirected(where) {
  return { fault: "redirected", cause: new Error(where), words: where };
}

function siteOf(url) {
  return URL.canParse(url) ? new URL(url).host : "another host";
}

const TLS = {
  code: "Tls",
  fault: "unreachable",
  codes: /^(CERT_|ERR_TLS_|SELF_SIGNED_|DEPTH_ZERO_|UNABLE_TO_|HOSTNAME_MISMATCH)/,
  words: /invalid peer certificate/,
  hint: " (the host cannot prove by TLS who it is, or does not speak it)",
};

/** When no reason is known. */
const LOST = { fault: "lost" };
const UNSENT = { fault: "unsent" };
/** By the codes of Node and Bun, and by the words of Deno, which has no codes. */
const REASONS = [
  {
    code: "PermissionDenied",
    fault: "unreachable",
    codes: /^ERR_ACCESS_DENIED$/,
    words: /requires net access to/i,
    // Node's flag takes no host.
    hint: (url) =>
      ` (the program may not use the network: run it with --allow-net${"Deno" in globalThis ? `=${siteOf(url)}` : ""})`,
  },
  {
    code: "NameNotFound",
    fault: "unreachable",
    codes: /^ENOTFOUND$/,
    words: /dns error|failed to lookup/,
    hint: " (the host is not known: check the name of the account, and for a private endpoint its private DNS zone)",
  },
  {
    code: "ConnectionRefused",
    fault: "refused",
    codes: /^(ECONNREFUSED|ConnectionRefused)$/,
    words: /connection refused/i,
    hint: " (nobody listens there)",
  },
  TLS,
  {
    code: "PortBlocked",
    fault: "unreachable",
    codes: /^$/,
    words: /^(bad port$|Requests to port \d+ are blocked)/,
    hint: " (the fetch standard blocks this port)",
  },
  { ...UNSENT, codes: /^(EAI_AGAIN|UND_ERR_CONNECT_TIMEOUT)$/, words: /client error \(Connect\)/ },
];
/** What the handshake can fail with, and so can an answer that was damaged on its way. */
const DAMAGED = /^(EPROTO|ERR_SSL_(?!\w*(DECRYPT|RECORD)))/;
/** Messages of Node when the TLS handshake is cut, and of Bun, whose codes do not tell connecting from reading. */
const NO_CONNECTION =
  /^(Client network socket disconnected before secure TLS connection was established$|(E\w+: )?(Unable to connect\. Is |Was there a typo in ))/;

/** The reason that an error tells; `undefined` when it tells none. */
function reasonOf(cause, url) {
  try {
    for (let at = cause, depth = 0; typeof at === "object" && at !== null && depth < 4; at = at.cause, depth++) {
      // Of a host with several addresses, what one failed with that did not fail to connect, if there is such.
      const { errors } = at;
      const { code, syscall, message } = errors?.find(({ syscall }) => syscall !== "connect") ?? errors?.[0] ?? at;
      // Deno's errors have words only, and so has a blocked port of Node; those of others may quote anything.
      const words = "Deno" in globalThis || message === "bad port" ? message : "";
      const reason = REASONS.find((reason) => reason.codes.test(code) || reason.words.test(words));
      if (reason) return reason;
      if (DAMAGED.test(code) && !readable.has(originOf(url))) return TLS;
      // The same codes may be the end of a connection that was there.
      if (syscall === "connect" || syscall === "getaddrinfo" || NO_CONNECTION.test(message)) return UNSENT;
    }
  } catch {
    // It cannot be asked.
  }
  return undefined;
}

/** Origins whose response this page or program has read. */
const readable = new Set();

/** Where the latest answer that was read came from: most answers come from there again. */
let latest = "no origin yet";

/** Remembers that an origin lets itself be read. */
function wasReadable(url) {
  if (url.startsWith(latest) || readable.size >= 100) return;
  latest = `${originOf(url)}/`;
  readable.add(latest.slice(0, -1));
}

/**
 * The origin that the browser sends with requests of this web page; `undefined` outside of browsers. `location.origin`
 * differs from it in pages from disk and in `srcdoc` frames. js/cors.ts has the same rule.
 */
function pageOrigin() {
  const { location, origin } = globalThis;
  if (location === undefined) return undefined;
  // A script of the page may have declared a variable named `origin`.
  const isOrigin = (value) => typeof value === "string" && /^(null|(?!file:)[a-z][^/]*:\/\/[^/]+)$/.test(value);
  return [origin, location.origin].find(isOrigin) ?? "null";
}

/**
 * The URL with a new fragment, until the page has read a response of its origin. Chromium and WebKit cache preflights by
 * the URL with its fragment, and longer than a page lives. With a cached preflight the request goes out although the CORS
 * rule is gone, and the client would report that it was not sent.
 */
function withNewPreflight(url) {
  if (url.startsWith(latest) || pageOrigin() === undefined || readable.has(originOf(url))) return url;
  return `${url}#${Math.random()}`;
}

/** Milliseconds for the requests that find out why a request failed. */
const PROBE_TIMEOUT = 5_000;

/**
 * Finds out why a request failed in a browser, which does not tell: if a `no-cors` request succeeds and one that needs a
 * preflight fails, CORS is the cause. A request to an origin that was readable before may have been executed all the same.
 */
async function whyNothingCame(customFetch, url, init, wasOffline) {
  if (isOffline()) {
    // The network may have gone when the request was out already.
    const fault = wasOffline ? "unreachable" : "lost";
    return { fault, code: "Offline", hint: " (this machine is offline)" };
  }
  const page = pageOrigin();
  const host = originOf(url);
  if (page === undefined || host === undefined || host === page) return LOST;
  const rule =
    page === "null"
      ? `the account's CORS rules do not allow the origin "null" of pages from disk or in sandboxed frames: serve the page over http`
      : `the account's CORS rules must allow ${page}, see browserCorsRule`;
  if (customFetch !== undefined) {
    return readable.has(host) ? LOST : { ...LOST, hint: ` (a browser does not say why; perhaps ${rule})` };
  }
  const found = await probe(host, url, init);
  const fault = readable.has(host) ? "withheld" : "unreachable";
  if (found === "blockedByPolicy") {
    const hint = ` (the Content Security Policy of this page forbids it: its connect-src must have ${host})`;
    return { fault, code: "ContentSecurityPolicy", hint };
  }
  if (found === "blockedByCors")
    return { fault, code: "Cors", hint: ` (the host answers, but not to this page: ${rule})` };
  if (found !== "silent" || fault === "withheld") return LOST;
  const hint = ` (${host} does not answer: check the URL of the account; diagnose() tells more)`;
  return { fault: "silent", code: "HostNotReached", hint };
}

function isOffline() {
  return globalThis.navigator?.onLine === false;
}

/** Whether the host is silent, or what keeps the page from it; `undefined` when neither can be seen. */
async function probe(host, url, init) {
  const { method, headers, signal, referrerPolicy } = init;
  const options = { signal, referrerPolicy, credentials: "omit", cache: "no-store" };
  let isBlocked = false;
  const watch = ({ effectiveDirective, blockedURI }) => {
    isBlocked ||= effectiveDirective === "connect-src" && originOf(blockedURI) === host;
  };
  globalThis.addEventListener?.("securitypolicyviolation", watch);
  // The request itself is over.
  const timer = setTimeout(() => init[reads].controller.abort(), PROBE_TIMEOUT);
  try {
    await fetch(`${host}/`, { ...options, mode: "no-cors" });
    // A preflight is about the method and the names of headers, so the probe leaves out their values, which may be secret.
    // It goes to a path that does not exist, where it changes nothing.
    const nowhere = `${url.split("?")[0]}/0/0`;
    const bare = Object.keys(headers).map((name) => [name, name === "x-ms-version" ? headers[name] : "0"]);
    return await fetch(nowhere, { ...options, method, headers: Object.fromEntries(bare) }).then(
      () => undefined,
      () => (signal.aborted ? undefined : "blockedByCors"),
    );
  } catch {
    // The event may come after the rejection.
    await new Promise((resolve) => setTimeout(resolve));
    if (isBlocked) return "blockedByPolicy";
    return signal.aborted ? undefined : "silent";
  } finally {
    clearTimeout(timer);
    globalThis.removeEventListener?.("securitypolicyviolation", watch);
  }
}

/** The core takes hosts that are none to the platform, and some platforms have no URLs. */
function originOf(url) {
  try {
    return new URL(url).origin;
  } catch {
    return undefined;
  }
}

/** The fault of a call whose signal has aborted, or throws when it is asked: through the core nothing may be thrown. */
function abortReason({ signal }) {
  try {
    return signal?.aborted ? { fault: "aborted", cause: signal.reason } : undefined;
  } catch (cause) {
    return { fault: "aborted", cause };
  }
}

/** Asks a function for a shared access signature. What is no text is none. */
export function askForSas(source) {
  return forThisCore(
    (async () => {
      const given = await source();
      return { text: typeof given === "string" ? given : undefined };
    })(),
  );
}

/** Asks an object with `getToken`. What is of another type is missing. */
export function askForToken(source, scope, tenantId) {
  return forThisCore(getToken(source, scope, tenantId));
}

async function getToken(source, scope, tenantId) {
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

/** Whoever cannot listen, since a signal of the caller's own throws, is told so at once. */
function listen(signal, abort) {
  try {
    return listenTo(signal, abort);
  } catch (thrown) {
    abort(thrown);
    return undefined;
  }
}

function listenTo(signal, abort) {
  let waiters = waiting.get(signal);
  if (waiters === undefined) {
    waiters = new Set();
    waiters.tell = () => {
      for (const waiter of [...waiters]) waiter(signal.reason);
    };
    waiting.set(signal, waiters);
  }
  if (waiters.size === 0) signal.addEventListener("abort", waiters.tell);
  waiters.add(abort);
  return () => {
    if (waiters.delete(abort) && waiters.size === 0) quietly(() => signal.removeEventListener("abort", waiters.tell));
  };
}

/** How many cores there have been, and the timers of the present one. */
let cores = 0;
const timers = new Set();

/** The core has crashed, and another takes its place: nobody waits any more for what it waited for. */
export function forgetOldCore() {
  cores++;
  for (const stop of timers) stop();
}

/** A promise that does not settle for a core that is gone: whoever was to hear of it would throw. */
function forThisCore(promise) {
  const begun = cores;
  const ifStillHere = (settle) => (value) => {
    if (begun === cores) settle(value);
  };
  return new Promise((resolve, reject) => promise.then(ifStillHere(resolve), ifStillHere(reject)));
}

/**
 * A timer. Its promise resolves to `undefined` in time, or to `{ fault, cause }` when the signal aborts; `cancel` ends
 * it before: the core keeps what waits for a promise until it has settled, so that it does. Only for a core that is gone it
 * does not.
 */
export function startTimer(millis, host) {
  let end;
  const promise = new Promise((resolve) => {
    let unlisten;
    let timer;
    const stop = () => {
      clearTimeout(timer);
      unlisten?.();
      timers.delete(stop);
    };
    end = (outcome) => {
      stop();
      resolve(outcome);
    };
    timer = setTimeout(end, millis);
    timers.add(stop);
    unlisten = host.signal && listen(host.signal, (cause) => end({ fault: "aborted", cause }));
    const aborted = abortReason(host);
    if (aborted) end(aborted);
  });
  return { promise, cancel: () => end() };
}
