//! One call on its way: the request of each attempt, and what comes of it. Only two of its
//! steps wait, so that whoever cannot wait in Rust drives the others.

use std::borrow::Cow;
use std::ops::ControlFlow;
use std::pin::{Pin, pin};
use std::rc::Rc;

use crate::clock::Clock;
use crate::credential::Proof;
use crate::error::{Attempt, Error, ErrorKind, Result};
use crate::http::{Fault, FaultKind, Headers, Location, Response, WireRequest};
use crate::operations::{Request, SERVICE_VERSION, failure};
use crate::percent::percent_encode;
use crate::redaction::Secrets;
use crate::retry::{FailedAttempt, Outcome, Repeat, RetryPolicy, decide};
use crate::text::{decimal, fill, trim_blanks};
use crate::time::Timestamp;

use super::common::Common;
use super::options::CallOptions;
use super::outcome::{NOT_FROM_SERVICE, no_credential, no_response, not_from_service, outcome, unknown_if_written};
use super::request_id::random_uuid;

/// One call on its way.
pub(crate) struct Course {
    common: Rc<Common>,
    request: Request,
    call: CallOptions,
    location: Location,
    /// Whether the next attempt goes to the other endpoint.
    moves: bool,
    /// Whether an endpoint was one that no attempt reaches.
    unreachable: bool,
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
    /// Milliseconds until the latest response.
    elapsed: u32,
}

impl Course {
    /// Begins a call, and its first attempt.
    pub(super) fn begin(
        common: &Rc<Common>,
        location: Location,
        request: Request,
        call: CallOptions,
        now: Timestamp,
    ) -> Result<Self> {
        call.check()?;
        let location = request.location.unwrap_or(location);
        if location == Location::Secondary && !request.only_reads() {
            return Err(Error::value("location_mode", "\"secondary\"", "\"primary\" for all but reading"));
        }
        let endpoint = &common.endpoint;
        endpoint.host(location)?;
        let policy = call.retry.as_ref().unwrap_or(&common.options.retry);
        // A write goes nowhere else, and the pages of a list come from where the first one came from.
        let may_move = request.only_reads() && request.location.is_none() && endpoint.secondary.is_some();
        let moves = may_move && policy.to_secondary.unwrap_or(endpoint.has_secondary);
        let mut course = Course {
            common: Rc::clone(common),
            request,
            call,
            location,
            moves,
            unreachable: false,
            began: now,
            started_on: now,
            ends: 0,
            attempts: Vec::new(),
            may_be_done: false,
            secrets: Secrets::default(),
            proofs: 0,
            latest: None,
            elapsed: 0,
        };
        course.start(now);
        Ok(course)
    }

    fn start(&mut self, now: Timestamp) {
        self.started_on = now;
        let try_timeout = self.call.try_timeout.unwrap_or(self.common.options.try_timeout);
        self.ends = self.deadline().min(now.millis() + i64::from(try_timeout));
    }

    /// The moment at which the time for the call is over.
    fn deadline(&self) -> i64 {
        let deadline = self.call.deadline.unwrap_or(self.common.options.deadline);
        self.began.millis() + i64::from(deadline)
    }

    fn policy(&self) -> &RetryPolicy {
        self.call.retry.as_ref().unwrap_or(&self.common.options.retry)
    }

    fn host(&self) -> &str {
        self.common.endpoint.host(self.location).unwrap_or_default()
    }

    /// Method and URL, without query.
    pub(super) fn line(&self) -> String {
        let url = self.common.endpoint.url(self.location, &self.request.path).unwrap_or_default();
        fill("{} {}", &[self.request.method.as_str(), &url])
    }

    /// Gets hold of what proves the request, and refuses what it does not allow.
    pub async fn prove<T: Clock>(&mut self, clock: &T) -> Result<Proof> {
        match self.proof_at_hand(clock.now(), clock)? {
            Some(proof) => Ok(proof),
            None => self.ask_for_proof(clock).await,
        }
    }

    /// The proof, where nobody has to be asked for it.
    pub fn proof_at_hand(&mut self, machine: Timestamp, clock: &impl Clock) -> Result<Option<Proof>> {
        let service = self.common.clock_skew.service_time(machine);
        let proof = self.common.credential.proof_at_hand(machine, service);
        proof.map(|proof| self.checked(proof, machine, clock)).transpose()
    }

    /// Waits for it.
    pub async fn ask_for_proof<T: Clock>(&mut self, clock: &T) -> Result<Proof> {
        let now = clock.now();
        let common = Rc::clone(&self.common);
        let mut proof = None;
        let waited = {
            let asking =
                pin!(async { proof = Some(common.credential.prove(clock, common.clock_skew.service_time(now)).await) });
            let asking: Pin<&mut dyn Future<Output = ()>> = asking;
            clock.within(now.millis_until(self.ends), asking).await
        };
        match (waited, proof) {
            (Ok(()), Some(Ok(proof))) => self.checked(proof, clock.now(), clock),
            (Ok(()), Some(Err(error))) => Err(self.unproven(error, clock)),
            (Err(fault), _) => Err(self.unproven(no_credential(&fault), clock)),
            // Whoever is done in time has come to something.
            (Ok(()), None) => Err(self.unproven(no_credential(&Fault::of(FaultKind::TimedOut)), clock)),
        }
    }

    fn checked(&mut self, proof: Proof, now: Timestamp, clock: &impl Clock) -> Result<Proof> {
        if !self.call.check_access.unwrap_or(self.common.options.check_access) {
            return Ok(proof);
        }
        match self.common.check(&proof, &self.request.rights, now) {
            Ok(()) => Ok(proof),
            Err(error) => Err(self.unproven(error, clock)),
        }
    }

    /// The request as it goes out; made anew for each attempt, since the date is part of the
    /// signature.
    pub fn write(&mut self, proof: &Proof, now: Timestamp, clock: &impl Clock) -> Result<WireRequest> {
        let mut wire = WireRequest {
            method: self.request.method,
            url: self.url()?,
            headers: self.headers(now, clock),
            // Lent: `judge` takes it back.
            body: std::mem::take(&mut self.request.body),
            // Waiting for the credential may have taken some of the time.
            timeout: now.millis_until(self.ends),
            time_left: now.millis_until(self.deadline()),
            reads_headers: self.request.reads_headers,
            reads_date: self.common.clock_skew.is_old(now),
            accepts: self.request.accepts,
            attempt: self.attempts.len() as u32 + 1,
            secrets: self.secrets.clone(),
        };
        self.common.credential.authorize(proof, &mut wire);
        if wire.timeout > 0 {
            return Ok(wire);
        }
        // Sent and dropped at once, it might be carried out all the same.
        let words = "The time was over before this attempt was sent.";
        Err(self.unproven(Error::new(ErrorKind::ServiceRequestTimeout, words), clock))
    }

    fn url(&self) -> Result<String> {
        let mut url = self.common.endpoint.url(self.location, &self.request.path)?;
        let mut mark = '?';
        let mut push = |name: &str, value: &str| {
            url.push(mark);
            url.push_str(name);
            url.push('=');
            percent_encode(value, &mut url);
            mark = '&';
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
    fn headers(&self, now: Timestamp, clock: &impl Clock) -> Headers {
        let Common { credential, clock_skew, options, .. } = &*self.common;
        let oldest = if credential.is_bearer() { self.request.since_by_token } else { SERVICE_VERSION };
        let version = options.service_version.clone().map_or(Cow::Borrowed(oldest), Cow::Owned);
        let request_id = match &self.call.client_request_id {
            Some(id) => trim_blanks(id).to_owned(),
            None => random_uuid(&|| clock.random()),
        };
        let mut headers = Headers::with_capacity(8);
        headers.push(("x-ms-version".into(), version));
        headers.push(("x-ms-date".into(), clock_skew.service_time(now).to_rfc1123().into()));
        headers.push(("x-ms-client-request-id".into(), request_id.into()));
        for given in [&self.request.headers, &options.headers, &self.call.headers] {
            for (name, value) in given {
                // Blanks at the ends do not survive HTTP, and what is sent is what is signed.
                let value = match value {
                    Cow::Borrowed(value) => Cow::Borrowed(trim_blanks(value)),
                    Cow::Owned(value) => Cow::Owned(trim_blanks(value).to_owned()),
                };
                match headers.iter_mut().find(|(other, _)| other.eq_ignore_ascii_case(name)) {
                    Some((_, old)) => *old = value,
                    None => headers.push((name.clone(), value)),
                }
            }
        }
        headers
    }

    /// What an attempt came to: the end of the call, or the milliseconds to wait before the
    /// next one.
    pub fn judge(
        &mut self,
        wire: WireRequest,
        result: std::result::Result<Response, Fault>,
        proof: &Proof,
        clock: &impl Clock,
    ) -> ControlFlow<Result<Response>, u32> {
        let now = clock.now();
        self.secrets = wire.secrets;
        self.request.body = wire.body;
        let result = match result {
            Ok(response) if self.is_success(&response) => {
                self.common.clock_skew.learn(&response, None, now);
                return ControlFlow::Break(Ok(self.answer(response, now)));
            }
            Err(fault) => Err(Fault { message: self.secrets.shown(&fault.message), ..fault }),
            refused => refused,
        };
        self.attempts.push(self.attempt(result.as_ref()));
        let (error, outcome) = match result {
            Err(fault) => {
                // An attempt that waited for a connection ends later than planned.
                let by_deadline = self.ends.max(now.millis()) >= self.deadline();
                let error = no_response(&fault, by_deadline, self.started_on.millis_until(self.ends));
                // Where one endpoint is down, the other may be up; where both are out of reach, that is that.
                let elsewhere = self.moves
                    && self.policy().allows_more(self.tries())
                    && match fault.kind {
                        FaultKind::Refused => true,
                        FaultKind::Unreachable => !std::mem::replace(&mut self.unreachable, true),
                        _ => false,
                    };
                (error, Outcome::Fault(if elsewhere { FaultKind::Unsent } else { fault.kind }))
            }
            Ok(response) => {
                let error = self.explain(failure(&response), &response);
                // An earlier attempt did it, and its reply was lost.
                if self.may_be_done && error.code().is_some_and(|code| self.request.done_when.contains(&code)) {
                    return ControlFlow::Break(Ok(self.answer(response, now)));
                }
                let (error, renewed) =
                    self.common.refused(error, &self.request.rights, proof, &response, self.host(), now);
                let error = error.with_texts(&|text| self.secrets.shown(text));
                if renewed && self.proofs == 0 && now.millis_until(self.ends) > 0 {
                    self.proofs = 1;
                    self.latest = Some(error);
                    return ControlFlow::Continue(0);
                }
                let service = self.common.clock_skew.service_time(now);
                let lags = self.lags(&response, self.tries());
                let outcome = if lags { Outcome::Lagging } else { outcome(&response, &error, service) };
                (error, outcome)
            }
        };
        let error = match (error.kind(), self.latest.take()) {
            (ErrorKind::Redirect, _) => error.adding("The answer came from {}.", &[self.host()]),
            // That it is not there yet where the call moved to says nothing of what it moved away from.
            (_, Some(earlier)) if outcome == Outcome::Lagging => earlier,
            _ => error,
        };
        self.may_be_done |= outcome.may_be_done();
        self.decide(error.with_retryable(outcome.is_retryable(self.request.repeat)), outcome, clock)
    }

    fn is_success(&self, response: &Response) -> bool {
        self.request.accepts.contains(&response.status)
            && self.request.is_from_service(response)
            && !self.lags(response, self.tries() + 1)
    }

    /// Whether something may only not be there yet, after so many tries.
    fn lags(&self, response: &Response, tries: u32) -> bool {
        let can_ask = self.latest.is_some() || self.policy().allows_more(tries);
        response.status == 404 && self.moves && self.location == Location::Secondary && can_ask
    }

    /// Attempts so far, but for one with a proof that had to be renewed.
    fn tries(&self) -> u32 {
        self.attempts.len() as u32 - self.proofs
    }

    /// Whether there is another attempt, and when.
    fn decide(&mut self, error: Error, outcome: Outcome, clock: &impl Clock) -> ControlFlow<Result<Response>, u32> {
        let tries = self.tries();
        let wait = decide(self.policy(), tries, self.request.repeat, outcome, clock.random());
        let ended = matches!(outcome, Outcome::Fault(FaultKind::Aborted | FaultKind::Thrown));
        let failed = FailedAttempt { attempt: tries, error: &error, wait, may_be_done: self.may_be_done };
        let wait = if ended { Ok(None) } else { clock.choose(&failed) };
        let wait = match wait {
            Ok(wait) => wait,
            Err(fault) => return ControlFlow::Break(Err(self.failed(no_response(&fault, false, 0), clock))),
        };
        // A wait that outlasts the deadline would only make the caller wait for the same error.
        match wait.filter(|wait| clock.now().millis() + i64::from(*wait) < self.deadline()) {
            None => ControlFlow::Break(Err(self.failed(error, clock))),
            Some(wait) => {
                if let Some(last) = self.attempts.last_mut() {
                    last.wait = wait;
                }
                self.latest = Some(error);
                if self.moves {
                    self.location = self.location.other();
                }
                ControlFlow::Continue(wait)
            }
        }
    }

    /// Waits, and begins the next attempt.
    pub async fn pause<T: Clock>(&mut self, wait: u32, clock: &T) -> Result<()> {
        if let Some(latest) = &self.latest
            && let Err(fault) = clock.pause(wait, self.attempts.len() as u32, latest).await
        {
            return Err(self.failed(no_response(&fault, false, 0), clock));
        }
        self.start(clock.now());
        Ok(())
    }

    /// Why there is another attempt, and its number.
    #[cfg(all(target_arch = "wasm32", feature = "npm"))]
    pub fn latest(&self) -> Option<(&Error, u32)> {
        Some((self.latest.as_ref()?, self.attempts.len() as u32))
    }

    /// Begins the next attempt.
    #[cfg(all(target_arch = "wasm32", feature = "npm"))]
    pub fn again(&mut self, now: Timestamp) {
        self.start(now);
    }

    /// What ends a call that its caller aborts, or something of the caller's own.
    #[cfg(all(target_arch = "wasm32", feature = "npm"))]
    pub fn aborted(&mut self, fault: &Fault, clock: &impl Clock) -> Error {
        self.failed(no_response(fault, false, 0), clock)
    }

    /// What is remembered of an attempt.
    fn attempt(&self, result: std::result::Result<&Response, &Fault>) -> Attempt {
        let response = result.ok();
        let request_id = response.and_then(|response| response.header("x-ms-request-id"));
        Attempt {
            started_on: self.started_on,
            host: self.host().to_owned(),
            status_code: response.map(|response| response.status),
            request_id: request_id.map(|id| self.secrets.shown(id)),
            failure: result.err().map(|fault| fault.message.clone()),
            wait: 0,
        }
    }

    fn answer(&mut self, mut response: Response, now: Timestamp) -> Response {
        response.location = Some(self.location);
        response.repeated = self.may_be_done;
        self.elapsed = self.began.millis_until(now.millis());
        response
    }

    /// Says of the answer that an error is about whose it is, and what an emulator misses.
    fn explain(&self, error: Error, response: &Response) -> Error {
        let error = not_from_service(error, response, self.request.operation);
        self.common.explain_emulator(error, response, self.location)
    }

    /// A response that does not say what it should: the error tells of the request all the same.
    pub fn broken(&mut self, response: &Response, error: Error) -> Error {
        self.attempts.push(self.attempt(Ok(response)));
        let request_id = response.header("x-ms-request-id").map(str::to_owned);
        let told = failure(response);
        // Under a status of success there may be an error all the same.
        let error = if told.code().is_some() { told } else { error.with_status(response.status) };
        let error = self.explain(error, response).with_request_id(request_id);
        let error = error.with_texts(&|text| self.secrets.shown(text));
        let error = match self.request.repeat {
            Repeat::Unsafe(words) => error.ambiguous(words),
            // A queue that is there, or missing, is so the next time; what is no answer at all need not be.
            Repeat::Safe => {
                let is_settled = matches!(error.kind(), ErrorKind::ResourceExists | ErrorKind::ResourceNotFound);
                error.with_retryable(!is_settled)
            }
        };
        error.with_request(&self.line(), std::mem::take(&mut self.attempts), self.elapsed)
    }

    /// That the time is over says less than why there had to be another attempt.
    fn unproven(&mut self, error: Error, clock: &impl Clock) -> Error {
        let timed_out = error.kind() == ErrorKind::ServiceRequestTimeout;
        let latest = self.latest.take().filter(|_| timed_out);
        let error = latest.unwrap_or_else(|| error.with_retryable(timed_out));
        self.failed(error, clock)
    }

    /// The end of the call. What may have been done, whatever this error is about, is not hidden.
    pub fn failed(&mut self, error: Error, clock: &impl Clock) -> Error {
        let error = match self.request.repeat {
            Repeat::Unsafe(words) if self.may_be_done && error.kind() != ErrorKind::Aborted => error.ambiguous(words),
            // An earlier attempt may have done it, and the refusal is not the service's.
            Repeat::Safe if self.may_be_done && error.code() == Some(NOT_FROM_SERVICE) && !error.is_ambiguous() => {
                unknown_if_written(error, self.request.operation)
            }
            _ => error,
        };
        let elapsed = self.began.millis_until(clock.now().millis());
        error.with_request(&self.line(), std::mem::take(&mut self.attempts), elapsed)
    }
}
