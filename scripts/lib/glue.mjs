// Changes to the JavaScript that wasm-bindgen generates. Each names the code that it replaces, so that a version of
// wasm-bindgen which generates other code ends the build.

import { Trouble } from "./run.mjs";

const changes = [
  {
    // js/core.ts always passes a compiled module, and Next.js compiles it in another realm, where `instanceof` fails.
    name: "use the module without a check of its class",
    from: `
    if (!(module instanceof WebAssembly.Module)) {
        module = new WebAssembly.Module(module);
    }
`,
    to: "\n",
  },
  {
    // js/platform.ts always has the method.
    name: "leave out the fallback for a TextEncoder without encodeInto",
    from: `
if (!('encodeInto' in cachedTextEncoder)) {
    cachedTextEncoder.encodeInto = function (arg, view) {
        const buf = cachedTextEncoder.encode(arg);
        view.set(buf);
        return {
            read: arg.length,
            written: buf.length
        };
    };
}
`,
    to: "\n",
  },
];

/** Applies the changes to the text of the glue. */
export function adaptGlue(glue) {
  return changes.reduce((text, { name, from, to }) => {
    const [before, after, ...more] = text.split(from);
    if (after === undefined || more.length > 0)
      throw new Trouble(
        `scripts/lib/glue.mjs: wasm-bindgen's glue must have this code exactly once, to ${name}:\n${from}`,
      );
    return before + to + after;
  }, glue);
}
