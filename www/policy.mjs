// What the built page may do, told to the browser twice: in the page itself, so that it holds on any host, and in
// this server's headers, which can say a little more.

/** Nothing but its own files, WebAssembly, and the storage host, which the page narrows down to one (src/lock.ts). */
export const contentSecurityPolicy = [
  "default-src 'none'",
  "script-src 'self' 'wasm-unsafe-eval'",
  "style-src 'self'",
  "img-src 'self'",
  "connect-src https: http://127.0.0.1:* http://localhost:*",
  "base-uri 'none'",
  "form-action 'none'",
].join("; ");

export const headers = {
  "content-security-policy": `${contentSecurityPolicy}; frame-ancestors 'none'`,
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
  "cross-origin-opener-policy": "same-origin",
};
