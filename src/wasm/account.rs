//! An account: made from what JavaScript gives, shared by its clients.

use std::rc::Rc;

use js_sys::Function;
use wasm_bindgen::prelude::*;

use crate::connection_string::ConnectionString;
use crate::credential::Credential;
use crate::endpoint::Endpoint;
use crate::error::{Error, Result};
use crate::http::{Clock, Location};
use crate::limits::{self, Quoted};
use crate::pipeline::{ClientOptions, Pipeline};
use crate::retry::{RetryMode, RetryPolicy};

use super::credential;
use super::fetch::{Fetch, Hooks, object};
use super::values_in::{flag, function, headers, integer, millis, plain_object, property, required_text, secret, text};
use super::values_out;

/// What all clients of an account share.
#[derive(Clone)]
pub struct Account {
    pub(super) pipeline: Rc<Pipeline>,
    pub(super) fetch: Option<Function>,
    pub(super) hooks: Hooks,
}

impl Account {
    /// From an account URL.
    pub fn from_url(url: &JsValue, credential: &JsValue, options: &JsValue) -> Result<Self> {
        let (endpoint, sas) = Endpoint::from_account_url(&required_text("account_url", url)?)?;
        let credential = credential::read(credential, endpoint.account_name.as_deref(), options)?;
        Account::open(endpoint, credential.unwrap_or_default().or_sas(sas), options)
    }

    /// From a queue URL, and the queue's name in it.
    pub fn from_queue_url(url: &JsValue, credential: &JsValue, options: &JsValue) -> Result<(Self, String)> {
        let (endpoint, name, sas) = Endpoint::from_queue_url(&required_text("queue_url", url)?)?;
        let credential = credential::read(credential, endpoint.account_name.as_deref(), options)?;
        Ok((Account::open(endpoint, credential.unwrap_or_default().or_sas(sas), options)?, name))
    }

    /// From a connection string; the option `credential` wins over what it says.
    pub fn from_connection_string(connection_string: &JsValue, options: &JsValue) -> Result<Self> {
        let text = secret("connection_string", connection_string)?;
        let text = text.ok_or_else(|| Error::of_type("connection_string", "undefined", "text (a string)"))?;
        let parsed = ConnectionString::parse(&text)?;
        let given = property(options, "options", "credential")?;
        let given = credential::read(&given, parsed.endpoint.account_name.as_deref(), options)?;
        let (endpoint, credential) = parsed.with_credential(given)?;
        Account::open(endpoint, credential, options)
    }

    fn open(endpoint: Endpoint, credential: Credential, options: &JsValue) -> Result<Self> {
        let option = |name: &str| property(options, "options", name);
        let defaults = ClientOptions::default();
        let client_options = ClientOptions {
            secondary_hostname: text("secondary_hostname", &option("secondaryHostname")?)?,
            service_version: text("service_version", &option("serviceVersion")?)?,
            headers: headers(&option("headers")?)?,
            retry: retry_policy(&option("retry")?)?,
            try_timeout: millis(&limits::TRY_TIMEOUT, &option("tryTimeout")?)?.unwrap_or(defaults.try_timeout),
            deadline: millis(&limits::DEADLINE, &option("deadline")?)?.unwrap_or(defaults.deadline),
            check_access: flag("check_access", &option("checkAccess")?)?.unwrap_or(defaults.check_access),
        };
        let hooks = Hooks {
            on_request: function("on_request", &option("onRequest")?)?.into_iter().collect(),
            on_response: function("on_response", &option("onResponse")?)?.into_iter().collect(),
            on_retry: function("on_retry", &option("onRetry")?)?.into_iter().collect(),
        };
        let fetch = function("fetch", &option("fetch")?)?;
        let pipeline = Rc::new(Pipeline::new(endpoint, credential, client_options)?);
        Ok(Account { pipeline, fetch, hooks })
    }

    /// The same account for another client, whose location mode can be set apart.
    pub fn fork(&self) -> Self {
        Account { pipeline: Rc::new(self.pipeline.fork()), ..self.clone() }
    }

    /// What can be told of a client without secrets; `path` is that of its resource.
    pub fn describe(&self, path: &str) -> JsValue {
        let endpoint = self.pipeline.endpoint();
        let url = |location| {
            endpoint.url(location, path).ok().map(|mut url| {
                if let Some(sas) = self.pipeline.credential().sas() {
                    sas.append_redacted_to(&mut url);
                }
                JsValue::from(url)
            })
        };
        let mode = self.pipeline.location();
        object(&[
            ("url", url(mode).unwrap_or_default()),
            ("accountName", endpoint.account_name.as_deref().map(JsValue::from).unwrap_or_default()),
            ("apiVersion", self.pipeline.service_version().into()),
            ("locationMode", if mode == Location::Primary { "primary" } else { "secondary" }.into()),
            ("primaryEndpoint", url(Location::Primary).unwrap_or_default()),
            ("primaryHostname", endpoint.primary.as_str().into()),
            ("secondaryEndpoint", url(Location::Secondary).unwrap_or_default()),
            ("secondaryHostname", endpoint.secondary.as_deref().map(JsValue::from).unwrap_or_default()),
        ])
        .into()
    }

    /// The URL of a resource with its SAS: a secret.
    pub fn url_with_sas(&self, path: &str) -> Result<String> {
        let mut url = self.pipeline.endpoint().url(self.pipeline.location(), path)?;
        if let Some(sas) = self.pipeline.credential().sas() {
            sas.append_to(&mut url);
        }
        Ok(url)
    }

    /// What the SAS in use says of itself; `undefined` without one.
    pub fn sas(&self) -> JsValue {
        let sas = self.pipeline.credential().sas();
        sas.map(|sas| values_out::sas_properties(sas.properties())).unwrap_or_default()
    }

    /// Puts another SAS in the place of the one in use.
    pub fn update_sas(&self, sas: &JsValue) -> Result<()> {
        let text = secret("sas", sas)?;
        let text = text.ok_or_else(|| Error::of_type("sas", "undefined", "a shared access signature"))?;
        self.pipeline.update_sas(&text, Fetch::default().now())
    }

    /// Switches between the endpoints.
    pub fn set_location_mode(&self, mode: &JsValue) -> Result<()> {
        match required_text("location_mode", mode)?.as_str() {
            "primary" => self.pipeline.set_location(Location::Primary),
            "secondary" => self.pipeline.set_location(Location::Secondary),
            other => Err(Error::value("location_mode", Quoted(other), "\"primary\" or \"secondary\"")),
        }
    }
}

fn retry_policy(value: &JsValue) -> Result<RetryPolicy> {
    let defaults = RetryPolicy::default();
    if value.is_undefined() {
        return Ok(defaults);
    }
    let object = plain_object("retry", value, "an object such as { mode: \"exponential\", maxTries: 4 }")?;
    let option = |name: &str| property(object, "retry", name);
    let mode = match text("retry.mode", &option("mode")?)?.as_deref() {
        None | Some("exponential") => RetryMode::Exponential,
        Some("fixed") => RetryMode::Fixed,
        Some("none") => RetryMode::None,
        Some(other) => return Err(Error::value("retry.mode", Quoted(other), "\"exponential\", \"fixed\" or \"none\"")),
    };
    let max_tries = integer(&limits::MAX_TRIES, &option("maxTries")?)?;
    Ok(RetryPolicy {
        mode,
        max_tries: max_tries.map_or(defaults.max_tries, |tries| tries as u32),
        delay: millis(&limits::RETRY_DELAY, &option("delay")?)?.unwrap_or(defaults.delay),
        max_delay: millis(&limits::RETRY_MAX_DELAY, &option("maxDelay")?)?.unwrap_or(defaults.max_delay),
        repeat_unsafe: flag("retry.unsafe", &option("unsafe")?)?.unwrap_or_default(),
    })
}
