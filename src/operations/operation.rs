//! An operation of the service as data, and a request for it.

use std::borrow::Cow;
use std::ops::Deref;

use crate::credential::Rights;
use crate::error::Result;
use crate::http::{Headers, Location, Method, ReadHeaders, Response};
use crate::limits;
use crate::retry::Repeat;
use crate::text::{decimal, fill};
use crate::xml::broken;

/// The service version that requests and tokens name: the oldest one that has what the
/// operations use, so that emulators and older clouds understand it.
pub const SERVICE_VERSION: &str = "2020-12-06";

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
/// headers common to all requests are added by the pipeline for each attempt.
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

impl Operation {
    /// One that may be repeated and returns nothing.
    pub(super) const fn new(method: Method, accepts: &'static [u16], rights: Rights) -> Self {
        Operation {
            method,
            parameters: &[],
            accepts,
            rights,
            repeat: Repeat::Safe,
            done_when: &[],
            since_by_token: SERVICE_VERSION,
            returns_xml: false,
            reads_headers: ReadHeaders::RequestId,
        }
    }

    /// One that may be repeated and whose result is XML.
    pub(super) const fn returning_xml(method: Method, accepts: &'static [u16], rights: Rights) -> Self {
        let operation = Operation::new(method, accepts, rights);
        Operation { returns_xml: true, reads_headers: ReadHeaders::None, ..operation }
    }

    /// Whether a response of an accepted status is the service's. Without XML that fits, the body has to be
    /// empty, as the service leaves it, and a header has to show the service: other Microsoft services have
    /// such headers, too. A web page of another origin may see none; then the preflight has shown it.
    pub(crate) fn is_from_service(&self, response: &Response) -> bool {
        let is_success = (200..300).contains(&response.status);
        let is_empty_and_shown = response.body.is_empty() && (response.shows_service() || response.hides_headers);
        !is_success || self.returns_xml || is_empty_and_shown
    }

    /// Whether the secondary endpoint would do. Get Messages changes what it returns.
    pub(crate) fn only_reads(&self) -> bool {
        self.method == Method::Get && self.repeat == Repeat::Safe
    }
}

impl Request {
    pub(super) fn of(operation: &'static Operation, path: String) -> Self {
        let (query, headers) = (Vec::new(), Headers::new());
        let mut request = Request { operation, path, query, headers, body: String::new(), location: None };
        for (name, value) in operation.parameters {
            request.query(name, value);
        }
        if operation.returns_xml {
            request.header("accept".into(), "application/xml".into());
        }
        request
    }

    pub(super) fn query(&mut self, name: &'static str, value: &str) {
        self.query.push((name, value.to_owned()));
    }

    pub(super) fn number(&mut self, name: &'static str, value: Option<i64>) {
        if let Some(value) = value {
            self.query(name, &decimal(value));
        }
    }

    pub(super) fn header(&mut self, name: Cow<'static, str>, value: Cow<'static, str>) {
        self.headers.push((name, value));
    }

    /// Without a content type of its own, `fetch` would invent one that is not signed.
    pub(super) fn xml(&mut self, body: String) {
        self.header("content-type".into(), "application/xml".into());
        self.body = body;
    }

    pub(super) fn metadata(&mut self, metadata: &[(String, String)]) -> Result<()> {
        for (name, value) in limits::metadata(metadata)? {
            self.header(["x-ms-meta-", name].concat().into(), value.to_owned().into());
        }
        Ok(())
    }
}

/// A header that the result needs. Browsers hide headers that the account's CORS rule
/// does not expose, so the error says what to set.
pub(super) fn required_header<'a>(response: &'a Response, name: &'static str) -> Result<&'a str> {
    response.header(name).ok_or_else(|| {
        broken(&fill(
            "the header {} is missing (in a browser, the account's CORS rule must list it in its exposed headers)",
            &[name],
        ))
    })
}
