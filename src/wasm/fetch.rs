//! The transport over the platform's `fetch`, and the platform's clock.

use std::borrow::Cow;
use std::cell::RefCell;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::task::Poll;

use js_sys::{Function, Promise};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;

use crate::clock::Clock;
use crate::error::Error;
use crate::http::{Fault, FaultKind, Headers, ReadHeaders, Response, Transport, WireRequest, header, redacted_headers};
use crate::redaction::Secrets;
use crate::retry::FailedAttempt;
use crate::text::{decimal, pieces};
use crate::time::Timestamp;

#[wasm_bindgen(module = "/src/wasm/transport.js")]
extern "C" {
    /// Either a response or a fault; of the caller's decision about a retry, its wait or a fault.
    #[derive(Debug)]
    pub type Exchange;
    #[wasm_bindgen(method, getter, structural)]
    fn fault(this: &Exchange) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    fn cause(this: &Exchange) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn words(this: &Exchange) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    fn code(this: &Exchange) -> Option<String>;
    #[wasm_bindgen(method, getter, structural)]
    fn seconds(this: &Exchange) -> Option<f64>;

    fn exchange(host: &Host, message: &str, timeout: u32, time_left: u32) -> Promise;

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
    #[wasm_bindgen(method, getter, structural)]
    fn hears(this: &Host) -> u32;
    #[cfg(feature = "npm")]
    #[wasm_bindgen(catch, js_name = forgetOldCore)]
    pub fn forget_old_core() -> Result<(), JsValue>;

    /// A timer that ends early with the signal.
    type Timer;
    #[wasm_bindgen(method, getter, structural)]
    fn promise(this: &Timer) -> Promise;
    #[wasm_bindgen(method, structural)]
    fn cancel(this: &Timer);
    #[wasm_bindgen(js_name = startTimer)]
    fn start_timer(millis: u32, host: &Host) -> Timer;
}

#[wasm_bindgen(module = "/src/wasm/answer.js")]
extern "C" {
    #[wasm_bindgen(js_name = measuresOf)]
    fn measures_of(exchange: &Exchange) -> f64;
    #[wasm_bindgen(js_name = copyBody)]
    fn copy_body(exchange: &Exchange, memory: &mut [u8]);
    #[wasm_bindgen(js_name = headersOf)]
    fn headers_of(exchange: &Exchange) -> String;
    #[wasm_bindgen(js_name = theseHeadersOf)]
    fn these_headers_of(exchange: &Exchange, which: u32) -> String;
    #[wasm_bindgen(js_name = reasonPhraseOf)]
    fn reason_phrase_of(exchange: &Exchange) -> String;
    #[wasm_bindgen(js_name = responseTypeOf)]
    fn response_type_of(exchange: &Exchange) -> String;
}

#[wasm_bindgen(module = "/src/wasm/hooks.js")]
extern "C" {
    /// The only function for all hooks: for each signature that is imported V8 compiles something before anything runs, and
    /// those of a function for each were the longest. What came of it is for [`Fetch::tell`].
    fn tell(host: &Host, parts: &str, event: u32) -> JsValue;
}

#[wasm_bindgen(module = "/src/wasm/causes.js")]
extern "C" {
    #[wasm_bindgen(js_name = textsIn)]
    fn texts_in(cause: &JsValue) -> Option<String>;
    #[wasm_bindgen(js_name = gistOf)]
    fn gist_of(cause: &JsValue) -> String;
    #[wasm_bindgen(js_name = errorOf)]
    fn error_of(gist: &str) -> JsValue;
}

/// Headers that are asked for one by one: by their places, for a name that crosses is a new one to V8, and dearer to look
/// up. answer.js has the same list.
const THESE: [&str; 4] = ["x-ms-popreceipt", "x-ms-time-next-visible", "date", "x-ms-request-id"];
const RECEIPT: u32 = 0b0011;
const DATE: u32 = 0b0100;
const REQUEST_ID: u32 = 0b1000;

/// What there is to be told of, and to be asked; `hears` and hooks.js have the same bits.
const REQUESTS: u32 = 1;
const RESPONSES: u32 = 2;
const RETRIES: u32 = 4;
const WAITS: u32 = 8;

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
    /// What somebody wants to be told of.
    hears: u32,
    /// The JavaScript value behind the latest fault.
    cause: RefCell<Option<JsValue>>,
    /// The latest response, for its headers should it turn out to be broken, and what must not
    /// be seen in them.
    latest: RefCell<Option<(Exchange, Secrets)>>,
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
        Fetch { hears: host.hears(), host, cause: RefCell::default(), latest: RefCell::default() }
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

    /// All headers of the latest response, of which perhaps none were read: an error tells of them.
    pub(super) fn read_headers(&self, response: &mut Response) {
        if let Some((exchange, _)) = &*self.latest.borrow() {
            response.headers = headers_from_text(&headers_of(exchange));
            response.hides_headers = response_type_of(exchange) == "cors";
        }
    }

    fn hears(&self, event: u32) -> bool {
        self.hears & event != 0
    }

    /// Tells of an event, or asks. What a hook throws ends the call and is what the caller gets.
    fn tell(&self, event: u32, parts: &[&str]) -> Result<Option<f64>, Fault> {
        let told = tell(&self.host, &parts.join("\0"), event);
        if told.is_undefined() {
            return Ok(None);
        }
        let told: Exchange = told.unchecked_into();
        if told.fault().is_none() {
            return Ok(told.seconds());
        }
        self.cause.replace(Some(told.cause()));
        Err(Fault::of(FaultKind::Thrown))
    }

    /// Tells of a retry before its wait.
    pub(super) fn tell_retry(&self, millis: u32, attempt: u32, because: &Error) -> Result<(), Fault> {
        if self.hears(RETRIES) {
            self.tell_failure(RETRIES, attempt, Some(millis), because, false)?;
        }
        Ok(())
    }

    /// Code and message are one part: the service or a platform wrote them, and there may be anything in them.
    fn tell_failure(
        &self,
        event: u32,
        attempt: u32,
        wait: Option<u32>,
        error: &Error,
        may_be_done: bool,
    ) -> Result<Option<f64>, Fault> {
        let number = |number: Option<u32>| number.map_or_else(String::new, |number| decimal(number.into()));
        let (attempt, wait, status) = (number(Some(attempt)), number(wait), number(error.status_code().map(u32::from)));
        let code_length = number(error.code().map(|code| code.encode_utf16().count() as u32));
        let words = [error.code().unwrap_or_default(), error.message()].concat();
        let may_be_done = if may_be_done { "1" } else { "" };
        self.tell(event, &[&attempt, &wait, error.kind().name(), &status, may_be_done, &code_length, &words])
    }

    /// Waits. What the promise resolves to is for [`Fetch::end_pause`].
    pub(super) fn begin_pause(&self, millis: u32) -> Promise {
        start_timer(millis, &self.host).promise()
    }

    /// The fault of a timer that ended with its signal.
    pub(super) fn end_pause(&self, ended: JsValue) -> Option<Fault> {
        (!ended.is_undefined()).then(|| self.fault(&ended.unchecked_into::<Exchange>(), &Secrets::default()))
    }

    /// What went wrong, and its cause without secrets.
    fn fault(&self, exchange: &Exchange, secrets: &Secrets) -> Fault {
        let kind = match exchange.fault().as_deref() {
            Some("aborted") => FaultKind::Aborted,
            Some("timedOut") => FaultKind::TimedOut,
            Some("unsent") => FaultKind::Unsent,
            Some("notSentInTime") => FaultKind::NotSentInTime,
            Some("refused") => FaultKind::Refused,
            Some("unreachable") => FaultKind::Unreachable,
            Some("hidden") => FaultKind::Hidden,
            Some("silent") => FaultKind::Silent,
            Some("withheld") => FaultKind::Withheld,
            Some("redirected") => FaultKind::Redirected,
            _ => FaultKind::Lost,
        };
        let cause = exchange.cause();
        // What the caller aborted with is the caller's own.
        let cause = if kind == FaultKind::Aborted { cause } else { harmless(cause, secrets) };
        self.cause.replace(Some(cause).filter(|cause| !cause.is_undefined()));
        Fault { kind, message: exchange.words().unwrap_or_default(), code: exchange.code() }
    }

    /// Sends a request. The promise never rejects; what it resolves to is for [`Fetch::end`].
    pub(super) fn begin(&self, request: &WireRequest) -> Result<Promise, Fault> {
        // What failed before is not why this attempt fails.
        self.cause.take();
        if self.hears(REQUESTS) {
            let method = request.method.as_str();
            let (url, headers) = (request.secrets.hide(&request.url), shown(request, &request.headers));
            self.tell(REQUESTS, &[&decimal(request.attempt.into()), method, &url, &headers])?;
        }
        Ok(exchange(&self.host, &message(request), request.timeout, request.time_left))
    }

    /// Reads what came of a request.
    pub(super) fn end(&self, request: &WireRequest, exchange: Exchange) -> Result<Response, Fault> {
        let measures = measures_of(&exchange);
        if measures < 0.0 {
            return Err(self.fault(&exchange, &request.secrets));
        }
        let measures = measures as u64;
        let status = measures as u16;
        let mut body = vec![0; (measures >> 16) as usize];
        if !body.is_empty() {
            copy_body(&exchange, &mut body);
        }
        let mut response = Response { status, body, ..Response::default() };
        // Reading headers costs as much as reading a small body, and most results need none.
        let told = self.hears(RESPONSES);
        if !request.accepts.contains(&status) || request.reads_headers == ReadHeaders::All || told {
            response.headers = headers_from_text(&headers_of(&exchange));
            response.reason = reason_phrase_of(&exchange);
        } else {
            let asked = match request.reads_headers {
                ReadHeaders::RequestId => REQUEST_ID,
                ReadHeaders::Receipt => RECEIPT,
                ReadHeaders::None | ReadHeaders::All => 0,
            };
            let which = asked | if request.reads_date { DATE } else { 0 };
            if which != 0 {
                response.headers = these_headers_from_text(&these_headers_of(&exchange, which));
            }
        }
        self.latest.replace(Some((exchange, request.secrets.clone())));
        let needs_evidence = request.reads_headers != ReadHeaders::None || !request.accepts.contains(&status);
        if needs_evidence && !response.shows_service() {
            self.read_headers(&mut response);
        }
        if told {
            let (method, url) = (request.method.as_str(), request.secrets.hide(&request.url));
            let (asked, headers) = (shown(request, &request.headers), shown(request, &response.headers));
            let (attempt, status) = (decimal(request.attempt.into()), decimal(status.into()));
            self.tell(RESPONSES, &[&attempt, method, &url, &status, &asked, &headers])?;
        }
        Ok(response)
    }
}

impl Transport for Fetch {
    async fn send(&self, request: &WireRequest) -> Result<Response, Fault> {
        let promise = self.begin(request)?;
        // It never rejects.
        let came = JsFuture::from(promise).await.unwrap_or_default();
        let mut response = self.end(request, came.unchecked_into())?;
        // Who reads the answer later can ask for no more, and an error of a broken one tells of all of them.
        self.read_headers(&mut response);
        Ok(response)
    }
}

impl Clock for Fetch {
    fn now(&self) -> Timestamp {
        now()
    }

    fn random(&self) -> f64 {
        js_sys::Math::random()
    }

    fn choose(&self, failed: &FailedAttempt<'_>) -> Result<Option<u32>, Fault> {
        let FailedAttempt { attempt, error, wait, may_be_done } = *failed;
        if !self.hears(WAITS) {
            return Ok(wait);
        }
        let seconds = self.tell_failure(WAITS, attempt, wait, error, may_be_done)?;
        Ok(seconds.map(|seconds| (seconds * 1000.0) as u32))
    }

    async fn pause(&self, millis: u32, attempt: u32, because: &Error) -> Result<(), Fault> {
        self.tell_retry(millis, attempt, because)?;
        let ended = JsFuture::from(self.begin_pause(millis)).await.unwrap_or_default();
        self.end_pause(ended).map_or(Ok(()), Err)
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
        first.map_err(|ended| {
            self.end_pause(ended.unwrap_or_default()).unwrap_or_else(|| Fault::of(FaultKind::TimedOut))
        })
    }
}

pub(super) fn now() -> Timestamp {
    Timestamp::from_millis(js_sys::Date::now() as i64)
}

/// An error as it is, unless there is a secret in it, as those of some platforms have one, or
/// something that could hold one unseen: then one that says as much without.
fn harmless(cause: JsValue, secrets: &Secrets) -> JsValue {
    if cause.is_undefined() || texts_in(&cause).is_some_and(|texts| secrets.hide(&texts) == texts) {
        return cause;
    }
    error_of(&secrets.hide(&gist_of(&cause)))
}

/// Headers as a hook may see them.
fn shown(request: &WireRequest, headers: &Headers) -> String {
    let mut text = String::new();
    push_lines(&mut text, &redacted_headers(headers, &request.secrets));
    text
}

/// Headers of most requests, whose names JavaScript has by itself.
const COMMON: [&str; 5] = ["x-ms-version", "x-ms-date", "x-ms-client-request-id", "accept", "content-type"];

/// A whole request in one text: each that crosses the seam is decoded by itself.
fn message(WireRequest { method, url, headers, body, .. }: &WireRequest) -> String {
    let mut text = String::with_capacity(1024 + body.len());
    let mut common = [""; COMMON.len()];
    for (name, value) in headers {
        if let Some(place) = COMMON.iter().position(|common| common == name).and_then(|at| common.get_mut(at)) {
            *place = value;
        }
    }
    for line in [method.as_str(), url].iter().chain(&common) {
        text.push_str(line);
        text.push('\n');
    }
    push_lines(&mut text, headers.iter().filter(|(name, value)| value.is_empty() || !COMMON.contains(&&**name)));
    text.push('\n');
    text.push_str(body);
    text
}

fn push_lines<'a>(text: &mut String, headers: impl IntoIterator<Item = &'a (Cow<'static, str>, Cow<'static, str>)>) {
    for (name, value) in headers {
        for line in [name, value] {
            text.push_str(line);
            text.push('\n');
        }
    }
}

/// Those that are known by their places, a digit in front of each value.
fn these_headers_from_text(text: &str) -> Headers {
    let mut headers = Headers::with_capacity(THESE.len());
    for line in pieces(text, b"\n") {
        let place = line.bytes().next().map_or(THESE.len(), |digit| usize::from(digit & 15));
        if let (Some(name), Some(value)) = (THESE.get(place), line.get(1..)) {
            headers.push(((*name).into(), value.to_owned().into()));
        }
    }
    headers
}

fn headers_from_text(text: &str) -> Headers {
    let mut lines = pieces(text, b"\n");
    let mut headers = Headers::new();
    while let (Some(name), Some(value)) = (lines.next(), lines.next()) {
        headers.push((name.to_owned().into(), value.to_owned().into()));
    }
    headers
}
