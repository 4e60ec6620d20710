//! Making shared access signatures: "Create a service SAS", "Create an account SAS" and
//! "Create a user delegation SAS" of the REST reference.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::error::{Error, Result};
use crate::limits::{self, Quoted};
use crate::percent::percent_encode;
use crate::time::Timestamp;

use super::secret::Secret;
use super::shared_key::{self, SharedKey};

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
        if self.policy_id.chars().count() > 64 {
            return Err(Error::value("policy_id", Quoted(&self.policy_id), "at most 64 characters"));
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
        let resource = format!("/queue/{}/{}", self.account_name, self.queue_name);
        let (start, expiry) = (iso(self.start), iso(self.expiry));
        let mut lines = vec![self.permission.as_str(), &start, &expiry, &resource];
        lines.extend(middle);
        lines.extend([self.ip.as_str(), &self.protocol, &self.version]);
        lines.join("\n")
    }

    fn token(&self, signature: &str, key: Option<&UserDelegationKey>) -> String {
        let delegated = |field: fn(&UserDelegationKey) -> &str| key.map(field).unwrap_or_default();
        token(&[
            ("st", &iso(self.start)),
            ("se", &iso(self.expiry)),
            ("sp", &self.permission),
            ("sip", &self.ip),
            ("spr", &self.protocol),
            ("sv", &self.version),
            ("si", &self.policy_id),
            ("sr", if key.is_some() { "q" } else { "" }),
            ("sduoid", &self.user_delegation_oid),
            ("skoid", delegated(|key| &key.signed_oid)),
            ("sktid", delegated(|key| &key.signed_tid)),
            ("skt", delegated(|key| &key.signed_start)),
            ("ske", delegated(|key| &key.signed_expiry)),
            ("sks", delegated(|key| &key.signed_service)),
            ("skv", delegated(|key| &key.signed_version)),
            ("skdutid", delegated(|key| key.signed_delegated_user_tid.as_deref().unwrap_or_default())),
            ("sig", signature),
        ])
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
        let required = [
            ("permission", self.permission.is_empty()),
            ("resource_types", self.resource_types.is_empty()),
            ("services", self.services.is_empty()),
            ("expiry", self.expiry.is_none()),
        ];
        if let Some((argument, _)) = required.into_iter().find(|(_, missing)| *missing) {
            return Err(Error::of_type(argument, "nothing", "given"));
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
        let (start, expiry) = (iso(self.start), iso(self.expiry));
        let mut lines = vec![
            self.account_name.as_str(),
            &self.permission,
            &self.services,
            &self.resource_types,
            &start,
            &expiry,
            &self.ip,
            &self.protocol,
            &self.version,
        ];
        if self.version.as_str() >= ENCRYPTION_SCOPE_SINCE {
            lines.push("");
        }
        lines.iter().flat_map(|line| [line, "\n"]).collect()
    }

    fn token(&self, signature: &str) -> String {
        token(&[
            ("st", &iso(self.start)),
            ("se", &iso(self.expiry)),
            ("sp", &self.permission),
            ("sip", &self.ip),
            ("spr", &self.protocol),
            ("sv", &self.version),
            ("ss", &self.services),
            ("srt", &self.resource_types),
            ("sig", signature),
        ])
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
    let address = |part: &str| part.split('.').count() == 4 && part.split('.').all(|byte| byte.parse::<u8>().is_ok());
    let one_or_two = ip.split('-').count() <= 2 && ip.split('-').all(address);
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

/// The fields that have a value, encoded and joined.
fn token(fields: &[(&str, &str)]) -> String {
    let mut out = String::with_capacity(256);
    for (name, value) in fields.iter().filter(|(_, value)| !value.is_empty()) {
        if !out.is_empty() {
            out.push('&');
        }
        out.push_str(name);
        out.push('=');
        percent_encode(value, &mut out);
    }
    out
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
    if given.is_empty() || !given.chars().all(|letter| order.contains(letter)) {
        return Err(Error::value(argument, Quoted(given), allowed));
    }
    Ok(order.chars().filter(|letter| given.contains(*letter)).collect())
}
