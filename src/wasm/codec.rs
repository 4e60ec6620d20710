//! The message encodings apart from sending, for contents that are encrypted in between.

use js_sys::Uint8Array;
use wasm_bindgen::prelude::*;

use crate::codec::{Content, MessageEncoding, decode, encode};
use crate::error::{Error, Result};
use crate::limits::Quoted;

use super::call::{Thrown, thrown};
use super::values_in::{content, required_text, text};

/// One of the encodings.
#[wasm_bindgen]
pub struct Codec(MessageEncoding);

#[wasm_bindgen]
impl Codec {
    /// By its name; `undefined` is plain text.
    #[wasm_bindgen(constructor)]
    pub fn new(name: JsValue) -> Thrown<Codec> {
        thrown(read_encoding(&name)).map(Codec)
    }

    /// Turns content into text.
    pub fn encode(&self, value: JsValue) -> Thrown<String> {
        thrown(content(&value).and_then(|content| encode(self.0, &content).map(|text| text.into_owned())))
    }

    /// Turns text into content.
    pub fn decode(&self, value: JsValue) -> Thrown<JsValue> {
        thrown(required_text("content", &value).and_then(|text| decode(self.0, text.into()))).map(|content| {
            match content {
                Content::Text(text) => text.into(),
                Content::Bytes(bytes) => Uint8Array::from(bytes.as_slice()).into(),
            }
        })
    }
}

/// An encoding by its name.
pub fn read_encoding(name: &JsValue) -> Result<MessageEncoding> {
    match text("message_encoding", name)?.as_deref() {
        None | Some("text") => Ok(MessageEncoding::Text),
        Some("base64") => Ok(MessageEncoding::Base64),
        Some("base64-bytes") => Ok(MessageEncoding::Base64Bytes),
        Some(other) => {
            const ALLOWED: &str = "\"text\", \"base64\", \"base64-bytes\" or { encode, decode }";
            Err(Error::value("message_encoding", Quoted(other), ALLOWED))
        }
    }
}
