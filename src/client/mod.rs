//! The Rust API: clients whose methods are the operations of the service.
//!
//! ```no_run
//! # async fn demo<T: azure_queue_wasm::http::Transport + azure_queue_wasm::clock::Clock>(transport: T)
//! # -> azure_queue_wasm::error::Result<()> {
//! use azure_queue_wasm::client::{QueueServiceClient, ReceiveOptions, SendOptions};
//!
//! // In a program that runs as wasm, the transport is `wasm::Fetch::default()`.
//! let service = QueueServiceClient::from_connection_string("UseDevelopmentStorage=true", Default::default(), transport)?;
//! let queue = service.queue_client("orders", Default::default())?;
//! queue.send_message("hello", &SendOptions::default()).await?;
//! let mut pages = queue.receive_messages(ReceiveOptions { messages_per_page: Some(32), ..Default::default() })?;
//! while let Some(page) = pages.next_page().await? {
//!     for message in &page {
//!         queue.delete_message(message, &Default::default()).await?;
//!     }
//! }
//! # Ok(()) }
//! ```

mod account;
mod queue;
mod service;

pub use queue::{
    MessageReceipt, PeekOptions, QueueClient, QueueMessage, ReceiveOptions, ReceivePages, SendOptions,
    UndecodableContent, UpdateOptions,
};
pub use service::{ListPages, QueueServiceClient};
