// Runs a test binary in Chromium; Cargo's runner is `node tests/wasm/in-chromium.mjs XTASK test-runner`.
//
// wasm-bindgen's runner serves the page and could open it as well, over chromedriver. Then it hung now and then until
// that gave up after five minutes: each of its server's four threads stays with one connection, and where a browser opens
// more at a time, one of them may never be read. So what the page asks for goes to that server over one connection.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { Agent, createServer, request } from "node:http";
import { createInterface } from "node:readline";
import { startBrowser } from "../support/browsers.mjs";

const [command, ...args] = process.argv.slice(2);
const env = { WASM_BINDGEN_USE_BROWSER: "1", NO_HEADLESS: "1", WASM_BINDGEN_TEST_ADDRESS: "127.0.0.1:0" };
const runner = spawn(command, args, { env: { ...process.env, ...env }, stdio: ["ignore", "pipe", "inherit"] });
process.on("exit", () => runner.kill());

const relay = await startRelay(await addressOf(runner));
const browser = await startBrowser("chromium");
await browser.open(`http://127.0.0.1:${relay.address().port}/`);
const output = await browser.waitFor(() => {
  const text = document.querySelector("#output").textContent;
  return text.includes("test result: ") && text;
});
console.log(output);
await browser.close();
process.exit(output.includes("test result: ok.") ? 0 : 1);

/** It says where it listens. */
async function addressOf({ stdout }) {
  for await (const line of createInterface(stdout)) {
    const address = /http:\/\/([\d.]+:\d+)/.exec(line)?.[1];
    if (address !== undefined) return address;
  }
  throw new Error("the runner ended before it served anything");
}

async function startRelay(address) {
  const agent = new Agent({ keepAlive: true, maxSockets: 1 });
  const [host, port] = address.split(":");
  const relay = createServer(({ method, url, headers }, answer) => {
    const asked = request({ agent, host, port, method, path: url, headers }, (response) => {
      answer.writeHead(response.statusCode, response.headers);
      response.pipe(answer);
    });
    asked.on("error", (error) => answer.destroy(error)).end();
  });
  await once(relay.listen(0, "127.0.0.1"), "listening");
  return relay;
}
