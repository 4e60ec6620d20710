// The rule that lets this page in, for whoever may set it.

import { browserCorsRule } from "azure-queue-wasm";

/** The rule as pairs of a term and its value, named as in the portal. */
export function corsRule(): [term: string, value: string][] {
  const { allowedOrigins, allowedMethods, allowedHeaders = [], exposedHeaders = [], maxAgeInSeconds } = rule();
  return [
    ["Allowed origins", allowedOrigins.join(", ")],
    ["Allowed methods", allowedMethods.join(", ")],
    ["Allowed headers", allowedHeaders.join(", ")],
    ["Exposed headers", exposedHeaders.join(", ")],
    ["Max age", `${maxAgeInSeconds} seconds`],
  ];
}

/** The same, for the command line of Azure. */
export function corsCommand(accountName: string): string {
  const { allowedOrigins, allowedMethods, allowedHeaders = [], exposedHeaders = [], maxAgeInSeconds } = rule();
  return [
    `az storage cors add --services q --account-name ${accountName}`,
    `--origins '${allowedOrigins}' --methods ${allowedMethods.join(" ")}`,
    `--allowed-headers '${allowedHeaders}' --exposed-headers '${exposedHeaders}'`,
    `--max-age ${maxAgeInSeconds}`,
  ].join(" \\\n  ");
}

// `location.origin` is another one for a page from disk or in a `srcdoc` frame.
const rule = () => browserCorsRule(self.origin);
