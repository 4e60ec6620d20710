//! Answers in XML: every reader of the operations.

use azure_queue_wasm::codec::{Content, MessageEncoding, decode, encode};
use azure_queue_wasm::error::{Error, ErrorKind};
use azure_queue_wasm::http::Response;
use azure_queue_wasm::operations::message::{self, RawMessage};
use azure_queue_wasm::operations::properties::{self, ServiceProperties};
use azure_queue_wasm::operations::queue::{self, AccessPolicy};
use azure_queue_wasm::operations::service::{self, QueuePage};

use super::times::whole;
use super::{xml_again, xml_by_events};

/// Any bytes as the body of every kind of answer: only one kind of root element is right for each.
pub fn check(bytes: &[u8]) {
    let answer = response(bytes.to_vec());
    let mut read = 0;
    match message::read_messages(&answer) {
        Ok(messages) => {
            read += 1;
            check_messages(&messages, bytes);
            // The first message is that of a send, unless elements are missing that a send returns.
            let sent = message::put_response(&answer).ok();
            assert!(sent.is_none() || sent.as_ref() == messages.first());
        }
        Err(error) => check_refusal(&error),
    }
    match service::list_queues_response(&answer) {
        Ok(page) => {
            read += 1;
            check_page(&page, bytes);
        }
        Err(error) => check_refusal(&error),
    }
    match service::get_stats_response(&answer) {
        Ok(stats) => {
            read += 1;
            assert_eq!(service::get_stats_response(&response(xml_again::stats(&stats))), Ok(stats));
        }
        Err(error) => check_refusal(&error),
    }
    match service::get_user_delegation_key_response(&answer) {
        Ok(key) => {
            read += 1;
            assert!(!key.expose_value().is_empty());
            assert_eq!(service::get_user_delegation_key_response(&response(xml_again::key(&key))), Ok(key));
        }
        Err(error) => check_refusal(&error),
    }
    match properties::get_properties_response(&answer) {
        Ok(settings) => {
            read += 1;
            check_settings(settings);
        }
        Err(error) => check_refusal(&error),
    }
    match queue::get_access_policy_response(&answer) {
        Ok(policies) => {
            read += 1;
            check_policies(policies, bytes);
        }
        Err(error) => check_refusal(&error),
    }
    assert!(read <= 1, "one body, {read} kinds of answer");
}

fn response(body: Vec<u8>) -> Response {
    Response { status: 200, body, ..Response::default() }
}

/// It says what is wrong, and does not repeat the whole answer.
fn check_refusal(error: &Error) {
    assert_eq!(error.kind(), ErrorKind::ServiceResponse);
    assert!(error.message().starts_with("The response is not the XML") && error.message().len() < 600, "{error}");
}

fn check_messages(messages: &[RawMessage<'_>], body: &[u8]) {
    // quick-xml reads all of it, and so refuses more than is read here.
    if let Some(list) = xml_by_events::root(body) {
        let expected = list.children("QueueMessage").map(|message| {
            let text = |name| message.text_of(name);
            (text("MessageId").unwrap_or_default(), text("PopReceipt"), text("MessageText"))
        });
        let read =
            messages.iter().map(|message| (&*message.id, message.pop_receipt.as_deref(), message.text.as_deref()));
        assert!(read.eq(expected), "{}", String::from_utf8_lossy(body));
    }
    assert!(messages.len() <= count(body, b"<QueueMessage"));
    let texts = messages.iter().filter_map(|message| message.text.as_deref());
    // No reference stands for more than it takes.
    assert!(texts.clone().map(str::len).sum::<usize>() <= body.len());
    assert!(messages.iter().all(|message| !message.id.is_empty()));
    let again = response(xml_again::messages(messages));
    assert_eq!(message::read_messages(&again).as_deref(), Ok(messages));
    for text in texts {
        check_content(text);
    }
}

/// What a text stands for is written and read as the same.
fn check_content(text: &str) {
    assert_eq!(decode(MessageEncoding::Text, text.into()), Ok(text.into()));
    for encoding in [MessageEncoding::Base64, MessageEncoding::Base64Bytes] {
        match decode(encoding, text.into()) {
            Ok(content) => {
                let written = encode(encoding, &content).expect("content of this encoding");
                assert_eq!(decode(encoding, written), Ok(content));
            }
            Err(error) => {
                assert_eq!(error.kind(), ErrorKind::Decode);
                let expected = if encoding == MessageEncoding::Base64 { "text in Base64" } else { "Base64" };
                // The same words whatever came: the text is not repeated.
                assert_eq!(error.message(), format!("Message content is not {expected}."));
            }
        }
    }
    // What is taken for Base64 is written as nothing else.
    let guessed = decode(MessageEncoding::Auto, text.into()).expect("text");
    assert!(guessed == text.into() || encode(MessageEncoding::Base64, &guessed) == Ok(text.into()));
    let written = encode(MessageEncoding::Base64, &text.into()).expect("text").into_owned();
    assert_eq!(decode(MessageEncoding::Base64, written.into()), Ok(Content::Text(text.to_owned())));
}

fn check_page(page: &QueuePage, body: &[u8]) {
    if let Some(list) = xml_by_events::root(body) {
        let expected = list.children("Queues").flat_map(|queues| queues.children("Queue")).map(|queue| {
            let metadata = queue.children("Metadata").flat_map(|metadata| &metadata.children);
            let metadata: Vec<_> = metadata.map(|pair| (pair.name.clone(), pair.text.clone())).collect();
            let has_metadata = queue.children("Metadata").next().is_some();
            (queue.text_of("Name").unwrap_or_default().to_owned(), has_metadata.then_some(metadata))
        });
        let read = page.queues.iter().map(|queue| (queue.name.clone(), queue.metadata.clone()));
        assert!(read.eq(expected), "{}", String::from_utf8_lossy(body));
    }
    assert!(page.queues.len() <= count(body, b"<Queue"));
    assert_ne!(page.next_marker.as_deref(), Some(""));
    let names = page.queues.iter().filter_map(|queue| queue.metadata.as_ref()).flatten().map(|(name, _)| name);
    // Others cannot be written as the name of an element whatever they are.
    if { names }.all(|name| name.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')) {
        assert_eq!(service::list_queues_response(&response(xml_again::page(page))).as_ref(), Ok(page));
    }
}

/// Settings that were read can be set, unless they break the service's own limits, and say the same then.
fn check_settings(mut settings: ServiceProperties) {
    let Ok(request) = properties::set_properties(&settings) else { return };
    // What is written only when it counts.
    for metrics in [&mut settings.hour_metrics, &mut settings.minute_metrics].into_iter().flatten() {
        metrics.include_apis = metrics.enabled.then_some(metrics.include_apis.unwrap_or_default());
        let policy = &mut metrics.retention_policy;
        policy.days = policy.days.filter(|_| policy.enabled);
    }
    if let Some(logging) = &mut settings.analytics_logging {
        let policy = &mut logging.retention_policy;
        policy.days = policy.days.filter(|_| policy.enabled);
    }
    assert_eq!(properties::get_properties_response(&response(request.body.into())), Ok(settings));
}

fn check_policies(policies: Vec<(String, AccessPolicy)>, body: &[u8]) {
    assert!(policies.len() <= count(body, b"<SignedIdentifier"));
    let Ok(request) = queue::set_access_policy("orders", &policies) else { return };
    if policies.is_empty() {
        return assert!(request.body.is_empty());
    }
    let read = queue::get_access_policy_response(&response(request.body.into())).expect("what we wrote");
    assert_eq!(read.len(), policies.len());
    for ((id, policy), (id_read, read)) in policies.iter().zip(&read) {
        assert_eq!(id_read, id);
        assert_eq!((read.start, read.expiry), (policy.start.map(whole), policy.expiry.map(whole)));
        assert!(policy.permission.chars().all(|letter| read.permission.contains(letter)), "{policy:?}");
    }
}

fn count(body: &[u8], start: &[u8]) -> usize {
    body.windows(start.len()).filter(|window| *window == start).count()
}
