// Bodies and headers of answers at their worst: each is a clear error or read for what it is, and the client goes on.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { isAzureError, QueueClient } from "../../dist/index.js";
import { clientOf, errorOf, response } from "../support/hostile.mjs";
import { account, messagePage, rejection, script } from "../support/script.mjs";

const page = messagePage("first", "second").body;
const wrongPage = (error) => assert.equal(error.name, "ServiceResponseError");
const bodyOf = (body) => () => response(200, body, { "x-ms-request-id": "r-1" });

test("a page of messages that ends at any byte is never a shorter page", async () => {
  const bytes = new TextEncoder().encode(page);
  for (let length = 0; length < bytes.length; length++) {
    const error = await errorOf(bodyOf(bytes.subarray(0, length)), { call: (queue) => queue.receiveMessage() });
    assert.ok(isAzureError(error, "ServiceResponseError"), `${length} bytes: ${error}`);
    assert.equal(error.statusCode, 200);
    assert.equal(error.requestId, "r-1");
  }
  const { queue } = clientOf(bodyOf(bytes));
  assert.deepEqual(
    (await queue.peekMessages()).map(({ content }) => content),
    ["first", "second"],
  );
});

describe("bodies that are no page of messages", () => {
  const utf16 = (text, bigEndian) => {
    const bytes = Buffer.from(`\ufeff${text}`, "utf16le");
    return bigEndian ? bytes.swap16() : bytes;
  };
  const latin1 = Buffer.from(messagePage("café").body, "latin1");
  const entities = (depth) => {
    const levels = Array.from({ length: depth }, (_, i) => `<!ENTITY e${i + 1} "${`&e${i};`.repeat(10)}">`);
    return `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY e0 "ha">${levels.join("")}]>${messagePage(`&e${depth};`).body.replace(/<\?xml.*?\?>/, "")}`;
  };
  const external =
    '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]><QueueMessagesList>&secret;</QueueMessagesList>';
  for (const [what, body] of [
    ["UTF-16, little end first", utf16(page)],
    ["UTF-16, big end first", utf16(page, true)],
    ["UTF-16 without a mark", Buffer.from(page, "utf16le")],
    ["Latin-1", latin1],
    ["half of a UTF-8 sequence", Buffer.concat([Buffer.from(page.replace(/second.*/, "")), Buffer.from([0xf0, 0x9f])])],
    ["an overlong UTF-8 sequence", Buffer.from(page.replace("first", "\u00c0\u0080"), "latin1")],
    ["a surrogate in UTF-8", Buffer.from(page.replace("first", "\u00ed\u00a0\u0080"), "latin1")],
    ["gzip that nobody unpacked", Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 3, 3, 0, 0, 0, 0, 0, 0, 0, 0, 0])],
    ["nothing but NULs", new Uint8Array(1000)],
    ["a bomb of nested entities", entities(20)],
    ["an entity from a file", external],
    ["an entity that holds itself", '<!DOCTYPE x [<!ENTITY a "&a;">]><QueueMessagesList>&a;</QueueMessagesList>'],
    ["HTML of a proxy", "<html><head><title>Sign in</title></head><body><p>Sign in<br></body></html>"],
    ["a million open elements", "<QueueMessagesList>".repeat(1_000_000)],
    ["a tag of a megabyte", `<QueueMessagesList ${"x".repeat(1_000_000)}`],
    ["a name of a megabyte", `<${"x".repeat(1_000_000)}/>`],
    ["an attribute that does not end", '<QueueMessagesList a="><QueueMessage>'],
    ["a comment that does not end", `${page.slice(0, -20)}<!-- `],
    ["CDATA that does not end", page.replace("second", "<![CDATA[second")],
    ["an instruction that does not end", page.replace("second", "<?x second")],
    ["tags that cross", "<QueueMessagesList><QueueMessage><a><b></a></b></QueueMessage></QueueMessagesList>"],
    ["an element too many at the end", page.replace("</QueueMessagesList>", "</QueueMessage></QueueMessagesList>")],
    ["a reference beyond Unicode", page.replace("first", "&#x110000;")],
    ["a reference of many digits", page.replace("first", `&#${"9".repeat(100_000)};`)],
    ["a reference to NUL", page.replace("first", "&#0;")],
    ["an empty reference", page.replace("first", "&;")],
    ["a count beyond 32 bits and 64", page.replace("<DequeueCount>1", `<DequeueCount>${"9".repeat(30)}`)],
    ["a count with a fraction", page.replace("<DequeueCount>1", "<DequeueCount>1.5")],
    ["a count in hexadecimal", page.replace("<DequeueCount>1", "<DequeueCount>0x10")],
    ["a date of the year 99999", page.replace("02 Jan 2026", "02 Jan 99999")],
    ["a date of a month that is none", page.replace("02 Jan 2026", "02 Foo 2026")],
    ["a date at 25 o'clock", page.replace("03:04:05", "25:04:05")],
    ["a date with a negative year", page.replace("02 Jan 2026", "02 Jan -2026")],
    ["an empty id", page.replace("<MessageId>id-1", "<MessageId>")],
  ]) {
    test(what, async () => {
      const error = await errorOf(bodyOf(body));
      wrongPage(error);
      assert.equal(error.requestId, "r-1");
      assert.doesNotMatch(error.message, /passwd|root:/);
    });
  }
});

describe("bodies that are odd and mean something", () => {
  for (const [what, body, contents, headers] of [
    ["a byte order mark", `\ufeff${page}`, ["first", "second"]],
    ["two byte order marks", `\ufeff\ufeff${page}`, ["first", "second"]],
    ["an encoding that is named and not used", page.replace("utf-8", "UTF-16"), ["first", "second"]],
    ["a content type of HTML", page, ["first", "second"], { "content-type": "text/html" }],
    ["a content type that is none", page, ["first", "second"], { "content-type": ";;;" }],
    ["unknown elements, 100,000 deep", deep(100_000), ["first", "second"]],
    [
      "a million unknown siblings",
      page.replace("<QueueMessage>", `${"<x/>".repeat(1_000_000)}<QueueMessage>`),
      ["first", "second"],
    ],
    ["100,000 comments in a text", page.replace("first", `fi${"<!--x-->".repeat(100_000)}rst`), ["first", "second"]],
    ["100,000 references in a text", page.replace("first", "&lt;".repeat(100_000)), ["<".repeat(100_000), "second"]],
    ["a text of 10 MB", page.replace("first", "x".repeat(10_000_000)), ["x".repeat(10_000_000), "second"]],
    ["more messages than were asked for", messagePage(...Array(1000).fill("x")).body, Array(1000).fill("x")],
    ["NUL in a text", page.replace("first", "\0"), ["\0", "second"]],
  ]) {
    test(what, async () => {
      const { queue } = clientOf(() => response(200, body, headers));
      const messages = await queue.peekMessages();
      assert.deepEqual(
        messages.map(({ content }) => content),
        contents,
      );
      assert.equal((await queue.receiveMessage()).content, "fine");
    });
  }

  function deep(depth) {
    return page.replace("<QueueMessage>", `${"<x>".repeat(depth)}${"</x>".repeat(depth)}<QueueMessage>`);
  }

  test("of an element that is there twice, the last one counts", async () => {
    const twice = page.replace("<PopReceipt>receipt-1", "<PopReceipt>other</PopReceipt><PopReceipt>receipt-1");
    const { queue } = clientOf(() => response(200, twice));
    assert.equal((await queue.receiveMessage()).popReceipt, "receipt-1");
  });
});

describe("headers", () => {
  const count = "x-ms-approximate-messages-count";
  const properties = (queue) => queue.getQueueProperties();
  for (const value of ["-1", "1.5", "", " ", "1e9", "0x10", "NaN", "9".repeat(30), "1, 2", "18446744073709551616"]) {
    test(`a count of ${JSON.stringify(value.slice(0, 20))}`, async () => {
      wrongPage(await errorOf(() => response(200, "", { [count]: value }), { call: properties }));
    });
  }

  test("a count beyond 2^53 is as near as a number can be", async () => {
    const { queue } = clientOf(() => response(200, "", { [count]: "9007199254740993" }));
    assert.equal((await queue.getQueueProperties()).approximateMessageCount, 9_007_199_254_740_992);
  });

  const update = (queue) => queue.updateMessage("id", { popReceipt: "r" });
  for (const value of [
    "Fri, 02 Jan 99999 03:04:05 GMT",
    "-1",
    "0",
    "2026-01-02T03:04:05Z",
    "Fri, 31 Feb 2026 03:04:05 GMT",
    "",
  ]) {
    test(`an update that is next visible at ${JSON.stringify(value)}`, async () => {
      const headers = { "x-ms-popreceipt": "r2", "x-ms-time-next-visible": value };
      const error = await errorOf(() => response(204, "", headers), { call: update });
      assert.ok(isAzureError(error, "ServiceResponseError"));
    });
  }

  for (const value of [
    "Thu, 01 Jan 1970 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
    "yesterday",
    "",
    "99999999999",
  ]) {
    test(`a date of ${JSON.stringify(value)} changes nothing`, async () => {
      const { queue } = clientOf(() => response(200, page, { date: value }));
      assert.equal((await queue.peekMessages()).length, 2);
      assert.equal((await queue.receiveMessage()).content, "fine");
    });
  }

  test("10,000 of them, and one of a megabyte", async () => {
    const many = Object.fromEntries(Array.from({ length: 10_000 }, (_, i) => [`x-ms-meta-m${i}`, "x"]));
    const headers = { ...many, "x-ms-meta-long": "x".repeat(1_000_000), [count]: "1" };
    const { queue } = clientOf(() => response(200, "", headers));
    const { metadata } = await queue.getQueueProperties();
    assert.equal(Object.keys(metadata).length, 10_001);
    assert.equal(metadata.long.length, 1_000_000);
  });
});

describe("what the service says about waiting", () => {
  const busy = (value) => response(503, "", { "x-ms-error-code": "ServerBusy", "retry-after": value });
  const options = { retry: { maxTries: 2, delay: 0, maxDelay: 0 } };
  const past = "Thu, 01 Jan 1970 00:00:00 GMT";

  for (const value of ["-1", "-1e99", "0", "soon", "", past, "1.5.5", "NaN", "1e99"]) {
    test(`${JSON.stringify(value)}: there is another attempt, at once`, async () => {
      const { queue, requests } = clientOf(() => busy(value), options);
      assert.equal((await queue.peekMessages())[0].content, "fine");
      assert.equal(requests(), 2);
    });
  }

  for (const value of [
    "86400",
    "4294967",
    "4294968",
    "9".repeat(30),
    "Wed, 01 Jan 3026 00:00:00 GMT",
    "Fri, 31 Dec 9999 23:59:59 GMT",
  ]) {
    test(`${JSON.stringify(value)}: longer than the call may take, so there is none, at once`, async () => {
      const error = await errorOf(() => busy(value), { options });
      assert.equal(error.statusCode, 503);
      assert.equal(error.attempts.length, 1);
    });
  }
});

describe("statuses", () => {
  const html = "<!DOCTYPE html><html><body>Access to this site is blocked</body></html>";
  for (const status of [
    0, 1, 99, 100, 101, 199, 202, 203, 205, 206, 299, 304, 305, 306, 400, 418, 451, 600, 999, 65_535,
  ]) {
    test(`${status} is an error that names it`, async () => {
      const error = await errorOf(() => response(status, page));
      assert.equal(error.statusCode, status);
    });
  }

  for (const [status, name] of [
    [403, "HttpResponseError"],
    [404, "HttpResponseError"],
    [407, "HttpResponseError"],
    [502, "HttpResponseError"],
    [511, "HttpResponseError"],
  ]) {
    test(`a proxy's page with ${status}`, async () => {
      const error = await errorOf(() => response(status, html, { "content-type": "text/html" }));
      assert.equal(error.name, name);
      assert.equal(error.statusCode, status);
      assert.doesNotMatch(error.message, /<html/);
    });
  }

  for (const [code, name] of [
    ["ServerBusy", "HttpResponseError"],
    ["QueueNotFound", "ResourceNotFoundError"],
  ]) {
    test(`200 with ${code} inside is that error, and no page`, async () => {
      const error = await errorOf(() => response(200, `<Error><Code>${code}</Code><Message>No.</Message></Error>`));
      assert.deepEqual([error.name, error.code, error.statusCode], [name, code, 200]);
    });
  }

  test("204 with a body, and 201 without one, where a message was sent", async () => {
    for (const [status, body] of [
      [204, page],
      [201, ""],
    ]) {
      const error = await errorOf(() => response(status, body), { call: (queue) => queue.sendMessage("x") });
      assert.equal(error.statusCode, status);
    }
  });

  test("a body where none should be does no harm", async () => {
    const { queue } = clientOf(() => response(204, html, { "x-ms-request-id": "r-1" }));
    await queue.deleteMessage("id", { popReceipt: "r" });
    assert.equal((await queue.receiveMessage()).content, "fine");
  });

  test("an error of a megabyte, of many details, of none", async () => {
    const long = `<Error><Code>X</Code><Message>${"x".repeat(1_000_000)}</Message></Error>`;
    const error = await clientOf(() => response(400, long))
      .queue.peekMessages()
      .catch((error) => error);
    assert.equal(error.statusCode, 400);
    assert.equal(error.code, "X");
    for (const body of [
      "<Error/>",
      "<Error><Error><Error/></Error></Error>",
      "<Error>",
      "<Error><Code></Code></Error>",
    ]) {
      assert.equal((await errorOf(() => response(400, body))).statusCode, 400);
    }
  });
});

test("an error that says too much is cut where nobody reads on", async () => {
  const said = "é".repeat(3_000_000);
  const body = `<Error><Code>X</Code><Message>${said}</Message><Detail>${said}</Detail></Error>`;
  for (const answer of [{ status: 400, body }, new TypeError(said)]) {
    const queue = new QueueClient(account.url, "orders", account.sas, {
      fetch: script(answer),
      retry: { mode: "none" },
    });
    const error = await rejection(queue.peekMessages());
    const texts = [error.message, ...Object.values(error.details), error.attempts[0].failure ?? ""];
    for (const text of texts) assert.ok(text.length < 10_000, `${text.length}`);
    assert.match(error.message, /éé…$/);
  }
});

test("a body that is longer than its length says, as one that was packed is, is read up to 64 MiB", async () => {
  const chunk = new Uint8Array(1 << 20).fill(32);
  let given = 0;
  const pull = (controller) => {
    if (given++ < 100) controller.enqueue(chunk);
    else controller.close();
  };
  const headers = { "content-length": "60000" };
  const error = await errorOf(() => new Response(new ReadableStream({ pull }), { headers }));
  assert.match(error.message, /more than 67108864 bytes/);
  assert.ok(given < 70, `${given} MiB were read`);
});
