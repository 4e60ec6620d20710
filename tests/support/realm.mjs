// In a worker: runs the package in a realm of its own and asks the package of this realm about its error.

import vm from "node:vm";
import { parentPort, workerData } from "node:worker_threads";
import { isAzureError } from "../../dist/index.js";

const needed = {
  atob,
  AbortController,
  Headers,
  Response,
  TextDecoder,
  TextEncoder,
  setTimeout,
  clearTimeout,
  console,
};
const context = vm.createContext({ ...needed });
const module = new vm.SourceTextModule(workerData.source, { context });
await module.link(() => {
  throw new Error("the package imports nothing");
});
await module.evaluate();

const { QueueClient } = module.namespace;
const fetch = async () => new Response(null, { status: 404, headers: { "x-ms-error-code": "QueueNotFound" } });
const queue = new QueueClient("https://myaccount.queue.core.windows.net", "orders", undefined, { fetch });
const error = await queue.peekMessages().catch((error) => error);

parentPort.postMessage({
  isError: error instanceof Error,
  isAzureError: isAzureError(error),
  isHttpResponseError: isAzureError(error, "HttpResponseError"),
  isResourceExistsError: isAzureError(error, "ResourceExistsError"),
});
