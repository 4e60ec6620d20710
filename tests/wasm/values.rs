//! The seam to the npm package's TypeScript: one text and numbers in, the same and bytes out.

use azure_queue_wasm::wasm::{Core, Operation, judge};
use js_sys::{Array, Float64Array, Object, Promise, Uint8Array};
use wasm_bindgen::convert::TryFromJsValue;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::{fetch_answering, get, object, seen};

const MISSING: f64 = f64::NAN;
const ODD: f64 = f64::INFINITY;
const ALIEN: f64 = f64::NEG_INFINITY;

/// Values as `js/fields.ts` writes them.
#[derive(Default)]
struct Fields(String, Vec<f64>);

impl Fields {
    /// Those of a call that is told nothing: timeout, headers, request id, signal, hooks; retries, time limits, check.
    fn of_call() -> Self {
        Fields::default().numbers(&[MISSING; 7]).numbers(&[0.0, MISSING, MISSING, MISSING])
    }

    fn text(mut self, text: &str) -> Self {
        self.0.push_str(text);
        self.1.push(self.0.encode_utf16().count() as f64);
        self
    }

    fn numbers(mut self, numbers: &[f64]) -> Self {
        self.1.extend(numbers);
        self
    }
}

/// A client of the queue `orders`.
fn client() -> Core {
    // Audience, credential, and twelve options, three hooks and `fetch`.
    let fields = Fields::default().numbers(&[0.0]).text("http://127.0.0.1/dev").numbers(&[MISSING; 18]);
    let fields = fields.numbers(&[1.0]).text("orders");
    Core::try_from_js_value(Core::open(fields.0.as_bytes(), &fields.1, JsValue::UNDEFINED)).expect("client")
}

fn host(answer: &str) -> JsValue {
    let none = || Array::new().into();
    let fetch = fetch_answering(answer).into();
    let hears = ("hears", 0.into());
    object(&[("fetch", fetch), ("onRequest", none()), ("onResponse", none()), ("onRetry", none()), hears])
}

/// What was thrown is marked.
fn thrown_or<T: JsCast>(given: JsValue) -> Result<T, JsValue> {
    match Object::has_own(given.unchecked_ref::<Object>(), &"refused".into()) {
        true => Err(get(&given, "refused")),
        false => Ok(given.unchecked_into()),
    }
}

fn is_refused(given: JsValue) -> bool {
    thrown_or::<JsValue>(given).is_err()
}

fn call(client: &Core, operation: Operation, fields: Fields, host: JsValue) -> Result<Promise, JsValue> {
    thrown_or(client.call(7, operation, fields.0.as_bytes(), &fields.1, None, host.unchecked_into(), false))
}

/// Takes a call through its one attempt.
async fn ended(sending: Promise) -> Result<JsValue, JsValue> {
    let came = JsFuture::from(sending).await.expect("it never rejects");
    thrown_or(judge(7, came.unchecked_into()))
}

async fn values(client: &Core, operation: Operation, fields: Fields, xml: &str) -> (String, Vec<f64>, Vec<u8>) {
    let status = if operation == Operation::SendMessage { 201 } else { 200 };
    let answer = format!("return Promise.resolve(new Response('{xml}', {{ status: {status} }}));");
    let call = call(client, operation, fields, host(&answer)).unwrap_or_else(|_| panic!("call"));
    let values: Array = ended(call).await.expect("values").unchecked_into();
    let numbers = values.get(1).unchecked_into::<Float64Array>().to_vec();
    (values.get(0).as_string().expect("text"), numbers, Uint8Array::new(&values.get(2)).to_vec())
}

/// Class and argument of a refusal, what is allowed, and what was given.
fn refused(result: Result<Promise, JsValue>) -> [String; 4] {
    let record = result.expect_err("refused");
    let values: Array = get(&record, "azureQueueError").unchecked_into();
    let numbers = values.get(1).unchecked_into::<Float64Array>().to_vec();
    let text: Vec<u16> = values.get(0).as_string().expect("text").encode_utf16().collect();
    let part = |index: usize| {
        let from = if index == 0 { 0.0 } else { numbers[index - 1] };
        String::from_utf16(&text[from as usize..numbers[index] as usize]).expect("text")
    };
    [part(0), part(2), part(3), part(4)]
}

/// Elements of every message; their numbers are 0.
const AT_ZERO: &str = "<InsertionTime>Thu, 01 Jan 1970 00:00:00 GMT</InsertionTime>\
    <ExpirationTime>Thu, 01 Jan 1970 00:00:00 GMT</ExpirationTime><DequeueCount>0</DequeueCount>";

#[wasm_bindgen_test]
async fn a_page_leaves_as_one_text_and_numbers() {
    let xml = "<QueueMessagesList><QueueMessage><MessageId>id1</MessageId><InsertionTime>Thu, 01 Jan 1970 00:00:01 GMT</InsertionTime>\
        <ExpirationTime>Thu, 01 Jan 1970 00:00:02 GMT</ExpirationTime>\
        <PopReceipt>r1</PopReceipt><DequeueCount>2</DequeueCount><MessageText>é😀</MessageText></QueueMessage>\
        <QueueMessage><MessageId>id2</MessageId><InsertionTime>Thu, 01 Jan 1970 00:00:00 GMT</InsertionTime>\
        <ExpirationTime>Thu, 01 Jan 1970 00:00:00 GMT</ExpirationTime><DequeueCount>0</DequeueCount>\
        <MessageText>x</MessageText></QueueMessage></QueueMessagesList>";
    let fields = Fields::of_call().text("text").numbers(&[2.0]);
    let (text, numbers, _) = values(&client(), Operation::PeekMessages, fields, xml).await;
    assert_eq!(text, "id1r1é😀id2x");
    // Ends in UTF-16 code units: é is one, 😀 two.
    assert_eq!(
        (numbers[0], numbers[1], numbers[2], numbers[5], numbers[6], numbers[7]),
        (3.0, 5.0, 1_000.0, 2.0, 0.0, 8.0)
    );
    assert_eq!((numbers[8], numbers[15], numbers.len()), (11.0, 12.0, 16));
    assert!(numbers[4].is_nan() && numbers[9].is_nan() && numbers[12].is_nan());
}

#[wasm_bindgen_test]
async fn much_leaves_as_several_texts() {
    let xml = |id: &str, text: &str| {
        format!("<QueueMessage><MessageId>{id}</MessageId>{AT_ZERO}<MessageText>{text}</MessageText></QueueMessage>")
    };
    let (half, long) = ("é".repeat(10_000), "x".repeat(40_000));
    let page = [xml("a", &long), xml("b", ""), xml("c", &half), xml("d", &half)].concat();
    let xml = format!("<QueueMessagesList>{page}</QueueMessagesList>");
    let fields = Fields::of_call().text("text").numbers(&[4.0]);
    let answer = format!("return Promise.resolve(new Response('{xml}', {{ status: 200 }}));");
    let call = call(&client(), Operation::PeekMessages, fields, host(&answer)).unwrap_or_else(|_| panic!("call"));
    let values: Array = ended(call).await.expect("values").unchecked_into();
    let before: Array = values.get(3).unchecked_into();
    let texts: Vec<_> = before.iter().chain([values.get(0)]).map(|text| text.as_string().expect("text")).collect();
    assert_eq!(texts, ["a", &long, &format!("bc{half}d"), &half]);
    // Each end is one in its own text, and a mark stands before those that begin another one.
    let numbers = values.get(1).unchecked_into::<Float64Array>().to_vec();
    let ends: Vec<_> = numbers.into_iter().filter(|number| !number.is_nan() && *number != 0.0).collect();
    assert_eq!(ends, [1.0, -2.0, 40_000.0, -2.0, 1.0, 1.0, 2.0, 10_002.0, 10_003.0, -2.0, 10_000.0]);
}

#[wasm_bindgen_test]
async fn bytes_leave_as_bytes() {
    let xml = format!(
        "<QueueMessagesList><QueueMessage><MessageId>a</MessageId>{AT_ZERO}<MessageText>AP8Q</MessageText></QueueMessage>\
        <QueueMessage><MessageId>b</MessageId>{AT_ZERO}<MessageText>aGk</MessageText></QueueMessage></QueueMessagesList>"
    );
    let fields = Fields::of_call().text("base64-bytes").numbers(&[2.0]);
    let (text, numbers, bytes) = values(&client(), Operation::PeekMessages, fields, &xml).await;
    assert_eq!(bytes, [0, 255, 16]);
    // Kind and length of the content: bytes, and then one that cannot be decoded.
    assert_eq!((numbers[6], numbers[7], numbers[14]), (1.0, 3.0, 2.0));
    assert!(text.ends_with("baGkMessage content is not Base64."), "{text}");
}

#[wasm_bindgen_test]
async fn texts_are_cut_by_utf16_units() {
    let fields = Fields::of_call().numbers(&[MISSING; 3]).text("é😀<漢>").numbers(&[MISSING]);
    let xml = format!(
        "<QueueMessagesList><QueueMessage><MessageId>m</MessageId>{AT_ZERO}<PopReceipt>r</PopReceipt>\
        <TimeNextVisible>Thu, 01 Jan 1970 00:00:00 GMT</TimeNextVisible></QueueMessage></QueueMessagesList>"
    );
    values(&client(), Operation::SendMessage, fields, &xml).await;
    let body = seen(&["init", "body"]).as_string().expect("text");
    assert!(body.contains("<MessageText>é😀&lt;漢&gt;</MessageText>"));
    let fields = Fields::of_call().numbers(&[2.0]).text("é").text("😀").text("naïve").text("漢");
    let [class, argument, _, given] = refused(call(&client(), Operation::SetQueueMetadata, fields, host("")));
    assert_eq!((class.as_str(), argument.as_str(), given.as_str()), ("RangeError", "metadata", "the name \"é\""));
}

#[wasm_bindgen_test]
fn what_is_odd_or_alien_is_refused_in_the_words_that_came() {
    for (mark, class) in [(ODD, "RangeError"), (ALIEN, "TypeError")] {
        let fields = Fields::of_call().numbers(&[MISSING, mark]).text("these words").numbers(&[MISSING]).text("x");
        let [name, argument, allowed, given] = refused(call(&client(), Operation::SendMessage, fields, host("")));
        assert_eq!((name.as_str(), argument.as_str(), given.as_str()), (class, "visibility_timeout", "these words"));
        assert!(allowed.starts_with("a whole number of seconds from 0 to 604800"), "{allowed}");
    }
}

#[wasm_bindgen_test]
fn values_that_are_missing_altogether_do_not_trap() {
    assert!(is_refused(Core::open(b"", &[], JsValue::UNDEFINED)));
    for numbers in [&[][..], &[f64::MAX; 20], &[-1.0; 20], &[ODD; 3], &[ALIEN; 3], &[1e9; 9]] {
        for operation in [Operation::SetServiceProperties, Operation::SetQueueAccessPolicy, Operation::SendMessage] {
            let fields = Fields("text".to_owned(), numbers.to_vec());
            assert!(is_refused(client().check(Some(operation), fields.0.as_bytes(), &fields.1)));
        }
    }
}

#[wasm_bindgen_test]
async fn an_aborted_call_rejects_with_the_callers_reason() {
    let host = host("throw 0");
    let signal = object(&[("aborted", true.into()), ("reason", "mine".into())]);
    js_sys::Reflect::set(&host, &"signal".into(), &signal).expect("set");
    js_sys::Reflect::set(&js_sys::global(), &"seen".into(), &JsValue::UNDEFINED).expect("forgotten");
    let call = call(&client(), Operation::ClearMessages, Fields::of_call(), host);
    let call = call.unwrap_or_else(|_| panic!("clear"));
    assert_eq!(get(&ended(call).await.expect_err("aborted"), "azureQueueReason"), "mine");
    assert!(seen(&[]).is_undefined(), "nothing was sent");
}
