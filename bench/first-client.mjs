// Imports a client's package and makes a client: prints as JSON how many milliseconds it took.

import { account } from "./clients/given.mjs";

const { from } = JSON.parse(process.argv[2]);
const { accountName, accountKey } = account;
const begun = performance.now();
const { QueueServiceClient } = await import(from);
const connection = `DefaultEndpointsProtocol=https;AccountName=${accountName};AccountKey=${accountKey};EndpointSuffix=core.windows.net`;
QueueServiceClient.fromConnectionString(connection);
console.log(JSON.stringify({ millis: performance.now() - begun }));
