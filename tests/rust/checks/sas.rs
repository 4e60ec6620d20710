//! Shared access signatures that somebody gives.

use azure_queue_wasm::credential::Rights;
use azure_queue_wasm::credential::{Credential, SasKind, SasToken};
use azure_queue_wasm::percent::percent_decode;
use azure_queue_wasm::time::Timestamp;

use super::planting::{planted_in_argument, shows_no_secret, tells_no_secret};

/// Any text as a SAS token, as the query of a URL, and as a credential.
pub fn check(bytes: &[u8]) {
    let Some(text) = planted_in_argument(bytes) else { return };
    let in_url = SasToken::from_url_query(&text);
    if let Err(why) = &in_url {
        shows_no_secret(why);
    }
    for token in [SasToken::parse(&text), in_url.ok().flatten()].into_iter().flatten() {
        reads_back(&token);
        hides_its_signature(&token);
        can_be_asked(&token);
    }
    match SasToken::given(&text) {
        Ok(token) => assert_eq!(Some(token), SasToken::parse(&text)),
        Err(why) => shows_no_secret(&why),
    }
    if let Err(error) = Credential::from_text(&text, Some("myacct")) {
        tells_no_secret(&error);
    }
}

/// Written anew, a token says the same, and so it goes over a second client unharmed.
fn reads_back(token: &SasToken) {
    let written = query(token);
    assert_eq!(SasToken::parse(&written).as_ref(), Some(token), "{written}");
    // A URL takes what a credential takes.
    assert_eq!(SasToken::from_url_query(&written), SasToken::given(&written).map(Some), "{written}");
    assert!(written.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._~%&=".contains(&byte)), "{written}");
}

fn hides_its_signature(token: &SasToken) {
    let mut url = String::new();
    token.append_redacted_to(&mut url);
    let fields = |text: &str| text.split('&').count();
    assert_eq!(fields(&url), fields(&query(token)));
    for field in url.trim_start_matches('?').split('&') {
        let (name, value) = field.split_once('=').expect("a field");
        let value = percent_decode(value).expect("UTF-8");
        assert!(if name == "sig" { value == "REDACTED" } else { !value.contains("sig=") }, "{url}");
    }
    assert!(!format!("{token:?}").contains("sig="));
}

/// What it says of itself is what stands in it, and what it allows can be asked at any time.
fn can_be_asked(token: &SasToken) {
    let properties = token.properties();
    let has = |name: &str| query(token).split('&').any(|field| field.split('=').next() == Some(name));
    assert_eq!(properties.kind == SasKind::UserDelegation, has("skoid"));
    assert!(properties.permission.is_none() || has("sp"));
    assert!(properties.expiry.is_none() || has("se"));
    for now in [i64::MIN, 0, i64::MAX].map(Timestamp::from_millis) {
        for rights in [Rights::of("a", "o", "a"), Rights::of("", "s", "l"), Rights::NO_SAS, Rights::TOKEN_ONLY] {
            let allowed = properties.check(&rights, "https", now, now);
            let ended = properties.policy_id.is_none() && properties.expiry.is_some_and(|expiry| expiry <= now);
            assert!(allowed.is_err() || !ended, "{properties:?}");
        }
    }
}

fn query(token: &SasToken) -> String {
    let mut url = String::new();
    token.append_to(&mut url);
    url.trim_start_matches('?').to_owned()
}
