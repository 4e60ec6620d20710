//! What an attempt came to: in words, and for the decision whether there is another one.

use crate::error::{Error, ErrorKind};
use crate::http::{Fault, FaultKind, Response};
use crate::operations::Operation;
use crate::retry::{Outcome, Repeat};
use crate::text::{decimal, fill, small_number, trim, trim_end};
use crate::time::Timestamp;

/// Code of an error whose answer has nothing of the queue service.
pub(super) const NOT_FROM_SERVICE: &str = "NotFromService";

/// Says of an answer that nothing in it is the queue service's: a proxy, a login page or another server
/// answered. After a status of success the outcome of a write is unknown.
pub(super) fn not_from_service(error: Error, response: &Response, operation: &Operation) -> Error {
    let is_success = (200..300).contains(&response.status);
    let is_from_service = if is_success && !operation.returns_xml {
        operation.is_from_service(response)
    } else {
        // A page that sees few headers cannot tell whose error it is, unless the body says so.
        response.shows_service() || response.hides_headers
    };
    if is_from_service || error.code().is_some() || error.kind() == ErrorKind::Redirect {
        return error;
    }
    let why = match response.status {
        407 => "A proxy asks for authentication of its own.",
        401 | 403 => "A proxy, a gateway or a firewall on the way refused the request.",
        502..=504 => "A proxy or a gateway on the way did not reach the service, or did not wait for it.",
        _ => "Check the URL, and whether a proxy or a login page of this network answers in its place.",
    };
    const SENTENCE: &str = "Nothing in this answer shows that it came from the queue service. {}";
    let error = match error.kind() {
        // The status alone is no fault here.
        ErrorKind::HttpResponse if is_success => {
            Error::told(ErrorKind::ServiceResponse, SENTENCE, &[why]).with_status(response.status)
        }
        ErrorKind::ServiceResponse => error.adding(SENTENCE, &[why]),
        // Programs take a missing queue for a result, and another server's 404 is none.
        _ => Error::told(ErrorKind::HttpResponse, "{}", &[error.message()])
            .with_status(response.status)
            .adding(SENTENCE, &[why]),
    };
    let error = error.with_code(Some(NOT_FROM_SERVICE.to_owned()));
    if is_success { unknown_if_written(error, operation) } else { error }
}

/// An error after which the outcome of a write is unknown. A write that must not be repeated is told apart
/// at the end of the call; a call that returns XML and may be repeated changes nothing.
pub(super) fn unknown_if_written(error: Error, operation: &Operation) -> Error {
    const WORDS: &str =
        "The service may have carried out the call or not. The same call can be made again: that does no harm.";
    match operation.repeat {
        Repeat::Safe if !operation.only_reads() && !operation.returns_xml => {
            error.ambiguous(WORDS).with_retryable(true)
        }
        _ => error,
    }
}

/// The error of an attempt without a response; `millis` is the time that it had, which for the
/// last one is that of the call.
pub(super) fn no_response(fault: &Fault, by_deadline: bool, millis: u32) -> Error {
    let (kind, what) = match fault.kind {
        FaultKind::Unsent | FaultKind::Refused | FaultKind::Unreachable => {
            (ErrorKind::ServiceRequest, "The request could not be sent")
        }
        FaultKind::NotSentInTime => (ErrorKind::ServiceRequestTimeout, "The request could not be sent"),
        FaultKind::Silent => (ErrorKind::ServiceRequest, "The host was not reached"),
        FaultKind::Lost => (ErrorKind::ServiceResponse, "No complete response came back"),
        FaultKind::Hidden | FaultKind::Withheld => (ErrorKind::ServiceResponse, "The response cannot be read"),
        FaultKind::TimedOut if by_deadline => {
            let words = "No response came before the time for the call was over (option deadline).";
            return Error::new(ErrorKind::DeadlineExceeded, words);
        }
        FaultKind::TimedOut => {
            let words = "No response came in {} s, the time for one attempt (option try_timeout).";
            return Error::told(ErrorKind::ServiceResponseTimeout, words, &[&seconds(millis)]);
        }
        FaultKind::Redirected => (ErrorKind::Redirect, "There was a redirect, which is not followed"),
        FaultKind::Aborted => (ErrorKind::Aborted, "The call was aborted"),
        FaultKind::Thrown => (ErrorKind::Thrown, "A hook, or the function for retries, threw"),
    };
    let colon = if fault.message.is_empty() { "." } else { ": " };
    Error::told(kind, "{}{}{}", &[what, colon, &fault.message]).with_code(fault.code.clone())
}

/// Waiting for a credential came to nothing, and so nothing was sent.
pub(super) fn no_credential(fault: &Fault) -> Error {
    match fault.kind {
        FaultKind::Aborted => no_response(fault, false, 0),
        _ => Error::new(ErrorKind::ServiceRequestTimeout, "The credential gave nothing in time, so nothing was sent."),
    }
}

/// Milliseconds as seconds, with as many decimals as they have.
fn seconds(millis: u32) -> String {
    let whole = decimal(i64::from(millis / 1000));
    let decimals = decimal(i64::from(millis % 1000 + 1000));
    match trim_end(decimals.get(1..).unwrap_or_default(), "0") {
        "" => whole,
        decimals => fill("{}.{}", &[&whole, decimals]),
    }
}

/// What a refusal means for another attempt. A proxy on the way answers 503 too, perhaps
/// after the service did what it was asked for; the service itself says why.
pub(super) fn outcome(response: &Response, error: &Error, now: Timestamp) -> Outcome {
    let asked = retry_after(response, now);
    match (response.status, error.code()) {
        (429, _) | (503, Some("ServerBusy")) => Outcome::Busy(asked),
        (status, _) => Outcome::Status(status, asked),
    }
}

/// The wait that the service asks for, in milliseconds.
fn retry_after(response: &Response, now: Timestamp) -> Option<u32> {
    if let Some(millis) = response.header("x-ms-retry-after-ms").or(response.header("retry-after-ms")) {
        return small_number(trim(millis));
    }
    let asked = trim(response.header("retry-after")?);
    if let Some(date) = Timestamp::from_rfc1123(asked) {
        return Some(now.millis_until(date.millis()));
    }
    // However many digits it has: the service wants to be left alone for long.
    let is_number = !asked.is_empty() && asked.bytes().all(|byte| byte.is_ascii_digit());
    is_number.then(|| small_number(asked).unwrap_or(u32::MAX).saturating_mul(1000))
}
