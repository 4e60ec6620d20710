// The page in www/, with something to look at: set-up, build, an Azurite in memory with a few queues, and a link that
// opens it. Ctrl-C ends all of it.
//
//   node scripts/start.mjs           which is `npm start`
//   node scripts/start.mjs --built   with what is built already, for the tests

import { build } from "./build.mjs";
import { runAsProgram, step } from "./lib/run.mjs";
import { buildWww } from "./lib/www.mjs";

async function start() {
  if (!process.argv.includes("--built")) {
    await build();
    await buildWww();
  }
  // Loaded only now: in a fresh clone nothing of this is there until it is installed and built.
  const { startAzurite } = await import("../tests/support/azurite.mjs");
  const { servePage } = await import("../www/server.mjs");
  const { browserCorsRule, generateAccountSas, QueueServiceClient } = await import("azure-queue-wasm");
  const { seed } = await import("./lib/seeds.mjs");

  let azurite;
  let page;
  await step("Azurite in memory, with a few queues, and the page", async () => {
    azurite = await startAzurite();
    page = await servePage();
    const service = QueueServiceClient.fromConnectionString(azurite.connectionString);
    await service.setServiceProperties({ cors: [browserCorsRule(new URL(page.url).origin)] });
    await seed(service);
  });

  const sas = generateAccountSas({
    accountName: azurite.accountName,
    accountKey: azurite.accountKey,
    services: "q",
    resourceTypes: "sco",
    permission: "rlap",
    expiry: new Date(Date.now() + 8 * 3_600_000),
  });
  console.log(`\nThe page, with a token for Azurite at ${azurite.url}, good for 8 hours:\n`);
  console.log(`  ${page.url}#sas=${encodeURIComponent(`${azurite.url}?${sas}`)}\n`);
  console.log("Ctrl-C ends it.");
}

await runAsProgram(import.meta.url, start);
