//! Requests and responses as plain values, and the seam that carries them.

use std::borrow::Cow;
use std::ops::Deref;

use crate::credential::Secrets;
use crate::error::Error;
use crate::retry::FailedAttempt;
use crate::time::Timestamp;

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

/// Whether a request may be sent again although the first one may have arrived.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Repeat {
    /// Doing it twice is doing it once: reads, deletes, sets, creates.
    Safe,
    /// A second one would enqueue, lease or change again. In words, what may have happened
    /// when no usable response came, and how to find out.
    Unsafe(&'static str),
}

/// What a credential must allow for a call: a row of the tables of "Create a service SAS"
/// and "Create an account SAS" of the REST reference.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Rights {
    /// The permission of a SAS for one queue; `None` when no such SAS will do.
    pub queue: Option<&'static str>,
    /// The resource type of a SAS for an account, and the permissions of which one will do;
    /// `None` when no such SAS will do.
    pub account: Option<(&'static str, &'static str)>,
    /// Whether an account key will do.
    pub key: bool,
}

impl Rights {
    /// What no shared access signature allows.
    pub const NO_SAS: Rights = Rights { queue: None, account: None, key: true };
    /// What only an access token allows.
    pub const TOKEN_ONLY: Rights = Rights { key: false, ..Rights::NO_SAS };

    /// Letters; none for the queue is what a SAS for an account alone allows.
    pub const fn of(queue: &'static str, resource_type: &'static str, account: &'static str) -> Self {
        let queue = if queue.is_empty() { None } else { Some(queue) };
        Rights { queue, account: Some((resource_type, account)), key: true }
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

/// What all requests of an operation have in common: a row of the REST reference.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Operation {
    /// HTTP method.
    pub method: Method,
    /// Query parameters that are always the same.
    pub parameters: &'static [(&'static str, &'static str)],
    /// Statuses that mean success; any other one is an error.
    pub accepts: &'static [u16],
    /// What the credential must allow.
    pub rights: Rights,
    /// Whether it may be sent again.
    pub repeat: Repeat,
    /// Error codes which say that an earlier attempt, whose reply was lost, did it.
    pub done_when: &'static [&'static str],
    /// The oldest service version in which an access token may do this.
    pub since_by_token: &'static str,
    /// Whether the body of the response is part of the result.
    pub returns_xml: bool,
    /// Which headers of the response are.
    pub reads_headers: ReadHeaders,
}

/// What an operation asks of the service; the account, the credential and the
/// headers common to all requests are added by the pipeline, anew at each attempt.
#[derive(Clone, Debug, PartialEq)]
pub struct Request {
    /// What it has in common with others.
    pub operation: &'static Operation,
    /// Percent-encoded path below the account, beginning with a slash.
    pub path: String,
    /// Query parameters, not encoded.
    pub query: Vec<(&'static str, String)>,
    /// Headers of this request.
    pub headers: Headers,
    /// XML body; empty when there is none.
    pub body: String,
    /// The only endpoint that will do; `None` is the client's choice.
    pub location: Option<Location>,
}

/// A request is its operation, and what that is asked with.
impl Deref for Request {
    type Target = Operation;

    fn deref(&self) -> &Operation {
        self.operation
    }
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

/// Time and chance, which tests turn by hand.
#[allow(async_fn_in_trait, reason = "wasm has one thread: nothing here is Send")]
pub trait Clock {
    /// The time now.
    fn now(&self) -> Timestamp;
    /// A number from 0 to below 1, for jitter and request ids.
    fn random(&self) -> f64;
    /// What some work comes to, unless that takes longer than so many milliseconds or the
    /// caller aborts.
    async fn within<T>(&self, millis: u32, work: impl Future<Output = T>) -> Result<T, Fault>;
    /// Milliseconds until the next attempt, or `None` for no other one: where the caller
    /// decides about that, and not the policy.
    fn choose(&self, failed: &FailedAttempt<'_>) -> Result<Option<u32>, Fault> {
        Ok(failed.wait)
    }
    /// Waits so many milliseconds between attempt number `attempt` and the next one, because
    /// of what the first of them came to.
    async fn pause(&self, millis: u32, attempt: u32, because: &Error) -> Result<(), Fault>;
}
