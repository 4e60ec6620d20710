// Remembers from which inputs something was made, so that it is not made again from the same.
// By content, not by time: a checkout or a copy changes times only.

import { createHash } from "node:crypto";
import { readFileSync, writeFileSync } from "node:fs";

/** A stamp in `file` over the contents of `inputs`, and any other values that matter. */
export function stamp(file, inputs, ...values) {
  const hash = createHash("sha256");
  for (const input of inputs) hash.update(readFileSync(input));
  for (const value of values) hash.update(`\0${value}`);
  const digest = hash.digest("hex");
  return {
    isCurrent() {
      try {
        return readFileSync(file, "utf8") === digest;
      } catch {
        return false;
      }
    },
    /** To be called when the thing is made, and not before. */
    write: () => writeFileSync(file, digest),
  };
}
