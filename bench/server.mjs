// A service that answers at once and checks nothing; it tells its port to the process that forked it. With the argument
// `awake` it never sleeps, so that nobody has to wake it.

import { createServer } from "node:http";
import { headers, operations } from "./answers.mjs";

const answers = new Map();
for (const [name, { body, status = 200, headers: own }] of Object.entries(operations)) {
  const type = body && { "content-type": "application/xml" };
  answers.set(name, { status, headers: { ...headers, ...own, ...type }, body: body && Buffer.from(body) });
}

const server = createServer({ noDelay: true }, (request, response) => {
  const [, , queue] = request.url.split(/[/?]/);
  const { status, headers, body } = answers.get(queue === "" ? "list5000" : queue);
  // A body is read before it is answered, as the service does.
  request.resume().on("end", () => response.writeHead(status, headers).end(body));
});
server.keepAliveTimeout = 120_000;
server.listen(0, "127.0.0.1", () => process.send(server.address().port));
process.on("disconnect", () => process.exit());

function stayAwake() {
  setImmediate(stayAwake);
}
if (process.argv[2] === "awake") stayAwake();
