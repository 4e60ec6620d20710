import { defineConfig } from "vite";
import { contentSecurityPolicy, headers } from "./policy.mjs";

export default defineConfig({
  // Found from wherever it is put, also below a path.
  base: "./",
  build: {
    target: "es2022",
    // The one thing that Vite would write into the page itself, and no engine here needs it.
    modulePreload: { polyfill: false },
    assetsInlineLimit: 0,
    // The client's WebAssembly is inside.
    chunkSizeWarningLimit: 1000,
  },
  // The package is a link to the folder above.
  server: { host: "127.0.0.1", fs: { allow: [".."] } },
  preview: { host: "127.0.0.1", headers },
  plugins: [
    {
      name: "content-security-policy",
      // Not in development, where Vite itself needs styles in the page.
      apply: "build",
      transformIndexHtml: () => [
        {
          tag: "meta",
          attrs: { "http-equiv": "Content-Security-Policy", content: contentSecurityPolicy },
          injectTo: "head-prepend",
        },
      ],
    },
  ],
});
