//! Secrets that are never shown, and their removal from text that comes from outside.

use std::fmt;
use std::rc::Rc;

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::percent::{hex_pair, percent_encode};
use crate::text::{fill, push, split_once};

/// What stands in the place of a secret.
pub(crate) const REDACTED: &str = "REDACTED";
/// Shorter ones would be found in every other word.
const SHORTEST: usize = 6;

/// A key, a token or a signature: it has no `Display`, and its `Debug` says so.
#[derive(Clone, Default, PartialEq)]
pub(crate) struct Secret<T = String>(pub(crate) T);

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// The secrets that one request carries. Services quote signatures in their refusals, and
/// platforms quote URLs: every text from outside goes through [`hide`](Self::hide).
#[derive(Clone, Debug, Default)]
pub struct Secrets(Rc<Vec<Secret>>);

impl Secrets {
    pub(crate) fn add(&mut self, secret: &str) {
        // Padding alone would be found everywhere.
        if secret.trim_end_matches('=').len() >= SHORTEST && !self.0.iter().any(|Secret(other)| other == secret) {
            Rc::make_mut(&mut self.0).push(Secret(secret.to_owned()));
        }
    }

    /// Adds those of another.
    pub(crate) fn add_all(&mut self, others: &Secrets) {
        if self.0.is_empty() {
            *self = others.clone();
        } else {
            others.0.iter().for_each(|Secret(secret)| self.add(secret));
        }
    }

    /// Drops the oldest where there are more than a few.
    pub(crate) fn keep_latest(&mut self) {
        const FEW: usize = 8;
        while self.0.len() > FEW {
            Rc::make_mut(&mut self.0).remove(0);
        }
    }

    /// A text without the secrets: plain, percent-encoded as a whole or in part, once or
    /// more, in Base64, and in small letters, as the names of elements and hosts come.
    /// What is called `sig` goes too, be it of this request or not.
    pub fn hide(&self, text: &str) -> String {
        let mut text = text.as_bytes().to_vec();
        for Secret(secret) in self.0.iter() {
            let mut encoded = String::new();
            percent_encode(secret, &mut encoded);
            hide_one(&mut text, secret.as_bytes());
            for form in [secret, &encoded] {
                for before in 0..3 {
                    hide_one(&mut text, &in_base64(form, before));
                }
            }
        }
        // It is UTF-8 as before, since characters were only taken out as a whole.
        redacted_url(&String::from_utf8(text).unwrap_or_default())
    }

    /// A text from outside as an error may show it: without the secrets, and no longer than
    /// anybody reads. What is cut first could leave half a secret.
    pub fn shown(&self, text: &str) -> String {
        const MOST: usize = 8192;
        let mut text = self.hide(text);
        if text.len() > MOST {
            let whole = (0..=MOST).rev().find(|end| text.is_char_boundary(*end));
            text.truncate(whole.unwrap_or_default());
            text.push('…');
        }
        text
    }
}

/// Puts [`REDACTED`] in the place of a secret, wherever it stands.
fn hide_one(text: &mut Vec<u8>, secret: &[u8]) {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_slice();
    while let Some((first, after)) = rest.split_first() {
        rest = match after_secret(rest, secret) {
            Some(after) => {
                out.extend_from_slice(REDACTED.as_bytes());
                after
            }
            None => {
                out.push(*first);
                after
            }
        };
    }
    *text = out;
}

/// A secret in the Base64 of a text in which so many bytes stand before it, less the digits
/// that depend on its neighbours.
fn in_base64(secret: &str, before: usize) -> Vec<u8> {
    let blanks = "  ".get(..before).unwrap_or_default();
    let encoded = STANDARD.encode(fill("{}{}", &[blanks, secret]));
    let (from, to) = ((before * 8).div_ceil(6), (before + secret.len()) * 8 / 6);
    encoded.as_bytes().get(from..to).unwrap_or_default().to_vec()
}

/// What follows a secret at the beginning of a text, whichever of its characters are
/// percent-encoded there, with or without its padding.
fn after_secret<'a>(text: &'a [u8], secret: &[u8]) -> Option<&'a [u8]> {
    let mut rest = text;
    let padding = secret.iter().rev().take_while(|byte| **byte == b'=').count();
    for byte in secret.get(..secret.len() - padding)? {
        rest = after_byte(rest, *byte)?;
    }
    while let Some(after) = after_byte(rest, b'=') {
        rest = after;
    }
    Some(rest)
}

/// What follows a byte; a form decoder makes a blank of a plus.
fn after_byte(text: &[u8], byte: u8) -> Option<&[u8]> {
    if let Some((first, after)) = encoded(text)
        && first.eq_ignore_ascii_case(&byte)
    {
        return Some(after);
    }
    let (first, after) = text.split_first()?;
    let same = first.eq_ignore_ascii_case(&byte) || (byte == b'+' && *first == b' ');
    same.then_some(after)
}

/// The byte that is percent-encoded at the beginning of a text, and what follows it.
fn encoded(text: &[u8]) -> Option<(u8, &[u8])> {
    let mut digits = text.strip_prefix(b"%")?;
    // A percent sign that was encoded itself.
    while let Some(rest) = digits.strip_prefix(b"25").filter(|rest| hex_pair(rest).is_some()) {
        digits = rest;
    }
    hex_pair(digits)
}

/// A URL, or words with URLs in them, without the signatures.
fn redacted_url(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some((plain, value)) = split_once(rest, "sig=") {
        push(&mut out, "{}sig={}", &[plain, REDACTED]);
        let ends =
            |c: char| c.is_whitespace() || c.is_control() || (c.is_ascii() && b"&\"'`)]}>,;#".contains(&(c as u8)));
        let end = value.char_indices().find(|(_, character)| ends(*character));
        rest = end.and_then(|(end, _)| value.get(end..)).unwrap_or_default();
    }
    out.push_str(rest);
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
        assert_eq!(format!("{secrets:?}"), "Secrets([REDACTED, REDACTED])");
    }
}
