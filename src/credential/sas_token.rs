//! A shared access signature that somebody gave us: reading, using, hiding.

use crate::limits::shown;
use crate::percent::{percent_decode, percent_encode};

use super::Secret;

/// The query parameters of a shared access signature, encoded anew.
#[derive(Clone, Debug, PartialEq)]
pub struct SasToken(Vec<(String, Secret)>);

/// Every parameter that a shared access signature can have.
const FIELDS: [&str; 35] = [
    "sig", "sp", "st", "se", "sr", "si", "sip", "spr", "sv", "rscc", "rscd", "rsce", "rscl", "rsct", "spk", "srk",
    "epk", "erk", "srt", "ss", "skoid", "sktid", "skt", "ske", "sks", "skv", "ses", "srh", "srq", "skdutid", "sduoid",
    "saoid", "suoid", "scid", "sdd",
];

impl SasToken {
    /// A SAS token, with or without a leading question mark. `None` when it is something
    /// else: a token has no fields but its own.
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let text = text.strip_prefix('?').unwrap_or(text);
        let fields: Vec<(String, Secret)> = text.split('&').filter_map(field).collect();
        let all = text.split('&').filter(|piece| !piece.is_empty()).count();
        (!fields.is_empty() && fields.len() == all).then_some(SasToken(fields))
    }

    /// The SAS in the query of a URL; other parameters are dropped.
    pub fn from_url_query(query: &str) -> Option<Self> {
        let fields: Vec<(String, Secret)> = query.split('&').filter_map(field).collect();
        (!fields.is_empty()).then_some(SasToken(fields))
    }

    /// Which field makes a text no SAS: by name only, a value may be a secret.
    pub(super) fn unknown_field(text: &str) -> String {
        let text = text.strip_prefix('?').unwrap_or(text);
        let unknown = text.split('&').find(|piece| field(piece).is_none()).unwrap_or_default();
        match unknown.split_once('=') {
            Some((name, _)) => format!("the unknown field {}", shown(name)),
            None => "a part that has no \"=\"".to_owned(),
        }
    }

    /// Appends the token to a URL.
    pub fn append_to(&self, url: &mut String) {
        url.push(if url.contains('?') { '&' } else { '?' });
        self.push_fields(url, |_, value| value);
    }

    /// Appends the token to a URL, its signature hidden.
    pub fn append_redacted_to(&self, url: &mut String) {
        url.push(if url.contains('?') { '&' } else { '?' });
        self.push_fields(url, |name, value| if name == "sig" { super::REDACTED } else { value });
    }

    fn push_fields<'a>(&'a self, out: &mut String, show: impl Fn(&str, &'a str) -> &'a str) {
        for (index, (name, value)) in self.0.iter().enumerate() {
            if index > 0 {
                out.push('&');
            }
            out.push_str(name);
            out.push('=');
            out.push_str(show(name, &value.0));
        }
    }
}

/// A known field with its value encoded as a URL wants it.
fn field(piece: &str) -> Option<(String, Secret)> {
    let (name, value) = piece.split_once('=')?;
    if !FIELDS.contains(&name) {
        return None;
    }
    // Tokens are pasted with the signature's "+" left as it is, which a form decoder would
    // take for a blank; no Base64 holds a blank.
    let plain = if name == "sig" { percent_decode(value)? } else { percent_decode(&value.replace('+', "%20"))? };
    let mut encoded = String::with_capacity(value.len());
    percent_encode(&plain, &mut encoded);
    Some((name.to_owned(), Secret(encoded)))
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
        assert!(!SasToken::unknown_field("foo=topsecret&sig=topsecret").contains("topsecret"));
    }
}
