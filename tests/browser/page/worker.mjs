// The same calls in a dedicated worker: one at a time, each answered with its failure, if any.

import { calls } from "./calls.mjs";

addEventListener("message", async ({ data: { name, account } }) => {
  try {
    await calls[name](account);
    postMessage(undefined);
  } catch (error) {
    postMessage(String(error));
  }
});
