import { plain, size } from "../../build/plain.js";

/** The core that this package carries. Node has it on its disk, where unpacking it would take longer than reading more. */
export function coreBytes(): Uint8Array<ArrayBuffer> {
  const bytes = Buffer.allocUnsafeSlow(size);
  let end = 0;
  // Into its place: joining them with `Buffer.concat` takes longer than reading them.
  for (const piece of plain) end += bytes.write(piece, end, "base64");
  return bytes;
}
