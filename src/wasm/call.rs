//! One call, as JavaScript drives it: a step at a time, and what waits is a promise between
//! two steps. A future that Rust drives would be half as large again, and a trap in it would
//! leave a promise that never settles.

use std::cell::RefCell;
use std::error::Error as _;
use std::ops::ControlFlow;

use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;

use crate::clock::Clock;
use crate::codec::MessageEncoding;
use crate::credential::Proof;
use crate::error::{Error, ErrorKind};
use crate::http::{Fault, WireRequest};
use crate::pipeline::course::Course;
use crate::time::Timestamp;

use super::calls::{self, Operation};
use super::credential::JsFailure;
use super::fetch::{Exchange, Fetch};
use super::output::{Thrown, error_record, given, hand_back};

/// A call on its way.
pub(super) struct Call {
    operation: Operation,
    encoding: MessageEncoding,
    fetch: Fetch,
    course: Course,
    proof: Option<Proof>,
    wire: Option<WireRequest>,
}

thread_local! {
    /// The calls on their way, each at its number; nothing stands in the place of one that is in the midst of a step, in
    /// which a hook may begin others. A class of JavaScript's for each would be an object to be freed, and a finalizer: as
    /// much as the rest of a call.
    static CALLS: RefCell<Vec<Option<Box<Call>>>> = RefCell::default();
}

/// Begins a call with its first step. `js/client.ts` chooses its number, at which there is none, and takes it through its
/// steps. What [`judge`] ends is gone, others are there until they are given up.
pub(super) fn begin<T>(number: u32, call: Call, step: impl FnOnce(&mut Call) -> Thrown<T>) -> Thrown<T> {
    let mut call = Box::new(call);
    let done = step(&mut call);
    put_back(number, call);
    done
}

fn take(number: u32) -> Option<Box<Call>> {
    CALLS.with_borrow_mut(|calls| calls.get_mut(number as usize)?.take())
}

fn put_back(number: u32, call: Box<Call>) {
    CALLS.with_borrow_mut(|calls| {
        let at = number as usize;
        if at >= calls.len() {
            calls.resize_with(at + 1, || None);
        }
        if let Some(place) = calls.get_mut(at) {
            *place = Some(call);
        }
    });
}

/// Does one step of a call.
fn step<T>(number: u32, step: impl FnOnce(&mut Call) -> Thrown<T>) -> Thrown<T> {
    // Whoever keeps to the order of the steps does not come here.
    let mut call = take(number).ok_or(JsValue::UNDEFINED)?;
    let done = step(&mut call);
    put_back(number, call);
    done
}

/// Gets hold of what proves the request, writes it and sends it. What the promise resolves to is for [`judge`]; without
/// a promise somebody has to be asked for the proof first: see [`ask`].
#[wasm_bindgen]
pub fn send(number: u32) -> JsValue {
    given(step(number, |call| {
        let now = call.fetch.now();
        call.send(now)
    }))
}

/// Asks for the proof.
#[wasm_bindgen]
pub fn ask(number: u32) -> JsValue {
    given(take(number).ok_or(JsValue::UNDEFINED).map(|mut call| {
        future_to_promise(async move {
            let asked = call.ask().await;
            put_back(number, call);
            asked.map(|()| JsValue::UNDEFINED)
        })
    }))
}

/// What came of a request: what the operation returns, or an error, each of which ends the call; or a promise, which none
/// returns, of the wait before the next attempt. What it resolves to is for [`again`].
#[wasm_bindgen]
pub fn judge(number: u32, exchange: Exchange) -> JsValue {
    given(take(number).ok_or(JsValue::UNDEFINED).and_then(|mut call| match call.judge(exchange)? {
        ControlFlow::Continue(wait) => {
            put_back(number, call);
            Ok(wait.into())
        }
        ControlFlow::Break(result) => Ok(result),
    }))
}

/// Begins the next attempt, unless the wait was aborted, and sends its request as [`send`] does.
#[wasm_bindgen]
pub fn again(number: u32, waited: JsValue) -> JsValue {
    given(step(number, |call| call.again(waited)))
}

/// Forgets a call.
#[wasm_bindgen(js_name = giveUp)]
pub fn give_up(number: u32) {
    take(number);
}

impl Call {
    pub fn new(operation: Operation, encoding: MessageEncoding, fetch: Fetch, course: Course) -> Self {
        Call { operation, encoding, fetch, course, proof: None, wire: None }
    }

    pub fn send(&mut self, now: Timestamp) -> Thrown<Option<Promise>> {
        if self.proof.is_none() {
            self.proof = self.course.proof_at_hand(now, &self.fetch).map_err(|error| self.rejection(&error))?;
        }
        let Some(proof) = &self.proof else { return Ok(None) };
        let wire = self.course.write(proof, now, &self.fetch).map_err(|error| self.rejection(&error))?;
        let sending = self.fetch.begin(&wire);
        self.wire = Some(wire);
        sending.map(Some).map_err(|fault| self.ended(&fault))
    }

    async fn ask(&mut self) -> Thrown<()> {
        let proof = self.course.ask_for_proof(&self.fetch).await;
        self.proof = Some(proof.map_err(|error| self.rejection(&error))?);
        Ok(())
    }

    fn judge(&mut self, exchange: Exchange) -> Thrown<ControlFlow<JsValue, Promise>> {
        let (Some(proof), Some(wire)) = (self.proof.take(), self.wire.take()) else {
            return Err(JsValue::UNDEFINED);
        };
        let came = self.fetch.end(&wire, exchange);
        match self.course.judge(wire, came, &proof, &self.fetch) {
            ControlFlow::Continue(wait) => {
                if let Some((error, attempt)) = self.course.latest()
                    && let Err(fault) = self.fetch.tell_retry(wait, attempt, error)
                {
                    return Err(self.ended(&fault));
                }
                Ok(ControlFlow::Continue(self.fetch.begin_pause(wait)))
            }
            ControlFlow::Break(end) => {
                let read = end.and_then(|mut response| {
                    let read = calls::result(self.operation, self.encoding, &response);
                    read.map_err(|error| {
                        self.fetch.read_headers(&mut response);
                        self.course.broken(&response, error)
                    })
                });
                read.map(ControlFlow::Break).map_err(|error| self.rejection(&error))
            }
        }
    }

    fn again(&mut self, waited: JsValue) -> Thrown<Option<Promise>> {
        if let Some(fault) = self.fetch.end_pause(waited) {
            return Err(self.ended(&fault));
        }
        let now = self.fetch.now();
        self.course.again(now);
        self.send(now)
    }

    /// What ends a call from outside.
    fn ended(&mut self, fault: &Fault) -> JsValue {
        let error = self.course.aborted(fault, &self.fetch);
        self.rejection(&error)
    }

    /// An aborted call rejects with the reason that the caller gave, and one in which something of the caller's own threw
    /// with that, or with an error that has it as the cause.
    fn rejection(&self, error: &Error) -> JsValue {
        let cause = self.fetch.take_cause();
        if matches!(error.kind(), ErrorKind::Aborted | ErrorKind::Thrown) {
            return hand_back(cause.unwrap_or_default());
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
