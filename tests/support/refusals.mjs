// Tables of bad calls: each is refused before anything is sent, by an error that names the argument, what is allowed
// and what was given.

import assert from "node:assert/strict";
import { test } from "node:test";

/** How Rust spells a name; users of JavaScript know no such argument. */
const snakeCase = /[a-z]_[a-z]/;

const escaped = (text) => text.replace(/[.*+?^${}()|[\]\\]/g, "\\$&");

/** An argument outside of what is allowed. */
export const range = (argument, allowed, given) => ({ Class: RangeError, pattern: pattern(argument, allowed, given) });

/** An argument of the wrong type. */
export const type = (argument, allowed, given) => ({ Class: TypeError, pattern: pattern(argument, allowed, given) });

/** A name that does not exist, beside one that does. */
export const unknown = (argument, given, allowed) => ({
  Class: TypeError,
  pattern: new RegExp(`^${named(argument)} .*"${escaped(given)}".*\\b${escaped(allowed)}\\b`),
});

/** `…name` is an argument inside of another: it may be named with its whole path or a part of it. */
function named(argument) {
  return argument.startsWith("…") ? `(\\S+\\.)?${escaped(argument.slice(1))}` : escaped(argument);
}

function pattern(argument, allowed, given) {
  return new RegExp(`^${named(argument)} must be .*${escaped(allowed)}.*; got .*${escaped(given)}`);
}

/** A test for each row: `[what, call, expected]`. `sent` tells how many requests there have been, where there can be. */
export function refusals(rows, sent = () => 0) {
  for (const [what, call, { Class, pattern }] of rows) {
    test(what, async () => {
      const before = sent();
      let error;
      try {
        await call();
      } catch (thrown) {
        error = thrown;
      }
      assert.ok(error, "should be refused");
      assert.equal(error.constructor, Class, `${error}`);
      assert.match(error.message, pattern);
      assert.doesNotMatch(error.message.replaceAll(/"[^"]*"/g, ""), snakeCase);
      assert.equal(error.code, "InvalidArgument");
      assert.deepEqual(error.attempts, []);
      assert.ok(error.message.length < 600, "an error is no place for the whole of what was given");
      assert.equal(sent(), before, "nothing may be sent");
    });
  }
}
