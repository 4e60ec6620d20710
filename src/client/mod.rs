//! The Rust API: clients whose methods are the operations of the service.
//!
//! ```no_run
//! # async fn demo<T: azure_queue_wasm::http::Transport + azure_queue_wasm::http::Clock>(transport: T)
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

mod queue;
mod service;

use std::rc::Rc;

pub use queue::{
    MessageReceipt, PeekOptions, QueueClient, QueueMessage, ReceiveOptions, ReceivePages, SendOptions,
    UndecodableContent, UpdateOptions,
};
pub use service::{ListPages, QueueServiceClient};

use crate::connection_string::ConnectionString;
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::Result;
use crate::http::{Clock, Request, Transport};
use crate::pipeline::{Answer, CallOptions, ClientOptions, Pipeline};

/// An account and what carries requests to it; clients of the same account share one.
struct Account<T> {
    pipeline: Pipeline,
    transport: Rc<T>,
}

impl<T: Transport + Clock> Account<T> {
    fn from_url(account_url: &str, credential: Credential, options: ClientOptions, transport: T) -> Result<Self> {
        let (endpoint, sas) = Endpoint::from_account_url(account_url)?;
        let pipeline = Pipeline::new(endpoint, credential.or_sas(sas), options)?;
        Ok(Account { pipeline, transport: Rc::new(transport) })
    }

    fn from_connection_string(connection_string: &str, options: ClientOptions, transport: T) -> Result<Self> {
        let (endpoint, credential) = ConnectionString::parse(connection_string)?.with_credential(None)?;
        Ok(Account { pipeline: Pipeline::new(endpoint, credential, options)?, transport: Rc::new(transport) })
    }

    fn fork(&self) -> Self {
        Account { pipeline: self.pipeline.fork(), transport: Rc::clone(&self.transport) }
    }

    async fn run(&self, request: Request, call: &CallOptions) -> Result<Answer> {
        self.pipeline.execute(&*self.transport, request, call.clone()).await
    }

    fn update_sas(&self, sas: &str) -> Result<()> {
        self.pipeline.update_sas(sas, self.transport.now())
    }
}
