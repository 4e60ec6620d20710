// The package as it is for Node, or, with TRANSPORT=fetch, for all that has only `fetch`.

const { TRANSPORT = "node" } = process.env;
const entries = { node: "node", fetch: "index" };
export const transport = TRANSPORT;
export const { AzureError, isAzureError, QueueClient, QueueServiceClient } = await import(
  `../../dist/${entries[TRANSPORT]}.js`
);
