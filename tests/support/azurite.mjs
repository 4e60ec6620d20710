// Azurite's queue service in a process of its own: in memory, on a free port.

import { spawn } from "node:child_process";
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { dirname, join } from "node:path";

// Not secrets: the account that every Azurite has, from its documentation.
const accountName = "devstoreaccount1";
const accountKey = "Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==";

// Without the check, requests of a version newer than this Azurite are answered too. Port 0
// makes the system choose a free one, which no other test can take in between.
const options =
  "--inMemoryPersistence --skipApiVersionCheck --disableTelemetry --silent --queueHost 127.0.0.1 --queuePort 0";

const secondsToStart = 60;

/**
 * Starts Azurite and waits until it listens. It is stopped by `stop()`, or else with this process. With a certificate
 * it listens on https and takes access tokens too: it checks their issuer, audience and times, not their signature.
 *
 * @param {{ certFile: string, keyFile: string }} [certificate]
 * @returns {Promise<{
 *   url: string, connectionString: string, accountName: string, accountKey: string, stop: () => Promise<void>,
 * }>}
 */
export async function startAzurite(certificate) {
  const secure = certificate ? ["--oauth", "basic", "--cert", certificate.certFile, "--key", certificate.keyFile] : [];
  const args = [program(), ...options.split(" "), ...secure];
  const child = spawn(process.execPath, args, { stdio: ["ignore", "pipe", "pipe"] });
  const ended = new Promise((resolve) => child.once("close", resolve));
  endWithThisProcess(child);

  let address;
  try {
    address = await listeningAddress(child);
  } catch (error) {
    child.kill();
    throw error;
  }
  const url = `${address}/${accountName}`;
  const { protocol } = new URL(url);
  return {
    url,
    connectionString: `DefaultEndpointsProtocol=${protocol.slice(0, -1)};AccountName=${accountName};AccountKey=${accountKey};QueueEndpoint=${url};`,
    accountName,
    accountKey,
    async stop() {
      child.kill();
      await ended;
    },
  };
}

/** The file behind `azurite-queue`: run by itself, there is no shell between that would survive a kill. */
function program() {
  const manifest = createRequire(import.meta.url).resolve("azurite/package.json");
  const { bin } = JSON.parse(readFileSync(manifest, "utf8"));
  return join(dirname(manifest), bin["azurite-queue"]);
}

/** Azurite tells its address when it listens. */
function listeningAddress(child) {
  return new Promise((resolve, reject) => {
    let output = "";
    const fail = (reason) => reject(new Error(`Azurite ${reason}:\n${output}`));
    const timer = setTimeout(() => fail(`does not listen after ${secondsToStart} s`), secondsToStart * 1000);
    const read = (text) => {
      output += text;
      const listens = /successfully listens on (https?:\/\/127\.0\.0\.1:\d+)/.exec(output);
      if (!listens) return;
      clearTimeout(timer);
      // What follows is read all the same, so that Azurite never waits for a full pipe.
      for (const stream of [child.stdout, child.stderr]) stream.off("data", read).resume();
      resolve(listens[1]);
    };
    for (const stream of [child.stdout, child.stderr]) stream.setEncoding("utf8").on("data", read);
    child.once("error", (error) => fail(`cannot be started, ${error.message}`));
    child.once("close", (code) => {
      clearTimeout(timer);
      fail(`ended with ${code}`);
    });
  });
}

/** Ends a process that this one started, at the latest when this one ends. */
export function endWithThisProcess(child) {
  const kill = () => child.kill();
  process.once("exit", kill);
  child.once("close", () => process.off("exit", kill));
  exitOnSignals();
}

let exitsOnSignals = false;

/** A signal alone ends a process without its `exit` event, and its children would stay. */
function exitOnSignals() {
  if (exitsOnSignals) return;
  exitsOnSignals = true;
  for (const [signal, code] of [
    ["SIGINT", 130],
    ["SIGTERM", 143],
    ["SIGHUP", 129],
  ]) {
    process.once(signal, () => process.exit(code));
  }
}
