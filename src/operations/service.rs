//! Operations on the account's queue service, but for its settings.

use std::borrow::Cow;

use crate::credential::{Rights, UserDelegationKey};
use crate::error::{Error, Result};
use crate::http::{Location, Method, Response};
use crate::limits::{self, Quoted};
use crate::time::Timestamp;
use crate::xml::{Reader, Writer};

use super::operation::{Operation, Request};
use super::queue::Metadata;

/// A queue in a list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueueItem {
    /// The queue's name.
    pub name: String,
    /// Its metadata; `None` when it was not asked for.
    pub metadata: Option<Metadata>,
}

/// A page of List Queues.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct QueuePage {
    /// The queues, by name.
    pub queues: Vec<QueueItem>,
    /// Where the next page begins; `None` on the last one.
    pub next_marker: Option<String>,
}

/// What a list is asked for.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ListOptions {
    /// Only queues whose names begin so.
    pub name_starts_with: Option<String>,
    /// Whether the items carry their metadata.
    pub include_metadata: bool,
    /// Queues per page, 1 to 5000.
    pub results_per_page: Option<i64>,
}

/// How far the secondary endpoint is behind.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct ServiceStats {
    /// `live`, `bootstrap` or `unavailable`.
    pub status: String,
    /// All writes before this moment can be read from the secondary endpoint.
    pub last_sync_time: Option<Timestamp>,
}

const LIST: Operation = Operation {
    parameters: &[("comp", "list")],
    ..Operation::returning_xml(Method::Get, &[200], Rights::of("", "s", "l"))
};
const GET_STATS: Operation = Operation {
    parameters: &[("restype", "service"), ("comp", "stats")],
    ..Operation::returning_xml(Method::Get, &[200], Rights::of("", "s", "r"))
};
const GET_KEY: Operation = Operation {
    parameters: &[("restype", "service"), ("comp", "userdelegationkey")],
    since_by_token: "2026-02-06",
    ..Operation::returning_xml(Method::Post, &[200], Rights::TOKEN_ONLY)
};
const GET_KEY_FOR_TENANT: Operation = Operation { since_by_token: "2026-04-06", ..GET_KEY };

/// [List Queues](https://learn.microsoft.com/rest/api/storageservices/list-queues1), one page.
pub fn list_queues(options: &ListOptions, marker: Option<&str>) -> Result<Request> {
    let results = options.results_per_page.map(|results| limits::RESULTS_PER_PAGE.check(results)).transpose()?;
    let mut request = Request::of(&LIST, "/".to_owned());
    if let Some(prefix) = &options.name_starts_with {
        request.query("prefix", prefix);
    }
    if let Some(marker) = marker {
        request.query("marker", marker);
    }
    if options.include_metadata {
        request.query("include", "metadata");
    }
    request.number("maxresults", results);
    Ok(request)
}

/// The queues, and where the next page begins.
pub fn list_queues_response(response: &Response) -> Result<QueuePage> {
    let mut queues = Vec::new();
    let next_marker = read_queues(response, |name, metadata| {
        let owned = |metadata: &Pairs<'_>| {
            metadata.iter().map(|(name, value)| ((*name).to_owned(), value.clone().into_owned())).collect()
        };
        queues.push(QueueItem { name: name.to_owned(), metadata: metadata.map(owned) });
    })?;
    Ok(QueuePage { queues, next_marker: next_marker.map(Cow::into_owned) })
}

/// Metadata in the response where it stands.
pub(crate) type Pairs<'a> = [(&'a str, Cow<'a, str>)];

/// Hands over each queue as it is read: of 5,000 with their metadata nothing is copied. Returns where the next page
/// begins.
pub(crate) fn read_queues<'a>(
    response: &'a Response,
    mut each: impl FnMut(&str, Option<&Pairs<'a>>),
) -> Result<Option<Cow<'a, str>>> {
    let mut next_marker = None;
    let mut metadata = Vec::new();
    let mut xml = Reader::open(&response.body, "EnumerationResults");
    while let Some(name) = xml.child() {
        match name {
            "Queues" => {
                while let Some(name) = xml.child() {
                    match name {
                        "Queue" => read_queue(&mut xml, &mut metadata, &mut each),
                        _ => xml.skip(),
                    }
                }
            }
            "NextMarker" => next_marker = Some(xml.text()).filter(|marker| !marker.is_empty()),
            _ => xml.skip(),
        }
    }
    xml.finish(next_marker)
}

/// [Get Queue Service Stats](https://learn.microsoft.com/rest/api/storageservices/get-queue-service-stats),
/// which only the secondary endpoint answers.
pub fn get_stats() -> Request {
    Request { location: Some(Location::Secondary), ..Request::of(&GET_STATS, "/".to_owned()) }
}

/// The state of the replication.
pub fn get_stats_response(response: &Response) -> Result<ServiceStats> {
    let mut stats = ServiceStats::default();
    let mut xml = Reader::open(&response.body, "StorageServiceStats");
    while let Some(name) = xml.child() {
        if name != "GeoReplication" {
            xml.skip();
            continue;
        }
        while let Some(name) = xml.child() {
            match name {
                "Status" => stats.status = xml.text().into_owned(),
                // Empty while the replication is not live.
                "LastSyncTime" => stats.last_sync_time = Timestamp::from_rfc1123(&xml.text()),
                _ => xml.skip(),
            }
        }
    }
    xml.require("Status", !stats.status.is_empty());
    xml.finish(stats)
}

/// [Get User Delegation Key](https://learn.microsoft.com/rest/api/storageservices/get-user-delegation-key),
/// for holders of an access token.
pub fn get_user_delegation_key(
    start: Option<Timestamp>,
    expiry: Timestamp,
    delegated_user_tenant: Option<&str>,
) -> Result<Request> {
    if start.is_some_and(|start| start >= expiry) {
        return Err(Error::value("expiry", Quoted(&expiry.to_iso8601()), "after start"));
    }
    let mut xml = Writer::new("KeyInfo");
    if let Some(start) = start {
        xml.element("Start", &start.to_iso8601());
    }
    xml.element("Expiry", &expiry.to_iso8601());
    if let Some(tenant) = delegated_user_tenant {
        limits::xml_text("delegated_user_tenant_id", tenant)?;
        xml.element("DelegatedUserTid", tenant);
    }
    let operation = if delegated_user_tenant.is_some() { &GET_KEY_FOR_TENANT } else { &GET_KEY };
    let mut request = Request::of(operation, "/".to_owned());
    request.xml(xml.finish("KeyInfo"));
    Ok(request)
}

/// The key.
pub fn get_user_delegation_key_response(response: &Response) -> Result<UserDelegationKey> {
    let mut key = UserDelegationKey::default();
    let mut xml = Reader::open(&response.body, "UserDelegationKey");
    while let Some(name) = xml.child() {
        let text = xml.text().into_owned();
        match name {
            "SignedOid" => key.signed_oid = text,
            "SignedTid" => key.signed_tid = text,
            "SignedStart" => key.signed_start = text,
            "SignedExpiry" => key.signed_expiry = text,
            "SignedService" => key.signed_service = text,
            "SignedVersion" => key.signed_version = text,
            "SignedDelegatedUserTid" => key.signed_delegated_user_tid = Some(text),
            "Value" => key.set_value(text),
            _ => {}
        }
    }
    // Signing with nothing would go unnoticed until the service refuses the token.
    if key.expose_value().is_empty() {
        xml.refuse("the user delegation key has no value");
    }
    for (element, text) in [
        ("SignedOid", &key.signed_oid),
        ("SignedTid", &key.signed_tid),
        ("SignedStart", &key.signed_start),
        ("SignedExpiry", &key.signed_expiry),
        ("SignedService", &key.signed_service),
        ("SignedVersion", &key.signed_version),
    ] {
        xml.require(element, !text.is_empty());
    }
    xml.finish(key)
}

fn read_queue<'a>(
    xml: &mut Reader<'a>,
    pairs: &mut Vec<(&'a str, Cow<'a, str>)>,
    each: &mut impl FnMut(&str, Option<&Pairs<'a>>),
) {
    let mut queue = Cow::Borrowed("");
    let mut has_metadata = false;
    pairs.clear();
    while let Some(name) = xml.child() {
        match name {
            "Name" => queue = xml.text(),
            "Metadata" => {
                has_metadata = true;
                // Each element's name is a metadata name.
                while let Some(name) = xml.child() {
                    pairs.push((name, xml.text()));
                }
            }
            _ => xml.skip(),
        }
    }
    xml.require("Name", !queue.is_empty());
    each(&queue, has_metadata.then_some(pairs));
}
