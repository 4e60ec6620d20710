//! What a message's text stands for: plain text, text in Base64, bytes in Base64, or what it looks like.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::{Error, ErrorKind, Result};
use crate::text::{all, decimal, fill};

/// How a message's content stands in its text.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum MessageEncoding {
    /// As it is.
    #[default]
    Text,
    /// Text, its UTF-8 in Base64: what Azure Functions expects.
    Base64,
    /// Bytes, in Base64.
    Base64Bytes,
    /// Text that some writers put in Base64 and others do not: for reading. Each message is read as what it is, see
    /// [`text_in_base64`].
    Auto,
}

/// The content of a message, as a program handles it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// With all encodings but [`Base64Bytes`](MessageEncoding::Base64Bytes).
    Text(String),
    /// With the encoding [`Base64Bytes`](MessageEncoding::Base64Bytes).
    Bytes(Vec<u8>),
}

/// The content of a message that somebody else keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ContentRef<'a> {
    /// Text.
    Text(&'a str),
    /// Bytes.
    Bytes(&'a [u8]),
}

impl ContentRef<'_> {
    /// Its size in words, for errors.
    pub(crate) fn described(self) -> String {
        match self {
            ContentRef::Text(text) => fill("text of {} bytes in UTF-8", &[&decimal(text.len() as i64)]),
            ContentRef::Bytes(bytes) => fill("{} bytes", &[&decimal(bytes.len() as i64)]),
        }
    }
}

impl<'a> From<&'a Content> for ContentRef<'a> {
    fn from(content: &'a Content) -> Self {
        match content {
            Content::Text(text) => ContentRef::Text(text),
            Content::Bytes(bytes) => ContentRef::Bytes(bytes),
        }
    }
}

impl From<&str> for Content {
    fn from(text: &str) -> Self {
        Content::Text(text.to_owned())
    }
}

impl From<String> for Content {
    fn from(text: String) -> Self {
        Content::Text(text)
    }
}

impl From<Vec<u8>> for Content {
    fn from(bytes: Vec<u8>) -> Self {
        Content::Bytes(bytes)
    }
}

/// Turns content into a message's text.
pub fn encode<'a>(encoding: MessageEncoding, content: impl Into<ContentRef<'a>>) -> Result<Cow<'a, str>> {
    match (encoding, content.into()) {
        (MessageEncoding::Text, ContentRef::Text(text)) => Ok(Cow::Borrowed(text)),
        (MessageEncoding::Base64, ContentRef::Text(text)) => Ok(Cow::Owned(STANDARD.encode(text))),
        (MessageEncoding::Base64Bytes, ContentRef::Bytes(bytes)) => Ok(Cow::Owned(STANDARD.encode(bytes))),
        // To guess for others would be to lose their messages.
        (MessageEncoding::Auto, _) => Err(Error::value(
            "message_encoding",
            "\"auto\"",
            "\"text\", \"base64\" or \"base64-bytes\" to send, as whoever reads the queue expects it",
        )),
        (MessageEncoding::Base64Bytes, ContentRef::Text(_)) => {
            Err(Error::of_type("content", "text", "bytes, for the message encoding is \"base64-bytes\""))
        }
        (_, ContentRef::Bytes(_)) => {
            Err(Error::of_type("content", "bytes", "text (to send bytes, set the message encoding \"base64-bytes\")"))
        }
    }
}

/// Turns a message's text into content.
pub fn decode(encoding: MessageEncoding, text: Cow<'_, str>) -> Result<Content> {
    match encoding {
        MessageEncoding::Text => Ok(Content::Text(text.into_owned())),
        MessageEncoding::Base64 => {
            let text = decode_base64(&text).and_then(|bytes| String::from_utf8(bytes).ok());
            text.map(Content::Text).ok_or_else(|| undecodable("text in Base64"))
        }
        MessageEncoding::Base64Bytes => decode_base64(&text).map(Content::Bytes).ok_or_else(|| undecodable("Base64")),
        MessageEncoding::Auto => Ok(Content::Text(text_in_base64(&text).unwrap_or_else(|| text.into_owned()))),
    }
}

/// The text that a text stands for if it is Base64, and if it can hardly be anything else. Three things are asked for:
///
/// 1. It is Base64 to the letter, as encoders write it: its alphabet, its padding, no bit that is not used.
/// 2. What comes out is UTF-8 without control characters but tab, line feed and carriage return. That rules out most
///    words and numbers, such as `test` and `123q`, but not all: `fish`, `bild` and `1400` come out as readable nonsense.
/// 3. So there must be a sign that somebody encoded it: padding at its end; or, of 16 characters on, both capital and
///    small letters; or, of fewer, that a number comes out, or something in braces, brackets or quotes.
pub fn text_in_base64(text: &str) -> Option<String> {
    let decoded = String::from_utf8(decode_strictly(text)?).ok()?;
    let is_control = |byte: u8| byte.is_ascii_control() && !b"\t\n\r".contains(&byte);
    let marked = match text.len() {
        0 => false,
        _ if text.as_bytes().last() == Some(&b'=') => true,
        16.. => any(text, |byte| byte.is_ascii_uppercase()) && any(text, |byte| byte.is_ascii_lowercase()),
        _ => is_datum(&decoded),
    };
    (marked && !any(&decoded, is_control)).then_some(decoded)
}

/// Whether a text is a number of digits, or stands between what JSON puts around data.
fn is_datum(text: &str) -> bool {
    let ends = (text.bytes().next(), text.bytes().next_back());
    let between = [(b'{', b'}'), (b'[', b']'), (b'"', b'"')];
    all(text, |byte| byte.is_ascii_digit()) || between.iter().any(|(first, last)| ends == (Some(*first), Some(*last)))
}

fn any(text: &str, matches: impl Fn(u8) -> bool) -> bool {
    text.bytes().any(matches)
}

/// Base64 and nothing else, for what is not to be changed on its way.
pub fn decode_strictly(text: impl AsRef<[u8]>) -> Option<Vec<u8>> {
    STANDARD.decode(text).ok()
}

fn undecodable(expected: &str) -> Error {
    Error::told(ErrorKind::Decode, "Message content is not {}.", &[expected])
}

/// Base64 as Python's client reads it, since messages come from there: characters outside
/// the alphabet are passed over and nothing is read beyond the padding, but the length
/// must be right.
fn decode_base64(text: &str) -> Option<Vec<u8>> {
    const LENIENT: GeneralPurpose = GeneralPurpose::new(
        &alphabet::STANDARD,
        GeneralPurposeConfig::new()
            .with_decode_allow_trailing_bits(true)
            .with_decode_padding_mode(DecodePaddingMode::RequireNone),
    );
    if let Some(bytes) = decode_strictly(text) {
        return Some(bytes);
    }
    let mut digits = Vec::with_capacity(text.len());
    let mut padding = 0;
    for byte in text.bytes() {
        let rest = digits.len() % 4;
        match byte {
            b'=' if rest >= 2 => {
                padding += 1;
                if rest + padding == 4 {
                    return LENIENT.decode(digits).ok();
                }
            }
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'+' | b'/' => {
                padding = 0;
                digits.push(byte);
            }
            _ => {}
        }
    }
    (digits.len() % 4 == 0).then(|| LENIENT.decode(digits).ok())?
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::testing::vectors;

    fn content(value: &Value) -> Option<Content> {
        if let Some(text) = value.as_str() {
            return Some(text.into());
        }
        let hex = value["__bytes_hex__"].as_str()?;
        let digits: Vec<u32> = hex.chars().filter_map(|digit| digit.to_digit(16)).collect();
        Some(digits.chunks(2).map(|pair| (pair[0] * 16 + pair[1]) as u8).collect::<Vec<u8>>().into())
    }

    #[test]
    fn auto_takes_for_base64_what_hardly_is_anything_else() {
        for (text, stands_for) in [
            ("aGVsbG8=", "hello"),
            ("aMOpbGxvIOa8ovCfmIA=", "héllo 漢😀"),
            ("aGVsbG8gd29ybGQh", "hello world!"),
            ("eyJpZCI6MTJ9", "{\"id\":12}"),
            ("WzFd", "[1]"),
            ("ImEi", "\"a\""),
            ("MTIz", "123"),
            ("MTIzNA==", "1234"),
            ("Cg==", "\n"),
        ] {
            assert_eq!(text_in_base64(text).as_deref(), Some(stands_for), "{text}");
            assert_eq!(encode(MessageEncoding::Base64, &stands_for.into()), Ok(text.into()));
        }
    }

    #[test]
    fn auto_leaves_other_text_as_it_is() {
        let words = ["test", "Test", "TEST", "fish", "bild", "aldi", "abcd", "password", "hello", "hello world!"];
        let numbers = ["123q", "1234", "12345678", "1400", "14001400", "491514001400", "1400140014001400"];
        let ids = [
            "d41d8cd98f00b204e9800998ecf8427e",
            "D41D8CD98F00B204E9800998ECF8427E",
            "6a5f2c9e-1b7d-4c3e-8f00-112233445566",
        ];
        let names =
            ["internationalist", "INTERNATIONALIZE", "Internationalize", "Y2F0", "abc=", "ab==", "cats=", "{\"id\":1}"];
        let broken = ["", "=", "====", "aGVs bG8=", "aGVsbG8", "aGVsbG9=", "aGVsbG8=\n", "SGVsbG8gV29ybGQh-_"];
        let binary = ["AAAA", "AAAAAAAAAAAAAAAAAAAAAA==", "/////w=="];
        for text in [&words[..], &numbers, &ids, &names, &broken, &binary].concat() {
            assert_eq!(text_in_base64(text), None, "{text}");
            assert_eq!(decode(MessageEncoding::Auto, text.into()), Ok(text.into()));
        }
    }

    #[test]
    fn auto_is_for_reading() {
        let error = encode(MessageEncoding::Auto, &"x".into()).expect_err("refused");
        assert!(
            error.message().starts_with("message_encoding must be \"text\", \"base64\" or \"base64-bytes\" to send")
        );
    }

    #[test]
    fn every_vector_of_the_encodings() {
        let vectors = vectors();
        let cases = vectors["encoding"].as_array().expect("cases");
        let mut checked = 0;
        for case in cases {
            let (encoding, encodes) = match case["policy"].as_str().expect("policy") {
                "TextBase64Encode" => (MessageEncoding::Base64, true),
                "BinaryBase64Encode" => (MessageEncoding::Base64Bytes, true),
                "None(NoEncode)" => (MessageEncoding::Text, true),
                "TextBase64Decode" => (MessageEncoding::Base64, false),
                _ => (MessageEncoding::Base64Bytes, false),
            };
            // Numbers are refused before they come here.
            let Some(input) = content(&case["input"]) else { continue };
            checked += 1;
            let got = if encodes {
                encode(encoding, &input).map(|text| Content::Text(text.into_owned()))
            } else {
                decode(encoding, case["input"].as_str().expect("text").into())
            };
            match content(&case["output"]) {
                Some(output) => assert_eq!(got, Ok(output), "{case}"),
                None => {
                    let kind = if encodes { ErrorKind::ArgumentType } else { ErrorKind::Decode };
                    assert_eq!(got.expect_err("refused").kind(), kind, "{case}");
                }
            }
        }
        assert_eq!((checked, cases.len()), (20, 22));
    }
}
