//! What a shared access signature allows: the tables of "Create a service SAS" and
//! "Create an account SAS" of the REST reference, applied to one call.

use super::permissions::Rights;
use crate::error::{Error, ErrorKind, Result};
use crate::text::{contains, contains_any, fill, pieces, push};
use crate::time::Timestamp;

use super::sas_token::{SasKind, SasProperties};

impl SasProperties {
    /// Refuses a call that the service would refuse for what the token says. What it does not
    /// say is not held against it, and a stored access policy can say anything.
    /// It has ended when it has by both clocks: what is known of the service's may be out of
    /// date, and a call that is refused here learns nothing new.
    pub fn check(&self, rights: &Rights, scheme: &str, machine: Timestamp, service: Timestamp) -> Result<()> {
        if self.policy_id.is_some() {
            return Ok(());
        }
        self.check_time(machine.min(service), service)?;
        self.check_protocol(scheme)?;
        match self.kind {
            _ if self.permission.is_none() => Ok(()),
            SasKind::Account => self.check_account(rights),
            SasKind::Service | SasKind::UserDelegation => self.check_queue(rights),
        }
    }

    fn check_time(&self, earlier: Timestamp, service: Timestamp) -> Result<()> {
        match self.expiry {
            Some(expiry) if expiry <= earlier => Err(expired(expiry, service)),
            _ => Ok(()),
        }
    }

    fn check_protocol(&self, scheme: &str) -> Result<()> {
        match &self.protocol {
            Some(protocol) if !pieces(protocol, b",").any(|allowed| allowed == scheme) => {
                let words = "is for {} only, and the URL is one of {}.";
                Err(not_allowed(words, &[protocol, scheme], &[("protocol", scheme)]))
            }
            _ => Ok(()),
        }
    }

    fn check_account(&self, rights: &Rights) -> Result<()> {
        let Some((resource_type, permissions)) = rights.account else { return Err(by_no_sas(rights)) };
        let needs = [
            ("service", "the service", &self.services, "q"),
            ("resourcetype", "the resource type", &self.resource_types, resource_type),
            ("permission", "the permission", &self.permission, permissions),
        ];
        let mut words = String::new();
        let mut missing = Vec::new();
        for (name, what, given, any_of) in &needs {
            if given.as_deref().is_some_and(|given| !contains_any(given, any_of.as_bytes())) {
                let and = if words.is_empty() { "" } else { " and " };
                push(&mut words, "{}{} {}", &[and, what, &in_words(name, any_of)]);
                missing.push((*name, *any_of));
            }
        }
        if missing.is_empty() { Ok(()) } else { Err(not_allowed(LACKS, &[&words], &missing)) }
    }

    fn check_queue(&self, rights: &Rights) -> Result<()> {
        if let Some(resource) = self.resource.as_deref().filter(|resource| *resource != "q") {
            let words = "is not for a queue: its resource (sr) is \"{}\".";
            return Err(not_allowed(words, &[resource], &[("resource", resource)]));
        }
        let Some(permission) = rights.queue else {
            let Some((resource_type, permissions)) = rights.account else { return Err(by_no_sas(rights)) };
            let missing = [("resourcetype", resource_type), ("permission", permissions)];
            return Err(not_allowed(
                "is for one queue, and this call needs one for the account, with the resource type {} and the permission {}.",
                &[&in_words("resourcetype", resource_type), &in_words("permission", permissions)],
                &missing,
            ));
        };
        if contains(self.permission.as_deref().unwrap_or_default(), permission) {
            return Ok(());
        }
        let words = fill("the permission {}", &[&in_words("permission", permission)]);
        Err(not_allowed(LACKS, &[&words], &[("permission", permission)]))
    }
}

impl Rights {
    /// What a token for one queue needs for the call.
    pub(super) fn needed_of_queue(&self) -> Option<String> {
        self.queue.map(|permission| in_words("permission", permission))
    }
}

const LACKS: &str = "lacks {}, which this call needs.";

/// The error of a shared access signature that has ended.
pub(super) fn expired(expiry: Timestamp, now: Timestamp) -> Error {
    let (expiry, now) = (expiry.to_iso8601(), now.to_iso8601());
    let words = "The shared access signature ended at {}; it is {} now.";
    Error::told(ErrorKind::SasExpired, words, &[&expiry, &now]).with_detail("expiry", &expiry)
}

fn by_no_sas(rights: &Rights) -> Error {
    let needs = if rights.key { "an account key or an access token" } else { "an access token" };
    let words = "No shared access signature allows this call: it needs {}.";
    Error::told(ErrorKind::SasPermission, words, &[needs])
}

#[cold]
#[inline(never)]
fn not_allowed(words: &str, parts: &[&str], missing: &[(&str, &str)]) -> Error {
    let words = fill(words, parts);
    let mut error = Error::told(ErrorKind::SasPermission, "The shared access signature {}", &[&words]);
    for (name, letters) in missing {
        error = error.with_detail(name, letters);
    }
    error
}

/// Letters with their meaning; any one of several will do.
fn in_words(what: &str, letters: &str) -> String {
    let mut out = String::new();
    for letter in letters.chars() {
        let meaning = match (what, letter) {
            ("service", _) => "queue",
            ("resourcetype", 's') => "service",
            ("resourcetype", 'c') => "container",
            ("resourcetype", _) => "object",
            (_, 'r') => "read",
            (_, 'w') => "write",
            (_, 'd') => "delete",
            (_, 'l') => "list",
            (_, 'a') => "add",
            (_, 'c') => "create",
            (_, 'u') => "update",
            (_, _) => "process",
        };
        out.push_str(if out.is_empty() { "\"" } else { " or \"" });
        out.push(letter);
        push(&mut out, "\" ({})", &[meaning]);
    }
    out
}
