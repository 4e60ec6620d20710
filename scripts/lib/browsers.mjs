// The browsers of the tests: real ones, from the system, since no package of npm has them.

import { existsSync, readdirSync } from "node:fs";
import { delimiter, join } from "node:path";
import { installFromDebian } from "./debian.mjs";
import { step, Trouble } from "./run.mjs";

/** What each program may be called, and Debian's package of it. */
const programs = {
  chromium: { names: ["chromium", "chromium-browser", "google-chrome"], debian: "chromium" },
  firefox: { names: ["firefox-esr", "firefox"], debian: "firefox-esr" },
  webkitDriver: { names: ["WebKitWebDriver"], debian: "webkit2gtk-driver" },
  // WebKitGTK's small browser of its own; not meant for users, so not in PATH.
  webkit: { names: ["MiniBrowser"], debian: "webkit2gtk-driver", folders: webkitFolders },
  // It needs a display. This one is in memory.
  xvfb: { names: ["Xvfb"], debian: "xvfb" },
};

/** Installs what is missing of the three browsers and their drivers. */
export async function prepareBrowsers() {
  await step("Chromium, Firefox and WebKit", async () => {
    const missing = Object.keys(programs).filter((name) => find(name) === undefined);
    if (missing.length === 0) return "already done";
    const packages = [...new Set(missing.map((name) => programs[name].debian))];
    await installFromDebian(packages, `Install ${missing.map((name) => programs[name].names[0]).join(", ")}`);
  });
}

/** The path of one of these programs; throws where it is missing, saying how to get it. */
export function browserProgram(name) {
  const path = find(name);
  if (path !== undefined) return path;
  const { names, debian } = programs[name];
  throw new Trouble(
    `There is no ${names[0]}: \`npm test\` as root on Debian installs it; the package is called ${debian}.`,
  );
}

function find(name) {
  const { names, folders = () => process.env.PATH.split(delimiter) } = programs[name];
  return folders()
    .flatMap((folder) => names.map((name) => join(folder, name)))
    .find((path) => existsSync(path));
}

/** `/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1` in Debian; others have it in `/usr/libexec`. */
function webkitFolders() {
  const inside = (folder) =>
    existsSync(folder)
      ? readdirSync(folder, { withFileTypes: true })
          .filter((entry) => entry.isDirectory())
          .map(({ name }) => join(folder, name))
      : [];
  const parents = ["/usr/libexec", "/usr/lib64", "/usr/lib", ...inside("/usr/lib")];
  return parents.flatMap(inside).filter((path) => /webkit(2gtk|gtk)-\d/.test(path));
}
