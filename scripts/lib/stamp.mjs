// Remembers from which inputs something was made, so that it is not made again from the same.
// By content, not by time: a checkout or a copy changes times only.

import { createHash } from "node:crypto";
import { readdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { join, relative, sep } from "node:path";
import { root } from "./run.mjs";

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

/**
 * Runs a build step, unless its outputs are still those that the same inputs gave. The stamp lists every input and output
 * with its digest, so a changed, added or deleted file on either side repeats the step.
 *
 * @param {string} file the stamp; removed before the work and written after it, so a failed step counts as not done
 * @param {{ inputs: string[], outputs: () => string[], work: () => Promise<void> }} step paths of files; `outputs` lists
 *   what is there now
 * @returns {Promise<string | undefined>} the reason for skipping the work
 */
export async function unlessCurrent(file, { inputs, outputs, work }) {
  const made = digestsOf(inputs);
  if (readStamp(file) === JSON.stringify({ inputs: made, outputs: digestsOf(outputs()) })) return "already done";
  rmSync(file, { force: true });
  await work();
  // Digests of before the work: an input that changes meanwhile makes the next build repeat the step.
  writeFileSync(file, JSON.stringify({ inputs: made, outputs: digestsOf(outputs()) }));
}

function readStamp(file) {
  try {
    return readFileSync(file, "utf8");
  } catch {
    return undefined;
  }
}

/** Paths are relative to the checkout, so that a copy of it is current, too. */
function digestsOf(files) {
  const digests = files.map((file) => [
    relative(root, file).split(sep).join("/"),
    createHash("sha256").update(readFileSync(file)).digest("hex"),
  ]);
  return Object.fromEntries(digests.sort(([a], [b]) => (a < b ? -1 : 1)));
}

/** All files in a folder and the folders in it; none where the folder is missing. */
export function filesIn(folder, isWanted = (_path) => true) {
  if (statSync(folder, { throwIfNoEntry: false }) === undefined) return [];
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
    const path = join(folder, entry.name);
    if (!isWanted(path)) return [];
    return entry.isDirectory() ? filesIn(path, isWanted) : [path];
  });
}
