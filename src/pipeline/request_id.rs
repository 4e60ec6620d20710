//! Ids by which a request is found in the service's logs.

/// A random UUID (version 4).
pub(super) fn random_uuid(random: &dyn Fn() -> f64) -> String {
    // 52 random bits each.
    let [a, b, c] = [(); 3].map(|()| (random() * (1_u64 << 52) as f64) as u64);
    let drawn = [a, b, c, a >> 32 | b >> 32 << 20].map(|bits| digits(bits as u32));
    let drawn = drawn.as_flattened();
    let mut uuid = *b"xxxxxxxx-xxxx-4xxx-8xxx-xxxxxxxxxxxx";
    for (at, from, length) in [(0, 0, 8), (9, 8, 4), (15, 13, 3), (20, 17, 3), (24, 20, 12)] {
        if let (Some(place), Some(digits)) = (uuid.get_mut(at..at + length), drawn.get(from..from + length)) {
            place.copy_from_slice(digits);
        }
    }
    String::from_utf8(uuid.to_vec()).unwrap_or_default()
}

/// The hexadecimal digits of a number, the last one first, all at once.
fn digits(number: u32) -> [u8; 8] {
    const EACH: u64 = 0x0101_0101_0101_0101;
    let mut digits = u64::from(number);
    digits = (digits | digits << 16) & 0x0000_FFFF_0000_FFFF;
    digits = (digits | digits << 8) & 0x00FF_00FF_00FF_00FF;
    digits = (digits | digits << 4) & (EACH * 15);
    // 1 in each that is a letter.
    let letters = (digits + EACH * 6) >> 4 & EACH;
    (digits + EACH * u64::from(b'0') + letters * u64::from(b'a' - b'9' - 1)).to_le_bytes()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn digits_are_those_of_the_number() {
        for number in [0, 1, 9, 10, 0x9abc_def0, 0x0123_4567, 0x89ab_cdef, u32::MAX] {
            let backwards: Vec<u8> = format!("{number:08x}").into_bytes().into_iter().rev().collect();
            assert_eq!(digits(number), *backwards);
        }
    }
}
