// Proxies of the environment, by which Node goes when it is told to: not before Node 22.21.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { after, before, test } from "node:test";
import { node, nodeLines, run } from "./support/programs.mjs";
import { installed } from "./support/project.mjs";

const page = "<QueueMessagesList/>";
let proxy;
let asked;
before(async () => {
  proxy = createServer((request, response) => {
    asked.push(`${request.method} ${request.url}`);
    request.resume().on("end", () => response.end(page));
  });
  await once(proxy.listen(0, "127.0.0.1"), "listening");
});
after(() => proxy.close());

const program = (variables) => `
  import { QueueClient } from "azure-queue-wasm";
  Object.assign(process.env, ${JSON.stringify(variables)});
  const queue = new QueueClient("http://account.test/path", "orders", undefined, { retry: { mode: "none" } });
  console.log((await queue.peekMessages()).length);`;

for (const line of nodeLines.filter((line) => line !== "20")) {
  for (const [how, flags, variables] of [
    ["NODE_USE_ENV_PROXY=1", [], { NODE_USE_ENV_PROXY: "1" }],
    ["--use-env-proxy", ["--use-env-proxy"], {}],
  ]) {
    test(`Node ${line} with ${how}`, async () => {
      asked = [];
      const url = `http://127.0.0.1:${proxy.address().port}`;
      const code = program({ HTTP_PROXY: url, http_proxy: url, NO_PROXY: "", no_proxy: "", ...variables });
      const printed = await run(installed(), node(line), ...flags, "--input-type=module", "--eval", code);
      assert.equal(printed.trim(), "0");
      assert.deepEqual(asked, ["GET http://account.test/path/orders/messages?peekonly=true"]);
    });
  }
}
