//! Recognizes connection strings where another text is expected, and removes what surrounds a pasted text.

use base64::Engine;
use base64::engine::general_purpose::STANDARD;

use crate::text::{contains_any, pieces, split_once, trim, trim_all};

/// A text without what is copied along with it: blanks, line feeds, quotes, a byte order mark.
pub(crate) fn unquoted(text: &str) -> &str {
    trim_all(text, |c| c.is_whitespace() || matches!(c, '"' | '\'' | '\u{feff}'))
}

/// What a text is that is a connection string, and no URL, plain or in Base64.
pub(crate) fn connection_string_in(text: &str) -> Option<&'static str> {
    if is_connection_string(text) {
        return Some("a connection string");
    }
    // As `base64` prints it, it has line breaks.
    let in_one_line: String = pieces(text, b" \t\r\n").collect();
    let decoded = STANDARD.decode(in_one_line).ok().and_then(|bytes| String::from_utf8(bytes).ok());
    decoded.filter(|text| is_connection_string(text)).map(|_| "a connection string in Base64, which has to be decoded")
}

/// Whether the first setting of a text is one of a connection string.
fn is_connection_string(text: &str) -> bool {
    let (name, _) = split_once(text, "=").unwrap_or_default();
    let name = trim(name).to_ascii_lowercase();
    let is_setting = ["accountname", "accountkey", "usedevelopmentstorage", "sharedaccesssignature"].contains(&&*name)
        || ["defaultendpointsprotocol", "endpointsuffix", "developmentstorageproxyuri"].contains(&&*name);
    is_setting || (name.ends_with("endpoint") && !contains_any(&name, b"/?"))
}
