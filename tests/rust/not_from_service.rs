//! Answers of accepted status that a proxy, a login page or another server gave.

use azure_queue_wasm::client::{MessageReceipt, PeekOptions, SendOptions, UpdateOptions};
use azure_queue_wasm::error::{Error, ErrorKind};
use azure_queue_wasm::http::{Fault, FaultKind, Response};
use azure_queue_wasm::operations::properties::ServiceProperties;
use azure_queue_wasm::operations::service::ListOptions;
use azure_queue_wasm::time::Timestamp;

use crate::script::{Script, call, queue, ready, service, stranger};

const RECEIPT: MessageReceipt<'static> = MessageReceipt { id: "m-1", pop_receipt: "r" };

/// What a call of an operation ends with; `None` is success.
type Call = fn(&Script) -> Option<Error>;

/// Operations that change something, with the status of their success.
const WRITES: [(&str, u16, Call); 11] = [
    ("create_queue", 201, |script| ready(queue(script).create_queue(&Vec::new(), &call())).err()),
    ("create_queue_if_not_exists", 201, |script| {
        ready(queue(script).create_queue_if_not_exists(&Vec::new(), &call())).err()
    }),
    ("delete_queue", 204, |script| ready(queue(script).delete_queue(&call())).err()),
    ("delete_queue_if_exists", 204, |script| ready(queue(script).delete_queue_if_exists(&call())).err()),
    ("set_queue_metadata", 204, |script| ready(queue(script).set_queue_metadata(&Vec::new(), &call())).err()),
    ("set_queue_access_policy", 204, |script| ready(queue(script).set_queue_access_policy(&[], &call())).err()),
    ("set_service_properties", 202, |script| {
        let properties = ServiceProperties { cors: Some(Vec::new()), ..ServiceProperties::default() };
        ready(service(script).set_service_properties(&properties, &call())).err()
    }),
    ("delete_message", 204, |script| ready(queue(script).delete_message(RECEIPT, &call())).err()),
    ("clear_messages", 204, |script| ready(queue(script).clear_messages(&call())).err()),
    ("send_message", 201, |script| ready(queue(script).send_message("x", &SendOptions::default())).err()),
    ("update_message", 204, |script| ready(queue(script).update_message(RECEIPT, &UpdateOptions::default())).err()),
];

/// Operations that only read, but for the receive, which hides what it returns.
const READS: [(&str, Call); 8] = [
    ("exists", |script| ready(queue(script).exists(&call())).err()),
    ("get_queue_properties", |script| ready(queue(script).get_queue_properties(&call())).err()),
    ("get_queue_access_policy", |script| ready(queue(script).get_queue_access_policy(&call())).err()),
    ("peek_messages", |script| ready(queue(script).peek_messages(&PeekOptions::default())).err()),
    ("receive_message", |script| ready(queue(script).receive_message(None, &call())).err()),
    ("list_queues", |script| {
        let service = service(script);
        let mut pages = service.list_queues(ListOptions::default(), None, call()).expect("pages");
        ready(pages.next_page()).err()
    }),
    ("get_service_properties", |script| ready(service(script).get_service_properties(&call())).err()),
    ("get_user_delegation_key", |script| {
        let expiry = Timestamp::from_iso8601("2026-01-03T00:00:00Z").expect("a date");
        ready(service(script).get_user_delegation_key(None, expiry, None, &call())).err()
    }),
];

const PAGE: &str = "<!DOCTYPE html><html><body>Sign in</body></html>";

/// The strangers' answers that every operation is tried with, and its own success without headers.
fn answers(success: u16) -> [(u16, &'static str); 5] {
    [(200, PAGE), (204, ""), (201, ""), (success, ""), (success, PAGE)]
}

#[test]
fn no_write_succeeds_by_an_answer_of_a_stranger() {
    for (name, success, run) in WRITES {
        for (status, body) in answers(success) {
            let script = Script::new([stranger(status, body)]);
            let error = run(&script).unwrap_or_else(|| panic!("{name} succeeds by a {status}"));
            assert_eq!(error.kind(), ErrorKind::AmbiguousOutcome, "{name}, {status}: {error}");
            assert_eq!(error.code(), Some("NotFromService"), "{name}, {status}: {error}");
            assert_eq!(error.status_code(), Some(status), "{name}: {error}");
            let once_more = !matches!(name, "send_message" | "update_message");
            assert_eq!(error.is_retryable(), once_more, "{name}, {status}");
            assert_eq!(script.sent().len(), 1, "{name}: a stranger does not go away in a second");
        }
    }
}

#[test]
fn no_read_succeeds_by_an_answer_of_a_stranger() {
    for (name, run) in READS {
        for (status, body) in answers(200) {
            let error = run(&Script::new([stranger(status, body)]));
            let error = error.unwrap_or_else(|| panic!("{name} succeeds by a {status}"));
            let kind = if name == "receive_message" { ErrorKind::AmbiguousOutcome } else { ErrorKind::ServiceResponse };
            assert_eq!(error.kind(), kind, "{name}, {status}: {error}");
            assert_eq!(error.code(), Some("NotFromService"), "{name}, {status}: {error}");
        }
    }
}

/// An answer to a web page that sees no header of it.
fn hidden(status: u16, body: &str) -> Result<Response, Fault> {
    Ok(Response { status, body: body.into(), hides_headers: true, ..Response::default() })
}

#[test]
fn a_write_of_a_page_that_sees_no_header_succeeds_by_status_and_an_empty_body() {
    for (name, success, run) in WRITES {
        let error = run(&Script::new([hidden(success, "")]));
        match name {
            // Their results are in the XML and in the headers.
            "send_message" | "update_message" => assert!(error.is_some(), "{name}"),
            _ => assert_eq!(error, None, "{name}"),
        }
        let error = run(&Script::new([hidden(success, PAGE)])).unwrap_or_else(|| panic!("{name} succeeds by a page"));
        assert_eq!(error.kind(), ErrorKind::AmbiguousOutcome, "{name}: {error}");
    }
    assert_eq!(READS[0].1(&Script::new([hidden(200, "")])), None, "exists");
    assert!(READS[0].1(&Script::new([hidden(200, PAGE)])).is_some(), "exists");
}

#[test]
fn a_refusal_of_a_proxy_says_that_it_is_not_the_services() {
    for (status, words) in [
        (401, "A proxy, a gateway or a firewall on the way refused the request."),
        (403, "A proxy, a gateway or a firewall on the way refused the request."),
        (407, "A proxy asks for authentication of its own."),
        (502, "A proxy or a gateway on the way did not reach the service"),
        (404, "Check the URL"),
    ] {
        let answer = || stranger(status, PAGE);
        let error = READS[3].1(&Script::new([answer(), answer(), answer(), answer()])).expect("an error");
        assert!(
            error.message().contains("Nothing in this answer shows that it came from the queue service."),
            "{status}: {error}"
        );
        assert!(error.message().contains(words), "{status}: {error}");
        assert_eq!(error.code(), Some("NotFromService"), "{status}");
        // Neither a missing queue nor a refused credential: programs act on those.
        assert_eq!(error.kind(), ErrorKind::HttpResponse, "{status}");
    }
}

#[test]
fn a_page_with_a_header_that_other_microsoft_services_have_is_no_evidence() {
    let page = |status| {
        let headers = vec![("x-ms-request-id".into(), "r-1".into())];
        Ok(Response { status, headers, body: PAGE.into(), ..Response::default() })
    };
    for (name, success, run) in WRITES.into_iter().filter(|(name, ..)| *name != "update_message") {
        let error = run(&Script::new([page(success)])).unwrap_or_else(|| panic!("{name} succeeds by a page"));
        assert_eq!(error.kind(), ErrorKind::AmbiguousOutcome, "{name}: {error}");
    }
    assert!(READS[0].1(&Script::new([page(200)])).is_some(), "exists");
}

#[test]
fn a_strangers_404_after_a_lost_reply_leaves_the_outcome_of_a_delete_unknown() {
    let lost = || Err(Fault::of(FaultKind::Lost));
    let error = WRITES[7].2(&Script::new([lost(), stranger(404, PAGE)])).expect("an error");
    assert_eq!((error.kind(), error.is_retryable()), (ErrorKind::AmbiguousOutcome, true), "{error}");
}

#[test]
fn a_page_that_sees_no_header_is_told_nothing_about_whose_refusal_it_is() {
    let error = READS[3].1(&Script::new([hidden(403, "")])).expect("an error");
    assert!(!error.message().contains("Nothing in this answer"), "{error}");
    assert_eq!(error.code(), None);
    let error = READS[1].1(&Script::new([hidden(200, "")])).expect("no count");
    assert!(error.message().contains("the account's CORS rule must list it"), "{error}");
    assert_eq!(error.code(), None);
}
