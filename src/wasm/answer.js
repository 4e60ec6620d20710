// What came of a request, as the core reads it: each of these is one crossing of the seam.

/** Size and status of a response in one number, since each that crosses the seam costs as much; of a fault -1. */
export function measuresOf({ fault, status, size }) {
  return fault === undefined ? size * 0x10000 + status : -1;
}

/** Copies a body to where it is read: the only time that it is copied, and then it need not be kept here. */
export function copyBody(exchange, memory) {
  const { chunks } = exchange;
  exchange.chunks = undefined;
  let at = 0;
  try {
    for (const chunk of chunks) {
      memory.set(chunk, at);
      at += chunk.length;
    }
  } catch {
    // They have grown since. To throw here would leave the core in the middle of something, and what is missing is no
    // answer.
  }
}

/** Headers that are asked for one by one; fetch.rs has the same list, and asks by their places. */
const THESE = ["x-ms-popreceipt", "x-ms-time-next-visible", "date", "x-ms-request-id"];

/** Those of them whose bits are set: place and value, ended by a line feed; nothing where they cannot be asked. */
export function theseHeadersOf({ response }, which) {
  let text = "";
  try {
    for (let place = 0; place < THESE.length; place++) {
      if (!((which >> place) & 1)) continue;
      const value = response.headers?.get?.(THESE[place]);
      if (value !== null && value !== undefined) text += `${place}${value}\n`;
    }
  } catch {
    // So many there were.
  }
  return text;
}

/** The reason phrase. */
export function reasonPhraseOf({ response }) {
  try {
    return `${response.statusText ?? ""}`;
  } catch {
    return "";
  }
}

/** The type of a response: `"cors"` has only the headers that the account's CORS rule exposes. */
export function responseTypeOf({ response }) {
  try {
    return `${response.type ?? ""}`;
  } catch {
    return "";
  }
}

/** The headers of a response: names and values in turn, each ended by a line feed. */
export function headersOf({ response }) {
  let text = "";
  try {
    // What somebody's `fetch` returns may have none.
    response.headers?.forEach?.((value, name) => {
      text += `${name}\n${value}\n`;
    });
  } catch {
    // So many there were. To throw here would leave the core in the middle of something.
  }
  return text;
}
