//! The transport over `fetch`, as a Rust program uses it.

use azure_queue_wasm::client::{MessageReceipt, QueueClient, SendOptions, UpdateOptions};
use azure_queue_wasm::credential::Credential;
use azure_queue_wasm::error::ErrorKind;
use azure_queue_wasm::wasm::{Fetch, Hooks};
use js_sys::Function;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{fetch_answering, get, seen};

const SENT: &str = "return Promise.resolve(new Response('\u{feff}<QueueMessagesList><QueueMessage><MessageId>m1</MessageId>\
    <InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime><ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>\
    <PopReceipt>r</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:05 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>', { status: 201 }));";

fn client(fetch: Function, hooks: Hooks) -> QueueClient<Fetch> {
    let url = "https://myacct.queue.core.windows.net?sv=1&sig=topsecret";
    QueueClient::new(url, "orders", Credential::default(), Default::default(), Fetch::new(Some(fetch), hooks))
        .expect("client")
}

#[wasm_bindgen_test]
async fn a_request_reaches_fetch_whole() {
    let sent = client(fetch_answering(SENT), Hooks::default())
        .send_message("é😀", &SendOptions::default())
        .await
        .expect("sent");
    assert_eq!((sent.id.as_str(), sent.pop_receipt.as_deref()), ("m1", Some("r")));
    assert_eq!(seen(&["url"]), "https://myacct.queue.core.windows.net/orders/messages?sv=1&sig=topsecret");
    assert_eq!(seen(&["init", "method"]), "POST");
    assert_eq!(seen(&["init", "redirect"]), "manual");
    assert_eq!(seen(&["init", "headers", "content-type"]), "application/xml");
    let body = seen(&["init", "body"]).as_string().expect("text");
    assert!(body.contains("<MessageText>é😀</MessageText>"));
}

#[wasm_bindgen_test]
async fn a_rejection_becomes_an_error_without_secrets() {
    let failing = "return Promise.reject(new TypeError('no route to ' + url));";
    let error = client(fetch_answering(failing), Hooks::default())
        .send_message("x", &SendOptions::default())
        .await
        .expect_err("fails");
    assert_eq!(error.kind(), ErrorKind::AmbiguousOutcome);
    assert!(error.message().contains("no route to") && !error.message().contains("topsecret"), "{error}");
}

#[wasm_bindgen_test]
async fn hooks_see_no_secrets() {
    let hook = |field: &str| Function::new_with_args("event", &format!("globalThis.{field} = event"));
    let hooks = Hooks { on_request: vec![hook("asked")], on_response: vec![hook("answered")], on_retry: Vec::new() };
    client(fetch_answering(SENT), hooks).send_message("x", &SendOptions::default()).await.expect("sent");
    let global = js_sys::global();
    assert_eq!(
        get(&get(&global, "asked"), "url"),
        "https://myacct.queue.core.windows.net/orders/messages?sv=1&sig=REDACTED"
    );
    assert_eq!(get(&get(&global, "answered"), "statusCode"), 201);
}

#[wasm_bindgen_test]
async fn a_broken_answer_tells_of_its_request() {
    let broken =
        "return Promise.resolve(new Response(null, { status: 204, headers: { 'x-ms-request-id': 'an id' } }));";
    let error = client(fetch_answering(broken), Hooks::default())
        .update_message(MessageReceipt { id: "m", pop_receipt: "r" }, &UpdateOptions::default())
        .await
        .expect_err("it has no pop receipt");
    assert_eq!(error.request_id(), Some("an id"), "{error}");
}
