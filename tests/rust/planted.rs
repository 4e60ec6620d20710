//! Secrets to plant, every kind of credential that holds one, and a search for them.

use std::error::Error as _;
use std::fmt::Debug;

use azure_queue_wasm::client::QueueClient;
use azure_queue_wasm::credential::{
    AccessToken, Bearer, Credential, DEFAULT_AUDIENCE, SasSource, SharedKey, SourceFuture, TokenRequest, TokenSource,
};
use azure_queue_wasm::error::{Error, Result};
use azure_queue_wasm::percent::{percent_decode, percent_encode};
use azure_queue_wasm::pipeline::ClientOptions;
use azure_queue_wasm::retry::RetryPolicy;
use base64::Engine;
use base64::engine::general_purpose::{STANDARD, STANDARD_NO_PAD};

use crate::script::{Script, URL, at};

// Made up for these tests, and shaped like real ones.
pub const SIGNATURE: &str = "/yF3goS+7gAbcUo3YCWl0qvSCdVnCXKQg5/NdvcaSKY=";
pub const NEXT_SIGNATURE: &str = "7HSPfaj/q9yJt84+PTG+7v8HsMtHHwDFePE5tWbJ/ko=";
pub const KEY: &str = "2FLCJ8ksOiQBgu+e/Vz+0dPWP+9K5G3cu6uCBVlDKhj+QTsgyjydCIBfFV/6L77LSQ3P5sQo2RoI+b+mxbIeZA==";
pub const DELEGATION_KEY: &str = "Z0aAKO38D+ZG03DttC/DMftBzZ85jaR0IHYl6jD+gZc=";
pub const TOKEN: &str = "eyJ0eXAiOiJKV1QiLCJhbGciOiJSUzI1NiJ9.eyJhdWQiOiJodHRwczovL3N0b3JhZ2UuYXp1cmUuY29tIn0.\
    E_QsDIi8Ki6-AEotdYUMEYytTuwRpa-1neeAy1LVdx_LrtlERoPsuXWxHgickhEitCSx55OoSQOWiUt8rQ_RLw";
pub const PLANTED: [&str; 5] = [SIGNATURE, NEXT_SIGNATURE, KEY, DELEGATION_KEY, TOKEN];

pub fn encoded(text: &str) -> String {
    let mut out = String::new();
    percent_encode(text, &mut out);
    out
}

/// A secret as it may come back from outside.
pub fn forms(secret: &str) -> [String; 8] {
    [
        secret.to_owned(),
        secret.to_ascii_lowercase(),
        encoded(secret),
        encoded(secret).replace("%2B", "%2b").replace("%2F", "/"),
        encoded(&encoded(secret)),
        STANDARD.encode(secret),
        STANDARD_NO_PAD.encode(secret),
        STANDARD.encode(format!("Bearer {secret}")),
    ]
}

/// Which secrets are to be seen in a text: 16 characters of one are too many, in Base64 too,
/// wherever in the encoded text they begin.
pub fn leaks<'a>(text: &str, secrets: &[&'a str]) -> Vec<&'a str> {
    let readings = readings(text);
    let seen = |trace: &String| readings.iter().any(|reading| reading.contains(trace));
    secrets.iter().filter(|secret| traces(secret).iter().any(seen)).copied().collect()
}

/// A text as it stands there and as it may be read, in small letters.
pub fn readings(text: &str) -> Vec<String> {
    let mut readings = vec![text.to_owned()];
    for _ in 0..2 {
        readings.extend(readings.last().filter(|text| text.contains('%')).and_then(|text| percent_decode(text)));
    }
    readings.iter().map(|reading| reading.to_ascii_lowercase()).collect()
}

/// What is to be seen of a secret in such a reading, if it is.
pub fn traces(secret: &str) -> Vec<String> {
    let pieces = (0..=secret.len() - 16).step_by(14).filter_map(|start| secret.get(start..start + 16));
    let in_base64 = |piece: &str, before: usize| {
        let whole = STANDARD.encode(format!("{:before$}{piece}", ""));
        // Its first and last digits depend on what is around it.
        whole.get((before * 4).div_ceil(3)..21).expect("digits").to_owned()
    };
    let traces =
        pieces.flat_map(|piece| [piece.to_owned()].into_iter().chain((0..3).map(move |at| in_base64(piece, at))));
    traces.map(|trace| trace.to_ascii_lowercase()).collect()
}

pub fn printed(value: &impl Debug) -> String {
    format!("{value:?} {value:#?}")
}

/// Everything that an error tells.
pub fn told(error: &Error) -> String {
    let mut text = format!("{error} {} {} {}", error.kind().name(), error.message(), printed(error));
    text += &printed(&(error.code(), error.request_id(), error.details(), error.request(), error.attempts()));
    text += &printed(&error.refusal());
    let mut source = error.source();
    while let Some(error) = source {
        text += &format!("{error} {error:?} {error:#?}");
        source = error.source();
    }
    text
}

/// Gives the same thing each time.
pub struct Desk(pub String);

impl SasSource for Desk {
    fn sas(&self) -> SourceFuture<String> {
        let sas = self.0.clone();
        Box::pin(async { Ok(sas) })
    }
}

impl TokenSource for Desk {
    fn token(&self, _: &TokenRequest) -> SourceFuture<AccessToken> {
        let token = self.0.clone();
        Box::pin(async { Ok(AccessToken::new(token, at("2030-01-01"), None)) })
    }
}

pub fn bearer() -> Credential {
    Bearer::new(Box::new(Desk(TOKEN.to_owned())), DEFAULT_AUDIENCE).expect("audience").into()
}

pub fn from_source(text: &str) -> Credential {
    Credential::from(Box::new(Desk(text.to_owned())) as Box<dyn SasSource>)
}

pub fn text(text: &str) -> Credential {
    Credential::from_text(text, Some("myacct")).expect("credential")
}

/// A client with a SAS, or with what stands in its place.
pub type Make = fn(&str, ClientOptions, Script) -> Result<QueueClient<Script>>;

pub fn at_url(credential: Credential, options: ClientOptions, script: Script) -> Result<QueueClient<Script>> {
    QueueClient::new(URL, "orders", credential, options, script)
}

/// Every kind of credential, and whether a SAS alone decides about calls.
pub const CREDENTIALS: [(&str, bool, Make); 12] = [
    ("SAS", true, |sas, options, script| at_url(text(sas), options, script)),
    ("SAS of a source", true, |sas, options, script| at_url(from_source(sas), options, script)),
    ("SAS in the account's URL", true, |sas, options, script| {
        QueueClient::new(&format!("{URL}?{sas}"), "orders", Credential::default(), options, script)
    }),
    ("SAS in the queue's URL", true, |sas, options, script| {
        QueueClient::from_queue_url(&format!("{URL}/orders?{sas}"), Credential::default(), options, script)
    }),
    ("SAS in a connection string", true, |sas, options, script| {
        let text = format!("QueueEndpoint={URL};SharedAccessSignature={sas}");
        QueueClient::from_connection_string(&text, "orders", options, script)
    }),
    ("SAS in the place of another", true, |sas, options, script| {
        let queue = at_url(text(&format!("sp=raup&sig={}", encoded(NEXT_SIGNATURE))), options, script)?;
        queue.update_sas(sas).map(|()| queue)
    }),
    ("key", false, |_, options, script| at_url(text(KEY), options, script)),
    ("name and key", false, |_, options, script| {
        at_url(SharedKey::new("myacct", KEY).expect("key").into(), options, script)
    }),
    ("key in a connection string", false, |_, options, script| {
        let text = format!("AccountName=myacct;AccountKey={KEY}");
        QueueClient::from_connection_string(&text, "orders", options, script)
    }),
    ("key and SAS", false, |sas, options, script| {
        QueueClient::new(&format!("{URL}?{sas}"), "orders", text(KEY), options, script)
    }),
    ("token", false, |_, options, script| at_url(bearer(), options, script)),
    ("token and SAS for one user", true, |sas, options, script| {
        let url = format!("{URL}/orders?{sas}&skoid=o&sduoid=u");
        QueueClient::from_queue_url(&url, bearer(), options, script)
    }),
];

/// The fields of a SAS that may do everything, for a long time.
pub const GOOD: &str = "sp=raup&se=2099-01-01";

pub fn sas(fields: &str) -> String {
    format!("sv=2020-12-06&{fields}&sig={}", encoded(SIGNATURE))
}

pub fn client(make: Make, fields: &str, script: &Script) -> QueueClient<Script> {
    let retry = RetryPolicy { max_tries: 2, ..RetryPolicy::default() };
    make(&sas(fields), ClientOptions { retry, ..ClientOptions::default() }, script.clone()).expect("client")
}
