//! Operations on one queue: its life, metadata and stored access policies.

use crate::credential::{Rights, queue_permissions};
use crate::error::{Error, ErrorKind, Result};
use crate::http::{Method, ReadHeaders, Response};
use crate::limits::{self, ACCESS_POLICIES, quoted};
use crate::text::{decimal, fill, number};
use crate::time::Timestamp;
use crate::xml::{Reader, Writer, broken};

use super::failure::failure;
use super::operation::{Operation, Request, required_header};

/// Names and values, in the order of the response.
pub type Metadata = Vec<(String, String)>;

/// What Get Queue Metadata returns.
#[derive(Clone, Debug, PartialEq)]
pub struct QueueProperties {
    /// The metadata; names in lower case, for `fetch` does not keep the case of headers.
    pub metadata: Metadata,
    /// How many messages there are about, hidden ones included.
    pub approximate_message_count: u64,
}

/// A stored access policy.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AccessPolicy {
    /// When tokens made with it begin to be valid.
    pub start: Option<Timestamp>,
    /// When they end.
    pub expiry: Option<Timestamp>,
    /// Letters of `raup`; empty when the token itself must tell.
    pub permission: String,
}

/// The headers tell of the request, should there be such a queue.
const CREATE: Operation = Operation {
    reads_headers: ReadHeaders::All,
    ..Operation::new(Method::Put, &[201, 204], Rights::of("", "c", "cw"))
};
const CREATE_IF_NOT_EXISTS: Operation = Operation { accepts: &[201, 204, 409], ..CREATE };
const DELETE: Operation = Operation {
    done_when: &["QueueNotFound", "QueueBeingDeleted"],
    ..Operation::new(Method::Delete, &[204], Rights::of("", "c", "d"))
};
const DELETE_IF_EXISTS: Operation = Operation { accepts: &[204, 404], reads_headers: ReadHeaders::All, ..DELETE };
const GET_METADATA: Operation = Operation {
    parameters: &[("comp", "metadata")],
    reads_headers: ReadHeaders::All,
    ..Operation::new(Method::Get, &[200], Rights::of("r", "c", "r"))
};
const EXISTS: Operation = Operation { accepts: &[200, 404], ..GET_METADATA };
const SET_METADATA: Operation =
    Operation { parameters: &[("comp", "metadata")], ..Operation::new(Method::Put, &[204], Rights::of("", "c", "w")) };
const GET_ACL: Operation = Operation {
    parameters: &[("comp", "acl")],
    since_by_token: "2025-07-05",
    ..Operation::returning_xml(Method::Get, &[200], Rights::NO_SAS)
};
const SET_ACL: Operation = Operation {
    since_by_token: GET_ACL.since_by_token,
    parameters: GET_ACL.parameters,
    ..Operation::new(Method::Put, &[204], Rights::NO_SAS)
};

/// [Create Queue](https://learn.microsoft.com/rest/api/storageservices/create-queue4).
pub fn create(queue: &str, metadata: &[(String, String)]) -> Result<Request> {
    with_metadata(&CREATE, queue, metadata)
}

/// A queue with the same name and metadata is there already when the status is 204: an
/// earlier attempt may have made it.
pub fn create_response(response: &Response) -> Result<()> {
    if response.status == 201 || response.repeated {
        return Ok(());
    }
    Err(Error::new(ErrorKind::ResourceExists, "Queue already exists\nErrorCode:QueueAlreadyExists")
        .with_code(Some("QueueAlreadyExists".to_owned()))
        .with_status(response.status)
        .with_request_id(response.header("x-ms-request-id").map(str::to_owned)))
}

/// Create Queue, for which an existing queue is no failure.
pub fn create_if_not_exists(queue: &str, metadata: &[(String, String)]) -> Result<Request> {
    with_metadata(&CREATE_IF_NOT_EXISTS, queue, metadata)
}

/// Whether the queue was created.
pub fn create_if_not_exists_response(response: &Response) -> Result<bool> {
    unless(response, 409, "QueueAlreadyExists")
        .map(|()| response.status == 201 || (response.status == 204 && response.repeated))
}

/// [Delete Queue](https://learn.microsoft.com/rest/api/storageservices/delete-queue3).
pub fn delete(queue: &str) -> Request {
    Request::of(&DELETE, path(queue))
}

/// Delete Queue, for which a missing queue is no failure.
pub fn delete_if_exists(queue: &str) -> Request {
    Request::of(&DELETE_IF_EXISTS, path(queue))
}

/// Whether the queue was deleted.
pub fn delete_if_exists_response(response: &Response) -> Result<bool> {
    unless(response, 404, "QueueNotFound").map(|()| response.status == 204 || response.repeated)
}

/// [Get Queue Metadata](https://learn.microsoft.com/rest/api/storageservices/get-queue-metadata).
pub fn get_properties(queue: &str) -> Request {
    Request::of(&GET_METADATA, path(queue))
}

/// Metadata and count are in the headers.
pub fn get_properties_response(response: &Response) -> Result<QueueProperties> {
    let count = required_header(response, "x-ms-approximate-messages-count")?;
    let approximate_message_count = number(count).ok_or_else(|| broken("the message count is not a number"))?;
    let metadata = response.headers.iter().filter_map(|(name, value)| {
        let name = name.to_ascii_lowercase();
        name.strip_prefix("x-ms-meta-").map(|name| (name.to_owned(), value.to_string()))
    });
    Ok(QueueProperties { metadata: metadata.collect(), approximate_message_count })
}

/// Get Queue Metadata, for which a missing queue is an answer.
pub fn exists(queue: &str) -> Request {
    Request::of(&EXISTS, path(queue))
}

/// Whether the queue exists.
pub fn exists_response(response: &Response) -> Result<bool> {
    unless(response, 404, "QueueNotFound").map(|()| response.status == 200)
}

/// [Set Queue Metadata](https://learn.microsoft.com/rest/api/storageservices/set-queue-metadata):
/// what is not given is removed.
pub fn set_metadata(queue: &str, metadata: &[(String, String)]) -> Result<Request> {
    with_metadata(&SET_METADATA, queue, metadata)
}

/// [Get Queue ACL](https://learn.microsoft.com/rest/api/storageservices/get-queue-acl).
pub fn get_access_policy(queue: &str) -> Request {
    Request::of(&GET_ACL, path(queue))
}

/// The policies by their ids.
pub fn get_access_policy_response(response: &Response) -> Result<Vec<(String, AccessPolicy)>> {
    let mut policies = Vec::new();
    let mut xml = Reader::open(&response.body, "SignedIdentifiers");
    while let Some(name) = xml.child() {
        match name {
            "SignedIdentifier" => policies.push(read_identifier(&mut xml)),
            _ => xml.skip(),
        }
    }
    xml.finish(policies)
}

/// [Set Queue ACL](https://learn.microsoft.com/rest/api/storageservices/set-queue-acl):
/// replaces all policies, with none it removes them.
pub fn set_access_policy(queue: &str, policies: &[(String, AccessPolicy)]) -> Result<Request> {
    if policies.len() > ACCESS_POLICIES {
        return Err(Error::value(
            "signed_identifiers",
            fill("{} policies", &[&decimal(policies.len() as i64)]),
            "at most 5 policies",
        ));
    }
    let mut request = Request::of(&SET_ACL, path(queue));
    if policies.is_empty() {
        return Ok(request);
    }
    let mut xml = Writer::new("SignedIdentifiers");
    for (id, policy) in policies {
        write_identifier(&mut xml, id, policy)?;
    }
    request.xml(xml.finish("SignedIdentifiers"));
    Ok(request)
}

fn path(queue: &str) -> String {
    ["/", queue].concat()
}

fn with_metadata(operation: &'static Operation, queue: &str, metadata: &[(String, String)]) -> Result<Request> {
    let mut request = Request::of(operation, path(queue));
    request.metadata(metadata)?;
    Ok(request)
}

/// Turns a status that is an answer for one error code back into an error for any other.
fn unless(response: &Response, status: u16, code: &str) -> Result<()> {
    if response.status != status {
        return Ok(());
    }
    let error = failure(response);
    if error.code() == Some(code) { Ok(()) } else { Err(error) }
}

fn read_identifier(xml: &mut Reader<'_>) -> (String, AccessPolicy) {
    let (mut id, mut policy) = (String::new(), AccessPolicy::default());
    while let Some(name) = xml.child() {
        match name {
            "Id" => id = xml.text().into_owned(),
            "AccessPolicy" => policy = read_policy(xml),
            _ => xml.skip(),
        }
    }
    xml.require("Id", !id.is_empty());
    (id, policy)
}

fn read_policy(xml: &mut Reader<'_>) -> AccessPolicy {
    let mut policy = AccessPolicy::default();
    while let Some(name) = xml.child() {
        match name {
            "Start" => policy.start = read_moment(xml),
            "Expiry" => policy.expiry = read_moment(xml),
            "Permission" => policy.permission = xml.text().into_owned(),
            _ => xml.skip(),
        }
    }
    policy
}

fn read_moment(xml: &mut Reader<'_>) -> Option<Timestamp> {
    let text = xml.text();
    let moment = Timestamp::from_iso8601(&text);
    if moment.is_none() && !text.is_empty() {
        xml.refuse(&fill("{} is not a date", &[&quoted(&text)]));
    }
    moment
}

/// The element `AccessPolicy` is written even when it is empty: without it the service
/// refuses the request.
fn write_identifier(xml: &mut Writer, id: &str, policy: &AccessPolicy) -> Result<()> {
    if id.is_empty() || id.chars().count() > 64 {
        return Err(Error::value("signed_identifiers", fill("the id {}", &[&quoted(id)]), "ids of 1 to 64 characters"));
    }
    limits::xml_text("signed_identifiers", id)?;
    xml.start("SignedIdentifier");
    xml.element("Id", id);
    xml.start("AccessPolicy");
    for (name, moment) in [("Start", policy.start), ("Expiry", policy.expiry)] {
        if let Some(moment) = moment {
            xml.element(name, &moment.to_iso8601());
        }
    }
    if !policy.permission.is_empty() {
        xml.element("Permission", &queue_permissions(&policy.permission)?);
    }
    xml.end("AccessPolicy");
    xml.end("SignedIdentifier");
    Ok(())
}
