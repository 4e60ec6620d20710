//! HTTP requests and responses as plain values, and the transport that sends them.

use std::borrow::Cow;

use crate::redaction::{REDACTED, Secrets};

/// HTTP method.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// `GET`
    Get,
    /// `PUT`
    Put,
    /// `POST`
    Post,
    /// `DELETE`
    Delete,
}

impl Method {
    /// The method as it stands on the wire.
    pub fn as_str(self) -> &'static str {
        match self {
            Method::Get => "GET",
            Method::Put => "PUT",
            Method::Post => "POST",
            Method::Delete => "DELETE",
        }
    }
}

/// Header names (lower case) and values, in order.
pub type Headers = Vec<(Cow<'static, str>, Cow<'static, str>)>;

/// The value of a header; names are compared without regard to case.
pub fn header<'a>(headers: &'a Headers, name: &str) -> Option<&'a str> {
    headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| &**value)
}

/// Headers without secrets, as hooks may see them.
pub fn redacted_headers(headers: &Headers, secrets: &Secrets) -> Headers {
    let mut redacted = Headers::with_capacity(headers.len());
    for (name, value) in headers {
        let is_secret = name.eq_ignore_ascii_case("authorization");
        redacted.push((name.clone(), if is_secret { REDACTED.into() } else { secrets.hide(value).into() }));
    }
    redacted
}

/// One of the two endpoints of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Location {
    /// Reads and writes.
    Primary,
    /// Reads only, with read-access geo-redundant replication.
    Secondary,
}

impl Location {
    /// The other one.
    pub fn other(self) -> Self {
        match self {
            Location::Primary => Location::Secondary,
            Location::Secondary => Location::Primary,
        }
    }
}

/// Which headers of a response are read. To ask for each of them costs as much as to read a small body.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ReadHeaders {
    /// None: the XML of the body shows that the service answered.
    None,
    /// The request id, which shows that the service answered.
    RequestId,
    /// The pop receipt, and when the message is visible again.
    Receipt,
    /// All of them.
    All,
}

/// A request as it goes out: absolute, with every header, signed. It has no `Debug`, since
/// URL and headers hold secrets.
pub struct WireRequest {
    /// HTTP method.
    pub method: Method,
    /// Full URL, a SAS included: not for logs.
    pub url: String,
    /// Every header that the client sets, `authorization` included.
    pub headers: Headers,
    /// XML body; empty when there is none.
    pub body: String,
    /// Milliseconds after which the transport gives up on this attempt.
    pub timeout: u32,
    /// Milliseconds until the call's deadline. A transport that makes a request wait for a connection counts this wait
    /// against the deadline only.
    pub time_left: u32,
    /// Which headers are wanted even when the status is one of `accepts`.
    pub reads_headers: ReadHeaders,
    /// Whether the header `date` is.
    pub reads_date: bool,
    /// Statuses that mean success.
    pub accepts: &'static [u16],
    /// Number of this attempt, the first one being 1.
    pub attempt: u32,
    /// What must not be seen of it: every text from outside goes through this.
    pub secrets: Secrets,
}

/// An answer of the service.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Response {
    /// HTTP status code.
    pub status: u16,
    /// Reason phrase; empty over HTTP/2.
    pub reason: String,
    /// Headers; a transport may leave out those that the request does not read.
    pub headers: Headers,
    /// Whether the platform hides headers: a web page of another origin sees only those that the
    /// account's CORS rule exposes.
    pub hides_headers: bool,
    /// Body.
    pub body: Vec<u8>,
    /// The endpoint that answered.
    pub location: Option<Location>,
    /// Whether an earlier attempt, whose reply was lost, may have done it already.
    pub repeated: bool,
}

impl Response {
    /// The value of a header, by its lower-case name.
    pub fn header(&self, name: &str) -> Option<&str> {
        header(&self.headers, name)
    }

    /// Whether a header shows that the queue service answered, and not a proxy or another server.
    pub fn shows_service(&self) -> bool {
        let is_of_service = |name: &str| name.get(..5).is_some_and(|start| start.eq_ignore_ascii_case("x-ms-"));
        // Azurite answers some bad requests without these headers.
        self.headers.iter().any(|(name, _)| is_of_service(name)) || self.is_from_emulator()
    }

    /// Whether Azurite answered.
    pub fn is_from_emulator(&self) -> bool {
        self.header("server").is_some_and(|server| server.starts_with("Azurite-Queue/"))
    }
}

/// Why there is no response.
#[derive(Clone, Debug, PartialEq)]
pub struct Fault {
    /// What kind of failure.
    pub kind: FaultKind,
    /// The platform's own words.
    pub message: String,
    /// One word for the reason, where it is known: `NameNotFound`, for example.
    pub code: Option<String>,
}

impl Fault {
    /// One of which nothing more is known.
    pub fn of(kind: FaultKind) -> Self {
        Fault { kind, message: String::new(), code: None }
    }
}

/// How a request can come to nothing.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultKind {
    /// It never left, and the next one may: no connection in time, for example.
    Unsent,
    /// No request was sent before the time was over; the next attempt may get a connection.
    NotSentInTime,
    /// It never left: nobody listens there. A service that restarts listens soon.
    Refused,
    /// It never left, and no other one will: the name is not known, the certificate not
    /// trusted, the machine offline.
    Unreachable,
    /// It may have arrived; the platform keeps its response to itself, as it will the next.
    Hidden,
    /// It may have arrived; no complete response came back.
    Lost,
    /// It may have arrived, but hardly did: no response from an unknown host. The browser does not tell whether the
    /// connection failed, or broke when the request was out.
    Silent,
    /// It may have arrived; the browser withholds the response of a host that was readable before: its CORS rule was
    /// replaced.
    Withheld,
    /// No response within the attempt's time; it may have arrived.
    TimedOut,
    /// The service answered with a redirect, which is not followed.
    Redirected,
    /// The caller aborted.
    Aborted,
    /// Something of the caller's own threw that is told what goes on, or decides about it.
    Thrown,
}

/// Carries one request to the service and its response back.
#[allow(async_fn_in_trait, reason = "wasm has one thread: nothing here is Send")]
pub trait Transport {
    /// Sends one request, once.
    async fn send(&self, request: &WireRequest) -> Result<Response, Fault>;
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_for_hooks_show_no_secret() {
        let mut secrets = Secrets::default();
        secrets.add("a+b/c=d");
        let headers = vec![("authorization".into(), "x".into()), ("x-a".into(), "a+b/c=d".into())];
        assert!(redacted_headers(&headers, &secrets).iter().all(|(_, value)| value == REDACTED));
    }
}
