// Azurite as the account of somebody who opened it to web pages, and what the cells' calls are given and give.

import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { browserCorsRule, generateAccountSas, QueueServiceClient } from "../../../dist/index.js";
import { startAzurite } from "../../support/azurite.mjs";

/** Starts Azurite. `given()` is what one run of the calls is given: each has a queue of its own. */
export async function startAccount() {
  const { url, connectionString, accountName, accountKey, stop } = await startAzurite();
  await QueueServiceClient.fromConnectionString(connectionString).setServiceProperties({
    cors: [browserCorsRule("*")],
  });
  const sas = generateAccountSas({
    accountName,
    accountKey,
    resourceTypes: "sco",
    permission: "rwdlacup",
    expiry: new Date(Date.now() + 3_600_000),
  });
  const given = () => ({ url, sas, queueName: `tea-${randomUUID()}` });
  const { origin, host } = new URL(url);
  return { origin, host, given, stop };
}

/** Checks what the calls reported. */
export function assertCalls(report, { queueName }) {
  assert.deepEqual(report, {
    content: "two cups of tea ☕",
    cups: 2,
    openedOld: "old tea",
    dequeueCount: 1,
    listed: [`${queueName} for tea`],
    refused: { name: "ResourceNotFoundError", code: "QueueNotFound", statusCode: 404 },
    typed: true,
  });
}
