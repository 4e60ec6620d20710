//! What the npm package's TypeScript hands over and gets back.

use azure_queue_wasm::wasm::{QueueCore, ServiceCore};
use js_sys::{Array, Float64Array, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{fetch_answering, get, object, seen};

fn text(value: &str) -> JsValue {
    value.into()
}

fn none() -> JsValue {
    JsValue::UNDEFINED
}

fn queue(answer: &str, encoding: &str) -> QueueCore {
    let options = object(&[("fetch", fetch_answering(answer).into()), ("messageEncoding", text(encoding))]);
    QueueCore::from_url(text("http://127.0.0.1/dev"), text("orders"), none(), options)
        .unwrap_or_else(|_| panic!("client"))
}

/// The record that a refused call throws.
fn refused<T>(result: Result<T, JsValue>) -> (String, String) {
    let record = result.err().expect("refused");
    let field = |name: &str| get(&record, name).as_string().unwrap_or_default();
    (field("azureQueueError"), field("message"))
}

fn answer(xml: &str) -> String {
    format!("return Promise.resolve(new Response('{xml}'));")
}

#[wasm_bindgen_test]
async fn a_page_leaves_as_one_string_and_numbers() {
    let xml = "<QueueMessagesList><QueueMessage><MessageId>id1</MessageId><InsertionTime>Thu, 01 Jan 1970 00:00:01 GMT</InsertionTime>\
        <PopReceipt>r1</PopReceipt><DequeueCount>2</DequeueCount><MessageText>é😀</MessageText></QueueMessage>\
        <QueueMessage><MessageId>id2</MessageId><MessageText>x</MessageText></QueueMessage></QueueMessagesList>";
    let promise = queue(&answer(xml), "text").receive(2.into(), none(), None).unwrap_or_else(|_| panic!("receive"));
    let page: Array = JsFuture::from(promise).await.expect("page").unchecked_into();
    assert_eq!(page.get(0), "id1r1é😀id2x");
    // In UTF-16 code units: é is one, 😀 two.
    assert_eq!(page.get(1).unchecked_into::<Uint32Array>().to_vec(), [3, 5, 8, 8, 11, 11, 12, 12]);
    let numbers = page.get(2).unchecked_into::<Float64Array>().to_vec();
    assert_eq!((numbers[0], numbers[3], numbers.len()), (1_000.0, 2.0, 12));
    assert!(numbers[1].is_nan() && numbers[6].is_nan() && numbers[9].is_nan());
}

#[wasm_bindgen_test]
async fn bytes_leave_as_bytes() {
    let xml = "<QueueMessagesList><QueueMessage><MessageId>a</MessageId><MessageText>AP8Q</MessageText></QueueMessage>\
        <QueueMessage><MessageId>b</MessageId><MessageText>aGk</MessageText></QueueMessage></QueueMessagesList>";
    let promise = queue(&answer(xml), "base64-bytes").peek(2.into(), None).unwrap_or_else(|_| panic!("peek"));
    let page: Array = JsFuture::from(promise).await.expect("page").unchecked_into();
    assert_eq!(page.get(3).unchecked_into::<Uint8Array>().to_vec(), [0, 255, 16]);
    let numbers = page.get(2).unchecked_into::<Float64Array>().to_vec();
    // Kind and length of the content: bytes, and then one that cannot be decoded.
    assert_eq!((numbers[4], numbers[5], numbers[10], numbers[11]), (1.0, 3.0, 2.0, 0.0));
}

#[wasm_bindgen_test]
async fn queues_leave_with_their_metadata() {
    let xml = "<EnumerationResults><Queues><Queue><Name>a1</Name><Metadata><k>v</k></Metadata></Queue><Queue><Name>b1</Name></Queue></Queues>\
        <NextMarker>m</NextMarker></EnumerationResults>";
    let options = object(&[("fetch", fetch_answering(&answer(xml)).into())]);
    let service =
        ServiceCore::from_url(text("http://127.0.0.1/dev"), none(), options).unwrap_or_else(|_| panic!("client"));
    let promise = service.list_queues(none(), none(), none(), none(), None, None).unwrap_or_else(|_| panic!("list"));
    let result: Array = JsFuture::from(promise).await.expect("page").unchecked_into();
    let page: Array = result.get(0).unchecked_into();
    assert_eq!((page.get(0), result.get(1), result.get(2)), (text("a1kvb1"), text("m"), JsValue::FALSE));
    assert_eq!(page.get(2).unchecked_into::<Float64Array>().to_vec(), [1.0, -1.0]);
}

#[wasm_bindgen_test]
fn numbers_that_are_none_are_refused_by_name() {
    let queue = queue("throw 0", "text");
    for (value, class, given) in [
        (JsValue::from(1.5), "RangeError", "1.5"),
        (JsValue::from(f64::NAN), "RangeError", "NaN"),
        (JsValue::from(f64::INFINITY), "RangeError", "Infinity"),
        (JsValue::from(-1), "RangeError", "-1"),
        (JsValue::from(1e300), "RangeError", "1e+300"),
        (text("30"), "TypeError", "the text \"30\""),
        (JsValue::NULL, "TypeError", "null"),
        (JsValue::TRUE, "TypeError", "true"),
        (js_sys::BigInt::from(5).into(), "TypeError", "5"),
        (JsValue::symbol(Some("s")), "TypeError", "Symbol(s)"),
        (Array::new().into(), "TypeError", "an array"),
        (object(&[]), "TypeError", "an object"),
    ] {
        let (name, message) = refused(queue.send(text("x"), value, none(), None));
        assert_eq!(name, class, "{message}");
        assert!(
            message.starts_with("visibilityTimeout must be a whole number of seconds from 0 to 604800"),
            "{message}"
        );
        assert!(message.ends_with(&format!("got {given}")), "{message}");
    }
}

#[wasm_bindgen_test]
fn half_a_surrogate_pair_is_refused() {
    let half = js_sys::JsString::from_char_code1(0xd83d);
    let (name, message) = refused(queue("throw 0", "text").send(half.into(), none(), none(), None));
    assert_eq!(name, "RangeError");
    assert!(message.contains("half of a surrogate pair"), "{message}");
    // What looks like one after the conversion is not.
    assert!(queue("return new Promise(() => {})", "text").send(text("\u{fffd}"), none(), none(), None).is_ok());
}

#[wasm_bindgen_test]
fn a_getter_that_throws_is_an_error() {
    let trap = js_sys::Function::new_no_args("return { get fetch() { throw new Error('trap') } }")
        .call0(&none())
        .expect("object");
    let (name, message) =
        refused(QueueCore::from_url(text("http://127.0.0.1/dev"), text("orders"), none(), trap).map(|_| ()));
    assert_eq!(name, "TypeError");
    assert!(message.starts_with("options"), "{message}");
}

#[wasm_bindgen_test]
async fn an_aborted_call_rejects_with_the_callers_reason() {
    let call =
        js_sys::Function::new_no_args("const c = new AbortController(); c.abort('mine'); return { signal: c.signal }");
    let call = call.call0(&none()).expect("options").unchecked_into();
    js_sys::Reflect::set(&js_sys::global(), &"seen".into(), &none()).expect("forgotten");
    let promise = queue("throw 0", "text").clear(Some(call)).unwrap_or_else(|_| panic!("clear"));
    assert_eq!(JsFuture::from(promise).await.expect_err("aborted"), "mine");
    assert!(seen(&[]).is_undefined(), "nothing was sent");
}
