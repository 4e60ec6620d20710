//! The known answers, and a future that never waits: for the tests in `src/` as well.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use serde_json::Value;

/// The known answers of the fact sheet, but for the rows in `deviations.json`.
pub fn vectors() -> Value {
    let mut vectors = parse(include_str!("../vectors/vectors.json"));
    for (section, rows) in vectors.as_object_mut().expect("sections") {
        with_deviations(section, rows);
    }
    vectors
}

/// The known errors, but for the rows in `deviations.json`.
#[cfg_attr(target_arch = "wasm32", allow(dead_code, reason = "the checks that need them are for the host"))]
pub fn known_errors() -> Value {
    let mut errors = parse(include_str!("../vectors/errors.json"));
    with_deviations("errors.json", &mut errors);
    errors
}

fn parse(text: &str) -> Value {
    serde_json::from_str(text).expect("JSON")
}

/// Replaces values of the rows that differ on purpose. A deviation without its row is a mistake.
fn with_deviations(section: &str, rows: &mut Value) {
    let deviations = parse(include_str!("../vectors/deviations.json"));
    for deviation in deviations[section].as_array().into_iter().flatten() {
        let wanted = deviation["row"].as_object().expect("a row");
        let rows = rows.as_array_mut().expect("rows").iter_mut();
        let mut found: Vec<_> =
            rows.filter(|row| wanted.iter().all(|(name, value)| row[name.as_str()] == *value)).collect();
        assert!(!found.is_empty(), "{deviation}");
        for row in &mut found {
            for (name, value) in deviation["instead"].as_object().expect("values") {
                row[name.as_str()] = value.clone();
            }
        }
    }
}

/// The result of a future that never waits.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}
