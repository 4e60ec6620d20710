//! The REST operations, one file per resource. Each is a pair of plain functions: one
//! makes the request, one reads the response. Neither does I/O.

mod failure;
pub mod message;
pub mod queue;
pub mod service;

use std::borrow::Cow;

pub(crate) use failure::failure;

use crate::error::Result;
use crate::http::{Headers, Method, Repeat, Request, Response, Rights};
use crate::limits;
use crate::xml::broken;

/// The service version that requests and tokens name: the oldest one that has what the
/// operations use, so that emulators and older clouds understand it.
pub const SERVICE_VERSION: &str = "2020-12-06";

impl Request {
    fn new(method: Method, path: String, accepts: &'static [u16], rights: Rights) -> Self {
        let headers = Headers::new();
        let repeat = Repeat::Safe;
        let (query, body) = (Vec::new(), String::new());
        Request {
            method,
            path,
            query,
            headers,
            body,
            accepts,
            repeat,
            location: None,
            since_by_token: SERVICE_VERSION,
            done_when: &[],
            reads_headers: false,
            rights,
        }
    }

    fn query(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.query.push((name, value.into()));
        self
    }

    fn optional_query(self, name: &'static str, value: Option<i64>) -> Self {
        match value {
            Some(value) => self.query(name, value.to_string()),
            None => self,
        }
    }

    fn header(mut self, name: impl Into<Cow<'static, str>>, value: impl Into<String>) -> Self {
        self.headers.push((name.into(), value.into()));
        self
    }

    fn returns_xml(self) -> Self {
        self.header("accept", "application/xml")
    }

    /// Without a content type of its own, `fetch` would invent one that is not signed.
    fn xml(self, body: String) -> Self {
        let mut request = self.header("content-type", "application/xml");
        request.body = body;
        request
    }

    fn metadata(mut self, metadata: &[(String, String)]) -> Result<Self> {
        for (name, value) in limits::metadata(metadata)? {
            self = self.header(format!("x-ms-meta-{name}"), value);
        }
        Ok(self)
    }

    fn returns_headers(mut self) -> Self {
        self.reads_headers = true;
        self
    }

    fn done_when(mut self, codes: &'static [&'static str]) -> Self {
        self.done_when = codes;
        self
    }

    /// Whether the secondary endpoint would do. Get Messages changes what it returns.
    pub(crate) fn only_reads(&self) -> bool {
        self.method == Method::Get && self.repeat == Repeat::Safe
    }

    fn unsafe_to_repeat(mut self) -> Self {
        self.repeat = Repeat::Unsafe;
        self
    }
}

/// A header that the result needs. Browsers hide headers that the account's CORS rule
/// does not expose, so the error says what to set.
fn required_header<'a>(response: &'a Response, name: &'static str) -> Result<&'a str> {
    response.header(name).ok_or_else(|| {
        broken(&format!(
            "the header {name} is missing (in a browser, the account's CORS rule must list it in its exposed headers)"
        ))
    })
}
