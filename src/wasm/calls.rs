//! The calls: which request each operation makes of its arguments, and what it returns of
//! the response. All of them go through one promise; an exported `async fn` for each would
//! cost 1.8 kB of wasm apiece.

use wasm_bindgen::prelude::*;

use crate::codec::{ContentRef, MessageEncoding, encode};
use crate::error::{Error, Result};
use crate::http::{Location, Response};
use crate::limits;
use crate::operations::{Request, message, properties, queue, service};
use crate::text::{decimal, fill};

use super::arguments::{content, reference, required_content};
use super::input::Input;
use super::output::Output;
use super::{arguments, results, settings};

/// What a call asks the service for; see `operations/`.
#[wasm_bindgen]
#[derive(Clone, Copy, PartialEq)]
pub enum Operation {
    /// Arguments: metadata.
    CreateQueue,
    /// Arguments: metadata. Returns whether it was created.
    CreateQueueIfNotExists,
    /// Nothing else.
    DeleteQueue,
    /// Returns whether it was deleted.
    DeleteQueueIfExists,
    /// Returns whether it does.
    Exists,
    /// Returns the count of messages and the metadata.
    GetQueueProperties,
    /// Arguments: metadata.
    SetQueueMetadata,
    /// Returns the policies.
    GetQueueAccessPolicy,
    /// Arguments: the policies.
    SetQueueAccessPolicy,
    /// Arguments: encoding, visibility timeout, time to live, content and its size. Returns a page of one message.
    SendMessage,
    /// Arguments: encoding, messages per page, messages in all, visibility timeout. Returns a page.
    ReceiveMessages,
    /// Arguments: encoding, how many. Returns a page.
    PeekMessages,
    /// Arguments: encoding, visibility timeout, id, pop receipt, content and its size. Returns the receipt.
    UpdateMessage,
    /// Arguments: visibility timeout, id, pop receipt. Returns the receipt.
    UpdateVisibilityTimeout,
    /// Arguments: id, pop receipt.
    DeleteMessage,
    /// Nothing else.
    ClearMessages,
    /// Arguments: prefix, whether with metadata, queues per page, marker, endpoint. Returns a page.
    ListQueues,
    /// Returns the settings.
    GetServiceProperties,
    /// Arguments: the settings.
    SetServiceProperties,
    /// Returns the state of the replication.
    GetServiceStats,
    /// Arguments: start, expiry, tenant. Returns the key.
    GetUserDelegationKey,
}

/// How the contents of an operation's messages stand in the queue.
pub fn encoding(operation: Operation, input: &mut Input) -> Result<MessageEncoding> {
    use Operation::*;
    match operation {
        SendMessage | ReceiveMessages | PeekMessages | UpdateMessage => arguments::encoding(input),
        _ => Ok(MessageEncoding::Text),
    }
}

/// What an operation asks of the service; `bytes` is the content of a message that is no text.
pub fn request<'a>(
    operation: Operation,
    queue: &str,
    encoding: MessageEncoding,
    input: &mut Input<'a>,
    bytes: Option<&'a [u8]>,
) -> Result<Request> {
    use Operation::*;
    match operation {
        CreateQueue => queue::create(queue, &input.pairs("metadata")?),
        CreateQueueIfNotExists => queue::create_if_not_exists(queue, &input.pairs("metadata")?),
        DeleteQueue => Ok(queue::delete(queue)),
        DeleteQueueIfExists => Ok(queue::delete_if_exists(queue)),
        Exists => Ok(queue::exists(queue)),
        GetQueueProperties => Ok(queue::get_properties(queue)),
        SetQueueMetadata => queue::set_metadata(queue, &input.pairs("metadata")?),
        GetQueueAccessPolicy => Ok(queue::get_access_policy(queue)),
        SetQueueAccessPolicy => queue::set_access_policy(queue, &settings::policies(input)?),
        SendMessage => {
            let hidden = input.integer(&limits::VISIBILITY_TIMEOUT)?;
            let lives = input.integer(&limits::TIME_TO_LIVE)?;
            let content = required_content(input, bytes, encoding)?;
            let given = given(input, content);
            message::put(queue, &encode(encoding, content)?, &given, hidden, lives)
        }
        ReceiveMessages => {
            let number = input.integer(&limits::MESSAGES_PER_PAGE)?;
            // `js/` counts the messages; here only the range is checked.
            input.integer(&limits::MAX_MESSAGES)?;
            message::get(queue, number, input.integer(&limits::RECEIVE_VISIBILITY_TIMEOUT)?)
        }
        PeekMessages => message::peek(queue, input.integer(&limits::PEEK_MESSAGES)?),
        UpdateMessage | UpdateVisibilityTimeout => {
            const RANGE: limits::Range = limits::VISIBILITY_TIMEOUT;
            let hidden = input.integer(&RANGE)?;
            if operation == UpdateVisibilityTimeout && hidden.is_none() {
                return Err(Error::of_type(RANGE.argument, "undefined", RANGE.allowed));
            }
            let (id, pop_receipt) = reference(input)?;
            let hidden = hidden.unwrap_or_default();
            let Some(content) = content(input, bytes, encoding)? else {
                return message::update(queue, id, pop_receipt, None, hidden);
            };
            let given = given(input, content);
            message::update(queue, id, pop_receipt, Some((&encode(encoding, content)?, &given)), hidden)
        }
        DeleteMessage => reference(input).and_then(|(id, pop_receipt)| message::delete(queue, id, pop_receipt)),
        ClearMessages => Ok(message::clear(queue)),
        ListQueues => {
            let name_starts_with = input.text("name_starts_with")?;
            let include_metadata = input.flag("include_metadata")?.unwrap_or_default();
            let results_per_page = input.integer(&limits::RESULTS_PER_PAGE)?;
            let marker = input.text("continuation_token")?;
            let secondary = input.flag("location")?;
            let name_starts_with = name_starts_with.map(str::to_owned);
            let options = service::ListOptions { name_starts_with, include_metadata, results_per_page };
            let mut request = service::list_queues(&options, marker)?;
            // A sequence of pages stays at the endpoint where it began.
            request.location =
                secondary.map(|secondary| if secondary { Location::Secondary } else { Location::Primary });
            Ok(request)
        }
        GetServiceProperties => Ok(properties::get_properties()),
        SetServiceProperties => properties::set_properties(&settings::properties(input)?),
        GetServiceStats => Ok(service::get_stats()),
        GetUserDelegationKey => {
            let start = input.moment("start")?;
            let expiry = input.moment("expiry")?.ok_or_else(|| Error::of_type("expiry", "undefined", "a Date"))?;
            service::get_user_delegation_key(start, expiry, input.text("delegated_user_tenant_id")?)
        }
    }
}

/// What an operation returns.
pub fn result(operation: Operation, encoding: MessageEncoding, response: &Response) -> Result<JsValue> {
    use Operation::*;
    let mut out = Output::default();
    match operation {
        CreateQueue => queue::create_response(response)?,
        CreateQueueIfNotExists => return queue::create_if_not_exists_response(response).map(JsValue::from),
        DeleteQueueIfExists => return queue::delete_if_exists_response(response).map(JsValue::from),
        Exists => return queue::exists_response(response).map(JsValue::from),
        GetQueueProperties => results::queue_properties(&mut out, &queue::get_properties_response(response)?),
        GetQueueAccessPolicy => results::policies(&mut out, &queue::get_access_policy_response(response)?),
        SendMessage => results::message(&mut out, message::put_response(response)?, MessageEncoding::Text),
        ReceiveMessages => results::messages(&mut out, message::get_response(response)?, encoding),
        PeekMessages => results::messages(&mut out, message::peek_response(response)?, encoding),
        UpdateMessage | UpdateVisibilityTimeout => {
            let receipt = message::update_response(response)?;
            out.text(&receipt.pop_receipt);
            out.moment(Some(receipt.next_visible_on));
        }
        ListQueues => results::queues(&mut out, response)?,
        GetServiceProperties => results::service_properties(&mut out, &properties::get_properties_response(response)?),
        GetServiceStats => {
            let stats = service::get_stats_response(response)?;
            out.text(&stats.status);
            out.moment(stats.last_sync_time);
        }
        GetUserDelegationKey => {
            results::user_delegation_key(&mut out, &service::get_user_delegation_key_response(response)?);
        }
        DeleteQueue | SetQueueMetadata | SetQueueAccessPolicy | DeleteMessage | ClearMessages
        | SetServiceProperties => return Ok(JsValue::UNDEFINED),
    }
    Ok(out.finish())
}

/// The size of content, in words, should somebody ask; where `js/` has encoded or encrypted it, it tells the bytes that
/// were given.
fn given(input: &mut Input, content: ContentRef<'_>) -> impl Fn() -> String {
    let size = input.size();
    move || size.map_or_else(|| content.described(), |bytes| fill("{} bytes", &[&decimal(bytes)]))
}
