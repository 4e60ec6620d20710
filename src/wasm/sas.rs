//! Making shared access signatures from JavaScript.

use wasm_bindgen::prelude::*;

use crate::credential::{
    AccountSas, QueueSas, UserDelegationKey, account_permissions, queue_permissions, resource_types, services,
};
use crate::error::{Error, Result};
use crate::limits::{self, Quoted};
use crate::operations::SERVICE_VERSION;
use crate::time::Timestamp;

use super::call::{Thrown, thrown};
use super::values_in::{moment, plain_object, property, required_text, secret, text};

/// The version from which on user delegation keys for queues can be signed with.
const USER_DELEGATION_SINCE: &str = "2026-02-06";

/// A token for one queue; `js/` has refused properties that do not exist.
#[wasm_bindgen(js_name = generateQueueSas)]
pub fn generate_queue_sas(options: JsValue) -> Thrown<String> {
    thrown(queue_sas(&options))
}

/// A token for an account; `js/` has refused properties that do not exist.
#[wasm_bindgen(js_name = generateAccountSas)]
pub fn generate_account_sas(options: JsValue) -> Thrown<String> {
    thrown(account_sas(&options))
}

fn queue_sas(options: &JsValue) -> Result<String> {
    let option = |name: &str| property(options, "options", name);
    let delegation_key = option("userDelegationKey")?;
    let account_key = secret("account_key", &option("accountKey")?)?;
    let queue_name = required_text("queue_name", &option("queueName")?)?;
    limits::queue_name(&queue_name)?;
    let default_version = if delegation_key.is_undefined() { SERVICE_VERSION } else { USER_DELEGATION_SINCE };
    let sas = QueueSas {
        account_name: required_text("account_name", &option("accountName")?)?,
        queue_name,
        permission: letters("permission", &option("permission")?, queue_permissions)?,
        expiry: moment("expiry", &option("expiry")?)?,
        start: moment("start", &option("start")?)?,
        policy_id: text("policy_id", &option("policyId")?)?.unwrap_or_default(),
        ip: text("ip", &option("ip")?)?.unwrap_or_default(),
        protocol: protocol(&option("protocol")?)?,
        user_delegation_oid: text("user_delegation_oid", &option("userDelegationOid")?)?.unwrap_or_default(),
        version: version(&option("version")?, default_version)?,
    };
    match account_key {
        Some(key) => sas.with_account_key(&key),
        None if !delegation_key.is_undefined() => sas.with_user_delegation_key(&user_delegation_key(&delegation_key)?),
        None => Err(Error::of_type("account_key", "undefined", "given, or user_delegation_key in its place")),
    }
}

fn account_sas(options: &JsValue) -> Result<String> {
    let option = |name: &str| property(options, "options", name);
    let account_key = secret("account_key", &option("accountKey")?)?;
    let account_key = account_key.ok_or_else(|| Error::of_type("account_key", "undefined", "given"))?;
    let sas = AccountSas {
        account_name: required_text("account_name", &option("accountName")?)?,
        services: Some(letters("services", &option("services")?, services)?)
            .filter(|given| !given.is_empty())
            .unwrap_or_else(|| "q".to_owned()),
        resource_types: letters("resource_types", &option("resourceTypes")?, resource_types)?,
        permission: letters("permission", &option("permission")?, account_permissions)?,
        expiry: moment("expiry", &option("expiry")?)?,
        start: moment("start", &option("start")?)?,
        ip: text("ip", &option("ip")?)?.unwrap_or_default(),
        protocol: protocol(&option("protocol")?)?,
        version: version(&option("version")?, SERVICE_VERSION)?,
    };
    sas.with_account_key(&account_key)
}

fn letters(argument: &str, value: &JsValue, read: fn(&str) -> Result<String>) -> Result<String> {
    text(argument, value)?.map_or(Ok(String::new()), |given| read(&given))
}

fn protocol(value: &JsValue) -> Result<String> {
    match text("protocol", value)? {
        None => Ok(String::new()),
        Some(protocol) if protocol == "https" || protocol == "https,http" => Ok(protocol),
        Some(other) => Err(Error::value("protocol", Quoted(&other), "\"https\" or \"https,http\"")),
    }
}

fn version(value: &JsValue, default: &str) -> Result<String> {
    let Some(version) = text("version", value)? else { return Ok(default.to_owned()) };
    if version.len() == 10 && Timestamp::from_iso8601(&version).is_some() && version.as_str() >= "2015-04-05" {
        return Ok(version);
    }
    Err(Error::value("version", Quoted(&version), "a version from 2015-04-05 on"))
}

fn user_delegation_key(value: &JsValue) -> Result<UserDelegationKey> {
    let object = plain_object("user_delegation_key", value, "what getUserDelegationKey returned")?;
    let field = |name: &str| required_text("user_delegation_key", &property(object, "user_delegation_key", name)?);
    let mut key = UserDelegationKey::default();
    key.signed_oid = field("signedOid")?;
    key.signed_tid = field("signedTid")?;
    key.signed_start = field("signedStart")?;
    key.signed_expiry = field("signedExpiry")?;
    key.signed_service = field("signedService")?;
    key.signed_version = field("signedVersion")?;
    key.signed_delegated_user_tid =
        text("user_delegation_key", &property(object, "user_delegation_key", "signedDelegatedUserTid")?)?;
    let value = secret("user_delegation_key", &property(object, "user_delegation_key", "value")?)?;
    key.set_value(value.ok_or_else(|| {
        Error::of_type("user_delegation_key", "one without a value", "what getUserDelegationKey returned")
    })?);
    Ok(key)
}
