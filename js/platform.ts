// Parts of the platform that the package looks up at their first use and not at import: a test environment or an old
// runtime may lack them.
//
// The build injects `TextDecoder` and `TextEncoder` in the places of the globals, since wasm-bindgen's glue creates one of
// each at import. This module has to run before the glue, so it imports nothing that could lead there.

type Codecs = Pick<typeof globalThis, "TextDecoder" | "TextEncoder">;
type Builtins = { "node:crypto": { webcrypto: Crypto }; "node:util": Codecs };
type NodeGlobals = { process?: { getBuiltinModule?: <Id extends keyof Builtins>(id: Id) => Builtins[Id] } };

/**
 * Returns a module of Node, where the program runs in Node. Jest's jsdom environment hides some of Node's globals, and the
 * modules still have them.
 * @internal
 */
export function nodeBuiltin<Id extends keyof Builtins>(id: Id): Builtins[Id] | undefined {
  return (globalThis as NodeGlobals).process?.getBuiltinModule?.(id);
}

function platformCodec<Name extends keyof Codecs>(name: Name): Codecs[Name] {
  const codec = globalThis[name] ?? nodeBuiltin("node:util")?.[name];
  if (codec !== undefined) return codec;
  throw new ReferenceError(`${name} is not defined; set globalThis.${name}`);
}

/**
 * Checks that the platform has both classes. Thrown later, the error would leave the wasm module in the middle of a call.
 * @throws ReferenceError that names the missing class
 * @internal
 */
export function requireTextCodecs(): void {
  platformCodec("TextDecoder");
  platformCodec("TextEncoder");
}

class LazyTextDecoder {
  readonly #options: TextDecoderOptions;
  #platform: globalThis.TextDecoder | undefined;

  constructor(_label: "utf-8", options: TextDecoderOptions) {
    this.#options = options;
  }

  decode(bytes?: BufferSource): string {
    // The glue flushes its new decoder at import.
    if (bytes === undefined) return "";
    this.#platform ??= new (platformCodec("TextDecoder"))("utf-8", this.#options);
    return this.#platform.decode(bytes);
  }
}

let encoder: globalThis.TextEncoder | undefined;

function platformEncoder(): globalThis.TextEncoder {
  encoder ??= new (platformCodec("TextEncoder"))();
  return encoder;
}

class LazyTextEncoder {
  encode(text: string): Uint8Array<ArrayBuffer> {
    return platformEncoder().encode(text);
  }

  encodeInto(text: string, bytes: Uint8Array): TextEncoderEncodeIntoResult {
    return platformEncoder().encodeInto(text, bytes);
  }
}

/** @internal */
export { LazyTextDecoder as TextDecoder, LazyTextEncoder as TextEncoder };
