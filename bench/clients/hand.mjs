// What a list of queues gives, made by hand of the text that bare `fetch` reads: the plain way to the same objects, and nothing
// is checked.

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
