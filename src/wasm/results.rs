//! What calls return, written for `js/`.

use crate::codec::{Content, MessageEncoding, decode};
use crate::credential::{SasKind, SasProperties, UserDelegationKey};
use crate::error::Result;
use crate::http::{Location, Response};
use crate::operations::message::RawMessage;
use crate::operations::properties::{Metrics, RetentionPolicy, ServiceProperties};
use crate::operations::queue::{AccessPolicy, Metadata, QueueProperties};
use crate::operations::service;

use super::output::Output;

/// How a message's content stands in a page.
const TEXT: u32 = 0;
const BYTES: u32 = 1;
const UNDECODABLE: u32 = 2;
const ABSENT: u32 = 3;
const GUESSED: u32 = 4;

/// The messages of a page.
pub fn messages(out: &mut Output, messages: Vec<RawMessage<'_>>, encoding: MessageEncoding) {
    for item in messages {
        message(out, item, encoding);
    }
}

/// Id, pop receipt, three moments, dequeue count, kind of content, content.
pub fn message(out: &mut Output, message: RawMessage<'_>, encoding: MessageEncoding) {
    out.text(&message.id);
    out.optional(message.pop_receipt.as_deref());
    out.moment(message.inserted_on);
    out.moment(message.expires_on);
    out.moment(message.next_visible_on);
    out.number(message.dequeue_count.map_or(f64::NAN, f64::from));
    let Some(text) = message.text else { return out.number(ABSENT) };
    if encoding == MessageEncoding::Text {
        out.number(TEXT);
        return out.text(&text);
    }
    match decode(encoding, text.clone()) {
        Ok(Content::Text(decoded)) if encoding == MessageEncoding::Auto && decoded != text => {
            out.number(GUESSED);
            out.text(&decoded);
            out.text(&text);
        }
        Ok(Content::Text(decoded)) => {
            out.number(TEXT);
            out.text(&decoded);
        }
        Ok(Content::Bytes(bytes)) => {
            out.number(BYTES);
            out.bytes(&bytes);
        }
        Err(error) => {
            out.number(UNDECODABLE);
            out.text(&text);
            out.text(error.message());
        }
    }
}

/// In the place of a name: that of the queue before, at the same place.
const SAME: i32 = -1;

/// Whether the secondary endpoint answered, the queues, nothing, and the next marker.
pub fn queues(out: &mut Output, response: &Response) -> Result<()> {
    out.number(response.location == Some(Location::Secondary));
    let mut names: Vec<&str> = Vec::new();
    let next_marker = service::read_queues(response, |queue, metadata| {
        out.text(queue);
        let Some(metadata) = metadata else { return out.missing() };
        out.number(metadata.len() as u32);
        for (i, (name, value)) in metadata.iter().enumerate() {
            match names.get_mut(i) {
                Some(before) if before == name => out.number(SAME),
                Some(before) => {
                    *before = name;
                    out.text(name);
                }
                None => {
                    names.push(name);
                    out.text(name);
                }
            }
            out.text(value);
        }
    })?;
    out.missing();
    out.optional(next_marker.as_deref());
    Ok(())
}

fn pairs(out: &mut Output, pairs: &Metadata) {
    out.number(pairs.len() as u32);
    for (name, value) in pairs {
        out.text(name);
        out.text(value);
    }
}

pub fn queue_properties(out: &mut Output, properties: &QueueProperties) {
    out.number(properties.approximate_message_count as f64);
    pairs(out, &properties.metadata);
}

pub fn policies(out: &mut Output, policies: &[(String, AccessPolicy)]) {
    for (id, policy) in policies {
        out.text(id);
        out.moment(policy.start);
        out.moment(policy.expiry);
        out.optional(Some(policy.permission.as_str()).filter(|permission| !permission.is_empty()));
    }
}

pub fn service_properties(out: &mut Output, properties: &ServiceProperties) {
    match &properties.analytics_logging {
        Some(logging) => {
            out.text(&logging.version);
            out.number(logging.delete);
            out.number(logging.read);
            out.number(logging.write);
            retention(out, &logging.retention_policy);
        }
        None => out.missing(),
    }
    metrics(out, properties.hour_metrics.as_ref());
    metrics(out, properties.minute_metrics.as_ref());
    let Some(rules) = &properties.cors else { return out.missing() };
    out.number(rules.len() as u32);
    for rule in rules {
        for list in [&rule.allowed_origins, &rule.allowed_methods, &rule.allowed_headers, &rule.exposed_headers] {
            out.number(list.len() as u32);
            list.iter().for_each(|item| out.text(item));
        }
        out.number(rule.max_age_in_seconds as f64);
    }
}

fn metrics(out: &mut Output, metrics: Option<&Metrics>) {
    let Some(metrics) = metrics else { return out.missing() };
    out.text(&metrics.version);
    out.number(metrics.enabled);
    out.number(metrics.include_apis.map_or(f64::NAN, f64::from));
    retention(out, &metrics.retention_policy);
}

fn retention(out: &mut Output, policy: &RetentionPolicy) {
    out.number(policy.enabled);
    out.number(policy.days.map_or(f64::NAN, |days| days as f64));
}

pub fn user_delegation_key(out: &mut Output, key: &UserDelegationKey) {
    for text in [
        key.signed_oid.as_str(),
        &key.signed_tid,
        &key.signed_start,
        &key.signed_expiry,
        &key.signed_service,
        &key.signed_version,
        key.expose_value(),
    ] {
        out.text(text);
    }
    out.optional(key.signed_delegated_user_tid.as_deref());
}

/// What a SAS says of itself; permissions, services and resource types in letters.
pub fn sas_properties(out: &mut Output, sas: &SasProperties) {
    out.number(match sas.kind {
        SasKind::Account => 0,
        SasKind::Service => 1,
        SasKind::UserDelegation => 2,
    });
    for text in [
        &sas.permission,
        &sas.services,
        &sas.resource_types,
        &sas.resource,
        &sas.ip,
        &sas.protocol,
        &sas.policy_id,
        &sas.version,
        &sas.user_delegation_oid,
    ] {
        out.optional(text.as_deref());
    }
    out.moment(sas.start);
    out.moment(sas.expiry);
}
