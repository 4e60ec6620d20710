//! Azure Queue Storage for programs that run as WebAssembly: in browsers, workers, Node,
//! Deno, Bun and Cloudflare.
//!
//! The floors of the house, each standing only on those below it: [`wasm`] (the platform's
//! `fetch` and everything else of JavaScript), [`client`], [`pipeline`], then
//! [`operations`], [`retry`], [`clock_skew`] and [`connection_string`], then [`credential`]
//! and [`endpoint`], then [`codec`], [`http`] and the XML, and [`error`] under all of them.
//! Everything but `wasm` runs on any host, with any [`http::Transport`]. Secrets leave
//! `credential` closed: what carries them through can neither read nor print them.

pub mod client;
pub mod clock_skew;
pub mod codec;
pub mod connection_string;
pub mod credential;
pub mod endpoint;
pub mod error;
pub mod http;
pub mod limits;
pub mod operations;
pub mod percent;
pub mod pipeline;
pub mod retry;
#[cfg(test)]
#[path = "../tests/rust/known.rs"]
mod testing;
mod text;
pub mod time;
#[cfg(target_arch = "wasm32")]
pub mod wasm;
mod xml;

/// Only the npm package's: a Rust program chooses its own.
#[cfg(all(target_arch = "wasm32", feature = "npm"))]
#[global_allocator]
static ALLOCATOR: rlsf::SmallGlobalTlsf = rlsf::SmallGlobalTlsf::new();
