// A service of some queues with so many messages each, which answers after 20 ms; it tells its port to the process that
// forked it. A message that was received is not given again, and each must be deleted once. The queue `endless` answers at
// once and has no end.

import { createServer } from "node:http";
import { headers, pageOf } from "./answers.mjs";

const [queues, each] = process.argv.slice(2).map(Number);
const received = new Array(queues).fill(0);
const ENDLESS = "endless";
const pages = new Map();

/** The next messages of a queue; the texts of all of them are alike, and so is one page to the next of as many. */
function receive(queue, wanted) {
  const count = queue === ENDLESS ? wanted : Math.min(wanted, each - received[queue]);
  if (queue !== ENDLESS) received[queue] += count;
  if (!pages.has(count)) pages.set(count, Buffer.from(pageOf(count)));
  return { status: 200, body: pages.get(count) };
}

const server = createServer({ noDelay: true }, (request, response) => {
  const { pathname, searchParams } = new URL(request.url, "http://service");
  const name = pathname.split("/")[2];
  const queue = name === ENDLESS ? name : Number(name.slice("queue".length));
  request.resume().on("end", () => {
    const answer = () => {
      const isDelete = request.method === "DELETE";
      const { status, body } = isDelete ? { status: 204 } : receive(queue, Number(searchParams.get("numofmessages")));
      response.writeHead(status, { ...headers, ...(body && { "content-type": "application/xml" }) }).end(body);
    };
    if (queue === ENDLESS) answer();
    else setTimeout(answer, 20);
  });
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());
