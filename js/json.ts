import { type MessageCodec, namedCodec } from "./encoding.js";
import { argumentError } from "./errors.js";
import { described } from "./fields.js";

/**
 * An encoding for values that JSON can hold. What is read is what the queue holds: that it is of this type nobody checks. A
 * byte order mark is passed over.
 * @param within how the JSON stands in the queue; with `"auto"` it can only be read. Default: `"text"`
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
    throw argumentError(RangeError, message, "within");
  }
  const { encode, decode } = namedCodec(within);
  return {
    encode: (value) => encode(written(value)),
    decode: (text) => read(decode(text) as string),
  };
}

function read<Value>(text: string): Value {
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ""));
  } catch {
    // The platform's own error would quote what may have been encrypted.
    throw new SyntaxError("it is not JSON");
  }
}

function written(value: unknown): string {
  const allowed = "content must be a value that JSON can hold";
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (cause) {
    // Whether it is a BigInt, a circle or a `toJSON` that throws stands in the cause.
    throw argumentError(TypeError, `${allowed}; got one that throws when it is written`, "content", { cause });
  }
  if (text === undefined) throw argumentError(TypeError, `${allowed}; got ${described(value)}`, "content");
  return text;
}
