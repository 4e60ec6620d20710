//! Account URLs, queue URLs and connection strings, by the known answers.

use azure_queue_wasm::connection_string::ConnectionString;
use azure_queue_wasm::credential::{Credential, SharedKey};
use azure_queue_wasm::endpoint::Endpoint;
use azure_queue_wasm::http::Location;
use azure_queue_wasm::pipeline::{ClientOptions, Pipeline};
use base64::Engine;
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

/// What an endpoint's refusal says, without the argument.
fn refusal<T: std::fmt::Debug>(result: azure_queue_wasm::error::Result<T>) -> String {
    result.expect_err("should be refused").to_string()
}

#[test]
fn the_host_of_a_development_proxy_is_used() {
    for (proxy, primary) in [
        ("http://azurite", "azurite:10001/devstoreaccount1"),
        ("http://azurite/", "azurite:10001/devstoreaccount1"),
        ("http://azurite:10001", "azurite:10001/devstoreaccount1"),
        ("azurite", "azurite:10001/devstoreaccount1"),
        ("http://[::1]", "[::1]:10001/devstoreaccount1"),
        ("", "127.0.0.1:10001/devstoreaccount1"),
    ] {
        let text = format!("UseDevelopmentStorage=TRUE;DevelopmentStorageProxyUri={proxy}");
        assert_eq!(ConnectionString::parse(&text).expect(proxy).endpoint.primary, primary, "{proxy}");
    }
    let parsed = ConnectionString::parse("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=https://azurite")
        .expect("https");
    assert_eq!(parsed.endpoint.scheme, "https");
}

#[test]
fn no_setting_of_a_connection_string_is_ignored() {
    for (text, why) in [
        ("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite:20001", "with a port or a path"),
        ("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=http://azurite/dev", "with a port or a path"),
        ("UseDevelopmentStorage=true;DevelopmentStorageProxyUri=ftp://azurite", "DevelopmentStorageProxyUri with"),
        ("DevelopmentStorageProxyUri=http://azurite", "without UseDevelopmentStorage=true"),
        ("UseDevelopmentStorage=yes", "neither true nor false"),
        ("UseDevelopmentStorage=true;AccountName=myacct", "together with AccountName"),
        ("UseDevelopmentStorage=true;AccountKey=AAAA", "together with AccountKey"),
        ("UseDevelopmentStorage=true;QueueEndpoint=http://azurite:10001/dev", "together with QueueEndpoint"),
        ("UseDevelopmentStorage=true;SharedAccessSignature=sv=1&sig=abc", "together with SharedAccessSignature"),
        ("UseDevelopmentStorage=true;EndpointSuffix=core.windows.net", "together with EndpointSuffix"),
        ("AccountName=a;AccountName=b;AccountKey=AAAA", "\"AccountName\" twice, with different values"),
        (
            "AccountKey=AAAA;AccountName=a;QueueEndpoint=https://a.queue.core.windows.net/orders",
            "QueueEndpoint with the path \"/orders\"",
        ),
        (
            "AccountKey=AAAA;AccountName=a;QueueEndpoint=https://q.example.com;QueueSecondaryEndpoint=http://q2.example.com",
            "QueueSecondaryEndpoint with \"http\"",
        ),
    ] {
        let told = refusal(ConnectionString::parse(text));
        assert!(told.starts_with("connection_string must be") && told.contains(why), "{text}: {told}");
    }
}

#[test]
fn settings_that_say_the_same_are_accepted() {
    let emulator = "DefaultEndpointsProtocol=http;AccountName=devstoreaccount1;AccountKey=Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw==;QueueEndpoint=http://127.0.0.1:10001/devstoreaccount1/";
    let parsed = ConnectionString::parse(&format!("UseDevelopmentStorage=true;{emulator}")).expect("the emulator");
    assert_eq!(parsed.endpoint.primary, "127.0.0.1:10001/devstoreaccount1");
    let off = ConnectionString::parse(&format!("UseDevelopmentStorage=false;{emulator}")).expect("the emulator");
    assert_eq!(off.endpoint, parsed.endpoint);
    let twice = ConnectionString::parse("AccountName=a;AccountKey=AAAA;AccountName=a").expect("an account");
    assert_eq!(twice.endpoint.account_name.as_deref(), Some("a"));
}

#[test]
fn an_empty_setting_is_a_missing_one() {
    for empty in ["EndpointSuffix", "QueueEndpoint", "QueueSecondaryEndpoint", "DefaultEndpointsProtocol"] {
        let text = format!("AccountName=myacct;AccountKey=AAAA;{empty}=");
        let endpoint = ConnectionString::parse(&text).expect(empty).endpoint;
        assert_eq!(endpoint.primary, "myacct.queue.core.windows.net", "{empty}");
        assert_eq!(endpoint.secondary.as_deref(), Some("myacct-secondary.queue.core.windows.net"), "{empty}");
    }
}

#[test]
fn the_url_to_which_messages_are_posted_stands_for_its_queue() {
    for (url, primary, queue) in [
        ("https://myacct.queue.core.windows.net/orders/messages", "myacct.queue.core.windows.net", "orders"),
        (
            "https://myacct.queue.core.windows.net/orders/messages/?sv=1&sig=abc",
            "myacct.queue.core.windows.net",
            "orders",
        ),
        ("http://127.0.0.1:10001/dev/orders/messages", "127.0.0.1:10001/dev", "orders"),
        ("https://myacct.z1.queue.storage.azure.net/orders/messages", "myacct.z1.queue.storage.azure.net", "orders"),
        // A queue may have that name.
        ("https://myacct.queue.core.windows.net/messages", "myacct.queue.core.windows.net", "messages"),
        ("https://myacct.queue.core.windows.net/messages/messages", "myacct.queue.core.windows.net", "messages"),
        ("http://127.0.0.1:10001/dev/messages", "127.0.0.1:10001/dev", "messages"),
    ] {
        let (endpoint, name, _) = Endpoint::from_queue_url(url).expect(url);
        assert_eq!((endpoint.primary.as_str(), name.as_str()), (primary, queue), "{url}");
    }
}

#[test]
fn no_part_of_a_path_is_dropped() {
    for url in [
        "https://myacct.queue.core.windows.net/x/orders",
        "https://myacct.queue.core.windows.net/orders/messages/6a5f2c9e",
        "https://myacct.queue.core.windows.net/x/orders/messages",
        "http://127.0.0.1:10001/dev/x/orders",
        // A gateway may have a path of its own, so that this is a queue of either name.
        "https://queues.example.com/orders/messages",
    ] {
        let told = refusal(Endpoint::from_queue_url(url));
        assert!(told.contains("which ends in its name; got the path"), "{url}: {told}");
    }
    for url in [
        "https://myacct.queue.core.windows.net/orders",
        "https://myacct.queue.core.windows.net/orders?sv=1&sig=abc",
        "http://account1.queue.localhost:10001/orders",
    ] {
        let told = refusal(Endpoint::from_account_url(url));
        assert!(told.contains("without a queue; from_queue_url takes the URL of a queue"), "{url}: {told}");
    }
    let (gateway, queue, _) = Endpoint::from_queue_url("https://queues.example.com/storage/orders").expect("a gateway");
    assert_eq!((gateway.primary.as_str(), queue.as_str()), ("queues.example.com/storage", "orders"));
    for name in ["messagettl", "visibilitytimeout", "numofmessages", "peekonly", "popreceipt"] {
        let url = format!("https://a.queue.core.windows.net/orders/messages?{name}=1&sv=1&sig=abc");
        assert!(refusal(Endpoint::from_queue_url(&url)).contains(&format!("the parameter {name}")), "{name}");
    }
    for url in ["https://a.queue.core.windows.net#x", "https://a.queue.core.windows.net?sv=1&sig=abc#x"] {
        assert!(refusal(Endpoint::from_account_url(url)).contains("a fragment"), "{url}");
    }
    let (mut endpoint, _) = Endpoint::from_account_url("https://a.queue.core.windows.net").expect("an account");
    assert!(refusal(endpoint.set_secondary("b.example.com?sv=1&sig=abc")).contains("with a query"));
    let told = refusal(endpoint.set_secondary("a-secondary.queue.core.windows.net/orders"));
    assert!(told.contains("got the path \"/orders\""), "{told}");
    assert!(refusal(Endpoint::from_account_url("https://a.queue..core.windows.net")).contains("the host"));
    assert!(refusal(endpoint.set_secondary("http://b.example.com")).contains("the scheme of the account URL, https"));
}

#[test]
fn an_account_in_the_host_is_one_at_the_ports_of_the_emulator_too() {
    let (endpoint, queue, _) =
        Endpoint::from_queue_url("http://account1.queue.localhost:10001/orders").expect("a queue");
    assert_eq!((endpoint.account_name.as_deref(), queue.as_str()), (Some("account1"), "orders"));
    assert_eq!(endpoint.primary, "account1.queue.localhost:10001");
    let mut emulator = endpoint;
    emulator.find_secondary("account1", "core.windows.net");
    assert_eq!(emulator.secondary, None, "no key goes to the public cloud");
    let told = refusal(Endpoint::from_queue_url("http://127.0.0.1:10001/orders"));
    assert!(told.contains("the path is the account's name, then the queue"), "{told}");
}

#[test]
fn a_zone_in_the_host_is_no_part_of_the_accounts_name() {
    let (endpoint, _) = Endpoint::from_account_url("https://myacct.privatelink.queue.core.windows.net").expect("URL");
    assert_eq!(endpoint.account_name.as_deref(), Some("myacct"));
    assert_eq!(endpoint.secondary.as_deref(), Some("myacct-secondary.privatelink.queue.core.windows.net"));
}

#[test]
fn a_broken_signature_in_a_url_is_refused_as_in_a_credential() {
    for query in ["sv=1&sp=r", "sv=1&sig=REDACTED", "sv=1&sig=a-b", "sv=1&sig=abc?sv=2&sig=abd", "se=soon&sig=abc"] {
        let in_url =
            refusal(Endpoint::from_queue_url(&format!("https://myacct.queue.core.windows.net/orders?{query}")));
        let alone = refusal(Credential::from_text(query, None));
        let why = |told: &str| told.split("; got ").nth(1).map(|why| why.trim_start_matches("a URL with ").to_owned());
        assert_eq!(why(&in_url), why(&alone), "{query}");
    }
    // A URL may have parameters beside the token.
    let (_, _, sas) =
        Endpoint::from_queue_url("https://a.queue.core.windows.net/q11?comp=list&sv=1&sig=abc").expect("URL");
    let mut url = String::new();
    sas.expect("a token").append_to(&mut url);
    assert_eq!(url, "?sv=1&sig=abc");
}

/// Opens a pipeline, as clients do.
fn pipeline(endpoint: Endpoint, credential: Credential) -> azure_queue_wasm::error::Result<Pipeline> {
    Pipeline::new(endpoint, credential, ClientOptions::default())
}

#[test]
fn a_queue_in_the_path_of_an_emulators_account_is_refused() {
    let account = || Endpoint::from_account_url("http://127.0.0.1:10001/dev/orders").expect("a URL").0;
    let named = || Credential::from(SharedKey::new("dev", "AAAA").expect("a key"));
    for credential in [Credential::default(), named()] {
        let told = refusal(pipeline(account(), credential));
        assert!(told.contains("got the path \"/dev/orders\""), "{told}");
    }
    let text = "AccountName=dev;AccountKey=AAAA;QueueEndpoint=http://127.0.0.1:10001/dev/orders";
    assert!(refusal(ConnectionString::parse(text)).contains("QueueEndpoint with the path"));
}

#[test]
fn the_account_that_is_named_apart_wins_over_the_path_of_a_gateway() {
    let text = "AccountName=myacct;AccountKey=AAAA;QueueEndpoint=http://127.0.0.1:8080/custom/account/path";
    let parsed = ConnectionString::parse(text).expect("a gateway");
    assert_eq!(parsed.endpoint.account_name.as_deref(), Some("myacct"));
    assert_eq!(parsed.endpoint.primary, "127.0.0.1:8080/custom/account/path");
    let (endpoint, _) = Endpoint::from_account_url("http://127.0.0.1:8080/custom/account/path").expect("a URL");
    let pipeline = pipeline(endpoint, SharedKey::new("myacct", "AAAA").expect("a key").into()).expect("a pipeline");
    assert_eq!(pipeline.endpoint().account_name.as_deref(), Some("myacct"));
}

#[test]
fn a_proxy_in_front_of_an_emulator_may_have_a_path_of_its_own() {
    let url = "http://localhost:3000/azurite/devstoreaccount1";
    let (endpoint, _) = Endpoint::from_account_url(url).expect("a URL");
    let pipeline = pipeline(endpoint, Credential::default()).expect("a pipeline");
    assert_eq!(pipeline.endpoint().account_name.as_deref(), Some("devstoreaccount1"));
    assert_eq!(pipeline.endpoint().primary, "localhost:3000/azurite/devstoreaccount1");
    let (endpoint, queue, _) = Endpoint::from_queue_url(&format!("{url}/orders")).expect("a URL");
    assert_eq!((endpoint.primary.as_str(), queue.as_str()), ("localhost:3000/azurite/devstoreaccount1", "orders"));
}

#[test]
fn a_host_of_a_custom_domain_does_not_name_the_account() {
    let (mut endpoint, _) = Endpoint::from_account_url("https://prod.queue.contoso.com").expect("a URL");
    assert_eq!(endpoint.account_name, None);
    endpoint.name_account("account1");
    endpoint.find_secondary("account1", "core.windows.net");
    assert_eq!((endpoint.account_name.as_deref(), endpoint.secondary), (Some("account1"), None));
}

#[test]
fn an_emulator_has_a_secondary_endpoint_beside_each_account() {
    for (url, secondary) in [
        ("http://127.0.0.1:10001/devstoreaccount1", Some("127.0.0.1:10001/devstoreaccount1-secondary")),
        ("http://azurite:10001/other", Some("azurite:10001/other-secondary")),
        ("http://azurite:23917/devstoreaccount1", Some("azurite:23917/devstoreaccount1-secondary")),
        ("http://127.0.0.1:8080/devstoreaccount1", Some("127.0.0.1:8080/devstoreaccount1-secondary")),
        ("http://127.0.0.1:10001/devstoreaccount1-secondary", Some("127.0.0.1:10001/devstoreaccount1-secondary")),
        ("http://192.168.1.5/gateway", None),
        ("http://127.0.0.1:10001", None),
    ] {
        let (endpoint, _) = Endpoint::from_account_url(url).expect(url);
        assert_eq!(endpoint.secondary.as_deref(), secondary, "{url}");
        assert!(!endpoint.has_secondary, "{url}: no read moves there by itself");
    }
}

#[test]
fn the_wrong_kind_of_address_is_named_with_its_place() {
    let connection_string = "DefaultEndpointsProtocol=https;AccountName=myacct;AccountKey=AAAA";
    let in_base64 = base64::engine::general_purpose::STANDARD.encode(connection_string);
    let wrapped = in_base64.split_at(40);
    let wrapped = format!("{}\r\n{}\n", wrapped.0, wrapped.1);
    for (url, given, place) in [
        (wrapped.as_str(), "got a connection string in Base64", "from_connection_string takes"),
        (connection_string, "got a connection string", "from_connection_string takes"),
        ("UseDevelopmentStorage=true", "got a connection string", "from_connection_string takes"),
        (&in_base64, "got a connection string in Base64", "from_connection_string takes"),
        ("", "got an empty text", "a URL such as"),
        ("?sv=1&sig=topsecret", "a shared access signature alone: it is the credential", "a URL such as"),
    ] {
        for told in [refusal(Endpoint::from_account_url(url)), refusal(Endpoint::from_queue_url(url))] {
            assert!(told.contains(given) && told.contains(place), "{url}: {told}");
            assert!(!told.contains("topsecret") && !told.contains("AAAA"), "{told}");
        }
    }
    for (text, given, place) in [
        ("https://myacct.queue.core.windows.net/orders?sv=1&sig=topsecret", "got a URL", "from_queue_url takes"),
        (&in_base64, "got a connection string in Base64, which has to be decoded", "pairs joined"),
        ("", "got an empty text", "pairs joined"),
        ("sv=1&sig=topsecret", "got a shared access signature alone", "beside the URL of the account"),
        (
            "DefaultEndpointProtocol=https;AccountName=a",
            "the unknown setting \"DefaultEndpointProtocol\"",
            "DefaultEndpointsProtocol",
        ),
        ("AccountName=a;AcountKey=AAAA", "the unknown setting \"AcountKey\"", "AccountKey"),
        ("DefaultEndpointsProtocol=htps;AccountName=a;AccountKey=AAAA", "neither http nor https", "pairs joined"),
    ] {
        let told = refusal(ConnectionString::parse(text));
        assert!(told.contains(given) && told.contains(place), "{text}: {told}");
        assert!(!told.contains("topsecret") && !told.contains("AAAA"), "{told}");
    }
}

#[test]
fn a_connection_string_may_have_empty_pieces_other_services_and_the_escapes_of_xml() {
    for text in [
        "AccountName=myacct;;AccountKey=AAAA;",
        ";AccountName=myacct;AccountKey=AAAA;;",
        "BlobEndpoint=https://myacct.blob.core.windows.net/;TableSecondaryEndpoint=https://x;AccountName=myacct;AccountKey=AAAA",
        "AccountName=myacct;SharedAccessSignature=sv=1&amp;sig=abc",
        "AccountName=myacct;AccountKey=AAAA;AuthType=Key",
    ] {
        let parsed = ConnectionString::parse(text).expect(text);
        assert_eq!(parsed.endpoint.primary, "myacct.queue.core.windows.net", "{text}");
        assert!(parsed.key.is_some() || parsed.sas.is_some(), "{text}");
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
        let is_emulator = host.ends_with(":10001");
        assert_eq!(endpoint.secondary, is_emulator.then(|| format!("{host}/dev-secondary")), "{host}");
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
        let error = Endpoint::from_account_url(url).expect_err(url);
        assert!(!error.to_string().contains("topsecret"), "{error}");
    }
}
