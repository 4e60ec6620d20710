// The caller's own functions that are told what goes on, or decide about it.

/** Those that the core tells or asks of, by its bits for them. */
const EVENTS = { 1: tellRequest, 2: tellResponse, 4: tellRetry, 8: chosenWait };

/**
 * Tells of an event, or asks. Through the core nothing may be thrown.
 * @param parts what belongs to the event: texts with NULs between them, of which only the last one may have some itself
 * @returns what came of it: `undefined`, `{ seconds }`, or `{ fault, cause }`
 */
export function tell(host, parts, event) {
  try {
    return EVENTS[event](host, parts.split("\0"));
  } catch (cause) {
    return { fault: "thrown", cause };
  }
}

/** Tells of a request before it goes out; a secret in it is hidden already. */
function tellRequest({ onRequest }, [attempt, method, url, headerText]) {
  tellAll(onRequest, () => {
    const headers = pairs(headerText);
    return { method, url, headers, clientRequestId: headers["x-ms-client-request-id"], attempt: +attempt };
  });
}

/** Tells of a response; `asked` are the headers of its request. */
function tellResponse({ onResponse }, [attempt, method, url, status, asked, ...headerTexts]) {
  tellAll(onResponse, () => {
    const headers = pairs(headerTexts.join("\0"));
    const requestId = headers["x-ms-request-id"];
    const clientRequestId = pairs(asked)["x-ms-client-request-id"];
    return { method, url, statusCode: +status, headers, requestId, clientRequestId, attempt: +attempt };
  });
}

/** Tells of a retry before its wait. */
function tellRetry({ onRetry }, parts) {
  tellAll(onRetry, () => {
    const { mayBeDone, ...event } = failure(parts);
    return event;
  });
}

/** How long to wait, by the caller's own decision. `undefined` is not at all. */
function chosenWait({ retry }, parts) {
  const seconds = retry(failure(parts));
  if (seconds === undefined || seconds === false) return undefined;
  // What somebody put on `Object.prototype` is no fault of this.
  if (typeof seconds === "number" && seconds >= 0 && seconds <= 3600) return { fault: undefined, seconds };
  const given = typeof seconds === "number" ? seconds : `a value of type ${typeof seconds}`;
  throw new RangeError(`what retry returns must be seconds from 0 to 3600, or undefined for none; got ${given}`);
}

/** A failed attempt. Its code and its message are one part, since the service or a platform wrote them. */
function failure([attempt, wait, error, status, mayBeDone, codeLength, ...rest]) {
  const words = rest.join("\0");
  return {
    attempt: +attempt,
    delay: wait === "" ? undefined : wait / 1000,
    error,
    message: words.slice(codeLength),
    code: codeLength === "" ? undefined : words.slice(0, codeLength),
    statusCode: status === "" ? undefined : +status,
    mayBeDone: mayBeDone !== "",
  };
}

function tellAll(hooks, event) {
  for (const hook of hooks) {
    const returned = hook(event());
    // An asynchronous hook that fails must not end the program.
    if (returned instanceof Promise) returned.catch(() => {});
  }
}

function pairs(text) {
  const lines = text.split("\n");
  const headers = {};
  for (let i = 0; i + 1 < lines.length; i += 2) headers[lines[i]] = lines[i + 1];
  return headers;
}
