// As much of Microsoft Entra ID as an application with a secret needs to get access tokens.

import { text } from "node:stream/consumers";
import { serve } from "./https.mjs";

// Made up, and known to this server only.
export const application = {
  clientId: "00000000-0000-0000-0000-00000000a991",
  clientSecret: "a secret of these tests",
};

const secondsToLive = 3600;

/**
 * Starts the server. It knows every tenant, and writes down which tokens it was asked for.
 *
 * @returns {Promise<{ url: string, requests: { tenant: string, scope: string }[], stop: () => Promise<void> }>}
 */
export async function startIdentity(certificate) {
  const requests = [];
  const server = await serve(certificate, async (request, response) => {
    const { status, body } = await answer(request);
    response.writeHead(status, { "content-type": "application/json" }).end(JSON.stringify(body));
  });
  return { ...server, requests };

  async function answer(request) {
    const [, tenant, path] = /^\/([^/]+)\/([^?]+)/.exec(request.url) ?? [];
    const base = `https://${request.headers.host}/${tenant}`;
    if (path === "v2.0/.well-known/openid-configuration") return { status: 200, body: configuration(base) };
    if (path !== "oauth2/v2.0/token") return { status: 404, body: {} };

    const { scope, client_id, client_secret } = Object.fromEntries(new URLSearchParams(await text(request)));
    requests.push({ tenant, scope });
    if (client_id !== application.clientId || client_secret !== application.clientSecret) {
      const error_description = "AADSTS7000215: Invalid client secret provided.";
      return { status: 401, body: { error: "invalid_client", error_description, error_codes: [7000215] } };
    }
    const access_token = token(tenant, scope.replace(/\/\.default$/, ""));
    return { status: 200, body: { token_type: "Bearer", expires_in: secondsToLive, access_token } };
  }
}

const configuration = (base) => ({
  issuer: `${base}/v2.0`,
  authorization_endpoint: `${base}/oauth2/v2.0/authorize`,
  token_endpoint: `${base}/oauth2/v2.0/token`,
  jwks_uri: `${base}/discovery/v2.0/keys`,
});

/** Azurite looks at issuer, audience and times, and not at the signature. */
function token(tenant, audience) {
  const now = Math.floor(Date.now() / 1000);
  const times = { iat: now, nbf: now, exp: now + secondsToLive };
  const claims = { iss: `https://sts.windows.net/${tenant}/`, aud: audience, ...times };
  const parts = [{ typ: "JWT", alg: "RS256" }, claims].map((part) => JSON.stringify(part));
  return [...parts, "unsigned"].map((part) => Buffer.from(part).toString("base64url")).join(".");
}
