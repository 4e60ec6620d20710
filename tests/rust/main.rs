//! The core on the host: known answers, every operation's request and response, and the
//! pipeline with a scripted transport and a clock that the test turns.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

// Not on wasm, for which clippy looks at these tests too: the crates that they use are not for it.
#[cfg(not(target_arch = "wasm32"))]
mod checks;
mod credentials;
mod endpoints;
mod failover;
mod known;
mod leaks;
mod messages;
mod not_from_service;
mod operations;
mod pipeline;
mod planted;
#[cfg(not(target_arch = "wasm32"))]
mod properties;
mod sas;
mod script;
