//! Ids by which a request is found in the service's logs.

use crate::text::digit;

/// A random UUID (version 4).
pub(super) fn random_uuid(random: &dyn Fn() -> f64) -> String {
    // 52 random bits a draw make 13 digits.
    let (mut bits, mut digits) = (0_u64, 0);
    let mut uuid = *b"xxxxxxxx-xxxx-4xxx-yxxx-xxxxxxxxxxxx";
    for place in &mut uuid {
        let (mask, set) = match *place {
            b'x' => (15, 0),
            b'y' => (3, 8),
            _ => continue,
        };
        if digits == 0 {
            bits = (random() * (1_u64 << 52) as f64) as u64;
            digits = 13;
        }
        *place = digit((bits & mask | set) as u8).to_ascii_lowercase();
        (bits, digits) = (bits >> 4, digits - 1);
    }
    String::from_utf8(uuid.to_vec()).unwrap_or_default()
}
