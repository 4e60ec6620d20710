// Pages of a project, and what comes of the calls that they make.

import { startSite } from "../../support/site.mjs";

/**
 * Serves a folder with these headers and opens its page, which puts a report, or an error's name, code and message, into
 * `globalThis.outcome`.
 */
export async function outcomeIn(browser, folder, headers) {
  const site = await startSite(headers, folder);
  try {
    return await outcomeAt(browser, `${site.origin}/`);
  } finally {
    await site.stop();
  }
}

/** The same for a page that is served already. */
export async function outcomeAt(browser, url) {
  await browser.open(url);
  return await browser.waitFor(() => globalThis.outcome);
}

/** A page whose only script is this one. */
export const pageWith = (script) => `<!doctype html><meta charset="utf-8"><link rel="icon" href="data:,">${script}\n`;

/** Part of a script: a function that makes the calls and tells what came of them. */
export const outcome = (given) => `
  const outcome = () =>
    calls(azureQueue, ${JSON.stringify(given)}).catch(({ name, code, message }) => ({ name, code, message }));
`;

/** Part of a page's script: makes the calls and puts what came of them where `outcomeAt` finds it. */
export const reporting = (given) => `
  ${outcome(given)}
  outcome().then((outcome) => { globalThis.outcome = outcome; });
`;
