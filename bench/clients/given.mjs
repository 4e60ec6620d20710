// What every client is measured with. A client is a function of where to and with what, which gives a function for every
// operation, and that one a sum over what came, so that all of it was looked at.

import { operations } from "../answers.mjs";

export const sas =
  "sv=2020-12-06&ss=q&srt=sco&sp=rwdlacup&se=2030-01-01T00%3A00%3A00Z&spr=https%2Chttp&sig=abcdefghijklmnopqrstuvwxyz0123456789ABCDEFG%3D";
/** The account of an answer that nobody checks. */
export const account = { accountName: "account", accountKey: btoa("a key for measuring alone") };

/** A client of each queue that there is. */
export const queuesOf = (client) =>
  Object.fromEntries([...Object.keys(operations), "cycle"].map((name) => [name, client(name.split(",")[0])]));

export const sumOf = (items, size) => {
  let sum = 0;
  for (const item of items) sum += size(item);
  return sum;
};

/** What a SAS is made for. */
export const expiry = new Date("2030-01-01");
