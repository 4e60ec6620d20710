// TypeScript's language server, which editors ask for completions.

import { spawn } from "node:child_process";
import { join } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { endWithThisProcess } from "./azurite.mjs";

const tsc = fileURLToPath(new URL("../../node_modules/typescript/bin/tsc", import.meta.url));

/**
 * Starts a language server for the project in a folder.
 *
 * @returns {Promise<{ complete: (code: string) => Promise<string[]>, stop: () => Promise<void> }>} `complete` returns the
 *   labels that an editor offers at the `^` in a module of this code
 */
export async function startLanguageServer(folder) {
  const child = spawn(process.execPath, [tsc, "--lsp", "--stdio"], { cwd: folder, stdio: ["pipe", "pipe", "inherit"] });
  endWithThisProcess(child);
  const ended = new Promise((resolve) => child.once("close", resolve));
  const { request, notify } = connect(child);
  await request("initialize", { processId: process.pid, rootUri: pathToFileURL(folder).href, capabilities: {} });
  notify("initialized", {});
  let files = 0;
  return {
    async complete(code) {
      const uri = pathToFileURL(join(folder, `completion-${files++}.ts`)).href;
      const before = code.slice(0, code.indexOf("^")).split("\n");
      const textDocument = { uri, languageId: "typescript", version: 1, text: code.replace("^", "") };
      notify("textDocument/didOpen", { textDocument });
      const position = { line: before.length - 1, character: before.at(-1).length };
      const list = await request("textDocument/completion", { textDocument: { uri }, position });
      // The label of an optional property ends in a question mark.
      return (list?.items ?? list ?? []).map(({ label }) => label.replace(/\?$/, ""));
    },
    async stop() {
      await request("shutdown");
      notify("exit");
      await ended;
    },
  };
}

/** JSON-RPC with the framing of the Language Server Protocol. */
function connect(child) {
  const waiting = new Map();
  let received = Buffer.alloc(0);
  let requests = 0;

  function send(message) {
    const content = Buffer.from(JSON.stringify({ jsonrpc: "2.0", ...message }));
    child.stdin.write(`Content-Length: ${content.length}\r\n\r\n${content}`);
  }

  function handle({ id, method, params, result, error }) {
    if (method === undefined) {
      const { resolve, reject } = waiting.get(id);
      if (error) reject(new Error(error.message));
      else resolve(result);
    } else if (id !== undefined) {
      // The server asks for settings of the editor: there are none.
      send({ id, result: params?.items?.map(() => null) ?? null });
    }
  }

  child.stdout.on("data", (data) => {
    received = Buffer.concat([received, data]);
    for (;;) {
      const end = received.indexOf("\r\n\r\n");
      const length = Number(/Content-Length: (\d+)/i.exec(received.subarray(0, Math.max(end, 0)))?.[1]);
      if (end < 0 || received.length < end + 4 + length) return;
      const content = received.subarray(end + 4, end + 4 + length);
      received = received.subarray(end + 4 + length);
      handle(JSON.parse(content));
    }
  });
  child.once("close", () => {
    for (const { reject } of waiting.values()) reject(new Error("The language server has ended."));
  });

  return {
    request(method, params) {
      const id = ++requests;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        send({ id, method, params });
      });
    },
    notify: (method, params) => send({ method, params }),
  };
}
