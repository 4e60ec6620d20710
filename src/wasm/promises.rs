//! Promises that end before what they wait for does.

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use web_sys::AbortSignal;

#[wasm_bindgen(module = "/src/wasm/promises.js")]
extern "C" {
    /// A call that ends as soon as the signal aborts.
    pub fn abortable(work: &Promise, signal: &AbortSignal) -> Promise;
    /// What a promise resolves to, if it does so within so many milliseconds.
    pub fn within(work: &Promise, millis: u32) -> Promise;
    /// Whether it was `within` that rejected.
    #[wasm_bindgen(js_name = isTimeout)]
    pub fn is_timeout(thrown: &JsValue) -> bool;
}
