//! Reads the fields of a shared access signature from text as people paste it.
//!
//! XML, HTML, JSON, form decoders and line wrapping change a token on its way. A change with one
//! possible original is undone. Everything else is refused, so that no broken token is sent.

use crate::limits::quoted;
use crate::percent::{percent_decode, percent_encode};
use crate::text::{all, contains, contains_any, fill, pieces, replace, split_once, trim, trim_end};

use super::pasted::unquoted;
use crate::redaction::Secret;

/// A field of a token: its name, and its value percent-encoded for a URL.
pub(super) type Field = (&'static str, Secret);

/// Every parameter that a shared access signature can have.
const NAMES: &str = "sig sp st se sr si sip spr sv rscc rscd rsce rscl rsct spk srk epk erk srt ss skoid sktid skt \
    ske sks skv ses srh srq skdutid sduoid saoid suoid scid sdd";

/// Fields whose value the creator of the token chooses, so that a `%` in it can be its own.
const FREE_TEXT: &str = "si rscc rscd rsce rscl rsct spk srk epk erk ses";

/// What shells, JSON, XML and HTML write for the characters of a token. None of it is part of a token.
const ESCAPES: [(&str, &str); 28] = [
    ("\\\\", "\\"),
    // A shell.
    ("\\&", "&"),
    ("\\?", "?"),
    ("\\=", "="),
    ("^&", "&"),
    // JSON.
    ("\\u0026", "&"),
    ("\\u003d", "="),
    ("\\u003D", "="),
    ("\\u002b", "+"),
    ("\\u002B", "+"),
    ("\\u002f", "/"),
    ("\\/", "/"),
    ("\\\"", ""),
    ("\\n", ""),
    ("\\r", ""),
    // XML and HTML.
    ("&amp;", "&"),
    ("&#38;", "&"),
    ("&#x26;", "&"),
    ("&#61;", "="),
    ("&#x3D;", "="),
    ("&#43;", "+"),
    ("&#x2B;", "+"),
    ("&#x2b;", "+"),
    ("&#x3d;", "="),
    ("&#47;", "/"),
    ("&#x2F;", "/"),
    ("&#37;", "%"),
    ("&quot;", ""),
];

/// What chats and mail programs put into long words: zero-width characters and soft hyphens.
const INVISIBLE: [&str; 6] = ["\u{200b}", "\u{200c}", "\u{200d}", "\u{2060}", "\u{feff}", "\u{ad}"];

/// Times, whose offset begins with a `+` that a form decoder reads as a blank.
const TIMES: &str = "st se skt ske";

/// Fields of letters, digits and punctuation.
const WORDS: &str = "sp st se sr sip spr sv srt ss";

/// Longer than any token, in bytes.
const MAX_LENGTH: usize = 16_384;

/// What may stand in the text beside the fields of a token.
#[derive(Clone, Copy, PartialEq)]
pub(super) enum Beside {
    /// Nothing: the text is a token.
    Nothing,
    /// Other parameters, which are dropped: the text is the query of a URL.
    Parameters,
}

/// The fields of a token, or why the text is none. The reason does not repeat the text, which may
/// be a secret.
pub(super) fn read(text: &str, beside: Beside) -> Result<Vec<Field>, String> {
    let text = repaired(text)?;
    let (text, fragment) = split_once(&text, "#").unwrap_or((&text, ""));
    if !fragment.is_empty() {
        return Err("a fragment, which begins with \"#\"".to_owned());
    }
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    for piece in pieces(text, b"&") {
        let (name, value) = split_once(piece, "=").unwrap_or_default();
        let Some(name) = find(NAMES, &trim(name).to_ascii_lowercase()) else {
            if piece.is_empty() || beside == Beside::Parameters {
                continue;
            }
            if value.is_empty() {
                return Err("text that is none".to_owned());
            }
            return Err(about("a token with the unknown field {}", name));
        };
        let value = decoded(name, value)?;
        match fields.iter().find(|(other, _)| *other == name) {
            None => fields.push((name, value)),
            Some((_, other)) if *other == value => {}
            Some(_) => return Err(about("two tokens in one: the field {} is there twice", name)),
        }
    }
    undo_second_encoding(&mut fields)?;
    fields.into_iter().map(|(name, value)| checked(name, value)).collect()
}

/// The entry of a list of names.
fn find(names: &'static str, name: &str) -> Option<&'static str> {
    pieces(names, b" ").find(|other| *other == name)
}

/// A reason with the name of a field in quotes.
fn about(why: &str, name: &str) -> String {
    fill(why, &[&quoted(name)])
}

/// The text as it was before it was copied through something as a whole.
fn repaired(text: &str) -> Result<String, String> {
    let text = unquoted(text);
    if text.len() > MAX_LENGTH {
        return Err("a text that is too long for a token".to_owned());
    }
    let mut plain = String::new();
    for line in pieces(text, b"\r\n") {
        plain.push_str(trim(line));
    }
    for invisible in INVISIBLE {
        replace(&mut plain, invisible, "");
    }
    unescape(&mut plain);
    let mut plain = trim_end(&plain, "\\").to_owned();
    if contains_any(&plain, b"\\") {
        return Err("a token with a backslash".to_owned());
    }
    // A token that is percent-encoded as a whole has no "=" of its own.
    while !contains_any(&plain, b"=") && (contains(&plain, "%3D") || contains(&plain, "%3d")) {
        plain = percent_decode(&plain).unwrap_or_default();
    }
    // A URL to which a token was appended twice has a second "?".
    replace(&mut plain, "??", "?");
    for name in pieces(NAMES, b" ") {
        replace(&mut plain, &fill("?{}=", &[name]), &fill("&{}=", &[name]));
    }
    Ok(plain)
}

/// Undoes what shells, JSON, XML and HTML write for the characters of a token.
pub(crate) fn unescape(text: &mut String) {
    for (escape, character) in ESCAPES {
        replace(text, escape, character);
    }
}

/// A value without its percent-encoding. A form decoder reads `+` as a blank, except in the
/// signature: Base64 has a `+` and no blank.
fn decoded(name: &str, value: &str) -> Result<String, String> {
    let mut value = value.to_owned();
    replace(&mut value, "+", if name == "sig" { "%2B" } else { "%20" });
    percent_decode(&value).ok_or_else(|| about("a token whose field {} is not percent-encoded UTF-8", name))
}

/// How often a value is percent-encoded at most beyond the first time.
const MAX_ENCODINGS: u32 = 3;

/// Undoes a second percent-encoding: no value has a `%`, unless it is free text.
fn undo_second_encoding(fields: &mut [(&'static str, String)]) -> Result<(), String> {
    let is_encoded = |value: &str| contains_any(value, b"%");
    let is_encoded_twice = fields.iter().any(|(name, value)| *name == "sig" && is_encoded(value));
    for (name, value) in fields.iter_mut().filter(|(_, value)| is_encoded(value)) {
        if find(FREE_TEXT, name).is_some() {
            if is_encoded_twice {
                return Err("a token that is percent-encoded twice".to_owned());
            }
            continue;
        }
        for _ in 0..MAX_ENCODINGS {
            *value = decoded(name, value)?;
        }
    }
    Ok(())
}

/// A field that can be used, its value encoded for a URL.
fn checked(name: &'static str, mut value: String) -> Result<Field, String> {
    if name == "sig" {
        value = signature(&value)?;
    } else if find(TIMES, name).is_some() {
        replace(&mut value, " ", "+");
    }
    // Fields that are joined by something else than "&" would show the signature as a part of this one.
    if name != "sig" && contains(&value, "sig=") {
        return Err(about("a token whose field {} contains a signature", name));
    }
    if find(WORDS, name).is_some() && !all(&value, |byte| byte.is_ascii_graphic()) {
        return Err(about("a token whose field {} has a blank, or a character that is not ASCII", name));
    }
    let mut encoded = String::with_capacity(value.len());
    percent_encode(&value, &mut encoded);
    Ok((name, Secret(encoded)))
}

/// Base64 digits of an HMAC-SHA256, which one `=` follows.
const SIGNATURE_DIGITS: usize = 43;

/// A signature in Base64. A blank in it was a `+`, and a line break came from wrapping.
fn signature(value: &str) -> Result<String, String> {
    let mut signature = trim(value).to_owned();
    for (damage, original) in [(" ", "+"), ("\r", ""), ("\n", ""), ("\t", "")] {
        replace(&mut signature, damage, original);
    }
    let digits = trim_end(&signature, "=");
    let is_base64 = all(digits, |byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/');
    if is_base64 && digits.len() == SIGNATURE_DIGITS {
        return Ok(fill("{}=", &[digits]));
    }
    if is_base64 && digits.len() < SIGNATURE_DIGITS && signature.len() - digits.len() <= 2 {
        return Ok(signature);
    }
    Err("a token whose signature (sig) is not Base64".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGNATURE: &str = "a+b/c0d1e2f3a+b/c0d1e2f3a+b/c0d1e2f3a+b/c0d=";

    fn fields(text: &str) -> Result<Vec<(&'static str, String)>, String> {
        let plain = |Secret(encoded): &Secret| percent_decode(encoded).expect("UTF-8");
        let read = read(text, Beside::Nothing)?;
        Ok(read.iter().map(|(name, value)| (*name, plain(value))).collect())
    }

    #[test]
    fn a_copy_with_one_possible_original_becomes_that_original() {
        let mut encoded = String::new();
        percent_encode(SIGNATURE, &mut encoded);
        let token = format!("sv=2020-12-06&sp=r&se=2030-01-01T00%3A00%3A00Z&sig={encoded}");
        let original = fields(&token);
        assert_eq!(original.as_ref().map(|fields| fields.len()), Ok(4));
        let mut twice = String::new();
        percent_encode(&token, &mut twice);
        let (first, second) = SIGNATURE.split_at(20);
        for (what, copy) in [
            ("XML", token.replace('&', "&amp;")),
            ("XML in XML", token.replace('&', "&amp;amp;")),
            ("HTML with numbers", token.replace('&', "&#38;").replace('=', "&#x3D;")),
            ("JSON", format!("\"{}\"", token.replace('&', "\\u0026").replace('/', "\\/"))),
            ("JSON in JSON", format!("\\\"{token}\\\"")),
            ("a shell", token.replace('&', "\\&").replace('=', "\\=")),
            ("a line feed of JSON", format!("{token}\\n")),
            ("two question marks", format!("??{token}")),
            ("the token appended twice", format!("?{token}?{token}")),
            ("percent-encoding of the whole", twice),
            ("percent-encoding of each value", token.replace('%', "%25")),
            ("percent-encoding of the signature", token.replace("%2B", "%252B").replace("%3D", "%253D")),
            ("a form decoder", token.replace("%2B", " ").replace("%2F", "/")),
            ("a signature as it is", token.replace(&encoded, SIGNATURE)),
            ("a line feed in the signature", token.replace(&encoded, &format!("{first}\n{second}"))),
            ("an indented line in the signature", token.replace(&encoded, &format!("{first}\r\n   {second}"))),
            ("an encoded line feed at the end", format!("{token}%0A")),
            ("a line for each field", token.replace('&', "\n  &")),
        ] {
            assert_eq!(fields(&copy), original, "{what}: {copy}");
        }
    }

    #[test]
    fn a_copy_with_several_possible_originals_is_refused() {
        for (text, why) in [
            ("sv=1&sig=topsecret?sv=2&sig=topsecret", "the field \"sv\" is there twice"),
            ("sig=topsecret&sig=topsecreT", "the field \"sig\" is there twice"),
            ("sv=1&sig=topsecret-_", "signature (sig) is not Base64"),
            ("sv=1&sig=...topsecret", "signature (sig) is not Base64"),
            ("sv=1&sig=topsecret===", "signature (sig) is not Base64"),
            ("sv=1&sig=%FFtopsecret", "\"sig\" is not percent-encoded UTF-8"),
            ("sv=1;sig=topsecret", "\"sv\" contains a signature"),
            ("si=100%25&sig=top%252Bsecret", "percent-encoded twice"),
            ("sv=1&sig=topsecret#top", "a fragment"),
            ("sv=1&sig=\\u0041topsecret", "a backslash"),
        ] {
            let told = fields(text).expect_err(text);
            assert!(told.contains(why) && !told.contains("topsecret"), "{text}: {told}");
        }
    }

    #[test]
    fn a_policy_name_keeps_its_percent_sign() {
        assert_eq!(fields("si=100%25&sig=abc"), Ok(vec![("si", "100%".into()), ("sig", "abc".into())]));
    }

    #[test]
    fn other_parameters_of_a_url_are_dropped() {
        let read = read("comp=list&sv=1&debug&sig=abc", Beside::Parameters).expect("a token");
        assert_eq!(read.iter().map(|(name, _)| *name).collect::<Vec<_>>(), ["sv", "sig"]);
    }
}
