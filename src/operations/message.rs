//! Operations on the messages of a queue.

use std::borrow::Cow;

use crate::credential::Rights;
use crate::error::{Error, Result};
use crate::http::{Method, ReadHeaders, Response};
use crate::limits::{self, quoted};
use crate::retry::Repeat;
use crate::text::{decimal, fill, small_number};
use crate::time::Timestamp;
use crate::xml::{Reader, Writer, broken};

use super::operation::{Operation, Request, required_header};

/// A message as the service returns it; which fields it has depends on the operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct RawMessage<'a> {
    /// The message's id.
    pub id: Cow<'a, str>,
    /// When it was added.
    pub inserted_on: Option<Timestamp>,
    /// When it is removed by itself.
    pub expires_on: Option<Timestamp>,
    /// What updating and deleting need; not when peeked.
    pub pop_receipt: Option<Cow<'a, str>>,
    /// When it becomes visible (again); not when peeked.
    pub next_visible_on: Option<Timestamp>,
    /// How often it was received; not when sent.
    pub dequeue_count: Option<u32>,
    /// Its text, encoded as it was sent; not when sent.
    pub text: Option<Cow<'a, str>>,
}

/// What Update Message returns.
#[derive(Clone, Debug, PartialEq)]
pub struct UpdateReceipt {
    /// The pop receipt that is valid from now on.
    pub pop_receipt: String,
    /// When the message becomes visible again.
    pub next_visible_on: Timestamp,
}

const PUT: Operation = Operation {
    repeat: Repeat::Unsafe(
        "The message may have been added to the queue: peek to find out. If it is sent again it may be there twice, \
        which receivers can tell by an id in its content.",
    ),
    ..Operation::returning_xml(Method::Post, &[201], Rights::of("a", "o", "a"))
};
/// A write, for it hides what it returns.
const GET: Operation = Operation {
    repeat: Repeat::Unsafe(
        "Messages may have been received that nobody saw: they are hidden until their visibility timeout ends, and \
        come back then with a dequeue count that is one higher.",
    ),
    ..Operation::returning_xml(Method::Get, &[200], Rights::of("p", "o", "p"))
};
const PEEK: Operation = Operation {
    parameters: &[("peekonly", "true")],
    ..Operation::returning_xml(Method::Get, &[200], Rights::of("r", "o", "r"))
};
const UPDATE: Operation = Operation {
    repeat: Repeat::Unsafe(
        "The message may have been updated, and has another pop receipt then: an update or delete with the old one \
        will say so (404). It comes back when its visibility timeout ends.",
    ),
    reads_headers: ReadHeaders::Receipt,
    ..Operation::new(Method::Put, &[204], Rights::of("u", "o", "u"))
};
const DELETE: Operation =
    Operation { done_when: &["MessageNotFound"], ..Operation::new(Method::Delete, &[204], Rights::of("p", "o", "p")) };
const CLEAR: Operation = Operation::new(Method::Delete, &[204], Rights::of("", "o", "d"));

/// [Put Message](https://learn.microsoft.com/rest/api/storageservices/put-message).
/// `given` tells the size of the content before it was encoded, for the error.
pub fn put(
    queue: &str,
    text: &str,
    given: &dyn Fn() -> String,
    visibility_timeout: Option<i64>,
    time_to_live: Option<i64>,
) -> Result<Request> {
    limits::message_text(text, given)?;
    let visibility_timeout = visibility_timeout.map(|seconds| limits::VISIBILITY_TIMEOUT.check(seconds)).transpose()?;
    if let Some(seconds) = time_to_live {
        limits::TIME_TO_LIVE.check(seconds)?;
        if seconds == 0 {
            return Err(Error::value("time_to_live", 0, limits::TIME_TO_LIVE.allowed));
        }
        if seconds > 0 && visibility_timeout.is_some_and(|hidden| hidden >= seconds) {
            return Err(Error::value(
                "visibility_timeout",
                visibility_timeout.unwrap_or_default(),
                &fill("less than the time to live, which is {}", &[&decimal(seconds)]),
            ));
        }
    }
    let mut request = Request::of(&PUT, messages_path(queue));
    request.number("visibilitytimeout", visibility_timeout);
    request.number("messagettl", time_to_live);
    request.xml(message_xml(text));
    Ok(request)
}

/// The one message that was added, without its text.
pub fn put_response(response: &Response) -> Result<RawMessage<'_>> {
    let messages = read(response, Some(Returned::Sent))?;
    messages.into_iter().next().ok_or_else(|| broken("it names no message"))
}

/// [Get Messages](https://learn.microsoft.com/rest/api/storageservices/get-messages): a
/// write, for it hides what it returns.
pub fn get(queue: &str, number: Option<i64>, visibility_timeout: Option<i64>) -> Result<Request> {
    let number = number.map(|number| limits::MESSAGES_PER_PAGE.check(number)).transpose()?;
    let visibility_timeout =
        visibility_timeout.map(|seconds| limits::RECEIVE_VISIBILITY_TIMEOUT.check(seconds)).transpose()?;
    let mut request = Request::of(&GET, messages_path(queue));
    request.number("numofmessages", number);
    request.number("visibilitytimeout", visibility_timeout);
    Ok(request)
}

/// How many messages the next page of a receive asks for; `None` leaves it to the service, which sends one. A page holds
/// no more than what is left, because messages that are received and not delivered stay hidden.
pub fn page_size(per_page: Option<i64>, left: Option<i64>) -> Option<i64> {
    let most = per_page.or(left.map(|_| limits::MESSAGES_PER_PAGE.max))?;
    Some(left.map_or(most, |left| most.min(left)))
}

/// [Peek Messages](https://learn.microsoft.com/rest/api/storageservices/peek-messages).
pub fn peek(queue: &str, number: Option<i64>) -> Result<Request> {
    let number = number.map(|number| limits::PEEK_MESSAGES.check(number)).transpose()?;
    let mut request = Request::of(&PEEK, messages_path(queue));
    request.number("numofmessages", number);
    Ok(request)
}

/// The messages of Get Messages.
pub fn get_response(response: &Response) -> Result<Vec<RawMessage<'_>>> {
    read(response, Some(Returned::Received))
}

/// The messages of Peek Messages.
pub fn peek_response(response: &Response) -> Result<Vec<RawMessage<'_>>> {
    read(response, Some(Returned::Peeked))
}

/// Messages of any operation, with the elements that the response has.
pub fn read_messages(response: &Response) -> Result<Vec<RawMessage<'_>>> {
    read(response, None)
}

/// The operation that returned a message.
#[derive(Clone, Copy, PartialEq)]
enum Returned {
    Sent,
    Received,
    Peeked,
}

fn read(response: &Response, returned: Option<Returned>) -> Result<Vec<RawMessage<'_>>> {
    let mut messages = Vec::new();
    let mut xml = Reader::open(&response.body, "QueueMessagesList");
    while let Some(name) = xml.child() {
        match name {
            "QueueMessage" => messages.push(read_message(&mut xml, returned)),
            _ => xml.skip(),
        }
    }
    xml.finish(messages)
}

/// [Update Message](https://learn.microsoft.com/rest/api/storageservices/update-message).
/// Without a text the service keeps the one it has.
pub fn update(
    queue: &str,
    id: &str,
    pop_receipt: &str,
    text: Option<(&str, &dyn Fn() -> String)>,
    visibility_timeout: i64,
) -> Result<Request> {
    let mut request = Request::of(&UPDATE, message_path(queue, id)?);
    request.query("popreceipt", checked_pop_receipt(pop_receipt)?);
    request.number("visibilitytimeout", Some(limits::VISIBILITY_TIMEOUT.check(visibility_timeout)?));
    if let Some((text, given)) = text {
        limits::message_text(text, given)?;
        request.xml(message_xml(text));
    }
    Ok(request)
}

/// The new pop receipt is in the headers.
pub fn update_response(response: &Response) -> Result<UpdateReceipt> {
    let pop_receipt = required_header(response, "x-ms-popreceipt")?.to_owned();
    let next_visible_on = required_header(response, "x-ms-time-next-visible")?;
    let next_visible_on =
        Timestamp::from_rfc1123(next_visible_on).ok_or_else(|| broken(&not_a_date(next_visible_on)))?;
    Ok(UpdateReceipt { pop_receipt, next_visible_on })
}

/// [Delete Message](https://learn.microsoft.com/rest/api/storageservices/delete-message2).
pub fn delete(queue: &str, id: &str, pop_receipt: &str) -> Result<Request> {
    let mut request = Request::of(&DELETE, message_path(queue, id)?);
    request.query("popreceipt", checked_pop_receipt(pop_receipt)?);
    Ok(request)
}

/// [Clear Messages](https://learn.microsoft.com/rest/api/storageservices/clear-messages).
pub fn clear(queue: &str) -> Request {
    Request::of(&CLEAR, messages_path(queue))
}

fn messages_path(queue: &str) -> String {
    ["/", queue, "/messages"].concat()
}

/// An empty id would make Delete Message a Clear Messages, and `..` would make it a Delete
/// Queue, so ids are held to what the service makes: GUIDs.
fn message_path(queue: &str, id: &str) -> Result<String> {
    if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-' || byte == b'_') {
        return Err(Error::value("message", fill("the id {}", &[&quoted(id)]), "a message or the id of one"));
    }
    Ok(["/", queue, "/messages/", id].concat())
}

fn checked_pop_receipt(pop_receipt: &str) -> Result<&str> {
    if pop_receipt.is_empty() {
        return Err(Error::value("pop_receipt", "an empty text", "the pop receipt of the latest receive or update"));
    }
    Ok(pop_receipt)
}

fn message_xml(text: &str) -> String {
    let mut xml = Writer::with_room("QueueMessage", text.len());
    xml.element("MessageText", text);
    xml.finish("QueueMessage")
}

fn read_message<'a>(xml: &mut Reader<'a>, returned: Option<Returned>) -> RawMessage<'a> {
    let mut message = RawMessage::default();
    while let Some(name) = xml.child() {
        match name {
            "MessageId" => message.id = xml.text(),
            "InsertionTime" => message.inserted_on = read_moment(xml),
            "ExpirationTime" => message.expires_on = read_moment(xml),
            "PopReceipt" => message.pop_receipt = Some(xml.text()),
            "TimeNextVisible" => message.next_visible_on = read_moment(xml),
            "DequeueCount" => message.dequeue_count = read_count(xml),
            "MessageText" => message.text = Some(xml.text()),
            _ => xml.skip(),
        }
    }
    if message.id.is_empty() {
        xml.refuse("a message has no id");
    }
    if let Some(returned) = returned {
        // Callers rely on each element that the operation always returns.
        xml.require("InsertionTime", message.inserted_on.is_some());
        xml.require("ExpirationTime", message.expires_on.is_some());
        if returned != Returned::Peeked {
            xml.require("PopReceipt", message.pop_receipt.is_some());
            xml.require("TimeNextVisible", message.next_visible_on.is_some());
        }
        if returned != Returned::Sent {
            xml.require("DequeueCount", message.dequeue_count.is_some());
            xml.require("MessageText", message.text.is_some());
        }
    }
    message
}

fn read_moment(xml: &mut Reader<'_>) -> Option<Timestamp> {
    let text = xml.text();
    let moment = Timestamp::from_rfc1123(&text);
    if moment.is_none() {
        xml.refuse(&not_a_date(&text));
    }
    moment
}

fn read_count(xml: &mut Reader<'_>) -> Option<u32> {
    let text = xml.text();
    let count = small_number(&text);
    if count.is_none() {
        xml.refuse(&fill("the dequeue count {} is not a number", &[&quoted(&text)]));
    }
    count
}

fn not_a_date(text: &str) -> String {
    fill("{} is not a date", &[&quoted(text)])
}
