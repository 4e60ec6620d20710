//! What was read, written as the service would have.

use azure_queue_wasm::credential::UserDelegationKey;
use azure_queue_wasm::operations::message::RawMessage;
use azure_queue_wasm::operations::service::{QueuePage, ServiceStats};
use azure_queue_wasm::time::Timestamp;

pub fn messages(messages: &[RawMessage<'_>]) -> Vec<u8> {
    let written = messages.iter().map(|message| {
        let moment = |name, moment: Option<Timestamp>| optional(name, moment.map(Timestamp::to_rfc1123).as_deref());
        let fields = [
            element("MessageId", &message.id),
            moment("InsertionTime", message.inserted_on),
            moment("ExpirationTime", message.expires_on),
            optional("PopReceipt", message.pop_receipt.as_deref()),
            moment("TimeNextVisible", message.next_visible_on),
            optional("DequeueCount", message.dequeue_count.map(|count| count.to_string()).as_deref()),
            optional("MessageText", message.text.as_deref()),
        ];
        around("QueueMessage", &fields)
    });
    document("QueueMessagesList", written)
}

pub fn page(page: &QueuePage) -> Vec<u8> {
    let queues = page.queues.iter().map(|queue| {
        let metadata = queue.metadata.as_ref().map(|metadata| {
            let fields: Vec<_> = metadata.iter().map(|(name, value)| element(name, value)).collect();
            around("Metadata", &fields)
        });
        around("Queue", &[element("Name", &queue.name), metadata.unwrap_or_default()])
    });
    let queues: Vec<_> = queues.collect();
    document("EnumerationResults", [around("Queues", &queues), optional("NextMarker", page.next_marker.as_deref())])
}

pub fn stats(stats: &ServiceStats) -> Vec<u8> {
    let moment = stats.last_sync_time.map(Timestamp::to_rfc1123);
    let fields = [element("Status", &stats.status), optional("LastSyncTime", moment.as_deref())];
    document("StorageServiceStats", [around("GeoReplication", &fields)])
}

pub fn key(key: &UserDelegationKey) -> Vec<u8> {
    let fields = [
        element("SignedOid", &key.signed_oid),
        element("SignedTid", &key.signed_tid),
        element("SignedStart", &key.signed_start),
        element("SignedExpiry", &key.signed_expiry),
        element("SignedService", &key.signed_service),
        element("SignedVersion", &key.signed_version),
        optional("SignedDelegatedUserTid", key.signed_delegated_user_tid.as_deref()),
        element("Value", key.expose_value()),
    ];
    document("UserDelegationKey", fields)
}

fn document(root: &str, inner: impl IntoIterator<Item = String>) -> Vec<u8> {
    let inner: Vec<_> = inner.into_iter().collect();
    format!("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?>{}", around(root, &inner)).into_bytes()
}

fn around(name: &str, inner: &[String]) -> String {
    format!("<{name}>{}</{name}>", inner.concat())
}

fn optional(name: &str, text: Option<&str>) -> String {
    text.map(|text| element(name, text)).unwrap_or_default()
}

fn element(name: &str, text: &str) -> String {
    let text = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('\r', "&#xD;");
    format!("<{name}>{text}</{name}>")
}
