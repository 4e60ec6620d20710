//! Help for the tests of this crate.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The known answers, as the fact sheet has them.
pub fn vectors() -> serde_json::Value {
    serde_json::from_str(include_str!("../tests/vectors/vectors.json")).expect("vectors.json")
}

/// The known answers about errors.
pub fn error_cases() -> Vec<serde_json::Value> {
    serde_json::from_str(include_str!("../tests/vectors/errors.json")).expect("errors.json")
}

/// The result of a future that never waits.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}
