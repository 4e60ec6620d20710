// Proxies of the environment, by which Node goes when it is told to: not before Node 22.21.

import assert from "node:assert/strict";
import { once } from "node:events";
import { createServer } from "node:http";
import { createServer as createTcpServer } from "node:net";
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

const twoSends = (url) => `
  import { QueueClient } from "azure-queue-wasm";
  Object.assign(process.env, ${JSON.stringify({ NODE_USE_ENV_PROXY: "1", HTTPS_PROXY: url, https_proxy: url, NO_PROXY: "", no_proxy: "" })});
  const options = { maxConnections: 1, tryTimeout: 0.2, deadline: 2, retry: { mode: "none" } };
  const queue = new QueueClient("https://account.test", "orders", undefined, options);
  for (const content of ["first", "second"]) {
    await queue.sendMessage(content).catch(({ name, message }) => console.log(name, message.split("\\n")[0]));
  }
  process.exit();`;

for (const line of nodeLines.filter((line) => line !== "20")) {
  test(`Node ${line} does not keep the place of a request whose proxy sets up no tunnel in time`, async (t) => {
    const tunnels = new Set();
    const silent = createTcpServer((socket) => tunnels.add(socket.on("error", () => {}).resume()));
    await once(silent.listen(0, "127.0.0.1"), "listening");
    t.after(() => {
      silent.close();
      for (const socket of tunnels) socket.destroy();
    });
    const code = twoSends(`http://127.0.0.1:${silent.address().port}`);
    const printed = await run(installed(), node(line), "--input-type=module", "--eval", code);
    const failure = "ServiceRequestTimeoutError The request could not be sent: no connection in time";
    assert.deepEqual(printed.trim().split("\n"), [failure, failure]);
    assert.equal(tunnels.size, 2);
  });
}
