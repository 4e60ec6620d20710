//! What `scripts/lib/instructions.mjs` counts the instructions of: `instructions OPERATION TIMES FILE`, where the file has
//! the body of the answer.

#![allow(clippy::expect_used, clippy::panic, reason = "it is a program for the tests")]

use std::env::args;
use std::fs::read;
use std::pin::pin;
use std::task::{Context, Poll, Waker};

use azure_queue_wasm::client::{QueueServiceClient, SendOptions};
use azure_queue_wasm::clock::Clock;
use azure_queue_wasm::codec::MessageEncoding;
use azure_queue_wasm::credential::Credential;
use azure_queue_wasm::error::{Error, Result};
use azure_queue_wasm::http::{Fault, Response, Transport, WireRequest};
use azure_queue_wasm::operations::{message, service};
use azure_queue_wasm::pipeline::ClientOptions;
use azure_queue_wasm::time::Timestamp;

/// Answers at once, at one moment for ever.
struct Instant(Vec<u8>);

impl Transport for Instant {
    async fn send(&self, _request: &WireRequest) -> std::result::Result<Response, Fault> {
        Ok(Response { status: 201, body: self.0.clone(), ..Response::default() })
    }
}

impl Clock for Instant {
    fn now(&self) -> Timestamp {
        Timestamp::from_millis(1_767_323_045_000)
    }

    fn random(&self) -> f64 {
        0.5
    }

    async fn within<T>(&self, _millis: u32, work: impl Future<Output = T>) -> std::result::Result<T, Fault> {
        Ok(work.await)
    }

    async fn pause(&self, _millis: u32, _attempt: u32, _because: &Error) -> std::result::Result<(), Fault> {
        Ok(())
    }
}

const SAS: &str = "https://myaccount.queue.core.windows.net?sv=2020-12-06&ss=q&srt=sco&sp=rwdlacup&se=2030-01-01T00%3A00%3A00Z&sig=c2lnbmF0dXJlIG9mIHRlc3Rz";

fn main() -> Result<()> {
    let given: Vec<String> = args().skip(1).collect();
    let [operation, times, file] = given.as_slice() else { panic!("three arguments") };
    let times = times.parse().expect("a number");
    let body = read(file).expect("a file");
    match operation.as_str() {
        "send" => return send(&"two cups of tea ".repeat(64), times, body),
        "send-lines" => return send(&"two cups\r\n".repeat(4_800), times, body),
        _ => {}
    }
    let response = Response { status: 200, body, ..Response::default() };
    for _ in 0..times {
        match operation.as_str() {
            "messages" => assert!(!message::read_messages(&response)?.is_empty()),
            "queues" => assert!(!service::list_queues_response(&response)?.queues.is_empty()),
            other => panic!("{other} is none of messages, queues, send and send-lines"),
        }
    }
    Ok(())
}

fn send(text: &str, times: u32, answer: Vec<u8>) -> Result<()> {
    let (none, options) = (Credential::default(), ClientOptions::default());
    let service = QueueServiceClient::new(SAS, none, options, Instant(answer))?;
    let queue = service.queue_client("orders", MessageEncoding::Text)?;
    for _ in 0..times {
        let options = SendOptions::default();
        let mut sending = pin!(queue.send_message(text, &options));
        let Poll::Ready(sent) = sending.as_mut().poll(&mut Context::from_waker(Waker::noop())) else {
            panic!("the answer is there at once");
        };
        assert!(!sent?.id.is_empty());
    }
    Ok(())
}
