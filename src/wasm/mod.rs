//! The only room that knows JavaScript.

mod fetch;

#[cfg(feature = "npm")]
mod account;
#[cfg(feature = "npm")]
mod call;
#[cfg(feature = "npm")]
mod codec;
#[cfg(feature = "npm")]
mod credential;
#[cfg(feature = "npm")]
mod queue_core;
#[cfg(feature = "npm")]
mod sas;
#[cfg(feature = "npm")]
mod service_core;
#[cfg(feature = "npm")]
mod settings;
#[cfg(feature = "npm")]
mod values_in;
#[cfg(feature = "npm")]
mod values_out;

pub use fetch::{Fetch, Hooks};
#[cfg(feature = "npm")]
pub use {queue_core::QueueCore, service_core::ServiceCore};
