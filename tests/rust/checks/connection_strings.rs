//! Connection strings.

use azure_queue_wasm::connection_string::ConnectionString;
use azure_queue_wasm::endpoint::Endpoint;
use azure_queue_wasm::http::Location;

use super::planting::{planted_in_argument, shows_no_secret, tells_no_secret};
use super::urls::check_endpoint;

const ARGUMENTS: [&str; 5] = ["connection_string", "account_name", "account_key", "account_url", "secondary_hostname"];

/// Any text as a connection string.
pub fn check(bytes: &[u8]) {
    let Some(text) = planted_in_argument(bytes) else { return };
    let parsed = match ConnectionString::parse(&text) {
        Ok(parsed) => parsed,
        Err(error) => {
            let argument = error.refusal().map(|refusal| refusal.argument.as_str());
            assert!(argument.is_some_and(|argument| ARGUMENTS.contains(&argument)), "{argument:?}");
            return tells_no_secret(&error);
        }
    };
    shows_no_secret(&format!("{:?}", parsed.key));
    assert!(parsed.key.is_none() || parsed.sas.is_none(), "a key wins");
    let url = parsed.endpoint.url(Location::Primary, "").expect("primary");
    let (from_url, _) = Endpoint::from_account_url(&url).expect("its own URL");
    assert_eq!((&from_url.primary, from_url.scheme), (&parsed.endpoint.primary, parsed.endpoint.scheme));
    check_endpoint(&from_url, parsed.url_sas.as_ref());
    let has_credential = parsed.key.is_some() || parsed.sas.is_some() || parsed.url_sas.is_some();
    match parsed.with_credential(None) {
        Ok((endpoint, _)) => assert!(has_credential && endpoint.primary == from_url.primary),
        Err(error) => {
            assert!(!has_credential);
            tells_no_secret(&error);
        }
    }
}
