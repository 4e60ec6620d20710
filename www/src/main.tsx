import { preload } from "azure-queue-wasm";
import { render } from "preact";
import { start } from "./session.ts";
import { App } from "./views/App.tsx";
import "./styles/base.css";
import "./styles/controls.css";
import "./styles/parts.css";

start();
// While a person looks for the URL. What goes wrong with it is told when it is used.
preload().catch(() => {});
render(<App />, document.getElementById("page") as HTMLElement);
