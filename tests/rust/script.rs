//! A transport that answers from a script and writes down what it was sent.

use std::cell::{Cell, RefCell};
use std::collections::VecDeque;
use std::future::Future;
use std::rc::Rc;

use azure_queue_wasm::client::{QueueClient, QueueServiceClient};
use azure_queue_wasm::clock::Clock;
use azure_queue_wasm::credential::Credential;
use azure_queue_wasm::error::Error;
use azure_queue_wasm::http::{Fault, FaultKind, Method, Response, Transport, WireRequest};
use azure_queue_wasm::pipeline::CallOptions;
use azure_queue_wasm::time::Timestamp;

pub use crate::known::{ready, vectors};

/// 2026-01-02T03:04:05Z
pub const NOW: i64 = 1_767_323_045_000;

#[derive(Clone, Debug, PartialEq)]
pub struct Sent {
    pub method: Method,
    pub url: String,
    pub headers: Vec<(String, String)>,
    pub body: String,
    pub timeout: u32,
}

impl Sent {
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str())
    }
}

#[derive(Default)]
struct State {
    answers: RefCell<VecDeque<Result<Response, Fault>>>,
    sent: RefCell<Vec<Sent>>,
    pauses: RefCell<Vec<u32>>,
    millis: Cell<i64>,
    /// How long each attempt takes.
    takes: Cell<i64>,
    /// How long each wait for a credential takes.
    credential_takes: Cell<i64>,
    /// How long it takes to look at the clock.
    look_takes: Cell<i64>,
    random: Cell<f64>,
}

#[derive(Clone, Default)]
pub struct Script(Rc<State>);

impl Script {
    pub fn new(answers: impl IntoIterator<Item = Result<Response, Fault>>) -> Self {
        let script = Script::default();
        script.0.answers.borrow_mut().extend(answers);
        script.0.millis.set(NOW);
        script.0.random.set(0.5);
        script
    }

    pub fn each_attempt_takes(self, millis: i64) -> Self {
        self.0.takes.set(millis);
        self
    }

    pub fn each_credential_takes(self, millis: i64) -> Self {
        self.0.credential_takes.set(millis);
        self
    }

    pub fn each_look_takes(self, millis: i64) -> Self {
        self.0.look_takes.set(millis);
        self
    }

    pub fn sent(&self) -> Vec<Sent> {
        self.0.sent.borrow().clone()
    }

    pub fn only(&self) -> Sent {
        let sent = self.sent();
        assert_eq!(sent.len(), 1, "one request");
        sent[0].clone()
    }

    pub fn pauses(&self) -> Vec<u32> {
        self.0.pauses.borrow().clone()
    }
}

impl Transport for Script {
    async fn send(&self, request: &WireRequest) -> Result<Response, Fault> {
        let headers = request.headers.iter().map(|(name, value)| (name.to_string(), value.to_string())).collect();
        let WireRequest { method, url, body, timeout, .. } = request;
        let sent = Sent { method: *method, url: url.clone(), headers, body: body.clone(), timeout: *timeout };
        self.0.sent.borrow_mut().push(sent);
        self.0.millis.set(self.0.millis.get() + self.0.takes.get());
        self.0.answers.borrow_mut().pop_front().expect("the script has an answer for each request")
    }
}

impl Clock for Script {
    fn now(&self) -> Timestamp {
        self.0.millis.set(self.0.millis.get() + self.0.look_takes.get());
        Timestamp::from_millis(self.0.millis.get())
    }

    fn random(&self) -> f64 {
        self.0.random.get()
    }

    async fn within<T>(&self, _millis: u32, work: impl Future<Output = T>) -> Result<T, Fault> {
        self.0.millis.set(self.0.millis.get() + self.0.credential_takes.get());
        Ok(work.await)
    }

    async fn pause(&self, millis: u32, _attempt: u32, _because: &Error) -> Result<(), Fault> {
        self.0.pauses.borrow_mut().push(millis);
        self.0.millis.set(self.0.millis.get() + i64::from(millis));
        Ok(())
    }
}

/// An answer of the service without a body.
pub fn status(status: u16) -> Result<Response, Fault> {
    headers(status, &[])
}

/// An answer of a proxy, a login page or another server: no header is the service's.
pub fn stranger(status: u16, body: &str) -> Result<Response, Fault> {
    let headers = vec![("content-type".into(), "text/html".into())];
    Ok(Response { status, headers, body: body.into(), ..Response::default() })
}

pub fn xml(status: u16, body: &str) -> Result<Response, Fault> {
    Ok(Response { status, body: body.into(), ..Response::default() })
}

pub fn headers(status: u16, headers: &[(&'static str, &str)]) -> Result<Response, Fault> {
    let own = headers.iter().map(|(name, value)| ((*name).into(), (*value).to_owned().into()));
    let headers = own.chain([("x-ms-version".into(), "2020-12-06".into())]).collect();
    Ok(Response { status, headers, ..Response::default() })
}

pub fn fault(kind: FaultKind) -> Result<Response, Fault> {
    Err(Fault { message: "scripted".to_owned(), ..Fault::of(kind) })
}

pub const URL: &str = "https://myacct.queue.core.windows.net";
/// The response to a send.
pub const SENT: &str = "<QueueMessagesList><QueueMessage><MessageId>a</MessageId>\
    <InsertionTime>Fri, 02 Jan 2026 03:04:05 GMT</InsertionTime><ExpirationTime>Fri, 09 Jan 2026 03:04:05 GMT</ExpirationTime>\
    <PopReceipt>r</PopReceipt><TimeNextVisible>Fri, 02 Jan 2026 03:04:05 GMT</TimeNextVisible>\
    </QueueMessage></QueueMessagesList>";

pub const PROLOG: &str = "<?xml version=\"1.0\" encoding=\"utf-8\"?>";

pub fn queue(script: &Script) -> QueueClient<Script> {
    QueueClient::new(URL, "orders", Credential::default(), Default::default(), script.clone()).expect("client")
}

pub fn service(script: &Script) -> QueueServiceClient<Script> {
    QueueServiceClient::new(URL, Credential::default(), Default::default(), script.clone()).expect("client")
}

pub fn call() -> CallOptions {
    CallOptions::default()
}

pub fn pairs(pairs: &[(&str, &str)]) -> Vec<(String, String)> {
    pairs.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned())).collect()
}

/// Method, path with query, and body of the one request; the content type must fit the body.
pub fn wire(script: &Script) -> (Method, String, String) {
    let Sent { method, url, body, .. } = script.only();
    let content_type = script.only().header("content-type").map(str::to_owned);
    assert_eq!(content_type.is_some(), !body.is_empty(), "a content type if and only if there is a body");
    (method, url.strip_prefix(URL).expect("our account").to_owned(), body)
}

pub fn at(text: &str) -> Timestamp {
    Timestamp::from_iso8601(text).expect("moment")
}
