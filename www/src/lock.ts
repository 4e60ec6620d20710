// The token must go nowhere but to its storage host, and the browser itself sees to that.

/**
 * Narrows the page's content security policy to one origin. A policy can only be added to, so this cannot be undone but
 * by loading the page anew.
 */
export function lockTo(origin: string): void {
  // In development Vite talks to its own server.
  if (!import.meta.env.PROD) return;
  const meta = document.createElement("meta");
  meta.httpEquiv = "Content-Security-Policy";
  meta.content = `connect-src ${origin}`;
  document.head.append(meta);
}
