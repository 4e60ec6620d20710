// What is still there after many operations: prints as JSON what the memory is, in MB, after so many of them.

import { setImmediate } from "node:timers/promises";
import { instantAnswers } from "./answers.mjs";

const { Instance } = WebAssembly;
let core;
WebAssembly.Instance = class extends Instance {
  constructor(...given) {
    super(...given);
    core = this.exports.memory;
  }
};
const { ours } = await import("./clients/ours.mjs");

const url = "http://127.0.0.1:1/account";
const often = ["send", "receive", "receive32", "peek32", "update", "delete", "base64x32", "entities32"];
const calls = [];
for (const name of [...often, "large32", "list5000"]) calls.push((await ours({ url, ...instantAnswers(name) }))[name]);
const large = calls.splice(-2);

const states = [];
async function tell(count) {
  // What is freed by finalizers is freed later.
  for (let i = 0; i < 3; i++) await setImmediate(globalThis.gc());
  const { heapUsed, rss } = process.memoryUsage();
  const [wasm, heap, resident] = [core.buffer.byteLength, heapUsed, rss].map((bytes) => bytes / 1e6);
  states.push({ count, wasm, heap, resident });
}

await tell(0);
for (let count = 1; count <= 200_000; count++) {
  await calls[count % calls.length]();
  // One in a hundred is large.
  if (count % 100 === 0) await large[(count / 100) % 2]();
  if ([100, 10_000, 50_000, 100_000, 200_000].includes(count)) await tell(count);
}
console.log(JSON.stringify(states));
process.exit();
