//! One call from its request to its response: getting hold of a proof, sending, waiting. What is
//! no waiting is in [`Course`].

pub(crate) mod course;
mod outcome;
mod request_id;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::ControlFlow;
use std::rc::Rc;

use crate::clock_skew::ClockSkew;
use crate::credential::Credential;
use crate::endpoint::{Endpoint, PUBLIC_CLOUD};
use crate::error::{Error, Result};
use crate::http::{Clock, Headers, Location, Request, Response, Transport};
use crate::limits::{self, Quoted};
use crate::operations::SERVICE_VERSION;
use crate::retry::RetryPolicy;
use crate::text::{decimal, fill};
use crate::time::Timestamp;

use course::Course;

/// What a client is set to; calls can change some of it.
#[derive(Clone, Debug, PartialEq)]
pub struct ClientOptions {
    /// Host of the secondary endpoint, where the address of the account does not tell it.
    pub secondary_hostname: Option<String>,
    /// `x-ms-version` of every request; `None` is the oldest one that has what the call needs.
    pub service_version: Option<String>,
    /// Headers of the caller's own, on every request.
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
    /// Headers of the caller's own; they win over those of the client.
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

/// A response that means success, and the call that it came of.
pub struct Answer {
    response: Response,
    course: RefCell<Course>,
}

/// The response may repeat secrets of the request, or be one.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({} to {})", self.response.status, self.course.borrow().line())
    }
}

impl Answer {
    /// What the response says. When it does not say what it should, the error tells of the
    /// request all the same.
    pub fn read<'a, T>(&'a self, read: impl FnOnce(&'a Response) -> Result<T>) -> Result<T> {
        read(&self.response).map_err(|error| self.course.borrow_mut().broken(&self.response, error))
    }

    /// The endpoint that answered.
    pub fn location(&self) -> Option<Location> {
        self.response.location
    }
}

/// An account, how to prove oneself to it, and how to talk to it. Clients of the same
/// account share one.
#[derive(Debug)]
pub struct Pipeline {
    common: Rc<Common>,
    location: Cell<Location>,
}

/// What clients of the same account have in common.
#[derive(Debug)]
struct Common {
    endpoint: Endpoint,
    credential: Credential,
    clock_skew: ClockSkew,
    options: ClientOptions,
}

impl Pipeline {
    /// Puts an account, a credential and options together.
    pub fn new(mut endpoint: Endpoint, credential: Credential, options: ClientOptions) -> Result<Self> {
        options.check()?;
        credential.check_scheme(endpoint.scheme)?;
        if let Some(name) = credential.account_name() {
            endpoint.name_account(name);
            endpoint.find_secondary(name, PUBLIC_CLOUD);
        }
        endpoint.check_path()?;
        if let Some(hostname) = &options.secondary_hostname {
            endpoint.set_secondary(hostname)?;
        }
        let common = Common { endpoint, credential, clock_skew: ClockSkew::default(), options };
        Ok(Pipeline { common: Rc::new(common), location: Cell::new(Location::Primary) })
    }

    /// The same account for another client, whose location can be set apart.
    pub fn fork(&self) -> Self {
        Pipeline { common: Rc::clone(&self.common), location: self.location.clone() }
    }

    /// Where the account is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.common.endpoint
    }

    /// How requests prove what they may do.
    pub fn credential(&self) -> &Credential {
        &self.common.credential
    }

    /// The service version that requests name.
    pub fn service_version(&self) -> &str {
        self.common.options.service_version.as_deref().unwrap_or(SERVICE_VERSION)
    }

    /// When calls are tried again that say nothing of it.
    pub fn retry_policy(&self) -> &RetryPolicy {
        &self.common.options.retry
    }

    /// Which endpoint is used.
    pub fn location(&self) -> Location {
        self.location.get()
    }

    /// Sets which endpoint is used.
    pub fn set_location(&self, location: Location) -> Result<()> {
        self.endpoint().host(location)?;
        self.location.set(location);
        Ok(())
    }

    /// Puts another SAS in the place of the one in use, for all clients of this account.
    pub fn update_sas(&self, text: &str, machine: Timestamp) -> Result<()> {
        self.credential().update_sas(text, self.common.clock_skew.service_time(machine))
    }

    /// Sends a request until it is answered, or until there is no sense in trying again.
    pub async fn execute<T: Transport + Clock>(
        &self,
        transport: &T,
        request: Request,
        call: CallOptions,
    ) -> Result<Answer> {
        let mut course = Course::begin(self, request, call, transport.now())?;
        loop {
            let proof = course.prove(transport).await?;
            let wire = course.write(&proof, transport.now(), transport)?;
            let result = transport.send(&wire).await;
            match course.judge(wire, result, &proof, transport) {
                ControlFlow::Break(end) => {
                    return end.map(|response| Answer { response, course: RefCell::new(course) });
                }
                ControlFlow::Continue(wait) => course.pause(wait, transport).await?,
            }
        }
    }
}
