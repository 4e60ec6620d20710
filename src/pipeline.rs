//! One call from its request to its response: common headers, signing, sending, retrying.

use std::cell::Cell;
use std::fmt;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::rc::Rc;

use crate::clock_skew::ClockSkew;
use crate::credential::{Credential, Proof, Secrets};
use crate::endpoint::{Endpoint, PUBLIC_CLOUD};
use crate::error::{Attempt, Error, ErrorKind, Result};
use crate::http::{Clock, Fault, FaultKind, Headers, Location, Request, Response, Rights, Transport, WireRequest};
use crate::limits::{self, Quoted};
use crate::operations::{SERVICE_VERSION, failure};
use crate::percent::percent_encode;
use crate::retry::{Outcome, RetryPolicy, decide};
use crate::text::{decimal, digit, fill, push, small_number, trim, trim_blanks};
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
                let given = fill("{} characters", &[&decimal(id.len() as i64)]);
                Err(Error::value("client_request_id", given, "1 to 1024 characters"))
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
    /// Goes with the error, if there is one.
    attempts: Cell<Vec<Attempt>>,
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
            let error = error.with_texts(&|text| self.secrets.hide(text));
            error.with_request(&self.request, self.attempts.take())
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
        request: &Request,
        call: &CallOptions,
    ) -> Result<Answer> {
        let mut course = Course::begin(self, request, call, transport.now())?;
        loop {
            let left = course.start(transport.now());
            let proof = match self.common.prove(transport, &request.rights, left).await {
                Ok(proof) => proof,
                Err(error) => return Err(course.unproven(error)),
            };
            let mut wire = course.write(&proof, transport.now(), &|| transport.random())?;
            let result = transport.send(&wire).await;
            course.secrets = std::mem::take(&mut wire.secrets);
            drop(wire);
            let wait = match course.judge(result, &proof, transport.now(), &|| transport.random()) {
                ControlFlow::Continue(wait) => wait,
                ControlFlow::Break(end) => return end,
            };
            if let Some(latest) = &course.latest
                && let Err(fault) = transport.pause(wait, course.attempts.len() as u32, latest).await
            {
                return Err(course.failed(no_response(&fault)));
            }
        }
    }
}

impl Common {
    /// Gets hold of what proves the request, and refuses what it does not allow.
    async fn prove<T: Transport + Clock>(&self, transport: &T, rights: &Rights, millis: u32) -> Result<Proof<'_>> {
        let service = self.clock_skew.service_time(transport.now());
        let mut proof = Err(Fault { kind: FaultKind::TimedOut, message: String::new() });
        {
            let proving = pin!(async { proof = Ok(self.credential.prove(transport, service).await) });
            let proving: Pin<&mut dyn Future<Output = ()>> = proving;
            transport.within(millis, proving).await
        }
        .map_err(|fault| no_credential(&fault))?;
        let proof = proof.unwrap_or_else(|fault| Err(no_credential(&fault)))?;
        self.check(&proof, rights, transport.now())?;
        Ok(proof)
    }

    fn check(&self, proof: &Proof<'_>, rights: &Rights, machine: Timestamp) -> Result<()> {
        if !self.options.check_access {
            return Ok(());
        }
        let service = self.clock_skew.service_time(machine);
        proof.check(rights, self.endpoint.scheme, machine, service).map_err(|error| self.mind_the_clock(error))
    }

    /// What a refusal of the proof means, and whether the next attempt can prove more: with
    /// the service's time, with another SAS or token.
    fn refused(
        &self,
        error: Error,
        rights: &Rights,
        proof: &Proof<'_>,
        response: &Response,
        host: &str,
        machine: Timestamp,
    ) -> (Error, bool) {
        let clock_set = self.clock_skew.learn(response, Some(&error), machine);
        if !matches!(response.status, 401 | 403) {
            return (error, false);
        }
        let error = proof.explain(error, rights, self.clock_skew.service_time(machine));
        let dated_anew = clock_set && proof.is_dated() && error.kind() == ErrorKind::ClientAuthentication;
        let (error, renewed) = self.credential.renew(proof, response, self.mind_the_clock(error), host);
        (error, dated_anew || renewed)
    }

    /// Tells by how much the clock is off, where that may be the reason.
    fn mind_the_clock(&self, error: Error) -> Error {
        match (error.kind(), self.clock_skew.in_words()) {
            (ErrorKind::ClientAuthentication | ErrorKind::SasExpired, Some(words)) => error.adding("{}", &[&words]),
            (ErrorKind::SasExpired, None) if !self.clock_skew.is_known() => error.adding(
                "That is by the clock of this machine, and the service has not told its time yet: if the clock is \
                ahead, put it right, or leave the check to the service (option check_access).",
                &[],
            ),
            _ => error,
        }
    }
}

/// One call on its way: all of it that is no waiting, apart from the waiting, since what lives
/// in a future costs twice the wasm.
struct Course<'a> {
    common: &'a Common,
    request: &'a Request,
    call: &'a CallOptions,
    location: Location,
    host: &'a str,
    /// Method and URL, without query.
    line: String,
    began: Timestamp,
    started_on: Timestamp,
    /// When the time for the attempt is over.
    ends: i64,
    attempts: Vec<Attempt>,
    may_be_done: bool,
    /// Those of all attempts: what comes late may quote an earlier one.
    secrets: Secrets,
    /// A refused proof is renewed once, which is no retry: the refusal says that nothing was done.
    proofs: u32,
    latest: Option<Error>,
}

impl<'a> Course<'a> {
    fn begin(pipeline: &'a Pipeline, request: &'a Request, call: &'a CallOptions, now: Timestamp) -> Result<Self> {
        call.check()?;
        let location = request.location.unwrap_or(pipeline.location());
        if location == Location::Secondary && !request.only_reads() {
            return Err(Error::value("location_mode", "\"secondary\"", "\"primary\" for all but reading"));
        }
        let endpoint = pipeline.endpoint();
        let host = endpoint.host(location)?;
        Ok(Course {
            common: &pipeline.common,
            request,
            call,
            location,
            host,
            line: fill("{} {}", &[request.method.as_str(), &endpoint.url(location, &request.path)?]),
            began: now,
            started_on: now,
            ends: 0,
            attempts: Vec::new(),
            may_be_done: false,
            secrets: Secrets::default(),
            proofs: 0,
            latest: None,
        })
    }

    /// Begins an attempt, and tells how many milliseconds it has.
    fn start(&mut self, now: Timestamp) -> u32 {
        let options = &self.common.options;
        self.started_on = now;
        let deadline = self.began.millis() + i64::from(options.deadline);
        self.ends = deadline.min(now.millis() + i64::from(options.try_timeout));
        until(self.ends, now)
    }

    fn failed(&mut self, error: Error) -> Error {
        error.with_request(&self.line, std::mem::take(&mut self.attempts))
    }

    /// That the time is over says less than why there had to be another attempt.
    fn unproven(&mut self, error: Error) -> Error {
        let timed_out = error.kind() == ErrorKind::ServiceRequestTimeout;
        let latest = self.latest.take().filter(|_| timed_out);
        self.failed(latest.unwrap_or(error))
    }

    /// The request as it goes out; made anew for each attempt, since the date is part of the
    /// signature.
    fn write(&mut self, proof: &Proof<'_>, now: Timestamp, random: &dyn Fn() -> f64) -> Result<WireRequest> {
        let mut wire = WireRequest {
            method: self.request.method,
            url: self.url()?,
            headers: self.headers(now, random),
            body: self.request.body.clone(),
            // Waiting for the credential may have taken some of the time.
            timeout: until(self.ends, now),
            reads_headers: self.request.reads_headers,
            accepts: self.request.accepts,
            attempt: self.attempts.len() as u32 + 1,
            secrets: std::mem::take(&mut self.secrets),
        };
        proof.authorize(&mut wire);
        if wire.timeout > 0 {
            return Ok(wire);
        }
        // Sent and dropped at once, it might be carried out all the same.
        let words = "The time was over before this attempt was sent.";
        Err(self.unproven(Error::new(ErrorKind::ServiceRequestTimeout, words)))
    }

    fn url(&self) -> Result<String> {
        let mut url = self.common.endpoint.url(self.location, &self.request.path)?;
        let mut mark = "?";
        let mut push = |name: &str, value: &str| {
            push(&mut url, "{}{}=", &[mark, name]);
            percent_encode(value, &mut url);
            mark = "&";
        };
        for (name, value) in &self.request.query {
            push(name, value);
        }
        if let Some(seconds) = self.call.timeout {
            push("timeout", &decimal(seconds));
        }
        Ok(url)
    }

    /// All headers but that of the proof.
    fn headers(&self, now: Timestamp, random: &dyn Fn() -> f64) -> Headers {
        let Common { credential, clock_skew, options, .. } = self.common;
        let oldest = if credential.is_bearer() { self.request.since_by_token } else { SERVICE_VERSION };
        let version = options.service_version.as_deref().unwrap_or(oldest);
        let request_id = match &self.call.client_request_id {
            Some(id) => trim_blanks(id).to_owned(),
            None => random_uuid(random),
        };
        let mut headers = Headers::with_capacity(8);
        headers.push(("x-ms-version".into(), version.to_owned()));
        headers.push(("x-ms-date".into(), clock_skew.service_time(now).to_rfc1123()));
        headers.push(("x-ms-client-request-id".into(), request_id));
        for given in [&self.request.headers, &options.headers, &self.call.headers] {
            for (name, value) in given {
                // Blanks at the ends do not survive HTTP, and what is sent is what is signed.
                let value = trim_blanks(value).to_owned();
                match headers.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
                    Some((_, old)) => *old = value,
                    None => headers.push((name.clone(), value)),
                }
            }
        }
        headers
    }

    /// What an attempt came to: the end of the call, or the milliseconds to wait before the
    /// next one, because of the latest error.
    fn judge(
        &mut self,
        mut result: std::result::Result<Response, Fault>,
        proof: &Proof<'_>,
        now: Timestamp,
        random: &dyn Fn() -> f64,
    ) -> ControlFlow<Result<Answer>, u32> {
        let Common { clock_skew, options, .. } = self.common;
        if let Err(fault) = &mut result {
            fault.message = self.secrets.hide(&fault.message);
        }
        self.attempts.push(attempt(self.started_on, self.host, &result, &self.secrets));
        let (mut error, outcome) = match result {
            Err(fault) => (no_response(&fault), Outcome::Fault(fault.kind)),
            Ok(response) if self.request.accepts.contains(&response.status) => {
                clock_skew.learn(&response, None, now);
                return ControlFlow::Break(Ok(self.answer(response)));
            }
            Ok(response) => {
                let error = failure(&response);
                // An earlier attempt did it, and its reply was lost.
                if self.may_be_done && error.code().is_some_and(|code| self.request.done_when.contains(&code)) {
                    return ControlFlow::Break(Ok(self.answer(response)));
                }
                let (error, renewed) =
                    self.common.refused(error, &self.request.rights, proof, &response, self.host, now);
                let error = error.with_texts(&|text| self.secrets.hide(text));
                if renewed && self.proofs == 0 && until(self.ends, now) > 0 {
                    self.proofs = 1;
                    self.latest = Some(error);
                    return ControlFlow::Continue(0);
                }
                let outcome = outcome(&response, &error, clock_skew.service_time(now));
                (error, outcome)
            }
        };
        if error.kind() == ErrorKind::Redirect {
            error = error.adding("The answer came from {}.", &[self.host]);
        }
        self.may_be_done |= outcome.may_be_done();
        let tries = self.attempts.len() as u32 - self.proofs;
        let wait = decide(&options.retry, tries, self.request.repeat, outcome, random());
        let elapsed = now.millis() - self.began.millis();
        match (wait, self.attempts.last_mut()) {
            // A wait that outlasts the deadline would only make the caller wait for the same error.
            (Some(wait), Some(last)) if elapsed + i64::from(wait) < i64::from(options.deadline) => {
                last.wait = wait;
                self.latest = Some(error);
                ControlFlow::Continue(wait)
            }
            _ => ControlFlow::Break(Err(self.failed(error))),
        }
    }

    fn answer(&mut self, mut response: Response) -> Answer {
        response.location = Some(self.location);
        response.repeated = self.may_be_done;
        Answer {
            response,
            request: std::mem::take(&mut self.line),
            attempts: std::mem::take(&mut self.attempts).into(),
            secrets: std::mem::take(&mut self.secrets),
        }
    }
}

/// What is remembered of an attempt.
fn attempt(
    started_on: Timestamp,
    host: &str,
    result: &std::result::Result<Response, Fault>,
    secrets: &Secrets,
) -> Attempt {
    let response = result.as_ref().ok();
    Attempt {
        started_on,
        host: host.to_owned(),
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
    Error::told(kind, "{}{}{}", &[what, colon, &fault.message])
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
        return small_number(trim(millis));
    }
    let asked = trim(response.header("retry-after")?);
    if let Some(date) = Timestamp::from_rfc1123(asked) {
        return Some(until(date.millis(), now));
    }
    small_number(asked)?.checked_mul(1000)
}

/// A random UUID (version 4), for the service's logs.
fn random_uuid(random: &dyn Fn() -> f64) -> String {
    // 52 random bits a draw make 13 digits.
    let (mut bits, mut digits) = (0_u64, 0);
    let mut uuid = String::with_capacity(36);
    for mark in "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".chars() {
        let (mask, set) = match mark {
            'x' => (15, 0),
            'y' => (3, 8),
            other => {
                uuid.push(other);
                continue;
            }
        };
        if digits == 0 {
            bits = (random() * (1_u64 << 52) as f64) as u64;
            digits = 13;
        }
        uuid.push(char::from(digit((bits & mask | set) as u8).to_ascii_lowercase()));
        (bits, digits) = (bits >> 4, digits - 1);
    }
    uuid
}
