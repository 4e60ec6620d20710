// What a page loads.

import { join } from "node:path";
import { build } from "esbuild";
import { root } from "../../scripts/lib/run.mjs";

/** Bundles a module, whose text is given, to `folder/name.js`, as somebody who publishes a page does. */
export async function bundle(contents, folder, name) {
  const stdin = { contents, resolveDir: join(root, "bench") };
  const outfile = join(folder, `${name}.js`);
  await build({ stdin, outfile, bundle: true, minify: true, format: "esm", platform: "browser", logLevel: "error" });
  return outfile;
}
