import { plain } from "../../build/plain.js";

/** The core that this package carries. Node has it on its disk, where unpacking it would take longer than reading more. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  return Buffer.from(plain, "base64");
}
