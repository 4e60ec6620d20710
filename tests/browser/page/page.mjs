// Gives the driver of the browser a function for each place where a call can be made.

import { calls } from "./calls.mjs";

const worker = new Worker("worker.mjs", { type: "module" });

globalThis.runIn = {
  page: (name, account) => calls[name](account),
  worker: (name, account) =>
    new Promise((resolve, reject) => {
      worker.onmessage = ({ data: failure }) => (failure === undefined ? resolve() : reject(new Error(failure)));
      worker.onerror = ({ message }) => reject(new Error(`The worker does not run: ${message}`));
      worker.postMessage({ name, account });
    }),
};
