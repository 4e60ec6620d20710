//! Making shared access signatures: "Create a service SAS", "Create an account SAS" and
//! "Create a user delegation SAS" of the REST reference.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::limits::{self, Quoted};
use crate::percent::percent_encode;
use crate::text::{contains, contains_any, is_ipv4, push, split_once};
use crate::time::Timestamp;

use super::shared_key::{self, SharedKey};
use crate::redaction::Secret;

/// From this version on the text that an account SAS signs has a line more.
const ENCRYPTION_SCOPE_SINCE: &str = "2020-12-06";
/// The version from which on user delegation keys can sign for queues.
const USER_DELEGATION_SINCE: &str = "2025-07-05";
/// The oldest version whose signatures are made here.
const OLDEST_VERSION: &str = "2015-04-05";

/// A key that the service gave to a holder of an access token.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct UserDelegationKey {
    /// Object id of who asked for the key.
    pub signed_oid: String,
    /// Tenant of who asked for the key.
    pub signed_tid: String,
    /// When the key begins to be valid, as the service wrote it.
    pub signed_start: String,
    /// When the key ends, as the service wrote it.
    pub signed_expiry: String,
    /// The service it is for: `q`.
    pub signed_service: String,
    /// The service version that made it.
    pub signed_version: String,
    /// Tenant of the one user that tokens made with the key are for.
    pub signed_delegated_user_tid: Option<String>,
    value: Secret,
}

impl UserDelegationKey {
    /// The key itself, in Base64: a secret.
    pub fn expose_value(&self) -> &str {
        &self.value.0
    }

    /// Sets the key itself, in Base64.
    pub fn set_value(&mut self, value: String) {
        self.value = Secret(value);
    }
}

/// A SAS for one queue.
#[derive(Clone, Debug, Default)]
pub struct QueueSas {
    /// The account's name.
    pub account_name: String,
    /// The queue's name.
    pub queue_name: String,
    /// Letters of `raup`, in this order: see [`queue_permissions`].
    pub permission: String,
    /// When it ends.
    pub expiry: Option<Timestamp>,
    /// When it begins; without it, at once.
    pub start: Option<Timestamp>,
    /// A stored access policy of the queue that fills in what is missing.
    pub policy_id: String,
    /// An address or a range of addresses that requests must come from.
    pub ip: String,
    /// `https` or `https,http`.
    pub protocol: String,
    /// Object id of the one user whose access token requests must carry besides.
    pub user_delegation_oid: String,
    /// Signed version (`sv`).
    pub version: String,
}

impl QueueSas {
    /// Signs with the account key.
    pub fn with_account_key(&self, account_key: &str) -> Result<String> {
        self.check()?;
        if !self.user_delegation_oid.is_empty() {
            let given = Quoted(&self.user_delegation_oid);
            return Err(Error::value("user_delegation_oid", given, "left out with an account key"));
        }
        let key = SharedKey::new(&self.account_name, account_key)?;
        let to_sign = self.lines(&[&self.policy_id]);
        Ok(self.token(&key.sign(&to_sign), None))
    }

    /// Signs with a user delegation key.
    pub fn with_user_delegation_key(&self, key: &UserDelegationKey) -> Result<String> {
        self.check()?;
        if !self.policy_id.is_empty() {
            return Err(Error::value("policy_id", Quoted(&self.policy_id), "left out with a user delegation key"));
        }
        if self.version.as_str() < USER_DELEGATION_SINCE {
            return Err(Error::value(
                "version",
                Quoted(&self.version),
                "2025-07-05 or later with a user delegation key",
            ));
        }
        limits::account_name(&self.account_name)?;
        if key.signed_delegated_user_tid.is_some() && self.user_delegation_oid.is_empty() {
            let given = "nothing, for a key that is for users of another tenant";
            return Err(Error::of_type("user_delegation_oid", given, "the object id of the one user"));
        }
        let secret = STANDARD.decode(key.expose_value()).ok().filter(|secret| !secret.is_empty()).ok_or_else(|| {
            Error::value("user_delegation_key", "a value that is not Base64", "what Get User Delegation Key returned")
        })?;
        let to_sign = self.lines(&[
            &key.signed_oid,
            &key.signed_tid,
            &key.signed_start,
            &key.signed_expiry,
            &key.signed_service,
            &key.signed_version,
            key.signed_delegated_user_tid.as_deref().unwrap_or_default(),
            &self.user_delegation_oid,
        ]);
        Ok(self.token(&shared_key::sign(&secret, &to_sign), Some(key)))
    }

    fn check(&self) -> Result<()> {
        check_common(&self.ip, &self.protocol, &self.version, self.start, self.expiry)?;
        // What follows would be hidden as a signature, so no client of ours takes such a token.
        if self.policy_id.chars().count() > 64 || contains(&self.policy_id, "sig=") {
            return Err(Error::value("policy_id", Quoted(&self.policy_id), "at most 64 characters, without \"sig=\""));
        }
        if !self.permission.is_empty() {
            in_order(&self.permission, queue_permissions)?;
        }
        let missing =
            |argument| Error::of_type(argument, "nothing", "given, unless a stored access policy (policy_id) tells it");
        if self.policy_id.is_empty() && self.expiry.is_none() {
            return Err(missing("expiry"));
        }
        if self.policy_id.is_empty() && self.permission.is_empty() {
            return Err(missing("permission"));
        }
        Ok(())
    }

    /// The text that is signed; the two kinds of key differ in the lines in its middle.
    fn lines(&self, middle: &[&str]) -> String {
        let mut lines = String::with_capacity(256);
        for line in [&self.permission, &iso(self.start), &iso(self.expiry)] {
            push(&mut lines, "{}\n", &[line]);
        }
        push(&mut lines, "/queue/{}/{}\n", &[&self.account_name, &self.queue_name]);
        for line in middle {
            push(&mut lines, "{}\n", &[line]);
        }
        push(&mut lines, "{}\n{}\n{}", &[&self.ip, &self.protocol, &self.version]);
        lines
    }

    fn token(&self, signature: &str, key: Option<&UserDelegationKey>) -> String {
        let mut token = common(self.start, self.expiry, [&self.permission, &self.ip, &self.protocol, &self.version]);
        push_field(&mut token, "si", &self.policy_id);
        if let Some(key) = key {
            push_field(&mut token, "sr", "q");
            push_field(&mut token, "sduoid", &self.user_delegation_oid);
            push_field(&mut token, "skoid", &key.signed_oid);
            push_field(&mut token, "sktid", &key.signed_tid);
            push_field(&mut token, "skt", &key.signed_start);
            push_field(&mut token, "ske", &key.signed_expiry);
            push_field(&mut token, "sks", &key.signed_service);
            push_field(&mut token, "skv", &key.signed_version);
            push_field(&mut token, "skdutid", key.signed_delegated_user_tid.as_deref().unwrap_or_default());
        }
        push_field(&mut token, "sig", signature);
        token
    }
}

/// A SAS for an account.
#[derive(Clone, Debug, Default)]
pub struct AccountSas {
    /// The account's name.
    pub account_name: String,
    /// Letters of `bqf`: see [`services`].
    pub services: String,
    /// Letters of `sco`: see [`resource_types`].
    pub resource_types: String,
    /// Letters of `rwdxylacupfti`: see [`account_permissions`].
    pub permission: String,
    /// When it ends.
    pub expiry: Option<Timestamp>,
    /// When it begins; without it, at once.
    pub start: Option<Timestamp>,
    /// An address or a range of addresses that requests must come from.
    pub ip: String,
    /// `https` or `https,http`.
    pub protocol: String,
    /// Signed version (`sv`).
    pub version: String,
}

impl AccountSas {
    /// Signs with the account key.
    pub fn with_account_key(&self, account_key: &str) -> Result<String> {
        let missing = match self {
            _ if self.permission.is_empty() => "permission",
            _ if self.resource_types.is_empty() => "resource_types",
            _ if self.services.is_empty() => "services",
            _ if self.expiry.is_none() => "expiry",
            _ => "",
        };
        if !missing.is_empty() {
            return Err(Error::of_type(missing, "nothing", "given"));
        }
        check_common(&self.ip, &self.protocol, &self.version, self.start, self.expiry)?;
        in_order(&self.permission, account_permissions)?;
        in_order(&self.resource_types, resource_types)?;
        in_order(&self.services, services)?;
        let key = SharedKey::new(&self.account_name, account_key)?;
        Ok(self.token(&key.sign(&self.string_to_sign())))
    }

    /// Every line ends with a line feed, the last one too.
    fn string_to_sign(&self) -> String {
        let mut lines = String::with_capacity(256);
        for line in [
            &self.account_name,
            &self.permission,
            &self.services,
            &self.resource_types,
            &iso(self.start),
            &iso(self.expiry),
            &self.ip,
            &self.protocol,
            &self.version,
        ] {
            push(&mut lines, "{}\n", &[line]);
        }
        if self.version.as_str() >= ENCRYPTION_SCOPE_SINCE {
            lines.push('\n');
        }
        lines
    }

    fn token(&self, signature: &str) -> String {
        let mut token = common(self.start, self.expiry, [&self.permission, &self.ip, &self.protocol, &self.version]);
        push_field(&mut token, "ss", &self.services);
        push_field(&mut token, "srt", &self.resource_types);
        push_field(&mut token, "sig", signature);
        token
    }
}

/// What both kinds of signature have.
fn check_common(
    ip: &str,
    protocol: &str,
    version: &str,
    start: Option<Timestamp>,
    expiry: Option<Timestamp>,
) -> Result<()> {
    if let (Some(start), Some(expiry)) = (start, expiry)
        && start >= expiry
    {
        return Err(Error::value("expiry", Quoted(&expiry.to_iso8601()), "after start"));
    }
    let (from, to) = split_once(ip, "-").unwrap_or((ip, ip));
    let one_or_two = is_ipv4(from) && is_ipv4(to);
    if !ip.is_empty() && !one_or_two {
        return Err(Error::value("ip", Quoted(ip), "an IPv4 address, or two of them joined by \"-\""));
    }
    if !["", "https", "https,http"].contains(&protocol) {
        return Err(Error::value("protocol", Quoted(protocol), "\"https\" or \"https,http\""));
    }
    let date = version.len() == 10 && Timestamp::from_iso8601(version).is_some();
    if !date || version < OLDEST_VERSION {
        return Err(Error::value("version", Quoted(version), "a version from 2015-04-05 on"));
    }
    Ok(())
}

/// Letters that are not in the service's order would make a signature that it refuses.
fn in_order(given: &str, order: fn(&str) -> Result<String>) -> Result<()> {
    if order(given)? == given {
        Ok(())
    } else {
        Err(Error::value("permission", Quoted(given), "in the service's order"))
    }
}

fn iso(moment: Option<Timestamp>) -> String {
    moment.map(Timestamp::to_iso8601).unwrap_or_default()
}

/// The fields that both kinds of token begin with: permission, addresses, protocol and version
/// after the moments.
fn common(start: Option<Timestamp>, expiry: Option<Timestamp>, [sp, sip, spr, sv]: [&str; 4]) -> String {
    let mut token = String::with_capacity(256);
    push_field(&mut token, "st", &iso(start));
    push_field(&mut token, "se", &iso(expiry));
    push_field(&mut token, "sp", sp);
    push_field(&mut token, "sip", sip);
    push_field(&mut token, "spr", spr);
    push_field(&mut token, "sv", sv);
    token
}

/// Appends a field that has a value, encoded.
#[inline(never)]
fn push_field(token: &mut String, name: &str, value: &str) {
    if !value.is_empty() {
        push(token, "{}{}=", &[if token.is_empty() { "" } else { "&" }, name]);
        percent_encode(value, token);
    }
}

/// Permissions on a queue, in the order the service demands: read, add, update, process.
pub fn queue_permissions(given: &str) -> Result<String> {
    letters("permission", given, "raup", "letters of \"raup\" (read, add, update, process)")
}

/// Permissions of an account SAS, in the order the service demands.
pub fn account_permissions(given: &str) -> Result<String> {
    letters("permission", given, "rwdxylacupfti", "letters of \"rwdxylacupfti\"")
}

/// Resource types of an account SAS: service, container (queue), object (message).
pub fn resource_types(given: &str) -> Result<String> {
    letters("resource_types", given, "sco", "letters of \"sco\" (service, container, object)")
}

/// Services of an account SAS: blob, queue, file.
pub fn services(given: &str) -> Result<String> {
    letters("services", given, "bqtf", "letters of \"bqtf\" (blob, queue, table, file)")
}

fn letters(argument: &'static str, given: &str, order: &str, allowed: &str) -> Result<String> {
    let mut letters = String::new();
    for letter in order.chars() {
        if contains_any(given, &[letter as u8]) {
            letters.push(letter);
        }
    }
    let unknown = given.bytes().any(|letter| !contains_any(order, &[letter]));
    if given.is_empty() || unknown {
        return Err(Error::value(argument, Quoted(given), allowed));
    }
    Ok(letters)
}
