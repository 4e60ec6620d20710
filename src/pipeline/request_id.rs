//! Ids by which a request is found in the service's logs.

use crate::text::digit;

/// A random UUID (version 4).
pub(super) fn random_uuid(random: &dyn Fn() -> f64) -> String {
    // 52 random bits a draw make 13 digits.
    let (mut bits, mut digits) = (0_u64, 0);
    let mut uuid = String::with_capacity(36);
    for mark in "xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx".chars() {
        let (mask, set) = match mark {
            'x' => (15, 0),
            'y' => (3, 8),
            other => {
                uuid.push(other);
                continue;
            }
        };
        if digits == 0 {
            bits = (random() * (1_u64 << 52) as f64) as u64;
            digits = 13;
        }
        uuid.push(char::from(digit((bits & mask | set) as u8).to_ascii_lowercase()));
        (bits, digits) = (bits >> 4, digits - 1);
    }
    uuid
}
