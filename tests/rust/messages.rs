//! What each operation on messages puts on the wire and reads from it.

use azure_queue_wasm::client::{MessageReceipt, PeekOptions, ReceiveOptions, SendOptions, UpdateOptions};
use azure_queue_wasm::codec::{Content, MessageEncoding};
use azure_queue_wasm::error::ErrorKind;
use azure_queue_wasm::http::Method;

use crate::script::{PROLOG, Script, at, call, headers, queue, ready, status, wire, xml};

#[test]
fn send_message() {
    let body = "<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList><QueueMessage><MessageId>id-1</MessageId>\
        <InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime><ExpirationTime>Fri, 31 Dec 9999 23:59:59 GMT</ExpirationTime>\
        <PopReceipt>a+b/c=</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>";
    let script = Script::new([xml(201, body)]);
    let options = SendOptions { visibility_timeout: Some(30), time_to_live: Some(-1), call: call() };
    let sent = ready(queue(&script).send_message("<&>\r é", &options)).expect("sent");
    let expected = format!("{PROLOG}<QueueMessage><MessageText>&lt;&amp;&gt;&#xD; é</MessageText></QueueMessage>");
    assert_eq!(wire(&script), (Method::Post, "/orders/messages?visibilitytimeout=30&messagettl=-1".into(), expected));
    assert_eq!((sent.id.as_str(), sent.pop_receipt.as_deref(), sent.dequeue_count), ("id-1", Some("a+b/c="), None));
    assert_eq!(sent.content, Some(Ok(Content::from("<&>\r é"))));
    assert_eq!(sent.inserted_on, Some(at("2026-01-02T03:04:05Z")));
    assert_eq!(sent.next_visible_on, Some(at("2026-01-02T03:04:35Z")));
    assert_eq!(sent.expires_on, Some(at("9999-12-31T23:59:59Z")));
}

#[test]
fn what_cannot_be_sent() {
    let refused = |content: &str, hidden: Option<i64>, lives: Option<i64>| {
        let options = SendOptions { visibility_timeout: hidden, time_to_live: lives, call: call() };
        ready(queue(&Script::new([])).send_message(content, &options)).expect_err("refused").to_string()
    };
    assert!(refused(&"漢".repeat(21_846), None, None).contains("65538 bytes"));
    assert!(refused("a\u{0}", None, None).contains("U+0000 at position 1"));
    assert!(refused("x", Some(-1), None).starts_with("visibility_timeout"));
    assert!(refused("x", Some(604_801), None).contains("604800"));
    assert!(refused("x", None, Some(0)).starts_with("time_to_live"));
    assert!(refused("x", None, Some(-2)).starts_with("time_to_live"));
    assert!(refused("x", Some(60), Some(60)).contains("less than the time to live"));
    let script = Script::new([xml(201, "<QueueMessagesList/>")]);
    assert_eq!(
        ready(queue(&script).send_message("漢".repeat(21_845), &SendOptions::default()))
            .expect_err("no message")
            .kind(),
        ErrorKind::AmbiguousOutcome
    );
}

const TWO: &str = "\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><QueueMessagesList><QueueMessage>\
    <DequeueCount>3</DequeueCount><MessageText>aGk=</MessageText><Unknown><MessageText>no</MessageText></Unknown>\
    <TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible><PopReceipt>r1</PopReceipt><MessageId>m1</MessageId>\
    <ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime><InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>\
    </QueueMessage><QueueMessage><MessageId>m2</MessageId><InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime>\
    <ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime><PopReceipt>r2</PopReceipt>\
    <TimeNextVisible>Fri, 02 Jan 2026 03:04:35 GMT</TimeNextVisible><DequeueCount>1</DequeueCount>\
    <MessageText>not base64!</MessageText></QueueMessage></QueueMessagesList>";

#[test]
fn receive_messages() {
    let script = Script::new([xml(200, TWO), xml(200, TWO), xml(200, "<QueueMessagesList></QueueMessagesList>")]);
    let client = queue(&script).with_encoding(MessageEncoding::Base64);
    let options =
        ReceiveOptions { visibility_timeout: Some(60), messages_per_page: Some(3), max_messages: None, call: call() };
    let mut pages = client.receive_messages(options).expect("pages");
    let page = ready(pages.next_page()).expect("page").expect("messages");
    assert_eq!(page.len(), 2);
    assert_eq!(
        (page[0].id.as_str(), page[0].dequeue_count, page[0].pop_receipt.as_deref()),
        ("m1", Some(3), Some("r1"))
    );
    assert_eq!(page[0].content, Some(Ok(Content::from("hi"))));
    let bad = page[1].content.clone().expect("content").expect_err("not base64");
    assert_eq!((bad.raw.as_str(), bad.error.kind()), ("not base64!", ErrorKind::Decode));
    assert!(ready(pages.next_page()).expect("page").is_some());
    assert!(ready(pages.next_page()).expect("end").is_none());
    let urls: Vec<_> = script.sent().into_iter().map(|sent| sent.url).collect();
    assert!(urls.iter().all(|url| url.ends_with("/orders/messages?numofmessages=3&visibilitytimeout=60")), "{urls:?}");
}

#[test]
fn a_receive_stops_when_enough_came() {
    let script = Script::new([xml(200, TWO), xml(200, TWO)]);
    let client = queue(&script);
    let options = ReceiveOptions { messages_per_page: Some(2), max_messages: Some(3), ..ReceiveOptions::default() };
    let mut pages = client.receive_messages(options).expect("pages");
    while ready(pages.next_page()).expect("page").is_some() {}
    let urls: Vec<_> =
        script.sent().into_iter().map(|sent| sent.url.rsplit('?').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(urls, ["numofmessages=2", "numofmessages=1"]);
    let refused = |per_page, max| {
        queue(&Script::new([]))
            .receive_messages(ReceiveOptions {
                messages_per_page: per_page,
                max_messages: max,
                ..ReceiveOptions::default()
            })
            .err()
            .expect("refused")
            .to_string()
    };
    assert!(refused(Some(33), None).starts_with("messages_per_page"));
    assert!(refused(None, Some(-1)).starts_with("max_messages"));
}

/// The queries of a receive whose first page has two messages and whose second one has none.
fn receive_queries(messages_per_page: Option<i64>, max_messages: Option<i64>) -> Vec<String> {
    let script = Script::new([xml(200, TWO), xml(200, "<QueueMessagesList/>")]);
    let client = queue(&script);
    let options = ReceiveOptions { messages_per_page, max_messages, ..ReceiveOptions::default() };
    let mut pages = client.receive_messages(options).expect("pages");
    while ready(pages.next_page()).expect("page").is_some() {}
    script.sent().into_iter().map(|sent| sent.url.split_once('?').unwrap_or_default().1.to_owned()).collect()
}

#[test]
fn a_receive_with_max_messages_alone_asks_for_as_many_as_are_left() {
    assert_eq!(receive_queries(None, Some(10)), ["numofmessages=10", "numofmessages=8"]);
    assert_eq!(receive_queries(None, Some(2)), ["numofmessages=2"]);
    assert_eq!(receive_queries(None, Some(1_000)), ["numofmessages=32", "numofmessages=32"]);
    assert_eq!(receive_queries(None, Some(0)), [""; 0]);
    assert_eq!(receive_queries(None, None), ["", ""]);
}

#[test]
fn a_receive_cuts_a_page_that_is_larger_than_max_messages() {
    assert_eq!(receive_queries(Some(32), Some(10)), ["numofmessages=10", "numofmessages=8"]);
    assert_eq!(receive_queries(Some(1), Some(0)), [""; 0]);
}

#[test]
fn receive_one_and_peek() {
    let script = Script::new([xml(200, "<QueueMessagesList/>")]);
    assert_eq!(ready(queue(&script).receive_message(None, &call())), Ok(None));
    assert_eq!(wire(&script).1, "/orders/messages?numofmessages=1");
    assert_eq!(script.only().header("accept"), Some("application/xml"));
    let script = Script::new([xml(200, TWO)]);
    let peeked =
        ready(queue(&script).peek_messages(&PeekOptions { max_messages: Some(32), call: call() })).expect("peeked");
    assert_eq!(wire(&script).1, "/orders/messages?peekonly=true&numofmessages=32");
    assert_eq!(peeked.len(), 2);
    for number in [0, 33] {
        assert!(
            ready(queue(&Script::new([])).peek_messages(&PeekOptions { max_messages: Some(number), call: call() }))
                .is_err()
        );
    }
}

#[test]
fn update_message() {
    let updated =
        || headers(204, &[("x-ms-popreceipt", "new"), ("x-ms-time-next-visible", "Fri, 02 Jan 2026 03:04:15 GMT")]);
    let receipt = MessageReceipt { id: "m-1", pop_receipt: "a+b/c= d" };
    let script = Script::new([updated()]);
    let options = UpdateOptions { content: Some("<new>".into()), visibility_timeout: Some(10), call: call() };
    let update = ready(queue(&script).update_message(receipt, &options)).expect("updated");
    let body = format!("{PROLOG}<QueueMessage><MessageText>&lt;new&gt;</MessageText></QueueMessage>");
    assert_eq!(
        wire(&script),
        (Method::Put, "/orders/messages/m-1?popreceipt=a%2Bb%2Fc%3D%20d&visibilitytimeout=10".into(), body)
    );
    assert_eq!((update.pop_receipt.as_str(), update.next_visible_on), ("new", at("2026-01-02T03:04:15Z")));
    let script = Script::new([updated()]);
    ready(queue(&script).update_message(receipt, &UpdateOptions::default())).expect("updated");
    assert!(wire(&script).1.ends_with("&visibilitytimeout=0"));
    assert_eq!(wire(&script).2, "");
    // A browser that may not see the header must be told which rule to set.
    let error = ready(queue(&Script::new([status(204)])).update_message(receipt, &UpdateOptions::default()))
        .expect_err("hidden");
    assert!(error.message().contains("CORS rule") && error.message().contains("x-ms-popreceipt"), "{error}");
}

#[test]
fn delete_and_clear() {
    let script = Script::new([status(204)]);
    ready(queue(&script).delete_message(MessageReceipt { id: "m1", pop_receipt: "r" }, &call())).expect("deleted");
    assert_eq!(wire(&script), (Method::Delete, "/orders/messages/m1?popreceipt=r".into(), String::new()));
    let script = Script::new([status(204)]);
    ready(queue(&script).clear_messages(&call())).expect("cleared");
    assert_eq!(wire(&script), (Method::Delete, "/orders/messages".into(), String::new()));
}

/// With these ids the request would clear the queue, delete it, or reach something else.
#[test]
fn ids_that_would_change_the_request_are_refused() {
    for id in ["", ".", "..", "../..", "a/b", "a?b", "a#b", "a b", "%2e%2e", "é"] {
        let script = Script::new([]);
        let receipt = MessageReceipt { id, pop_receipt: "r" };
        assert!(ready(queue(&script).delete_message(receipt, &call())).is_err(), "{id}");
        assert!(ready(queue(&script).update_message(receipt, &UpdateOptions::default())).is_err(), "{id}");
    }
    let receipt = MessageReceipt { id: "m", pop_receipt: "" };
    assert!(
        ready(queue(&Script::new([])).delete_message(receipt, &call()))
            .expect_err("refused")
            .to_string()
            .starts_with("pop_receipt")
    );
}
