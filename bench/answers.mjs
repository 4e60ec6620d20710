// What is asked of the service and what it answers, by the names of the operations that are measured.

const times =
  "<InsertionTime>Tue, 21 Oct 2025 10:11:12 GMT</InsertionTime><ExpirationTime>Tue, 28 Oct 2025 10:11:12 GMT</ExpirationTime>";
const visible = "<TimeNextVisible>Tue, 21 Oct 2025 10:11:42 GMT</TimeNextVisible>";
const popReceipt = "AgAAAAMAAAAAAAAA3nD6YMrCJ8vB01==";
const id = (number) => `b19cb9a0-17a8-4a1e-9b1d-${String(number).padStart(12, "0")}`;

/** The message that is updated and deleted. */
export const message = { id: id(1), popReceipt };
/** What is sent. */
export const text = "two cups of tea ".repeat(64);

function messages(count, content, { peeked = false } = {}) {
  const hidden = peeked ? "" : `<PopReceipt>${popReceipt}</PopReceipt>${visible}`;
  const one = (number) =>
    `<QueueMessage><MessageId>${id(number)}</MessageId>${times}${hidden}<DequeueCount>1</DequeueCount>` +
    `<MessageText>${content}</MessageText></QueueMessage>`;
  return xml("QueueMessagesList", Array.from({ length: count }, (_, i) => one(i)).join(""));
}

function queues(count) {
  const one = (number) =>
    `<Queue><Name>orders-${String(number).padStart(5, "0")}</Name><Metadata><owner>team${number % 17}</owner>` +
    "<env>production</env><created>2025-10-21T10:11:12Z</created></Metadata></Queue>";
  const all = Array.from({ length: count }, (_, i) => one(i)).join("");
  return xml("EnumerationResults", `<MaxResults>5000</MaxResults><Queues>${all}</Queues><NextMarker></NextMarker>`);
}

// The service begins its answers with a byte order mark.
const xml = (root, inner) => `\uFEFF<?xml version="1.0" encoding="utf-8"?><${root}>${inner}</${root}>`;
const sent = xml(
  "QueueMessagesList",
  `<QueueMessage><MessageId>${id(1)}</MessageId>${times}<PopReceipt>${popReceipt}</PopReceipt>${visible}</QueueMessage>`,
);
const receipt = { "x-ms-popreceipt": popReceipt, "x-ms-time-next-visible": "Tue, 21 Oct 2025 10:11:42 GMT" };
/** One character in twenty is a reference. */
const entities = "two cups of tea and &lt;".repeat(51);
const large = "QUJDRA==".repeat(6144);

/**
 * `checks` is what a client must make of an answer: a sum over what it returns. `as` is the operation that another one is
 * but for how the client is made, `key` that it has an account key and no SAS.
 */
export const operations = {
  send: { method: "POST", path: "/send/messages", status: 201, body: sent, checks: 36 },
  receive: { method: "GET", path: "/receive/messages?numofmessages=1", body: messages(1, text), checks: 1025 },
  receive32: { method: "GET", path: "/receive32/messages?numofmessages=32", body: messages(32, text), checks: 32_800 },
  large32: { method: "GET", path: "/large32/messages?numofmessages=32", body: messages(32, large), checks: 1_572_896 },
  entities32: {
    method: "GET",
    path: "/entities32/messages?numofmessages=32",
    body: messages(32, entities),
    checks: 32 * (51 * 21 + 1),
  },
  peek32: {
    method: "GET",
    path: "/peek32/messages?peekonly=true&numofmessages=32",
    body: messages(32, text, { peeked: true }),
    checks: 32_800,
  },
  list5000: { method: "GET", path: "/?comp=list&include=metadata", body: queues(5000), checks: 5000 * 15 },
  update: { method: "PUT", path: `/update/messages/${id(1)}?popreceipt=r`, status: 204, headers: receipt, checks: 32 },
  delete: { method: "DELETE", path: `/delete/messages/${id(1)}?popreceipt=r`, status: 204, checks: 1 },
  base64x32: {
    method: "GET",
    path: "/base64x32/messages?numofmessages=32",
    body: messages(32, btoa(text)),
    checks: 32_800,
  },
  // Made without a request.
  sas: { checks: 1 },
};
operations["send, key"] = { ...operations.send, as: "send", key: true };
operations["receive32, key"] = { ...operations.receive32, as: "receive32", key: true };

/** A page of so many messages. */
export const pageOf = (count) => messages(count, text);

/** Headers of every answer. */
export const headers = {
  server: "Windows-Azure-Queue/1.0 Microsoft-HTTPAPI/2.0",
  "x-ms-request-id": id(99),
  "x-ms-version": "2020-12-06",
  date: "Tue, 21 Oct 2025 10:11:12 GMT",
};

/** What answers at once in the place of the service: for `fetch`, and for what does not use it. */
export function instantAnswers(operation) {
  const { status = 200, headers: own, body = "" } = operations[operation];
  const bytes = new TextEncoder().encode(body);
  const all = { ...headers, ...own, ...(body && { "content-type": "application/xml" }) };
  const pairs = Object.entries(all);
  const answer = () => new Response(bytes.length > 0 ? bytes : null, { status, headers: pairs });
  return { answer, answered: { status, headers: all, body } };
}
