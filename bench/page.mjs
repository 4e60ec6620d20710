// In a page: what a call takes, in microseconds on the clock.

import { instantAnswers, operations } from "./answers.mjs";

/** Measures a client, once it has shown that it makes of the answer what it must. */
export const measuring = (open) => async (operation, warm, time) => {
  const calls = await open({ url: "http://127.0.0.1:1/account", ...instantAnswers(operation) });
  const { [operation]: call } = calls;
  const got = await call();
  if (got !== undefined && got !== operations[operation].checks) throw new Error(`${got} of ${operation}`);
  await run(call, warm);
  return await run(call, time);
};

async function run(call, millis) {
  const begun = performance.now();
  let count = 0;
  let now = begun;
  for (; now < begun + millis; now = performance.now()) {
    await call();
    count++;
  }
  return ((now - begun) / count) * 1000;
}
