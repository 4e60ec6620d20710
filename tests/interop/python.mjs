// Talks to peer.py, which says what a command is.

import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { fileURLToPath } from "node:url";

/**
 * Starts the peer. `ask` gives what a command results in, or throws an `Error` whose `name` is that of Python's class.
 *
 * @returns {{ ask: (command: object) => Promise<any>, stop: () => void }}
 */
export function startPython() {
  const python = process.env.INTEROP_PYTHON;
  if (!python) {
    throw new Error("INTEROP_PYTHON must be a Python with requirements.txt; `node scripts/test.mjs interop` makes one");
  }
  const peer = spawn(python, ["-W", "ignore", fileURLToPath(new URL("peer.py", import.meta.url))], {
    stdio: ["pipe", "pipe", "inherit"],
  });
  peer.stdin.on("error", () => {}); // The peer has ended: the missing answer tells.
  const answers = createInterface({ input: peer.stdout })[Symbol.asyncIterator]();
  return {
    async ask(command) {
      peer.stdin.write(`${JSON.stringify(command, write)}\n`);
      const { value, done } = await answers.next();
      if (done) throw new Error("Python has ended");
      const { result, error } = JSON.parse(value, read);
      if (error) throw Object.assign(new Error(error.message), { ...error, name: error.type });
      return result;
    },
    stop() {
      peer.stdin.end();
    },
  };
}

function write(name, value) {
  const given = this[name]; // `value` is a Date's text already.
  if (given instanceof Date) return { $datetime: given.toISOString().replace("Z", "+00:00") }; // Python < 3.11 knows no Z
  if (given instanceof Uint8Array) return { $bytes: Buffer.from(given).toString("base64") };
  return value;
}

function read(_, value) {
  if (value?.$datetime) return new Date(value.$datetime);
  if (typeof value?.$bytes === "string") return Uint8Array.from(Buffer.from(value.$bytes, "base64"));
  return value;
}
