//! What the service accepts, checked before anything is sent.
//!
//! Numbers: "Naming Queues and Metadata", "Put Message", "Get Messages", "Update
//! Message", "Set Queue ACL" and "Set Queue Service Properties" of the REST reference.

use crate::error::{Error, ErrorKind, Given, Result};
use crate::text::{
    all, contains, contains_any, decimal, fill, is_printable_ascii, number, pieces, push, push_digits, split_last,
    split_once, trim_blanks,
};

/// Bytes of a message, after encoding and encryption.
pub const MESSAGE_BYTES: usize = 65_536;
/// Stored access policies on a queue.
pub const ACCESS_POLICIES: usize = 5;
/// CORS rules of an account.
pub const CORS_RULES: usize = 5;
/// Bytes of all metadata names and values together.
pub const METADATA_BYTES: usize = 8_192;

/// A range of whole numbers that an argument must lie in.
pub struct Range {
    /// The argument, as the Rust API spells it.
    pub argument: &'static str,
    /// Smallest allowed value.
    pub min: i64,
    /// Largest allowed value.
    pub max: i64,
    /// The range in words.
    pub allowed: &'static str,
}

impl Range {
    const fn new(argument: &'static str, min: i64, max: i64, allowed: &'static str) -> Self {
        Range { argument, min, max, allowed }
    }

    /// The value, when it lies in the range.
    pub fn check(&self, value: i64) -> Result<i64> {
        if (self.min..=self.max).contains(&value) {
            return Ok(value);
        }
        Err(Error::value(self.argument, value, self.allowed))
    }
}

/// `visibilitytimeout` of Put Message and Update Message.
pub const VISIBILITY_TIMEOUT: Range =
    Range::new("visibility_timeout", 0, 604_800, "a whole number of seconds from 0 to 604800 (7 days)");
/// `visibilitytimeout` of Get Messages.
pub const RECEIVE_VISIBILITY_TIMEOUT: Range =
    Range::new("visibility_timeout", 1, 604_800, "a whole number of seconds from 1 to 604800 (7 days)");
/// `messagettl` of Put Message; 0 is refused apart.
pub const TIME_TO_LIVE: Range = Range::new(
    "time_to_live",
    -1,
    2_147_483_647,
    "a whole number of seconds from 1 to 2147483647, or -1 for a message that never expires",
);
/// `numofmessages` of Get Messages, one page.
pub const MESSAGES_PER_PAGE: Range = Range::new("messages_per_page", 1, 32, "a whole number from 1 to 32");
/// `numofmessages` of Peek Messages.
pub const PEEK_MESSAGES: Range = Range::new("max_messages", 1, 32, "a whole number from 1 to 32");
/// How many messages a receive delivers in all.
pub const MAX_MESSAGES: Range = Range::new("max_messages", 0, 9_007_199_254_740_991, "a whole number from 0 on");
/// `maxresults` of List Queues.
pub const RESULTS_PER_PAGE: Range = Range::new("results_per_page", 1, 5_000, "a whole number from 1 to 5000");
/// `timeout` of every operation.
pub const TIMEOUT: Range = Range::new("timeout", 1, 2_147_483_647, "a whole number of seconds from 1 on");
/// Client-side time limits, in milliseconds.
pub const TRY_TIMEOUT: Range =
    Range::new("try_timeout", 1, 2_147_483_000, "a number of seconds above 0 and up to 2147483");
/// Client-side time limit of a whole call, in milliseconds.
pub const DEADLINE: Range = Range::new("deadline", 1, 2_147_483_000, "a number of seconds above 0 and up to 2147483");
/// Attempts of a call, the first one included.
pub const MAX_TRIES: Range = Range::new("retry.max_tries", 1, 100, "a whole number from 1 to 100");
/// First wait before a retry, in milliseconds.
pub const RETRY_DELAY: Range = Range::new("retry.delay", 0, 3_600_000, "a number of seconds from 0 to 3600");
/// Longest wait before a retry, in milliseconds.
pub const RETRY_MAX_DELAY: Range = Range::new("retry.max_delay", 0, 3_600_000, "a number of seconds from 0 to 3600");
/// `Days` of a retention policy.
pub const RETENTION_DAYS: Range = Range::new("retention_policy.days", 1, 365, "a whole number of days from 1 to 365");
/// `MaxAgeInSeconds` of a CORS rule.
pub const CORS_MAX_AGE: Range =
    Range::new("cors.max_age_in_seconds", 0, 2_147_483_647, "a whole number of seconds from 0 on");

/// A queue name: "Naming Queues and Metadata".
pub fn queue_name(name: &str) -> Result<()> {
    let alphanumeric = |byte: &u8| byte.is_ascii_lowercase() || byte.is_ascii_digit();
    let bytes = name.as_bytes();
    let legal = (3..=63).contains(&bytes.len())
        && all(name, |byte| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-')
        && bytes.first().is_some_and(alphanumeric)
        && bytes.last().is_some_and(alphanumeric)
        && !contains(name, "--");
    if legal {
        return Ok(());
    }
    Err(Error::value(
        "queue_name",
        Quoted(name),
        "3 to 63 characters, lower-case letters (a-z), digits and single dashes, beginning and ending with a letter or digit",
    ))
}

/// An account's name, as loosely as emulators take it: the service's have 3 to 24 lower-case
/// letters and digits. It is shown and sent in clear, so a key in its place must not pass.
pub fn account_name(name: &str) -> Result<()> {
    let legal = |byte: u8| byte.is_ascii_alphanumeric() || b"-_.".contains(&byte);
    if (1..=63).contains(&name.len()) && all(name, legal) {
        return Ok(());
    }
    Err(Error::value("account_name", Quoted(name), "the name of the storage account: letters and digits"))
}

/// Metadata as the service keeps it: names are C# identifiers and differ in more than
/// case, values fit in a header. Blanks around a value do not survive HTTP and are cut.
pub fn metadata(metadata: &[(String, String)]) -> Result<Vec<(&str, &str)>> {
    let mut checked: Vec<(&str, &str)> = Vec::with_capacity(metadata.len());
    let mut bytes = 0;
    for (name, value) in metadata {
        let (name, value) = (trim_blanks(name), trim_blanks(value));
        let (given, allowed) = if !is_identifier(name) {
            (
                fill("the name {}", &[&quoted(name)]),
                "names of ASCII letters, digits and underscores that do not begin with a digit",
            )
        } else if let Some(what) = forbidden(value, true) {
            (
                fill("the value of {} with {}", &[&quoted(name), &what]),
                "values of printable ASCII characters (others must be encoded, for example by percent-encoding)",
            )
        } else if checked.iter().any(|(other, _)| other.eq_ignore_ascii_case(name)) {
            (fill("{} twice", &[&quoted(name)]), "names that differ in more than upper and lower case")
        } else {
            bytes += name.len() + value.len();
            checked.push((name, value));
            continue;
        };
        return Err(Error::value("metadata", given, allowed));
    }
    if bytes > METADATA_BYTES {
        let given = fill("{} bytes", &[&decimal(bytes as i64)]);
        return Err(Error::value("metadata", given, "at most 8192 bytes, all names and values together"));
    }
    Ok(checked)
}

/// An origin of a CORS rule. One that differs from what browsers send never matches.
pub fn cors_origin(argument: &str, origin: &str) -> Result<()> {
    const ALLOWED: &str = "origins as browsers send them, such as https://app.example.com or capacitor://localhost: \
        without a path, a default port and capital letters; or \"*\", or \"null\"";
    // A parser that keeps no origin of a custom scheme, such as that of URL, cannot decide this.
    let is_origin = origin.len() <= 256
        && match split_once(origin, "://") {
            None => origin == "*" || origin == "null",
            Some((scheme, host)) => is_scheme(scheme) && is_host_of_origin(scheme, host),
        };
    if is_origin { Ok(()) } else { Err(Error::value(argument, Quoted(origin), ALLOWED)) }
}

/// Whether pages of this scheme send an origin; those of `file` and the like send `null`.
fn is_scheme(scheme: &str) -> bool {
    let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"+-.".contains(&byte);
    let begins = scheme.bytes().next().is_some_and(|byte| byte.is_ascii_lowercase());
    begins && all(scheme, is_legal) && !["file", "blob", "data", "about", "javascript"].contains(&scheme)
}

/// A star stands for any subdomain.
fn is_host_of_origin(scheme: &str, host: &str) -> bool {
    let (name, port) = split_last(host, b':').filter(|(_, port)| !port.ends_with(']')).unwrap_or((host, "1"));
    let is_port = number(port).is_some_and(|port| (1..=65_535).contains(&port));
    if !is_port || name.is_empty() || matches!((scheme, port), ("http", "80") | ("https", "443")) {
        return false;
    }
    if let Some(address) = name.strip_prefix('[').and_then(|name| name.strip_suffix(']')) {
        return all(address, |byte| byte.is_ascii_digit() || matches!(byte, b'a'..=b'f' | b':' | b'.'));
    }
    // Browsers write the hosts of the web in small letters, and those of extensions as they are.
    if scheme == "http" || scheme == "https" {
        let is_legal = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || b"-._*".contains(&byte);
        return all(name, is_legal) && pieces(name, b".").all(|label| !label.is_empty() && label != "-");
    }
    all(name, |byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
}

/// A header of the caller's own, on a client or on a call.
pub fn custom_header(name: &str, value: &str) -> Result<()> {
    const OURS: [&str; 14] = [
        "x-ms-version",
        "authorization",
        "content-length",
        "content-type",
        "host",
        "x-ms-date",
        "x-ms-client-request-id",
        // How a message stands on a connection is the transport's: two answers to it are what smuggling lives on.
        "connection",
        "expect",
        "keep-alive",
        "te",
        "trailer",
        "transfer-encoding",
        "upgrade",
    ];
    let token = |byte: u8| byte.is_ascii_alphanumeric() || b"!#$%&'*+-.^_`|~".contains(&byte);
    if name.is_empty() || !all(name, token) {
        return Err(Error::value("headers", fill("the name {}", &[&quoted(name)]), "names that HTTP allows"));
    }
    match OURS.iter().position(|ours| ours.eq_ignore_ascii_case(name)) {
        None => header_value("headers", value),
        Some(0) => Err(Error::value("headers", Quoted(name), "other than this one: set the option service_version")),
        Some(_) => Err(Error::value("headers", Quoted(name), "other than the headers that the client itself sets")),
    }
}

/// A header value, here for custom headers and request ids. The value is not repeated in
/// the error: a header may be a secret.
pub fn header_value(argument: &'static str, value: &str) -> Result<()> {
    let Some(what) = forbidden(value, true) else { return Ok(()) };
    Err(Error::value(argument, fill("a value with {}", &[&what]), "printable ASCII characters"))
}

/// Text that becomes a message: what XML 1.0 cannot carry is refused here, since the
/// service refuses it late, and the emulator stores it and fails every later read.
pub fn message_text(text: &str, given: &dyn Fn() -> String) -> Result<()> {
    if let Some(what) = forbidden(text, false) {
        return Err(Error::value(
            "content",
            what,
            "text of characters that XML 1.0 allows (others can be sent in Base64: message encoding \"base64\")",
        ));
    }
    if text.len() > MESSAGE_BYTES {
        let given = fill("{} bytes after encoding (given: {})", &[&decimal(text.len() as i64), &given()]);
        return Err(Error::value("content", given, "at most 65536 bytes after encoding"));
    }
    Ok(())
}

/// Text that stands in a request's XML beside messages.
pub fn xml_text(argument: &str, text: &str) -> Result<()> {
    match forbidden(text, false) {
        None => Ok(()),
        Some(what) => Err(Error::value(argument, what, "text of characters that XML 1.0 allows")),
    }
}

/// The first character that XML 1.0 forbids, or one that is not printable ASCII; in words, with
/// its position in UTF-16 code units, by which JavaScript counts.
fn forbidden(text: &str, ascii: bool) -> Option<String> {
    if is_printable_ascii(text) {
        return None;
    }
    let mut position = 0;
    for character in text.chars() {
        let fine = match character {
            ' '..='~' => true,
            _ if ascii => false,
            '\0'..='\u{8}' | '\u{b}' | '\u{c}' | '\u{e}'..='\u{1f}' | '\u{fffe}' | '\u{ffff}' => false,
            _ => true,
        };
        if !fine {
            return Some(fill("the character {} at position {}", &[&code_point(character), &decimal(position)]));
        }
        position += character.len_utf16() as i64;
    }
    None
}

fn is_identifier(name: &str) -> bool {
    all(name, |byte| byte.is_ascii_alphanumeric() || byte == b'_')
        && name.bytes().next().is_some_and(|byte| !byte.is_ascii_digit())
}

/// Text in quotes, with control characters escaped, for messages. What may be a key, a token
/// or a connection string in the wrong place is not shown, and neither is what is long.
pub struct Quoted<'a>(pub &'a str);

impl std::fmt::Display for Quoted<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&quoted(self.0))
    }
}

impl Given for Quoted<'_> {
    #[cold]
    #[inline(never)]
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error {
        Error::refused(kind, argument, &quoted(self.0), allowed)
    }
}

/// What [`Quoted`] shows.
pub fn quoted(text: &str) -> String {
    const SHOWN: usize = 64;
    let length = text.chars().count();
    if length > SHOWN || contains_any(text, b"=&;%") || looks_random(text) {
        let length = decimal(length as i64);
        return fill("a text of {} characters that is not shown, since it may hold a secret", &[&length]);
    }
    let mut out = "\"".to_owned();
    for character in text.chars() {
        match character {
            '"' => out.push_str("\\\""),
            c if c.is_control() => {
                let mut number = String::new();
                push_digits(&mut number, u64::from(c), 16, 1);
                push(&mut out, "\\u{{}}", &[&number.to_ascii_lowercase()]);
            }
            c => out.push(c),
        }
    }
    out.push('"');
    out
}

/// Base64 without its padding, perhaps behind a scheme such as `Bearer`: a long word of
/// capital letters, small letters and digits.
fn looks_random(text: &str) -> bool {
    pieces(text, b" ").any(|word| {
        let has = |kind: fn(&u8) -> bool| word.as_bytes().iter().any(kind);
        word.len() >= 20 && has(u8::is_ascii_uppercase) && has(u8::is_ascii_lowercase) && has(u8::is_ascii_digit)
    })
}

/// A character by its number, such as `U+00E9`: for messages.
pub(crate) fn code_point(character: char) -> String {
    let mut out = "U+".to_owned();
    push_digits(&mut out, u64::from(character), 16, 4);
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(result: Result<impl std::fmt::Debug>) -> String {
        result.expect_err("should be refused").to_string()
    }

    #[test]
    fn queue_names() {
        for name in ["abc", "a-b", "0-9", "a".repeat(63).as_str(), "my-queue-1"] {
            assert!(queue_name(name).is_ok(), "{name}");
        }
        for name in
            ["", "ab", "Abc", "a_b", "-ab", "ab-", "a--b", "a b", "aé", "a".repeat(64).as_str(), "a/b", "a\u{0}b"]
        {
            assert!(refused(queue_name(name)).starts_with("queue_name must be 3 to 63 characters"), "{name}");
        }
    }

    #[test]
    fn metadata_names_and_values() {
        let pair = |name: &str, value: &str| (name.to_owned(), value.to_owned());
        assert_eq!(metadata(&[pair(" a ", " v "), pair("b_1", "")]).ok(), Some(vec![("a", "v"), ("b_1", "")]));
        for name in ["", "1a", "a-b", "a b", "é"] {
            assert!(refused(metadata(&[pair(name, "v")])).contains("names of ASCII letters"), "{name}");
        }
        assert!(refused(metadata(&[pair("a", "1"), pair("A", "2")])).contains("\"A\" twice"));
        assert!(refused(metadata(&[pair("a", "bé")])).contains("U+00E9 at position 1"));
        assert!(refused(metadata(&[pair("a", "b\nc")])).contains("U+000A at position 1"));
        assert!(metadata(&[pair("a", &"x".repeat(8191))]).is_ok());
        assert!(refused(metadata(&[pair("a", &"x".repeat(8192))])).contains("8193 bytes"));
    }

    #[test]
    fn message_text_is_counted_in_bytes_and_checked_for_xml() {
        assert!(message_text(&"x".repeat(65_536), &String::new).is_ok());
        assert!(message_text("tab\tline\nreturn\r\u{85}\u{fffd}😀", &String::new).is_ok());
        assert!(refused(message_text(&"é".repeat(32_769), &|| "32769 characters".to_owned())).contains("65538 bytes"));
        assert!(refused(message_text("😀\u{1}", &String::new)).contains("U+0001 at position 2"));
        for forbidden in ['\0', '\u{8}', '\u{b}', '\u{1f}', '\u{fffe}', '\u{ffff}'] {
            assert!(message_text(&format!("a{forbidden}"), &String::new).is_err(), "{forbidden:?}");
        }
    }

    #[test]
    fn what_may_be_a_secret_is_not_quoted() {
        let key = "2FLCJ8ksOiQBgu+e/Vz+0dPWP+9K5G3cu6uCBVlDKhj";
        for text in [key, "abc=", "a;b", "a&b", "a%2Bb", "E_QsDIi8Ki6-AEotdYUM", "x".repeat(65).as_str()] {
            assert!(Quoted(text).to_string().ends_with("is not shown, since it may hold a secret"), "{text}");
        }
        for text in ["", "a/b", "Orders2026", "Fri, 02 Jan 2026 03:04:05 GMT", "6a5f2c9e-1b7d-4c3e-8f00-112233445566"] {
            assert_eq!(Quoted(text).to_string(), format!("\"{text}\""));
        }
    }

    #[test]
    fn cors_origins() {
        for origin in [
            "*",
            "null",
            "https://app.example.com",
            "http://localhost:5173",
            "http://[::1]:8080",
            "https://*.example.com",
            "capacitor://localhost",
            "tauri://localhost",
            "chrome-extension://abcdefghijklmnop",
            "moz-extension://6a5f2c9e-1b7d-4c3e-8f00-112233445566",
            "safari-web-extension://ABCDEF12-3456-7890-ABCD-EF1234567890",
        ] {
            assert!(cors_origin("origins", origin).is_ok(), "{origin}");
        }
        let too_long = format!("https://{}.example.com", "a".repeat(256));
        for origin in [
            "",
            "app.example.com",
            "https://app.example.com/",
            "https://app.example.com/path",
            "https://App.example.com",
            "https://app.example.com:443",
            "http://app.example.com:80",
            "https://app.example.com:99999",
            "https://app.example.com:",
            "https://a:b:1",
            "https://user@app.example.com",
            "https://",
            "https://..",
            "https://[",
            "https://a]b",
            "file://",
            "HTTPS://app.example.com",
            "1a://b",
            &too_long,
        ] {
            let told = refused(cors_origin("origins", origin));
            assert!(told.starts_with("origins must be origins as browsers send them"), "{origin}: {told}");
        }
    }

    #[test]
    fn custom_headers() {
        assert!(custom_header("x-my-app", "1").is_ok());
        for (name, value) in
            [("", "v"), ("a b", "v"), ("Authorization", "v"), ("X-MS-Version", "v"), ("x-a", "é"), ("x-a", "a\nb")]
        {
            assert!(custom_header(name, value).is_err(), "{name}");
        }
        assert!(!refused(custom_header("x-a", "secret\n")).contains("secret"));
    }
}
