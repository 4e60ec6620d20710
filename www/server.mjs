// The page built and served, for `npm start` and the tests.

import { fileURLToPath } from "node:url";
import { build, preview } from "vite";

const root = fileURLToPath(new URL(".", import.meta.url));

/** Builds the page into dist/. */
export async function buildPage() {
  await build({ root, logLevel: "warn" });
}

/** Serves the built page on 127.0.0.1, on the first free port from 4173 on. */
export async function servePage() {
  const server = await preview({ root, logLevel: "warn" });
  const { port } = server.httpServer.address();
  return { url: `http://127.0.0.1:${port}/`, stop: () => server.close() };
}
