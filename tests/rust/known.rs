//! The known answers, and a future that never waits: for the tests in `src/` as well.

use std::future::Future;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

/// The known answers, as the fact sheet has them.
pub fn vectors() -> serde_json::Value {
    serde_json::from_str(include_str!("../vectors/vectors.json")).expect("vectors.json")
}

/// The result of a future that never waits.
pub fn ready<T>(future: impl Future<Output = T>) -> T {
    match pin!(future).poll(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(value) => value,
        Poll::Pending => panic!("the future waits"),
    }
}
