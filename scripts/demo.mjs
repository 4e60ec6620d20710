// Set-up, build, and examples/demo.mjs: against the account in AZURE_STORAGE_CONNECTION_STRING,
// or else against an Azurite of its own.

import { build } from "./build.mjs";
import { runAsProgram, watch } from "./lib/run.mjs";

async function demo() {
  await build();

  const variable = "AZURE_STORAGE_CONNECTION_STRING";
  let azurite;
  if (!process.env[variable]) {
    // Loaded only now: in a fresh clone Azurite is not there until the set-up has run.
    const { startAzurite } = await import("../tests/support/azurite.mjs");
    azurite = await startAzurite();
  }
  const connectionString = azurite?.connectionString ?? process.env[variable];
  console.log(`▸ examples/demo.mjs, against ${azurite ? `Azurite at ${azurite.url}` : `the account in ${variable}`}\n`);
  try {
    const { code } = await watch(process.execPath, ["examples/demo.mjs"], { env: { [variable]: connectionString } });
    process.exitCode = Number.isInteger(code) ? code : 1;
  } finally {
    await azurite?.stop();
  }
}

await runAsProgram(import.meta.url, demo);
