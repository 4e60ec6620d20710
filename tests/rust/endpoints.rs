//! Account URLs, queue URLs and connection strings, by the known answers.

use azure_queue_wasm::connection_string::ConnectionString;
use azure_queue_wasm::credential::{Credential, SharedKey};
use azure_queue_wasm::endpoint::Endpoint;
use azure_queue_wasm::http::Location;
use serde_json::Value;

use crate::script::vectors;

fn text<'a>(case: &'a Value, name: &str) -> Option<&'a str> {
    case[name].as_str().filter(|text| !text.is_empty())
}

fn url_with_sas(endpoint: &Endpoint, credential: &Credential, location: Location, path: &str) -> String {
    let mut url = endpoint.url(location, path).expect("url");
    if let Some(sas) = credential.sas() {
        sas.append_to(&mut url);
    }
    url
}

#[test]
fn every_connection_string() {
    let vectors = vectors();
    let cases = vectors["connection_strings"].as_array().expect("cases");
    assert_eq!(cases.len(), 17);
    for case in cases {
        let input = case["input"].as_str().expect("input");
        let parsed = ConnectionString::parse(input);
        if case["error"].is_string() {
            let error = parsed.expect_err(input).to_string();
            assert!(error.starts_with("connection_string must be"), "{error}");
            continue;
        }
        let parsed = parsed.expect(input);
        let client = &case["client"];
        assert_eq!(
            parsed.endpoint.url(Location::Primary, "").as_deref(),
            Ok(case["primary"].as_str().expect("primary"))
        );
        assert_eq!(parsed.endpoint.account_name.as_deref(), text(client, "account_name"), "{input}");
        assert_eq!(Some(parsed.endpoint.primary.as_str()), text(client, "primary_hostname"), "{input}");
        assert_eq!(parsed.endpoint.secondary.as_deref(), text(client, "secondary_hostname"), "{input}");
        let argument = text(case, "credential_argument").map(|sas| Credential::from_text(sas, None).expect("sas"));
        let shared_key = client["credential_kind"] == "SharedKeyCredentialPolicy";
        assert_eq!(parsed.key.is_some() && argument.is_none(), shared_key, "{input}");
        let (endpoint, credential) = parsed.with_credential(argument).expect(input);
        let url = url_with_sas(&endpoint, &credential, Location::Primary, "/q1");
        assert_eq!(Some(url.as_str()), text(client, "url"), "{input}");
    }
}

#[test]
fn a_connection_string_never_stands_in_its_error() {
    for input in [
        "AccountName=a;AccountKey=topsecret;oops",
        "AccountKey=topsecret",
        "AccountName=a;SharedAccessSignature=topsecret",
    ] {
        assert!(!ConnectionString::parse(input).expect_err(input).to_string().contains("topsecret"));
    }
}

#[test]
fn a_secondary_endpoint_may_have_a_scheme() {
    let text = "AccountName=a;AccountKey=AAAA;QueueEndpoint=https://q.example.com;QueueSecondaryEndpoint=https://q2.example.com/";
    let parsed = ConnectionString::parse(text).expect("parses");
    assert_eq!(parsed.endpoint.secondary.as_deref(), Some("q2.example.com"));
}

#[test]
fn a_cloud_of_its_own_has_its_own_secondary() {
    let text = "AccountName=a;AccountKey=AAAA;EndpointSuffix=local.azurestack.external";
    let parsed = ConnectionString::parse(text).expect("parses");
    assert_eq!(parsed.endpoint.secondary.as_deref(), Some("a-secondary.queue.local.azurestack.external"));
}

#[test]
fn every_account_url() {
    let vectors = vectors();
    let cases = vectors["account_urls"].as_array().expect("cases");
    assert_eq!(cases.len(), 17);
    for case in cases {
        let url = case["account_url"].as_str().expect("url");
        let opened = open(case, url);
        // Python's client knows fewer emulators by their host than the JavaScript one.
        if case["error"].is_string() && text(case, "js_account_name").is_none() {
            assert!(opened.is_err(), "{url}");
            continue;
        }
        let (endpoint, credential) = opened.expect(url);
        if case["error"].is_string() {
            assert_eq!(endpoint.account_name.as_deref(), text(case, "js_account_name"), "{url}");
            continue;
        }
        assert_eq!(endpoint.account_name.as_deref(), text(case, "account_name"), "{url}");
        assert_eq!(Some(endpoint.scheme), text(case, "scheme"), "{url}");
        assert_eq!(Some(endpoint.primary.as_str()), text(case, "primary_hostname"), "{url}");
        assert_eq!(endpoint.secondary.as_deref(), text(case, "secondary_hostname"), "{url}");
        let of = |location, path| url_with_sas(&endpoint, &credential, location, path);
        assert_eq!(Some(of(Location::Primary, "/").as_str()), text(case, "service_url"), "{url}");
        assert_eq!(Some(of(Location::Primary, "/q1").as_str()), text(case, "queue_url"), "{url}");
        match text(case, "secondary_endpoint") {
            Some(secondary) => assert_eq!(of(Location::Secondary, "/q1"), secondary, "{url}"),
            None => assert!(endpoint.url(Location::Secondary, "/q1").is_err(), "{url}"),
        }
    }
}

fn open(case: &Value, url: &str) -> azure_queue_wasm::error::Result<(Endpoint, Credential)> {
    let (mut endpoint, sas) = Endpoint::from_account_url(url)?;
    if let Some(hostname) = case["kwargs"]["secondary_hostname"].as_str() {
        endpoint.set_secondary(hostname)?;
    }
    let credential = match case["credential"].as_str() {
        None => Credential::default(),
        Some("dict" | "AzureNamedKeyCredential") => {
            endpoint.name_account("myacct");
            endpoint.find_secondary("myacct", "core.windows.net");
            SharedKey::new("myacct", "AAAA")?.into()
        }
        Some(text) => Credential::from_text(text, endpoint.account_name.as_deref())?,
    };
    Ok((endpoint, credential.or_sas(sas)))
}

#[test]
fn every_queue_url() {
    let vectors = vectors();
    let cases = vectors["queue_urls"].as_array().expect("cases");
    assert_eq!(cases.len(), 8);
    for case in cases {
        let url = case["queue_url"].as_str().expect("url");
        let parsed = Endpoint::from_queue_url(url);
        if case["error"].is_string() {
            assert!(parsed.expect_err(url).to_string().starts_with("queue_url must be"), "{url}");
            continue;
        }
        let (endpoint, queue, _) = parsed.expect(url);
        assert_eq!(Some(queue.as_str()), text(case, "queue_name"), "{url}");
        assert_eq!(endpoint.account_name.as_deref(), text(case, "account_name"), "{url}");
        assert_eq!(Some(endpoint.primary.as_str()), text(case, "primary_hostname"), "{url}");
    }
}

#[test]
fn a_path_style_account_is_not_a_queue() {
    assert!(Endpoint::from_queue_url("http://127.0.0.1:10001/devstoreaccount1").is_err());
    assert!(Endpoint::from_queue_url("http://azurite:10001/devstoreaccount1").is_err());
    assert!(Endpoint::from_queue_url("http://127.0.0.1:10001//devstoreaccount1").is_err());
    let (endpoint, queue, _) = Endpoint::from_queue_url("http://127.0.0.1:10001/dev//orders").expect("a queue");
    assert_eq!((endpoint.primary.as_str(), queue.as_str()), ("127.0.0.1:10001/dev", "orders"));
}

#[test]
fn emulators_by_any_name_are_path_style() {
    for host in
        ["127.0.0.1:10001", "localhost:9", "192.168.1.5", "[::1]:10001", "azurite:10001", "host.docker.internal:8080"]
    {
        let (mut endpoint, _) = Endpoint::from_account_url(&format!("http://{host}/dev")).expect(host);
        assert_eq!(endpoint.account_name.as_deref(), Some("dev"), "{host}");
        assert_eq!(endpoint.primary, format!("{host}/dev"));
        assert_eq!(endpoint.secondary, None, "{host}");
        endpoint.set_secondary(host).expect("secondary");
        assert_eq!(endpoint.secondary, Some(format!("{host}/dev-secondary")), "{host}");
    }
    // A host that merely looks like one.
    let (endpoint, _) = Endpoint::from_account_url("https://queues.example.com:100/").expect("url");
    assert_eq!((endpoint.account_name, endpoint.primary.as_str()), (None, "queues.example.com:100"));
}

#[test]
fn urls_that_are_none() {
    for url in [
        "",
        "https://",
        "ftp://a.b",
        "https://user:topsecret@a.b",
        "https://a b/",
        "https:///q",
        "https://a?b#c@d?e://",
        "://x",
        "https://a.b/c'#",
        "https://myacct.Blob.core.windows.net",
    ] {
        if let Err(error) = Endpoint::from_account_url(url) {
            assert!(!error.to_string().contains("topsecret"), "{error}");
        } else {
            assert_eq!(url, "https://a?b#c@d?e://");
        }
    }
}
