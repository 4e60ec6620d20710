// The result of `diagnose()` in the page's own words.

import type { Check, CheckName, Diagnosis } from "azure-queue-wasm";

/** One line of the checklist. */
export interface Line {
  readonly outcome: "passed" | "failed";
  readonly text: string;
  readonly advice?: string;
}

type Words = readonly [passed: string, failed: string, advice: string];

const words: Record<CheckName, Words> = {
  online: ["This device is online.", "This device is offline.", "Connect it to a network."],
  contentSecurityPolicy: [
    "This page may talk to the account.",
    "This page may not talk to this account: it was opened for another one.",
    "Forget the token, then open the new one.",
  ],
  host: [
    "The account's host answers.",
    "The account's host does not answer.",
    "Check the name of the account in the address, and whether this network lets requests out to it.",
  ],
  tls: [
    "There is no problem with certificates.",
    "The connection is not secure, so the browser gave it up.",
    "A proxy may stand in between. Ask the people who run your network.",
  ],
  cors: [
    "The account lets this page in (CORS).",
    "The account does not let this page in (CORS).",
    "An administrator of the account can add the rule below.",
  ],
  service: [
    "The queue service answers.",
    "Another server answers, or the service does not work as it should.",
    "Check the address. A proxy or a login page of your network may answer in the place of the service.",
  ],
  clock: [
    "This device's clock agrees with the service's.",
    "This device's clock is wrong.",
    "Set the clock: tokens begin and end at a time.",
  ],
  firewall: [
    "The account's firewall lets this network in.",
    "The account's firewall keeps this network out, or the token is for other IP addresses.",
    "An administrator can allow this network. It may also be that the token lacks a permission.",
  ],
  credential: [
    "The service accepts the token.",
    "The service refuses the token.",
    "It may have ended, be cut off or changed, or be signed with a key that was replaced. Get a new one.",
  ],
  permission: [
    "The token allows it.",
    "The token lacks a permission.",
    "Get a token with the permission. Other things may work with this one.",
  ],
  queue: ["The queue exists.", "There is no queue of this name.", "Check the name, or create the queue."],
};

/** What was checked, as far as it is known. */
export function linesOf({ checks }: Diagnosis): Line[] {
  return checks.filter(({ outcome }) => outcome !== "unknown").map(lineOf);
}

function lineOf({ name, outcome }: Check): Line {
  const [passed, failed, advice] = words[name];
  return outcome === "failed" ? { outcome, text: failed, advice } : { outcome: "passed", text: passed };
}
