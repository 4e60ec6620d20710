// The caller's own functions that are told what goes on, or decide about it.

/** What there is to be told of, and what to be asked, by the numbers of fetch.rs. */
const EVENTS = { 1: tellRequest, 2: tellResponse, 4: tellRetry, 8: chosenWait };

/**
 * Tells of an event, or asks. Through the core nothing may be thrown.
 * @param parts what belongs to the event, as texts with NULs between them; an empty one is not there
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

/** How long to wait, by the caller's own decision; without one as the policy has it. `undefined` is not at all. */
function chosenWait({ retry }, parts) {
  const event = failure(parts);
  if (retry === undefined) return wait(event.delay);
  const seconds = retry(event);
  if (seconds === undefined || seconds === false) return undefined;
  if (typeof seconds === "number" && seconds >= 0 && seconds <= 3600) return wait(seconds);
  const given = typeof seconds === "number" ? seconds : `a value of type ${typeof seconds}`;
  throw new RangeError(`what retry returns must be seconds from 0 to 3600, or undefined for none; got ${given}`);
}

/** What somebody put on `Object.prototype` is no fault of this. */
function wait(seconds) {
  return { fault: undefined, seconds };
}

/** A failed attempt. What others wrote comes last: there may be a NUL in it, and then it is all that is left. */
function failure([attempt, wait, error, status, mayBeDone, code, ...message]) {
  return {
    attempt: +attempt,
    delay: wait === "" ? undefined : wait / 1000,
    error,
    message: message.join("\0"),
    code: code || undefined,
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
