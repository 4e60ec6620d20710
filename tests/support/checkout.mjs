// Copies of this checkout for tests that change its files.

import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync } from "node:fs";
import { tmpdir } from "node:os";
import { join, relative } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../../", import.meta.url));

/** Copies files and folders of this checkout to a new folder; `links` are linked. It is removed with this process. */
export function copyOfCheckout(paths, links) {
  const copy = mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
  process.once("exit", () => rmSync(copy, { recursive: true, force: true }));
  const linked = links.map((path) => join(root, path));
  const filter = (path) => !linked.includes(path);
  for (const path of paths) cpSync(join(root, path), join(copy, path), { recursive: true, filter });
  for (const path of links) symlinkSync(join(root, path), join(copy, path));
  return copy;
}

/** The content and the time of the last change of each file in a folder, by its path. */
export function filesOf(folder) {
  const entries = readdirSync(folder, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    entries.map((entry) => {
      const path = join(entry.parentPath, entry.name);
      return [relative(folder, path), { changed: statSync(path).mtimeMs, content: readFileSync(path, "latin1") }];
    }),
  );
}
