//! What a message's text stands for: plain text, text in Base64, bytes in Base64.

use std::borrow::Cow;

use base64::Engine;
use base64::alphabet;
use base64::engine::general_purpose::STANDARD;
use base64::engine::{DecodePaddingMode, GeneralPurpose, GeneralPurposeConfig};

use crate::error::{Error, ErrorKind, Result};
use crate::text::{decimal, fill};

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
}

/// The content of a message, as a program handles it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Content {
    /// With the encodings [`Text`](MessageEncoding::Text) and [`Base64`](MessageEncoding::Base64).
    Text(String),
    /// With the encoding [`Base64Bytes`](MessageEncoding::Base64Bytes).
    Bytes(Vec<u8>),
}

impl Content {
    /// Its size in words, for errors.
    pub fn described(&self) -> String {
        match self {
            Content::Text(text) => fill("text of {} bytes in UTF-8", &[&decimal(text.len() as i64)]),
            Content::Bytes(bytes) => fill("{} bytes", &[&decimal(bytes.len() as i64)]),
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
pub fn encode(encoding: MessageEncoding, content: &Content) -> Result<Cow<'_, str>> {
    match (encoding, content) {
        (MessageEncoding::Text, Content::Text(text)) => Ok(Cow::Borrowed(text)),
        (MessageEncoding::Base64, Content::Text(text)) => Ok(Cow::Owned(STANDARD.encode(text))),
        (MessageEncoding::Base64Bytes, Content::Bytes(bytes)) => Ok(Cow::Owned(STANDARD.encode(bytes))),
        (MessageEncoding::Base64Bytes, Content::Text(_)) => {
            Err(Error::of_type("content", "text", "bytes, for the message encoding is \"base64-bytes\""))
        }
        (_, Content::Bytes(_)) => {
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
    }
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
    if let Ok(bytes) = STANDARD.decode(text) {
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
