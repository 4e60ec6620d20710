// Tables of bad calls: each is refused before anything is sent, by an error that names the argument, what is allowed
// and what was given.

import assert from "node:assert/strict";
import { test } from "node:test";
import { script } from "./script.mjs";

/** What is allowed, where more than one argument is of the kind. */
export const allowed = {
  text: "text (a string)",
  fit: "well-formed text of at most 1048576 characters",
  object: "a plain object",
  flag: "true or false",
  function: "a function",
  texts: "an object whose values are text",
  list: "an array of texts",
  moment: "a valid Date between the years 1 and 9999, or text such as 2030-01-02T03:04:05Z",
  time: "a number of seconds above 0 and up to 2147483",
  delay: "a number of seconds from 0 to 3600",
  ascii: "printable ASCII characters",
  queueName:
    "3 to 63 characters, lower-case letters (a-z), digits and single dashes, beginning and ending with a letter or digit",
  message: "a message or the id of one",
  content: 'text (a string), or bytes with the message encoding "base64-bytes", or an object with jsonEncoding()',
  origins:
    "origins as browsers send them, such as https://app.example.com or capacitor://localhost: " +
    'without a path, a default port and capital letters; or "*", or "null"',
  bytes: 'bytes (a Uint8Array or an ArrayBuffer), as the message encoding "base64-bytes" takes them',
  hidden: "a whole number of seconds from 0 to 604800 (7 days)",
  hiddenWhenReceived: "a whole number of seconds from 1 to 604800 (7 days)",
  lifetime: "a whole number of seconds from 1 to 2147483647, or -1 for a message that never expires",
  credential:
    "a SAS token, a function that gives one, an account key, { accountName, accountKey }, or an object with getToken()",
};

const hooks = ["onRequest", "onResponse", "onRetry"];

/** The names of the options that all calls have, and all clients. */
export const names = {
  call: [...hooks, "timeout", "headers", "clientRequestId", "signal", "retry", "tryTimeout", "deadline", "checkAccess"],
  client: [
    ...hooks,
    ...[
      "fetch",
      "agent",
      "maxConnections",
      "headers",
      "retry",
      "tryTimeout",
      "deadline",
      "serviceVersion",
      "secondaryHostname",
      "encryption",
    ],
    ...["audience", "checkAccess", "messageEncoding"],
  ],
  retry: ["mode", "maxTries", "delay", "maxDelay", "unsafe", "toSecondary"],
};

const refused = (Class, argument, allowed, given) => ({
  Class,
  argument,
  message: `${argument} must be ${allowed}; got ${given}`,
});

/** An argument outside of what is allowed. */
export const range = (argument, allowed, given) => refused(RangeError, argument, allowed, given);

/** An argument of the wrong type. */
export const type = (argument, allowed, given) => refused(TypeError, argument, allowed, given);

/** A name that does not exist, and those that do. */
export const unknown = (argument, given, known) => ({
  Class: TypeError,
  argument,
  message: `${argument} has no property "${given}"; there are ${known.join(", ")}`,
});

/** A name that another client has for an option of other methods. */
export const ofOthers = (argument, given, known, elsewhere) => {
  const refusal = unknown(argument, given, known);
  return { ...refusal, message: `${refusal.message}; other methods have ${elsewhere}` };
};

/** A name that another client has for an option. */
export const renamed = (argument, given, here) => ({
  Class: TypeError,
  argument,
  message: `${argument} has no property "${given}"; it is called ${here} here`,
});

/** An argument that throws when somebody looks at it. */
export const unreadable = (argument, cause) => ({
  ...type(argument, "readable", "an object that throws when it is read"),
  cause,
});

/** What a text that may be a secret is called. */
export const hidden = (length) => `a text of ${length} characters that is not shown, since it may hold a secret`;

/** A `fetch` that no row may reach. */
export const fetch = script({ status: 500 });

/** A test for each row: `[what, call, expected]`. */
export function refusals(rows) {
  for (const row of rows) test(row[0], () => checkRefused(row));
}

/** The same with a test for each argument, where rows are called `argument: value`. */
export function refusalsByArgument(rows) {
  const byArgument = new Map();
  for (const row of rows) {
    const argument = row[0].slice(0, row[0].lastIndexOf(": "));
    byArgument.set(argument, [...(byArgument.get(argument) ?? []), row]);
  }
  for (const [argument, ofArgument] of byArgument) {
    test(`${argument}: ${ofArgument.length} values`, async () => {
      for (const row of ofArgument) await checkRefused(row);
    });
  }
}

async function checkRefused([what, call, expected]) {
  const before = fetch.requests.length;
  let error;
  try {
    await call();
  } catch (thrown) {
    error = thrown;
  }
  assert.ok(error, `${what}: should be refused`);
  const { message, constructor: Class, code, argument, attempts } = error;
  assert.deepEqual(
    { what, message, Class, code, argument, attempts },
    {
      what,
      message: expected.message,
      Class: expected.Class,
      code: "InvalidArgument",
      argument: expected.argument,
      attempts: [],
    },
  );
  // What a caller threw can be anything, a revoked proxy among it.
  assert.ok(Object.is(error.cause, expected.cause), `${what}: the cause is what was thrown`);
  assert.ok(message.length < 600, "an error is no place for the whole of what was given");
  assert.equal(fetch.requests.length, before, "nothing may be sent");
}
