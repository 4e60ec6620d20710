// The bundlers, each without any configuration but what it cannot do without.

import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { nodeResolve } from "@rollup/plugin-node-resolve";
import terser from "@rollup/plugin-terser";
import * as esbuild from "esbuild";
import * as rollup from "rollup";
import * as vite from "vite";
import webpack from "webpack";
import { pageWith } from "./pages.mjs";

/**
 * By name with version: bundles a project's src/index.js for production into its dist/, with an index.html.
 * @type {Record<string, (folder: string) => Promise<void>>}
 */
export const bundlers = {
  [`Vite ${vite.version}`]: (root) => vite.build({ root, logLevel: "warn" }),

  async [`webpack ${webpack.version}`](context) {
    // Where it is started is where its dist/ would be.
    const compiler = webpack({ context, mode: "production", output: { path: join(context, "dist") } });
    const stats = await new Promise((resolve, reject) => {
      compiler.run((error, stats) => (error ? reject(error) : resolve(stats)));
    });
    await new Promise((resolve) => compiler.close(resolve));
    // Its advice on sizes is no fault of a bundle.
    const { errors } = stats.toJson({ all: false, errors: true });
    if (errors.length > 0) throw new Error(errors.map(({ message }) => message).join("\n"));
    writePage(context, `<script defer src="main.js"></script>`);
  },

  async [`esbuild ${esbuild.version}`](absWorkingDir) {
    const entryPoints = { main: "src/index.js" };
    await esbuild.build({ absWorkingDir, entryPoints, outdir: "dist", bundle: true, minify: true, format: "esm" });
    writePage(absWorkingDir, moduleScript);
  },

  // It finds no package without the one plugin, and minifies nothing without the other.
  async [`rollup ${rollup.VERSION}`](folder) {
    const bundle = await rollup.rollup({ input: join(folder, "src", "index.js"), plugins: [nodeResolve()] });
    await bundle.write({ file: join(folder, "dist", "main.js"), format: "es", plugins: [terser()] });
    await bundle.close();
    writePage(folder, moduleScript);
  },
};

const moduleScript = `<script type="module" src="main.js"></script>`;

function writePage(folder, script) {
  writeFileSync(join(folder, "dist", "index.html"), pageWith(script));
}

/** Files of a project that can be bundled: Vite begins with the page, the others with the script. */
export const bundled = (script) => ({
  "index.html": pageWith(`<script type="module" src="/src/index.js"></script>`),
  "src/index.js": script,
});
