//! Shared Key: "Authorize with Shared Key" of the REST reference.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use crate::error::{Error, Result};
use crate::http::{WireRequest, header};
use crate::limits;
use crate::percent::percent_decode;
use crate::text::{decimal, fill, pieces, push, split_once, trim_start};

use super::pasted::{connection_string_in, unquoted};
use crate::redaction::Secret;

/// An account's name and key.
#[derive(Clone, Debug)]
pub struct SharedKey {
    account_name: String,
    key: Secret<Vec<u8>>,
    /// The key as it was given, in Base64.
    text: Secret,
}

impl SharedKey {
    /// An account's name and its key in Base64.
    pub fn new(account_name: &str, account_key: &str) -> Result<Self> {
        limits::account_name(account_name)?;
        let text = unquoted(account_key);
        if let Some(what) = connection_string_in(text) {
            return Err(Error::value("account_key", what, "an account key, which is Base64"));
        }
        let key = STANDARD.decode(text).ok().filter(|key| !key.is_empty());
        let key = key
            .ok_or_else(|| Error::value("account_key", "text that is not Base64", "an account key, which is Base64"))?;
        Ok(SharedKey { account_name: account_name.to_owned(), key: Secret(key), text: Secret(text.to_owned()) })
    }

    /// Whether a text could be a key.
    pub(super) fn is_like(text: &str) -> bool {
        !text.is_empty() && STANDARD.decode(text).is_ok()
    }

    /// The account's name.
    pub fn account_name(&self) -> &str {
        &self.account_name
    }

    /// Base64 of the HMAC-SHA256 of a text.
    pub(super) fn sign(&self, text: &str) -> String {
        sign(&self.key.0, text)
    }

    /// The key, in Base64.
    pub(super) fn expose(&self) -> &str {
        &self.text.0
    }

    /// The signature of a request.
    pub(super) fn signature(&self, request: &WireRequest) -> String {
        self.sign(&self.string_to_sign(request))
    }

    fn string_to_sign(&self, request: &WireRequest) -> String {
        const STANDARD_HEADERS: [&str; 8] = [
            "content-md5",
            "content-type",
            "date",
            "if-modified-since",
            "if-match",
            "if-none-match",
            "if-unmodified-since",
            "range",
        ];
        let value = |name| header(&request.headers, name).unwrap_or_default();
        let (encoding, language) = (value("content-encoding"), value("content-language"));
        let mut text = fill("{}\n{}\n{}\n", &[request.method.as_str(), encoding, language]);
        if !request.body.is_empty() {
            text.push_str(&decimal(request.body.len() as i64));
        }
        text.push('\n');
        for name in STANDARD_HEADERS {
            push(&mut text, "{}\n", &[value(name)]);
        }
        push_canonicalized_headers(&mut text, request);
        self.push_canonicalized_resource(&mut text, &request.url);
        text
    }

    /// Account and path, then every query parameter, by name.
    fn push_canonicalized_resource(&self, text: &mut String, url: &str) {
        let (_, after_scheme) = split_once(url, "://").unwrap_or(("", url));
        let (place, query) = split_once(after_scheme, "?").unwrap_or((after_scheme, ""));
        let (_, path) = split_once(place, "/").unwrap_or_default();
        push(text, "/{}/{}", &[&self.account_name, path]);
        let mut lines = Lines::new();
        for field in pieces(query, b"&") {
            if !field.is_empty() {
                let (name, value) = split_once(field, "=").unwrap_or((field, ""));
                let name = name.to_ascii_lowercase();
                let line = fill("\n{}:{}", &[&name, &percent_decode(value).unwrap_or_default()]);
                insert(&mut lines, name.into_bytes(), line);
            }
        }
        push_lines(text, &lines);
    }
}

/// Base64 of the HMAC-SHA256 of a text.
pub(super) fn sign(key: &[u8], text: &str) -> String {
    // HMAC takes keys of any length, so this fails for none.
    let Ok(mut mac) = Hmac::<Sha256>::new_from_slice(key) else { return String::new() };
    mac.update(text.as_bytes());
    STANDARD.encode(mac.finalize().into_bytes())
}

/// All `x-ms-` headers in the order in which the service sorts them.
fn push_canonicalized_headers(text: &mut String, request: &WireRequest) {
    let mut lines = Lines::new();
    for (name, value) in &request.headers {
        let name = name.to_ascii_lowercase();
        if name.starts_with("x-ms-") {
            let line = fill("{}:{}\n", &[&name, trim_start(value, " ")]);
            insert(&mut lines, weights(&name), line);
        }
    }
    push_lines(text, &lines);
}

/// Lines, and what they are sorted by.
type Lines = Vec<(Vec<u8>, String)>;

/// Puts a line in its place. The standard library's sort costs 6 kB of wasm; these are ten.
fn insert(lines: &mut Lines, key: Vec<u8>, line: String) {
    let mut at = 0;
    while lines.get(at).is_some_and(|(other, _)| *other <= key) {
        at += 1;
    }
    lines.insert(at, (key, line));
}

fn push_lines(text: &mut String, lines: &Lines) {
    for (_, line) in lines {
        text.push_str(line);
    }
}

/// What a header's name is sorted by, after the .NET culture that the service uses: dashes and
/// apostrophes count only between names that are otherwise the same.
/// Sorting by bytes fails for `x-ms-meta-a_1` beside `x-ms-meta-a1`.
fn weights(name: &str) -> Vec<u8> {
    const PUNCTUATION: &[u8] = b"!#$%&*.^_`|~+";
    let mut weights = Vec::new();
    for byte in name.bytes() {
        match byte {
            b'-' | b'\'' => {}
            b'0'..=b'9' | b'a'..=b'z' => weights.push(byte),
            // What is unknown comes last of what comes before digits and letters.
            _ => weights.push(PUNCTUATION.iter().take_while(|mark| **mark != byte).count() as u8 + 1),
        }
    }
    // The shorter one of two that begin alike comes first.
    weights.push(0);
    for byte in name.bytes() {
        weights.push(match byte {
            b'\'' => 1,
            b'-' => 2,
            _ => 0,
        });
    }
    weights
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::http::{Headers, Method, ReadHeaders};
    use crate::redaction::Secrets;
    use crate::testing::vectors;

    #[test]
    fn string_to_sign_and_authorization_of_every_vector() {
        let vectors = vectors();
        let cases = vectors["shared_key"].as_array().expect("vectors");
        assert_eq!(cases.len(), 14);
        for case in cases {
            let text = |name: &str| case[name].as_str().expect("text").to_owned();
            let headers: Headers = case["headers"]
                .as_object()
                .expect("headers")
                .iter()
                .map(|(name, value)| (name.clone().into(), value.as_str().expect("value").to_owned().into()))
                .collect();
            let method = match text("method").as_str() {
                "GET" => Method::Get,
                "PUT" => Method::Put,
                "POST" => Method::Post,
                _ => Method::Delete,
            };
            let request = WireRequest {
                method,
                url: text("url"),
                headers,
                body: text("body"),
                timeout: 0,
                time_left: 0,
                reads_headers: ReadHeaders::None,
                reads_date: false,
                accepts: &[],
                attempt: 1,
                secrets: Secrets::default(),
            };
            let key = SharedKey::new(&text("account"), &text("key")).expect("key");
            assert_eq!(key.string_to_sign(&request), text("string_to_sign"), "{}", text("name"));
            let authorization = format!("SharedKey {}:{}", text("account"), key.signature(&request));
            assert_eq!(authorization, text("authorization"), "{}", text("name"));
        }
    }

    #[test]
    fn header_names_sort_as_the_service_sorts_them() {
        let vectors = vectors();
        let list = |name: &str| -> Vec<String> {
            let names = vectors["header_sort"][name].as_array().expect("names").iter();
            names.map(|name| name.as_str().expect("name").to_owned()).collect()
        };
        let mut names = list("input");
        names.sort_by_key(|name| weights(name));
        assert_eq!(names, list("sorted"));
    }

    #[test]
    fn a_key_that_is_none_is_refused_and_not_shown() {
        let error = SharedKey::new("account", "not base64: secret!").expect_err("refused");
        assert!(error.to_string().contains("account_key") && !error.to_string().contains("secret!"));
        assert!(SharedKey::new("", "AAAA").is_err());
        let key = SharedKey::new("account", "c2VjcmV0").expect("key");
        assert_eq!(format!("{key:?}"), "SharedKey { account_name: \"account\", key: REDACTED, text: REDACTED }");
    }
}
