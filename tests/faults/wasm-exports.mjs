// Memory and tables of the core, which the package keeps to itself: whoever imports this before the first client sees
// the instance being made.

let exports;

WebAssembly.Instance = class extends WebAssembly.Instance {
  constructor(module, imports) {
    super(module, imports);
    exports = this.exports;
  }
};

/** @returns {{ memory: WebAssembly.Memory, tables: WebAssembly.Table[] }} */
export function wasmExports() {
  if (exports === undefined) throw new Error("The core is not loaded yet, or was before this module.");
  return {
    memory: exports.memory,
    tables: Object.values(exports).filter((it) => it instanceof WebAssembly.Table),
  };
}
