// Chance that can be had again: the same seed and the same name give the same number.

import { createHash, randomInt } from "node:crypto";

/** A number from 0 to below 1. */
export function chance(seed, name) {
  return createHash("sha256").update(`${seed} ${name}`).digest().readUInt32BE() / 2 ** 32;
}

/** The seed of a run: that of the environment variable `SEED`, or a new one. */
export const seedOfRun = () => process.env.SEED ?? String(randomInt(1e9));

/**
 * Chooses faults at random: a share of all requests meets one of those that are given. The seed decides which request
 * meets what, by its number; which request has which number is up to the machine.
 */
export function randomFaults({ seed, share, faults }) {
  return ({ number }) => {
    if (chance(seed, `whether ${number}`) >= share) return undefined;
    return faults[Math.floor(chance(seed, `which ${number}`) * faults.length)];
  };
}
