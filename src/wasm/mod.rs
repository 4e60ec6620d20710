//! The only module that knows JavaScript.

mod fetch;

#[cfg(feature = "npm")]
mod arguments;
#[cfg(feature = "npm")]
mod call;
#[cfg(feature = "npm")]
mod calls;
#[cfg(feature = "npm")]
mod core;
#[cfg(feature = "npm")]
mod credential;
#[cfg(feature = "npm")]
mod input;
#[cfg(feature = "npm")]
mod making;
#[cfg(feature = "npm")]
mod output;
#[cfg(feature = "npm")]
mod results;
#[cfg(feature = "npm")]
mod settings;

pub use fetch::{Fetch, Hooks};
#[cfg(feature = "npm")]
pub use {call::judge, call::send, calls::Operation, core::Core};
