// Node has its own, which is there at once.

/** Inflates Base64 of DEFLATE. */
export function inflated(base64: string): Uint8Array<ArrayBuffer> {
  const { inflateRawSync } = process.getBuiltinModule("node:zlib");
  return inflateRawSync(Buffer.from(base64, "base64"));
}
