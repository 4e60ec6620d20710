//! A shared access signature that somebody gave us: reading, using, hiding.

use std::rc::Rc;

use crate::percent::percent_decode;
use crate::text::{contains, find_any, push, split_once};
use crate::time::Timestamp;

use super::pasted::unquoted;
use super::renewed::Lasting;
use super::sas_fields::{self, Beside, Field};
use crate::redaction::{REDACTED, Secret};

/// The query parameters of a shared access signature, encoded anew, and what they say.
#[derive(Clone, Debug, PartialEq)]
pub struct SasToken {
    fields: Vec<Field>,
    /// All of it as it stands in a URL.
    query: Secret,
    /// The signature, not encoded.
    signature: Secret,
    properties: Rc<SasProperties>,
}

/// Who signed, and what for.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SasKind {
    /// Signed with an account key, for the services of an account.
    Account,
    /// Signed with an account key, for one queue.
    #[default]
    Service,
    /// Signed with a user delegation key, for one queue.
    UserDelegation,
}

/// What a shared access signature says of itself; nothing of it is secret. A field that it
/// does not have, or that cannot be read, is `None`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct SasProperties {
    /// Who signed, and what for.
    pub kind: SasKind,
    /// Letters of its permissions (`sp`); `None` when a stored access policy tells them.
    pub permission: Option<String>,
    /// Letters of the services (`ss`); only of an account SAS.
    pub services: Option<String>,
    /// Letters of the resource types (`srt`); only of an account SAS.
    pub resource_types: Option<String>,
    /// What a SAS that is not for an account is for (`sr`): `q` is a queue.
    pub resource: Option<String>,
    /// When it begins to be valid (`st`).
    pub start: Option<Timestamp>,
    /// When it ends (`se`).
    pub expiry: Option<Timestamp>,
    /// The address or range of addresses that requests must come from (`sip`).
    pub ip: Option<String>,
    /// `https` or `https,http` (`spr`).
    pub protocol: Option<String>,
    /// The stored access policy that fills in what is missing (`si`).
    pub policy_id: Option<String>,
    /// Signed version (`sv`).
    pub version: Option<String>,
    /// Object id of the one user whose access token requests must carry besides (`sduoid`).
    pub user_delegation_oid: Option<String>,
}

impl SasToken {
    /// A SAS token, with or without a leading question mark, signed or not. `None` when the text is
    /// something else: a token has no fields but its own.
    pub fn parse(text: &str) -> Option<Self> {
        SasToken::of(sas_fields::read(text, Beside::Nothing).ok()?)
    }

    /// The SAS in the query of a URL, if there is one; other parameters are dropped.
    ///
    /// # Errors
    /// Why the token cannot be used, without repeating it.
    pub fn from_url_query(query: &str) -> Result<Option<Self>, String> {
        let token = SasToken::of(sas_fields::read(query, Beside::Parameters)?);
        token.map(SasToken::usable).transpose()
    }

    /// A SAS token, or the one in a URL, for what it says of itself. It need not be signed.
    ///
    /// # Errors
    /// Why the text is neither, without repeating it.
    pub fn inspect(text: &str) -> Result<Self, String> {
        let fields = match split_once(text, "://") {
            Some((_, rest)) => sas_fields::read(split_once(rest, "?").unwrap_or_default().1, Beside::Parameters),
            None => sas_fields::read(text, Beside::Nothing),
        };
        SasToken::of(fields?).ok_or_else(|| "text that is none".to_owned())
    }

    fn of(fields: Vec<Field>) -> Option<Self> {
        if fields.is_empty() {
            return None;
        }
        let properties = Rc::new(SasProperties::read(&fields));
        let signature = Secret(text_of(&fields, "sig").unwrap_or_default());
        let query = Secret(query_of(&fields, false));
        Some(SasToken { fields, query, signature, properties })
    }

    /// A SAS token for use, from text as it was pasted. Undoes what XML, JSON, form decoders and line
    /// wrapping did to it.
    ///
    /// # Errors
    /// Why it cannot be used. The reason does not repeat the text, which may be a secret.
    pub fn given(text: &str) -> Result<Self, String> {
        let fields =
            sas_fields::read(text, Beside::Nothing).map_err(|why| recognized(unquoted(text)).unwrap_or(why))?;
        SasToken::of(fields).ok_or_else(|| "an empty text".to_owned())?.usable()
    }

    /// Refuses a token that the service would refuse whatever it is used for.
    fn usable(self) -> Result<Self, String> {
        let is_bad_date = |name, date: Option<Timestamp>| date.is_none() && text_of(&self.fields, name).is_some();
        let why = match self.signature() {
            "" => "a token without a signature (sig)",
            REDACTED => "a token whose signature was redacted",
            _ if is_bad_date("se", self.properties.expiry) => "a token whose expiry (se) is not a date",
            _ if is_bad_date("st", self.properties.start) => "a token whose start (st) is not a date",
            _ => return Ok(self),
        };
        Err(why.to_owned())
    }

    /// What it says of itself.
    pub fn properties(&self) -> &Rc<SasProperties> {
        &self.properties
    }

    /// The signature, not encoded.
    pub(super) fn signature(&self) -> &str {
        &self.signature.0
    }

    /// Appends the token to a URL.
    pub fn append_to(&self, url: &mut String) {
        push_query(url, &self.query.0);
    }

    /// Appends the token to a URL, its signature hidden.
    pub fn append_redacted_to(&self, url: &mut String) {
        push_query(url, &query_of(&self.fields, true));
    }
}

fn query_of(fields: &[Field], redacted: bool) -> String {
    let mut query = String::new();
    for (name, value) in fields {
        let value = if redacted && *name == "sig" { REDACTED } else { &value.0 };
        let mark = if query.is_empty() { "" } else { "&" };
        push(&mut query, "{}{}={}", &[mark, name, value]);
    }
    query
}

fn push_query(url: &mut String, query: &str) {
    url.push(if find_any(url.as_bytes(), [b'?']).is_some() { '&' } else { '?' });
    url.push_str(query);
}

impl Lasting for SasToken {
    fn ends_on(&self) -> Option<Timestamp> {
        self.properties.expiry
    }

    /// In the last tenth of its time, from one minute to five before its end.
    fn renew_on(&self, obtained: Timestamp) -> Option<Timestamp> {
        let ends = self.properties.expiry?.millis();
        let early = (ends.saturating_sub(obtained.millis()) / 10).clamp(60_000, 300_000);
        Some(Timestamp::from_millis(ends - early))
    }
}

impl SasProperties {
    fn read(fields: &[Field]) -> Self {
        let text = |name| text_of(fields, name);
        let moment = |name| text(name).and_then(|text| Timestamp::from_iso8601(&text));
        let (services, resource_types) = (text("ss"), text("srt"));
        let kind = match () {
            () if value(fields, "skoid").is_some() => SasKind::UserDelegation,
            () if services.is_some() || resource_types.is_some() => SasKind::Account,
            () => SasKind::Service,
        };
        SasProperties {
            kind,
            permission: text("sp"),
            services,
            resource_types,
            resource: text("sr"),
            start: moment("st"),
            expiry: moment("se"),
            ip: text("sip"),
            protocol: text("spr"),
            policy_id: text("si"),
            version: text("sv"),
            user_delegation_oid: text("sduoid"),
        }
    }
}

/// What a text is that is not a SAS token, where it is something well known.
fn recognized(text: &str) -> Option<String> {
    let what = if contains(text, "://") {
        "a URL: only what follows its \"?\" is the token"
    } else if text.starts_with('<') {
        "a text that begins with \"<\": perhaps a page that tells of an error"
    } else if contains(text, "AccountName=") {
        "a connection string, which only the constructors for connection strings take"
    } else {
        return None;
    };
    Some(what.to_owned())
}

/// What a field says; `None` when it is empty.
fn text_of(fields: &[Field], name: &str) -> Option<String> {
    percent_decode(value(fields, name)?).filter(|text| !text.is_empty())
}

/// The encoded value of a field.
fn value<'a>(fields: &'a [Field], name: &str) -> Option<&'a str> {
    fields.iter().find(|(other, _)| *other == name).map(|(_, value)| value.0.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::vectors;

    #[test]
    fn a_token_is_told_from_a_key() {
        let vectors = vectors();
        let cases = vectors["sas_token_detection"].as_array().expect("cases");
        assert_eq!(cases.len(), 9);
        for case in cases {
            let text = case["credential"].as_str().expect("text");
            assert_eq!(SasToken::parse(text).is_some(), case["is_sas"], "{text}");
        }
    }

    #[test]
    fn a_signature_survives_every_way_of_pasting_it() {
        for pasted in ["sv=1&sig=a%2Bb%2Fc%3D", "?sv=1&sig=a+b/c=", "sv=1&sig=a%2bb/c%3d"] {
            let mut url = "https://h/q?comp=list".to_owned();
            SasToken::parse(pasted).expect("token").append_to(&mut url);
            assert_eq!(url, "https://h/q?comp=list&sv=1&sig=a%2Bb%2Fc%3D");
        }
    }

    #[test]
    fn the_signature_is_never_shown() {
        let token = SasToken::parse("sv=2020&si=p&sig=topsecret").expect("token");
        let mut url = "https://h/q".to_owned();
        token.append_redacted_to(&mut url);
        assert_eq!(url, "https://h/q?sv=2020&si=p&sig=REDACTED");
        assert!(!format!("{token:?}").contains("topsecret"));
    }

    #[test]
    fn what_cannot_be_used_is_told_without_repeating_it() {
        for (text, why) in [
            ("", "an empty text"),
            ("https://h/q?sv=1&sig=topsecret", "a URL: only what follows"),
            ("<html>topsecret</html>", "begins with \"<\""),
            ("AccountName=a;AccountKey=topsecret", "a connection string"),
            ("foo=topsecret&sig=topsecret", "the unknown field \"foo\""),
            ("topsecret=", "text that is none"),
            ("sv=1&sp=r", "without a signature"),
            ("sv=1&sig=", "without a signature"),
            ("sv=1&sig=REDACTED", "whose signature was redacted"),
            ("se=tomorrow&sig=topsecret", "whose expiry (se) is not a date"),
            ("st=2026-13-01&sig=topsecret", "whose start (st) is not a date"),
        ] {
            let told = SasToken::given(text).expect_err(text);
            assert!(told.contains(why) && !told.contains("topsecret"), "{text}: {told}");
        }
        for text in ["\"sv=1&sig=x\"\n", "\u{feff}?sv=1&sig=x", " 'sv=1&sig=x' "] {
            assert!(SasToken::given(text).is_ok(), "{text}");
        }
    }

    #[test]
    fn it_is_replaced_before_it_ends() {
        let token = SasToken::parse("se=2026-01-02T03:00:00Z&sig=x").expect("token");
        let renewed = |obtained: &str| {
            let obtained = Timestamp::from_iso8601(obtained).expect("moment");
            token.renew_on(obtained).map(Timestamp::to_iso8601)
        };
        assert_eq!(renewed("2026-01-01T00:00:00Z").as_deref(), Some("2026-01-02T02:55:00Z"));
        assert_eq!(renewed("2026-01-02T02:40:00Z").as_deref(), Some("2026-01-02T02:58:00Z"));
        assert_eq!(renewed("2026-01-02T02:59:30Z").as_deref(), Some("2026-01-02T02:59:00Z"));
        assert_eq!(SasToken::parse("si=policy&sig=x").expect("token").renew_on(Timestamp::default()), None);
    }

    #[test]
    fn it_tells_what_it_is() {
        let read = |text: &str| SasToken::parse(text).expect("token").properties().as_ref().clone();
        let account = read(
            "sv=2020-12-06&ss=bq&srt=sco&sp=rwdlacup&st=2026-01-01&se=2026-01-05T00%3A30Z&sip=1.2.3.4-1.2.3.9&spr=https&sig=x",
        );
        assert_eq!(
            account,
            SasProperties {
                kind: SasKind::Account,
                permission: Some("rwdlacup".into()),
                services: Some("bq".into()),
                resource_types: Some("sco".into()),
                start: Timestamp::from_iso8601("2026-01-01T00:00:00Z"),
                expiry: Timestamp::from_iso8601("2026-01-05T00:30:00Z"),
                ip: Some("1.2.3.4-1.2.3.9".into()),
                protocol: Some("https".into()),
                version: Some("2020-12-06".into()),
                ..SasProperties::default()
            }
        );
        assert_eq!((read("srt=s&sig=x").kind, read("ss=q&sig=x").kind), (SasKind::Account, SasKind::Account));
        let policy = read("?si=my%20policy&sv=2020-12-06&sig=x");
        assert_eq!((policy.kind, policy.policy_id.as_deref()), (SasKind::Service, Some("my policy")));
        assert_eq!((policy.permission, policy.expiry), (None, None));
        let delegated = read("sp=r&se=soon&sr=q&skoid=o&sduoid=u&sig=x");
        assert_eq!((delegated.kind, delegated.expiry), (SasKind::UserDelegation, None));
        assert_eq!((delegated.resource.as_deref(), delegated.user_delegation_oid.as_deref()), (Some("q"), Some("u")));
    }
}
