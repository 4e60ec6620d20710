// Runtimes that let a program use the network only with a permission, and a program without it.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { deno, node, run, versionOf } from "./support/programs.mjs";
import { project } from "./support/project.mjs";

const hosts = ["127.0.0.1:10001", "localhost:10001"];

const sending = (options = "{}") => `
  import { QueueClient } from "azure-queue-wasm";
  const outcomes = [];
  for (const host of ${JSON.stringify(hosts)}) {
    const queue = new QueueClient(\`http://\${host}/account\`, "orders", undefined, ${options});
    const { name, code, message, retryable, attempts } = await queue.sendMessage("x").catch((error) => error);
    const { checks } = await queue.diagnose();
    const failed = checks.filter(({ outcome }) => outcome === "failed");
    outcomes.push({ name, code, message, retryable, attempts: attempts.length, failed });
  }
  console.log(JSON.stringify(outcomes));
`;

/** Runs a program that sends to both hosts, and checks that each send is reported as not sent. */
async function reportsNotSent(program, args, flagFor, options) {
  const output = await run(project({ "main.mjs": sending(options) }), program(), ...args, "main.mjs");
  for (const [index, { message, failed, ...outcome }] of JSON.parse(output).entries()) {
    const expected = { name: "ServiceRequestError", code: "PermissionDenied", retryable: false, attempts: 1 };
    assert.deepEqual(outcome, expected, message);
    assert.ok(message.includes(`run it with ${flagFor(hosts[index])})`), message);
    assert.deepEqual(
      failed.map(({ name, advice }) => [name, advice]),
      [["host", "Run the program with the permission that the message names."]],
    );
  }
}

describe("a program without permission for the network", () => {
  const denoFlag = (host) => `--allow-net=${host}`;
  const args = ["run", "--no-prompt", "--cached-only"];
  test(`Deno ${versionOf(deno) ?? ""}`, () => reportsNotSent(deno, args, denoFlag));
  test("Deno, with another host allowed", () => reportsNotSent(deno, [...args, "--allow-net=example.com"], denoFlag));
  test("Deno, with an address denied", () =>
    reportsNotSent(deno, [...args, "--allow-net", "--deny-net=127.0.0.1,[::1]"], denoFlag));

  // Earlier lines of Node restrict the file system alone.
  const node26 = () => node("26");
  const nodeArgs = ["--permission", "--allow-fs-read=*"];
  const nodeFlag = () => "--allow-net";
  test(`Node ${versionOf(node26) ?? "26"}`, () => reportsNotSent(node26, nodeArgs, nodeFlag));
  test("Node, over fetch", () => reportsNotSent(node26, nodeArgs, nodeFlag, "{ fetch: globalThis.fetch }"));
});
