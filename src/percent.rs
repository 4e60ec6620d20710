//! Percent-encoding, by RFC 3986.

use crate::text::push_digits;

/// Percent-encodes everything but the unreserved characters of RFC 3986.
pub fn percent_encode(text: &str, out: &mut String) {
    for byte in text.bytes() {
        if byte.is_ascii_alphanumeric() || b"-._~".contains(&byte) {
            out.push(char::from(byte));
        } else {
            out.push('%');
            push_digits(out, u64::from(byte), 16, 2);
        }
    }
}

/// Undoes percent-encoding; `None` when the result is not UTF-8. A stray `%` stays.
pub fn percent_decode(text: &str) -> Option<String> {
    let mut out = Vec::with_capacity(text.len());
    let mut rest = text.as_bytes();
    while let Some((&first, after)) = rest.split_first() {
        let (byte, after) = if first == b'%' { hex_pair(after) } else { None }.unwrap_or((first, after));
        out.push(byte);
        rest = after;
    }
    String::from_utf8(out).ok()
}

/// The byte that two digits stand for, and what follows them.
pub(crate) fn hex_pair(text: &[u8]) -> Option<(u8, &[u8])> {
    let digit = |at: usize| char::from(*text.get(at)?).to_digit(16);
    Some(((digit(0)? * 16 + digit(1)?) as u8, text.get(2..)?))
}
