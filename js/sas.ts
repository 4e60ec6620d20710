import { Making } from "../build/core.js";
import { looking } from "./caller.js";
import { known } from "./errors.js";
import { Fields, make } from "./fields.js";
import type { QueueSasPermissions, UserDelegationKey } from "./models.js";
import { flags, letters, queuePermissions } from "./permissions.js";
import type { PlatformUrl } from "./platform-types.js";
import { Reading } from "./reading.js";
import { atCaller } from "./stack.js";
import { type Known, own, urlText } from "./validation.js";

/** What an account SAS may be used for: on services, queues (containers) and messages (objects). */
export interface ResourceTypes {
  /** Calls on the service: properties, list of queues (`s`). */
  service?: boolean;
  /** Calls on queues (`c`). */
  container?: boolean;
  /** Calls on messages (`o`). */
  object?: boolean;
}

/** What an account SAS allows. */
export interface AccountSasPermissions {
  /** `r` */
  read?: boolean;
  /** `w` */
  write?: boolean;
  /** `d` */
  delete?: boolean;
  /** `x` */
  deletePreviousVersion?: boolean;
  /** `y` */
  permanentDelete?: boolean;
  /** `l` */
  list?: boolean;
  /** `a` */
  add?: boolean;
  /** `c` */
  create?: boolean;
  /** `u` */
  update?: boolean;
  /** `p` */
  process?: boolean;
  /** `f` */
  filterByTags?: boolean;
  /** `t` */
  tag?: boolean;
  /** `i` */
  setImmutabilityPolicy?: boolean;
}

/** The services that an account SAS is for. */
export interface Services {
  /** `b` */
  blob?: boolean;
  /** `q` */
  queue?: boolean;
  /** `t` */
  table?: boolean;
  /** `f` */
  file?: boolean;
}

/** What all shared access signatures have. */
interface SasOptions {
  /** The storage account's name. */
  accountName: string;
  /** When the signature begins to be valid. Default: at once. Mind clocks that differ: 15 minutes back is usual. */
  start?: Date | string;
  /** An IPv4 address, or a range `a-b`, that requests must come from. Default: any. */
  ip?: string;
  /** Default: the service's own, both. */
  protocol?: "https" | "https,http";
  /** Signed version, from `2015-04-05` on. Default: `2020-12-06`; with a user delegation key `2026-02-06`, and with one
   * for users of another tenant `2026-04-06`. */
  version?: string;
}

/** What `generateQueueSas` takes: an account key or a user delegation key, and permission and expiry unless a stored
 * access policy (`policyId`) tells them. */
export interface QueueSasOptions extends SasOptions {
  /** The queue's name. */
  queueName: string;
  /** One of the account's keys, in Base64. */
  accountKey?: string;
  /** A key from `getUserDelegationKey`, in place of `accountKey`. */
  userDelegationKey?: UserDelegationKey;
  /** Letters of `raup` in any order, or an object. */
  permission?: string | QueueSasPermissions;
  /** When the signature ends. */
  expiry?: Date | string;
  /** Id of a stored access policy of the queue. */
  policyId?: string;
  /** Object id of the one user whose access token requests must carry besides. */
  userDelegationOid?: string;
}

/** What `generateAccountSas` takes. */
export interface AccountSasOptions extends SasOptions {
  /** One of the account's keys, in Base64. */
  accountKey: string;
  /** Letters of `sco` in any order, or an object. */
  resourceTypes: string | ResourceTypes;
  /** Letters of `rwdxylacupfti` in any order, or an object. */
  permission: string | AccountSasPermissions;
  /** When the signature ends. */
  expiry: Date | string;
  /** Letters of `bqtf` in any order, or an object. Default: `q`. */
  services?: string | Services;
}

/**
 * What a shared access signature says of itself. Nothing in it is secret. Permissions, services and resource types are
 * objects as the `generate` functions take them, with the flags that are set; what the token does not say is missing.
 */
export interface SasProperties {
  /** An account SAS; a service SAS, which is for one queue and signed with the account's key; or a user delegation SAS,
   * which is for one queue too. */
  readonly kind: "account" | "service" | "userDelegation";
  /** What a SAS that is not for an account is for (`sr`): `"q"` is a queue, any other letter nothing for this client. */
  readonly resource?: string;
  /** What it allows. A SAS for one queue has only `read`, `add`, `update` and `process`. Missing when a stored access
   * policy tells. */
  readonly permissions?: AccountSasPermissions;
  /** The services it is for. Only of an account SAS. */
  readonly services?: Services;
  /** What it may be used on. Only of an account SAS. */
  readonly resourceTypes?: ResourceTypes;
  /** When it begins to be valid, by the service's clock. Missing: at once, or as a stored access policy tells. */
  readonly start?: Date;
  /** When it ends, by the service's clock. Missing when a stored access policy tells. */
  readonly expiry?: Date;
  /** The IPv4 address, or the range `a-b`, that requests must come from. Missing: any. */
  readonly ip?: string;
  /** The protocols that requests may use, as the token names them. Missing: both. */
  readonly protocol?: "https" | "https,http" | (string & {});
  /** Id of the stored access policy that fills in what is missing here. */
  readonly policyId?: string;
  /** Signed version. */
  readonly version?: string;
  /** Object id of the one user whose access token requests must carry besides. */
  readonly userDelegationOid?: string;
}

const sasOptions: Known<SasOptions> = { accountName: true, start: true, ip: true, protocol: true, version: true };

const queueSasOptions: Known<QueueSasOptions> = {
  ...sasOptions,
  queueName: true,
  accountKey: true,
  userDelegationKey: true,
  permission: true,
  expiry: true,
  policyId: true,
  userDelegationOid: true,
};

const accountSasOptions: Known<AccountSasOptions> = {
  ...sasOptions,
  accountKey: true,
  resourceTypes: true,
  permission: true,
  expiry: true,
  services: true,
};

const resourceTypes = { service: "s", container: "c", object: "o" };
const services = { blob: "b", queue: "q", table: "t", file: "f" };
const accountPermissions = {
  read: "r",
  write: "w",
  delete: "d",
  deletePreviousVersion: "x",
  permanentDelete: "y",
  list: "l",
  add: "a",
  create: "c",
  update: "u",
  process: "p",
  filterByTags: "f",
  tag: "t",
  setImmutabilityPolicy: "i",
};

/**
 * Makes a shared access signature for one queue: a token without a leading `?`, a secret. Nothing is sent.
 * Source: https://learn.microsoft.com/rest/api/storageservices/create-service-sas and, for user delegation keys,
 * https://learn.microsoft.com/rest/api/storageservices/create-user-delegation-sas
 * @throws TypeError, RangeError when an option is not allowed or missing
 */
export function generateQueueSas(options: QueueSasOptions): string {
  return atCaller(generateQueueSas, () => {
    const init = own("options", options, queueSasOptions);
    const fields = sasFields(init, letters("permission", init.permission, queuePermissions))
      .string(init.queueName)
      .string(init.policyId)
      .string(init.userDelegationOid)
      .secret(init.accountKey);
    return make(Making.QueueSas, writeDelegationKey(fields, init.userDelegationKey))[0];
  });
}

/**
 * Makes a shared access signature for an account: a token without a leading `?`, a secret. Nothing is sent.
 * Source: https://learn.microsoft.com/rest/api/storageservices/create-account-sas
 * @throws TypeError, RangeError when an option is not allowed or missing
 */
export function generateAccountSas(options: AccountSasOptions): string {
  return atCaller(generateAccountSas, () => {
    const init = own("options", options, accountSasOptions);
    const fields = sasFields(init, letters("permission", init.permission, accountPermissions))
      .string(letters("services", init.services, services))
      .string(letters("resourceTypes", init.resourceTypes, resourceTypes))
      .secret(init.accountKey);
    return make(Making.AccountSas, fields)[0];
  });
}

/**
 * Reads what a shared access signature says of itself: a token with or without a leading `?`, or a URL with one. Nothing
 * is sent, and the signature is not checked.
 * @throws TypeError, RangeError when it is none
 */
export function parseSas(sas: string | PlatformUrl): SasProperties {
  return atCaller(parseSas, () => {
    const fields = new Fields().secret(looking("sas", () => urlText(sas)));
    return readSas(new Reading(make(Making.SasProperties, fields)));
  });
}

function sasFields(init: SasOptions & { expiry?: Date | string }, permission: string | undefined): Fields {
  return new Fields()
    .string(init.accountName)
    .moment(init.expiry)
    .moment(init.start)
    .string(permission)
    .string(init.ip)
    .string(init.protocol)
    .string(init.version);
}

function writeDelegationKey(fields: Fields, key: UserDelegationKey | undefined): Fields {
  return fields.plain("userDelegationKey", key, (key) => {
    fields
      .string(key.signedOid)
      .string(key.signedTid)
      .string(key.signedStart)
      .string(key.signedExpiry)
      .string(key.signedService)
      .string(key.signedVersion)
      .string(key.signedDelegatedUserTid)
      .secret(key.value);
  });
}

const kinds = ["account", "service", "userDelegation"] as const;

/**
 * What the core tells, letters made into flags.
 * @internal
 */
export function readSas(read: Reading): SasProperties {
  const kind = kinds[read.number()] as SasProperties["kind"];
  return {
    kind,
    ...known({
      permissions: flags<AccountSasPermissions>(read.optional(), accountPermissions),
      services: flags<Services>(read.optional(), services),
      resourceTypes: flags<ResourceTypes>(read.optional(), resourceTypes),
      resource: read.optional(),
      ip: read.optional(),
      protocol: read.optional() as SasProperties["protocol"],
      policyId: read.optional(),
      version: read.optional(),
      userDelegationOid: read.optional(),
      start: read.moment(),
      expiry: read.moment(),
    }),
  };
}
