//! From JavaScript values to Rust ones. Every refusal names the argument, what was given
//! and what is allowed.

use js_sys::{Array, ArrayBuffer, Date, Function, JsString, Object, Reflect, Symbol, Uint8Array};
use wasm_bindgen::prelude::*;

use crate::codec::Content;
use crate::error::{Error, Result};
use crate::http::Headers;
use crate::limits::{Quoted, Range};
use crate::time::Timestamp;

#[wasm_bindgen]
extern "C" {
    /// JavaScript's own notation, for numbers above all: Rust's formatting of floats is
    /// 10 kB of wasm.
    #[wasm_bindgen(js_name = String)]
    fn notation(value: &JsValue) -> String;
}

/// What was given, in words that fit in an error; never used for secrets.
pub fn described(value: &JsValue) -> String {
    if let Some(text) = value.as_string() {
        return format!("the text {}", Quoted(&text));
    }
    if value.is_function() {
        return "a function".to_owned();
    }
    if Array::is_array(value) {
        return "an array".to_owned();
    }
    // The notation of an object would call a function of the caller's.
    if value.is_object() { "an object".to_owned() } else { notation(value) }
}

/// What kind of value was given, for those that may be secrets.
pub fn kind(value: &JsValue) -> String {
    if value.is_null() || Array::is_array(value) {
        described(value)
    } else {
        value.js_typeof().as_string().unwrap_or_default()
    }
}

/// The property of an object; a getter that throws makes it an error.
pub fn property(object: &JsValue, argument: &str, name: &str) -> Result<JsValue> {
    Reflect::get(object, &name.into())
        .map_err(|_| Error::of_type(argument, "an object that cannot be read", "a plain object"))
}

fn given(value: &JsValue) -> Option<&JsValue> {
    (!value.is_undefined()).then_some(value)
}

/// A whole number in a range.
pub fn integer(range: &Range, value: &JsValue) -> Result<Option<i64>> {
    let Some(value) = given(value) else { return Ok(None) };
    let number = value.as_f64().ok_or_else(|| Error::of_type(range.argument, described(value), range.allowed))?;
    if number.fract() != 0.0 || !number.is_finite() {
        return Err(Error::value(range.argument, described(value), range.allowed));
    }
    // The cast saturates, and what saturates is out of every range.
    let whole = range.check(number as i64);
    whole.map(Some).map_err(|_| Error::value(range.argument, described(value), range.allowed))
}

/// Seconds, with decimals, as milliseconds.
pub fn millis(range: &Range, value: &JsValue) -> Result<Option<u32>> {
    let Some(value) = given(value) else { return Ok(None) };
    let seconds = value.as_f64().ok_or_else(|| Error::of_type(range.argument, described(value), range.allowed))?;
    let millis = (seconds * 1000.0).ceil();
    if millis.is_nan() || seconds < 0.0 || range.check(millis as i64).is_err() {
        return Err(Error::value(range.argument, described(value), range.allowed));
    }
    Ok(Some(millis as u32))
}

/// Text.
pub fn text(argument: &str, value: &JsValue) -> Result<Option<String>> {
    let Some(value) = given(value) else { return Ok(None) };
    let text = value.as_string().ok_or_else(|| Error::of_type(argument, described(value), "text (a string)"))?;
    well_formed(argument, &text, value)?;
    Ok(Some(text))
}

/// Text that is not shown when it is none.
pub fn secret(argument: &str, value: &JsValue) -> Result<Option<String>> {
    let Some(value) = given(value) else { return Ok(None) };
    let refused = || Error::of_type(argument, format!("a value of type {}", kind(value)), "text (a string)");
    value.as_string().map(Some).ok_or_else(refused)
}

/// Text that must be there.
pub fn required_text(argument: &str, value: &JsValue) -> Result<String> {
    text(argument, value)?.ok_or_else(|| Error::of_type(argument, "undefined", "text (a string)"))
}

/// Half a surrogate pair would silently become U+FFFD on its way here.
fn well_formed(argument: &str, text: &str, value: &JsValue) -> Result<()> {
    let suspicious = text.contains('\u{fffd}');
    if suspicious && value.dyn_ref::<JsString>().is_some_and(|string| !string.is_valid_utf16()) {
        return Err(Error::value(argument, "text with half of a surrogate pair", "well-formed text"));
    }
    Ok(())
}

/// `true` or `false`.
pub fn flag(argument: &str, value: &JsValue) -> Result<Option<bool>> {
    let Some(value) = given(value) else { return Ok(None) };
    value.as_bool().map(Some).ok_or_else(|| Error::of_type(argument, described(value), "true or false"))
}

/// A `Date`, or text in ISO 8601.
pub fn moment(argument: &str, value: &JsValue) -> Result<Option<Timestamp>> {
    const ALLOWED: &str = "a valid Date between the years 1 and 9999, or text such as 2030-01-02T03:04:05Z";
    const MILLIS: std::ops::RangeInclusive<f64> = -62_135_596_800_000.0..=253_402_300_799_999.0;
    let Some(value) = given(value) else { return Ok(None) };
    if let Some(text) = value.as_string() {
        let moment = Timestamp::from_iso8601(&text);
        return moment.map(Some).ok_or_else(|| Error::value(argument, Quoted(&text), ALLOWED));
    }
    let Some(date) = value.dyn_ref::<Date>() else {
        return Err(Error::of_type(argument, described(value), ALLOWED));
    };
    let millis = date.get_time();
    if !MILLIS.contains(&millis) {
        return Err(Error::value(
            argument,
            if millis.is_nan() { "an invalid Date" } else { "a Date beyond that" },
            ALLOWED,
        ));
    }
    Ok(Some(Timestamp::from_millis(millis as i64)))
}

/// A function.
pub fn function(argument: &str, value: &JsValue) -> Result<Option<Function>> {
    let Some(value) = given(value) else { return Ok(None) };
    value
        .dyn_ref::<Function>()
        .cloned()
        .map(Some)
        .ok_or_else(|| Error::of_type(argument, described(value), "a function"))
}

/// An object's own properties, all of them text.
pub fn pairs(argument: &str, value: &JsValue) -> Result<Vec<(String, String)>> {
    const ALLOWED: &str = "an object whose values are text";
    let Some(value) = given(value) else { return Ok(Vec::new()) };
    let object = plain_object(argument, value, ALLOWED)?;
    let mut pairs = Vec::new();
    for entry in Object::keys(object).iter() {
        let name = required_text(argument, &entry)?;
        let value = property(object, argument, &name)?;
        let Some(text) = value.as_string() else {
            return Err(Error::of_type(argument, format!("{} for {}", described(&value), Quoted(&name)), ALLOWED));
        };
        well_formed(argument, &text, &value)?;
        pairs.push((name, text));
    }
    Ok(pairs)
}

/// An object's own properties as headers; values are not shown in errors.
pub fn headers(value: &JsValue) -> Result<Headers> {
    const ALLOWED: &str = "an object whose values are text";
    let Some(value) = given(value) else { return Ok(Headers::new()) };
    let object = plain_object("headers", value, ALLOWED)?;
    let mut headers = Headers::new();
    for entry in Object::keys(object).iter() {
        let name = required_text("headers", &entry)?;
        let value = property(object, "headers", &name)?.as_string();
        let value =
            value.ok_or_else(|| Error::of_type("headers", format!("another value for {}", Quoted(&name)), ALLOWED))?;
        headers.push((name.to_ascii_lowercase().into(), value));
    }
    Ok(headers)
}

/// An object that is made of its own properties alone: no array, no `Map`, no `Headers`,
/// whose entries would silently be lost. Told by its prototype, since each realm has its own
/// `Object`.
pub fn plain_object<'a>(argument: &str, value: &'a JsValue, allowed: &str) -> Result<&'a Object> {
    let refused = || {
        let class = value.is_object() && !Array::is_array(value) && !value.is_function();
        Error::of_type(argument, if class { "an object of a class".to_owned() } else { described(value) }, allowed)
    };
    let object: &Object = if value.is_object() { value.unchecked_ref() } else { return Err(refused()) };
    let prototype = JsValue::from(Object::get_prototype_of(object));
    let is_plain = prototype.is_null() || JsValue::from(Object::get_prototype_of(&prototype)).is_null();
    if is_plain { Ok(object) } else { Err(refused()) }
}

/// A list of texts.
pub fn texts(argument: &str, value: &JsValue) -> Result<Option<Vec<String>>> {
    let Some(value) = given(value) else { return Ok(None) };
    if !Array::is_array(value) {
        return Err(Error::of_type(argument, described(value), "an array of texts"));
    }
    Array::from(value).iter().map(|item| required_text(argument, &item)).collect::<Result<_>>().map(Some)
}

/// What is to become a message: text, or bytes in any of the usual containers.
pub fn content(value: &JsValue) -> Result<Content> {
    const ALLOWED: &str = "text (a string) or bytes (a Uint8Array or an ArrayBuffer)";
    if let Some(text) = value.as_string() {
        well_formed("content", &text, value)?;
        return Ok(Content::Text(text));
    }
    if ArrayBuffer::is_view(value) {
        // Every view has what this reads of it, a `DataView` too.
        let view: &Uint8Array = value.unchecked_ref();
        let bytes = Uint8Array::new_with_byte_offset_and_length(&view.buffer(), view.byte_offset(), view.byte_length());
        return Ok(Content::Bytes(bytes.to_vec()));
    }
    let tag = Reflect::get(value, &Symbol::to_string_tag()).unwrap_or_default();
    if value.is_object() && tag == "ArrayBuffer" {
        return Ok(Content::Bytes(Uint8Array::new(value).to_vec()));
    }
    Err(Error::of_type("content", described(value), ALLOWED))
}
