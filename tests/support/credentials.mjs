// Clients with every kind of credential.

import { QueueClient, QueueServiceClient } from "../../dist/index.js";
import { account } from "./script.mjs";
import { planted } from "./secrets.mjs";

/** A shared access signature for everything in the account, but for these fields. */
export function sasWith(signature, fields) {
  const all = { sv: "2020-12-06", ss: "q", srt: "sco", sp: "rwdlacup", se: "2099-01-01", ...fields, sig: signature };
  const given = Object.entries(all).filter(([, value]) => value !== undefined);
  return given.map(([name, value]) => `${name}=${encodeURIComponent(value)}`).join("&");
}

/**
 * Every kind of credential: `make(options, queueOptions)` gives a service client and a queue client with it, `uses`
 * and `secrets` say what it proves itself with.
 * @param fields those of the shared access signatures that are not as usual
 */
export function kindsOfCredential(fields) {
  const { url, name: accountName } = account;
  const { signature, nextSignature, key: accountKey, token } = planted;
  const sas = sasWith(signature, fields);
  const oneUser = { skoid: "o", sktid: "t", sduoid: "u", sr: "q", ss: undefined, srt: undefined };
  const forOneUser = sasWith(signature, { ...oneUser, sp: "raup", ...fields });
  const tokens = { getToken: async () => ({ token, expiresOnTimestamp: 4e12 }) };
  const parts = `AccountName=${accountName};AccountKey=${accountKey}`;

  const of = (makeService, makeQueue) => (options, queueOptions) => ({
    service: makeService(options),
    queue: makeQueue({ ...options, ...queueOptions }),
  });
  const at = (accountUrl, credential) =>
    of(
      (options) => new QueueServiceClient(accountUrl, credential, options),
      (options) => new QueueClient(accountUrl, "orders", credential, options),
    );
  const connected = (text) =>
    of(
      (options) => QueueServiceClient.fromConnectionString(text, options),
      (options) => QueueClient.fromConnectionString(text, "orders", options),
    );
  const inQueueUrl = of(
    (options) => new QueueServiceClient(`${url}/?${sas}`, undefined, options),
    (options) => QueueClient.fromQueueUrl(`${url}/orders?${sas}`, undefined, options),
  );
  const replaced = (...given) => {
    const clients = at(url, sas)(...given);
    for (const client of Object.values(clients)) client.updateSas(sasWith(nextSignature, fields));
    return clients;
  };
  return [
    { what: "a SAS", uses: ["sas"], secrets: [signature], make: at(url, sas) },
    {
      what: "a SAS as it was pasted",
      uses: ["sas"],
      secrets: [signature],
      make: at(url, `?${decodeURIComponent(sas)}`),
    },
    { what: "a SAS in the account's URL", uses: ["sas"], secrets: [signature], make: at(`${url}?${sas}`) },
    { what: "a SAS in the queue's URL", uses: ["sas"], secrets: [signature], make: inQueueUrl },
    {
      what: "a SAS in a connection string",
      uses: ["sas"],
      secrets: [signature],
      make: connected(`QueueEndpoint=${url};SharedAccessSignature=${sas}`),
    },
    {
      what: "a SAS in a connection string's URL",
      uses: ["sas"],
      secrets: [signature],
      make: connected(`QueueEndpoint=${url}?${sas}`),
    },
    { what: "a SAS of a function", uses: ["sas"], secrets: [signature], make: at(url, () => sas) },
    { what: "a SAS of an asynchronous function", uses: ["sas"], secrets: [signature], make: at(url, async () => sas) },
    { what: "a SAS in the place of another", uses: ["sas"], secrets: [nextSignature], make: replaced },
    { what: "a key", uses: ["key"], secrets: [accountKey], make: at(url, accountKey) },
    { what: "a name and a key", uses: ["key"], secrets: [accountKey], make: at(url, { accountName, accountKey }) },
    { what: "a key in a connection string", uses: ["key"], secrets: [accountKey], make: connected(parts) },
    {
      what: "a key and a SAS",
      uses: ["key", "sas"],
      secrets: [accountKey, signature],
      make: at(`${url}?${sas}`, accountKey),
    },
    { what: "a token", uses: ["token"], secrets: [token], make: at(url, tokens) },
    {
      what: "a token and a SAS for one user",
      uses: ["token", "sas"],
      secrets: [token, signature],
      make: at(`${url}?${forOneUser}`, tokens),
    },
  ];
}
