// Shared access signatures made by us, against those that the official clients make.
//
// The vectors' queue "q1" is too short for the service, and we refuse it. So each case is shown to be signed as we
// think, with node:crypto, and is then expected of us for the queue "queue1".

import assert from "node:assert/strict";
import { createHmac } from "node:crypto";
import { describe, test } from "node:test";
import { generateAccountSas, generateQueueSas } from "../../dist/index.js";
import { knownAnswers } from "../support/script.mjs";

const vectors = knownAnswers("vectors.json");
const sign = (key, text) => createHmac("sha256", Buffer.from(key, "base64")).update(text).digest("base64");

/** The fields of a token; their order is of no meaning. */
const fieldsOf = (token) => {
  const fields = token.split("&").map((field) => field.split("=").map(decodeURIComponent));
  assert.equal(new Set(fields.map(([name]) => name)).size, fields.length, `a field twice in ${token}`);
  return Object.fromEntries(fields);
};

const names = {
  permission: "permission",
  expiry: "expiry",
  start: "start",
  ip: "ip",
  protocol: "protocol",
  services: "services",
  resource_types: "resourceTypes",
  policy_id: "policyId",
  user_delegation_oid: "userDelegationOid",
};

/** Our options for the parameters of a vector; a moment of Python's without a zone is in UTC. */
function optionsOf({ params }) {
  const options = {};
  for (const [name, ours] of Object.entries(names)) {
    const value = params[name];
    if (value === undefined) continue;
    const moment = value.__datetime__;
    options[ours] = moment === undefined ? value : new Date(/[+-]\d\d:\d\d$/.test(moment) ? moment : `${moment}Z`);
  }
  return options;
}

function delegationKeyOf({ params }) {
  const given = params.user_delegation_key;
  return {
    signedOid: given.signed_oid,
    signedTid: given.signed_tid,
    signedStart: given.signed_start,
    signedExpiry: given.signed_expiry,
    signedService: given.signed_service,
    signedVersion: given.signed_version,
    signedDelegatedUserTid: given.signed_delegated_user_tid ?? undefined,
    value: given.value,
  };
}

function generate(vector, queueName) {
  const options = { accountName: vector.account, version: vector.sv, ...optionsOf(vector) };
  if (vector.kind === "account_sas") return generateAccountSas({ ...options, accountKey: vector.key });
  const key = vector.kind === "queue_sas" ? { accountKey: vector.key } : { userDelegationKey: delegationKeyOf(vector) };
  return generateQueueSas({ ...options, ...key, queueName });
}

for (const [section, count] of [
  ["sas", 14],
  ["sas_js_only", 7],
]) {
  describe(`known answers: ${section}`, () => {
    test("all are here", () => assert.equal(vectors[section].length, count));

    vectors[section].forEach((vector, index) => {
      test(`${index + 1}: ${vector.kind} ${vector.sv}, ${vector.name ?? JSON.stringify(vector.params)}`, () => {
        // JavaScript's, since it puts permissions in the order of the service, as we do.
        const expected = fieldsOf(vector.token_js);
        const toSign = vector.string_to_sign_js ?? vector.string_to_sign;
        assert.equal(sign(vector.key, toSign), expected.sig, "the vector is signed as we think");
        const renamed = toSign.replace(`/queue/${vector.account}/q1\n`, `/queue/${vector.account}/queue1\n`);
        assert.equal(renamed !== toSign, vector.kind !== "account_sas");
        assert.deepEqual(fieldsOf(generate(vector, "queue1")), { ...expected, sig: sign(vector.key, renamed) });
      });
    });
  });
}

describe("known refusals", () => {
  const { key_base64: accountKey } = vectors.constants;
  const whole = { accountName: "myacct", queueName: "queue1", accountKey, permission: "r", expiry: new Date(0) };
  const cases = { "no expiry": "expiry", "no permission": "permission", "no key": "accountKey" };
  test("all are here", () => assert.deepEqual(Object.keys(vectors.sas_errors).sort(), Object.keys(cases).sort()));

  for (const [what, missing] of Object.entries(cases)) {
    test(what, () => {
      const { [missing]: _, ...options } = whole;
      assert.throws(() => generateQueueSas(options), {
        name: "TypeError",
        message: new RegExp(`^${missing} must be given`),
      });
    });
  }

  for (const missing of ["accountKey", "accountName", "resourceTypes", "permission", "expiry"]) {
    test(`an account SAS without ${missing}`, () => {
      const { queueName: _, ...options } = { ...whole, resourceTypes: "sco" };
      delete options[missing];
      assert.throws(() => generateAccountSas(options), {
        name: "TypeError",
        message: new RegExp(`^${missing} must be`),
      });
    });
  }

  test("a stored policy may tell permission and expiry, not with a user delegation key", () => {
    const { accountName, queueName } = whole;
    const { si, se, sp } = fieldsOf(generateQueueSas({ accountName, queueName, accountKey, policyId: "p" }));
    assert.deepEqual([si, se, sp], ["p", undefined, undefined]);
    const userDelegationKey = delegationKeyOf(vectors.sas.find(({ kind }) => kind === "queue_user_delegation_sas"));
    assert.throws(() => generateQueueSas({ accountName, queueName, userDelegationKey, policyId: "p" }), {
      name: "RangeError",
      message: /^policyId must be left out/,
    });
  });
});

describe("letters and objects", () => {
  const { key_base64: accountKey } = vectors.constants;
  const inQueue = (permission) =>
    fieldsOf(generateQueueSas({ accountName: "a", queueName: "queue1", accountKey, permission, expiry: new Date(0) }))
      .sp;
  const inAccount = (more) =>
    fieldsOf(
      generateAccountSas({
        accountName: "a",
        accountKey,
        permission: "r",
        resourceTypes: "s",
        expiry: new Date(0),
        ...more,
      }),
    );

  test("queue permissions come in the order of the service", () => {
    assert.equal(inQueue("pura"), "raup");
    assert.equal(inQueue({ process: true, update: true, add: true, read: true }), "raup");
    assert.equal(inQueue({ process: true, update: false, add: undefined }), "p");
    assert.equal(inQueue("rrr"), "r");
  });

  test("account permissions, resource types and services too", () => {
    assert.equal(inAccount({ permission: "plwrudacxyfti" }).sp, "rwdxylacupfti");
    const permission = {
      ...{ process: true, list: true, write: true, read: true, update: true, delete: true, add: true, create: true },
      ...{
        deletePreviousVersion: true,
        permanentDelete: true,
        filterByTags: true,
        tag: true,
        setImmutabilityPolicy: true,
      },
    };
    assert.equal(inAccount({ permission }).sp, "rwdxylacupfti");
    assert.equal(inAccount({ resourceTypes: "ocs" }).srt, "sco");
    assert.equal(inAccount({ resourceTypes: { object: true, service: true } }).srt, "so");
    assert.equal(inAccount({ services: "fqb" }).ss, "bqf");
    assert.equal(inAccount({ services: { table: true, queue: true } }).ss, "qt");
    assert.equal(inAccount({}).ss, "q");
  });

  test("the version is 2020-12-06 by default, and one that knows it for a user delegation key", () => {
    const options = { accountName: "a", queueName: "queue1", permission: "r", expiry: new Date(0) };
    assert.equal(fieldsOf(generateQueueSas({ ...options, accountKey })).sv, "2020-12-06");
    assert.equal(inAccount({}).sv, "2020-12-06");
    const userDelegationKey = delegationKeyOf(vectors.sas.find(({ kind }) => kind === "queue_user_delegation_sas"));
    assert.equal(fieldsOf(generateQueueSas({ ...options, userDelegationKey })).sv, "2026-02-06");
  });
});
