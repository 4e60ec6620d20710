//! Time and random numbers.

use crate::error::Error;
use crate::http::Fault;
use crate::retry::FailedAttempt;
use crate::time::Timestamp;

/// Time and chance, which tests turn by hand.
#[allow(async_fn_in_trait, reason = "wasm has one thread: nothing here is Send")]
pub trait Clock {
    /// The time now.
    fn now(&self) -> Timestamp;
    /// A number from 0 to below 1, for jitter and request ids.
    fn random(&self) -> f64;
    /// The result of `work`, or a fault when it takes longer than `millis` or the caller aborts.
    async fn within<T>(&self, millis: u32, work: impl Future<Output = T>) -> Result<T, Fault>;
    /// Milliseconds until the next attempt, or `None` for no other one: where the caller
    /// decides about that, and not the policy.
    fn choose(&self, failed: &FailedAttempt<'_>) -> Result<Option<u32>, Fault> {
        Ok(failed.wait)
    }
    /// Waits `millis` milliseconds after attempt number `attempt`, which failed with `because`.
    async fn pause(&self, millis: u32, attempt: u32, because: &Error) -> Result<(), Fault>;
}
