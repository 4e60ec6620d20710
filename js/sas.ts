import { core, sync } from "./core.js";
import type { QueueSasPermissions, UserDelegationKey } from "./models.js";
import { type Known, own } from "./options.js";
import { letters, queuePermissions } from "./permissions.js";

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
  /** Signed version, from `2015-04-05` on. Default: `2020-12-06`; with a user delegation key `2026-02-06`. */
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
  const init = own("options", options, queueSasOptions);
  const permission = letters("permission", init.permission, queuePermissions);
  return sync(() => core().generateQueueSas(Object.assign(Object.create(null), init, { permission })));
}

/**
 * Makes a shared access signature for an account: a token without a leading `?`, a secret. Nothing is sent.
 * Source: https://learn.microsoft.com/rest/api/storageservices/create-account-sas
 * @throws TypeError, RangeError when an option is not allowed or missing
 */
export function generateAccountSas(options: AccountSasOptions): string {
  const init = own("options", options, accountSasOptions);
  const changed = {
    permission: letters("permission", init.permission, accountPermissions),
    resourceTypes: letters("resourceTypes", init.resourceTypes, resourceTypes),
    services: letters("services", init.services, services),
  };
  return sync(() => core().generateAccountSas(Object.assign(Object.create(null), init, changed)));
}
