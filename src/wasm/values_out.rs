//! From Rust values to JavaScript ones. Pages leave in one crossing: one string, the ends
//! of its parts, and one array of numbers, which `js/` cuts up. An object a field would
//! cost six times as much.

use js_sys::{Array, Date, Float64Array, Object, Reflect, Uint8Array, Uint32Array};
use wasm_bindgen::prelude::*;

use crate::codec::{Content, MessageEncoding, decode};
use crate::credential::{SasKind, SasProperties, UserDelegationKey};
use crate::error::{Attempt, Error};
use crate::operations::message::RawMessage;
use crate::operations::queue::{AccessPolicy, QueueProperties};
use crate::operations::service::{
    AnalyticsLogging, CorsRule, Metrics, QueuePage, RetentionPolicy, ServiceProperties, ServiceStats,
};
use crate::time::Timestamp;

use super::fetch::object;

/// What `js/` turns into an error of the right class.
pub fn error_record(error: &Error, request_id: Option<String>, cause: Option<JsValue>) -> JsValue {
    let message = match error.refusal() {
        Some(refusal) => {
            let (argument, allowed) = (camel_case(&refusal.argument), camel_case(&refusal.allowed));
            format!("{argument} must be {allowed}; got {}", refusal.given)
        }
        None => ["service_version", "check_access"]
            .iter()
            .fold(error.message().to_owned(), |words, name| words.replace(name, &camel_case(name))),
    };
    let details = Object::new();
    for (name, text) in error.details() {
        define(&details, name, &text.into());
    }
    object(&[
        ("azureQueueError", error.kind().name().into()),
        ("message", message.into()),
        ("argument", error.refusal().map(|refusal| camel_case(&refusal.argument).into()).unwrap_or_default()),
        ("code", error.code().map(JsValue::from).unwrap_or_default()),
        ("statusCode", error.status_code().map(JsValue::from).unwrap_or_default()),
        ("requestId", request_id.map(JsValue::from).unwrap_or_default()),
        ("request", error.request().map(JsValue::from).unwrap_or_default()),
        ("details", details.into()),
        ("attempts", error.attempts().iter().map(attempt).collect::<Array>().into()),
        ("cause", cause.unwrap_or_default()),
    ])
    .into()
}

fn attempt(attempt: &Attempt) -> JsValue {
    let out = object(&[("startedOn", date(attempt.started_on)), ("host", attempt.host.as_str().into())]);
    set_some(&out, "statusCode", attempt.status_code.map(JsValue::from));
    set_some(&out, "requestId", attempt.request_id.as_deref().map(JsValue::from));
    set_some(&out, "failure", attempt.failure.as_deref().map(JsValue::from));
    set_some(&out, "wait", Some((f64::from(attempt.wait) / 1000.0).into()));
    out.into()
}

/// `visibility_timeout` is `visibilityTimeout` to a JavaScript caller.
fn camel_case(name: &str) -> String {
    let mut out = String::with_capacity(name.len());
    let mut upper = false;
    for character in name.chars() {
        match character {
            '_' => upper = true,
            _ if upper => {
                out.push(character.to_ascii_uppercase());
                upper = false;
            }
            _ => out.push(character),
        }
    }
    out
}

pub fn date(moment: Timestamp) -> JsValue {
    Date::new(&(moment.millis() as f64).into()).into()
}

/// Sets a property whose name comes from outside: `__proto__` is one like any other.
fn define(out: &Object, name: &str, value: &JsValue) {
    if name == "__proto__" {
        let descriptor = object(&[("value", value.clone()), ("enumerable", true.into()), ("writable", true.into())]);
        Object::define_property(out, &name.into(), &descriptor);
    } else {
        let _ = Reflect::set(out, &name.into(), value);
    }
}

fn set_some(out: &Object, name: &str, value: Option<JsValue>) {
    if let Some(value) = value {
        let _ = Reflect::set(out, &name.into(), &value);
    }
}

/// What a SAS says of itself; permissions, services and resource types in letters.
pub fn sas_properties(sas: &SasProperties) -> JsValue {
    let kind = match sas.kind {
        SasKind::Account => "account",
        SasKind::Service => "service",
        SasKind::UserDelegation => "userDelegation",
    };
    let out = object(&[("kind", kind.into())]);
    let texts = [
        ("permissions", &sas.permission),
        ("services", &sas.services),
        ("resourceTypes", &sas.resource_types),
        ("resource", &sas.resource),
        ("ip", &sas.ip),
        ("protocol", &sas.protocol),
        ("policyId", &sas.policy_id),
        ("version", &sas.version),
        ("userDelegationOid", &sas.user_delegation_oid),
    ];
    for (name, text) in texts {
        set_some(&out, name, text.as_deref().map(JsValue::from));
    }
    set_some(&out, "start", sas.start.map(date));
    set_some(&out, "expiry", sas.expiry.map(date));
    out.into()
}

/// A page being written: `[text, ends, numbers, bytes]`.
#[derive(Default)]
struct Page {
    text: String,
    /// Ends of the parts of `text`, in UTF-16 code units.
    ends: Vec<u32>,
    end: u32,
    numbers: Vec<f64>,
    bytes: Vec<u8>,
}

impl Page {
    fn push_text(&mut self, part: &str) {
        let units = if part.is_ascii() { part.len() } else { part.chars().map(char::len_utf16).sum() };
        self.text.push_str(part);
        self.end += units as u32;
        self.ends.push(self.end);
    }

    fn push_moment(&mut self, moment: Option<Timestamp>) {
        self.numbers.push(moment.map_or(f64::NAN, |moment| moment.millis() as f64));
    }

    fn finish(self) -> JsValue {
        Array::of4(
            &self.text.into(),
            &Uint32Array::from(self.ends.as_slice()).into(),
            &Float64Array::from(self.numbers.as_slice()).into(),
            &Uint8Array::from(self.bytes.as_slice()).into(),
        )
        .into()
    }
}

/// How a message's content stands in a page.
const TEXT: f64 = 0.0;
const BYTES: f64 = 1.0;
const UNDECODABLE: f64 = 2.0;
const ABSENT: f64 = 3.0;

/// Four parts of text a message (id, pop receipt, content, why it cannot be decoded) and
/// six numbers (three moments, dequeue count, kind of content, its length in bytes).
pub fn messages(messages: Vec<RawMessage<'_>>, encoding: MessageEncoding) -> JsValue {
    let mut page = Page::default();
    page.text.reserve(messages.iter().map(|message| 128 + message.text.as_ref().map_or(0, |text| text.len())).sum());
    for message in messages {
        page.push_text(&message.id);
        page.push_text(message.pop_receipt.as_deref().unwrap_or_default());
        page.push_moment(message.inserted_on);
        page.push_moment(message.expires_on);
        page.push_moment(message.next_visible_on);
        page.numbers.push(message.dequeue_count.map_or(f64::NAN, f64::from));
        push_content(&mut page, message, encoding);
    }
    page.finish()
}

fn push_content(page: &mut Page, message: RawMessage<'_>, encoding: MessageEncoding) {
    let (mut kind, mut content, mut problem, mut length) = (TEXT, None, String::new(), 0);
    match message.text {
        None => kind = ABSENT,
        Some(text) if encoding == MessageEncoding::Text => content = Some(text),
        Some(text) => match decode(encoding, text.clone()) {
            Ok(Content::Text(decoded)) => content = Some(decoded.into()),
            Ok(Content::Bytes(bytes)) => {
                kind = BYTES;
                length = bytes.len();
                page.bytes.extend_from_slice(&bytes);
            }
            Err(error) => {
                kind = UNDECODABLE;
                problem = error.message().to_owned();
                content = Some(text);
            }
        },
    }
    page.push_text(content.as_deref().unwrap_or_default());
    page.push_text(&problem);
    page.numbers.push(kind);
    page.numbers.push(length as f64);
}

/// `[page, next marker, whether the secondary endpoint answered]`: text parts are each queue's name and then its metadata, names and
/// values in turn; the one number a queue is how many pairs there are, or -1.
pub fn queues(queues: QueuePage, secondary: bool) -> JsValue {
    let mut page = Page::default();
    for queue in &queues.queues {
        page.push_text(&queue.name);
        for (name, value) in queue.metadata.iter().flatten() {
            page.push_text(name);
            page.push_text(value);
        }
        page.numbers.push(queue.metadata.as_ref().map_or(-1.0, |metadata| metadata.len() as f64));
    }
    Array::of3(&page.finish(), &queues.next_marker.map(JsValue::from).unwrap_or_default(), &secondary.into()).into()
}

pub fn queue_properties(properties: QueueProperties) -> JsValue {
    let metadata = Object::new();
    for (name, value) in &properties.metadata {
        define(&metadata, name, &value.into());
    }
    let count = properties.approximate_message_count as f64;
    object(&[("metadata", metadata.into()), ("approximateMessageCount", count.into())]).into()
}

pub fn access_policies(policies: Vec<(String, AccessPolicy)>) -> JsValue {
    let out = Object::new();
    for (id, policy) in policies {
        let fields = Object::new();
        set_some(&fields, "start", policy.start.map(date));
        set_some(&fields, "expiry", policy.expiry.map(date));
        set_some(
            &fields,
            "permission",
            Some(policy.permission).filter(|permission| !permission.is_empty()).map(JsValue::from),
        );
        define(&out, &id, &fields.into());
    }
    out.into()
}

pub fn service_properties(properties: ServiceProperties) -> JsValue {
    let out = Object::new();
    set_some(&out, "analyticsLogging", properties.analytics_logging.map(logging));
    set_some(&out, "hourMetrics", properties.hour_metrics.map(metrics));
    set_some(&out, "minuteMetrics", properties.minute_metrics.map(metrics));
    set_some(&out, "cors", properties.cors.map(|rules| rules.into_iter().map(cors_rule).collect::<Array>().into()));
    out.into()
}

fn logging(logging: AnalyticsLogging) -> JsValue {
    object(&[
        ("version", logging.version.into()),
        ("delete", logging.delete.into()),
        ("read", logging.read.into()),
        ("write", logging.write.into()),
        ("retentionPolicy", retention(logging.retention_policy)),
    ])
    .into()
}

fn metrics(metrics: Metrics) -> JsValue {
    let out = object(&[("version", metrics.version.into()), ("enabled", metrics.enabled.into())]);
    set_some(&out, "includeApis", metrics.include_apis.map(JsValue::from));
    set_some(&out, "retentionPolicy", Some(retention(metrics.retention_policy)));
    out.into()
}

fn retention(policy: RetentionPolicy) -> JsValue {
    let out = object(&[("enabled", policy.enabled.into())]);
    set_some(&out, "days", policy.days.map(|days| (days as f64).into()));
    out.into()
}

fn cors_rule(rule: CorsRule) -> JsValue {
    let list = |items: Vec<String>| items.into_iter().map(JsValue::from).collect::<Array>().into();
    object(&[
        ("allowedOrigins", list(rule.allowed_origins)),
        ("allowedMethods", list(rule.allowed_methods)),
        ("allowedHeaders", list(rule.allowed_headers)),
        ("exposedHeaders", list(rule.exposed_headers)),
        ("maxAgeInSeconds", (rule.max_age_in_seconds as f64).into()),
    ])
    .into()
}

pub fn service_stats(stats: ServiceStats) -> JsValue {
    let replication = object(&[("status", stats.status.into())]);
    set_some(&replication, "lastSyncTime", stats.last_sync_time.map(date));
    object(&[("geoReplication", replication.into())]).into()
}

pub fn user_delegation_key(key: UserDelegationKey) -> JsValue {
    let out = object(&[
        ("signedOid", key.signed_oid.as_str().into()),
        ("signedTid", key.signed_tid.as_str().into()),
        ("signedStart", key.signed_start.as_str().into()),
        ("signedExpiry", key.signed_expiry.as_str().into()),
        ("signedService", key.signed_service.as_str().into()),
        ("signedVersion", key.signed_version.as_str().into()),
        ("value", key.expose_value().into()),
    ]);
    set_some(&out, "signedDelegatedUserTid", key.signed_delegated_user_tid.map(JsValue::from));
    out.into()
}
