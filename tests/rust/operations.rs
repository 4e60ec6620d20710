//! What each operation on an account and on a queue puts on the wire and reads from it.

use azure_queue_wasm::client::QueueServiceClient;
use azure_queue_wasm::credential::{AccessToken, Bearer, Credential, SourceFuture, TokenRequest, TokenSource};
use azure_queue_wasm::error::ErrorKind;
use azure_queue_wasm::http::Method;
use azure_queue_wasm::operations::properties::{
    AnalyticsLogging, CorsRule, Metrics, RetentionPolicy, ServiceProperties,
};
use azure_queue_wasm::operations::queue::AccessPolicy;
use azure_queue_wasm::operations::service::ListOptions;
use azure_queue_wasm::time::Timestamp;

use crate::script::{
    PROLOG, Script, Sent, URL, at, call, headers, pairs, queue, ready, service, status, vectors, wire, xml,
};

#[test]
fn create_queue() {
    let script = Script::new([status(201)]);
    ready(queue(&script).create_queue(&pairs(&[("a", "1"), ("B_2", " x ")]), &call())).expect("created");
    assert_eq!(wire(&script), (Method::Put, "/orders".into(), String::new()));
    let sent = script.only();
    assert_eq!((sent.header("x-ms-meta-a"), sent.header("x-ms-meta-B_2")), (Some("1"), Some("x")));
    assert_eq!(sent.header("x-ms-version"), Some("2020-12-06"));
    assert_eq!(sent.header("x-ms-date"), Some("Fri, 02 Jan 2026 03:04:05 GMT"));
    assert_eq!(sent.header("authorization"), None);
}

#[test]
fn metadata_as_in_the_known_answer() {
    let vectors = vectors();
    let known = &vectors["metadata_headers"];
    // A value of `null` is Python's own: here every name has a text.
    let given =
        known["in"].as_object().expect("names").iter().filter_map(|(name, value)| Some((name, value.as_str()?)));
    let given: Vec<_> = given.map(|(name, value)| (name.clone(), value.to_owned())).collect();
    assert_eq!(given.len(), 2);
    let script = Script::new([status(204)]);
    ready(queue(&script).set_queue_metadata(&given, &call())).expect("set");
    for (name, _) in &given {
        let header = format!("x-ms-meta-{}", name.trim());
        assert_eq!(script.only().header(&header), known["out"][&header].as_str(), "{header}");
    }
}

#[test]
fn dates_of_policies_as_in_the_known_answers() {
    let vectors = vectors();
    let cases = vectors["serialize_iso (access policy dates)"].as_array().expect("cases");
    assert_eq!(cases.len(), 5);
    for case in cases {
        let moment = Timestamp::from_iso8601(case["in"].as_str().expect("text"));
        assert_eq!(moment.map(Timestamp::to_iso8601).as_deref(), case["out"].as_str(), "{case}");
    }
}

#[test]
fn a_queue_that_is_there_already_is_an_error_or_an_answer() {
    let exists = "<Error><Code>QueueAlreadyExists</Code></Error>";
    let deleted = "<Error><Code>QueueBeingDeleted</Code></Error>";
    for answer in [status(204), xml(409, exists)] {
        let error = ready(queue(&Script::new([answer])).create_queue(&Vec::new(), &call())).expect_err("exists");
        assert_eq!((error.kind(), error.code()), (ErrorKind::ResourceExists, Some("QueueAlreadyExists")));
    }
    let created = |answer| ready(queue(&Script::new([answer])).create_queue_if_not_exists(&Vec::new(), &call()));
    assert_eq!(created(status(201)), Ok(true));
    assert_eq!(created(status(204)), Ok(false));
    assert_eq!(created(xml(409, exists)), Ok(false));
    assert_eq!(created(xml(409, deleted)).expect_err("not yet").code(), Some("QueueBeingDeleted"));
}

#[test]
fn delete_queue() {
    let script = Script::new([status(204)]);
    ready(queue(&script).delete_queue(&call())).expect("deleted");
    assert_eq!(wire(&script), (Method::Delete, "/orders".into(), String::new()));
    let missing = || headers(404, &[("x-ms-error-code", "QueueNotFound")]);
    let deleted = |answer| ready(queue(&Script::new([answer])).delete_queue_if_exists(&call()));
    assert_eq!(deleted(status(204)), Ok(true));
    assert_eq!(deleted(missing()), Ok(false));
    assert_eq!(
        deleted(headers(404, &[("x-ms-error-code", "Other")])).expect_err("other").kind(),
        ErrorKind::ResourceNotFound
    );
    let exists = |answer| ready(queue(&Script::new([answer])).exists(&call()));
    assert_eq!(exists(status(200)), Ok(true));
    assert_eq!(exists(missing()), Ok(false));
    assert!(exists(status(403)).is_err());
}

#[test]
fn queue_properties_and_metadata() {
    let script = Script::new([headers(
        200,
        &[("x-ms-approximate-messages-count", "42"), ("x-ms-meta-a", "1"), ("X-Ms-Meta-b_c", ""), ("etag", "no")],
    )]);
    let properties = ready(queue(&script).get_queue_properties(&call())).expect("properties");
    assert_eq!(wire(&script), (Method::Get, "/orders?comp=metadata".into(), String::new()));
    assert_eq!(properties.approximate_message_count, 42);
    assert_eq!(properties.metadata, pairs(&[("a", "1"), ("b_c", "")]));
    for answer in [status(200), headers(200, &[("x-ms-approximate-messages-count", "many")])] {
        let error = ready(queue(&Script::new([answer])).get_queue_properties(&call())).expect_err("no count");
        assert_eq!(error.kind(), ErrorKind::ServiceResponse);
    }
    let script = Script::new([status(204)]);
    ready(queue(&script).set_queue_metadata(&pairs(&[("k", "v")]), &call())).expect("set");
    assert_eq!(wire(&script), (Method::Put, "/orders?comp=metadata".into(), String::new()));
    assert_eq!(script.only().header("x-ms-meta-k"), Some("v"));
}

#[test]
fn access_policies() {
    let script = Script::new([status(204), status(204)]);
    let client = queue(&script);
    let policy = AccessPolicy {
        start: Some(at("2030-01-02T03:04:05.678Z")),
        expiry: Some(at("2031-01-01")),
        permission: "pr".into(),
    };
    ready(client.set_queue_access_policy(&[("a&b".into(), policy), ("none".into(), AccessPolicy::default())], &call()))
        .expect("set");
    ready(client.set_queue_access_policy(&[], &call())).expect("cleared");
    let [set, clear] = <[Sent; 2]>::try_from(script.sent()).expect("two requests");
    assert_eq!((set.method, set.url.as_str()), (Method::Put, "https://myacct.queue.core.windows.net/orders?comp=acl"));
    assert_eq!(set.header("content-type"), Some("application/xml"));
    assert_eq!(
        set.body,
        format!(
            "{PROLOG}<SignedIdentifiers><SignedIdentifier><Id>a&amp;b</Id><AccessPolicy>\
        <Start>2030-01-02T03:04:05Z</Start><Expiry>2031-01-01T00:00:00Z</Expiry><Permission>rp</Permission></AccessPolicy></SignedIdentifier>\
        <SignedIdentifier><Id>none</Id><AccessPolicy></AccessPolicy></SignedIdentifier></SignedIdentifiers>"
        )
    );
    assert_eq!((clear.body.as_str(), clear.header("content-type")), ("", None));

    let body = "\u{feff}<SignedIdentifiers><SignedIdentifier><Id>x</Id><AccessPolicy><Start>2030-01-02T03:04:05.0000000Z</Start>\
        <Expiry>2030-01-03</Expiry><Permission>raup</Permission></AccessPolicy></SignedIdentifier>\
        <SignedIdentifier><Id>y</Id><AccessPolicy /></SignedIdentifier></SignedIdentifiers>";
    let read = ready(queue(&Script::new([xml(200, body)])).get_queue_access_policy(&call())).expect("read");
    let policy = AccessPolicy {
        start: Some(at("2030-01-02T03:04:05Z")),
        expiry: Some(at("2030-01-03")),
        permission: "raup".into(),
    };
    assert_eq!(read, [("x".to_owned(), policy), ("y".to_owned(), AccessPolicy::default())]);
    assert_eq!(
        ready(queue(&Script::new([xml(200, "<SignedIdentifiers />")])).get_queue_access_policy(&call())),
        Ok(Vec::new())
    );

    let refused = |policies: &[(String, AccessPolicy)]| {
        ready(queue(&Script::new([])).set_queue_access_policy(policies, &call())).expect_err("refused").to_string()
    };
    assert!(refused(&vec![("p".to_owned(), AccessPolicy::default()); 6]).contains("6 policies"));
    assert!(refused(&[("x".repeat(65), AccessPolicy::default())]).contains("1 to 64 characters"));
    assert!(
        refused(&[("x".into(), AccessPolicy { permission: "q".into(), ..AccessPolicy::default() })])
            .contains("permission")
    );
}

#[test]
fn list_queues() {
    let body = "<EnumerationResults ServiceEndpoint=\"x\"><Prefix>a</Prefix><MaxResults>2</MaxResults><Queues>\
        <Queue><Name>a1</Name><Metadata><Key>v&amp;1</Key><empty/></Metadata></Queue><Queue><Name>a2</Name></Queue></Queues>\
        <NextMarker>/acct/a3</NextMarker></EnumerationResults>";
    let script = Script::new([xml(200, body)]);
    let client = service(&script);
    let options =
        ListOptions { name_starts_with: Some("a b".into()), include_metadata: true, results_per_page: Some(2) };
    let mut pages = client.list_queues(options, Some("m".into()), call()).expect("pages");
    let queues = ready(pages.next_page()).expect("page").expect("queues");
    assert_eq!(
        wire(&script),
        (Method::Get, "/?comp=list&prefix=a%20b&marker=m&include=metadata&maxresults=2".into(), String::new())
    );
    assert_eq!(queues[0].metadata, Some(pairs(&[("Key", "v&1"), ("empty", "")])));
    assert_eq!((queues[1].name.as_str(), &queues[1].metadata), ("a2", &None));
    assert_eq!(pages.marker(), Some("/acct/a3"));
    assert!(
        client
            .list_queues(ListOptions { results_per_page: Some(5_001), ..ListOptions::default() }, None, call())
            .is_err()
    );
}

#[test]
fn service_properties() {
    let retention = RetentionPolicy { enabled: true, days: Some(7) };
    let settings = ServiceProperties {
        analytics_logging: Some(AnalyticsLogging {
            version: "1.0".into(),
            delete: true,
            read: false,
            write: true,
            retention_policy: retention.clone(),
        }),
        hour_metrics: Some(Metrics {
            version: "1.0".into(),
            enabled: true,
            include_apis: Some(true),
            retention_policy: retention,
        }),
        minute_metrics: Some(Metrics {
            version: "1.0".into(),
            enabled: false,
            include_apis: None,
            retention_policy: RetentionPolicy::default(),
        }),
        cors: Some(vec![CorsRule {
            allowed_origins: vec!["https://a.example".into(), "https://b.example".into()],
            allowed_methods: vec!["GET".into(), "PUT".into()],
            allowed_headers: vec!["x-ms-*".into()],
            exposed_headers: vec!["x-ms-popreceipt".into()],
            max_age_in_seconds: 60,
        }]),
    };
    let inner = "<StorageServiceProperties><Logging><Version>1.0</Version><Delete>true</Delete><Read>false</Read><Write>true</Write>\
        <RetentionPolicy><Enabled>true</Enabled><Days>7</Days></RetentionPolicy></Logging>\
        <HourMetrics><Version>1.0</Version><Enabled>true</Enabled><IncludeAPIs>true</IncludeAPIs><RetentionPolicy><Enabled>true</Enabled><Days>7</Days></RetentionPolicy></HourMetrics>\
        <MinuteMetrics><Version>1.0</Version><Enabled>false</Enabled><RetentionPolicy><Enabled>false</Enabled></RetentionPolicy></MinuteMetrics>\
        <Cors><CorsRule><AllowedOrigins>https://a.example,https://b.example</AllowedOrigins><AllowedMethods>GET,PUT</AllowedMethods>\
        <AllowedHeaders>x-ms-*</AllowedHeaders><ExposedHeaders>x-ms-popreceipt</ExposedHeaders><MaxAgeInSeconds>60</MaxAgeInSeconds></CorsRule></Cors></StorageServiceProperties>";
    let script = Script::new([status(202)]);
    ready(service(&script).set_service_properties(&settings, &call())).expect("set");
    assert_eq!(wire(&script), (Method::Put, "/?restype=service&comp=properties".into(), format!("{PROLOG}{inner}")));
    let script = Script::new([xml(200, inner)]);
    assert_eq!(ready(service(&script).get_service_properties(&call())), Ok(settings));
    assert_eq!(wire(&script).1, "/?restype=service&comp=properties");

    let script = Script::new([status(202)]);
    ready(service(&script).set_service_properties(
        &ServiceProperties { cors: Some(Vec::new()), ..ServiceProperties::default() },
        &call(),
    ))
    .expect("cleared");
    assert_eq!(wire(&script).2, format!("{PROLOG}<StorageServiceProperties><Cors></Cors></StorageServiceProperties>"));
}

#[test]
fn service_properties_without_a_section_are_an_error() {
    let metrics = "<Enabled>false</Enabled><RetentionPolicy><Enabled>false</Enabled></RetentionPolicy>";
    let sections = [
        (
            "Logging",
            "<Delete>false</Delete><Read>false</Read><Write>false</Write><RetentionPolicy><Enabled>false</Enabled></RetentionPolicy>",
        ),
        ("HourMetrics", metrics),
        ("MinuteMetrics", metrics),
        ("Cors", ""),
    ];
    for (missing, _) in sections {
        let rest = sections.iter().filter(|(name, _)| *name != missing);
        let rest: String = rest.map(|(name, content)| format!("<{name}>{content}</{name}>")).collect();
        let script = Script::new([xml(200, &format!("<StorageServiceProperties>{rest}</StorageServiceProperties>"))]);
        let error = ready(service(&script).get_service_properties(&call())).expect_err("incomplete");
        assert_eq!(error.kind(), ErrorKind::ServiceResponse);
        assert!(error.message().contains(&format!("it has no {missing}")), "{error}");
    }
}

#[test]
fn service_properties_that_are_refused() {
    let refused = |settings: ServiceProperties| {
        ready(service(&Script::new([])).set_service_properties(&settings, &call())).expect_err("refused").to_string()
    };
    assert!(refused(ServiceProperties::default()).contains("at least one of"));
    let logging = |retention_policy| ServiceProperties {
        analytics_logging: Some(AnalyticsLogging { retention_policy, ..AnalyticsLogging::default() }),
        ..ServiceProperties::default()
    };
    assert!(
        refused(logging(RetentionPolicy { enabled: true, days: None }))
            .starts_with("analytics_logging.retention_policy.days")
    );
    assert!(refused(logging(RetentionPolicy { enabled: true, days: Some(366) })).contains("1 to 365"));
    let rule =
        CorsRule { allowed_origins: vec!["*".into()], allowed_methods: vec!["GET".into()], ..CorsRule::default() };
    let cors = |rules: Vec<CorsRule>| refused(ServiceProperties { cors: Some(rules), ..ServiceProperties::default() });
    assert!(cors(vec![rule.clone(); 6]).contains("6 rules"));
    assert!(cors(vec![CorsRule { allowed_origins: Vec::new(), ..rule.clone() }]).starts_with("cors.allowed_origins"));
    assert!(cors(vec![CorsRule { allowed_methods: vec!["FETCH".into()], ..rule.clone() }]).contains("\"FETCH\""));
    assert!(cors(vec![CorsRule { exposed_headers: vec!["a,b".into()], ..rule.clone() }]).contains("comma"));
    assert!(cors(vec![CorsRule { max_age_in_seconds: -1, ..rule }]).starts_with("cors.max_age_in_seconds"));
}

#[test]
fn service_stats_come_from_the_secondary_endpoint() {
    let body = "<StorageServiceStats><GeoReplication><Status>live</Status><LastSyncTime>Fri, 02 Jan 2026 03:04:05 GMT</LastSyncTime></GeoReplication></StorageServiceStats>";
    let script = Script::new([
        xml(200, body),
        xml(
            200,
            "<StorageServiceStats><GeoReplication><Status>bootstrap</Status><LastSyncTime/></GeoReplication></StorageServiceStats>",
        ),
    ]);
    let client = service(&script);
    let stats = ready(client.get_service_stats(&call())).expect("stats");
    assert_eq!((stats.status.as_str(), stats.last_sync_time), ("live", Some(at("2026-01-02T03:04:05Z"))));
    assert_eq!(ready(client.get_service_stats(&call())).expect("stats").last_sync_time, None);
    assert_eq!(script.sent()[0].url, "https://myacct-secondary.queue.core.windows.net/?restype=service&comp=stats");
    let emulator =
        QueueServiceClient::new("http://127.0.0.1/dev", Credential::default(), Default::default(), Script::new([]))
            .expect("client");
    assert!(
        ready(emulator.get_service_stats(&call())).expect_err("none").to_string().starts_with("secondary_hostname")
    );
}

struct FixedToken;

impl TokenSource for FixedToken {
    fn token(&self, _: &TokenRequest) -> SourceFuture<AccessToken> {
        Box::pin(async { Ok(AccessToken::new("t0k3n".into(), Timestamp::from_millis(i64::MAX), None)) })
    }
}

#[test]
fn a_user_delegation_key_is_asked_for_with_an_access_token() {
    let body = "<UserDelegationKey><SignedOid>oid</SignedOid><SignedTid>tid</SignedTid><SignedStart>2026-01-01T00:00:00Z</SignedStart>\
        <SignedExpiry>2026-01-02T00:00:00Z</SignedExpiry><SignedService>q</SignedService><SignedVersion>2026-02-06</SignedVersion>\
        <SignedDelegatedUserTid>dtid</SignedDelegatedUserTid><Value>c2VjcmV0</Value></UserDelegationKey>";
    let bearer = || Credential::from(Bearer::new(Box::new(FixedToken), "https://storage.azure.com").expect("bearer"));
    let script = Script::new([xml(200, body), xml(200, body)]);
    let client = QueueServiceClient::new(URL, bearer(), Default::default(), script.clone()).expect("client");
    let key =
        ready(client.get_user_delegation_key(Some(at("2026-01-01")), at("2026-01-02"), None, &call())).expect("key");
    ready(client.get_user_delegation_key(None, at("2026-01-02"), Some("dtid"), &call())).expect("key");
    let [plain, tenant] = <[Sent; 2]>::try_from(script.sent()).expect("two requests");
    assert_eq!(
        (plain.method, plain.url.as_str()),
        (Method::Post, "https://myacct.queue.core.windows.net/?restype=service&comp=userdelegationkey")
    );
    assert_eq!(
        plain.body,
        format!("{PROLOG}<KeyInfo><Start>2026-01-01T00:00:00Z</Start><Expiry>2026-01-02T00:00:00Z</Expiry></KeyInfo>")
    );
    assert_eq!(
        (plain.header("authorization"), plain.header("x-ms-version")),
        (Some("Bearer t0k3n"), Some("2026-02-06"))
    );
    assert_eq!(
        tenant.body,
        format!(
            "{PROLOG}<KeyInfo><Expiry>2026-01-02T00:00:00Z</Expiry><DelegatedUserTid>dtid</DelegatedUserTid></KeyInfo>"
        )
    );
    assert_eq!(tenant.header("x-ms-version"), Some("2026-04-06"));
    assert_eq!(
        (key.signed_oid.as_str(), key.signed_delegated_user_tid.as_deref(), key.expose_value()),
        ("oid", Some("dtid"), "c2VjcmV0")
    );
    assert!(!format!("{key:?}").contains("c2VjcmV0"));
    assert!(
        ready(client.get_user_delegation_key(Some(at("2026-01-02")), at("2026-01-01"), None, &call()))
            .expect_err("refused")
            .to_string()
            .starts_with("expiry")
    );
    assert!(
        QueueServiceClient::new("http://myacct.queue.core.windows.net", bearer(), Default::default(), Script::new([]))
            .is_err()
    );
}
