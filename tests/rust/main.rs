//! The core on the host: known answers, every operation's request and response, and the
//! pipeline with a scripted transport and a clock that the test turns.
#![allow(clippy::expect_used, clippy::indexing_slicing, clippy::panic, clippy::unwrap_used)]

mod credentials;
mod endpoints;
mod failover;
mod known;
mod leaks;
mod messages;
mod operations;
mod pipeline;
mod planted;
mod sas;
mod script;
