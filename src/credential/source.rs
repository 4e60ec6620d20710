//! What the sources of tokens and of shared access signatures return.

use std::future::Future;
use std::pin::Pin;

/// Why a source gave nothing.
pub type Failure = Box<dyn std::error::Error + Send + Sync>;

/// What a source of tokens or of shared access signatures returns.
pub type SourceFuture<T> = Pin<Box<dyn Future<Output = std::result::Result<T, Failure>>>>;
