//! From Rust to JavaScript in one crossing: one text, numbers that say where its parts end
//! or are values themselves, and bytes. `js/reading.ts` reads it, in the order in which it is
//! written here. An object a field would cost six times as much.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::text::is_ascii;
use crate::time::Timestamp;

#[wasm_bindgen(module = "/src/wasm/values.js")]
extern "C" {
    fn values(text: &str, numbers: &[f64], bytes: Option<&[u8]>) -> JsValue;
    fn refusal(text: &str, numbers: &[f64], cause: JsValue) -> JsValue;
    #[wasm_bindgen(catch, js_name = handBack)]
    pub fn hand_back(reason: JsValue) -> Result<JsValue, JsValue>;
}

/// Values being written. What is missing is no number.
pub struct Output {
    text: String,
    /// End of `text` in UTF-16 code units.
    end: u32,
    numbers: Vec<f64>,
    bytes: Vec<u8>,
}

/// With room for most results.
impl Default for Output {
    fn default() -> Self {
        Output { text: String::with_capacity(256), end: 0, numbers: Vec::with_capacity(16), bytes: Vec::new() }
    }
}

impl Output {
    /// Makes room for a text of so many bytes: a large one that grows is copied each time.
    pub fn reserve(&mut self, bytes: usize) {
        self.text.reserve(bytes);
    }

    pub fn text(&mut self, text: &str) {
        let units = if is_ascii(text.as_bytes()) { text.len() } else { text.chars().map(char::len_utf16).sum() };
        self.text.push_str(text);
        self.end += units as u32;
        self.numbers.push(f64::from(self.end));
    }

    pub fn optional(&mut self, text: Option<&str>) {
        match text {
            Some(text) => self.text(text),
            None => self.missing(),
        }
    }

    pub fn missing(&mut self) {
        self.numbers.push(f64::NAN);
    }

    pub fn number(&mut self, number: impl Into<f64>) {
        self.numbers.push(number.into());
    }

    pub fn moment(&mut self, moment: Option<Timestamp>) {
        self.numbers.push(moment.map_or(f64::NAN, |moment| moment.millis() as f64));
    }

    /// Appends bytes and says how many.
    pub fn bytes(&mut self, bytes: &[u8]) {
        self.bytes.extend_from_slice(bytes);
        self.number(bytes.len() as u32);
    }

    pub fn finish(&self) -> JsValue {
        // Each that crosses is an object.
        let bytes = Some(self.bytes.as_slice()).filter(|bytes| !bytes.is_empty());
        values(&self.text, &self.numbers, bytes)
    }
}

/// An error as `js/` makes one of the right class of it.
pub fn thrown(error: Error) -> JsValue {
    error_record(&error, None, JsValue::UNDEFINED)
}

/// The same, with what is known beside it.
pub fn error_record(error: &Error, request_id: Option<&str>, cause: JsValue) -> JsValue {
    let mut out = Output::default();
    out.text(error.kind().name());
    out.text(error.message());
    let refusal_of = error.refusal();
    out.optional(refusal_of.map(|refusal| refusal.argument.as_str()));
    out.optional(refusal_of.map(|refusal| refusal.allowed.as_str()));
    out.optional(refusal_of.map(|refusal| refusal.given.as_str()));
    out.optional(error.code());
    out.number(error.status_code().map_or(f64::NAN, f64::from));
    out.optional(error.request_id().or(request_id));
    out.optional(error.request());
    out.number(error.details().len() as u32);
    for (name, text) in error.details() {
        out.text(name);
        out.text(text);
    }
    out.number(f64::from(error.elapsed()) / 1000.0);
    out.number(u8::from(error.is_retryable()));
    for attempt in error.attempts() {
        out.moment(Some(attempt.started_on));
        out.text(&attempt.host);
        out.number(attempt.status_code.map_or(f64::NAN, f64::from));
        out.optional(attempt.request_id.as_deref());
        out.optional(attempt.failure.as_deref());
        out.number(f64::from(attempt.wait) / 1000.0);
    }
    refusal(&out.text, &out.numbers, cause)
}
