//! Azure Queue Storage for programs that run as WebAssembly: in browsers, workers, Node,
//! Deno, Bun and Cloudflare.
//!
//! Each module imports modules of its own line or further down this list, and no two import each other:
//!
//! 1. [`wasm`]: the platform's `fetch`, and everything else of JavaScript
//! 2. [`client`]
//! 3. [`pipeline`]: one call with its attempts
//! 4. [`operations`], [`connection_string`], [`endpoint`], [`clock_skew`]
//! 5. [`credential`]: the only module that handles secrets
//! 6. [`clock`], [`retry`]
//! 7. [`http`], [`codec`], `xml`
//! 8. [`redaction`], [`limits`]
//! 9. [`error`], [`time`], [`percent`], `text`
//!
//! Everything but `wasm` runs on any host, with any [`http::Transport`].

pub mod client;
pub mod clock;
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
pub mod redaction;
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
