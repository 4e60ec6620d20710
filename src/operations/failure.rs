//! An error response, read: "Status and error codes" of the REST reference.

use crate::error::{Error, ErrorKind, Result};
use crate::http::Response;
use crate::text::{before, decimal, push, split_last, split_once};
use crate::xml::Reader;

/// The error that a response of unexpected status stands for.
pub(crate) fn failure(response: &Response) -> Error {
    // A body that cannot be read, a proxy's page for example, must not hide the status.
    let mut details = read_body(&response.body).unwrap_or_default();
    let message = take(&mut details, "Message");
    let code = take(&mut details, "Code").or_else(|| response.header("x-ms-error-code").map(str::to_owned));
    let known = code.as_deref().unwrap_or_default();
    let mut text = String::new();
    if known == "InvalidHeaderValue" && details.iter().any(|(_, text)| text == "x-ms-version") {
        text.push_str("The service does not know this service version: set an older one (service_version). ");
    }
    match &message {
        Some(message) => text.push_str(message),
        None if REDIRECTS.contains(&response.status) => {
            push_redirect(&mut text, response);
            text.push_str(", which is not followed: the credential would go with it.");
        }
        None => {
            // Over HTTP/2 there is no reason phrase.
            let status = decimal(response.status.into());
            let reason = if response.reason.is_empty() { &status } else { &response.reason };
            push(&mut text, "Operation returned an invalid status '{}'", &[reason]);
        }
    }
    if code.is_some() {
        push(&mut text, "\nErrorCode:{}", &[known]);
    }
    for (name, detail) in &details {
        push(&mut text, "\n{}:{}", &[name, detail]);
    }
    let request_id = response.header("x-ms-request-id").map(str::to_owned);
    Error::new(kind(response.status, known), text).answered(response.status, request_id, code, details)
}

/// Where a redirect leads to, without user name, password and query.
fn push_redirect(text: &mut String, response: &Response) {
    let to = before(before(response.header("location").unwrap_or_default(), "?"), "#");
    text.push_str("There was a redirect to ");
    if to.is_empty() {
        text.push_str("nowhere");
        return;
    }
    let (scheme, slashes, place) = split_once(to, "//").map_or(("", "", to), |(scheme, place)| (scheme, "//", place));
    let (host, path) = split_once(place, "/").unwrap_or((place, ""));
    let host = split_last(host, b'@').map_or(host, |(_, host)| host);
    push(text, "{}{}{}/{}", &[scheme, slashes, host, path]);
}

/// Statuses that ask to go elsewhere.
const REDIRECTS: [u16; 6] = [300, 301, 302, 303, 307, 308];

/// Codes with a class of their own.
const CODES: [(&str, ErrorKind); 11] = [
    ("InvalidAuthenticationInfo", ErrorKind::ClientAuthentication),
    ("AuthenticationFailed", ErrorKind::ClientAuthentication),
    ("ResourceNotFound", ErrorKind::ResourceNotFound),
    ("QueueNotFound", ErrorKind::ResourceNotFound),
    ("AccountAlreadyExists", ErrorKind::ResourceExists),
    ("AccountBeingCreated", ErrorKind::ResourceExists),
    ("ResourceAlreadyExists", ErrorKind::ResourceExists),
    ("ResourceTypeMismatch", ErrorKind::ResourceExists),
    ("QueueAlreadyExists", ErrorKind::ResourceExists),
    ("QueueBeingDeleted", ErrorKind::ResourceExists),
    ("ConditionNotMet", ErrorKind::ResourceModified),
];

/// The class of an error. The status decides before the code, except for 409: a disabled account or
/// queue is no conflict with something that exists.
fn kind(status: u16, code: &str) -> ErrorKind {
    match status {
        401 => ErrorKind::ClientAuthentication,
        404 => ErrorKind::ResourceNotFound,
        409 if code.is_empty() => ErrorKind::ResourceExists,
        _ if REDIRECTS.contains(&status) => ErrorKind::Redirect,
        _ => CODES.iter().find(|(known, _)| *known == code).map_or(ErrorKind::HttpResponse, |(_, kind)| *kind),
    }
}

/// No error of the service has so many elements; those that a hostile body has beyond are passed over.
const MOST_DETAILS: usize = 100;

/// The elements of the body, all but the two that every error has in lower case.
fn read_body(body: &[u8]) -> Result<Vec<(String, String)>> {
    let mut details = Vec::new();
    let mut xml = Reader::open(body, "Error");
    while let Some(name) = xml.child() {
        if details.len() == MOST_DETAILS {
            xml.skip();
            continue;
        }
        let known = matches!(name, "Code" | "Message");
        let name = if known { name.to_owned() } else { name.to_ascii_lowercase() };
        details.push((name, xml.text().into_owned()));
    }
    xml.finish(details)
}

fn take(details: &mut Vec<(String, String)>, name: &str) -> Option<String> {
    let at = details.iter().position(|(other, _)| other == name)?;
    Some(details.remove(at).1)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::known_errors;

    /// The response that a case of `errors.json` was made from.
    fn response(case: &serde_json::Value) -> Response {
        let text = |name: &str| case[name].as_str().unwrap_or_default();
        let body = text("str").split_once("\nContent: ").map_or("", |(_, body)| body);
        let body = match text("message") {
            message if message.starts_with("JSON is invalid") => "plain text error",
            _ => body,
        };
        let mut response = Response {
            status: case["status"].as_u64().expect("status") as u16,
            reason: text("reason").into(),
            ..Response::default()
        };
        response.body = body.into();
        if text("code_in") != "none" && !text("code").is_empty() {
            response.headers.push(("x-ms-error-code".into(), text("code").to_owned().into()));
        }
        response
    }

    #[test]
    fn every_known_answer() {
        let cases = known_errors();
        let cases = cases.as_array().expect("cases");
        assert_eq!(cases.len(), 39);
        let mut messages = 0;
        for case in cases.iter().filter(|case| case["class"].is_string()) {
            let error = failure(&response(case));
            assert_eq!(error.kind().name(), case["class"], "{case}");
            assert_eq!(error.code(), case["error_code"].as_str(), "{case}");
            assert_eq!(error.status_code().map(u64::from), case["status_code"].as_u64(), "{case}");
            for (name, text) in case["additional_info"].as_object().into_iter().flatten() {
                assert!(error.details().contains(&(name.clone(), text.as_str().expect("text").into())), "{case}");
            }
            // Without a code Python tells of its own parsers; ours names the status in all of them.
            if case["error_code"].is_string() {
                assert_eq!(error.message(), case["message"], "{case}");
                messages += 1;
            } else {
                assert_eq!(error.message(), "Operation returned an invalid status 'Reason'");
            }
        }
        assert_eq!(messages, 27);
    }

    #[test]
    fn of_a_body_with_too_many_elements_the_first_are_told() {
        let more = (0..500).fold(String::new(), |more, i| more + &format!("<d{i}><x/>{i}</d{i}>"));
        let body = format!("<Error><Code>InvalidInput</Code><Message>No.</Message>{more}</Error>");
        let error = failure(&Response { status: 400, body: body.into(), ..Response::default() });
        assert_eq!((error.code(), error.details().len()), (Some("InvalidInput"), 98));
        assert_eq!(error.details().last(), Some(&("d97".to_owned(), "97".to_owned())));
    }

    #[test]
    fn a_version_that_the_service_refuses_is_explained() {
        let body =
            "<Error><Code>InvalidHeaderValue</Code><Message>M</Message><HeaderName>x-ms-version</HeaderName></Error>";
        let error = failure(&Response { status: 400, body: body.into(), ..Response::default() });
        assert!(error.message().contains("service_version"), "{error}");
    }
}
