//! One call on its way: the request of each attempt, and what comes of it.

use std::ops::ControlFlow;

use crate::credential::{Proof, Secrets};
use crate::error::{Attempt, Error, ErrorKind, Result};
use crate::http::{Fault, Headers, Location, Request, Response, WireRequest};
use crate::operations::{SERVICE_VERSION, failure};
use crate::percent::percent_encode;
use crate::retry::{Outcome, decide};
use crate::text::{decimal, digit, fill, push, small_number, trim, trim_blanks};
use crate::time::Timestamp;

use super::{Answer, CallOptions, Common, Pipeline, no_response};

/// One call on its way: all of it that is no waiting, apart from the waiting, since what lives
/// in a future costs twice the wasm.
pub(super) struct Course<'a> {
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
    pub attempts: Vec<Attempt>,
    may_be_done: bool,
    /// Those of all attempts: what comes late may quote an earlier one.
    pub secrets: Secrets,
    /// A refused proof is renewed once, which is no retry: the refusal says that nothing was done.
    proofs: u32,
    pub latest: Option<Error>,
}

impl<'a> Course<'a> {
    pub fn begin(pipeline: &'a Pipeline, request: &'a Request, call: &'a CallOptions, now: Timestamp) -> Result<Self> {
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
    pub fn start(&mut self, now: Timestamp) -> u32 {
        let options = &self.common.options;
        self.started_on = now;
        let deadline = self.began.millis() + i64::from(options.deadline);
        self.ends = deadline.min(now.millis() + i64::from(options.try_timeout));
        until(self.ends, now)
    }

    pub fn failed(&mut self, error: Error) -> Error {
        error.with_request(&self.line, std::mem::take(&mut self.attempts))
    }

    /// That the time is over says less than why there had to be another attempt.
    pub fn unproven(&mut self, error: Error) -> Error {
        let timed_out = error.kind() == ErrorKind::ServiceRequestTimeout;
        let latest = self.latest.take().filter(|_| timed_out);
        self.failed(latest.unwrap_or(error))
    }

    /// The request as it goes out; made anew for each attempt, since the date is part of the
    /// signature.
    pub fn write(&mut self, proof: &Proof<'_>, now: Timestamp, random: &dyn Fn() -> f64) -> Result<WireRequest> {
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
    pub fn judge(
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
