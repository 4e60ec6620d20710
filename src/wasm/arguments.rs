//! Arguments that several calls have, read from the input.

use crate::codec::{ContentRef, MessageEncoding};
use crate::error::{Error, Result};
use crate::limits::{self, Quoted};
use crate::pipeline::{CallOptions, Pipeline};
use crate::retry::{RetryMode, RetryPolicy};

use super::input::Input;

/// What every call can be told.
pub fn call_options(input: &mut Input, pipeline: &Pipeline) -> Result<CallOptions> {
    let timeout = input.integer(&limits::TIMEOUT)?;
    let client_request_id = input.text("client_request_id")?;
    input.apart("signal", "an AbortSignal")?;
    hooks(input)?;
    let headers = input.headers()?;
    // What the call does not say of retries, the client does.
    let retry = if input.kind() == 0 { None } else { Some(retry_policy(input, pipeline.retry_policy().clone())?) };
    let try_timeout = input.millis(&limits::TRY_TIMEOUT)?;
    let deadline = input.millis(&limits::DEADLINE)?;
    let check_access = input.flag("check_access")?;
    let client_request_id = client_request_id.map(str::to_owned);
    let options = CallOptions { timeout, headers, client_request_id, retry, try_timeout, deadline, check_access };
    options.check()?;
    Ok(options)
}

/// The hooks themselves stay in JavaScript.
pub fn hooks(input: &mut Input) -> Result<()> {
    for name in ["on_request", "on_response", "on_retry"] {
        input.apart(name, "a function")?;
    }
    Ok(())
}

/// Where a part is missing, a default.
pub fn retry_policy(input: &mut Input, defaults: RetryPolicy) -> Result<RetryPolicy> {
    let mode = match input.text("retry.mode")? {
        None => defaults.mode,
        Some("exponential") => RetryMode::Exponential,
        Some("fixed") => RetryMode::Fixed,
        Some("none") => RetryMode::None,
        Some(other) => return Err(Error::value("retry.mode", Quoted(other), "\"exponential\", \"fixed\" or \"none\"")),
    };
    Ok(RetryPolicy {
        mode,
        max_tries: input.integer(&limits::MAX_TRIES)?.map_or(defaults.max_tries, |tries| tries as u32),
        delay: input.millis(&limits::RETRY_DELAY)?.unwrap_or(defaults.delay),
        max_delay: input.millis(&limits::RETRY_MAX_DELAY)?.unwrap_or(defaults.max_delay),
        repeat_unsafe: input.flag("retry.unsafe")?.unwrap_or(defaults.repeat_unsafe),
        to_secondary: input.flag("retry.to_secondary")?.or(defaults.to_secondary),
    })
}

/// An encoding by its name; none is plain text.
pub fn encoding(input: &mut Input) -> Result<MessageEncoding> {
    match input.text("message_encoding")? {
        None | Some("text") => Ok(MessageEncoding::Text),
        Some("base64") => Ok(MessageEncoding::Base64),
        Some("base64-bytes") => Ok(MessageEncoding::Base64Bytes),
        Some("auto") => Ok(MessageEncoding::Auto),
        Some(other) => {
            const ALLOWED: &str = "\"text\", \"base64\", \"base64-bytes\", \"auto\" or { encode, decode }";
            Err(Error::value("message_encoding", Quoted(other), ALLOWED))
        }
    }
}

pub fn reference<'a>(input: &mut Input<'a>) -> Result<(&'a str, &'a str)> {
    const RECEIPT: &str = "given, either with the message or as the option popReceipt (peeked messages have none)";
    const MESSAGE: &str = "a message or the id of one";
    let id = input.text_of("message", MESSAGE)?.ok_or_else(|| Error::of_type("message", "undefined", MESSAGE))?;
    let pop_receipt = input.text("pop_receipt")?;
    Ok((id, pop_receipt.ok_or_else(|| Error::of_type("pop_receipt", "undefined", RECEIPT))?))
}

/// Text, or the bytes that came beside it.
pub fn content<'a>(
    input: &mut Input<'a>,
    bytes: Option<&'a [u8]>,
    encoding: MessageEncoding,
) -> Result<Option<ContentRef<'a>>> {
    let text = input.text_of("content", content_of(encoding))?;
    Ok(text.map(ContentRef::Text).or(bytes.map(ContentRef::Bytes)))
}

/// Content that there has to be.
pub fn required_content<'a>(
    input: &mut Input<'a>,
    bytes: Option<&'a [u8]>,
    encoding: MessageEncoding,
) -> Result<ContentRef<'a>> {
    content(input, bytes, encoding)?.ok_or_else(|| Error::of_type("content", "undefined", content_of(encoding)))
}

/// Content that an encoding takes.
fn content_of(encoding: MessageEncoding) -> &'static str {
    match encoding {
        MessageEncoding::Base64Bytes => {
            "bytes (a Uint8Array or an ArrayBuffer), as the message encoding \"base64-bytes\" takes them"
        }
        _ => "text (a string), or bytes with the message encoding \"base64-bytes\", or an object with jsonEncoding()",
    }
}
