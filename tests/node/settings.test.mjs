// The settings of the queue service, its statistics, user delegation keys.

import assert from "node:assert/strict";
import { after, before, beforeEach, describe, test } from "node:test";
import { browserCorsRule, QueueServiceClient } from "../../dist/index.js";
import { startAzurite } from "../support/azurite.mjs";
import { account, failure, rejection, script } from "../support/script.mjs";

let azurite;
let service;

before(async () => {
  azurite = await startAzurite();
  service = QueueServiceClient.fromConnectionString(azurite.connectionString);
});
after(() => azurite.stop());

const forDays = (days) => ({ enabled: true, days });
const forEver = { enabled: false };

const all = {
  analyticsLogging: { version: "1.0", delete: true, read: false, write: true, retentionPolicy: forDays(7) },
  hourMetrics: { version: "1.0", enabled: true, includeApis: true, retentionPolicy: forDays(365) },
  minuteMetrics: { version: "1.0", enabled: true, includeApis: false, retentionPolicy: forDays(1) },
  cors: [
    {
      allowedOrigins: ["https://a.example", "https://b.example:8080"],
      allowedMethods: ["GET", "PUT", "DELETE"],
      allowedHeaders: ["x-ms-*", "content-type"],
      exposedHeaders: ["x-ms-popreceipt", "x-ms-meta-*"],
      maxAgeInSeconds: 60,
    },
    { allowedOrigins: ["*"], allowedMethods: ["GET"], allowedHeaders: [], exposedHeaders: [], maxAgeInSeconds: 0 },
  ],
};

describe("origins of a CORS rule", () => {
  const rule = (origin) => ({ ...all.cors[1], allowedOrigins: ["https://a.example", origin] });

  for (const origin of [
    "https://app.example.com/",
    "app.example.com",
    "https://App.example.com",
    "https://a.example:443",
  ]) {
    test(`${origin} is refused, since no browser sends it`, async () => {
      const fetch = script({ status: 202 });
      const client = new QueueServiceClient(account.url, account.sas, { fetch });
      const error = await rejection(client.setServiceProperties({ cors: [rule(origin)] }));
      assert.ok(error instanceof RangeError, `${error}`);
      assert.match(error.message, /^cors.allowedOrigins must be origins as browsers send them/);
      assert.throws(() => browserCorsRule(origin), /^RangeError: origins must be origins as browsers send them/);
      assert.equal(fetch.requests.length, 0);
    });
  }

  for (const origin of [
    "capacitor://localhost",
    "tauri://localhost",
    "chrome-extension://abcdefgh",
    "https://*.example.com",
  ]) {
    test(`${origin} is allowed`, async () => {
      await service.setServiceProperties({ cors: [rule(origin)] });
      assert.deepEqual((await service.getServiceProperties()).cors[0].allowedOrigins, ["https://a.example", origin]);
      assert.deepEqual(browserCorsRule(origin).allowedOrigins, [origin]);
    });
  }
});

describe("service properties", () => {
  beforeEach(() => service.setServiceProperties(all));

  test("what is set is what is got, every field of it", async () => {
    assert.deepEqual(await service.getServiceProperties(), all);
  });

  const changes = {
    analyticsLogging: { version: "1.0", delete: false, read: true, write: false, retentionPolicy: forDays(30) },
    hourMetrics: { version: "1.0", enabled: true, includeApis: false, retentionPolicy: forEver },
    minuteMetrics: { version: "1.0", enabled: true, includeApis: true, retentionPolicy: forDays(2) },
    cors: [{ ...all.cors[1], allowedOrigins: ["https://c.example"], maxAgeInSeconds: 3600 }],
  };
  for (const [part, value] of Object.entries(changes)) {
    test(`setting ${part} leaves all other parts as they were`, async () => {
      assert.equal(await service.setServiceProperties({ [part]: value }), undefined);
      assert.deepEqual(await service.getServiceProperties(), { ...all, [part]: value });
    });
  }

  test("an empty list of CORS rules removes them, and nothing else", async () => {
    await service.setServiceProperties({ cors: [] });
    assert.deepEqual(await service.getServiceProperties(), { ...all, cors: [] });
  });

  test("what is left out of a part has its default", async () => {
    await service.setServiceProperties({
      analyticsLogging: {},
      hourMetrics: { enabled: true },
      minuteMetrics: {},
      cors: [{ allowedOrigins: ["*"], allowedMethods: ["GET"] }],
    });
    const got = await service.getServiceProperties();
    const none = { version: "1.0", delete: false, read: false, write: false, retentionPolicy: forEver };
    assert.deepEqual(got.analyticsLogging, none);
    assert.deepEqual(got.hourMetrics, { version: "1.0", enabled: true, includeApis: false, retentionPolicy: forEver });
    assert.equal(got.minuteMetrics.enabled, false);
    assert.deepEqual(got.minuteMetrics.retentionPolicy, forEver);
    assert.deepEqual(got.cors, [all.cors[1]]);
  });

  test("includeApis without metrics, and days without retention, are not sent", async () => {
    const fetch = script({ status: 202 });
    const scripted = new QueueServiceClient(account.url, account.sas, { fetch });
    const off = { enabled: false, includeApis: true, retentionPolicy: { enabled: false, days: 7 } };
    await scripted.setServiceProperties({ hourMetrics: off });
    assert.doesNotMatch(fetch.requests[0].body, /IncludeAPIs|Days/);
    await service.setServiceProperties({ hourMetrics: off });
    assert.equal((await service.getServiceProperties()).hourMetrics.enabled, false);
  });

  test("the request has its elements in the order of the reference, and only those that were given", async () => {
    const fetch = script({ status: 202 });
    const scripted = new QueueServiceClient(account.url, account.sas, { fetch });
    await scripted.setServiceProperties(all);
    await scripted.setServiceProperties({ cors: [] });
    const [whole, cleared] = fetch.requests;
    assert.equal(whole.method, "PUT");
    assert.equal(whole.url.origin + whole.url.pathname, `${account.url}/`);
    assert.equal(whole.url.searchParams.get("restype"), "service");
    assert.equal(whole.url.searchParams.get("comp"), "properties");
    assert.equal(whole.headers["content-type"], "application/xml");
    const elements = [...whole.body.matchAll(/<(\w+)>/g)].map(([, name]) => name).join(" ");
    const retention = "RetentionPolicy Enabled Days";
    const rule = "CorsRule AllowedOrigins AllowedMethods AllowedHeaders ExposedHeaders MaxAgeInSeconds";
    assert.equal(
      elements,
      `StorageServiceProperties Logging Version Delete Read Write ${retention} ` +
        `HourMetrics Version Enabled IncludeAPIs ${retention} MinuteMetrics Version Enabled IncludeAPIs ${retention} ` +
        `Cors ${rule} ${rule}`,
    );
    assert.match(cleared.body, /<StorageServiceProperties>(<Cors ?\/>|<Cors><\/Cors>)<\/StorageServiceProperties>$/);
  });
});

describe("service statistics", () => {
  test("come from the secondary endpoint of the emulator", async () => {
    const { host } = new URL(azurite.url);
    for (const secondaryHostname of [host, `${host}/devstoreaccount1-secondary`]) {
      const credential = { accountName: azurite.accountName, accountKey: azurite.accountKey };
      const client = new QueueServiceClient(azurite.url, credential, { secondaryHostname });
      const { geoReplication } = await client.getServiceStats();
      assert.equal(geoReplication.status, "live");
      assert.ok(geoReplication.lastSyncTime instanceof Date);
    }
  });

  test("of the emulator come from the secondary endpoint that it has beside each account", async () => {
    const { accountName, accountKey, url } = azurite;
    for (const client of [service, new QueueServiceClient(url, { accountName, accountKey })]) {
      assert.equal((await client.getServiceStats()).geoReplication.status, "live");
      assert.match(client.secondaryEndpoint, /\/devstoreaccount1-secondary\//);
    }
  });

  test("come from the secondary endpoint whatever the location mode", async () => {
    const body =
      "<StorageServiceStats><GeoReplication><Status>bootstrap</Status><LastSyncTime></LastSyncTime></GeoReplication></StorageServiceStats>";
    const fetch = script({ status: 200, body });
    const client = new QueueServiceClient(account.url, account.sas, { fetch });
    const stats = await client.getServiceStats();
    assert.deepEqual(stats, { geoReplication: { status: "bootstrap" } });
    const [{ url, method }] = fetch.requests;
    assert.equal(method, "GET");
    assert.equal(url.origin, account.secondaryUrl);
    assert.equal(url.searchParams.get("comp"), "stats");
  });

  test("the moment of the last synchronisation is read to the second", async () => {
    const body =
      "\ufeff<?xml version='1.0'?><StorageServiceStats><GeoReplication><Status>live</Status>" +
      "<LastSyncTime>Fri, 02 Jan 2026 03:04:05 GMT</LastSyncTime></GeoReplication></StorageServiceStats>";
    const client = new QueueServiceClient(account.url, account.sas, { fetch: script({ status: 200, body }) });
    const { geoReplication } = await client.getServiceStats();
    assert.equal(geoReplication.lastSyncTime.toISOString(), "2026-01-02T03:04:05.000Z");
  });

  test("an account without a secondary endpoint has none, and says so before it sends anything", async () => {
    const fetch = script({ status: 200 });
    const client = new QueueServiceClient("https://queues.example.com", account.sas, { fetch });
    const error = await rejection(client.getServiceStats());
    assert.ok(error instanceof RangeError);
    assert.match(error.message, /secondaryHostname .*no secondary endpoint/);
    assert.equal(fetch.requests.length, 0);
  });
});

describe("user delegation key", () => {
  const fields = {
    SignedOid: "11111111-2222-3333-4444-555555555555",
    SignedTid: "66666666-7777-8888-9999-000000000000",
    SignedStart: "2026-01-02T03:04:05Z",
    SignedExpiry: "2026-01-05T00:00:00Z",
    SignedService: "q",
    SignedVersion: "2026-02-06",
    SignedDelegatedUserTid: "99999999-aaaa-bbbb-cccc-dddddddddddd",
    Value: "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=",
  };
  const keyXml = (names) => {
    const elements = names.map((name) => `<${name}>${fields[name]}</${name}>`).join("");
    return {
      status: 200,
      body: `\ufeff<?xml version="1.0" encoding="utf-8"?><UserDelegationKey>${elements}</UserDelegationKey>`,
    };
  };
  const expiry = new Date("2026-01-05T00:00:00.900Z");
  let fetch;
  let client;
  let scopes;

  beforeEach(() => {
    fetch = script(keyXml(Object.keys(fields)));
    scopes = [];
    const credential = {
      async getToken(asked) {
        scopes.push(asked);
        return { token: "access-token", expiresOnTimestamp: Date.now() + 3_600_000 };
      },
    };
    client = new QueueServiceClient(account.url, credential, { fetch });
  });

  test("the request", async () => {
    await client.getUserDelegationKey({ start: "2026-01-02T03:04:05Z", expiry });
    const [{ method, url, headers, body }] = fetch.requests;
    assert.equal(method, "POST");
    assert.equal(url.href, `${account.url}/?restype=service&comp=userdelegationkey`);
    assert.equal(headers.authorization, "Bearer access-token");
    assert.equal(headers["content-type"], "application/xml");
    assert.equal(headers.accept, "application/xml");
    assert.equal(headers["x-ms-version"], "2026-02-06");
    assert.match(headers["x-ms-date"], /^(Mon|Tue|Wed|Thu|Fri|Sat|Sun), \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT$/);
    assert.match(
      body,
      /<KeyInfo><Start>2026-01-02T03:04:05Z<\/Start><Expiry>2026-01-05T00:00:00Z<\/Expiry><\/KeyInfo>$/,
    );
    assert.deepEqual(scopes.flat(), ["https://storage.azure.com/.default"]);
  });

  test("without a start none is sent; with a tenant the version is one that knows it", async () => {
    await client.getUserDelegationKey({ expiry, delegatedUserTenantId: "tenant & co" });
    const [{ headers, body }] = fetch.requests;
    assert.match(
      body,
      /<KeyInfo><Expiry>[^<]*<\/Expiry><DelegatedUserTid>tenant &amp; co<\/DelegatedUserTid><\/KeyInfo>$/,
    );
    assert.equal(headers["x-ms-version"], "2026-04-06");
  });

  test("every field of the result", async () => {
    assert.deepEqual(await client.getUserDelegationKey({ expiry }), {
      signedOid: fields.SignedOid,
      signedTid: fields.SignedTid,
      signedStart: fields.SignedStart,
      signedExpiry: fields.SignedExpiry,
      signedService: fields.SignedService,
      signedVersion: fields.SignedVersion,
      signedDelegatedUserTid: fields.SignedDelegatedUserTid,
      value: fields.Value,
    });
  });

  test("a key that is bound to no tenant has no such field", async () => {
    fetch = script(keyXml(Object.keys(fields).filter((name) => name !== "SignedDelegatedUserTid")));
    client = new QueueServiceClient(
      account.url,
      { getToken: async () => ({ token: "t", expiresOnTimestamp: 9e12 }) },
      { fetch },
    );
    assert.equal("signedDelegatedUserTid" in (await client.getUserDelegationKey({ expiry })), false);
  });

  test("an audience of the caller's is what the token is asked for", async () => {
    const credential = { getToken: (asked) => scopes.push(asked) && { token: "t", expiresOnTimestamp: 9e12 } };
    const audience = "https://myaccount.queue.core.windows.net/";
    client = new QueueServiceClient(account.url, credential, { fetch, audience });
    await client.getUserDelegationKey({ expiry });
    assert.deepEqual(scopes.flat(), ["https://myaccount.queue.core.windows.net/.default"]);
  });

  test("a refusal is an error of the usual kind", async () => {
    fetch = script(failure(403, "AuthorizationPermissionMismatch"));
    client = new QueueServiceClient(
      account.url,
      { getToken: async () => ({ token: "t", expiresOnTimestamp: 9e12 }) },
      { fetch },
    );
    const error = await rejection(client.getUserDelegationKey({ expiry }));
    assert.equal(error.name, "HttpResponseError");
    assert.equal(error.code, "AuthorizationPermissionMismatch");
  });
});
