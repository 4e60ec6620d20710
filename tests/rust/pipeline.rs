//! Retries, deadlines, signing per attempt, locations.

use azure_queue_wasm::client::{QueueClient, QueueServiceClient, SendOptions};
use azure_queue_wasm::credential::{Credential, SasSource, SourceFuture};
use azure_queue_wasm::error::{Error, ErrorKind};
use azure_queue_wasm::http::{FaultKind, Location};
use azure_queue_wasm::operations::service::ListOptions;
use azure_queue_wasm::pipeline::{CallOptions, ClientOptions};
use azure_queue_wasm::retry::{RetryMode, RetryPolicy};

use crate::script::{Script, fault, headers, ready, status, xml};

const KEY: &str = "AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8gISIjJCUmJygpKissLS4vMDEyMzQ1Njc4OTo7PD0+Pw==";
const URL: &str = "https://myacct.queue.core.windows.net";

fn queue(script: &Script, options: ClientOptions) -> QueueClient<Script> {
    let credential = Credential::from_text(KEY, Some("myacct")).expect("key");
    QueueClient::new(URL, "orders", credential, options, script.clone()).expect("client")
}

/// A source of signatures, for which a client has to wait.
struct Source;

impl SasSource for Source {
    fn sas(&self) -> SourceFuture<String> {
        Box::pin(async { Ok("sp=raup&se=2026-01-02T03:04:06Z&sig=s".to_owned()) })
    }
}

fn asking(script: &Script, options: ClientOptions) -> QueueClient<Script> {
    let credential = Credential::from(Box::new(Source) as Box<dyn SasSource>);
    let options = ClientOptions { check_access: false, ..options };
    QueueClient::new(URL, "orders", credential, options, script.clone()).expect("client")
}

fn call() -> CallOptions {
    CallOptions::default()
}

#[test]
fn each_attempt_is_dated_and_signed_anew() {
    let script = Script::new([status(500), fault(FaultKind::Lost), status(204)]).each_attempt_takes(1_000);
    ready(queue(&script, ClientOptions::default()).clear_messages(&call())).expect("cleared");
    let sent = script.sent();
    let all = |name: &str| sent.iter().map(|sent| sent.header(name).expect("header").to_owned()).collect::<Vec<_>>();
    assert_eq!(
        all("x-ms-date"),
        ["Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:04:06 GMT", "Fri, 02 Jan 2026 03:04:08 GMT"]
    );
    let signatures = all("authorization");
    assert!(signatures.iter().all(|signature| signature.starts_with("SharedKey myacct:")));
    assert!(signatures[0] != signatures[1] && signatures[1] != signatures[2]);
    assert_eq!(script.pauses(), [400, 800]);
}

#[test]
fn a_send_is_not_repeated_when_it_may_have_arrived() {
    for kind in [FaultKind::Lost, FaultKind::TimedOut] {
        let script = Script::new([fault(kind)]);
        let error = ready(queue(&script, ClientOptions::default()).send_message("x", &SendOptions::default()))
            .expect_err("lost");
        assert_eq!(error.attempts().len(), 1);
        assert_eq!(error.kind(), ErrorKind::AmbiguousOutcome);
        assert!(error.message().contains("may have been added to the queue"), "{error}");
        let why = std::error::Error::source(&error).and_then(|why| why.downcast_ref::<Error>()).expect("why").kind();
        assert!(matches!(why, ErrorKind::ServiceResponse | ErrorKind::ServiceResponseTimeout));
        assert!(!error.is_retryable());
    }
    let sent = crate::script::SENT;
    let script =
        Script::new([fault(FaultKind::Unsent), headers(503, &[("x-ms-error-code", "ServerBusy")]), xml(201, sent)]);
    ready(queue(&script, ClientOptions::default()).send_message("x", &SendOptions::default())).expect("sent at last");
    assert_eq!(script.sent().len(), 3);
    // A 503 without the service's reason may come from a proxy that did pass the request on.
    let script = Script::new([status(503)]);
    assert!(ready(queue(&script, ClientOptions::default()).send_message("x", &SendOptions::default())).is_err());
    let script = Script::new([fault(FaultKind::Lost), xml(201, sent)]);
    let retry = RetryPolicy { repeat_unsafe: true, ..RetryPolicy::default() };
    let insisting = ClientOptions { retry, ..ClientOptions::default() };
    ready(queue(&script, insisting).send_message("x", &SendOptions::default())).expect("the caller asked for it");
}

#[test]
fn the_deadline_bounds_an_attempt_that_waited_for_a_connection() {
    let after_the_deadline = |kind| Script::new([fault(kind)]).each_attempt_takes(120_000);
    let script = after_the_deadline(FaultKind::TimedOut);
    let error = ready(queue(&script, ClientOptions::default()).get_queue_properties(&call())).expect_err("timed out");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    let script = after_the_deadline(FaultKind::NotSentInTime);
    let sending = ready(queue(&script, ClientOptions::default()).send_message("x", &SendOptions::default()));
    let error = sending.expect_err("not sent");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::ServiceRequestTimeout, 1));
    assert!(error.is_retryable());
}

#[test]
fn what_a_lost_reply_did_is_not_denied() {
    let missing = || headers(404, &[("x-ms-error-code", "QueueNotFound")]);
    let deleting = || headers(409, &[("x-ms-error-code", "QueueBeingDeleted")]);
    let client = |second| queue(&Script::new([fault(FaultKind::Lost), second]), ClientOptions::default());
    assert_eq!(ready(client(missing()).delete_queue(&call())), Ok(()));
    assert_eq!(ready(client(deleting()).delete_queue(&call())), Ok(()));
    assert_eq!(ready(client(missing()).delete_queue_if_exists(&call())), Ok(true));
    assert_eq!(ready(client(deleting()).delete_queue_if_exists(&call())), Ok(true));
    assert_eq!(ready(client(status(204)).create_queue(&Vec::new(), &call())), Ok(()));
    assert_eq!(ready(client(status(204)).create_queue_if_not_exists(&Vec::new(), &call())), Ok(true));
    // With other metadata it is not the one that this call made.
    let exists = headers(409, &[("x-ms-error-code", "QueueAlreadyExists")]);
    assert_eq!(ready(client(exists).create_queue_if_not_exists(&Vec::new(), &call())), Ok(false));
}

#[test]
fn an_error_tells_of_every_attempt() {
    let busy = headers(503, &[("x-ms-error-code", "ServerBusy"), ("x-ms-request-id", "r1"), ("retry-after", "2")]);
    let script = Script::new([busy, fault(FaultKind::Unsent), status(404)]);
    let error = ready(queue(&script, ClientOptions::default()).get_queue_properties(&call())).expect_err("gone");
    assert_eq!((error.kind(), error.status_code()), (ErrorKind::ResourceNotFound, Some(404)));
    let attempts = error.attempts();
    assert_eq!(attempts.len(), 3);
    assert_eq!(
        (attempts[0].status_code, attempts[0].request_id.as_deref(), attempts[0].wait),
        (Some(503), Some("r1"), 2_000)
    );
    assert_eq!(
        (attempts[1].status_code, attempts[1].failure.as_deref(), attempts[1].wait),
        (None, Some("scripted"), 800)
    );
    assert_eq!((attempts[2].status_code, attempts[2].wait), (Some(404), 0));
    assert_eq!(attempts[2].host, "myacct.queue.core.windows.net");
}

#[test]
fn a_call_ends_by_its_deadline() {
    let options = ClientOptions { deadline: 10_000, try_timeout: 4_000, ..ClientOptions::default() };
    let script = Script::new([fault(FaultKind::TimedOut), fault(FaultKind::TimedOut), fault(FaultKind::TimedOut)])
        .each_attempt_takes(4_000);
    let error = ready(queue(&script, options).exists(&call())).expect_err("too slow");
    assert_eq!(error.kind(), ErrorKind::DeadlineExceeded);
    assert_eq!(error.elapsed(), 13_200, "each of these attempts takes its four seconds");
    // 4 s + 0.4 s + 4 s + 0.8 s leave 0.8 s for the third attempt, and no wait fits after it.
    assert_eq!(script.sent().iter().map(|sent| sent.timeout).collect::<Vec<_>>(), [4_000, 4_000, 800]);
}

#[test]
fn waiting_for_a_credential_takes_of_the_time() {
    let options = ClientOptions { deadline: 10_000, try_timeout: 4_000, ..ClientOptions::default() };
    let script = Script::new([status(204)]).each_credential_takes(1_500);
    ready(asking(&script, options).clear_messages(&call())).expect("cleared");
    assert_eq!(script.only().timeout, 2_500);
}

#[test]
fn nothing_is_sent_when_the_time_is_over() {
    let options = ClientOptions { deadline: 1_000, ..ClientOptions::default() };
    let script = Script::new([]).each_credential_takes(1_000);
    let error = ready(asking(&script, options).send_message("x", &SendOptions::default())).expect_err("too late");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::ServiceRequestTimeout, 0));
    assert!(script.sent().is_empty());
}

#[test]
fn no_retries_when_none_are_wanted() {
    let script = Script::new([status(503)]);
    let retry = RetryPolicy { mode: RetryMode::None, ..RetryPolicy::default() };
    assert!(ready(queue(&script, ClientOptions { retry, ..ClientOptions::default() }).exists(&call())).is_err());
    assert_eq!(script.sent().len(), 1);
}

#[test]
fn headers_of_client_and_call() {
    let script = Script::new([status(204)]);
    let pair = |name: &'static str, value: &str| (name.into(), value.to_owned().into());
    let options = ClientOptions {
        headers: vec![pair("x-a", "client"), pair("x-b", "client")],
        service_version: Some("2019-02-02".into()),
        ..ClientOptions::default()
    };
    let call = CallOptions {
        timeout: Some(7),
        headers: vec![pair("x-b", "call")],
        client_request_id: Some("mine".into()),
        ..CallOptions::default()
    };
    ready(queue(&script, options).clear_messages(&call)).expect("cleared");
    let sent = script.only();
    assert_eq!(sent.url, "https://myacct.queue.core.windows.net/orders/messages?timeout=7");
    for (name, value) in
        [("x-a", "client"), ("x-b", "call"), ("x-ms-version", "2019-02-02"), ("x-ms-client-request-id", "mine")]
    {
        assert_eq!(sent.header(name), Some(value), "{name}");
    }
}

#[test]
fn a_random_request_id_is_a_uuid() {
    let script = Script::new([status(204)]);
    ready(queue(&script, ClientOptions::default()).clear_messages(&call())).expect("cleared");
    let id = script.only().header("x-ms-client-request-id").expect("id").to_owned();
    let shape: String = id.chars().map(|c| if c.is_ascii_hexdigit() { 'x' } else { c }).collect();
    assert_eq!(shape, "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx");
    assert_eq!(id.get(14..15), Some("4"));
    assert!(id.get(19..20).is_some_and(|variant| "89ab".contains(variant)), "{id}");
}

#[test]
fn bad_options_are_refused_before_anything_is_sent() {
    let script = Script::new([]);
    let queue = queue(&script, ClientOptions::default());
    let long = "x".repeat(1025);
    for call in [
        CallOptions { timeout: Some(0), ..CallOptions::default() },
        CallOptions { headers: vec![("x-ms-date".into(), "now".into())], ..CallOptions::default() },
        CallOptions { client_request_id: Some(String::new()), ..CallOptions::default() },
        CallOptions { client_request_id: Some(long), ..CallOptions::default() },
        CallOptions { client_request_id: Some("a\nb".into()), ..CallOptions::default() },
    ] {
        assert_eq!(ready(queue.exists(&call)).expect_err("refused").kind(), ErrorKind::ArgumentValue, "{call:?}");
    }
    let version = ClientOptions { service_version: Some("latest".into()), ..ClientOptions::default() };
    assert!(QueueClient::new(URL, "orders", Credential::default(), version, script.clone()).is_err());
    assert!(script.sent().is_empty());
}

#[test]
fn the_location_can_be_chosen_and_a_list_stays_where_it_began() {
    let page = |marker: &str| {
        xml(200, &format!("<EnumerationResults><Queues/><NextMarker>{marker}</NextMarker></EnumerationResults>"))
    };
    let script = Script::new([page("m 1"), page("")]);
    let service =
        QueueServiceClient::new(URL, Credential::default(), ClientOptions::default(), script.clone()).expect("client");
    service.pipeline().set_location(Location::Secondary).expect("known");
    let mut pages = service.list_queues(ListOptions::default(), None, call()).expect("pages");
    assert!(ready(pages.next_page()).expect("page").is_some());
    service.pipeline().set_location(Location::Primary).expect("known");
    assert!(ready(pages.next_page()).expect("page").is_some());
    assert!(ready(pages.next_page()).expect("end").is_none());
    let urls: Vec<_> = script.sent().into_iter().map(|sent| sent.url).collect();
    assert_eq!(
        urls,
        [
            "https://myacct-secondary.queue.core.windows.net/?comp=list",
            "https://myacct-secondary.queue.core.windows.net/?comp=list&marker=m%201",
        ]
    );
}

#[test]
fn what_ends_a_call_at_once() {
    for (kind, error) in [(FaultKind::Redirected, ErrorKind::Redirect), (FaultKind::Aborted, ErrorKind::Aborted)] {
        let script = Script::new([fault(kind)]);
        assert_eq!(ready(queue(&script, ClientOptions::default()).exists(&call())).expect_err("ended").kind(), error);
    }
}

#[test]
fn when_the_time_ends_between_attempts_the_error_is_that_of_the_latest() {
    let options = ClientOptions { deadline: 10_000, ..ClientOptions::default() };
    let script = Script::new([fault(FaultKind::Lost)]).each_attempt_takes(5_000).each_credential_takes(3_000);
    let error = ready(asking(&script, options.clone()).exists(&call())).expect_err("lost");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::ServiceResponse, 1));
    let script = Script::new([]).each_credential_takes(10_000);
    let error = ready(asking(&script, options).exists(&call())).expect_err("late");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::ServiceRequestTimeout, 0));
}
