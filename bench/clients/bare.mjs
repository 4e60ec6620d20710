// The platform's `fetch`, and the body read as text: what no client can do without.

import { operations, text } from "../answers.mjs";
import { account, sas } from "./given.mjs";

export async function bare({ url, answer }) {
  const ask = answer ? async () => answer() : fetch;
  const request = `<?xml version="1.0" encoding="utf-8"?><QueueMessage><MessageText>${text}</MessageText></QueueMessage>`;
  const call = ({ method, path }) => {
    const body = method === "POST" || method === "PUT" ? request : undefined;
    const headers = { "x-ms-version": "2020-12-06", ...(body && { "content-type": "application/xml" }) };
    const target = `${url}${path}${path.includes("?") ? "&" : "?"}${sas}`;
    return async () => void (await (await ask(target, { method, headers, body })).text());
  };
  const { sas: _, ...requests } = operations;
  return {
    ...Object.fromEntries(Object.entries(requests).map(([name, operation]) => [name, call(operation)])),
    sas: signature,
  };
}

/** A signature without what it is for, with what is the fastest here. */
async function signature() {
  const { createHmac } = process.getBuiltinModule("node:crypto");
  const signed = `rp\n\n2030-01-01T00:00:00Z\n/queue/${account.accountName}/orders\n\n\n\n2020-12-06`;
  createHmac("sha256", Buffer.from(account.accountKey, "base64")).update(signed).digest("base64");
}
