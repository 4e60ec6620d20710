//! What can go wrong, as one plain value.
//!
//! The kinds carry the names of the `azure-core` exception classes, so that a
//! program ported from Python finds what it knew.

use std::fmt;
use std::sync::Arc;

use crate::text::{decimal, fill, push};
use crate::time::Timestamp;

/// Shorthand for results of this crate.
pub type Result<T> = std::result::Result<T, Error>;

/// The class of an [`Error`].
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ErrorKind {
    /// An argument of the wrong type or shape; nothing was sent.
    ArgumentType,
    /// An argument outside of what is allowed; nothing was sent.
    ArgumentValue,
    /// The request never reached the service.
    ServiceRequest,
    /// The time for the call was over before a request could be sent.
    ServiceRequestTimeout,
    /// The request may have reached the service, but no usable response came back.
    ServiceResponse,
    /// The request may have reached the service, but no response came in time.
    ServiceResponseTimeout,
    /// The time for the call was over before a response came.
    DeadlineExceeded,
    /// The service may have carried out the call, and no usable response came back. The source says what
    /// went wrong. Of what must not happen twice; and of any write that another server answered in the
    /// place of the service, which may be made again.
    AmbiguousOutcome,
    /// The service answered with an error that has no class of its own.
    HttpResponse,
    /// The credential was refused, or none could be obtained.
    ClientAuthentication,
    /// The shared access signature has ended.
    SasExpired,
    /// The shared access signature does not allow the call; nothing was sent.
    SasPermission,
    /// The queue or message does not exist.
    ResourceNotFound,
    /// The queue exists already, or is being deleted.
    ResourceExists,
    /// A condition of the request was not met.
    ResourceModified,
    /// A message's content could not be decoded.
    Decode,
    /// The service answered with a redirect; credentials are never sent elsewhere.
    Redirect,
    /// The caller aborted the call.
    Aborted,
    /// Something of the caller's own threw, which ended the call.
    Thrown,
}

impl ErrorKind {
    /// The name of the class, as the JavaScript package exports it.
    pub fn name(self) -> &'static str {
        match self {
            ErrorKind::ArgumentType => "TypeError",
            ErrorKind::ArgumentValue => "RangeError",
            ErrorKind::ServiceRequest => "ServiceRequestError",
            ErrorKind::ServiceRequestTimeout => "ServiceRequestTimeoutError",
            ErrorKind::ServiceResponse => "ServiceResponseError",
            ErrorKind::ServiceResponseTimeout => "ServiceResponseTimeoutError",
            ErrorKind::DeadlineExceeded => "DeadlineExceededError",
            ErrorKind::AmbiguousOutcome => "AmbiguousOutcomeError",
            ErrorKind::HttpResponse => "HttpResponseError",
            ErrorKind::ClientAuthentication => "ClientAuthenticationError",
            ErrorKind::SasExpired => "SasExpiredError",
            ErrorKind::SasPermission => "SasPermissionError",
            ErrorKind::ResourceNotFound => "ResourceNotFoundError",
            ErrorKind::ResourceExists => "ResourceExistsError",
            ErrorKind::ResourceModified => "ResourceModifiedError",
            ErrorKind::Decode => "DecodeError",
            ErrorKind::Redirect => "TooManyRedirectsError",
            ErrorKind::Aborted | ErrorKind::Thrown => "AbortError",
        }
    }
}

/// One try of a call: when, where, and what came of it.
#[derive(Clone, Debug, PartialEq)]
pub struct Attempt {
    /// When the attempt began, by the clock of this machine.
    pub started_on: Timestamp,
    /// Host and port the request went to.
    pub host: String,
    /// Status of the response; `None` when there was none.
    pub status_code: Option<u16>,
    /// `x-ms-request-id` of the response, for the service's support.
    pub request_id: Option<String>,
    /// Why there was no response; `None` when there was one.
    pub failure: Option<String>,
    /// Milliseconds waited before the next attempt; 0 on the last.
    pub wait: u32,
}

/// An error of this crate. Holds no secret in any of its parts.
#[derive(Clone, PartialEq)]
pub struct Error(Box<Story>);

/// Why an argument was refused, in parts: the bindings spell names as JavaScript does.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    /// The argument, as the Rust API spells it.
    pub argument: String,
    /// What is allowed.
    pub allowed: String,
    /// What was given; never a secret.
    pub given: String,
}

/// What an error tells; boxed, so that a `Result` stays small.
#[derive(Clone, PartialEq)]
struct Story {
    kind: ErrorKind,
    message: String,
    refusal: Option<Refusal>,
    code: Option<String>,
    status_code: Option<u16>,
    request_id: Option<String>,
    details: Vec<(String, String)>,
    request: Option<String>,
    attempts: Vec<Attempt>,
    elapsed: u32,
    retryable: bool,
    source: Option<Source>,
}

/// What an error came from: what a source of credentials failed with.
#[derive(Clone)]
struct Source(Arc<Box<dyn std::error::Error + Send + Sync>>);

impl PartialEq for Source {
    fn eq(&self, other: &Self) -> bool {
        Arc::ptr_eq(&self.0, &other.0)
    }
}

/// What was given for an argument; each kind has its own way into the words of a refusal, so
/// that the many places that refuse are small.
pub(crate) trait Given {
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error;
}

impl Given for &str {
    #[inline]
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error {
        Error::refused(kind, argument, self, allowed)
    }
}

impl Given for String {
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error {
        Error::refused(kind, argument, &self, allowed)
    }
}

impl Given for i64 {
    #[cold]
    #[inline(never)]
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error {
        Error::refused(kind, argument, &decimal(self), allowed)
    }
}

impl Given for i32 {
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error {
        i64::from(self).refuse(kind, argument, allowed)
    }
}

impl Given for usize {
    fn refuse(self, kind: ErrorKind, argument: &str, allowed: &str) -> Error {
        (self as i64).refuse(kind, argument, allowed)
    }
}

impl Error {
    #[inline]
    pub(crate) fn new(kind: ErrorKind, message: impl Into<String>) -> Self {
        Error::of(kind, message.into())
    }

    /// With a message that has parts in the places of `{}`.
    #[cold]
    #[inline(never)]
    pub(crate) fn told(kind: ErrorKind, message: &str, parts: &[&str]) -> Self {
        Error::of(kind, fill(message, parts))
    }

    #[cold]
    #[inline(never)]
    fn of(kind: ErrorKind, message: String) -> Self {
        Error(Box::new(Story {
            kind,
            message,
            refusal: None,
            code: None,
            status_code: None,
            request_id: None,
            details: Vec::new(),
            request: None,
            attempts: Vec::new(),
            elapsed: 0,
            retryable: false,
            source: None,
        }))
    }

    /// An argument outside of what is allowed. `given` must not be a secret.
    #[inline]
    pub(crate) fn value(argument: &str, given: impl Given, allowed: &str) -> Self {
        given.refuse(ErrorKind::ArgumentValue, argument, allowed)
    }

    /// An argument of the wrong type or shape. `given` must not be a secret.
    #[inline]
    pub(crate) fn of_type(argument: &str, given: impl Given, allowed: &str) -> Self {
        given.refuse(ErrorKind::ArgumentType, argument, allowed)
    }

    #[cold]
    #[inline(never)]
    pub(crate) fn refused(kind: ErrorKind, argument: &str, given: &str, allowed: &str) -> Self {
        let mut error = Error::told(kind, "{} must be {}; got {}", &[argument, allowed, given]);
        let (argument, allowed, given) = (argument.to_owned(), allowed.to_owned(), given.to_owned());
        error.0.refusal = Some(Refusal { argument, allowed, given });
        error
    }

    /// The same refusal of another argument.
    pub(crate) fn about(self, argument: &str) -> Self {
        match &self.0.refusal {
            Some(refusal) => Error::refused(self.kind(), argument, &refusal.given, &refusal.allowed),
            None => self,
        }
    }

    /// The same for another call. For what a source failed with: it has kind, words and source
    /// alone, and to copy the rest would be half a kilobyte of wasm.
    pub(crate) fn retold(&self) -> Self {
        let mut error = Error::told(self.0.kind, "{}", &[&self.0.message]);
        error.0.source = self.0.source.clone();
        error
    }

    /// The error that a response tells of.
    pub(crate) fn answered(
        mut self,
        status_code: u16,
        request_id: Option<String>,
        code: Option<String>,
        details: Vec<(String, String)>,
    ) -> Self {
        let story = &mut *self.0;
        story.code = code;
        story.status_code = Some(status_code);
        story.request_id = request_id;
        story.details = details;
        self
    }

    pub(crate) fn with_code(mut self, code: Option<String>) -> Self {
        self.0.code = code;
        self
    }

    pub(crate) fn with_status(mut self, status_code: u16) -> Self {
        self.0.status_code = Some(status_code);
        self
    }

    pub(crate) fn with_request_id(mut self, request_id: Option<String>) -> Self {
        self.0.request_id = request_id;
        self
    }

    pub(crate) fn with_detail(mut self, name: &str, text: &str) -> Self {
        self.0.details.push((name.to_owned(), text.to_owned()));
        self
    }

    /// Which request it was, what came of its attempts, and how long that took.
    pub(crate) fn with_request(mut self, request: &str, attempts: Vec<Attempt>, elapsed: u32) -> Self {
        self.0.request = Some(request.to_owned());
        self.0.attempts = attempts;
        self.0.elapsed = elapsed;
        self
    }

    pub(crate) fn with_retryable(mut self, retryable: bool) -> Self {
        self.0.retryable = retryable;
        self
    }

    /// That nobody knows what came of the call, `words` telling what may have; this error is why.
    pub(crate) fn ambiguous(self, words: &str) -> Self {
        let mut error = Error::told(ErrorKind::AmbiguousOutcome, "{}\n{}", &[&self.0.message, words]);
        let (told, story) = (&mut *error.0, &*self.0);
        told.code = story.code.clone();
        told.status_code = story.status_code;
        told.request_id = story.request_id.clone();
        told.details = story.details.clone();
        error.with_source(Box::new(self))
    }

    pub(crate) fn is_ambiguous(&self) -> bool {
        self.kind() == ErrorKind::AmbiguousOutcome
    }

    pub(crate) fn with_source(mut self, source: Box<dyn std::error::Error + Send + Sync>) -> Self {
        self.0.source = Some(Source(Arc::new(source)));
        self
    }

    /// The same story, of the class and with the first words of its reason.
    pub(crate) fn because(mut self, reason: Error) -> Self {
        self.0.kind = reason.0.kind;
        self.0.message = fill("{} {}", &[&reason.0.message, &self.0.message]);
        self.0.details.extend(reason.0.details);
        self
    }

    /// Adds a line to the message, with parts in the places of `{}`.
    #[cold]
    pub(crate) fn adding(mut self, line: &str, parts: &[&str]) -> Self {
        self.0.message.push('\n');
        push(&mut self.0.message, line, parts);
        self
    }

    /// Changes every text that may be from outside.
    pub(crate) fn with_texts(mut self, change: &dyn Fn(&str) -> String) -> Self {
        let story = &mut *self.0;
        let change = |text: &mut String| *text = change(text);
        change(&mut story.message);
        for text in [&mut story.code, &mut story.request_id] {
            text.as_mut().map(change);
        }
        for (name, text) in &mut story.details {
            change(name);
            change(text);
        }
        self
    }

    /// The class of the error.
    pub fn kind(&self) -> ErrorKind {
        self.0.kind
    }

    /// What happened.
    pub fn message(&self) -> &str {
        &self.0.message
    }

    /// Which argument was refused and why; `None` when it was the service that refused.
    pub fn refusal(&self) -> Option<&Refusal> {
        self.0.refusal.as_ref()
    }

    /// The service's error code, for example `QueueNotFound`.
    pub fn code(&self) -> Option<&str> {
        self.0.code.as_deref()
    }

    /// Status of the last response.
    pub fn status_code(&self) -> Option<u16> {
        self.0.status_code
    }

    /// `x-ms-request-id` of the last response.
    pub fn request_id(&self) -> Option<&str> {
        self.0.request_id.as_deref()
    }

    /// Further elements of the service's error body, names in lower case.
    pub fn details(&self) -> &[(String, String)] {
        &self.0.details
    }

    /// Method and URL of the request, without query; `None` when it was an argument that was
    /// refused.
    pub fn request(&self) -> Option<&str> {
        self.0.request.as_deref()
    }

    /// Every try of the call, the first one first; empty when nothing was sent.
    pub fn attempts(&self) -> &[Attempt] {
        &self.0.attempts
    }

    /// Milliseconds from the beginning of the call to its end.
    pub fn elapsed(&self) -> u32 {
        self.0.elapsed
    }

    /// Whether the same call may be made again: that does no harm, and may succeed.
    pub fn is_retryable(&self) -> bool {
        self.0.retryable
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0.message)
    }
}

impl fmt::Debug for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {self}", self.kind().name())
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        self.0.source.as_ref().map(|source| &**source.0 as _)
    }
}
