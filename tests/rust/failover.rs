//! Reads that move to the secondary endpoint and back.

use azure_queue_wasm::client::{PeekOptions, QueueClient, QueueServiceClient, SendOptions};
use azure_queue_wasm::credential::Credential;
use azure_queue_wasm::error::ErrorKind;
use azure_queue_wasm::http::{FaultKind, Location};
use azure_queue_wasm::operations::service::ListOptions;
use azure_queue_wasm::pipeline::ClientOptions;
use azure_queue_wasm::retry::RetryPolicy;

use crate::script::{Script, call, fault, headers, ready, status, xml};

const URL: &str = "https://myacct.queue.core.windows.net";
const SECONDARY: &str = "myacct-secondary.queue.core.windows.net";

/// A client that was told of its secondary endpoint.
fn options() -> ClientOptions {
    ClientOptions { secondary_hostname: Some(SECONDARY.to_owned()), ..ClientOptions::default() }
}

fn queue(script: &Script, options: ClientOptions) -> QueueClient<Script> {
    QueueClient::new(URL, "orders", Credential::default(), options, script.clone()).expect("client")
}

/// Which endpoint each request went to: `1` or `2`.
fn way(script: &Script) -> String {
    script.sent().iter().map(|sent| if sent.url.contains("-secondary") { '2' } else { '1' }).collect()
}

fn missing() -> Result<azure_queue_wasm::http::Response, azure_queue_wasm::http::Fault> {
    headers(404, &[("x-ms-error-code", "QueueNotFound")])
}

#[test]
fn reads_move_and_come_back() {
    let answers = [fault(FaultKind::Lost), status(503), fault(FaultKind::TimedOut), status(200)];
    let script = Script::new(answers);
    assert_eq!(ready(queue(&script, options()).exists(&call())), Ok(true));
    assert_eq!(way(&script), "1212");
    let hosts = [status(500), status(500)];
    let script = Script::new(hosts);
    let retry = RetryPolicy { max_tries: 2, ..RetryPolicy::default() };
    let error = ready(queue(&script, ClientOptions { retry, ..options() }).exists(&call())).expect_err("twice");
    let hosts: Vec<_> = error.attempts().iter().map(|attempt| attempt.host.as_str()).collect();
    assert_eq!(hosts, ["myacct.queue.core.windows.net", SECONDARY]);
}

#[test]
fn writes_stay() {
    let lost = || [fault(FaultKind::Unsent), fault(FaultKind::Unsent), status(204)];
    let script = Script::new(lost());
    ready(queue(&script, options()).clear_messages(&call())).expect("cleared");
    assert_eq!(way(&script), "111");
    let sent = crate::script::SENT;
    let script = Script::new([fault(FaultKind::Unsent), xml(201, sent)]);
    ready(queue(&script, options()).send_message("x", &SendOptions::default())).expect("sent");
    assert_eq!(way(&script), "11");
    // It hides what it returns.
    let script = Script::new([fault(FaultKind::Unsent), xml(200, "<QueueMessagesList/>")]);
    ready(queue(&script, options()).receive_message(None, &call())).expect("none");
    assert_eq!(way(&script), "11");
}

#[test]
fn an_endpoint_that_nobody_named_is_not_tried() {
    let way_with = |options: ClientOptions| {
        let script = Script::new([fault(FaultKind::Lost), status(200)]);
        ready(queue(&script, options).exists(&call())).expect("exists");
        way(&script)
    };
    let insisting = |to_secondary| RetryPolicy { to_secondary: Some(to_secondary), ..RetryPolicy::default() };
    assert_eq!(way_with(ClientOptions::default()), "11");
    assert_eq!(way_with(ClientOptions { retry: insisting(true), ..ClientOptions::default() }), "12");
    assert_eq!(way_with(ClientOptions { retry: insisting(false), ..options() }), "11");
}

#[test]
fn missing_on_a_lagging_copy_is_not_missing() {
    // There in the end, by the word of the primary endpoint.
    let script = Script::new([fault(FaultKind::Lost), missing(), status(200)]);
    assert_eq!(ready(queue(&script, options()).exists(&call())), Ok(true));
    assert_eq!(way(&script), "121");
    assert_eq!(script.pauses(), [400, 0], "it need not be left alone");
    // By its word it is not.
    let script = Script::new([fault(FaultKind::Lost), missing(), missing()]);
    assert_eq!(ready(queue(&script, options()).exists(&call())), Ok(false));
    // When there is no time to ask, what failed first is the error.
    let retry = RetryPolicy { max_tries: 2, ..RetryPolicy::default() };
    let script = Script::new([status(500), missing()]);
    let error = ready(queue(&script, ClientOptions { retry, ..options() }).peek_messages(&PeekOptions::default()));
    let error = error.expect_err("unknown");
    assert_eq!((error.kind(), error.status_code()), (ErrorKind::HttpResponse, Some(500)));
    assert_eq!(error.attempts().iter().filter_map(|attempt| attempt.status_code).collect::<Vec<_>>(), [500, 404]);
    // Who chose the secondary endpoint hears what the primary one says.
    let script = Script::new([missing(), status(200)]);
    let queue = queue(&script, options());
    queue.pipeline().set_location(Location::Secondary).expect("known");
    assert_eq!(ready(queue.exists(&call())), Ok(true));
    assert_eq!(way(&script), "21");
}

#[test]
fn a_list_stays_where_its_first_page_came_from() {
    let page = |marker: &str| {
        xml(200, &format!("<EnumerationResults><Queues/><NextMarker>{marker}</NextMarker></EnumerationResults>"))
    };
    let script = Script::new([status(500), page("m"), status(500), page("")]);
    let service = QueueServiceClient::new(URL, Credential::default(), options(), script.clone()).expect("client");
    let mut pages = service.list_queues(ListOptions::default(), None, call()).expect("pages");
    while ready(pages.next_page()).expect("page").is_some() {}
    assert_eq!(way(&script), "1222");
}
