//! Credentials of the Rust API: sources, refusals before a request, the clock.

use std::cell::RefCell;
use std::error::Error as _;
use std::rc::Rc;

use azure_queue_wasm::client::QueueClient;
use azure_queue_wasm::credential::{
    AccessToken, Bearer, Credential, DEFAULT_AUDIENCE, SasSource, SharedKey, SourceFuture, TokenRequest, TokenSource,
};
use azure_queue_wasm::error::{ErrorKind, Result};
use azure_queue_wasm::http::{FaultKind, Response};
use azure_queue_wasm::pipeline::ClientOptions;

use crate::script::{NOW, Script, URL, at, call, headers, ready, status, xml};

/// A SAS by its number, which ends so many minutes from now.
fn sas(number: usize, minutes: i64) -> String {
    let ends = at("2026-01-02T03:04:05Z").millis() + minutes * 60_000;
    let ends = azure_queue_wasm::time::Timestamp::from_millis(ends).to_iso8601();
    format!("sp=raup&se={ends}&sig=signature{number}")
}

/// Gives one after the other.
#[derive(Clone)]
struct Desk(Rc<RefCell<Vec<std::result::Result<String, &'static str>>>>);

impl SasSource for Desk {
    fn sas(&self) -> SourceFuture<String> {
        let next = self.0.borrow_mut().remove(0);
        Box::pin(async move { next.map_err(Into::into) })
    }
}

impl TokenSource for Desk {
    fn token(&self, _: &TokenRequest) -> SourceFuture<AccessToken> {
        let next = self.0.borrow_mut().remove(0);
        let expires_on = at("2026-01-02T05:00:00Z");
        Box::pin(async move { next.map(|token| AccessToken::new(token, expires_on, None)).map_err(Into::into) })
    }
}

fn desk(gives: impl IntoIterator<Item = std::result::Result<String, &'static str>>) -> Desk {
    Desk(Rc::new(RefCell::new(gives.into_iter().collect())))
}

fn with(script: &Script, credential: Credential) -> QueueClient<Script> {
    QueueClient::new(URL, "orders", credential, ClientOptions::default(), script.clone()).expect("client")
}

fn from_desk(desk: &Desk) -> Credential {
    Credential::from(Box::new(desk.clone()) as Box<dyn SasSource>)
}

fn exists(queue: &QueueClient<Script>) -> Result<bool> {
    ready(queue.exists(&call()))
}

fn numbers(script: &Script) -> Vec<String> {
    let number = |url: &str| url.rsplit_once("signature").map(|(_, number)| number.to_owned());
    script.sent().iter().map(|sent| number(&sent.url).unwrap_or_default()).collect()
}

fn refused(date: &str) -> std::result::Result<Response, azure_queue_wasm::http::Fault> {
    headers(403, &[("x-ms-error-code", "AuthenticationFailed"), ("date", date)])
}

#[test]
fn a_source_is_asked_once_and_again_after_a_refusal() {
    let desk = desk([Ok(sas(1, 60)), Ok(sas(2, 60))]);
    let script = Script::new([status(200), refused(""), status(200)]);
    let queue = with(&script, from_desk(&desk));
    assert_eq!(exists(&queue), Ok(true));
    assert_eq!(exists(&queue), Ok(true));
    assert_eq!(numbers(&script), ["1", "1", "2"]);
    assert!(desk.0.borrow().is_empty());
    assert_eq!(script.pauses(), [0], "without a wait");
}

#[test]
fn what_a_source_fails_with_is_the_source_of_the_error() {
    let script = Script::new([]);
    let error = exists(&with(&script, from_desk(&desk([Err("closed")])))).expect_err("no SAS");
    assert_eq!(error.kind(), ErrorKind::ClientAuthentication);
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("closed"));
    assert!(error.request().is_some_and(|request| request.starts_with("GET https://myacct")));

    let bearer = Bearer::new(Box::new(desk([Err("nobody there")])), DEFAULT_AUDIENCE).expect("bearer");
    let error = exists(&with(&script, bearer.into())).expect_err("no token");
    assert_eq!(error.source().map(ToString::to_string).as_deref(), Some("nobody there"));

    let error = exists(&with(&script, from_desk(&desk([Ok("<html>".into())])))).expect_err("no SAS");
    assert!(error.message().contains("begins with"), "{error}");
    assert!(script.sent().is_empty());
}

#[test]
fn what_a_sas_does_not_allow_is_not_sent() {
    let script = Script::new([]);
    let ended = with(&script, Credential::from_text(&sas(1, -1), None).expect("SAS"));
    let error = exists(&ended).expect_err("ended");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::SasExpired, 0));
    let queue = with(&script, Credential::from_text(&sas(1, 60), None).expect("SAS"));
    let error = ready(queue.clear_messages(&call())).expect_err("not allowed");
    assert_eq!((error.kind(), error.attempts().len()), (ErrorKind::SasPermission, 0));
    assert!(script.sent().is_empty());
    let unchecked = ClientOptions { check_access: false, ..ClientOptions::default() };
    let script = Script::new([status(204)]);
    let credential = Credential::from_text(&sas(1, -1), None).expect("SAS");
    let queue = QueueClient::new(URL, "orders", credential, unchecked, script.clone()).expect("client");
    assert_eq!(ready(queue.clear_messages(&call())), Ok(()));
}

#[test]
fn a_sas_can_be_replaced() {
    let script = Script::new([status(200), status(200)]);
    let queue = with(&script, Credential::from_text(&sas(1, 60), None).expect("SAS"));
    assert_eq!(exists(&queue), Ok(true));
    queue.update_sas(&sas(2, 60)).expect("updated");
    assert_eq!(exists(&queue), Ok(true));
    assert_eq!(numbers(&script), ["1", "2"]);
    assert!(queue.update_sas("no SAS").is_err());
    let key = with(&script, SharedKey::new("myacct", "AAECAw==").expect("key").into());
    assert!(key.update_sas(&sas(3, 60)).is_err());
}

#[test]
fn the_clock_is_put_right_within_the_call() {
    let script = Script::new([refused("Fri, 02 Jan 2026 03:24:05 GMT"), status(200), status(200)]);
    let queue = with(&script, SharedKey::new("myacct", "AAECAw==").expect("key").into());
    assert_eq!(exists(&queue), Ok(true));
    assert_eq!(exists(&queue), Ok(true));
    let dates: Vec<_> = script.sent().iter().filter_map(|sent| sent.header("x-ms-date").map(str::to_owned)).collect();
    let (wrong, right) = ("Fri, 02 Jan 2026 03:04:05 GMT", "Fri, 02 Jan 2026 03:24:05 GMT");
    assert_eq!(dates, [wrong, right, right]);
    assert_eq!(azure_queue_wasm::clock::Clock::now(&script).millis(), NOW);
}

#[test]
fn waiting_for_a_token_does_not_age_the_date() {
    let bearer = Bearer::new(Box::new(desk([Ok("a-token".into())])), DEFAULT_AUDIENCE).expect("bearer");
    let script = Script::new([status(200)]).each_credential_takes(30_000);
    assert_eq!(exists(&with(&script, bearer.into())), Ok(true));
    assert_eq!(script.only().header("x-ms-date"), Some("Fri, 02 Jan 2026 03:04:35 GMT"));
    assert_eq!(script.only().header("authorization"), Some("Bearer a-token"));
}

#[test]
fn a_service_that_quotes_the_signature_is_not_repeated() {
    let body = "<Error><Code>AuthenticationFailed</Code><Message>not signature1</Message>\
        <AuthenticationErrorDetail>The MAC signature '%73ignature1' is not the same.</AuthenticationErrorDetail></Error>";
    let script = Script::new([xml(403, body)]);
    let error = exists(&with(&script, Credential::from_text(&sas(1, 60), None).expect("SAS"))).expect_err("refused");
    assert!(error.message().contains("not REDACTED"), "{error}");
    assert_eq!(
        error.details(),
        [("authenticationerrordetail".into(), "The MAC signature 'REDACTED' is not the same.".into())]
    );
}

#[test]
fn a_delete_whose_reply_was_lost_is_done_also_after_a_new_sas() {
    let missing = || headers(404, &[("x-ms-error-code", "QueueNotFound")]);
    let owner = |number| Ok(format!("ss=q&srt=sco&{}", sas(number, 60).replace("raup", "rwdlacup")));
    let lost = || Err(azure_queue_wasm::http::Fault::of(FaultKind::Lost));
    let script = Script::new([lost(), refused(""), missing()]);
    let queue = with(&script, from_desk(&desk([owner(1), owner(2)])));
    assert_eq!(ready(queue.delete_queue(&call())), Ok(()));
    assert_eq!(numbers(&script), ["1", "1", "2"]);
}
