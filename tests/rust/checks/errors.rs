//! Answers that mean an error, through a client: what they repeat of its secrets is not told.

use azure_queue_wasm::client::{MessageReceipt, QueueClient};
use azure_queue_wasm::error::{Error, Result};
use azure_queue_wasm::http::Response;

use super::planting::{SECRETS, planted_in_answer, tells_no_secret};
use crate::planted::{CREDENTIALS, GOOD, client};
use crate::script::{Script, call, ready};

/// Headers that the client reads in answers.
const HEADERS: [&str; 9] = [
    "x-ms-error-code",
    "x-ms-request-id",
    "www-authenticate",
    "location",
    "retry-after",
    "x-ms-retry-after-ms",
    "date",
    "x-ms-popreceipt",
    "x-ms-approximate-messages-count",
];

/// Of [`CREDENTIALS`], one for each of the secrets.
const USED: [usize; 3] = [0, 6, 10];

const RECEIPT: MessageReceipt<'_> = MessageReceipt { id: "m", pop_receipt: "r" };

type Call = fn(&QueueClient<Script>) -> Result<()>;

/// One for each way in which answers are judged.
const CALLS: [Call; 5] = [
    |queue| ready(queue.peek_messages(&Default::default())).map(drop),
    |queue| ready(queue.exists(&call())).map(drop),
    |queue| ready(queue.update_message(RECEIPT, &Default::default())).map(drop),
    |queue| ready(queue.get_queue_properties(&call())).map(drop),
    |queue| ready(queue.delete_message(RECEIPT, &call())).map(drop),
];

/// Three bytes choose the status, the call and the credential; a line is what all headers say, and the rest is the body.
pub fn check(bytes: &[u8]) {
    let Some(([status, call, credential], rest)) = bytes.split_first_chunk() else { return };
    let status = 200 + u16::from(*status) + 50 * u16::from(call / 64);
    let which = usize::from(*credential) % SECRETS.len();
    let said = planted_in_answer(rest, SECRETS[which]);
    let end = said.iter().position(|byte| *byte == b'\n').unwrap_or(0);
    let (header, body) = said.split_at(end);
    let header = String::from_utf8_lossy(header);
    let answer = Response {
        status,
        reason: header.clone().into_owned(),
        headers: HEADERS.map(|name| (name.into(), header.clone().into_owned().into())).to_vec(),
        body: body.strip_prefix(b"\n").unwrap_or(body).to_vec(),
        ..Response::default()
    };
    // More than any call may ask for: a script that comes to its end panics.
    let script = Script::new(std::iter::repeat_n(Ok(answer), 4));
    let (_, _, make) = CREDENTIALS[USED[which]];
    let call = CALLS[usize::from(*call) % CALLS.len()];
    if let Err(error) = call(&client(make, GOOD, &script)) {
        check_error(&error, status, script.sent().len());
    }
}

fn check_error(error: &Error, status: u16, sent: usize) {
    tells_no_secret(error);
    assert_eq!(error.status_code(), Some(status), "{error}");
    assert_eq!(error.attempts().len(), sent);
    assert!(error.attempts().iter().all(|attempt| attempt.status_code == Some(status)));
    assert!(error.request().is_some_and(|request| !request.contains('?')), "{error}");
    let plain = |(name, _): &(String, String)| !name.is_empty() && !name.bytes().any(|byte| byte.is_ascii_uppercase());
    // What hides a secret, or is a second element of a known name, has capitals.
    let known = |name: &str| name.contains("REDACTED") || ["Code", "Message"].contains(&name);
    assert!(error.details().iter().all(|detail| plain(detail) || known(&detail.0)), "{:?}", error.details());
}
