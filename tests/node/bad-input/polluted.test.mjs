// Properties that somebody has put on the prototypes of all objects, arrays and texts are no options, and change nothing.

import assert from "node:assert/strict";
import { execFileSync } from "node:child_process";
import { describe, test } from "node:test";
import { fileURLToPath } from "node:url";

// Those by which the package could be misled. Not `get`, `set`, `value`, `headers` and `then`: with them
// the platform breaks.
const names = [
  ...["timeout", "clientRequestId", "fetch", "retry", "deadline", "encryption", "messageEncoding"],
  ...["onRequest", "metadata", "visibilityTimeout", "content", "popReceipt", "getToken", "accountKey", "id", "name"],
  ...["writable", "configurable", "cause", "words", "status", "type", "redirected", "code", "message", "toJSON"],
  ...[
    "fault",
    "signal",
    "agent",
    "maxConnections",
    "sent",
    "moreTime",
    "unsentBecause",
    "carry",
    "chunks",
    "size",
    "hears",
  ],
  ...[
    "azureQueueError",
    "azureQueueReason",
    "refused",
    "argument",
    "length",
    "constructor",
    "keyId",
    "contentError",
    "0",
  ],
];
const kinds = ["text", "number", "object", "function"];
const properties = [
  ["none"],
  ...["Object", "Array", "String"].flatMap((prototype) => {
    const free = names.filter((name) => !Object.hasOwn(globalThis[prototype].prototype, name));
    return free.flatMap((name) => kinds.map((kind) => [prototype, name, kind]));
  }),
];

// In a process of its own: what is put there counts for all of it.
const program = fileURLToPath(new URL("../../support/polluted.mjs", import.meta.url));
const output = execFileSync(process.execPath, [program, JSON.stringify(properties)], { encoding: "utf8" });
const [clean, ...outcomes] = JSON.parse(output);

test("without any, the calls do what they should", () => {
  assert.equal(clean.content, "hello");
  assert.deepEqual(clean.contents, ["DecodeError", "DecodeError"]);
  assert.equal(clean.urls.length, 3);
  assert.match(clean.urls[0], /\/orders\/messages\?messagettl=60&/);
  assert.deepEqual(clean.missing, ["ResourceNotFoundError", 404]);
  assert.equal(clean.refused[0], "RangeError");
});

describe("with one, they do the same", () => {
  properties.slice(1).forEach(([prototype, name, kind], index) => {
    test(`${prototype}.prototype.${name}, ${kind}`, () => assert.deepEqual(outcomes[index], clean));
  });
});
