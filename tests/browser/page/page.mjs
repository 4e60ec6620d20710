// Gives the driver of the browser a function for each place where a call can be made.

import { calls } from "./calls.mjs";

const asModule = { type: "module" };
const dedicated = new Worker("worker.mjs", asModule);
const shared = new SharedWorker("worker.mjs", asModule);
await navigator.serviceWorker.register("worker.mjs", asModule);
const { active: service } = await navigator.serviceWorker.ready;

globalThis.runIn = {
  page: (name, account) => calls[name](account),
  "dedicated worker": inWorker(dedicated),
  "shared worker": inWorker(shared.port),
  "service worker": inWorker(service),
};

function inWorker(worker) {
  return (name, account) =>
    new Promise((resolve, reject) => {
      const { port1, port2 } = new MessageChannel();
      port1.onmessage = ({ data: failure }) => (failure === undefined ? resolve() : reject(new Error(failure)));
      worker.postMessage({ name, account }, [port2]);
    });
}
