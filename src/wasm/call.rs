//! One call, as JavaScript drives it: a step at a time, and what waits is a promise between
//! two steps. A future that Rust drives would be half as large again, and a trap in it would
//! leave a promise that never settles.

use std::error::Error as _;
use std::ops::ControlFlow;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::codec::MessageEncoding;
use crate::credential::Proof;
use crate::error::{Error, ErrorKind};
use crate::http::{Fault, WireRequest};
use crate::pipeline::course::Course;

use super::calls::{self, Operation};
use super::core::Thrown;
use super::credential::JsFailure;
use super::fetch::{Exchange, Fetch};
use super::output::{error_record, hand_back};

/// A call on its way: `js/client.ts` takes it through its steps.
#[wasm_bindgen]
pub struct Call {
    operation: Operation,
    encoding: MessageEncoding,
    fetch: Fetch,
    course: Course,
    proof: Option<Proof>,
    wire: Option<WireRequest>,
    result: JsValue,
}

#[wasm_bindgen]
impl Call {
    /// Gets hold of what proves the request. Whether somebody has to be asked for it: see [`Call::ask`].
    pub fn prove(&mut self) -> Thrown<bool> {
        let proof = self.course.proof_at_hand(&self.fetch);
        self.proof = proof.map_err(|error| self.rejection(&error))?;
        Ok(self.proof.is_none())
    }

    /// Asks for the proof. It gives this call back.
    pub fn ask(mut self) -> Promise {
        future_to_promise(async move {
            let proof = self.course.ask_for_proof(&self.fetch).await;
            self.proof = Some(proof.map_err(|error| self.rejection(&error))?);
            Ok(self.into())
        })
    }

    /// Writes the request and sends it. What the promise resolves to is for [`Call::judge`].
    pub fn send(&mut self) -> Thrown<Promise> {
        let Some(proof) = &self.proof else { return Ok(Promise::resolve(&JsValue::UNDEFINED)) };
        let wire = self.course.write(proof, &self.fetch).map_err(|error| self.rejection(&error))?;
        let sending = self.fetch.begin(&wire);
        self.wire = Some(wire);
        sending.map_err(|fault| self.ended(&fault))
    }

    /// What came of it: milliseconds to wait before the next attempt, or nothing at the end.
    pub fn judge(&mut self, exchange: Exchange) -> Thrown<Option<u32>> {
        let (Some(proof), Some(wire)) = (self.proof.take(), self.wire.take()) else { return Ok(None) };
        let came = self.fetch.end(&wire, exchange);
        match self.course.judge(wire, came, &proof, &self.fetch) {
            ControlFlow::Continue(wait) => {
                if let Some((error, attempt)) = self.course.latest()
                    && let Err(fault) = self.fetch.tell_retry(wait, attempt, error)
                {
                    return Err(self.ended(&fault));
                }
                Ok(Some(wait))
            }
            ControlFlow::Break(end) => {
                let read = end
                    .and_then(|answer| answer.read(|response| calls::result(self.operation, self.encoding, response)));
                self.result = read.map_err(|error| self.rejection(&error))?;
                Ok(None)
            }
        }
    }

    /// Waits. What the promise resolves to is for [`Call::again`].
    pub fn pause(&self, millis: u32) -> Promise {
        self.fetch.begin_pause(millis)
    }

    /// Begins the next attempt, unless the wait was aborted.
    pub fn again(&mut self, ended: JsValue) -> Thrown<()> {
        if let Some(fault) = self.fetch.end_pause(ended) {
            return Err(self.ended(&fault));
        }
        self.course.again(&self.fetch);
        Ok(())
    }

    /// What the operation returns, at the end.
    pub fn result(&mut self) -> JsValue {
        std::mem::replace(&mut self.result, JsValue::UNDEFINED)
    }
}

impl Call {
    /// What ends a call from outside.
    fn ended(&mut self, fault: &Fault) -> JsValue {
        let error = self.course.aborted(fault, &self.fetch);
        self.rejection(&error)
    }

    pub(super) fn begin(operation: Operation, encoding: MessageEncoding, fetch: Fetch, course: Course) -> Self {
        Call { operation, encoding, fetch, course, proof: None, wire: None, result: JsValue::UNDEFINED }
    }

    /// An aborted call rejects with the reason that the caller gave, and one in which something of the caller's own threw
    /// with that, or with an error that has it as the cause.
    fn rejection(&self, error: &Error) -> JsValue {
        let cause = self.fetch.take_cause();
        if matches!(error.kind(), ErrorKind::Aborted | ErrorKind::Thrown) {
            return hand_back(cause.unwrap_or_default()).unwrap_or_default();
        }
        let why = error.source().and_then(|source| source.downcast_ref::<Error>());
        let why = why.filter(|why| why.kind() != ErrorKind::Thrown);
        let failure = why.unwrap_or(error).source().and_then(|source| source.downcast_ref::<JsFailure>());
        let cause = failure.map(|failure| failure.thrown.clone()).or(cause).unwrap_or_default();
        let request_id = self.fetch.latest_request_id();
        let request_id = request_id.as_deref();
        match why {
            Some(why) => error_record(error, request_id, error_record(why, request_id, cause)),
            None => error_record(error, request_id, cause),
        }
    }
}
