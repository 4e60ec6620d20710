import { argumentError } from "./errors.js";
import type { CorsRule } from "./models.js";
import { shown } from "./options.js";

/**
 * The CORS rule with which pages of these origins can use everything in this package: to be set once, by somebody who may
 * (`setServiceProperties({ cors: [rule] })`), and not from the page itself.
 * Source: https://learn.microsoft.com/rest/api/storageservices/cross-origin-resource-sharing--cors--support-for-the-azure-storage-services
 * @param origins such as `https://app.example.com`, without a path; `*` is any
 * @param maxAgeInSeconds for how long browsers may keep the answer to a preflight. Default: 3600
 */
export function browserCorsRule(origins: string | readonly string[], maxAgeInSeconds = 3600): CorsRule {
  const allowedOrigins = [origins].flat();
  for (const origin of allowedOrigins) {
    if (origin === "*" || (URL.canParse(origin) && new URL(origin).origin === origin)) continue;
    throw argumentError(
      RangeError,
      `origins must be origins such as https://app.example.com, without a path, or *; got ${JSON.stringify(shown(String(origin)))}`,
      "origins",
    );
  }
  return {
    allowedOrigins,
    allowedMethods: ["GET", "PUT", "POST", "DELETE"],
    allowedHeaders: ["x-ms-*", "content-type", "authorization"],
    exposedHeaders: ["x-ms-*", "date", "retry-after", "www-authenticate"],
    maxAgeInSeconds,
  };
}
