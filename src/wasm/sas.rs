//! Making shared access signatures from JavaScript.

use wasm_bindgen::prelude::*;

use crate::credential::{
    AccountSas, QueueSas, SasToken, UserDelegationKey, account_permissions, queue_permissions, resource_types, services,
};
use crate::error::{Error, Result};
use crate::limits;
use crate::operations::SERVICE_VERSION;

use super::call::{Thrown, thrown};
use super::values_in::{moment, plain_object, property, required_text, secret, text};
use super::values_out;

/// The versions in which the service hands out user delegation keys for queues, and such as
/// are for one user of another tenant.
const USER_DELEGATION: &str = "2026-02-06";
const DELEGATED_TENANT: &str = "2026-04-06";

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

/// What a token, or a URL with one, says of itself.
#[wasm_bindgen(js_name = parseSas)]
pub fn parse_sas(sas: JsValue) -> Thrown<JsValue> {
    thrown((|| {
        let text = secret("sas", &sas)?.ok_or_else(|| Error::of_type("sas", "undefined", "text (a string)"))?;
        let token = match text.split_once("://") {
            Some((_, rest)) => rest.split(['?', '#']).nth(1).and_then(SasToken::from_url_query),
            None => SasToken::parse(&text),
        };
        let token = token
            .ok_or_else(|| Error::value("sas", "text that is none", "a shared access signature, or a URL with one"))?;
        Ok(values_out::sas_properties(token.properties()))
    })())
}

fn queue_sas(options: &JsValue) -> Result<String> {
    let option = |name: &str| property(options, "options", name);
    let delegation_key = option("userDelegationKey")?;
    let account_key = secret("account_key", &option("accountKey")?)?;
    let queue_name = required_text("queue_name", &option("queueName")?)?;
    limits::queue_name(&queue_name)?;
    let delegation_key = if delegation_key.is_undefined() { None } else { Some(user_delegation_key(&delegation_key)?) };
    let default_version = match &delegation_key {
        None => SERVICE_VERSION,
        Some(key) if key.signed_delegated_user_tid.is_some() => DELEGATED_TENANT,
        Some(_) => USER_DELEGATION,
    };
    let sas = QueueSas {
        account_name: required_text("account_name", &option("accountName")?)?,
        queue_name,
        permission: letters("permission", &option("permission")?, queue_permissions)?,
        expiry: moment("expiry", &option("expiry")?)?,
        start: moment("start", &option("start")?)?,
        policy_id: text("policy_id", &option("policyId")?)?.unwrap_or_default(),
        ip: text("ip", &option("ip")?)?.unwrap_or_default(),
        protocol: text("protocol", &option("protocol")?)?.unwrap_or_default(),
        user_delegation_oid: text("user_delegation_oid", &option("userDelegationOid")?)?.unwrap_or_default(),
        version: text("version", &option("version")?)?.unwrap_or_else(|| default_version.to_owned()),
    };
    match (account_key, delegation_key) {
        (Some(key), None) => sas.with_account_key(&key),
        (None, Some(key)) => sas.with_user_delegation_key(&key),
        (Some(_), Some(_)) => Err(Error::of_type("account_key", "both", "given without user_delegation_key")),
        (None, None) => Err(Error::of_type("account_key", "undefined", "given, or user_delegation_key in its place")),
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
        protocol: text("protocol", &option("protocol")?)?.unwrap_or_default(),
        version: text("version", &option("version")?)?.unwrap_or_else(|| SERVICE_VERSION.to_owned()),
    };
    sas.with_account_key(&account_key)
}

fn letters(argument: &str, value: &JsValue, read: fn(&str) -> Result<String>) -> Result<String> {
    text(argument, value)?.map_or(Ok(String::new()), |given| read(&given))
}

fn user_delegation_key(value: &JsValue) -> Result<UserDelegationKey> {
    let object = plain_object("user_delegation_key", value, "what getUserDelegationKey returned")?;
    let field = |name: &str| {
        required_text(&format!("user_delegation_key.{name}"), &property(object, "user_delegation_key", name)?)
    };
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
