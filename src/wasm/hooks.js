// The caller's own functions that are told what goes on, or decide about it.

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

/** How long to wait, by the caller's own decision; without one as the policy has it. `undefined` is not at all. */
export function chosenWait({ retry }, attempt, delay, error, message, code, statusCode, mayBeDone) {
  if (retry === undefined) return delay;
  const seconds = retry({ attempt, delay, error, message, code, statusCode, mayBeDone });
  if (seconds === undefined || seconds === false) return undefined;
  if (typeof seconds === "number" && seconds >= 0 && seconds <= 3600) return seconds;
  const given = typeof seconds === "number" ? seconds : `a value of type ${typeof seconds}`;
  throw new RangeError(`what retry returns must be seconds from 0 to 3600, or undefined for none; got ${given}`);
}

function tell(hooks, event) {
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
