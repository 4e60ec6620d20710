//! One call: its options, and the one promise through which all operations go. An exported
//! `async fn` for each would cost 1.8 kB of wasm apiece.

use std::error::Error as _;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
use web_sys::AbortSignal;

use crate::error::{Error, ErrorKind, Result};
use crate::http::{Request, Response};
use crate::limits;
use crate::pipeline::CallOptions;

use super::account::Account;
use super::credential::JsFailure;
use super::fetch::Fetch;
use super::values_in::{described, function, headers, integer, text};
use super::values_out::error_record;

#[wasm_bindgen]
extern "C" {
    /// The options that every call has; `js/` hands them over in an object of its own
    /// making, so that no getter of the caller's runs here.
    pub type CallInit;
    #[wasm_bindgen(method, getter, structural)]
    fn timeout(this: &CallInit) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn headers(this: &CallInit) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = clientRequestId)]
    fn client_request_id(this: &CallInit) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = onRequest)]
    fn on_request(this: &CallInit) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = onResponse)]
    fn on_response(this: &CallInit) -> JsValue;
    #[wasm_bindgen(method, getter, structural, js_name = onRetry)]
    fn on_retry(this: &CallInit) -> JsValue;
    #[wasm_bindgen(method, getter, structural)]
    fn signal(this: &CallInit) -> JsValue;
}

/// A result whose error is a record that `js/` makes an error of.
pub type Thrown<T> = std::result::Result<T, JsValue>;

/// Makes a record of an error.
pub fn thrown<T>(result: Result<T>) -> Thrown<T> {
    result.map_err(|error| error_record(&error, None, None))
}

/// What turns a response into the value of the promise.
pub type Read = Box<dyn FnOnce(&Response) -> Result<JsValue>>;

/// For operations that return nothing.
pub fn nothing() -> Read {
    Box::new(|_| Ok(JsValue::UNDEFINED))
}

impl Account {
    /// Sends a request and reads its response. Bad arguments are thrown at once, in the
    /// form of a record; `js/` makes an error of it either way.
    pub fn run(&self, request: Result<Request>, call: Option<CallInit>, read: Read) -> Thrown<Promise> {
        let request = thrown(request)?;
        let (transport, options) = thrown(self.call_options(call))?;
        thrown(options.check())?;
        if let Some(signal) = transport.signal.as_ref().filter(|signal| signal.aborted()) {
            return Ok(Promise::reject(&signal.reason()));
        }
        let account = self.clone();
        Ok(future_to_promise(async move {
            let answer = account.pipeline.execute(&transport, &request, &options).await;
            answer.and_then(|answer| answer.read(read)).map_err(|error| account.rejection(&error, &transport))
        }))
    }

    /// Checks the options of calls that come later.
    pub fn check_call(&self, call: Option<CallInit>) -> Result<()> {
        self.call_options(call).and_then(|(_, options)| options.check())
    }

    fn call_options(&self, call: Option<CallInit>) -> Result<(Fetch, CallOptions)> {
        let mut transport = Fetch::new(self.fetch.clone(), self.hooks.clone());
        let Some(call) = call else { return Ok((transport, CallOptions::default())) };
        transport.hooks.on_request.extend(function("on_request", &call.on_request())?);
        transport.hooks.on_response.extend(function("on_response", &call.on_response())?);
        transport.hooks.on_retry.extend(function("on_retry", &call.on_retry())?);
        transport.signal = signal(call.signal())?;
        let options = CallOptions {
            timeout: integer(&limits::TIMEOUT, &call.timeout())?,
            headers: headers(&call.headers())?,
            client_request_id: text("client_request_id", &call.client_request_id())?,
        };
        Ok((transport, options))
    }

    /// An aborted call rejects with the reason that the caller gave.
    fn rejection(&self, error: &Error, transport: &Fetch) -> JsValue {
        let cause = transport.take_cause();
        if error.kind() == ErrorKind::Aborted {
            return cause.unwrap_or_default();
        }
        let failure = error.source().and_then(|source| source.downcast_ref::<JsFailure>());
        let cause = failure.map(|failure| failure.thrown.clone()).or(cause).filter(|cause| !cause.is_undefined());
        let request_id = error.request_id().map(str::to_owned).or_else(|| transport.latest_request_id());
        error_record(error, request_id, cause)
    }
}

/// By its shape: signals of other realms are no instances of this one's class.
fn signal(value: JsValue) -> Result<Option<AbortSignal>> {
    if value.is_undefined() {
        return Ok(None);
    }
    let has = |name: &str| js_sys::Reflect::has(&value, &name.into()).unwrap_or_default();
    if value.is_object() && has("aborted") && has("addEventListener") && has("removeEventListener") {
        Ok(Some(value.unchecked_into()))
    } else {
        Err(Error::of_type("signal", described(&value), "an AbortSignal"))
    }
}
