import { known } from "./errors.js";
import type { Fields } from "./fields.js";
import type { AccessPolicy, StoredAccessPolicy } from "./models.js";
import { letters, queuePermissions } from "./permissions.js";
import type { Reading } from "./reading.js";
import { type Known, own, shown } from "./validation.js";

const policyFields: Known<AccessPolicy> = { start: true, expiry: true, permission: true };

/** Property names are checked, permissions become letters. */
export function writePolicies(fields: Fields, policies: Record<string, AccessPolicy>): Fields {
  return fields.entries("signedIdentifiers", policies, (id, policy) => {
    const init = own(`signedIdentifiers.${shown(id)}`, policy, policyFields);
    const permission = letters("signedIdentifiers.permission", init.permission, queuePermissions);
    fields.string(id).moment(init.start).moment(init.expiry).string(permission);
  });
}

export function readPolicies(read: Reading): Record<string, StoredAccessPolicy> {
  const policies: [string, StoredAccessPolicy][] = [];
  while (!read.isAtEnd) {
    const id = read.text();
    policies.push([id, known({ start: read.moment(), expiry: read.moment(), permission: read.optional() })]);
  }
  return Object.fromEntries(policies);
}
