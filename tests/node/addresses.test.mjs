// The known answers of account URLs, queue URLs and connection strings, through the public classes.
//
// Where ours differ on purpose: `url` shows `sig=REDACTED`; the vectors' queue "q1" is too short for the service, so
// that "queue1" stands in its place; host.docker.internal is an emulator, as in the JavaScript client.

import assert from "node:assert/strict";
import { describe, test } from "node:test";
import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account, emptyPage, failure, knownAnswers, rejection, script } from "../support/script.mjs";

const vectors = knownAnswers("vectors.json");
const { key_base64: accountKey } = vectors.constants;

const longer = (url) => url.replace(/\/q1(?=\/?$|\?)/, "/queue1");
const redacted = (url) => url.replace(/([?&]sig=)[^&]*/, "$1REDACTED");
const credentialOf = (given) =>
  given === "dict" || given === "AzureNamedKeyCredential"
    ? { accountName: "myacct", accountKey }
    : (given ?? undefined);

/** A bad address is refused with a plain error that names the argument. */
function refused(make, argument) {
  assert.throws(make, (error) => {
    assert.ok(error instanceof TypeError || error instanceof RangeError, `${error}`);
    assert.equal(error.code, "InvalidArgument");
    assert.match(error.message, new RegExp(`^${argument} must be `));
    return true;
  });
}

/** How the requests of a client prove themselves. */
async function proof(make) {
  const fetch = script(emptyPage);
  await make({ fetch }).peekMessages();
  const [{ url, headers }] = fetch.requests;
  return { sig: url.searchParams.get("sig"), scheme: headers.authorization?.split(" ")[0] };
}

describe("connection strings", () => {
  const cases = vectors.connection_strings;
  test("all are here", () => assert.equal(cases.length, 17));

  for (const { input, credential_argument: credential, error, client } of cases) {
    const given = credential ? `${input} and a credential` : input;
    if (error) {
      test(`${JSON.stringify(given)} is refused`, () => {
        refused(() => QueueClient.fromConnectionString(input, "queue1"), "connectionString");
        refused(() => QueueServiceClient.fromConnectionString(input), "connectionString");
      });
      continue;
    }
    test(JSON.stringify(given), async () => {
      const options = credential ? { credential } : undefined;
      const queue = QueueClient.fromConnectionString(input, "queue1", options);
      assert.equal(queue.getUrlWithSas(), longer(client.url));
      assert.equal(queue.url, redacted(longer(client.url)));
      assert.equal(queue.accountName, client.account_name);
      assert.equal(queue.primaryHostname, client.primary_hostname);
      assert.equal(queue.secondaryHostname ?? "", client.secondary_hostname);
      const service = QueueServiceClient.fromConnectionString(input, options);
      assert.equal(service.primaryHostname, client.primary_hostname);
      const made = (more) => QueueClient.fromConnectionString(input, "queue1", { ...options, ...more });
      const byKey = client.credential_kind === "SharedKeyCredentialPolicy";
      assert.deepEqual(
        await proof(made),
        byKey ? { sig: null, scheme: "SharedKey" } : { sig: "abc=", scheme: undefined },
      );
    });
  }
});

describe("account URLs", () => {
  const cases = vectors.account_urls;
  test("all are here", () => assert.equal(cases.length, 17));

  for (const answer of cases) {
    const { account_url: url, kwargs } = answer;
    const credential = credentialOf(answer.credential);
    const options = kwargs.secondary_hostname ? { secondaryHostname: kwargs.secondary_hostname } : undefined;
    const kind = answer.credential ?? "no credential";
    const name = `${JSON.stringify(url)} with ${kind === accountKey ? "a key" : kind}${options ? " and an option" : ""}`;

    if (url.includes("host.docker.internal")) {
      test(`${name} is an emulator`, () => {
        const service = new QueueServiceClient(url, credential);
        assert.equal(service.accountName, answer.js_account_name);
        assert.equal(service.url, "http://host.docker.internal:10001/devstoreaccount1/");
        assert.equal(service.secondaryHostname, "host.docker.internal:10001/devstoreaccount1-secondary");
      });
      continue;
    }
    if (answer.error) {
      test(`${name} is refused`, () => {
        const argument = answer.error.includes("account name") ? "credential" : "accountUrl";
        refused(() => new QueueServiceClient(url, credential, options), argument);
        refused(() => new QueueClient(url, "queue1", credential, options), argument);
      });
      continue;
    }
    test(name, () => {
      const service = new QueueServiceClient(url, credential, options);
      const queue = new QueueClient(url, "queue1", credential, options);
      assert.equal(service.getUrlWithSas(), answer.service_url);
      assert.equal(service.url, redacted(answer.service_url));
      assert.equal(queue.getUrlWithSas(), longer(answer.queue_url));
      assert.equal(queue.primaryEndpoint, redacted(longer(answer.primary_endpoint)));
      for (const client of [service, queue]) {
        assert.equal(client.accountName, answer.account_name);
        assert.equal(client.primaryHostname, answer.primary_hostname);
        assert.equal(client.secondaryHostname ?? "", answer.secondary_hostname);
      }
      const toSecondary = () => {
        queue.locationMode = "secondary";
      };
      if (answer.location_mode_secondary === "ok") {
        assert.equal(queue.secondaryEndpoint, redacted(longer(answer.secondary_endpoint)));
        toSecondary();
        assert.equal(queue.url, queue.secondaryEndpoint);
      } else {
        refused(() => queue.secondaryEndpoint, "secondaryHostname");
        refused(toSecondary, "secondaryHostname");
      }
    });
  }
});

describe("queue URLs", () => {
  const cases = vectors.queue_urls;
  test("all are here", () => assert.equal(cases.length, 8));

  for (const answer of cases) {
    const given = longer(answer.queue_url);
    if (answer.error) {
      test(`${JSON.stringify(given)} is refused`, () => refused(() => QueueClient.fromQueueUrl(given), "queueUrl"));
    } else if (answer.queue_name === "a b") {
      test("a name with a blank is read, and refused since no queue can have it", () => {
        assert.throws(() => QueueClient.fromQueueUrl(given), {
          name: "RangeError",
          message: /^queueName .*; got "a b"$/,
        });
      });
    } else {
      test(JSON.stringify(given), () => {
        const queue = QueueClient.fromQueueUrl(given);
        assert.equal(queue.queueName, "queue1");
        assert.equal(queue.accountName, answer.account_name);
        assert.equal(queue.primaryHostname, answer.primary_hostname);
        assert.equal(queue.getUrlWithSas(), longer(answer.url));
        assert.equal(queue.url, redacted(longer(answer.url)));
      });
    }
  }
});

describe("other addresses", () => {
  for (const [url, accountName, hostname] of [
    ["myacct.queue.core.windows.net", "myacct", "myacct.queue.core.windows.net"],
    ["HTTPS://myacct.queue.core.windows.net", "myacct", "myacct.queue.core.windows.net"],
    ["https://myacct.queue.core.windows.net:443/", "myacct", "myacct.queue.core.windows.net:443"],
    ["https://myacct-ipv6.queue.core.windows.net", "myacct", "myacct-ipv6.queue.core.windows.net"],
    ["http://[::1]:10001/devstoreaccount1", "devstoreaccount1", "[::1]:10001/devstoreaccount1"],
    ["http://azurite:10001/devstoreaccount1", "devstoreaccount1", "azurite:10001/devstoreaccount1"],
    ["https://queues.example.com", undefined, "queues.example.com"],
  ]) {
    test(url, () => {
      const service = new QueueServiceClient(url, "sv=2020-12-06&sig=abc");
      assert.equal(service.accountName, accountName);
      assert.equal(service.primaryHostname, hostname);
    });
  }

  for (const input of [
    "AccountName=myacct;SharedAccessSignature=nonsense",
    "QueueEndpoint=ftp://myacct.queue.core.windows.net;AccountName=myacct",
    "AccountName=myacct;AccountKey=not base64",
    ";",
    " ",
  ]) {
    test(`the connection string ${JSON.stringify(input)} is refused`, () => {
      assert.throws(
        () => QueueServiceClient.fromConnectionString(input),
        (error) => {
          assert.ok(error instanceof RangeError || error instanceof TypeError, `${error}`);
          return true;
        },
      );
    });
  }
});

describe("as it comes from a portal, a file or a variable", () => {
  const { sas, name, key } = account;
  const made = (text, options) => QueueClient.fromConnectionString(text, "queue1", options);

  for (const [what, make] of [
    ["a connection string with a line feed", () => made(`AccountName=${name};AccountKey=${key}\n`)],
    ["a connection string in quotes", () => made(`"AccountName=${name};AccountKey=${key};"`)],
    ["a connection string, one pair a line", () => made(`AccountName=${name};\r\n AccountKey=${key} ;\n`)],
    ["a key with a line feed", () => new QueueClient(account.url, "queue1", `${key}\n`)],
    [
      "a key in an object with a line feed",
      () => new QueueClient(account.url, "queue1", { accountName: name, accountKey: ` ${key}\n` }),
    ],
    ["a SAS in quotes", () => new QueueClient(account.url, "queue1", `"${sas}"\n`)],
    ["a SAS with a byte order mark", () => new QueueClient(account.url, "queue1", `\ufeff?${sas}`)],
    ["a URL with a line feed", () => new QueueClient(`${account.url}/\n`, "queue1", sas)],
    ["a URL in quotes", () => QueueClient.fromQueueUrl(`"${account.url}/queue1?${sas}"`)],
    ["a URL object", () => QueueClient.fromQueueUrl(new URL(`${account.url}/queue1?${sas}`))],
    [
      "a URL in capital letters",
      () => new QueueClient(account.url.toUpperCase().replace("HTTPS", "https"), "queue1", key),
    ],
  ]) {
    test(what, async () => {
      const client = make();
      assert.equal(client.primaryEndpoint.replace(/\?.*/, ""), `${account.url}/queue1`);
      assert.equal(client.accountName, name);
    });
  }

  for (const [what, make, message] of [
    [
      "a connection string for a SAS",
      () => new QueueClient(account.url, "queue1", `AccountName=a;AccountKey=${key}`),
      /a connection string, which only the constructors for connection strings take/,
    ],
    [
      "a URL for a SAS",
      () => new QueueClient(account.url, "queue1", `${account.url}?${sas}`),
      /a URL: only what follows its "\?"/,
    ],
    [
      "a SAS without its signature",
      () => new QueueClient(account.url, "queue1", sas.replace(/&sig=.*/, "")),
      /without a signature/,
    ],
    [
      "the URL of another service",
      () => new QueueServiceClient(account.url.replace("queue", "blob"), sas),
      /a URL of the blob service/,
    ],
    [
      "a connection string without a key",
      () => made(`AccountName=${name}`),
      /no credential: neither AccountName with AccountKey/,
    ],
    [
      "a connection string with a misspelt key",
      () => made(`AccountName=${name};AcountKey=${key}`),
      /the setting is called AccountKey; got the unknown setting "AcountKey"$/,
    ],
    ...["&", "&amp;", ",", " ", "\n"].flatMap((separator) => [
      [
        `pairs joined by ${JSON.stringify(separator)}`,
        () => made(`DefaultEndpointsProtocol=https${separator}AccountName=${name}${separator}AccountKey=${key}`),
        /^connectionString must be "Key=Value" pairs joined by ";"; got Account(Name|Key) in the value of "Default/,
      ],
      [
        `a key behind which ${JSON.stringify(separator)} stands for ";"`,
        () => made(`AccountName=${name};AccountKey=${key}${separator}EndpointSuffix=core.windows.net`),
        /^connectionString must be "Key=Value" pairs joined by ";"; got EndpointSuffix in the value of "AccountKey"$/,
      ],
    ]),
    ...[
      [
        "a misspelt endpoint",
        "QeueEndpoint=http://127.0.0.1:10001/dev",
        /called QueueEndpoint; got the unknown setting/,
      ],
      ["an endpoint suffix with a scheme", "EndpointSuffix=https://core.windows.net", /got EndpointSuffix with /],
    ].map(([what, setting, message]) => [
      what,
      () => made(`AccountName=${name};AccountKey=${key};${setting}`),
      message,
    ]),
    [
      "pairs with a SAS joined by &amp;",
      () => made(`QueueEndpoint=${account.url}&amp;SharedAccessSignature=${sas}`),
      /got SharedAccessSignature in the value of "QueueEndpoint"$/,
    ],
    ["a host for a connection string", () => made(`${name}.queue.core.windows.net`), /got text without any pair$/],
    ...[Buffer.from(`AccountName=${name};AccountKey=${key}`).toString("base64")].flatMap((text) => [
      [
        "a connection string in Base64 for a key",
        () => new QueueClient(account.url, "queue1", { accountName: name, accountKey: text }),
        /^accountKey must be an account key, which is Base64; got a connection string in Base64/,
      ],
      [
        "a connection string in Base64 for a credential",
        () => new QueueClient(account.url, "queue1", text),
        /got a connection string in Base64/,
      ],
    ]),
    ["a key without a name", () => made(`QueueEndpoint=${account.url};AccountKey=${key}`), /no credential/],
    [
      "an account name that is a URL",
      () => made(`AccountName=evil.example/#;AccountKey=${key}`),
      /^accountName must be/,
    ],
  ]) {
    test(`${what} is refused with the reason`, () => {
      assert.throws(make, (error) => {
        assert.match(error.message, message);
        assert.ok(!error.message.includes(account.signature) && !error.message.includes(key), error.message);
        return true;
      });
    });
  }

  test("a connection string without a credential is one with options.credential, which wins over its SAS", async () => {
    for (const text of [`AccountName=${name}`, `AccountName=${name};SharedAccessSignature=${sas}`]) {
      const credential = { getToken: () => ({ token: "token-1", expiresOnTimestamp: 9e12 }) };
      const fetch = script(emptyPage);
      await made(text, { credential, fetch }).peekMessages();
      const [{ url, headers }] = fetch.requests;
      assert.deepEqual([headers.authorization, url.searchParams.get("sig")], ["Bearer token-1", null]);
    }
  });

  test("a client without a credential says so when it is refused", async () => {
    const fetch = script(failure(401, "NoAuthenticationInformation"));
    const error = await rejection(new QueueClient(account.url, "queue1", undefined, { fetch }).peekMessages());
    assert.match(error.message, /This client has no credential\.$/);
  });
});

describe("a SAS or a token goes to no host that nobody named", () => {
  const suffix = "core.chinacloudapi.cn";
  const custom = `AccountName=contoso;EndpointSuffix=${suffix};QueueEndpoint=https://queues.example.com`;
  for (const [what, make, secondary] of [
    [
      "a SAS",
      () => QueueServiceClient.fromConnectionString(`${custom};SharedAccessSignature=${account.sas}`),
      undefined,
    ],
    [
      "a token",
      () => QueueServiceClient.fromConnectionString(custom, { credential: { getToken: () => null } }),
      undefined,
    ],
    [
      "a key, of which a signature goes",
      () => QueueServiceClient.fromConnectionString(`${custom};AccountKey=${account.key}`),
      `contoso-secondary.queue.${suffix}`,
    ],
  ]) {
    test(what, () => assert.equal(make().secondaryHostname, secondary));
  }
});
