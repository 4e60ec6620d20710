//! The client for a queue.

use std::borrow::Cow;

use crate::clock::Clock;
use crate::codec::{Content, ContentRef, MessageEncoding, decode, encode};
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::http::Transport;
use crate::limits;
use crate::operations::message::{self, RawMessage, UpdateReceipt};
use crate::operations::queue::{self, AccessPolicy, Metadata, QueueProperties};
use crate::pipeline::{CallOptions, ClientOptions, Pipeline};
use crate::time::Timestamp;

use super::account::Account;

/// A client for one queue.
pub struct QueueClient<T> {
    account: Account<T>,
    name: String,
    encoding: MessageEncoding,
}

/// How a message is sent.
#[derive(Clone, Debug, Default)]
pub struct SendOptions {
    /// Seconds until it becomes visible: 0 to 604800; 0 by default.
    pub visibility_timeout: Option<i64>,
    /// Seconds until it is removed by itself, or -1 for never; 7 days by default.
    pub time_to_live: Option<i64>,
    /// What every call can be told.
    pub call: CallOptions,
}

/// How messages are received.
#[derive(Clone, Debug, Default)]
pub struct ReceiveOptions {
    /// Seconds for which they are hidden from others: 1 to 604800; 30 by default.
    pub visibility_timeout: Option<i64>,
    /// Messages per request: 1 to 32. Default: with `max_messages` as many as are left, at most 32; otherwise 1.
    pub messages_per_page: Option<i64>,
    /// Messages in all, from 0 on. The last page asks only for what is left, also where `messages_per_page` is larger.
    /// Default: until the queue has none to give.
    pub max_messages: Option<i64>,
    /// What every call can be told.
    pub call: CallOptions,
}

/// How messages are peeked at.
#[derive(Clone, Debug, Default)]
pub struct PeekOptions {
    /// How many: 1 to 32; 1 by default.
    pub max_messages: Option<i64>,
    /// What every call can be told.
    pub call: CallOptions,
}

/// How a message is updated.
#[derive(Clone, Debug, Default)]
pub struct UpdateOptions {
    /// The new content. Default: it stays as it is. The content of a [`QueueMessage`] that is given to
    /// [`update_message`](QueueClient::update_message) is never sent.
    pub content: Option<Content>,
    /// Seconds until it becomes visible again: 0 to 604800; 0 by default.
    pub visibility_timeout: Option<i64>,
    /// What every call can be told.
    pub call: CallOptions,
}

/// A message. What it has depends on where it comes from.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueMessage {
    /// The message's id.
    pub id: String,
    /// Its content, or why it could not be decoded; `None` on a message just sent.
    pub content: Option<std::result::Result<Content, UndecodableContent>>,
    /// When it was added.
    pub inserted_on: Option<Timestamp>,
    /// When it is removed by itself.
    pub expires_on: Option<Timestamp>,
    /// How often it was received; not when sent.
    pub dequeue_count: Option<u32>,
    /// What updating and deleting need; not when peeked.
    pub pop_receipt: Option<String>,
    /// When it becomes visible (again); not when peeked.
    pub next_visible_on: Option<Timestamp>,
}

/// A message's text that its encoding cannot read.
#[derive(Clone, Debug, PartialEq)]
pub struct UndecodableContent {
    /// The text as it stands in the queue.
    pub raw: String,
    /// Why it cannot be decoded.
    pub error: Error,
}

/// What updating and deleting need of a message.
#[derive(Clone, Copy, Debug)]
pub struct MessageReceipt<'a> {
    /// The message's id.
    pub id: &'a str,
    /// The pop receipt of the latest receive or update.
    pub pop_receipt: &'a str,
}

impl<'a> From<&'a QueueMessage> for MessageReceipt<'a> {
    fn from(message: &'a QueueMessage) -> Self {
        MessageReceipt { id: &message.id, pop_receipt: message.pop_receipt.as_deref().unwrap_or_default() }
    }
}

impl<T: Transport + Clock> QueueClient<T> {
    /// From an account URL, with or without a SAS in it, and the queue's name.
    pub fn new(
        account_url: &str,
        queue_name: &str,
        credential: Credential,
        options: ClientOptions,
        transport: T,
    ) -> Result<Self> {
        let account = Account::from_url(account_url, credential, options, transport)?;
        QueueClient::open(account, queue_name, MessageEncoding::default())
    }

    /// From the full URL of a queue.
    pub fn from_queue_url(
        queue_url: &str,
        credential: Credential,
        options: ClientOptions,
        transport: T,
    ) -> Result<Self> {
        let (endpoint, queue_name, sas) = Endpoint::from_queue_url(queue_url)?;
        let pipeline = Pipeline::new(endpoint, credential.or_sas(sas), options)?;
        QueueClient::open(Account { pipeline, transport: transport.into() }, &queue_name, MessageEncoding::default())
    }

    /// From a connection string and the queue's name.
    pub fn from_connection_string(
        connection_string: &str,
        queue_name: &str,
        options: ClientOptions,
        transport: T,
    ) -> Result<Self> {
        let account = Account::from_connection_string(connection_string, options, transport)?;
        QueueClient::open(account, queue_name, MessageEncoding::default())
    }

    /// The same queue, its messages encoded otherwise.
    pub fn with_encoding(mut self, encoding: MessageEncoding) -> Self {
        self.encoding = encoding;
        self
    }

    pub(super) fn open(account: Account<T>, queue_name: &str, encoding: MessageEncoding) -> Result<Self> {
        limits::queue_name(queue_name)?;
        Ok(QueueClient { account, name: queue_name.to_owned(), encoding })
    }

    /// The queue's name.
    pub fn queue_name(&self) -> &str {
        &self.name
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

    /// Creates the queue.
    pub async fn create_queue(&self, metadata: &Metadata, call: &CallOptions) -> Result<()> {
        let answer = self.account.run(queue::create(&self.name, metadata)?, call).await?;
        answer.read(queue::create_response)
    }

    /// Creates the queue where there is none; tells whether it did.
    pub async fn create_queue_if_not_exists(&self, metadata: &Metadata, call: &CallOptions) -> Result<bool> {
        let answer = self.account.run(queue::create_if_not_exists(&self.name, metadata)?, call).await?;
        answer.read(queue::create_if_not_exists_response)
    }

    /// Deletes the queue with all its messages.
    pub async fn delete_queue(&self, call: &CallOptions) -> Result<()> {
        self.account.run(queue::delete(&self.name), call).await.map(drop)
    }

    /// Deletes the queue if it exists; tells whether it did.
    pub async fn delete_queue_if_exists(&self, call: &CallOptions) -> Result<bool> {
        let answer = self.account.run(queue::delete_if_exists(&self.name), call).await?;
        answer.read(queue::delete_if_exists_response)
    }

    /// Whether the queue exists.
    pub async fn exists(&self, call: &CallOptions) -> Result<bool> {
        let answer = self.account.run(queue::exists(&self.name), call).await?;
        answer.read(queue::exists_response)
    }

    /// The queue's metadata, and how many messages it has about.
    pub async fn get_queue_properties(&self, call: &CallOptions) -> Result<QueueProperties> {
        let answer = self.account.run(queue::get_properties(&self.name), call).await?;
        answer.read(queue::get_properties_response)
    }

    /// Replaces the queue's metadata.
    pub async fn set_queue_metadata(&self, metadata: &Metadata, call: &CallOptions) -> Result<()> {
        self.account.run(queue::set_metadata(&self.name, metadata)?, call).await.map(drop)
    }

    /// The queue's stored access policies, by their ids.
    pub async fn get_queue_access_policy(&self, call: &CallOptions) -> Result<Vec<(String, AccessPolicy)>> {
        let answer = self.account.run(queue::get_access_policy(&self.name), call).await?;
        answer.read(queue::get_access_policy_response)
    }

    /// Replaces the queue's stored access policies.
    pub async fn set_queue_access_policy(&self, policies: &[(String, AccessPolicy)], call: &CallOptions) -> Result<()> {
        self.account.run(queue::set_access_policy(&self.name, policies)?, call).await.map(drop)
    }

    /// Adds a message at the end of the queue.
    pub async fn send_message(&self, content: impl Into<Content>, options: &SendOptions) -> Result<QueueMessage> {
        let content = content.into();
        let text = encode(self.encoding, &content)?;
        let request =
            message::put(&self.name, &text, &given(&content), options.visibility_timeout, options.time_to_live)?;
        let answer = self.account.run(request, &options.call).await?;
        let sent = self.message(answer.read(message::put_response)?);
        Ok(QueueMessage { content: Some(Ok(content)), ..sent })
    }

    /// Receives one message; `None` when there is none to be seen.
    pub async fn receive_message(
        &self,
        visibility_timeout: Option<i64>,
        call: &CallOptions,
    ) -> Result<Option<QueueMessage>> {
        let answer = self.account.run(message::get(&self.name, Some(1), visibility_timeout)?, call).await?;
        Ok(answer.read(message::get_response)?.into_iter().next().map(|message| self.message(message)))
    }

    /// Receives messages page by page, until the queue has none to give or enough came.
    pub fn receive_messages(&self, options: ReceiveOptions) -> Result<ReceivePages<'_, T>> {
        message::get(&self.name, options.messages_per_page, options.visibility_timeout)?;
        let left = options.max_messages.map(|max| limits::MAX_MESSAGES.check(max)).transpose()?;
        Ok(ReceivePages { queue: self, left, options })
    }

    /// Looks at messages at the front of the queue without hiding them.
    pub async fn peek_messages(&self, options: &PeekOptions) -> Result<Vec<QueueMessage>> {
        let answer = self.account.run(message::peek(&self.name, options.max_messages)?, &options.call).await?;
        Ok(answer.read(message::peek_response)?.into_iter().map(|message| self.message(message)).collect())
    }

    /// Changes a message's content, its visibility timeout, or both.
    pub async fn update_message(
        &self,
        message: impl Into<MessageReceipt<'_>>,
        options: &UpdateOptions,
    ) -> Result<UpdateReceipt> {
        let MessageReceipt { id, pop_receipt } = message.into();
        let text = options.content.as_ref().map(|content| encode(self.encoding, content)).transpose()?;
        let given = options.content.as_ref().map(given);
        let text = text.as_ref().zip(given.as_ref()).map(|(text, given)| (text.as_ref(), given as &dyn Fn() -> String));
        let hidden = options.visibility_timeout.unwrap_or_default();
        let request = message::update(&self.name, id, pop_receipt, text, hidden)?;
        let answer = self.account.run(request, &options.call).await?;
        answer.read(message::update_response)
    }

    /// Deletes a message that was received.
    pub async fn delete_message(&self, message: impl Into<MessageReceipt<'_>>, call: &CallOptions) -> Result<()> {
        let MessageReceipt { id, pop_receipt } = message.into();
        self.account.run(message::delete(&self.name, id, pop_receipt)?, call).await.map(drop)
    }

    /// Deletes all messages of the queue.
    pub async fn clear_messages(&self, call: &CallOptions) -> Result<()> {
        self.account.run(message::clear(&self.name), call).await.map(drop)
    }

    /// A message of its own, its content decoded: one that cannot be decoded harms no other.
    fn message(&self, raw: RawMessage<'_>) -> QueueMessage {
        let content = raw.text.map(|text| {
            let kept = text.clone();
            decode(self.encoding, text).map_err(|error| UndecodableContent { raw: kept.into_owned(), error })
        });
        QueueMessage {
            id: raw.id.into_owned(),
            content,
            inserted_on: raw.inserted_on,
            expires_on: raw.expires_on,
            dequeue_count: raw.dequeue_count,
            pop_receipt: raw.pop_receipt.map(Cow::into_owned),
            next_visible_on: raw.next_visible_on,
        }
    }
}

/// The pages of a receive.
pub struct ReceivePages<'a, T> {
    queue: &'a QueueClient<T>,
    options: ReceiveOptions,
    /// Messages until `max_messages`.
    left: Option<i64>,
}

impl<T: Transport + Clock> ReceivePages<'_, T> {
    /// The next page, or `None` when the queue has none to give or enough came.
    pub async fn next_page(&mut self) -> Result<Option<Vec<QueueMessage>>> {
        if self.left.is_some_and(|left| left <= 0) {
            return Ok(None);
        }
        let number = message::page_size(self.options.messages_per_page, self.left);
        let request = message::get(&self.queue.name, number, self.options.visibility_timeout)?;
        let answer = self.queue.account.run(request, &self.options.call).await?;
        let messages = answer.read(message::get_response)?;
        self.left = self.left.map(|left| left - messages.len() as i64);
        let page: Vec<_> = messages.into_iter().map(|message| self.queue.message(message)).collect();
        Ok(Some(page).filter(|page| !page.is_empty()))
    }
}

/// The size of content in words, should somebody ask.
fn given(content: &Content) -> impl Fn() -> String {
    move || ContentRef::from(content).described()
}
