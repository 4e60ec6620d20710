// Client-side encryption in Node, by the cases that browsers run too: tests/browser/sealed.test.mjs.

import { describe, test } from "node:test";
import { cases } from "../browser/page/sealed.mjs";
import { knownAnswers } from "../support/script.mjs";

describe("client-side encryption", () => {
  const { encryption } = knownAnswers("vectors.json");
  for (const [name, run] of Object.entries(cases)) test(name, () => run(encryption));
});
