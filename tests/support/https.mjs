// HTTPS on this machine, with a certificate that is made for one run and trusted by this process alone.

import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:https";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { generate } from "selfsigned";
import { endWithThisProcess } from "./azurite.mjs";

/**
 * A certificate for 127.0.0.1 and localhost that this process, its `fetch` too, trusts. Call it before anything else:
 * Node reads NODE_EXTRA_CA_CERTS only as it starts, so the first process runs the program again, in one that has it.
 *
 * @returns {Promise<{ certFile: string, keyFile: string }>}
 */
export async function trustedCertificate() {
  const folder = process.env.TEST_CERTIFICATE ?? mkdtempSync(join(tmpdir(), "azure-queue-wasm-"));
  const certificate = { certFile: join(folder, "cert.pem"), keyFile: join(folder, "key.pem") };
  if (process.env.TEST_CERTIFICATE) return certificate;

  process.once("exit", () => rmSync(folder, { recursive: true }));
  const { cert, private: key } = await generate([{ name: "commonName", value: "localhost" }], {
    keyType: "ec",
    algorithm: "sha256",
  });
  writeFileSync(certificate.certFile, cert);
  writeFileSync(certificate.keyFile, key, { mode: 0o600 });
  const env = { ...process.env, TEST_CERTIFICATE: folder, NODE_EXTRA_CA_CERTS: certificate.certFile };
  const again = spawn(process.execPath, [...process.execArgv, ...process.argv.slice(1)], { env, stdio: "inherit" });
  endWithThisProcess(again);
  const [code] = await once(again, "close");
  process.exit(code ?? 1);
}

/** Serves on a free port. `stop()` does not wait for connections that clients keep open. */
export async function serve({ certFile, keyFile }, answer) {
  const server = createServer({ cert: readFileSync(certFile), key: readFileSync(keyFile) }, answer);
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    url: `https://127.0.0.1:${server.address().port}`,
    onConnection: (told) => server.on("secureConnection", told),
    async stop() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}
