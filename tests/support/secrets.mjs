// Secrets to plant, and a search for them in everything that a program could print.

import assert from "node:assert/strict";
import { Console } from "node:console";
import { Writable } from "node:stream";
import { inspect } from "node:util";

/** Made up for these tests, and shaped like real ones: with all that URLs and encoders treat differently. */
export const planted = {
  signature: "/yF3goS+7gAbcUo3YCWl0qvSCdVnCXKQg5/NdvcaSKY=",
  nextSignature: "7HSPfaj/q9yJt84+PTG+7v8HsMtHHwDFePE5tWbJ/ko=",
  key: "2FLCJ8ksOiQBgu+e/Vz+0dPWP+9K5G3cu6uCBVlDKhj+QTsgyjydCIBfFV/6L77LSQ3P5sQo2RoI+b+mxbIeZA==",
  delegationKey: "Z0aAKO38D+ZG03DttC/DMftBzZ85jaR0IHYl6jD+gZc=",
  token:
    "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL3N0b3JhZ2UuYXp1cmUuY29tIiwib2lkIjoiMSJ9." +
    "E_QsDIi8Ki6-AEotdYUMEYytTuwRpa-1neeAy1LVdx_LrtlERoPsuXWxHgickhEitCSx55OoSQOWiUt8rQ_RLw",
  nextToken: "e9HbDc-w_wLJ_PozehGfqW_I6NLA_wjt84eUqt0FLA7-bYZnDlxk2lQTcabuWEFXN06A7apAGK54NbGcARsa9A",
};

const percent = (text, which) =>
  text.replace(which, (character) => `%${character.charCodeAt(0).toString(16).toUpperCase()}`);
const base64 = (text, alphabet = "base64") => Buffer.from(text).toString(alphabet);

/** How a text comes back from outside. */
export const forms = {
  plain: (text) => text,
  "in small letters": (text) => text.toLowerCase(),
  "percent-encoded": encodeURIComponent,
  "percent-encoded with small letters": (text) => encodeURIComponent(text).replace(/%../g, (t) => t.toLowerCase()),
  "percent-encoded in part": (text) => percent(text, /\+/g),
  "percent-encoded all over": (text) => percent(text, /./g),
  "percent-encoded twice": (text) => encodeURIComponent(encodeURIComponent(text)),
  "in Base64": base64,
  "in Base64 without padding": (text) => base64(text).replace(/=+$/, ""),
  "in the Base64 of URLs": (text) => base64(text, "base64url"),
  "in the Base64 of a header": (text) => base64(`Authorization: Bearer ${text}\r\n`),
  "in the Base64 of a URL": (text) => base64(`https://host/?sig=${encodeURIComponent(text)}&sv=1`),
};

/** As many characters of a secret must not be seen in a row. */
const TOO_MANY = 16;

/** What betrays a secret: any long enough piece of it, and its Base64, wherever in an encoded text it may begin. */
function tracesOf(secret) {
  const pieces = [secret, encodeURIComponent(secret)].flatMap((text) => {
    const starts = Array.from({ length: Math.ceil(text.length / TOO_MANY) }, (_, index) => index * TOO_MANY);
    return starts.map((start) => text.slice(Math.min(start, text.length - TOO_MANY)).slice(0, TOO_MANY));
  });
  const encoded = pieces.flatMap((piece) =>
    ["base64", "base64url"].flatMap((alphabet) =>
      [0, 1, 2].map((before) => {
        const whole = base64(" ".repeat(before) + piece, alphabet);
        // Its first and last digits depend on what is around it.
        return whole.slice(Math.ceil((before * 4) / 3), Math.floor(((before + TOO_MANY) * 4) / 3));
      }),
    ),
  );
  return new Set([...pieces, ...encoded].map((trace) => trace.toLowerCase()));
}

const decoded = (text) =>
  text.replace(/%([0-9a-f]{2})/gi, (_, digits) => String.fromCharCode(Number.parseInt(digits, 16)));

/**
 * Where which secret is seen, in whichever of its {@link forms}.
 * @param texts pairs of where a text is from, and the text
 * @param secrets texts by their names
 */
export function leaks(texts, secrets = planted) {
  const nameOf = new Map(
    Object.entries(secrets).flatMap(([name, secret]) => [...tracesOf(secret)].map((trace) => [trace, name])),
  );
  const any = new RegExp([...nameOf.keys()].map((trace) => trace.replace(/[+/.]/g, "\\$&")).join("|"), "g");
  const found = new Set();
  // The same text in another place says nothing new.
  for (const [text, where] of new Map(texts.map(([where, text]) => [text, where]).reverse())) {
    const once = decoded(text);
    const readings = [...new Set([text, once, decoded(once)])].join("\n").toLowerCase();
    for (const [trace] of readings.matchAll(any)) found.add(`${where}: ${nameOf.get(trace)}`);
  }
  return [...found];
}

/** All that can be got out of a value: what it prints as, and every property of it at every depth. */
export function everythingOf(value, name = "it") {
  const texts = [];
  const add = (where, make) => texts.push([`${name} ${where}`, attempt(make)]);
  add("as a string", () => `${String(value)} ${value}`);
  add("inspected", () => show(value));
  add("cloned", () => show(structuredClone(value)));
  add("printed", () => print(value));
  walk(value, name, texts, new Set());
  return texts;
}

/** Fails where a secret is to be seen in what can be got out of these values, given by their names. */
export function assertHidden(values, secrets) {
  const texts = Object.entries(values).flatMap(([name, value]) => everythingOf(value, name));
  assert.deepEqual(leaks(texts, secrets), []);
}

function attempt(make) {
  try {
    return String(make());
  } catch (error) {
    return show(error);
  }
}

const show = (value) =>
  inspect(value, {
    depth: Number.POSITIVE_INFINITY,
    showHidden: true,
    getters: true,
    maxStringLength: null,
    maxArrayLength: null,
  });

function print(value) {
  let text = "";
  const stream = new Writable({
    write(chunk, _, done) {
      text += chunk;
      done();
    },
  });
  const console = new Console(stream);
  console.log(value);
  console.log("%s %o %j", value, value, value);
  return text;
}

/** Every property, be it of a prototype, hidden, a symbol or a getter; every entry; bytes as text. */
function walk(value, where, texts, seen) {
  const isObject = (typeof value === "object" && value !== null) || typeof value === "function";
  if (!isObject) {
    texts.push([where, String(value)]);
    return;
  }
  if (seen.has(value)) return;
  seen.add(value);
  if (ArrayBuffer.isView(value)) {
    texts.push([where, Buffer.from(value.buffer, value.byteOffset, value.byteLength).toString("latin1")]);
    return;
  }
  if (typeof value === "object") {
    texts.push(
      [`${where} as JSON`, attempt(() => JSON.stringify(value))],
      [`${where} as a string`, attempt(() => value)],
    );
  }
  if (typeof value.entries === "function" && !Array.isArray(value)) {
    for (const [index, entry] of [...value.entries()].entries()) walk(entry, `${where}[${index}]`, texts, seen);
  }
  for (let owner = value; owner !== null && !builtIn.has(owner); owner = Object.getPrototypeOf(owner)) {
    for (const key of Reflect.ownKeys(owner)) {
      if (key === "constructor" || key === "prototype") continue;
      texts.push([`a key of ${where}`, String(key)]);
      let property;
      try {
        property = value[key];
      } catch (error) {
        property = error;
      }
      walk(property, `${where}.${String(key)}`, texts, seen);
    }
  }
}

const builtIn = new Set([Object, Function, Array, Promise].flatMap((Class) => [Class, Class.prototype]));
