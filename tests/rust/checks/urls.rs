//! Account URLs and queue URLs.

use azure_queue_wasm::credential::SasToken;
use azure_queue_wasm::endpoint::Endpoint;
use azure_queue_wasm::error::Error;
use azure_queue_wasm::http::Location;
use azure_queue_wasm::percent::percent_encode;

use super::planting::{planted_in_argument, tells_no_secret};

/// Any text as the URL of an account, of a queue, and of a secondary endpoint.
pub fn check(bytes: &[u8]) {
    let Some(text) = planted_in_argument(bytes) else { return };
    match Endpoint::from_account_url(&text) {
        Ok((endpoint, sas)) => check_endpoint(&endpoint, sas.as_ref()),
        Err(error) => refused(&error, "account_url"),
    }
    match Endpoint::from_queue_url(&text) {
        Ok((endpoint, queue, sas)) => check_queue(&endpoint, &queue, sas.as_ref()),
        Err(error) => refused(&error, "queue_url"),
    }
    let (mut endpoint, _) = Endpoint::from_account_url("http://127.0.0.1:10001/dev").expect("URL");
    match endpoint.set_secondary(&text) {
        Ok(()) => goes_where_it_says(&endpoint.url(Location::Secondary, "").expect("secondary")),
        Err(error) => refused(&error, "secondary_hostname"),
    }
}

/// An endpoint's own URL is the same endpoint.
pub fn check_endpoint(endpoint: &Endpoint, sas: Option<&SasToken>) {
    let url = endpoint.url(Location::Primary, "").expect("primary");
    goes_where_it_says(&url);
    assert_eq!(Endpoint::from_account_url(&url), Ok((endpoint.clone(), None)));
    if let Some(secondary) = &endpoint.secondary {
        goes_where_it_says(&format!("{}://{secondary}", endpoint.scheme));
    }
    if let Some(sas) = sas {
        let mut url = url;
        sas.append_to(&mut url);
        assert_eq!(Endpoint::from_account_url(&url), Ok((endpoint.clone(), Some(sas.clone()))));
    }
}

fn check_queue(endpoint: &Endpoint, queue: &str, sas: Option<&SasToken>) {
    check_endpoint(endpoint, sas);
    let mut url = endpoint.url(Location::Primary, "/").expect("primary");
    percent_encode(queue, &mut url);
    assert_eq!(Endpoint::from_queue_url(&url), Ok((endpoint.clone(), queue.to_owned(), None)));
}

/// A scheme, a host, and nothing that would make another host of it.
fn goes_where_it_says(url: &str) {
    let (scheme, place) = url.split_once("://").expect("a scheme");
    let host = place.split('/').next().expect("a host");
    assert!(["http", "https"].contains(&scheme), "{url}");
    assert!(!host.is_empty() && host.bytes().all(|b| b.is_ascii_alphanumeric() || b"-._:[]".contains(&b)), "{url}");
    assert!(place.bytes().all(|b| b.is_ascii_graphic() && !b"?#\\".contains(&b)), "{url}");
}

fn refused(error: &Error, argument: &str) {
    assert_eq!(error.refusal().map(|refusal| refusal.argument.as_str()), Some(argument));
    tells_no_secret(error);
}
