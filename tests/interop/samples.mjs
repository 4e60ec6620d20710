// What the tests of both peers send and set.

/** `length` characters of ASCII without blanks, of which no two stretches are the same. */
const long = (length) =>
  Array.from({ length: Math.ceil(length / 6) }, (_, i) => `${i}`.padStart(6, "-"))
    .join("")
    .slice(0, length);

const texts = {
  empty: "",
  "XML specials": `<a b="1" c='2'>&amp; & ]]> <![CDATA[x]]> &#65;</a>`,
  "line feeds": "\none\n\ntwo\n",
  tabs: "\tone\t",
  "carriage returns": "\rone\r\rtwo\r",
  "carriage returns and line feeds": "\r\none\r\n\n\rtwo\r\n",
  "blanks at the ends": "  both  ends   ",
  "blanks alone": "   ",
  "many scripts": "é ß Ω Ж 漢 한 שלום",
  "astral characters": "😀 𝒳 👩‍👩‍👧 \u{10FFFD}",
  "byte order marks": "\uFEFFtext\uFEFF",
  JSON: `{"id": 7, "text": "a \\"b\\" \\u0000"}`,
};

export const plainTexts = { ...texts, "65,536 bytes": long(65_536) };

export const base64Texts = {
  ...texts,
  "characters that XML forbids": "\0 \u0008 \u001F \uFFFE \uFFFF",
  "65,536 bytes in Base64": long(49_152),
};

export const bytes = {
  "one byte": Uint8Array.of(0),
  "two bytes": Uint8Array.of(255, 254),
  "no UTF-8": Uint8Array.of(0xc3, 0x28, 0xff),
  "every byte": Uint8Array.from({ length: 256 }, (_, byte) => byte),
  "65,536 bytes in Base64": Uint8Array.from({ length: 49_152 }, (_, i) => (i * i) % 251),
};

/** Metadata with names that a plain sort of the headers puts in another order than the one that is signed. */
export const metadata = { a_1: "with underscore", a1: "without", A: "upper case" };

/** The same as read from headers, whose names `fetch` gives in lower case. */
export const lowerCase = { a_1: "with underscore", a1: "without", a: "upper case" };

export const metadataValues = {
  specials: `<a b="1">&amp; ]]></a>`,
  inside: "a  b",
  all: String.raw`!#$%'()*+,-./:;=?@[\]^_{|}~`,
};

/** Access policies; Azurite refuses one without a field. */
export const policies = {
  all: { start: new Date("2030-01-02T03:04:05Z"), expiry: new Date("2031-02-03T04:05:06Z"), permission: "raup" },
  "expiry alone": { expiry: new Date("2031-02-03T04:05:06Z") },
  "permission alone": { permission: "rp" },
  "<&> é": { start: new Date("2030-01-02T03:04:05Z"), permission: "a" },
};

/** Service properties, as this package has them. */
export const settings = {
  analyticsLogging: {
    version: "1.0",
    delete: true,
    read: false,
    write: true,
    retentionPolicy: { enabled: true, days: 5 },
  },
  hourMetrics: { version: "1.0", enabled: true, includeApis: true, retentionPolicy: { enabled: true, days: 365 } },
  minuteMetrics: { version: "1.0", enabled: false, retentionPolicy: { enabled: false } },
  cors: [
    {
      allowedOrigins: ["https://one.example", "https://two.example"],
      allowedMethods: ["GET", "PUT"],
      allowedHeaders: ["x-ms-*", "content-type"],
      exposedHeaders: ["x-ms-popreceipt"],
      maxAgeInSeconds: 600,
    },
    { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], exposedHeaders: [], maxAgeInSeconds: 0 },
  ],
};
