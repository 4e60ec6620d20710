// Run as a program, with a list of properties in JSON: what comes of a few calls while each of them stands on a prototype
// that everything has. Prints one outcome for each.

import { QueueClient } from "../../dist/index.js";
import { account, messagePage, rejection, sent } from "./script.mjs";

const prototypes = { Object: Object.prototype, Array: Array.prototype, String: String.prototype };
const values = { text: "polluted", number: 5, object: { polluted: true }, function: () => true };
const answers = [
  sent,
  messagePage("good", "not Base64!"),
  { status: 404, body: "", headers: { "x-ms-request-id": "r-1" } },
];

async function outcome() {
  const urls = [];
  const fetch = async (url) => {
    urls.push(url);
    const { status, body, headers } = answers[urls.length - 1];
    return new Response(body, {
      __proto__: null,
      status,
      ...(headers && { headers: new Headers(Object.entries(headers)) }),
    });
  };
  const queue = new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding: "base64" });
  const { content, popReceipt } = await queue.sendMessage("hello", { timeToLive: 60 });
  const peeked = await queue.peekMessages({ maxMessages: 2 });
  const missing = await rejection(queue.deleteQueue());
  const refused = await rejection(queue.sendMessage("x", { timeToLive: 0 }));
  return {
    content,
    popReceipt,
    contents: peeked.map(({ contentError }) => contentError?.name),
    missing: [missing.name, missing.statusCode],
    refused: [refused.name, refused.message, refused.argument],
    urls,
  };
}

const outcomes = [];
for (const [prototype, name, kind] of JSON.parse(process.argv[2])) {
  const property = { value: values[kind], enumerable: true, configurable: true, writable: true };
  const put = prototype !== "none";
  if (put) Object.defineProperty(prototypes[prototype], name, property);
  try {
    outcomes.push(await outcome());
  } catch (error) {
    outcomes.push({ failed: `${error?.stack}` });
  } finally {
    if (put) delete prototypes[prototype][name];
  }
}
process.stdout.write(JSON.stringify(outcomes));
