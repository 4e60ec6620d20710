//! One call from its request to its response: common headers, signing, sending, retrying.

use std::cell::Cell;
use std::fmt;
use std::rc::Rc;

use crate::clock_skew::ClockSkew;
use crate::credential::{Credential, Proof, Secrets};
use crate::endpoint::{Endpoint, PUBLIC_CLOUD};
use crate::error::{Attempt, Error, ErrorKind, Result};
use crate::http::{Clock, Fault, FaultKind, Headers, Location, Request, Response, Transport, WireRequest};
use crate::limits::{self, Quoted};
use crate::operations::{SERVICE_VERSION, failure};
use crate::percent::percent_encode;
use crate::retry::{Outcome, RetryPolicy, decide};
use crate::time::Timestamp;

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
}

impl CallOptions {
    /// Refuses what no request could carry.
    pub fn check(&self) -> Result<()> {
        self.timeout.map(|seconds| limits::TIMEOUT.check(seconds)).transpose()?;
        self.headers.iter().try_for_each(|(name, value)| limits::custom_header(name, value))?;
        match &self.client_request_id {
            Some(id) if id.is_empty() || id.len() > 1024 => {
                Err(Error::value("client_request_id", format!("{} characters", id.len()), "1 to 1024 characters"))
            }
            Some(id) => limits::header_value("client_request_id", id),
            None => Ok(()),
        }
    }
}

/// A response that means success, and how it came.
pub struct Answer {
    response: Response,
    request: String,
    attempts: Vec<Attempt>,
    secrets: Secrets,
}

/// The response may repeat secrets of the request, or be one.
impl fmt::Debug for Answer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Answer({} to {})", self.response.status, self.request)
    }
}

impl Answer {
    /// What the response says. When it does not say what it should, the error tells of the
    /// request all the same.
    pub fn read<'a, T>(&'a self, read: impl FnOnce(&'a Response) -> Result<T>) -> Result<T> {
        read(&self.response).map_err(|error| {
            let request_id = self.response.header("x-ms-request-id").map(str::to_owned);
            let error = error.with_status(self.response.status).with_request_id(request_id);
            let error = error.with_texts(|text| self.secrets.hide(text));
            error.with_request(&self.request).with_attempts(self.attempts.clone())
        })
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
    endpoint: Endpoint,
    credential: Rc<Credential>,
    clock_skew: Rc<ClockSkew>,
    options: ClientOptions,
    location: Cell<Location>,
}

impl Pipeline {
    /// Puts an account, a credential and options together.
    pub fn new(mut endpoint: Endpoint, credential: Credential, options: ClientOptions) -> Result<Self> {
        options.check()?;
        credential.check_scheme(endpoint.scheme)?;
        if let Some(name) = credential.account_name() {
            endpoint = endpoint.with_account_name(name).with_cloud_secondary(name, PUBLIC_CLOUD);
        }
        if let Some(hostname) = &options.secondary_hostname {
            endpoint = endpoint.with_secondary(hostname)?;
        }
        let location = Cell::new(Location::Primary);
        Ok(Pipeline { endpoint, credential: Rc::new(credential), clock_skew: Rc::default(), options, location })
    }

    /// The same account for another client, whose location can be set apart.
    pub fn fork(&self) -> Self {
        Pipeline {
            endpoint: self.endpoint.clone(),
            credential: Rc::clone(&self.credential),
            clock_skew: Rc::clone(&self.clock_skew),
            options: self.options.clone(),
            location: self.location.clone(),
        }
    }

    /// Where the account is.
    pub fn endpoint(&self) -> &Endpoint {
        &self.endpoint
    }

    /// How requests prove what they may do.
    pub fn credential(&self) -> &Credential {
        &self.credential
    }

    /// The service version that requests name.
    pub fn service_version(&self) -> &str {
        self.options.service_version.as_deref().unwrap_or(SERVICE_VERSION)
    }

    /// Which endpoint is used.
    pub fn location(&self) -> Location {
        self.location.get()
    }

    /// Sets which endpoint is used.
    pub fn set_location(&self, location: Location) -> Result<()> {
        self.endpoint.host(location)?;
        self.location.set(location);
        Ok(())
    }

    /// Puts another SAS in the place of the one in use, for all clients of this account.
    pub fn update_sas(&self, text: &str, machine: Timestamp) -> Result<()> {
        self.credential.update_sas(text, self.clock_skew.service_time(machine))
    }

    /// Sends a request until it is answered, or until there is no sense in trying again.
    pub async fn execute<T: Transport + Clock>(
        &self,
        transport: &T,
        request: &Request,
        call: &CallOptions,
    ) -> Result<Answer> {
        call.check()?;
        let location = request.location.unwrap_or(self.location());
        if location == Location::Secondary && !request.only_reads() {
            return Err(Error::value("location_mode", "\"secondary\"", "\"primary\" for all but reading"));
        }
        let host = self.endpoint.host(location)?;
        let place = self.endpoint.url(location, &request.path)?;
        let line = format!("{} {place}", request.method.as_str());
        let began = transport.now();
        let mut attempts = Vec::new();
        let mut may_be_done = false;
        // Those of all attempts: what comes late may quote an earlier one.
        let mut secrets = Secrets::default();
        // A refused proof is renewed once, which is no retry: the refusal says that nothing was done.
        let mut proofs = 0;
        let mut latest: Option<Error> = None;
        loop {
            let started_on = transport.now();
            let left = i64::from(self.options.deadline) - (started_on.millis() - began.millis());
            let ends = started_on.millis() + left.min(i64::from(self.options.try_timeout));
            let story = |error: Error, attempts| error.with_request(&line).with_attempts(attempts);
            let proof = match self.prove(transport, request, until(ends, started_on)).await {
                Ok(proof) => proof,
                // That the time is over says less than why there had to be another attempt.
                Err(error) if error.kind() == ErrorKind::ServiceRequestTimeout => {
                    return Err(story(latest.unwrap_or(error), attempts));
                }
                Err(error) => return Err(story(error, attempts)),
            };
            let mut wire = self.wire_request(request, call, location, transport)?;
            wire.attempt = attempts.len() as u32 + 1;
            wire.secrets = secrets;
            proof.authorize(&mut wire);
            // Waiting for the credential may have taken some of the time.
            wire.timeout = until(ends, transport.now());
            if wire.timeout == 0 {
                // Sent and dropped at once, it might be carried out all the same.
                let error =
                    Error::new(ErrorKind::ServiceRequestTimeout, "The time was over before this attempt was sent.");
                return Err(story(latest.unwrap_or(error), attempts));
            }
            let result = transport.send(&wire).await;
            secrets = std::mem::take(&mut wire.secrets);
            let result = result.map_err(|fault| Fault { message: secrets.hide(&fault.message), ..fault });
            attempts.push(attempt(started_on, host.to_owned(), &result, &secrets));
            let (error, outcome) = match result {
                Ok(mut response) if request.accepts.contains(&response.status) => {
                    self.clock_skew.learn(&response, None, transport.now());
                    (response.location, response.repeated) = (Some(location), may_be_done);
                    return Ok(Answer { response, request: line, attempts, secrets });
                }
                Ok(mut response) => {
                    let error = failure(&response);
                    // An earlier attempt did it, and its reply was lost.
                    if may_be_done && error.code().is_some_and(|code| request.done_when.contains(&code)) {
                        response.repeated = true;
                        return Ok(Answer { response, request: line, attempts, secrets });
                    }
                    let (error, renewed) = self.refused(error, request, &proof, &response, host, transport.now());
                    let error = error.with_texts(|text| secrets.hide(text));
                    if renewed && proofs == 0 && until(ends, transport.now()) > 0 {
                        proofs = 1;
                        if let Err(fault) = transport.pause(0, wire.attempt, &error).await {
                            return Err(story(no_response(&fault), attempts));
                        }
                        latest = Some(error);
                        continue;
                    }
                    let outcome = outcome(&response, &error, self.clock_skew.service_time(transport.now()));
                    (error, outcome)
                }
                Err(fault) => (no_response(&fault), Outcome::Fault(fault.kind)),
            };
            let error = if error.kind() == ErrorKind::Redirect {
                error.adding(&format!("The answer came from {host}."))
            } else {
                error
            };
            may_be_done |= outcome.may_be_done();
            let tries = wire.attempt - proofs;
            let wait = decide(&self.options.retry, tries, request.repeat, outcome, transport.random());
            let elapsed = transport.now().millis() - began.millis();
            // A wait that outlasts the deadline would only make the caller wait for the same error.
            let wait = wait.filter(|wait| elapsed + i64::from(*wait) < i64::from(self.options.deadline));
            let Some(wait) = wait else { return Err(story(error, attempts)) };
            if let Some(last) = attempts.last_mut() {
                last.wait = wait;
            }
            if let Err(fault) = transport.pause(wait, wire.attempt, &error).await {
                return Err(story(no_response(&fault), attempts));
            }
            latest = Some(error);
        }
    }

    /// Gets hold of what proves the request, and refuses what it does not allow.
    async fn prove<T: Transport + Clock>(&self, transport: &T, request: &Request, millis: u32) -> Result<Proof<'_>> {
        let machine = transport.now();
        let proving = self.credential.prove(transport, self.clock_skew.service_time(machine));
        let proof = transport.within(millis, proving).await.unwrap_or_else(|fault| Err(no_credential(&fault)))?;
        if self.options.check_access {
            let machine = transport.now();
            let service = self.clock_skew.service_time(machine);
            let checked = proof.check(&request.rights, self.endpoint.scheme, machine, service);
            checked.map_err(|error| self.mind_the_clock(error))?;
        }
        Ok(proof)
    }

    /// What a refusal of the proof means, and whether the next attempt can prove more: with
    /// the service's time, with another SAS or token.
    fn refused(
        &self,
        error: Error,
        request: &Request,
        proof: &Proof<'_>,
        response: &Response,
        host: &str,
        machine: Timestamp,
    ) -> (Error, bool) {
        let clock_set = self.clock_skew.learn(response, Some(&error), machine);
        if ![401, 403].contains(&response.status) {
            return (error, false);
        }
        let error = proof.explain(error, &request.rights, self.clock_skew.service_time(machine));
        let dated_anew = clock_set && proof.is_dated() && error.kind() == ErrorKind::ClientAuthentication;
        let (error, renewed) = self.credential.renew(proof, response, self.mind_the_clock(error), host);
        (error, dated_anew || renewed)
    }

    /// Tells by how much the clock is off, where that may be the reason.
    fn mind_the_clock(&self, error: Error) -> Error {
        match (error.kind(), self.clock_skew.in_words()) {
            (ErrorKind::ClientAuthentication | ErrorKind::SasExpired, Some(words)) => error.adding(&words),
            (ErrorKind::SasExpired, None) if !self.clock_skew.is_known() => error.adding(
                "That is by the clock of this machine, and the service has not told its time yet: if the clock is \
                ahead, put it right, or leave the check to the service (option check_access).",
            ),
            _ => error,
        }
    }

    /// The request with everything but its proof; made anew for each attempt, since the
    /// date is part of the signature.
    fn wire_request<T: Clock>(
        &self,
        request: &Request,
        call: &CallOptions,
        location: Location,
        clock: &T,
    ) -> Result<WireRequest> {
        let mut url = self.endpoint.url(location, &request.path)?;
        let timeout = call.timeout.map(|seconds| ("timeout", seconds.to_string()));
        for (index, (name, value)) in request.query.iter().chain(&timeout).enumerate() {
            url.push(if index == 0 { '?' } else { '&' });
            url.push_str(name);
            url.push('=');
            percent_encode(value, &mut url);
        }
        let oldest = if self.credential.is_bearer() { request.since_by_token } else { SERVICE_VERSION };
        let version = self.options.service_version.as_deref().unwrap_or(oldest);
        let request_id = call
            .client_request_id
            .as_deref()
            .map(|id| id.trim_matches(' ').to_owned())
            .unwrap_or_else(|| random_uuid(clock));
        let mut headers = Headers::with_capacity(8);
        headers.push(("x-ms-version".into(), version.to_owned()));
        let date = self.clock_skew.service_time(clock.now());
        headers.push(("x-ms-date".into(), date.to_rfc1123()));
        headers.push(("x-ms-client-request-id".into(), request_id));
        headers.extend_from_slice(&request.headers);
        for (name, value) in self.options.headers.iter().chain(&call.headers) {
            headers.retain(|(other, _)| !other.eq_ignore_ascii_case(name));
            // Blanks at the ends do not survive HTTP, and what is sent is what is signed.
            headers.push((name.clone(), value.trim_matches(' ').to_owned()));
        }
        Ok(WireRequest {
            method: request.method,
            url,
            headers,
            body: request.body.clone(),
            timeout: 0,
            reads_headers: request.reads_headers,
            accepts: request.accepts,
            attempt: 0,
            secrets: Secrets::default(),
        })
    }
}

/// What is remembered of an attempt.
fn attempt(
    started_on: Timestamp,
    host: String,
    result: &std::result::Result<Response, Fault>,
    secrets: &Secrets,
) -> Attempt {
    let response = result.as_ref().ok();
    Attempt {
        started_on,
        host,
        status_code: response.map(|response| response.status),
        request_id: response.and_then(|response| response.header("x-ms-request-id")).map(|id| secrets.hide(id)),
        failure: result.as_ref().err().map(|fault| fault.message.clone()),
        wait: 0,
    }
}

fn no_response(fault: &Fault) -> Error {
    let (kind, what) = match fault.kind {
        FaultKind::Unsent => (ErrorKind::ServiceRequest, "The request could not be sent"),
        FaultKind::Lost => (ErrorKind::ServiceResponse, "No complete response came back"),
        FaultKind::TimedOut => (ErrorKind::ServiceResponseTimeout, "No response came in time"),
        FaultKind::Redirected => (ErrorKind::Redirect, "There was a redirect, which is not followed"),
        FaultKind::Aborted => (ErrorKind::Aborted, "The call was aborted"),
    };
    let colon = if fault.message.is_empty() { "." } else { ": " };
    Error::new(kind, format!("{what}{colon}{}", fault.message))
}

/// Waiting for a credential came to nothing, and so nothing was sent.
fn no_credential(fault: &Fault) -> Error {
    match fault.kind {
        FaultKind::Aborted => no_response(fault),
        _ => Error::new(ErrorKind::ServiceRequestTimeout, "The credential gave nothing in time, so nothing was sent."),
    }
}

/// What a refusal means for another attempt. A proxy on the way answers 503 too, perhaps
/// after the service did what it was asked for; the service itself says why.
fn outcome(response: &Response, error: &Error, now: Timestamp) -> Outcome {
    let asked = retry_after(response, now);
    match (response.status, error.code()) {
        (429, _) | (503, Some("ServerBusy")) => Outcome::Busy(asked),
        (status, _) => Outcome::Status(status, asked),
    }
}

/// Milliseconds from one moment to another.
fn until(ends: i64, now: Timestamp) -> u32 {
    (ends - now.millis()).clamp(0, i64::from(u32::MAX)) as u32
}

/// The wait that the service asks for, in milliseconds.
fn retry_after(response: &Response, now: Timestamp) -> Option<u32> {
    if let Some(millis) = response.header("x-ms-retry-after-ms").or(response.header("retry-after-ms")) {
        return millis.trim().parse().ok();
    }
    let asked = response.header("retry-after")?.trim();
    if let Some(date) = Timestamp::from_rfc1123(asked) {
        return Some((date.millis() - now.millis()).clamp(0, i64::from(u32::MAX)) as u32);
    }
    asked.parse::<u32>().ok()?.checked_mul(1000)
}

/// A random UUID (version 4), for the service's logs.
fn random_uuid<T: Clock>(clock: &T) -> String {
    const PATTERN: &[u8] = b"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    const HEX: &[u8; 16] = b"0123456789abcdef";
    // 52 random bits a draw make 13 digits.
    let (mut bits, mut digits) = (0_u64, 0);
    let mut digit = |mask: u64, set: u64| {
        if digits == 0 {
            bits = (clock.random() * (1_u64 << 52) as f64) as u64;
            digits = 13;
        }
        let value = (bits & 15 & mask) | set;
        (bits, digits) = (bits >> 4, digits - 1);
        HEX.get(value as usize).copied().map_or('0', char::from)
    };
    let characters = PATTERN.iter().map(|mark| match mark {
        b'x' => digit(15, 0),
        b'y' => digit(3, 8),
        other => char::from(*other),
    });
    characters.collect()
}
