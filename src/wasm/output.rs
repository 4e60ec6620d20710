//! From Rust to JavaScript in one crossing: one text, numbers that say where its parts end
//! or are values themselves, and bytes. `js/reading.ts` reads it, in the order in which it is
//! written here. An object a field would cost six times as much. What is much crosses as
//! several texts: to V8 a large one is an object apart, in memory that is fresh each time.

use wasm_bindgen::prelude::*;

use crate::error::Error;
use crate::text::is_ascii;
use crate::time::Timestamp;

#[wasm_bindgen(module = "/src/wasm/values.js")]
extern "C" {
    fn values(text: &str, numbers: &[f64], bytes: Option<&[u8]>, before: Option<&Texts>) -> JsValue;
    fn refusal(text: &str, numbers: &[f64], before: Option<&Texts>, cause: JsValue) -> JsValue;
    type Texts;
    #[wasm_bindgen(js_name = noTexts)]
    fn no_texts() -> Texts;
    #[wasm_bindgen(method, structural)]
    fn push(this: &Texts, text: &str);
    fn marked(mark: u32, value: JsValue) -> JsValue;
}

/// Marks of values.js.
const REFUSED: u32 = 0;
const REASON: u32 = 1;

/// What the caller threw, or aborted with: it is handed back as it is, and is no failure of the core, whatever it is.
pub fn hand_back(reason: JsValue) -> JsValue {
    marked(REASON, reason)
}

/// What somebody will throw if it is an error.
pub type Thrown<T> = Result<T, JsValue>;

/// What an exported function gives; what is thrown is marked, and thrown in `js/`. Thrown here, it would be one of several
/// values to return, and for each signature that returns several V8 compiles something before anything runs: 0.4 ms.
pub fn given(done: Thrown<impl Into<JsValue>>) -> JsValue {
    done.map_or_else(|thrown| marked(REFUSED, thrown), Into::into)
}

/// Texts that are longer together cross in several.
const MOST_TOGETHER: usize = 32 * 1024;

/// Before the end of a part: it is in the next text.
const NEXT: f64 = -2.0;

/// Values being written. What is missing is no number.
pub struct Output {
    text: String,
    /// End of `text` in UTF-16 code units.
    end: u32,
    numbers: Vec<f64>,
    bytes: Vec<u8>,
    /// What has crossed before `text`.
    before: Option<Texts>,
}

/// With room for most results.
impl Default for Output {
    fn default() -> Self {
        Output {
            text: String::with_capacity(256),
            end: 0,
            numbers: Vec::with_capacity(16),
            bytes: Vec::new(),
            before: None,
        }
    }
}

impl Output {
    pub fn text(&mut self, text: &str) {
        let is_long = text.len() > MOST_TOGETHER;
        let has_crossed = self.text.is_empty();
        if self.end > 0 && (has_crossed || self.text.len() + text.len() > MOST_TOGETHER) {
            self.begin_next();
        }
        let units = if is_ascii(text.as_bytes()) { text.len() } else { text.chars().map(char::len_utf16).sum() };
        if is_long {
            // Without a copy.
            self.before.get_or_insert_with(no_texts).push(text);
        } else {
            self.text.push_str(text);
        }
        self.end += units as u32;
        self.numbers.push(f64::from(self.end));
    }

    /// Begins another text; a long one has crossed already.
    fn begin_next(&mut self) {
        if !self.text.is_empty() {
            self.before.get_or_insert_with(no_texts).push(&self.text);
            self.text.clear();
        }
        self.end = 0;
        self.numbers.push(NEXT);
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
        values(&self.text, &self.numbers, bytes, self.before.as_ref())
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
    refusal(&out.text, &out.numbers, out.before.as_ref(), cause)
}
