// A web site of the tests' own: the files of a folder, with an origin that is not the account's.

import { once } from "node:events";
import { readFile } from "node:fs/promises";
import { createServer } from "node:http";
import { extname, join } from "node:path";
import { fileURLToPath } from "node:url";

const root = fileURLToPath(new URL("../..", import.meta.url));

const types = {
  ".css": "text/css",
  ".html": "text/html",
  ".js": "text/javascript",
  ".mjs": "text/javascript",
  ".wasm": "application/wasm",
};

/**
 * Serves files with these headers, and below `/silent/` nothing at all, for ever. Unless another folder is given it is
 * that of this repository, so that a page can import the package from dist/.
 *
 * @param {Record<string, string>} [headers]
 */
export async function startSite(headers = {}, folder = root) {
  const server = createServer(async (request, response) => {
    // The parser of URLs leaves no `..` in a path.
    const { pathname } = new URL(request.url, "http://site");
    if (pathname.startsWith("/silent/")) return;
    try {
      const file = join(folder, pathname.endsWith("/") ? `${pathname}index.html` : pathname);
      const content = await readFile(file);
      response.writeHead(200, { "content-type": types[extname(file)] ?? "application/octet-stream", ...headers });
      response.end(content);
    } catch {
      response.writeHead(404).end();
    }
  });
  await once(server.listen(0, "127.0.0.1"), "listening");
  return {
    origin: `http://127.0.0.1:${server.address().port}`,
    async stop() {
      const closed = once(server.close(), "close");
      server.closeAllConnections();
      await closed;
    },
  };
}

/** The strictest policy under which a page can use the package with an account at this URL. */
export function contentSecurityPolicy(accountUrl) {
  const { origin } = new URL(accountUrl);
  return `default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; worker-src 'self'; connect-src 'self' ${origin}`;
}
