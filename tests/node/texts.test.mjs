// What may stand in a message, and comes back as it was.

import assert from "node:assert/strict";
import { after, before, describe, test } from "node:test";
import { QueueClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, messagePage, rejection, script, sent } from "../support/script.mjs";

let azurite;
let queue;

before(async () => {
  azurite = await startAzurite();
  queue = QueueClient.fromConnectionString(azurite.connectionString, "texts");
  await queue.createQueue();
});
after(() => azurite.stop());

const limit = 65_536;

describe("texts through the emulator, sent, peeked, received and updated", () => {
  for (const [what, text] of [
    ["empty", ""],
    ["plain", "hello"],
    ["a blank", " "],
    ["blanks at both ends", "  two before, three after   "],
    ["tabs", "\ta\tb\t"],
    ["line feeds", "\na\n\nb\n"],
    ["carriage returns", "\ra\r\rb\r"],
    ["CRLF", "\r\na\r\n\r\nb\r\n"],
    ["all white space", "\t\n\r \r\n\t"],
    ["XML specials", `<a href="x" title='y'>&amp; & < > </a>`],
    ["entities, literally", "&lt;&gt;&amp;&quot;&apos;&nbsp;"],
    ["a character reference, literally", "a&#xD;b&#13;c&#x1F600;"],
    ["the end of CDATA", "a]]>b]]&gt;c"],
    ["a CDATA section", "<![CDATA[ <x> & ]]>"],
    ["a comment and a processing instruction", "<!-- x --><?y z?>"],
    ["a whole document", '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY y "z">]><x>&y;</x>'],
    ["an envelope of its own", "<QueueMessage><MessageText>x</MessageText></QueueMessage>"],
    ["JSON", JSON.stringify({ text: 'é"\\\n', list: [1, null] })],
    ["percent signs and pluses", "100%25+%2B %"],
    ["two bytes a character", "Grüße, žluťoučký kůň, Ελλάδα"],
    ["three bytes a character", "漢字かな交じり文"],
    ["astral characters", "😀👩‍👩‍👧‍👦𝒳🏴󠁧󠁢󠁥󠁮󠁧󠁿"],
    ["combining and composed characters", "e\u0301 é \u1100\u1161 가 \u202e\u0628"],
    ["U+0085 and U+2028", "a\u0085b\u2028c\u2029d"],
    ["delete and C1 controls", "\u007f\u0080\u009f"],
    ["a byte order mark and no-break spaces", "\ufeffa\u00a0\u200b\ufeff"],
    ["the replacement character", "\ufffd"],
    ["non-characters that XML allows", "\ufdd0\u{1fffe}\u{10ffff}"],
    ["as much as may be, in ASCII", "x".repeat(limit)],
    ["as much as may be, in XML specials", "<&>".repeat(limit / 4).slice(0, limit / 4)],
  ]) {
    test(what, async () => {
      assert.equal((await queue.sendMessage(text)).content, text);
      assert.equal((await queue.peekMessages())[0].content, text);
      const message = await queue.receiveMessage({ visibilityTimeout: 600 });
      assert.equal(message.content, text);
      const other = await queue.updateMessage(message, { content: "something else", visibilityTimeout: 600 });
      const updated = await queue.updateMessage(other, { content: text });
      assert.equal(updated.content, text);
      const again = await queue.receiveMessage();
      assert.equal(again.content, text);
      await queue.deleteMessage(again);
    });
  }
});

describe("texts of many sizes in one page", () => {
  // More than these bytes together cross in several texts.
  const together = 32 * 1024;
  const around = [together - 40, together - 1, together, together + 1, limit];
  const sizes = [0, 1, ...around, 0, 3, ...around.flatMap((size) => [size, 1, size / 2, 0]), limit, limit].map(
    Math.floor,
  );

  for (const character of ["x", "é", "漢", "😀"]) {
    test(character, async () => {
      const bytes = Buffer.byteLength(character);
      const texts = sizes.map((size, i) =>
        `${i}${character.repeat(Math.max(0, size / bytes - 2))}`.slice(size === 0 ? 2 : 0),
      );
      const fetch = script(messagePage(...texts));
      const messages = await new QueueClient(account.url, "orders", account.sas, { fetch }).peekMessages({
        maxMessages: 32,
      });
      assert.deepEqual(
        messages.map(({ id, content }) => [id, content]),
        texts.map((text, i) => [`id-${i + 1}`, text]),
      );
    });
  }
});

describe("the limit of 65,536 bytes after encoding", () => {
  const client = (messageEncoding) => {
    const headers = { "x-ms-popreceipt": "r", "x-ms-time-next-visible": "Fri, 02 Jan 2026 03:04:35 GMT" };
    const fetch = script(({ method }) => (method === "POST" ? sent : { status: 204, headers }));
    return { fetch, queue: new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding }) };
  };

  for (const [character, bytes] of [
    ["x", 1],
    ["<", 1],
    ["é", 2],
    ["漢", 3],
    ["😀", 4],
  ]) {
    const whole = character.repeat(Math.floor(limit / bytes)) + "x".repeat(limit % bytes);

    test(`${bytes} byte(s) a character (${character}): exactly the limit is sent`, async () => {
      assert.equal(Buffer.byteLength(whole), limit);
      const { fetch, queue } = client();
      await queue.sendMessage(whole);
      await queue.updateMessage("id-1", { popReceipt: "r", content: whole });
      for (const { body } of fetch.requests) {
        assert.ok(body.includes(`<MessageText>${whole.replaceAll("<", "&lt;")}</MessageText>`));
      }
    });

    test(`${bytes} byte(s) a character (${character}): one byte more is refused, with the numbers`, async () => {
      const { fetch, queue } = client();
      const tooLong = `${whole}x`;
      for (const call of [
        () => queue.sendMessage(tooLong),
        () => queue.updateMessage("id-1", { popReceipt: "r", content: tooLong }),
      ]) {
        const error = await rejection(call());
        assert.ok(error instanceof RangeError);
        assert.match(error.message, /content .*65536 bytes.*65537 bytes/);
      }
      assert.equal(fetch.requests.length, 0);
    });
  }

  for (const [messageEncoding, make] of [
    ["base64", (length) => "x".repeat(length)],
    ["base64-bytes", (length) => new Uint8Array(length)],
    [
      { encode: (bytes) => Buffer.from(bytes).toString("base64"), decode: (text) => text },
      (length) => Buffer.alloc(length),
    ],
  ]) {
    test(`${typeof messageEncoding === "string" ? messageEncoding : "a codec"}: 49,152 bytes fit, one more does not`, async () => {
      const { fetch, queue } = client(messageEncoding);
      await queue.sendMessage(make(49_152));
      assert.equal(fetch.requests.length, 1);
      const error = await rejection(queue.sendMessage(make(49_153)));
      assert.ok(error instanceof RangeError);
      assert.match(error.message, /content .*65536 bytes.*65540 bytes/);
      if (typeof messageEncoding === "string") assert.match(error.message, /49153 bytes/);
      assert.equal(fetch.requests.length, 1);
    });
  }
});

describe("characters that XML 1.0 forbids", () => {
  const fetch = script(sent);
  const client = (messageEncoding) => new QueueClient(account.url, "orders", account.sas, { fetch, messageEncoding });
  const forbidden = ["\0", "\u0001", "\u0008", "\u000b", "\u000c", "\u000e", "\u001b", "\u001f", "\ufffe", "\uffff"];

  for (const character of forbidden) {
    const name = `U+${character.charCodeAt(0).toString(16).toUpperCase().padStart(4, "0")}`;
    test(`${name} is refused, with its position`, async () => {
      const before = fetch.requests.length;
      for (const [content, position] of [
        [character, 0],
        [`ab${character}c${character}`, 2],
        [`😀é${character}`, 3],
      ]) {
        for (const call of [
          () => client().sendMessage(content),
          () => client().updateMessage("id-1", { popReceipt: "r", content }),
          () => client({ encode: (text) => text, decode: (text) => text }).sendMessage(content),
        ]) {
          const error = await rejection(call());
          assert.ok(error instanceof RangeError);
          assert.match(error.message, new RegExp(`^content .*${name.replace("+", "\\+")} at position ${position}\\b`));
        }
      }
      assert.equal(fetch.requests.length, before);
    });
  }

  test("all of them can be sent in Base64", async () => {
    await client("base64").sendMessage(forbidden.join(""));
    const [, text] = /<MessageText>(.*)<\/MessageText>/.exec(fetch.requests.at(-1).body);
    assert.equal(Buffer.from(text, "base64").toString(), forbidden.join(""));
  });

  for (const [what, content] of [
    ["the first half alone", "a\ud83d"],
    ["the second half alone", "\ude00b"],
    ["the halves the wrong way round", "\ude00\ud83d"],
    ["a half beside whole ones", "😀\ud83d😀"],
    ["a half beside a replacement character", "\ufffd\ud83d"],
  ]) {
    test(`${what} of a surrogate pair is refused, in every encoding`, async () => {
      const before = fetch.requests.length;
      for (const messageEncoding of ["text", "base64"]) {
        const error = await rejection(client(messageEncoding).sendMessage(content));
        assert.ok(error instanceof RangeError);
        assert.match(error.message, /^content .*surrogate/);
      }
      assert.equal(fetch.requests.length, before);
    });
  }
});

describe("texts as the service may write them", () => {
  for (const [what, xml, text] of [
    ["character references", "a&#xD;&#10;&#x9;b&#x1F600;&#233;", "a\r\n\tb😀é"],
    ["the five entities", "&lt;&gt;&amp;&quot;&apos;", `<>&"'`],
    ["CDATA", "a<![CDATA[<b> & ]] ]]>c", "a<b> & ]] c"],
    ["CDATA and references side by side", "<![CDATA[&#xD;]]>&#xD;", "&#xD;\r"],
    ["a comment between", "a<!-- x -->b", "ab"],
    ["nothing but blanks", "  \t ", "  \t "],
  ]) {
    test(what, async () => {
      const fetch = script(messagePage(xml));
      const client = new QueueClient(account.url, "orders", account.sas, { fetch });
      assert.equal((await client.receiveMessage()).content, text);
      assert.equal((await client.peekMessages())[0].content, text);
    });
  }

  for (const [what, element] of [
    ["<X/>", "<MessageText/>"],
    ["<X />", "<MessageText />"],
    ["<X></X>", "<MessageText></MessageText>"],
  ]) {
    test(`an empty text written as ${what}`, async () => {
      const { body } = messagePage("here");
      const fetch = script({ status: 200, body: `\ufeff${body.replace("<MessageText>here</MessageText>", element)}` });
      const client = new QueueClient(account.url, "orders", account.sas, { fetch });
      assert.equal((await client.receiveMessage()).content, "");
    });
  }
});
