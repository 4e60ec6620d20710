// The same as bare `fetch` over `node:http` with kept connections.

import { Agent, request } from "node:http";
import { operations, text } from "../answers.mjs";
import { sas } from "./given.mjs";

/** A function of method, path and perhaps a body that makes one which asks, and gives the body of the answer. */
export function asking(url) {
  const agent = new Agent({ keepAlive: true });
  return ({ method, path }, body) => {
    const headers = { "x-ms-version": "2020-12-06", ...(body && { "content-length": body.length }) };
    const target = new URL(`${url}${path}${path.includes("?") ? "&" : "?"}${sas}`);
    const { hostname, port, pathname, search } = target;
    const options = { agent, hostname, port, path: pathname + search, method, headers };
    return () =>
      new Promise((resolve, reject) => {
        const sending = request(options, (response) => {
          const chunks = [];
          response.on("data", (chunk) => chunks.push(chunk)).on("error", reject);
          response.on("end", () => resolve(Buffer.concat(chunks).toString()));
        });
        sending.on("error", reject).end(body);
      });
  };
}

export async function http({ url }) {
  const ask = asking(url);
  const content = `<?xml version="1.0" encoding="utf-8"?><QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;
  const call = (operation) => {
    const asked = ask(operation, ["POST", "PUT"].includes(operation.method) ? content : undefined);
    return () => asked().then(() => undefined);
  };
  return Object.fromEntries(
    Object.entries(operations).map(([name, operation]) => [name, operation.path && call(operation)]),
  );
}
