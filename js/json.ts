import { named } from "./caller.js";
import { type MessageCodec, namedCodec } from "./encoding.js";
import { argumentError } from "./errors.js";
import { described } from "./fields.js";
import { atCaller, ownError } from "./stack.js";

/**
 * An encoding for values that JSON can hold. The type of a message that is read is not checked.
 * A byte order mark is ignored.
 *
 * Numbers never change silently. Sending refuses `NaN`, `Infinity` and a BigInt. A received message has a `contentError`
 * when it holds a number that JavaScript cannot keep: an integer beyond 2^53 (or one as a decimal, such as
 * `9007199254740993.0`) whose digits would be lost, or a number beyond 1.8e308 or too close to zero. Other decimals and
 * numbers with an exponent are rounded to the nearest number, and `-0` is sent as `0`.
 * @param within how the JSON is encoded in the queue; `"auto"` can read messages, but not send them. Default: `"text"`
 * @throws RangeError when there is no such encoding
 * @example
 * ```ts
 * type Order = { of: string; cups: number };
 *
 * const messageEncoding = jsonEncoding<Order>("base64"); // as Azure Functions expects it
 * const orders = new QueueClient(accountUrl, "orders", sasToken, { messageEncoding }); // a QueueClient<Order>
 * await orders.sendMessage({ of: "tea", cups: 2 });
 * const order = await orders.receiveMessage();
 * console.log(order?.content.of);
 * ```
 */
export function jsonEncoding<Value>(within: "text" | "base64" | "auto" = "text"): MessageCodec<Value> {
  if (!["text", "base64", "auto"].includes(within)) {
    const message = `within must be "text", "base64" or "auto"; got ${described(within)}`;
    atCaller(jsonEncoding, () => {
      throw argumentError(RangeError, message, "within");
    });
  }
  const { encode, decode } = namedCodec(within);
  return {
    encode: (value) => encode(written(value)),
    decode: (text) => read(decode(text) as string),
  };
}

function read<Value>(text: string): Value {
  const json = text.replace(/^\uFEFF/, "");
  let value: Value;
  try {
    value = JSON.parse(json);
  } catch {
    // The platform's own error would quote what may have been encrypted.
    throw ownError(new SyntaxError("it is not JSON"));
  }
  checkNumbers(json);
  return value;
}

/** A number that JavaScript cannot keep has 16 digits or more in a row, or an exponent of three digits. */
const SUSPICIOUS = /\d{16}|e[+-]?\d{3}/i;
/** In valid JSON: a string, which may contain digits, or the literal of a number. */
const STRING_OR_NUMBER = /"[^"\\]*(?:\\.[^"\\]*)*"|-?\d[\d.e+-]*/gi;

/** Reads the literals, since `JSON.parse` passes the source text to its reviver in the newest engines only. */
function checkNumbers(json: string): void {
  if (!SUSPICIOUS.test(json)) return;
  for (const { 0: literal, index } of json.matchAll(STRING_OR_NUMBER)) {
    if (literal.startsWith('"') || isKept(literal)) continue;
    // The number itself may have been encrypted.
    throw ownError(
      new RangeError(
        `JavaScript cannot keep the number at position ${index}, only integers up to 9007199254740991 and numbers up to ` +
          "1.79e308. Send it as a string.",
      ),
    );
  }
}

function isKept(literal: string): boolean {
  const value = Number(literal);
  if (value === 0) return !/^[^e]*[1-9]/i.test(literal);
  if (!Number.isFinite(value)) return false;
  const [, integer] = /^(-?\d+)(?:\.0*)?$/.exec(literal) ?? [];
  if (integer === undefined || Number.isSafeInteger(value)) return true;
  // JavaScript writes 10^23 as `1e+23`, which is another number by a little.
  return BigInt(value) === BigInt(integer) || digitsOf(String(value)) === digitsOf(integer);
}

/** The digits of an integer without the zeros at its end. */
function digitsOf(integer: string): string {
  return integer.replace(/e.*/, "").replace(/\D/g, "").replace(/0+$/, "");
}

function written(value: unknown): string {
  const allowed = "content must be a value that JSON can hold";
  let refused: string | undefined;
  let text: string | undefined;
  try {
    text = JSON.stringify(value, (key, item: unknown) => {
      const number = lostNumber(item);
      if (number === undefined) return item;
      refused ??= key === "" ? number : `${number} in the property ${named(key)}`;
      return null;
    });
  } catch (cause) {
    // The cause says whether it is a circular reference or a `toJSON` that throws.
    throw argumentError(TypeError, `${allowed}; got one that throws when it is written`, "content", { cause });
  }
  if (text === undefined) refused = described(value);
  if (refused !== undefined) throw argumentError(TypeError, `${allowed}; got ${refused}`, "content");
  return text as string;
}

/** The name of a number that `JSON.stringify` would write as `null`, or could not write. */
function lostNumber(value: unknown): string | undefined {
  if (typeof value === "bigint") return "a BigInt";
  const isBoxed = Object.prototype.toString.call(value) === "[object Number]" && typeof value === "object";
  const number = isBoxed ? Number(value) : value;
  return typeof number === "number" && !Number.isFinite(number) ? String(number) : undefined;
}
