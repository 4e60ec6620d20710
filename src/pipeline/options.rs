//! Options of clients and of single calls.

use crate::error::{Error, Result};
use crate::http::Headers;
use crate::limits::{self, Quoted};
use crate::retry::RetryPolicy;
use crate::text::{decimal, fill};
use crate::time::Timestamp;

/// What a client is set to; calls can change some of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientOptions {
    /// Host of the secondary endpoint, where the address of the account does not tell it.
    pub secondary_hostname: Option<String>,
    /// `x-ms-version` of every request; `None` is the oldest one that has what the call needs.
    pub service_version: Option<String>,
    /// Custom headers of every request.
    pub headers: Headers,
    /// When calls are tried again.
    pub retry: RetryPolicy,
    /// Milliseconds for one attempt.
    pub try_timeout: u32,
    /// Milliseconds for a call with all its attempts.
    pub deadline: u32,
    /// Whether calls that the shared access signature does not allow are refused before they
    /// are sent.
    pub check_access: bool,
}

impl Default for ClientOptions {
    fn default() -> Self {
        let retry = RetryPolicy::default();
        let headers = Headers::new();
        ClientOptions {
            secondary_hostname: None,
            service_version: None,
            headers,
            retry,
            try_timeout: 60_000,
            deadline: 120_000,
            check_access: true,
        }
    }
}

impl ClientOptions {
    /// Refuses what no request could carry.
    pub fn check(&self) -> Result<()> {
        if let Some(version) = &self.service_version {
            let date = version.len() == 10 && Timestamp::from_iso8601(version).is_some();
            if !date {
                return Err(Error::value("service_version", Quoted(version), "a version such as 2020-12-06"));
            }
        }
        self.headers.iter().try_for_each(|(name, value)| limits::custom_header(name, value))
    }
}

/// What one call asks for beside its operation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct CallOptions {
    /// Seconds within which the service must be done.
    pub timeout: Option<i64>,
    /// Custom headers. They replace headers of the client with the same names.
    pub headers: Headers,
    /// `x-ms-client-request-id` of the call; a random one by default.
    pub client_request_id: Option<String>,
    /// When this call is tried again; by default as the client is set to.
    pub retry: Option<RetryPolicy>,
    /// Milliseconds for one attempt; by default as the client is set to.
    pub try_timeout: Option<u32>,
    /// Milliseconds for the call with all its attempts; by default as the client is set to.
    pub deadline: Option<u32>,
    /// Whether a call that the shared access signature does not allow is refused before it is
    /// sent; by default as the client is set to.
    pub check_access: Option<bool>,
}

impl CallOptions {
    /// Refuses what no request could carry.
    pub fn check(&self) -> Result<()> {
        self.timeout.map(|seconds| limits::TIMEOUT.check(seconds)).transpose()?;
        self.headers.iter().try_for_each(|(name, value)| limits::custom_header(name, value))?;
        match &self.client_request_id {
            Some(id) if id.is_empty() || id.len() > 1024 => {
                let given = fill("{} characters", &[&decimal(id.len() as i64)]);
                Err(Error::value("client_request_id", given, "1 to 1024 characters"))
            }
            Some(id) => limits::header_value("client_request_id", id),
            None => Ok(()),
        }
    }
}
