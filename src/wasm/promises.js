// Promises that end before what they wait for does.

const timeout = Symbol("timeout");

/** What a promise resolves to, if it does so in time; otherwise it rejects with what `isTimeout` knows. */
export function within(work, millis) {
  return new Promise((resolve, reject) => {
    const timer = setTimeout(reject, millis, timeout);
    work.then(resolve, reject).finally(() => clearTimeout(timer));
  });
}

export function isTimeout(thrown) {
  return thrown === timeout;
}

/** A call that ends as soon as the signal aborts, whatever it is waiting for. */
export function abortable(work, signal) {
  return new Promise((resolve, reject) => {
    const abort = () => reject(signal.reason);
    signal.addEventListener("abort", abort, { once: true });
    work.then(resolve, reject).finally(() => signal.removeEventListener("abort", abort));
  });
}
