//! Reads the fields of a shared access signature from text as people paste it.
//!
//! XML, HTML, JSON, form decoders and line wrapping change a token on its way. A change with one
//! possible original is undone. Everything else is refused, so that no broken token is sent.

use std::borrow::Cow;

use crate::limits::quoted;
use crate::percent::{hex_pair, percent_decode, percent_encode};
use crate::text::{
    all, contains, contains_any, fill, pieces, push, small_number, split_once, trim, trim_end, trim_start,
};

use super::sas_token::unquoted;
use super::secret::Secret;

/// A field of a token: its name, and its value percent-encoded for a URL.
pub(super) type Field = (&'static str, Secret);

/// Every parameter that a shared access signature can have.
const NAMES: &str = "sig sp st se sr si sip spr sv rscc rscd rsce rscl rsct spk srk epk erk srt ss skoid sktid skt \
    ske sks skv ses srh srq skdutid sduoid saoid suoid scid sdd";

/// Fields whose value the creator of the token chooses, so that a `%` in it can be its own.
const FREE_TEXT: &str = "si rscc rscd rsce rscl rsct spk srk epk erk ses";

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
    let text = repair(text);
    let (text, fragment) = split_once(&text, "#").unwrap_or((&text, ""));
    if !fragment.is_empty() {
        return Err("a fragment, which begins with \"#\"".to_owned());
    }
    let mut fields: Vec<(&'static str, String)> = Vec::new();
    for piece in pieces(trim_start(text, "?"), b"&").filter(|piece| !piece.is_empty()) {
        let (name, value) = split_once(piece, "=").unwrap_or(("", ""));
        let Some(name) = known(name) else {
            match beside {
                Beside::Parameters => continue,
                Beside::Nothing if value.is_empty() => return Err("text that is none".to_owned()),
                Beside::Nothing => return Err(fill("a token with the unknown field {}", &[&quoted(name)])),
            }
        };
        let value = decoded(name, value)?;
        match fields.iter().find(|(other, _)| *other == name) {
            None => fields.push((name, value)),
            Some((_, other)) if *other == value => {}
            Some(_) => return Err(fill("two tokens in one: the field \"{}\" is there twice", &[name])),
        }
    }
    undo_second_encoding(&mut fields)?;
    fields.into_iter().map(|(name, value)| checked(name, value)).collect()
}

fn known(name: &str) -> Option<&'static str> {
    pieces(NAMES, b" ").find(|known| *known == name)
}

/// Undoes what happened to the text as a whole.
fn repair(text: &str) -> Cow<'_, str> {
    let mut text = Cow::Borrowed(unquoted(text));
    if contains_any(&text, b"\\") {
        text = Cow::Owned(without_json_escapes(&text));
    }
    // XML inside of XML escapes twice.
    while let Some(plain) = without_entities(&text) {
        text = Cow::Owned(plain);
    }
    if contains_any(&text, b"\r\n") {
        text = Cow::Owned(pieces(&text, b"\r\n").map(trim).collect());
    }
    // A token that is percent-encoded as a whole has no "=" of its own.
    while !contains_any(&text, b"=") && (contains(&text, "%3D") || contains(&text, "%3d")) {
        text = match percent_decode(&text) {
            Some(plain) => Cow::Owned(plain),
            None => break,
        };
    }
    with_one_separator(text)
}

/// A string without the escapes of JSON: `\u0026` is `&`.
fn without_json_escapes(text: &str) -> String {
    let mut parts = pieces(text, b"\\");
    let mut out = parts.next().unwrap_or_default().to_owned();
    // JSON in JSON escapes the backslash too, and leaves an empty part.
    for part in parts.filter(|part| !part.is_empty()) {
        let code = part.strip_prefix("u00").and_then(|digits| hex_pair(digits.as_bytes()));
        let (character, rest) = match (code, part.chars().next()) {
            (Some((code, _)), _) if code.is_ascii() => (char::from(code), part.get(5..)),
            (_, Some('n' | 'r')) => ('\n', part.get(1..)),
            (_, Some(mark @ ('/' | '"'))) => (mark, part.get(1..)),
            _ => ('\\', Some(part)),
        };
        out.push(character);
        out.push_str(rest.unwrap_or_default());
    }
    unquoted(&out).to_owned()
}

/// A string without the character references of XML and HTML; `None` where it has none.
fn without_entities(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut found = false;
    let mut rest = text;
    while let Some((before, behind)) = split_once(rest, "&") {
        out.push_str(before);
        let (name, after) = split_once(behind, ";").unwrap_or(("", behind));
        let character = match name {
            "amp" => Some('&'),
            "quot" => Some('"'),
            _ => name.strip_prefix('#').and_then(referenced),
        };
        out.push(character.unwrap_or('&'));
        rest = if character.is_some() { after } else { behind };
        found |= character.is_some();
    }
    out.push_str(rest);
    found.then(|| unquoted(&out).to_owned())
}

/// The ASCII character with a number such as `38` or `x26`.
fn referenced(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(digits) => hex_pair(digits.as_bytes()).filter(|(_, rest)| rest.is_empty())?.0,
        None => u8::try_from(small_number(number)?).ok()?,
    };
    code.is_ascii().then(|| char::from(code))
}

/// A URL to which a token was appended twice has a second `?` before a field.
fn with_one_separator(text: Cow<'_, str>) -> Cow<'_, str> {
    let mut parts = pieces(&text, b"?");
    let mut out = parts.next().unwrap_or_default().to_owned();
    let mut changed = false;
    for part in parts {
        let begins_token = split_once(part, "=").is_some_and(|(name, _)| known(name).is_some());
        out.push(if begins_token { '&' } else { '?' });
        out.push_str(part);
        changed |= begins_token;
    }
    if changed { Cow::Owned(out) } else { text }
}

/// A value without its percent-encoding. A form decoder reads `+` as a blank, except in the
/// signature: Base64 has a `+` and no blank.
fn decoded(name: &str, value: &str) -> Result<String, String> {
    let plus = if name == "sig" { "+" } else { " " };
    let mut plain = String::with_capacity(value.len());
    for (index, piece) in pieces(value, b"+").enumerate() {
        let Some(piece) = percent_decode(piece) else {
            return Err(fill("a token whose field \"{}\" is not percent-encoded UTF-8", &[name]));
        };
        push(&mut plain, "{}{}", &[if index > 0 { plus } else { "" }, &piece]);
    }
    Ok(plain)
}

/// Undoes a second percent-encoding: no value has a `%`, unless it is free text.
fn undo_second_encoding(fields: &mut [(&'static str, String)]) -> Result<(), String> {
    let has_percent = |value: &str| contains_any(value, b"%");
    let signature = fields.iter().find(|(name, _)| *name == "sig");
    let is_encoded_twice = signature.is_some_and(|(_, signature)| has_percent(signature));
    for (name, value) in fields {
        if pieces(FREE_TEXT, b" ").any(|free| free == *name) {
            if is_encoded_twice && has_percent(value) {
                return Err("a token that is percent-encoded twice".to_owned());
            }
            continue;
        }
        while has_percent(value) {
            match decoded(name, value)? {
                plain if plain != *value => *value = plain,
                _ => break,
            }
        }
    }
    Ok(())
}

/// A field that can be used, its value encoded for a URL.
fn checked(name: &'static str, value: String) -> Result<Field, String> {
    let value = match name {
        "sig" => signature(&value)?,
        // Fields that are joined by something else than "&" would show the signature as a part of this one.
        _ if contains(&value, "sig=") => {
            return Err(fill("a token whose field \"{}\" contains a signature", &[name]));
        }
        _ => value,
    };
    let mut encoded = String::with_capacity(value.len());
    percent_encode(&value, &mut encoded);
    Ok((name, Secret(encoded)))
}

/// A signature in Base64. A blank in it was a `+`, and a line break came from wrapping.
fn signature(value: &str) -> Result<String, String> {
    let mut signature = String::with_capacity(value.len());
    for character in trim(value).chars() {
        match character {
            ' ' => signature.push('+'),
            '\r' | '\n' | '\t' => {}
            other => signature.push(other),
        }
    }
    let digits = trim_end(&signature, "=");
    let is_base64 = all(digits, |byte| byte.is_ascii_alphanumeric() || byte == b'+' || byte == b'/');
    if is_base64 && signature.len() - digits.len() <= 2 && (!digits.is_empty() || signature.is_empty()) {
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
