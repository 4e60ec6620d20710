// The same calls in a worker of any kind. Each is answered with its failure, if any.

import { calls } from "./calls.mjs";

// In a dedicated and in a service worker; a shared one has a port for each page.
addEventListener("message", answer);
addEventListener("connect", ({ ports: [page] }) => {
  page.onmessage = answer;
});

function answer(event) {
  const run = async ({ data: { name, account }, ports: [port] }) => {
    try {
      await calls[name](account);
      port.postMessage(undefined);
    } catch (error) {
      port.postMessage(String(error));
    }
  };
  const done = run(event);
  // A service worker may be ended when nothing is waited for.
  event.waitUntil?.(done);
}
