// The one clock of the page, for everything that counts down.

import { signal } from "@preact/signals";

/** Milliseconds since 1970, moved on each second. */
export const now = signal(Date.now());

setInterval(() => {
  now.value = Date.now();
}, 1000);
