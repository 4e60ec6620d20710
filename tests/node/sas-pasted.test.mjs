// Shared access signatures as people paste them, in every place where one can be given.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { parseSas, QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, emptyPage, rejection, script } from "../support/script.mjs";

const signature = "a+b/c0d1e2f3a+b/c0d1e2f3a+b/c0d1e2f3a+b/c0d=";
const encoded = encodeURIComponent(signature);
const sas = `sv=2020-12-06&ss=q&srt=sco&sp=rwdlacup&se=2030-01-01T00%3A00%3A00Z&sig=${encoded}`;

/** The places, each as a client whose next request carries the token. */
const places = {
  "the URL of an account": (token, options) => new QueueClient(`${account.url}?${token}`, "orders", undefined, options),
  "the URL of a queue": (token, options) =>
    QueueClient.fromQueueUrl(`${account.url}/orders?${token}`, undefined, options),
  "the credential": (token, options) => new QueueClient(account.url, "orders", token, options),
  "a connection string": (token, options) =>
    QueueClient.fromConnectionString(`QueueEndpoint=${account.url};SharedAccessSignature=${token}`, "orders", options),
  updateSas: (token, options) => {
    const service = new QueueServiceClient(account.url, undefined, options);
    service.updateSas(token);
    return service.getQueueClient("orders");
  },
  "what a function gives": (token, options) => new QueueClient(account.url, "orders", () => token, options),
};

describe("a token that was changed on its way is sent as it was", () => {
  for (const [what, token] of [
    ["with &amp; from XML", sas.replaceAll("&", "&amp;")],
    ["with \\u0026 from JSON", sas.replaceAll("&", "\\u0026")],
    ["with a second question mark", `?${sas}`],
    ["appended twice", `${sas}?${sas}`],
    ["with blanks for the plus signs of its signature", sas.replace(encoded, signature.replaceAll("+", " "))],
    ["with plus signs as they are", sas.replace(encoded, signature)],
    ["with a signature that is percent-encoded twice", sas.replace(encoded, encodeURIComponent(encoded))],
    ["with values that are percent-encoded twice", sas.replaceAll("%", "%25")],
    ["with a line feed in its signature", sas.replace(encoded, `${encoded.slice(0, 20)}\n${encoded.slice(20)}`)],
    ["with an encoded line feed at its end", `${sas}%0A`],
    ["percent-encoded as a whole", encodeURIComponent(sas)],
    ["with the escapes of a shell of Windows", sas.replaceAll("&", "^&")],
    ["with blanks before its fields", sas.replaceAll("&", "& ")],
    ["with names in capital letters", sas.replace(/(\w+)=/g, (name) => name.toUpperCase())],
    ["with zero-width spaces of a chat", sas.replaceAll("&", "&\u200b").replace("sp=rw", "sp=r\u200bw")],
    ["without the padding of its signature", sas.replace(encoded, encodeURIComponent(signature.slice(0, -1)))],
  ]) {
    for (const [place, make] of Object.entries(places)) {
      test(`${what}, in ${place}`, async () => {
        const fetch = script(emptyPage);
        await make(token, { fetch }).peekMessages();
        const { search, searchParams } = fetch.requests[0].url;
        assert.equal(searchParams.get("sig"), signature);
        assert.equal(search, `?peekonly=true&${sas}`);
      });
    }
  }
});

describe("a token with several possible originals is refused before a request", () => {
  for (const [what, token, why] of [
    ["without a signature", sas.replace(/&sig=.*/, ""), /without a signature \(sig\)/],
    ["with a redacted signature", sas.replace(encoded, "REDACTED"), /whose signature was redacted/],
    ["with a signature that is not Base64", sas.replace(encoded, "a-b_c"), /signature \(sig\) is not Base64/],
    ["with another token behind it", `${sas}?${sas.replace("2020", "2021")}`, /the field "sv" is there twice/],
    ["with a blank in its permissions", sas.replace("sp=rw", "sp=r%20w"), /field "sp" has a blank/],
    ["with a fragment behind it", `${sas}#orders`, /a fragment/],
    ["with an expiry that is not a date", sas.replace("2030-01-01", "soon"), /expiry \(se\) is not a date/],
  ]) {
    for (const [place, make] of Object.entries(places)) {
      test(`${what}, in ${place}`, async () => {
        const fetch = script(emptyPage);
        const error = await rejection((async () => make(token, { fetch }).peekMessages())());
        assert.match(error.message, why);
        assert.ok(!error.message.includes(encoded) && !error.message.includes(signature), error.message);
        assert.equal(fetch.requests.length, 0);
      });
    }
  }
});

test("a URL may have parameters of requests beside its token", () => {
  const queue = QueueClient.fromQueueUrl(`${account.url}/orders?comp=metadata&${sas}`);
  assert.equal(queue.getUrlWithSas(), `${account.url}/orders?${sas}`);
});

test("parseSas reads a token that was changed on its way", () => {
  assert.deepEqual(parseSas(sas.replaceAll("&", "&amp;")), parseSas(sas));
  assert.deepEqual(parseSas(`${account.url}/orders?${sas.replaceAll("&", "\\u0026")}`), parseSas(sas));
});
