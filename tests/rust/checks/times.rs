//! Moments: what is read can be written and read again, and another reader reads the same.

use std::time::{Duration, UNIX_EPOCH};

use azure_queue_wasm::time::Timestamp;

/// Any text as a moment in both notations, and any number as one.
pub fn check(bytes: &[u8]) {
    if let Ok(text) = std::str::from_utf8(bytes) {
        check_text(text);
    }
    if let Some(number) = bytes.first_chunk() {
        check_moment(Timestamp::from_millis(i64::from_le_bytes(*number)));
    }
}

fn check_text(text: &str) {
    if let Some(moment) = Timestamp::from_rfc1123(text) {
        assert_eq!(whole(moment), moment, "{text}");
        check_again(moment);
        // It minds the name of the day and leap seconds, and knows nothing before 1970.
        if let Ok(other) = httpdate::parse_http_date(text) {
            let millis = other.duration_since(UNIX_EPOCH).expect("after 1970").as_millis();
            assert_eq!(moment.millis(), millis as i64, "{text}");
        }
    }
    if let Some(moment) = Timestamp::from_iso8601(text) {
        check_again(moment);
    }
}

/// What was read is a moment that the service could have written, so both notations have it.
fn check_again(moment: Timestamp) {
    assert_eq!(Timestamp::from_rfc1123(&moment.to_rfc1123()), Some(whole(moment)), "{moment:?}");
    assert_eq!(Timestamp::from_iso8601(&moment.to_iso8601()), Some(whole(moment)), "{moment:?}");
    if let Ok(millis) = u64::try_from(moment.millis()) {
        let other = httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(millis));
        assert_eq!(moment.to_rfc1123(), other);
    }
}

/// Any number can be written; what cannot be read again is refused and not misread.
fn check_moment(moment: Timestamp) {
    for read in [Timestamp::from_rfc1123(&moment.to_rfc1123()), Timestamp::from_iso8601(&moment.to_iso8601())] {
        assert!(read.is_none_or(|read| read == whole(moment)), "{moment:?}: {read:?}");
    }
}

/// Neither notation is written with parts of a second.
pub fn whole(moment: Timestamp) -> Timestamp {
    Timestamp::from_millis(moment.millis().div_euclid(1000).saturating_mul(1000))
}
