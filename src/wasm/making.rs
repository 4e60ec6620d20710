//! What needs no client: making and reading shared access signatures, the message encodings
//! apart from sending, and how a value is told in an error.

use wasm_bindgen::prelude::*;

use crate::codec::{Content, decode, decode_strictly, encode};
use crate::credential::{
    AccountSas, QueueSas, SasToken, UserDelegationKey, account_permissions, queue_permissions, resource_types, services,
};
use crate::error::{Error, Result};
use crate::limits::{self, quoted};
use crate::operations::SERVICE_VERSION;
use crate::time::Timestamp;

use super::arguments::{encoding, required_content};
use super::input::Input;
use super::output::{Output, given, thrown};
use super::results;

/// The versions in which the service hands out user delegation keys for queues, and such as
/// are for one user of another tenant.
const USER_DELEGATION: &str = "2026-02-06";
const DELEGATED_TENANT: &str = "2026-04-06";

/// What [`make`] makes.
#[wasm_bindgen]
#[derive(Clone, Copy)]
pub enum Making {
    /// A token for one queue.
    QueueSas,
    /// A token for an account.
    AccountSas,
    /// What a token, or a URL with one, says of itself.
    SasProperties,
    /// Text of content, for contents that are encrypted in between. Arguments: encoding, content.
    Encoded,
    /// Content of text. Arguments: encoding, text.
    Decoded,
    /// Bytes of Base64 that could be written in no other way; nothing when it is none. Arguments: its bytes.
    Bytes,
    /// A text as it may be shown in an error.
    Quoted,
    /// Nothing, for an origin that a CORS rule may have.
    Origin,
}

/// Makes something of its arguments alone.
#[wasm_bindgen]
pub fn make(what: Making, text: &[u8], numbers: &[f64], bytes: Option<Vec<u8>>) -> JsValue {
    let mut input = Input::new(text, numbers);
    given(made(what, &mut input, bytes.as_deref()).map_err(thrown))
}

fn made<'a>(what: Making, input: &mut Input<'a>, bytes: Option<&'a [u8]>) -> Result<JsValue> {
    let mut out = Output::default();
    match what {
        Making::QueueSas => out.text(&queue_sas(input)?),
        Making::AccountSas => out.text(&account_sas(input)?),
        Making::SasProperties => results::sas_properties(&mut out, parsed(input.required("sas")?)?.properties()),
        Making::Encoded => {
            let encoding = encoding(input)?;
            out.text(&encode(encoding, required_content(input, bytes, encoding)?)?);
        }
        Making::Decoded => match decode(encoding(input)?, input.required("content")?.into())? {
            Content::Text(text) => out.text(&text),
            Content::Bytes(bytes) => {
                out.missing();
                out.bytes(&bytes);
            }
        },
        Making::Bytes => {
            if let Some(bytes) = bytes.and_then(decode_strictly) {
                out.bytes(&bytes);
            }
        }
        Making::Origin => limits::cors_origin("origins", input.required("origins")?)?,
        Making::Quoted => out.text(&quoted(input.required("text")?)),
    }
    Ok(out.finish())
}

fn parsed(text: &str) -> Result<SasToken> {
    SasToken::inspect(text).map_err(|why| Error::value("sas", why, "a shared access signature, or a URL with one"))
}

fn queue_sas(input: &mut Input) -> Result<String> {
    let common = Common::read(input)?;
    let queue_name = input.required("queue_name")?;
    limits::queue_name(queue_name)?;
    let policy_id = input.or_empty("policy_id")?;
    let user_delegation_oid = input.or_empty("user_delegation_oid")?;
    let account_key = input.text("account_key")?;
    let permission = letters(common.permission, queue_permissions)?;
    let delegation_key = user_delegation_key(input)?;
    let default_version = match &delegation_key {
        None => SERVICE_VERSION,
        Some(key) if key.signed_delegated_user_tid.is_some() => DELEGATED_TENANT,
        Some(_) => USER_DELEGATION,
    };
    let sas = QueueSas {
        account_name: common.account_name.to_owned(),
        queue_name: queue_name.to_owned(),
        permission,
        expiry: common.expiry,
        start: common.start,
        policy_id: policy_id.to_owned(),
        ip: common.ip.to_owned(),
        protocol: common.protocol.to_owned(),
        user_delegation_oid: user_delegation_oid.to_owned(),
        version: common.version.unwrap_or(default_version).to_owned(),
    };
    match (account_key, delegation_key) {
        (Some(key), None) => sas.with_account_key(key),
        (None, Some(key)) => sas.with_user_delegation_key(&key),
        (Some(_), Some(_)) => Err(Error::of_type("account_key", "both", "given without user_delegation_key")),
        (None, None) => Err(Error::of_type("account_key", "undefined", "given, or user_delegation_key in its place")),
    }
}

fn account_sas(input: &mut Input) -> Result<String> {
    let common = Common::read(input)?;
    let (for_services, on_types) = (input.text("services")?, input.text("resource_types")?);
    let key = input.text("account_key")?.ok_or_else(|| Error::of_type("account_key", "undefined", "given"))?;
    let sas = AccountSas {
        account_name: common.account_name.to_owned(),
        services: letters(Some(for_services.unwrap_or("q")), services)?,
        resource_types: letters(on_types, resource_types)?,
        permission: letters(common.permission, account_permissions)?,
        expiry: common.expiry,
        start: common.start,
        ip: common.ip.to_owned(),
        protocol: common.protocol.to_owned(),
        version: common.version.unwrap_or(SERVICE_VERSION).to_owned(),
    };
    sas.with_account_key(key)
}

/// What both kinds of token have. Borrowed: what owns has to be dropped at every refusal
/// that comes after it.
struct Common<'a> {
    account_name: &'a str,
    expiry: Option<Timestamp>,
    start: Option<Timestamp>,
    permission: Option<&'a str>,
    ip: &'a str,
    protocol: &'a str,
    version: Option<&'a str>,
}

impl<'a> Common<'a> {
    fn read(input: &mut Input<'a>) -> Result<Self> {
        Ok(Common {
            account_name: input.required("account_name")?,
            expiry: input.moment("expiry")?,
            start: input.moment("start")?,
            permission: input.text("permission")?,
            ip: input.or_empty("ip")?,
            protocol: input.or_empty("protocol")?,
            version: input.text("version")?,
        })
    }
}

/// Letters in the order of the service; none when they are missing.
fn letters(given: Option<&str>, read: fn(&str) -> Result<String>) -> Result<String> {
    given.map_or(Ok(String::new()), read)
}

fn user_delegation_key(input: &mut Input) -> Result<Option<UserDelegationKey>> {
    const ARGUMENT: &str = "user_delegation_key";
    const ALLOWED: &str = "what getUserDelegationKey returned";
    if input.choice(ARGUMENT, ALLOWED)?.is_none() {
        return Ok(None);
    }
    let mut key = UserDelegationKey::default();
    for (name, field) in [
        (".signedOid", &mut key.signed_oid),
        (".signedTid", &mut key.signed_tid),
        (".signedStart", &mut key.signed_start),
        (".signedExpiry", &mut key.signed_expiry),
        (".signedService", &mut key.signed_service),
        (".signedVersion", &mut key.signed_version),
    ] {
        input.required(&[ARGUMENT, name].concat())?.clone_into(field);
    }
    key.signed_delegated_user_tid = input.text("user_delegation_key.signedDelegatedUserTid")?.map(str::to_owned);
    key.set_value(input.required("user_delegation_key.value")?.to_owned());
    Ok(Some(key))
}
