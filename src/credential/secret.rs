//! What is never shown, and what hides it where it comes back from outside.

use std::borrow::Cow;
use std::fmt;

use base64::Engine;
use base64::engine::general_purpose::STANDARD_NO_PAD;

use crate::http::Headers;
use crate::percent::percent_encode;

/// What stands in the place of a secret.
pub(super) const REDACTED: &str = "REDACTED";
/// Shorter ones would be found in every other word.
const SHORTEST: usize = 6;

/// A key, a token or a signature: it has no `Display`, and its `Debug` says so.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Secret<T = String>(pub(super) T);

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The secrets that one request carries. Services quote signatures in their refusals, and
/// platforms quote URLs: every text from outside goes through [`hide`](Self::hide).
#[derive(Clone, Debug, Default)]
pub struct Secrets(Vec<Secret>);

impl Secrets {
    pub(super) fn add(&mut self, secret: &str) {
        if secret.len() >= SHORTEST && !self.0.iter().any(|Secret(other)| other == secret) {
            self.0.push(Secret(secret.to_owned()));
        }
    }

    /// Adds those of another.
    pub(super) fn add_all(&mut self, others: &Secrets) {
        others.0.iter().for_each(|Secret(secret)| self.add(secret));
    }

    /// Drops the oldest where there are more than a few.
    pub(super) fn keep_latest(&mut self) {
        const FEW: usize = 8;
        self.0.drain(..self.0.len().saturating_sub(FEW));
    }

    /// A text without the secrets: plain, percent-encoded as a whole or in part, once or
    /// more, in Base64, and in small letters, as the names of elements and hosts come.
    /// What is called `sig` goes too, be it of this request or not.
    pub fn hide(&self, text: &str) -> String {
        let mut text = Cow::Borrowed(text);
        for Secret(secret) in &self.0 {
            let mut encoded = String::new();
            percent_encode(secret, &mut encoded);
            let in_base64 =
                [secret, &encoded].into_iter().flat_map(|text| (0..3).map(|before| in_base64(text, before)));
            for form in std::iter::once(secret.clone()).chain(in_base64) {
                if let Some(hidden) = without(&text, &form) {
                    text = hidden.into();
                }
            }
        }
        redacted_url(&text)
    }

    /// Headers as hooks may see them.
    pub fn hide_in_headers(&self, headers: &Headers) -> Headers {
        let hide = |name: &str, value: &str| {
            if name.eq_ignore_ascii_case("authorization") { REDACTED.to_owned() } else { self.hide(value) }
        };
        headers.iter().map(|(name, value)| (name.clone(), hide(name, value))).collect()
    }
}

/// A text without a secret; `None` when it is not in there.
fn without(text: &str, secret: &str) -> Option<String> {
    let mut out = String::new();
    let (mut rest, mut found) = (text, false);
    while let Some(character) = rest.chars().next() {
        if let Some(after) = after_secret(rest, secret) {
            out.push_str(REDACTED);
            (rest, found) = (after, true);
        } else {
            out.push(character);
            rest = rest.get(character.len_utf8()..).unwrap_or_default();
        }
    }
    found.then_some(out)
}

/// A secret in the Base64 of a text in which so many bytes stand before it, less the digits
/// that depend on its neighbours.
fn in_base64(secret: &str, before: usize) -> String {
    let encoded = STANDARD_NO_PAD.encode(format!("{:before$}{secret}", ""));
    let (from, to) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
    encoded.get(from..to).unwrap_or_default().to_owned()
}

/// What follows a secret at the beginning of a text, whichever of its characters are
/// percent-encoded there, with or without its padding.
fn after_secret<'a>(text: &'a str, secret: &str) -> Option<&'a str> {
    let mut rest = text;
    for byte in secret.trim_end_matches('=').bytes() {
        rest = after_byte(rest, byte)?;
    }
    while let Some(after) = after_byte(rest, b'=') {
        rest = after;
    }
    Some(rest)
}

/// What follows a byte; a form decoder makes a blank of a plus.
fn after_byte(text: &str, byte: u8) -> Option<&str> {
    match encoded(text) {
        Some((first, after)) if first.eq_ignore_ascii_case(&byte) => Some(after),
        _ => {
            let first = text.bytes().next()?;
            let same = first.eq_ignore_ascii_case(&byte) || (byte == b'+' && first == b' ');
            text.get(1..).filter(|_| same)
        }
    }
}

/// The byte that is percent-encoded at the beginning of a text, and what follows it.
fn encoded(text: &str) -> Option<(u8, &str)> {
    let mut digits = text.strip_prefix('%')?;
    // A percent sign that was encoded itself.
    while let Some(rest) = digits.strip_prefix("25").filter(|rest| number(rest).is_some()) {
        digits = rest;
    }
    number(digits)
}

fn number(digits: &str) -> Option<(u8, &str)> {
    let (digits, after) = digits.split_at_checked(2)?;
    let all = digits.bytes().all(|byte| byte.is_ascii_hexdigit());
    u8::from_str_radix(digits, 16).ok().filter(|_| all).map(|byte| (byte, after))
}

/// A URL, or words with URLs in them, without the signatures.
fn redacted_url(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut pieces = text.split("sig=");
    out.push_str(pieces.next().unwrap_or_default());
    for piece in pieces {
        let end = piece
            .find(|c: char| c.is_whitespace() || c.is_control() || "&\"'`)]}>,;#".contains(c))
            .unwrap_or(piece.len());
        out.push_str("sig=");
        out.push_str(REDACTED);
        out.push_str(piece.get(end..).unwrap_or_default());
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn signatures_are_hidden_wherever_they_stand() {
        for (text, redacted) in [
            ("https://h/q?sig=a%2Fb&sv=1", "https://h/q?sig=REDACTED&sv=1"),
            ("https://h/q?sv=1&sig=a%2Fb", "https://h/q?sv=1&sig=REDACTED"),
            (
                "cannot reach 'https://h/?sig=a': refused (https://h/?sig=b)",
                "cannot reach 'https://h/?sig=REDACTED': refused (https://h/?sig=REDACTED)",
            ),
            ("nothing here", "nothing here"),
            ("sig=", "sig=REDACTED"),
        ] {
            assert_eq!(Secrets::default().hide(text), redacted);
        }
    }

    #[test]
    fn a_known_secret_is_hidden_in_every_form() {
        let mut secrets = Secrets::default();
        secrets.add("a+b/c=d");
        secrets.add("short");
        for form in [
            "a+b/c=d",
            "A+B/C=D",
            "a%2Bb%2Fc%3Dd",
            "a%2bb/c%3dd",
            "%61+b/c=d",
            "a%252Bb%252fc%253Dd",
            "a b/c=d",
            "YStiL2M9ZA",
            "YStiL2M9ZA==",
            // Behind "x" and behind "xy".
            "eGErYi9jPWQ=",
            "eHlhK2IvYz1k",
        ] {
            let hidden = secrets.hide(&format!("é '{form}' {form}é, not a+b/c=e or short"));
            assert!(!hidden.contains(form), "{hidden}");
            assert!(
                hidden.starts_with("é '") && hidden.contains("REDACTED") && hidden.ends_with("é, not a+b/c=e or short"),
                "{hidden}"
            );
        }
        secrets.add("padded==");
        for form in ["padded==", "padded", "padded=", "padded%3D%3d", "padded%253D%253D"] {
            assert_eq!(secrets.hide(&format!("{form}&x")), "REDACTED&x");
        }
        let headers = vec![("authorization".into(), "x".to_owned()), ("x-a".into(), "a+b/c=d".to_owned())];
        assert!(secrets.hide_in_headers(&headers).iter().all(|(_, value)| value == REDACTED));
        assert_eq!(format!("{secrets:?}"), "Secrets([REDACTED, REDACTED])");
    }
}
