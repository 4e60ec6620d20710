//! Inputs to begin with: the known answers, and a few of the service's answers by hand.

use serde_json::Value;

use crate::known::{known_errors, vectors};

type Inputs = Vec<Vec<u8>>;

pub fn xml() -> Inputs {
    let prolog = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>";
    let bodies = [
        "<QueueMessagesList><QueueMessage><MessageId>m1</MessageId><InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT\
        </InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime><PopReceipt>a+b/c=</PopReceipt>\
        <TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible><DequeueCount>3</DequeueCount>\
        <MessageText>aGk=</MessageText></QueueMessage></QueueMessagesList>",
        "<QueueMessagesList><QueueMessage><MessageId>m2</MessageId><MessageText>&lt;a&gt;&#xD;<![CDATA[<b>]]><!-- c -->\
        </MessageText></QueueMessage><QueueMessage><MessageId>m3</MessageId><Unknown/></QueueMessage></QueueMessagesList>",
        "<QueueMessagesList />",
        "<EnumerationResults ServiceEndpoint=\"https://a.queue.core.windows.net/\"><Prefix>o</Prefix><Queues><Queue>\
        <Name>orders</Name><Metadata><a>1</a><b /></Metadata></Queue><Queue><Name>emails</Name></Queue></Queues>\
        <NextMarker>/a/orders</NextMarker></EnumerationResults>",
        "<StorageServiceStats><GeoReplication><Status>live</Status><LastSyncTime>Fri, 02 Jan 2026 03:04:05 GMT\
        </LastSyncTime></GeoReplication></StorageServiceStats>",
        "<UserDelegationKey><SignedOid>o</SignedOid><SignedTid>t</SignedTid><SignedStart>2026-01-02T00:00:00Z</SignedStart>\
        <SignedExpiry>2026-01-03T00:00:00Z</SignedExpiry><SignedService>q</SignedService><SignedVersion>2026-02-06\
        </SignedVersion><SignedDelegatedUserTid>u</SignedDelegatedUserTid><Value>QUFBQQ==</Value></UserDelegationKey>",
        "<StorageServiceProperties><Logging><Version>1.0</Version><Delete>true</Delete><Read>false</Read><Write>true</Write>\
        <RetentionPolicy><Enabled>true</Enabled><Days>7</Days></RetentionPolicy></Logging><HourMetrics><Version>1.0</Version>\
        <Enabled>true</Enabled><IncludeAPIs>false</IncludeAPIs><RetentionPolicy><Enabled>false</Enabled></RetentionPolicy>\
        </HourMetrics><MinuteMetrics><Version>1.0</Version><Enabled>false</Enabled><RetentionPolicy><Enabled>false</Enabled>\
        </RetentionPolicy></MinuteMetrics><Cors><CorsRule><AllowedOrigins>https://a.example,*</AllowedOrigins><AllowedMethods>\
        GET,PUT</AllowedMethods><AllowedHeaders>x-ms-*</AllowedHeaders><ExposedHeaders></ExposedHeaders><MaxAgeInSeconds>3600\
        </MaxAgeInSeconds></CorsRule></Cors></StorageServiceProperties>",
        "<SignedIdentifiers><SignedIdentifier><Id>p</Id><AccessPolicy><Start>2026-01-02T03:04:05.0000000Z</Start><Expiry>\
        2026-01-03T00:00:00Z</Expiry><Permission>raup</Permission></AccessPolicy></SignedIdentifier><SignedIdentifier><Id>q</Id>\
        <AccessPolicy /></SignedIdentifier></SignedIdentifiers>",
        "<SignedIdentifiers />",
    ];
    bodies.map(|body| format!("{prolog}{body}").into_bytes()).to_vec()
}

/// As `errors::check` wants them, with secrets here and there.
pub fn errors() -> Inputs {
    let known: Value = known_errors();
    let mut inputs: Inputs = Vec::new();
    for (at, case) in known.as_array().expect("cases").iter().enumerate() {
        let text = case["str"].as_str().unwrap_or_default();
        let body = text.split_once("\nContent: ").map_or("<html>proxy</html>", |(_, body)| body);
        let call = if case["status"].as_u64().is_some_and(|status| status >= 450) { 192 } else { 0 };
        let status = case["status"].as_u64().unwrap_or(500) - 200 - u64::from(call / 64) * 50;
        let code = case["code"].as_str().unwrap_or("12");
        inputs
            .push([&[status as u8, call + at as u8 % 5, at as u8 % 3], format!("{code}\n{body}").as_bytes()].concat());
    }
    for (which, body) in [
        "Bearer authorization_uri=https://login.example/t resource_id=https://storage.azure.com\n",
        "https://user:\x01@h/p?sig=\x03#x\n<Error><Code>AuthenticationFailed</Code><Message>\x01 \x02</Message><x\x03>\x04\
        </x></Error>",
        "Fri, 02 Jan 2026 04:04:05 GMT\n<Error><Code>\x05</Code><Extra>\x06\x07\x08</Extra></Error>",
    ]
    .into_iter()
    .enumerate()
    {
        for status in [0, 4, 102, 103, 201] {
            inputs.push([&[status, which as u8, which as u8], body.as_bytes()].concat());
        }
    }
    inputs
}

pub fn sas() -> Inputs {
    let mut inputs = texts(&["sas", "sas_js_only"], &["token_js", "token_python"]);
    inputs.extend(texts(&["sas_token_detection"], &["credential"]));
    for text in
        ["?sp=raup&si=policy&sig=\x01", "\"sv=1&sig=\x02\"\n", "a=\x01&sig=\x02", "se=soon&sig=a+b&sduoid=u&skoid=o"]
    {
        inputs.push(text.into());
    }
    inputs
}

/// The fields of the known tokens, one a line.
pub fn sas_making() -> Inputs {
    let vectors = vectors();
    let cases = ["sas", "sas_js_only"].map(|name| vectors[name].as_array().expect("cases"));
    let lines = cases.into_iter().flatten().map(|case| {
        let param = |name: &str| {
            let value = &case["params"][name];
            value["__datetime__"].as_str().or(value.as_str()).unwrap_or_default().to_owned()
        };
        let key = |name: &str| case["params"]["user_delegation_key"][name].as_str().unwrap_or_default().to_owned();
        let named = |name: &str| case[name].as_str().unwrap_or_default().to_owned();
        let queue = ["permission", "expiry", "start", "policy_id", "ip", "protocol", "user_delegation_oid"].map(param);
        let signed = ["oid", "tid", "start", "expiry", "service", "version", "delegated_user_tid"];
        let mut lines = vec![named("account"), "q1".to_owned()];
        lines.extend(queue);
        lines.extend([named("sv"), param("services"), param("resource_types")]);
        lines.extend(signed.map(|name| key(&format!("signed_{name}"))));
        lines.join("\n").into_bytes()
    });
    lines.collect()
}

pub fn connection_strings() -> Inputs {
    let mut inputs = texts(&["connection_strings"], &["input"]);
    inputs.push("AccountName=a;AccountKey=\x03;QueueEndpoint=https://q.example.com?sig=\x01;EndpointSuffix=e.f".into());
    inputs.push("QueueEndpoint=https://a.b/;SharedAccessSignature=sp=r&sig=\x02;QueueSecondaryEndpoint=c.d".into());
    inputs
}

pub fn urls() -> Inputs {
    let mut inputs = texts(&["account_urls"], &["account_url"]);
    inputs.extend(texts(&["queue_urls"], &["queue_url"]));
    inputs.push("https://user:\x03@a-secondary.queue.core.windows.net:443/q%31/?sig=\x01#\x02".into());
    inputs.push("http://[::1]:10001/dev/q".into());
    inputs
}

pub fn times() -> Inputs {
    let known = texts(&["serialize_iso (access policy dates)"], &["in", "out"]);
    let more = [
        "Fri, 02 Jan 2026 03:04:05 GMT",
        "Fri, 31 Dec 9999 23:59:60 GMT",
        "2000-02-29",
        "2026-01-02T03:04:05.1234567-0500",
        "0001-01-01T00:00+00:00",
    ];
    known.into_iter().chain(more.map(|text| text.as_bytes().to_vec())).collect()
}

/// Such texts of such lists of the known answers.
fn texts(lists: &[&str], names: &[&str]) -> Inputs {
    let vectors = vectors();
    let cases = lists.iter().flat_map(|list| vectors[*list].as_array().expect("cases"));
    let texts = cases.flat_map(|case| names.iter().filter_map(|name| case[*name].as_str()));
    texts.map(|text| text.as_bytes().to_vec()).collect()
}
