//! What a shared access signature allows: the tables of "Create a service SAS" and
//! "Create an account SAS" of the REST reference, applied to one call.

use crate::error::{Error, ErrorKind, Result};
use crate::http::Rights;
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
            Some(protocol) if !protocol.split(',').any(|allowed| allowed == scheme) => {
                let message =
                    format!("The shared access signature is for {protocol} only, and the URL is one of {scheme}.");
                Err(not_allowed(message, vec![("protocol", scheme)]))
            }
            _ => Ok(()),
        }
    }

    fn check_account(&self, rights: &Rights) -> Result<()> {
        let Some((resource_type, permissions)) = rights.account else { return Err(by_no_sas(rights)) };
        let lacks = |given: &Option<String>, any_of: &str| {
            given.as_deref().is_some_and(|given| !given.contains(|letter| any_of.contains(letter)))
        };
        let needs = [
            ("service", "the service", &self.services, "q"),
            ("resourcetype", "the resource type", &self.resource_types, resource_type),
            ("permission", "the permission", &self.permission, permissions),
        ];
        let missing = needs.iter().filter(|(_, _, given, any_of)| lacks(given, any_of));
        let (words, details): (Vec<String>, Vec<(&str, &str)>) = missing
            .map(|(name, what, _, any_of)| (format!("{what} {}", in_words(name, any_of)), (*name, *any_of)))
            .unzip();
        if details.is_empty() {
            return Ok(());
        }
        let message = format!("The shared access signature lacks {}, which this call needs.", words.join(" and "));
        Err(not_allowed(message, details))
    }

    fn check_queue(&self, rights: &Rights) -> Result<()> {
        if let Some(resource) = self.resource.as_deref().filter(|resource| *resource != "q") {
            let message =
                format!("The shared access signature is not for a queue: its resource (sr) is \"{resource}\".");
            return Err(not_allowed(message, vec![("resource", resource)]));
        }
        match (rights.queue, rights.account) {
            (Some(permission), _) if self.permission.as_deref().unwrap_or_default().contains(permission) => Ok(()),
            (Some(permission), _) => {
                let words = in_words("permission", permission);
                let message =
                    format!("The shared access signature lacks the permission {words}, which this call needs.");
                Err(not_allowed(message, vec![("permission", permission)]))
            }
            (None, Some((resource_type, permissions))) => {
                let message = format!(
                    "The shared access signature is for one queue, and this call needs one for the account, with the resource type {} and the permission {}.",
                    in_words("resourcetype", resource_type),
                    in_words("permission", permissions)
                );
                Err(not_allowed(message, vec![("resourcetype", resource_type), ("permission", permissions)]))
            }
            (None, None) => Err(by_no_sas(rights)),
        }
    }
}

impl Rights {
    /// What a token for one queue needs for the call.
    pub(super) fn needed_of_queue(&self) -> Option<String> {
        self.queue.map(|permission| in_words("permission", permission))
    }
}

/// The error of a shared access signature that has ended.
pub(super) fn expired(expiry: Timestamp, now: Timestamp) -> Error {
    let (expiry, now) = (expiry.to_iso8601(), now.to_iso8601());
    let message = format!("The shared access signature ended at {expiry}; it is {now} now.");
    Error::new(ErrorKind::SasExpired, message).with_details(vec![("expiry".to_owned(), expiry)])
}

fn by_no_sas(rights: &Rights) -> Error {
    let needs = if rights.key { "an account key or an access token" } else { "an access token" };
    not_allowed(format!("No shared access signature allows this call: it needs {needs}."), Vec::new())
}

fn not_allowed(message: String, missing: Vec<(&str, &str)>) -> Error {
    let details = missing.into_iter().map(|(name, letters)| (name.to_owned(), letters.to_owned())).collect();
    Error::new(ErrorKind::SasPermission, message).with_details(details)
}

/// Letters with their meaning; any one of several will do.
fn in_words(what: &str, letters: &str) -> String {
    let word = |letter: char| {
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
        format!("\"{letter}\" ({meaning})")
    };
    letters.chars().map(word).collect::<Vec<_>>().join(" or ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::credential::SasToken;

    const NOW: &str = "2026-01-02T03:04:05Z";

    fn check(token: &str, rights: Rights) -> Result<()> {
        let now = Timestamp::from_iso8601(NOW).expect("moment");
        SasToken::parse(token).expect("token").properties().check(&rights, "https", now, now)
    }

    fn refusal(token: &str, rights: Rights) -> (ErrorKind, String, Vec<(String, String)>) {
        let error = check(token, rights).expect_err("refused");
        (error.kind(), error.message().to_owned(), error.details().to_vec())
    }

    const SEND: Rights = Rights::of("a", "o", "a");

    #[test]
    fn what_is_missing_is_named() {
        for (token, words) in [
            ("ss=q&srt=sco&sp=rwdlcup&sig=x", "lacks the permission \"a\" (add), which"),
            (
                "ss=b&srt=s&sp=r&sig=x",
                "lacks the service \"q\" (queue) and the resource type \"o\" (object) and the permission \"a\" (add), which",
            ),
            ("sp=rup&sig=x", "lacks the permission \"a\" (add), which"),
            ("sp=a&sr=b&sig=x", "is not for a queue: its resource (sr) is \"b\""),
            ("sp=a&spr=http&sig=x", "is for http only"),
        ] {
            let (kind, message, _) = refusal(token, SEND);
            assert_eq!(kind, ErrorKind::SasPermission, "{token}");
            assert!(message.contains(words), "{message}");
        }
        let (_, message, details) = refusal("ss=q&srt=s&sp=r&sig=x", Rights::of("", "c", "cw"));
        assert!(message.contains("\"c\" (create) or \"w\" (write)"), "{message}");
        assert_eq!(details, [("resourcetype".into(), "c".into()), ("permission".into(), "cw".into())]);
        let (_, message, _) = refusal("sp=raup&sig=x", Rights::of("", "s", "l"));
        assert!(
            message.contains(
                "needs one for the account, with the resource type \"s\" (service) and the permission \"l\" (list)"
            ),
            "{message}"
        );
        for token in ["sp=raup&sig=x", "ss=q&srt=sco&sp=rwdlacup&sig=x"] {
            assert!(refusal(token, Rights::NO_SAS).1.contains("No shared access signature allows this call"));
        }
    }

    #[test]
    fn what_is_allowed() {
        for (token, rights) in [
            ("ss=bqtf&srt=sco&sp=rwdlacup&sig=x", SEND),
            ("ss=q&srt=o&sp=a&spr=https&se=2026-01-02T03:04:06Z&sig=x", SEND),
            ("sp=a&sig=x", SEND),
            ("sp=a&sr=q&skoid=o&spr=https,http&sig=x", SEND),
            ("ss=q&srt=c&sp=w&sig=x", Rights::of("", "c", "cw")),
            // What the token does not say is not held against it.
            ("sv=2020-12-06&sig=x", SEND),
            ("ss=q&srt=o&sig=x", SEND),
            ("ss=q&sp=a&sig=x", SEND),
            // A moment that cannot be read is left to the service.
            ("sp=a&se=tomorrow&sig=x", SEND),
            // A stored access policy decides.
            ("si=policy&se=2020-01-01&sig=x", SEND),
            ("si=policy&sp=r&sig=x", SEND),
        ] {
            assert_eq!(check(token, rights), Ok(()), "{token}");
        }
    }

    #[test]
    fn what_has_ended() {
        let (kind, message, details) = refusal("sp=r&se=2026-01-02T03:04:05Z&sig=x", SEND);
        assert_eq!(kind, ErrorKind::SasExpired);
        assert!(message.contains("ended at 2026-01-02T03:04:05Z; it is 2026-01-02T03:04:05Z now"), "{message}");
        assert_eq!(details, [("expiry".into(), "2026-01-02T03:04:05Z".into())]);
    }

    #[test]
    fn what_has_ended_by_one_clock_alone_is_left_to_the_service() {
        let token = SasToken::parse("sp=a&se=2026-01-02T03:04:05Z&sig=x").expect("token");
        let at = |text: &str| Timestamp::from_iso8601(text).expect("moment");
        let check = |machine, service| token.properties().check(&SEND, "https", at(machine), at(service)).is_ok();
        assert!(check("2026-01-02T04:00:00Z", "2026-01-02T03:00:00Z"));
        assert!(check("2026-01-02T03:00:00Z", "2026-01-02T04:00:00Z"));
        assert!(!check("2026-01-02T04:00:00Z", "2026-01-02T05:00:00Z"));
    }
}
