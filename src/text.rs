//! Text put together and taken apart, byte by byte: the standard library's formatting and
//! its searchers, made anew for every kind of use, would be a tenth of the wasm.

/// A text with others in the places of `{}`: as `format!`, for texts alone.
pub fn fill(template: &str, parts: &[&str]) -> String {
    let mut out = String::new();
    push(&mut out, template, parts);
    out
}

/// Appends a text with others in the places of `{}`.
pub fn push(out: &mut String, template: &str, parts: &[&str]) {
    let mut rest = template;
    for part in parts {
        let (before, after) = split_once(rest, "{}").unwrap_or((rest, ""));
        out.push_str(before);
        out.push_str(part);
        rest = after;
    }
    out.push_str(rest);
}

/// A whole number in digits.
pub fn decimal(number: i64) -> String {
    let mut out = String::new();
    if number < 0 {
        out.push('-');
    }
    push_digits(&mut out, number.unsigned_abs(), 10, 1);
    out
}

/// A number in digits, at least so many of them.
pub fn push_digits(out: &mut String, number: u64, base: u64, width: u32) {
    if number >= base || width > 1 {
        push_digits(out, number / base, base, width.saturating_sub(1));
    }
    out.push(char::from(digit((number % base) as u8)));
}

/// A digit in ASCII, letters in capitals.
pub fn digit(value: u8) -> u8 {
    if value < 10 { b'0' + value } else { b'A' - 10 + value }
}

/// A number of digits alone; `None` too when it is too large.
pub fn number(text: &str) -> Option<u64> {
    let mut number = 0_u64;
    for byte in text.bytes() {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte & 15))?;
        number = number.checked_mul(10)?.checked_add(digit)?;
    }
    (!text.is_empty()).then_some(number)
}

/// The same for numbers that are small.
pub fn small_number(text: &str) -> Option<u32> {
    u32::try_from(number(text)?).ok()
}

/// Whether a text is an IPv4 address.
pub fn is_ipv4(text: &str) -> bool {
    let mut bytes = 0;
    for part in pieces(text, b".") {
        if number(part).is_none_or(|byte| byte > 255) {
            return false;
        }
        bytes += 1;
    }
    bytes == 4
}

/// 1 in each of eight bytes, and the highest bit of each.
const EACH: u64 = 0x0101_0101_0101_0101;
const HIGHEST: u64 = EACH << 7;

/// Whether bytes are ASCII alone. The standard library's own goes by words, which have four bytes in wasm.
#[cfg(any(test, all(target_arch = "wasm32", feature = "npm")))]
pub fn is_ascii(bytes: &[u8]) -> bool {
    let (eights, rest) = bytes.as_chunks();
    eights.iter().all(|eight| u64::from_le_bytes(*eight) & HIGHEST == 0) && rest.is_ascii()
}

/// Whether a text is nothing but printable ASCII, as most are.
pub fn is_printable_ascii(text: &str) -> bool {
    let (eights, rest) = text.as_bytes().as_chunks();
    let all = eights.iter().all(|eight| {
        let eight = u64::from_le_bytes(*eight);
        // What is no ASCII, what is below a blank, and DEL.
        (eight | eight.wrapping_sub(EACH * 0x20) | eight.wrapping_add(EACH)) & HIGHEST == 0
    });
    all && rest.iter().all(|byte| matches!(byte, b' '..=b'~'))
}

/// Where the first of these bytes stands.
pub fn find_any<const N: usize>(text: &[u8], marks: [u8; N]) -> Option<usize> {
    let eights_of_marks = marks.map(|mark| EACH * u64::from(mark));
    // The highest bit of the first byte that is 0, and perhaps of some behind it; of a lower bit that is no matter.
    let zero = |eight: u64| eight.wrapping_sub(EACH) & !eight;
    let (eights, rest) = text.as_chunks();
    for (i, eight) in eights.iter().enumerate() {
        let eight = u64::from_le_bytes(*eight);
        let found = eights_of_marks.iter().fold(0, |found, marks| found | zero(eight ^ marks)) & HIGHEST;
        if found != 0 {
            return Some(8 * i + found.trailing_zeros() as usize / 8);
        }
    }
    let place = rest.iter().position(|byte| marks.contains(byte));
    place.map(|place| text.len() - rest.len() + place)
}

/// Where a text stands in another.
pub fn find(text: &str, wanted: &str) -> Option<usize> {
    let bytes = text.as_bytes();
    (0..bytes.len()).find(|at| bytes.get(*at..).is_some_and(|rest| rest.starts_with(wanted.as_bytes())))
}

/// Whether a text stands in another.
pub fn contains(text: &str, wanted: &str) -> bool {
    find(text, wanted).is_some()
}

/// Whether one of these bytes, which are ASCII, stands in a text.
pub fn contains_any(text: &str, marks: &[u8]) -> bool {
    text.bytes().any(|byte| marks.contains(&byte))
}

/// Replaces every occurrence of a text, those that a replacement makes included.
pub fn replace(text: &mut String, wanted: &str, replacement: &str) {
    while contains(text, wanted) {
        let mut out = String::with_capacity(text.len());
        let mut rest = text.as_str();
        while let Some((before, after)) = split_once(rest, wanted) {
            out.push_str(before);
            out.push_str(replacement);
            rest = after;
        }
        out.push_str(rest);
        *text = out;
    }
}

/// What stands before and after the first of these marks.
pub fn split_once<'a>(text: &'a str, mark: &str) -> Option<(&'a str, &'a str)> {
    without(text, find(text, mark)?, mark.len())
}

/// What stands before and after the last of these bytes.
pub fn split_last(text: &str, mark: u8) -> Option<(&str, &str)> {
    without(text, text.bytes().rposition(|byte| byte == mark)?, 1)
}

/// What stands before the first of these marks, or all when there is none.
pub fn before<'a>(text: &'a str, mark: &str) -> &'a str {
    split_once(text, mark).map_or(text, |(before, _)| before)
}

fn without(text: &str, at: usize, length: usize) -> Option<(&str, &str)> {
    Some((text.get(..at)?, text.get(at + length..)?))
}

/// A text without white space at its ends.
pub fn trim(text: &str) -> &str {
    trim_all(text, char::is_whitespace)
}

/// A text without such characters at its ends.
#[inline(never)]
pub fn trim_all(text: &str, cut: fn(char) -> bool) -> &str {
    let (mut from, mut to) = (text.len(), 0);
    for (at, character) in text.char_indices() {
        if !cut(character) {
            from = from.min(at);
            to = at + character.len_utf8();
        }
    }
    text.get(from..to).unwrap_or_default()
}

/// Whether all bytes of a text are such.
#[inline(never)]
pub fn all(text: &str, kind: fn(u8) -> bool) -> bool {
    for byte in text.bytes() {
        if !kind(byte) {
            return false;
        }
    }
    true
}

/// A text without blanks at its ends.
pub fn trim_blanks(text: &str) -> &str {
    trim_start(trim_end(text, " "), " ")
}

/// A text without any number of these marks at its beginning.
pub fn trim_start<'a>(mut text: &'a str, mark: &str) -> &'a str {
    while let Some(rest) = text.strip_prefix(mark) {
        text = rest;
    }
    text
}

/// A text without any number of these marks at its end.
pub fn trim_end<'a>(mut text: &'a str, mark: &str) -> &'a str {
    while let Some(rest) = text.strip_suffix(mark) {
        text = rest;
    }
    text
}

/// The pieces of a text between marks, which are ASCII. There is always one.
pub fn pieces<'a>(text: &'a str, marks: &'static [u8]) -> Pieces<'a> {
    Pieces { rest: Some(text), marks }
}

/// See [`pieces`].
pub struct Pieces<'a> {
    rest: Option<&'a str>,
    marks: &'static [u8],
}

impl<'a> Iterator for Pieces<'a> {
    type Item = &'a str;

    #[inline(never)]
    fn next(&mut self) -> Option<&'a str> {
        let rest = self.rest?;
        let end = rest.bytes().position(|byte| self.marks.contains(&byte));
        let (piece, rest) = end.and_then(|end| without(rest, end, 1)).map_or((rest, None), |(a, b)| (a, Some(b)));
        self.rest = rest;
        Some(piece)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_digits_and_back() {
        for (number, text) in [(0, "0"), (7, "7"), (10, "10"), (-1, "-1"), (i64::MIN, "-9223372036854775808")] {
            assert_eq!(decimal(number), text);
        }
        let mut out = String::new();
        push_digits(&mut out, 0xab, 16, 4);
        assert_eq!(out, "00AB");
        assert_eq!(number("18446744073709551615"), Some(u64::MAX));
        assert_eq!((small_number("4294967295"), small_number("4294967296")), (Some(u32::MAX), None));
        assert!(["", "18446744073709551616", "+1", "1 ", "é"].into_iter().all(|text| number(text).is_none()));
    }

    /// A text of so many blanks, with another character in their midst.
    fn with(byte: u8, before: usize, behind: usize) -> Vec<u8> {
        [vec![b' '; before], vec![byte], vec![b' '; behind]].concat()
    }

    #[test]
    fn eight_bytes_at_once_are_looked_at_as_one_by_one() {
        for before in 0..18 {
            for behind in 0..10 {
                for byte in 0..=127 {
                    let bytes = with(byte, before, behind);
                    let text = std::str::from_utf8(&bytes).expect("ASCII");
                    assert_eq!(is_printable_ascii(text), matches!(byte, b' '..=b'~'), "{byte} at {before}");
                }
                for byte in 0..=255 {
                    let bytes = with(byte, before, behind);
                    assert_eq!(is_ascii(&bytes), byte < 128, "{byte} at {before}");
                    let place = (byte == b'<' || byte == b'&').then_some(before);
                    assert_eq!(find_any(&bytes, [b'<', b'&']), place, "{byte} at {before}");
                    let place = (byte == b'<').then_some(before);
                    assert_eq!(find_any(&bytes, [b'<']), place, "{byte} at {before}");
                }
                let text = [" ".repeat(before), "é".into(), " ".repeat(behind)].concat();
                assert!(!is_printable_ascii(&text) && !is_ascii(text.as_bytes()));
            }
        }
        // Several in one eight, and bytes beside them, which a borrow could take for them.
        assert_eq!(find_any(b"a&b<c&dd", [b'<', b'&']), Some(1));
        assert_eq!(find_any(b"ab=<=&<=", [b'<', b'&']), Some(3));
        assert_eq!(find_any(b"ab=;'%>\r", [b'<', b'&', b'>', b'\r']), Some(6));
        assert_eq!(find_any(b"", [b'<']), None);
    }

    #[test]
    fn templates() {
        assert_eq!(fill("{}, {}{}!", &["a", "{}", ""]), "a, {}!");
        assert_eq!(fill("plain", &[]), "plain");
    }

    #[test]
    fn replacements() {
        for (text, wanted, replacement, result) in
            [("a&b&&", "&", "+", "a+b++"), ("&amp;amp;", "&amp;", "&", "&"), ("é", "e", "x", "é"), ("", "a", "b", "")]
        {
            let mut text = text.to_owned();
            replace(&mut text, wanted, replacement);
            assert_eq!(text, result);
        }
    }

    #[test]
    fn texts_taken_apart() {
        assert_eq!(split_once("é://b://c", "://"), Some(("é", "b://c")));
        assert_eq!(split_once("a", "ab"), None);
        assert_eq!(split_last("a:b:é", b':'), Some(("a:b", "é")));
        assert_eq!((before("a?b", "?"), before("a", "?")), ("a", "a"));
        assert_eq!((trim_blanks("  a b "), trim_blanks("  "), trim_end("a//", "/")), ("a b", "", "a"));
        let cut = |text| pieces(text, b",;").collect::<Vec<_>>();
        assert_eq!((cut(""), cut("é,b;"), cut(";a")), (vec![""], vec!["é", "b", ""], vec!["", "a"]));
    }
}
