// The entries that a page can load, for whoever drives the browser. The classic script before this is another.

import * as inline from "../../../dist/index.js";
import * as slim from "../../../dist/slim.js";

globalThis.entries = { inline, slim, classic: globalThis.azureQueue };
