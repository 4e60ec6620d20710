// jsonEncoding keeps every number: a number that would change is an error, in both directions.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { runInNewContext } from "node:vm";
import { jsonEncoding, QueueClient } from "azure-queue-wasm";
import fc from "fast-check";
import { aesKey } from "../support/keys.mjs";
import { account, messagePage, rejection, script, sent } from "../support/script.mjs";

const base64 = (text) => Buffer.from(text).toString("base64");
const queueWith = (fetch, options) => new QueueClient(account.url, "orders", account.sas, { fetch, ...options });
const textOf = (request) => /<MessageText>(.*)<\/MessageText>/s.exec(request.body)[1];
const { encode, decode } = jsonEncoding();

const lost = [
  "89e7073266",
  "-89e7073266",
  "1e309",
  "1E+309",
  "1.8e308",
  "9".repeat(400),
  "12345678901234567890",
  "-12345678901234567890",
  "9007199254740993",
  "9007199254740993.0",
  "-12345678901234567890.000",
  "1e-400",
  "-0.1e-999",
  `0.${"0".repeat(400)}1`,
];
const kept = [
  ["9007199254740991", 9007199254740991],
  ["-9007199254740991", -9007199254740991],
  ["9007199254740992", 9007199254740992],
  ["12345678901234567000", 12345678901234567000],
  ["100000000000000000000000", 1e23],
  ["1.7976931348623157e308", Number.MAX_VALUE],
  ["5e-324", Number.MIN_VALUE],
  ["0.1", 0.1],
  ["0.12345678901234567890", 0.12345678901234568],
  ["1.0", 1],
  ["9007199254740991.0", 9007199254740991],
  ["9007199254740994.0", 9007199254740994],
  ["36028797018963968", 2 ** 55],
  ["1152921504606846976", 2 ** 60],
  ["-9223372036854775808", -(2 ** 63)],
  ["18446744073709551616", 2 ** 64],
  ["1.2345678901234567890e30", 1.2345678901234568e30],
  ["0e999", 0],
  ["-0", -0],
  ["1e21", 1e21],
];

describe("reading JSON with a number that JavaScript cannot keep", () => {
  for (const literal of lost) {
    const name = literal.length > 30 ? `${literal.slice(0, 10)}... (${literal.length} characters)` : literal;

    test(`rejects ${name}, alone and inside an object, without showing it`, () => {
      const message = (position) =>
        `JavaScript cannot keep the number at position ${position}, only integers up to 9007199254740991 and numbers ` +
        "up to 1.79e308. Send it as a string.";
      assert.throws(() => decode(literal), { name: "RangeError", message: message(0) });
      assert.throws(() => decode(`{"id":1, "of":[${literal}]}`), { name: "RangeError", message: message(15) });
    });
  }

  for (const [literal, value] of kept) {
    test(`keeps ${literal}`, () => {
      assert.deepEqual(decode(`{"id":${literal}}`), { id: value });
    });
  }

  test("ignores digits inside strings and names of properties", () => {
    for (const value of [
      { text: "89e7073266" },
      { "12345678901234567890": 'a quote \\" and 12345678901234567890' },
      ['\\"', "12345678901234567890", "\\"],
    ]) {
      assert.deepEqual(decode(JSON.stringify(value)), value);
    }
  });

  test("finds a number behind a string that ends with an escaped backslash", () => {
    assert.throws(() => decode(String.raw`["\\", 1e999]`), { name: "RangeError" });
    assert.throws(() => decode(String.raw`["\"", 1e999]`), { name: "RangeError" });
  });

  test("reads a string of a million escapes beside a long number", () => {
    const value = ["\n".repeat(1_000_000), "1234567890123456"];
    assert.deepEqual(decode(JSON.stringify(value)), value);
  });

  for (const [within, raw] of [
    ["text", '{"id":89e7073266}'],
    ["base64", base64('{"id":89e7073266}')],
    ["auto", '{"id":89e7073266}'],
    ["auto", base64('{"id":89e7073266}')],
  ]) {
    test(`gives that message alone a contentError in "${within}" (${raw})`, async () => {
      const other = within === "base64" ? base64("2") : "2";
      const queue = queueWith(script(messagePage(raw, other)), { messageEncoding: jsonEncoding(within) });
      const [broken, good] = await queue.peekMessages({ maxMessages: 2 });
      assert.equal(broken.contentError.name, "DecodeError");
      assert.match(broken.contentError.message, /^The message could not be decoded: JavaScript cannot keep the number/);
      assert.ok(broken.contentError.cause instanceof RangeError);
      assert.equal(broken.rawContent, raw);
      assert.equal(good.content, 2);
    });
  }

  test("gives an encrypted message a contentError that does not show the number", async () => {
    const encryption = { keyEncryptionKey: aesKey("k", Buffer.alloc(32, 7)) };
    const fetch = script(sent);
    await queueWith(fetch, { encryption }).sendMessage("[89e7073266]");
    const page = script(messagePage(textOf(fetch.requests[0])));
    const reader = queueWith(page, { encryption, messageEncoding: jsonEncoding() });
    const { contentError } = await reader.receiveMessage();
    assert.match(contentError.message, /cannot keep the number at position 1,/);
    assert.doesNotMatch(`${contentError.stack}${contentError.cause.stack}`, /89e7073266/);
  });
});

describe("sending a number that JSON cannot hold", () => {
  for (const [what, content, got] of [
    ["NaN", NaN, "NaN"],
    ["Infinity", Infinity, "Infinity"],
    ["-Infinity in a property", { a: { total: -Infinity } }, '-Infinity in the property "total"'],
    ["NaN in an array", [1, NaN], 'NaN in the property "1"'],
    ["a Number object", { total: new Number(NaN) }, 'NaN in the property "total"'],
    ["a Number object of another realm", { total: runInNewContext("new Number(NaN)") }, 'NaN in the property "total"'],
    ["what toJSON returns", { total: { toJSON: () => NaN } }, 'NaN in the property "total"'],
    ["a BigInt", 5n, "a BigInt"],
    ["a BigInt in a property", { id: 5n }, 'a BigInt in the property "id"'],
  ]) {
    test(`refuses ${what} before a request, with the argument and the property`, async () => {
      const fetch = script(sent);
      for (const within of ["text", "base64"]) {
        const queue = queueWith(fetch, { messageEncoding: jsonEncoding(within) });
        for (const call of [
          () => queue.sendMessage(content),
          () => queue.updateMessage("id", { popReceipt: "r", content }),
        ]) {
          const error = await rejection(call());
          assert.deepEqual([error.name, error.code, error.argument], ["TypeError", "InvalidArgument", "content"]);
          assert.equal(error.message, `content must be a value that JSON can hold; got ${got}`);
        }
      }
      assert.equal(fetch.requests.length, 0);
    });
  }

  test("sends -0 as 0", () => {
    assert.equal(encode([-0]), "[0]");
  });
});

test("every number that is sent is read as the same number", () => {
  const numbers = fc.oneof(
    fc.double({ noNaN: true, noDefaultInfinity: true }),
    fc.maxSafeInteger(),
    fc.bigInt().map(Number),
  );
  fc.assert(
    fc.property(numbers.filter(Number.isFinite), (number) => {
      assert.deepEqual(decode(encode({ number })), { number: number + 0 });
    }),
    { numRuns: 2_000 },
  );
});

test("an integer that is read has the value of its digits", () => {
  fc.assert(
    fc.property(fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }), (integer) => {
      let read;
      try {
        read = decode(String(integer));
      } catch {
        return;
      }
      const decimal = Number.isSafeInteger(read) ? String(read) : read.toLocaleString("en", { useGrouping: false });
      assert.equal(BigInt(decimal), integer);
    }),
    { numRuns: 2_000 },
  );
});
