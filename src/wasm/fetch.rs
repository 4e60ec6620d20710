//! The transport over the platform's `fetch`, and the platform's clock.

use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use js_sys::{Function, Object, Promise, Uint8Array};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::credential::Secrets;
use crate::error::Error;
use crate::http::{Clock, Fault, FaultKind, Headers, Response, Transport, WireRequest, header};
use crate::text::pieces;
use crate::time::Timestamp;

#[wasm_bindgen(module = "/src/wasm/transport.js")]
extern "C" {
    /// Either a response or a fault.
    type Exchange;
    #[wasm_bindgen(method, getter, structural)]
    fn fault(this: &Exchange) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    fn cause(this: &Exchange) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn words(this: &Exchange) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    fn status(this: &Exchange) -> u16;
    #[wasm_bindgen(method, getter, structural)]
    fn reason(this: &Exchange) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn date(this: &Exchange) -> String;
    #[wasm_bindgen(method, getter, structural)]
    fn response(this: &Exchange) -> JsResponse;
    #[wasm_bindgen(method, getter, structural)]
    fn body(this: &Exchange) -> Uint8Array;

    /// The response of a `fetch`, or of what the caller put in its place.
    #[derive(Debug)]
    type JsResponse;

    fn exchange(host: &Host, method: &str, url: &str, headers: &str, body: &[u8], timeout: u32) -> Promise;
    #[wasm_bindgen(js_name = headersOf)]
    fn headers_of(response: &JsResponse) -> String;

    /// What of the caller's a call has to do with: `fetch`, `signal` and hooks.
    #[derive(Clone, Debug)]
    pub type Host;
    #[wasm_bindgen(js_name = hostOf)]
    fn host_of(
        fetch: Option<&Function>,
        on_request: Vec<Function>,
        on_response: Vec<Function>,
        on_retry: Vec<Function>,
    ) -> Host;
    #[wasm_bindgen(js_name = hears)]
    fn hears(host: &Host, event: &str) -> bool;
    #[wasm_bindgen(catch, js_name = tellRequest)]
    fn tell_request(host: &Host, method: &str, url: &str, headers: &str, attempt: u32) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = tellResponse)]
    fn tell_response(
        host: &Host,
        method: &str,
        url: &str,
        asked: &str,
        attempt: u32,
        status: u16,
        headers: &str,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(catch, js_name = tellRetry)]
    fn tell_retry(
        host: &Host,
        attempt: u32,
        delay: f64,
        error: &str,
        message: &str,
        code: Option<&str>,
        status: Option<u16>,
    ) -> Result<(), JsValue>;
    #[wasm_bindgen(js_name = abortReason)]
    fn abort_reason(host: &Host) -> Option<Object>;

    #[wasm_bindgen(js_name = textsIn)]
    fn texts_in(cause: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_name = gistOf)]
    fn gist_of(cause: &JsValue) -> String;
    #[wasm_bindgen(js_name = errorOf)]
    fn error_of(gist: &str) -> JsValue;

    /// A timer that ends early with the signal.
    type Timer;
    #[wasm_bindgen(method, getter, structural)]
    fn promise(this: &Timer) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn cancel(this: &Timer);
    #[wasm_bindgen(js_name = startTimer)]
    fn start_timer(millis: u32, host: &Host) -> Timer;
}

/// Functions of the caller's that are told what goes on; a secret never reaches them.
#[derive(Clone, Debug, Default)]
pub struct Hooks {
    /// Told of each request before it goes out.
    pub on_request: Vec<Function>,
    /// Told of each response.
    pub on_response: Vec<Function>,
    /// Told of each retry before its wait.
    pub on_retry: Vec<Function>,
}

/// The platform's `fetch`, for one call or for many.
#[derive(Debug)]
pub struct Fetch {
    host: Host,
    /// The JavaScript value behind the latest fault.
    cause: RefCell<Option<JsValue>>,
    /// The latest response, for its headers should it turn out to be broken, and what must not
    /// be seen in them.
    latest: RefCell<Option<(JsResponse, Secrets)>>,
}

impl Default for Fetch {
    fn default() -> Self {
        Fetch::new(None, Hooks::default())
    }
}

impl Fetch {
    /// Calls this function in place of the global `fetch`, when there is one.
    pub fn new(fetch: Option<Function>, hooks: Hooks) -> Self {
        Fetch::over(host_of(fetch.as_ref(), hooks.on_request, hooks.on_response, hooks.on_retry))
    }

    /// With what JavaScript put together.
    pub(super) fn over(host: Host) -> Self {
        Fetch { host, cause: RefCell::default(), latest: RefCell::default() }
    }

    /// Why the caller has aborted already.
    #[cfg(feature = "npm")]
    pub(super) fn abort_reason(&self) -> Option<JsValue> {
        abort_reason(&self.host).map(|fault| fault.unchecked_into::<Exchange>().cause())
    }

    /// Takes the JavaScript value behind the latest fault.
    pub fn take_cause(&self) -> Option<JsValue> {
        self.cause.take()
    }

    /// The request id of the latest response, whose headers were perhaps not read.
    pub fn latest_request_id(&self) -> Option<String> {
        let latest = self.latest.borrow();
        let (response, secrets) = latest.as_ref()?;
        let headers = headers_from_text(&headers_of(response));
        header(&headers, "x-ms-request-id").map(|id| secrets.hide(id))
    }

    /// What a hook throws ends the call and is what the caller gets.
    fn told(&self, told: Result<(), JsValue>) -> Result<(), Fault> {
        told.map_err(|thrown| {
            self.cause.replace(Some(thrown));
            Fault { kind: FaultKind::Aborted, message: "a hook threw".to_owned() }
        })
    }

    /// The fault of a timer that ended with its signal.
    fn aborted(&self, ended: Result<JsValue, JsValue>) -> Option<Fault> {
        let fault = ended.ok().filter(|fault| !fault.is_undefined())?;
        Some(self.fault("aborted", fault.unchecked_into::<Exchange>().cause(), None))
    }

    fn fault(&self, name: &str, cause: JsValue, words: Option<String>) -> Fault {
        let kind = match name {
            "aborted" => FaultKind::Aborted,
            "timedOut" => FaultKind::TimedOut,
            "unsent" => FaultKind::Unsent,
            "redirected" => FaultKind::Redirected,
            _ => FaultKind::Lost,
        };
        let message = match kind {
            FaultKind::TimedOut => "the time for this attempt was over".to_owned(),
            _ => words.unwrap_or_default(),
        };
        self.cause.replace(Some(cause).filter(|cause| !cause.is_undefined()));
        Fault { kind, message }
    }
}

impl Transport for Fetch {
    async fn send(&self, request: &WireRequest) -> Result<Response, Fault> {
        // What failed before is not why this attempt fails.
        self.cause.take();
        let (method, attempt) = (request.method.as_str(), request.attempt);
        let url = || request.secrets.hide(&request.url);
        let shown = |headers| headers_text(&request.secrets.hide_in_headers(headers));
        if hears(&self.host, "onRequest") {
            self.told(tell_request(&self.host, method, &url(), &shown(&request.headers), attempt))?;
        }
        let headers = headers_text(&request.headers);
        let body = request.body.as_bytes();
        let promise = exchange(&self.host, method, &request.url, &headers, body, request.timeout);
        let exchange: Exchange = match JsFuture::from(promise).await {
            Ok(exchange) => exchange.unchecked_into(),
            Err(thrown) => return Err(self.fault("lost", thrown, None)),
        };
        if let Some(name) = exchange.fault() {
            let cause = exchange.cause();
            // What the caller aborted with is the caller's own.
            let cause = if name == "aborted" { cause } else { harmless(cause, &request.secrets) };
            return Err(self.fault(&name, cause, exchange.words()));
        }
        let status = exchange.status();
        let mut response = Response { status, body: exchange.body().to_vec(), ..Response::default() };
        let js_response = exchange.response();
        let accepted = request.accepts.contains(&status);
        // Reading headers costs as much as reading a small body, and most results need none.
        let told = hears(&self.host, "onResponse");
        if !accepted || request.reads_headers || told {
            response.headers = headers_from_text(&headers_of(&js_response));
            response.reason = exchange.reason();
        } else {
            response.headers = vec![("date".into(), exchange.date())];
        }
        self.latest.replace(Some((js_response, request.secrets.clone())));
        if told {
            let asked = shown(&request.headers);
            let headers = shown(&response.headers);
            self.told(tell_response(&self.host, method, &url(), &asked, attempt, status, &headers))?;
        }
        Ok(response)
    }
}

impl Clock for Fetch {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(js_sys::Date::now() as i64)
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    async fn pause(&self, millis: u32, attempt: u32, because: &Error) -> Result<(), Fault> {
        if hears(&self.host, "onRetry") {
            let delay = f64::from(millis) / 1000.0;
            let (error, message) = (because.kind().name(), because.message());
            self.told(tell_retry(&self.host, attempt, delay, error, message, because.code(), because.status_code()))?;
        }
        let timer = start_timer(millis, &self.host);
        let ended = JsFuture::from(timer.promise()).await;
        self.aborted(ended).map_or(Ok(()), Err)
    }

    async fn within<T>(&self, millis: u32, work: impl Future<Output = T>) -> Result<T, Fault> {
        let mut work = pin!(work);
        // Most credentials are there at once, and then no timer is needed.
        let at_once = poll_fn(|context| Poll::Ready(work.as_mut().poll(context))).await;
        if let Poll::Ready(done) = at_once {
            return Ok(done);
        }
        let timer = start_timer(millis, &self.host);
        let mut ended = JsFuture::from(timer.promise());
        let first = poll_fn(|context| match work.as_mut().poll(context) {
            Poll::Ready(done) => Poll::Ready(Ok(done)),
            Poll::Pending => Pin::new(&mut ended).poll(context).map(Err),
        });
        let first = first.await;
        timer.cancel();
        first.map_err(|ended| self.aborted(ended).unwrap_or_else(|| self.fault("timedOut", JsValue::UNDEFINED, None)))
    }
}

/// An error as it is, unless there is a secret in it, as those of some platforms have one, or
/// something that could hold one unseen: then one that says as much without.
fn harmless(cause: JsValue, secrets: &Secrets) -> JsValue {
    if cause.is_undefined() || texts_in(&cause).is_some_and(|texts| secrets.hide(&texts) == texts) {
        return cause;
    }
    error_of(&secrets.hide(&gist_of(&cause)))
}

fn headers_text(headers: &Headers) -> String {
    let mut text = String::with_capacity(256);
    for (name, value) in headers {
        text.push_str(name);
        text.push('\n');
        text.push_str(value);
        text.push('\n');
    }
    text
}

fn headers_from_text(text: &str) -> Headers {
    let mut lines = pieces(text, b"\n");
    let mut headers = Headers::new();
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        headers.push((name.to_owned().into(), value.to_owned()));
    }
    headers
}
