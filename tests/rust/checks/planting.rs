//! Secrets planted into inputs: the fuzzer cannot guess one, so some bytes stand for it.

use std::sync::OnceLock;

use aho_corasick::AhoCorasick;
use azure_queue_wasm::error::Error;

use crate::planted::{KEY, SIGNATURE, TOKEN, encoded, forms, readings, told, traces};

/// Where a byte of an answer stands for a secret, in one of the forms in which it may come back from outside. These
/// bytes have no other use: they are characters that neither XML nor headers may hold.
pub fn planted_in_answer(bytes: &[u8], secret: &str) -> Vec<u8> {
    let forms = forms_of(secret);
    planted(bytes, |byte| forms.get(usize::from(byte).checked_sub(1)?).map(String::as_str))
}

/// The secrets that answers may repeat.
pub const SECRETS: [&str; 3] = [SIGNATURE, KEY, TOKEN];

/// Made once: they are the same for all of the millions of inputs.
fn forms_of(secret: &str) -> &'static [String; 8] {
    static FORMS: OnceLock<[[String; 8]; 3]> = OnceLock::new();
    let at = SECRETS.iter().position(|known| *known == secret).expect("one of them");
    &FORMS.get_or_init(|| SECRETS.map(forms))[at]
}

/// What a user gives: text, with a signature or a key in the places of 1 to 4.
pub fn planted_in_argument(bytes: &[u8]) -> Option<String> {
    static FORMS: OnceLock<[String; 4]> = OnceLock::new();
    let forms = FORMS.get_or_init(|| [SIGNATURE.to_owned(), encoded(SIGNATURE), KEY.to_owned(), encoded(KEY)]);
    let bytes = planted(bytes, |byte| forms.get(usize::from(byte).checked_sub(1)?).map(String::as_str));
    String::from_utf8(bytes).ok()
}

fn planted<'a>(bytes: &[u8], secret: impl Fn(u8) -> Option<&'a str>) -> Vec<u8> {
    let mut out = Vec::with_capacity(bytes.len() + 128);
    for byte in bytes {
        match secret(*byte) {
            Some(secret) => out.extend_from_slice(secret.as_bytes()),
            None => out.push(*byte),
        }
    }
    out
}

/// An error tells nothing of a secret.
pub fn tells_no_secret(error: &Error) {
    shows_no_secret(&told(error));
}

/// A text has no part of a secret in it: what `leaks` finds, in one go, for this is most of what a check does.
pub fn shows_no_secret(text: &str) {
    static TRACES: OnceLock<AhoCorasick> = OnceLock::new();
    let search = TRACES.get_or_init(|| AhoCorasick::new(SECRETS.into_iter().flat_map(traces)).expect("few and short"));
    assert!(!readings(text).iter().any(|reading| search.is_match(reading)), "{text}");
}
