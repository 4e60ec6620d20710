// Encrypted messages by the million, in pages: node envelopes.mjs COUNT [SEED]

import fc from "fast-check";
import { anything, assertKnownOrRefused, received } from "../tests/support/envelopes.mjs";

const [count, seed = Math.floor(Math.random() * 2 ** 31)] = process.argv.slice(2).map(Number);
const perPage = 30;
const perSeed = 100 * perPage;

console.log(`Seed ${seed}.`);
for (let done = 0; done < count; done += perSeed) {
  // A seed for every few pages, so that what fails is found again quickly.
  const from = seed + done / perSeed;
  const texts = fc.sample(anything, { numRuns: perSeed, seed: from });
  for (let at = 0; at < texts.length; at += perPage) {
    const required = (at / perPage) % 2 === 1;
    const page = texts.slice(at, at + perPage);
    try {
      const messages = await received(page, { required });
      for (const [index, message] of messages.entries()) assertKnownOrRefused(message, page[index], required);
    } catch (error) {
      console.error(error);
      console.error(`Fails with: node fuzz/envelopes.mjs ${perSeed} ${from}`);
      process.exit(1);
    }
  }
  if (done % (perSeed * 100) === 0) console.log(`${done} inputs`);
}
