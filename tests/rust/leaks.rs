//! Secrets in what the core says: no error has one, whatever the service and the transport
//! repeat, and no `Debug` shows one.

use std::fmt::Debug;

use azure_queue_wasm::client::{PeekOptions, QueueClient, SendOptions};
use azure_queue_wasm::codec::MessageEncoding;
use azure_queue_wasm::connection_string::ConnectionString;
use azure_queue_wasm::credential::{
    AccessToken, AccountSas, Credential, QueueSas, SasToken, SharedKey, UserDelegationKey,
};
use azure_queue_wasm::endpoint::Endpoint;
use azure_queue_wasm::error::{Error, ErrorKind, Result};
use azure_queue_wasm::http::{Fault, FaultKind, Response, WireRequest};
use azure_queue_wasm::operations::{message, queue};
use azure_queue_wasm::percent::percent_decode;
use azure_queue_wasm::pipeline::{CallOptions, ClientOptions};
use azure_queue_wasm::time::Timestamp;

use crate::planted::{
    CREDENTIALS, DELEGATION_KEY, GOOD, KEY, Make, PLANTED, SIGNATURE, TOKEN, at_url, bearer, client, encoded, forms,
    from_source, leaks, printed, sas, told,
};
use crate::script::{Script, URL, at, ready};

#[test]
fn the_search_finds_every_form() {
    for secret in PLANTED {
        for form in forms(secret) {
            assert_eq!(leaks(&format!("é {form}%"), &PLANTED), [secret], "{form}");
        }
        let (_, half) = secret.split_at(secret.len() / 2);
        assert_eq!(leaks(half, &PLANTED), [secret]);
    }
    assert!(leaks("nothing", &PLANTED).is_empty());
    let source: Box<dyn std::error::Error + Send + Sync> = KEY.into();
    assert_eq!(leaks(&printed(&source), &PLANTED), [KEY]);
}

type Answer = std::result::Result<Response, Fault>;

/// An answer that repeats something in all its parts; the code is as given.
fn answer(status: u16, code: &str, said: &str) -> Answer {
    let escaped = said.replace('&', "&amp;").replace('<', "&lt;");
    let name = said.split(' ').next().expect("a word");
    let body = format!(
        "<Error><Code>{code}</Code><Message>{escaped}</Message><AuthenticationErrorDetail>The MAC signature found in \
        the HTTP request '{escaped}' is not the same</AuthenticationErrorDetail><x{name}>x</x{name}></Error>"
    );
    let names = ["x-ms-request-id", "www-authenticate", "location", "x-ms-error-code"];
    let headers = names.map(|name| (name.into(), said.to_owned().into())).to_vec();
    Ok(Response { status, reason: said.to_owned(), headers, body: body.into(), ..Response::default() })
}

fn page(message: &str) -> Answer {
    let body = format!(
        "<QueueMessagesList><QueueMessage><MessageId>a</MessageId>\
        <InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>\
        <ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime><DequeueCount>0</DequeueCount>\
        {message}</QueueMessage></QueueMessagesList>"
    );
    Ok(Response { status: 200, body: body.into(), ..Response::default() })
}

fn fault(kind: FaultKind, said: &str) -> Answer {
    Err(Fault { message: format!("it says {said}"), ..Fault::of(kind) })
}

fn peek(queue: &QueueClient<Script>) -> Result<()> {
    let messages = ready(queue.peek_messages(&PeekOptions::default()))?;
    messages.into_iter().try_for_each(|message| match message.content {
        Some(Err(undecodable)) => Err(undecodable.error),
        _ => Ok(()),
    })
}

fn send(queue: &QueueClient<Script>) -> Result<()> {
    ready(queue.send_message("x", &SendOptions::default())).map(drop)
}

fn send_bytes(queue: &QueueClient<Script>) -> Result<()> {
    ready(queue.send_message(vec![1], &Default::default())).map(drop)
}

fn peek_too_many(queue: &QueueClient<Script>) -> Result<()> {
    ready(queue.peek_messages(&PeekOptions { max_messages: Some(33), ..PeekOptions::default() })).map(drop)
}

/// What ends with an error of a kind: answers after a first one that repeats the secrets as
/// well (none when nothing is to be sent), the call, and the fields of the SAS.
struct Case {
    endings: Vec<Answer>,
    call: fn(&QueueClient<Script>) -> Result<()>,
    fields: &'static str,
}

fn case(kind: ErrorKind, said: &str) -> Case {
    let by = |call| Case { endings: Vec::new(), call, fields: GOOD };
    let ends = |endings: Vec<Answer>| Case { endings, call: peek, fields: GOOD };
    match kind {
        ErrorKind::ArgumentType => by(send_bytes),
        ErrorKind::ArgumentValue => by(peek_too_many),
        ErrorKind::ServiceRequest => ends(vec![fault(FaultKind::Unsent, said)]),
        ErrorKind::ServiceRequestTimeout => by(peek),
        ErrorKind::ServiceResponse => ends(vec![
            fault(FaultKind::Lost, said),
            Ok(Response { status: 200, body: format!("<html>{said}").into(), ..Response::default() }),
            page(&format!("<DequeueCount>{said}</DequeueCount>").replace('&', "&amp;")),
            page(&format!("<InsertionTime>{}</InsertionTime>", said.split(' ').next().expect("a word"))),
        ]),
        ErrorKind::ServiceResponseTimeout | ErrorKind::DeadlineExceeded => ends(vec![fault(FaultKind::TimedOut, said)]),
        ErrorKind::AmbiguousOutcome => {
            let endings = vec![fault(FaultKind::Lost, said), answer(502, "x", said), answer(201, "x", said)];
            Case { endings, call: send, fields: GOOD }
        }
        ErrorKind::HttpResponse => ends(vec![answer(400, said, said), answer(502, "x", said), answer(200, "x", said)]),
        ErrorKind::ClientAuthentication => ends(vec![answer(401, said, said)]),
        ErrorKind::SasExpired => Case { fields: "sp=raup&se=2026-01-01", ..by(peek) },
        ErrorKind::SasPermission => Case { fields: "sp=a", ..by(peek) },
        ErrorKind::ResourceNotFound => ends(vec![answer(404, said, said)]),
        ErrorKind::ResourceExists => ends(vec![answer(409, "QueueBeingDeleted", said)]),
        ErrorKind::ResourceModified => ends(vec![answer(412, "ConditionNotMet", said)]),
        ErrorKind::Decode => ends(vec![page(&format!("<MessageText>!{}</MessageText>", encoded(said)))]),
        ErrorKind::Redirect => {
            let mut bare = answer(302, "x", said).expect("answer");
            bare.body.clear();
            ends(vec![Ok(bare), answer(307, "x", said), fault(FaultKind::Redirected, said)])
        }
        ErrorKind::Aborted => ends(vec![fault(FaultKind::Aborted, said)]),
        ErrorKind::Thrown => ends(vec![fault(FaultKind::Thrown, said)]),
        other => panic!("there is no case for {other:?}"),
    }
}

const EVERY_KIND: [ErrorKind; 19] = [
    ErrorKind::ArgumentType,
    ErrorKind::ArgumentValue,
    ErrorKind::ServiceRequest,
    ErrorKind::ServiceRequestTimeout,
    ErrorKind::ServiceResponse,
    ErrorKind::ServiceResponseTimeout,
    ErrorKind::DeadlineExceeded,
    ErrorKind::AmbiguousOutcome,
    ErrorKind::HttpResponse,
    ErrorKind::ClientAuthentication,
    ErrorKind::SasExpired,
    ErrorKind::SasPermission,
    ErrorKind::ResourceNotFound,
    ErrorKind::ResourceExists,
    ErrorKind::ResourceModified,
    ErrorKind::Decode,
    ErrorKind::Redirect,
    ErrorKind::Aborted,
    ErrorKind::Thrown,
];

/// From outside of the crate the compiler does not tell of a kind that is missing.
#[test]
fn every_kind_has_a_case() {
    let source = include_str!("../../src/error.rs");
    let (_, declared) = source.split_once("pub enum ErrorKind {").expect("the declaration");
    let (declared, _) = declared.split_once('}').expect("its end");
    let declared = declared.lines().map(str::trim).filter(|line| !line.is_empty() && !line.starts_with("//"));
    let declared: Vec<_> = declared.map(|line| line.trim_end_matches(',').to_owned()).collect();
    assert_eq!(declared, EVERY_KIND.map(|kind| format!("{kind:?}")));
}

/// What the requests of a client prove themselves with; time and chance stand still.
fn proofs(make: Make, call: fn(&QueueClient<Script>) -> Result<()>) -> Vec<String> {
    let script = Script::new([answer(404, "x", "x")]);
    call(&client(make, GOOD, &script)).expect_err("404");
    let sent = script.only();
    let signature = sent.url.split_once("sig=").map(|(_, rest)| rest.split('&').next().expect("signature"));
    let authorization = sent.header("authorization").map(|header| header.rsplit([' ', ':']).next().expect("a word"));
    signature.and_then(percent_decode).into_iter().chain(authorization.map(str::to_owned)).collect()
}

#[test]
fn no_error_shows_a_secret() {
    for (credential, by_sas, make) in CREDENTIALS {
        for kind in EVERY_KIND {
            let proofs = proofs(make, if kind == ErrorKind::AmbiguousOutcome { send } else { peek });
            assert!(!proofs.is_empty() && proofs.iter().all(|proof| proof.len() > 40), "{credential}");
            let secrets: Vec<&str> = PLANTED.into_iter().chain(proofs.iter().map(String::as_str)).collect();
            // The account key never goes out, but this service knows it.
            let said: Vec<String> = proofs.iter().map(String::as_str).chain(uses_key(make)).flat_map(forms).collect();
            let said = said.join(" ");
            let of_sas = matches!(kind, ErrorKind::SasExpired | ErrorKind::SasPermission);
            if of_sas && !by_sas {
                continue;
            }
            let Case { endings, call, fields } = case(kind, &said);
            let sent = !endings.is_empty();
            let scripts =
                endings.into_iter().map(|ending| vec![answer(503, "ServerBusy", &said), ending.clone(), ending]);
            for answers in scripts.chain((!sent).then(Vec::new)) {
                let mut script = Script::new(answers);
                // Two attempts have less than the time of the call, or none has any of it.
                match kind {
                    ErrorKind::DeadlineExceeded => script = script.each_attempt_takes(61_000),
                    ErrorKind::ServiceRequestTimeout => script = script.each_look_takes(60_000),
                    _ => {}
                }
                let encoding = if kind == ErrorKind::Decode { MessageEncoding::Base64 } else { MessageEncoding::Text };
                let error = call(&client(make, fields, &script).with_encoding(encoding)).expect_err("an error");
                assert_eq!(error.kind(), kind, "{credential}: {error}");
                assert_eq!(leaks(&told(&error), &secrets), [""; 0], "{credential}, {kind:?}: {}", told(&error));
                assert_eq!(script.sent().len() > 1, sent, "{credential}: {error}");
                // A message that cannot be decoded has no part of the answer in its error.
                assert!(!sent || kind == ErrorKind::Decode || told(&error).contains("REDACTED"), "{error}");
            }
        }
    }
}

/// The account key, for a client that has it.
fn uses_key(make: Make) -> Option<&'static str> {
    let queue = client(make, GOOD, &Script::new([]));
    printed(queue.pipeline().credential()).contains("SharedKey").then_some(KEY)
}

#[test]
fn sources_that_give_something_else() {
    for rubbish in [TOKEN, KEY, "<html>", &format!("{{\"sas\":\"{}\"}}", sas(GOOD)), &format!("{URL}?{}", sas(GOOD))] {
        let script = Script::new([]);
        let queue = at_url(from_source(rubbish), ClientOptions::default(), script.clone()).expect("client");
        let error = peek(&queue).expect_err("no SAS");
        assert_eq!(error.kind(), ErrorKind::ClientAuthentication);
        assert_eq!(leaks(&told(&error), &PLANTED), [""; 0], "{error}");
        assert!(script.sent().is_empty());
    }
}

#[test]
fn nothing_prints_a_secret() {
    for (credential, _, make) in CREDENTIALS {
        let script = Script::new([answer(200, "x", TOKEN)]);
        let queue = client(make, GOOD, &script);
        let pipeline = queue.pipeline();
        assert_eq!(leaks(&printed(pipeline), &PLANTED), [""; 0], "{credential}");
        // Once there is a SAS or a token, and of what came back.
        let peek = message::peek("orders", None).expect("a request");
        let answer = ready(pipeline.execute(&script, peek, CallOptions::default())).expect("200");
        let all = printed(pipeline) + &printed(pipeline.credential()) + &printed(&pipeline.credential().sas());
        assert!(all.contains("Bearer(") || all.contains("REDACTED"), "{credential}: {all}");
        assert_eq!(leaks(&(all + &printed(&answer)), &PLANTED), [""; 0], "{credential}");
    }
    let key = SharedKey::new("myacct", KEY).expect("key");
    let token = SasToken::parse(&sas(GOOD)).expect("SAS");
    let mut delegation_key = UserDelegationKey::default();
    delegation_key.set_value(DELEGATION_KEY.to_owned());
    let connection = |text: String| ConnectionString::parse(&text).expect("connection string");
    for text in [
        printed(&key),
        printed(&Credential::from(key.clone())),
        printed(&token),
        printed(&token.properties()),
        printed(&Credential::from(token.clone())),
        printed(&Credential::from_text(&sas(GOOD), None)),
        printed(&AccessToken::new(TOKEN.to_owned(), at("2030-01-01"), None)),
        printed(&bearer()),
        printed(&from_source(&sas(GOOD))),
        printed(&delegation_key),
        printed(&connection(format!("AccountName=myacct;AccountKey={KEY}"))),
        printed(&connection(format!("QueueEndpoint={URL};SharedAccessSignature={}", sas(GOOD)))),
        printed(&Endpoint::from_queue_url(&format!("{URL}/orders?{}", sas(GOOD)))),
        printed(&ClientOptions::default()),
        printed(&(queue_sas(), account_sas())),
    ] {
        assert_eq!(leaks(&text, &PLANTED), [""; 0], "{text}");
    }
    let mut url = URL.to_owned();
    token.append_redacted_to(&mut url);
    assert!(url.ends_with("sig=REDACTED") && leaks(&url, &PLANTED).is_empty());
}

/// What holds URL and headers in full cannot be printed at all: with a `Debug` this would be
/// ambiguous, and would not compile.
#[test]
fn requests_have_no_debug() {
    trait Printable<A> {
        fn is_printable() {}
    }
    impl<T> Printable<()> for T {}
    impl<T: Debug> Printable<u8> for T {}
    <WireRequest as Printable<_>>::is_printable();
}

fn queue_sas() -> QueueSas {
    QueueSas {
        account_name: "myacct".into(),
        queue_name: "orders".into(),
        permission: "r".into(),
        expiry: Some(Timestamp::from_millis(0)),
        version: "2026-02-06".into(),
        ..QueueSas::default()
    }
}

fn account_sas() -> AccountSas {
    AccountSas {
        account_name: "myacct".into(),
        services: "q".into(),
        resource_types: "s".into(),
        permission: "r".into(),
        expiry: Some(Timestamp::from_millis(0)),
        version: "2020-12-06".into(),
        ..AccountSas::default()
    }
}

#[test]
fn signatures_do_not_show_what_they_were_made_with() {
    let mut key = UserDelegationKey::default();
    key.set_value(DELEGATION_KEY.to_owned());
    let made = [
        queue_sas().with_account_key(KEY).expect("signature"),
        queue_sas().with_user_delegation_key(&key).expect("signature"),
        account_sas().with_account_key(KEY).expect("signature"),
    ];
    assert!(made.iter().all(|made| made.contains("sig=") && leaks(made, &PLANTED).is_empty()));
}

/// A call with a secret in the place of something else.
type Mistake = fn(&str) -> Result<()>;

const MISTAKES: [(&str, Mistake); 20] = [
    ("credential", |text| Credential::from_text(&format!("{text}!&x"), None).map(drop)),
    ("credential without a name", |text| Credential::from_text(&format!("{text}!"), None).map(drop)),
    ("account name", |text| SharedKey::new(text, KEY).map(drop)),
    ("account key", |text| SharedKey::new("myacct", &format!("{text}!")).map(drop)),
    ("connection string", |text| ConnectionString::parse(text).map(drop)),
    ("key in it", |text| ConnectionString::parse(&format!("AccountName=a;AccountKey={text}!")).map(drop)),
    ("name in it", |text| ConnectionString::parse(&format!("AccountName={text};AccountKey=mystorageacc")).map(drop)),
    ("SAS in it", |text| {
        ConnectionString::parse(&format!("QueueEndpoint={URL};SharedAccessSignature={text}!")).map(drop)
    }),
    ("account URL", |text| Endpoint::from_account_url(text).map(drop)),
    ("path", |text| Endpoint::from_account_url(&format!("https://queues.example.com/{text}=")).map(drop)),
    ("queue URL", |text| Endpoint::from_queue_url(text).map(drop)),
    ("secondary", |text| Endpoint::from_account_url(URL)?.0.set_secondary(text)),
    ("queue name", |text| {
        QueueClient::new(URL, text, Credential::default(), Default::default(), Script::new([])).map(drop)
    }),
    ("version", |text| ClientOptions { service_version: Some(text.to_owned()), ..Default::default() }.check()),
    ("header", |text| {
        ClientOptions { headers: vec![(text.to_owned().into(), format!("{text}\n").into())], ..Default::default() }
            .check()
    }),
    ("request id", |text| CallOptions { client_request_id: Some(format!("{text}\n")), ..Default::default() }.check()),
    ("metadata", |text| queue::set_metadata("orders", &[(text.to_owned(), text.to_owned())]).map(drop)),
    ("IP", |text| QueueSas { ip: text.to_owned(), ..queue_sas() }.with_account_key(KEY).map(drop)),
    ("permission", |text| AccountSas { permission: text.to_owned(), ..account_sas() }.with_account_key(KEY).map(drop)),
    ("key of a SAS", |text| account_sas().with_account_key(&format!("{text}!")).map(drop)),
];

#[test]
fn secrets_in_the_place_of_something_else() {
    let connection_string = format!("AccountName=a;AccountKey={KEY}");
    let texts = [SIGNATURE, KEY, TOKEN, &encoded(SIGNATURE), &sas(GOOD), &connection_string];
    for (place, mistake) in MISTAKES {
        let errors: Vec<Error> = texts.iter().filter_map(|text| mistake(text).err()).collect();
        assert!(!errors.is_empty(), "{place}");
        for error in errors {
            assert!(matches!(error.kind(), ErrorKind::ArgumentValue | ErrorKind::ArgumentType), "{place}: {error}");
            assert_eq!(leaks(&told(&error), &PLANTED), [""; 0], "{place}: {error}");
        }
    }
}
