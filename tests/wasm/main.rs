//! The bindings inside a JavaScript engine: values in, values out, and the platform's `fetch`.
#![cfg(target_arch = "wasm32")]
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod transport;
mod values;

use js_sys::{Function, Object, Reflect};
use wasm_bindgen::prelude::*;

/// A `fetch` that notes its arguments in `globalThis.seen` and gives this answer.
fn fetch_answering(answer: &str) -> Function {
    Function::new_with_args("url, init", &format!("globalThis.seen = {{ url, init }}; {answer}"))
}

/// A property of what the latest `fetch` was called with, by its path.
fn seen(path: &[&str]) -> JsValue {
    let seen = get(&js_sys::global(), "seen");
    path.iter().fold(seen, |value, name| get(&value, name))
}

fn get(value: &JsValue, name: &str) -> JsValue {
    Reflect::get(value, &name.into()).expect("an object")
}

fn object(properties: &[(&str, JsValue)]) -> JsValue {
    let object = Object::new();
    for (name, value) in properties {
        Reflect::set(&object, &(*name).into(), value).expect("a plain object");
    }
    object.into()
}
