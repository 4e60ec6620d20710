//! The client for an account.

use crate::clock::Clock;
use crate::codec::MessageEncoding;
use crate::credential::{Credential, UserDelegationKey};
use crate::error::Result;
use crate::http::{Location, Transport};
use crate::operations::properties::{self, ServiceProperties};
use crate::operations::service::{self, ListOptions, QueueItem, ServiceStats};
use crate::operations::{Request, queue::Metadata};
use crate::pipeline::{CallOptions, ClientOptions, Pipeline};
use crate::time::Timestamp;

use super::account::Account;
use super::queue::QueueClient;

/// A client for the queue service of an account.
pub struct QueueServiceClient<T> {
    account: Account<T>,
}

impl<T: Transport + Clock> QueueServiceClient<T> {
    /// From an account URL, with or without a SAS in it.
    pub fn new(account_url: &str, credential: Credential, options: ClientOptions, transport: T) -> Result<Self> {
        Ok(QueueServiceClient { account: Account::from_url(account_url, credential, options, transport)? })
    }

    /// From a connection string.
    pub fn from_connection_string(connection_string: &str, options: ClientOptions, transport: T) -> Result<Self> {
        Ok(QueueServiceClient { account: Account::from_connection_string(connection_string, options, transport)? })
    }

    /// A client for one queue, which need not exist yet.
    pub fn queue_client(&self, queue_name: &str, encoding: MessageEncoding) -> Result<QueueClient<T>> {
        QueueClient::open(self.account.fork(), queue_name, encoding)
    }

    /// Where the account is, and which endpoint is used.
    pub fn pipeline(&self) -> &Pipeline {
        &self.account.pipeline
    }

    /// Puts another shared access signature in the place of the one in use, for all clients
    /// of the account that were made from one another.
    pub fn update_sas(&self, sas: &str) -> Result<()> {
        self.account.update_sas(sas)
    }

    /// Creates a queue and returns a client for it.
    pub async fn create_queue(
        &self,
        queue_name: &str,
        metadata: &Metadata,
        call: &CallOptions,
    ) -> Result<QueueClient<T>> {
        let queue = self.queue_client(queue_name, MessageEncoding::default())?;
        queue.create_queue(metadata, call).await?;
        Ok(queue)
    }

    /// Deletes a queue with all its messages.
    pub async fn delete_queue(&self, queue_name: &str, call: &CallOptions) -> Result<()> {
        self.queue_client(queue_name, MessageEncoding::default())?.delete_queue(call).await
    }

    /// The account's queues, page by page; begins after `marker`, when there is one.
    pub fn list_queues(
        &self,
        options: ListOptions,
        marker: Option<String>,
        call: CallOptions,
    ) -> Result<ListPages<'_, T>> {
        service::list_queues(&options, None)?;
        Ok(ListPages { account: &self.account, options, call, next: Some(marker), location: None })
    }

    /// The settings of the queue service.
    pub async fn get_service_properties(&self, call: &CallOptions) -> Result<ServiceProperties> {
        let answer = self.account.run(properties::get_properties(), call).await?;
        answer.read(properties::get_properties_response)
    }

    /// Changes settings of the queue service; a part that is `None` stays as it is.
    pub async fn set_service_properties(&self, properties: &ServiceProperties, call: &CallOptions) -> Result<()> {
        self.account.run(properties::set_properties(properties)?, call).await.map(drop)
    }

    /// How far the secondary endpoint is behind.
    pub async fn get_service_stats(&self, call: &CallOptions) -> Result<ServiceStats> {
        let answer = self.account.run(service::get_stats(), call).await?;
        answer.read(service::get_stats_response)
    }

    /// A key with which shared access signatures can be signed in place of the account key.
    pub async fn get_user_delegation_key(
        &self,
        start: Option<Timestamp>,
        expiry: Timestamp,
        delegated_user_tenant: Option<&str>,
        call: &CallOptions,
    ) -> Result<UserDelegationKey> {
        let request = service::get_user_delegation_key(start, expiry, delegated_user_tenant)?;
        let answer = self.account.run(request, call).await?;
        answer.read(service::get_user_delegation_key_response)
    }
}

/// The pages of a list. All come from the endpoint that the first one came from.
pub struct ListPages<'a, T> {
    account: &'a Account<T>,
    options: ListOptions,
    call: CallOptions,
    /// The marker to go on from; the outer `None` is the end.
    next: Option<Option<String>>,
    location: Option<Location>,
}

impl<T: Transport + Clock> ListPages<'_, T> {
    /// The next page, or `None` after the last one. A page that failed can be asked for again.
    pub async fn next_page(&mut self) -> Result<Option<Vec<QueueItem>>> {
        let Some(marker) = &self.next else { return Ok(None) };
        let request = service::list_queues(&self.options, marker.as_deref())?;
        let answer = self.account.run(Request { location: self.location, ..request }, &self.call).await?;
        let page = answer.read(service::list_queues_response)?;
        self.location = answer.location();
        self.next = page.next_marker.map(Some);
        Ok(Some(page.queues))
    }

    /// Where the next page begins; `None` at the beginning and after the last one.
    pub fn marker(&self) -> Option<&str> {
        self.next.as_ref()?.as_deref()
    }
}
