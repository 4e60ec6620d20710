//! One call from its request to its response: getting hold of a proof, sending, waiting. What is
//! no waiting is in [`Course`].

mod common;
pub(crate) mod course;
mod options;
mod outcome;
mod request_id;

use std::cell::{Cell, RefCell};
use std::fmt;
use std::ops::ControlFlow;
use std::rc::Rc;

use crate::clock::Clock;
use crate::clock_skew::ClockSkew;
use crate::credential::Credential;
use crate::endpoint::{Endpoint, PUBLIC_CLOUD};
use crate::error::Result;
use crate::http::{Location, Response, Transport};
use crate::operations::{Request, SERVICE_VERSION};
use crate::retry::RetryPolicy;
use crate::time::Timestamp;

use common::Common;
use course::Course;

pub use options::{CallOptions, ClientOptions};

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

    /// Begins a call.
    pub(crate) fn begin(&self, request: Request, call: CallOptions, now: Timestamp) -> Result<Course> {
        Course::begin(&self.common, self.location(), request, call, now)
    }

    /// Sends a request until it is answered, or until there is no sense in trying again.
    pub async fn execute<T: Transport + Clock>(
        &self,
        transport: &T,
        request: Request,
        call: CallOptions,
    ) -> Result<Answer> {
        let mut course = self.begin(request, call, transport.now())?;
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
