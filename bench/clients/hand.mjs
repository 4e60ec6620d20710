// What a list of queues gives, made by hand of the text that bare `fetch` reads: the objects alone, and nothing is checked.
// What this takes in memory no client can do without that gives as much.

import { sumOf } from "./given.mjs";

export async function hand({ answer }) {
  const size = ({ name, metadata }) => name.length + Object.keys(metadata).length;
  return { list5000: async () => sumOf(queuesIn(await answer().text()), size) };
}

function queuesIn(text) {
  const items = [];
  let at = 0;
  const upTo = (mark) => {
    const from = at;
    at = text.indexOf(mark, from);
    const between = text.slice(from, at);
    at += mark.length;
    return between;
  };
  for (upTo("<Queues>"); text.startsWith("<Queue>", at); ) {
    upTo("<Name>");
    const name = upTo("</Name>");
    const metadata = {};
    upTo("<Metadata>");
    while (!text.startsWith("</", at)) {
      upTo("<");
      const key = upTo(">");
      metadata[key] = upTo("</");
      upTo(">");
    }
    items.push({ name, metadata });
    upTo("</Queue>");
  }
  return items;
}
