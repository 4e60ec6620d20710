//! From JavaScript to Rust in one crossing: one text, in bytes, and numbers that say where its parts
//! end or are values themselves. `js/fields.ts` writes it, in the order in which it is read
//! here. What is of no type that could be meant comes as words for an error, so that every
//! refusal, and what is allowed, is told in one place.

use crate::error::{Error, Result};
use crate::http::Headers;
use crate::limits::{Quoted, Range};
use crate::text::is_ascii;
use crate::time::Timestamp;

/// Values, read one after the other.
pub struct Input<'a> {
    text: &'a str,
    numbers: std::slice::Iter<'a, f64>,
    /// Where the next part of the text begins, in UTF-16 code units and in bytes.
    units: usize,
    at: usize,
}

/// What stands in the place of one value.
enum Slot<'a> {
    Missing,
    Number(f64),
    /// A value of the right type that is none of those meant, in words.
    Odd(&'a str),
    /// A value of another type, in words.
    Alien(&'a str),
    /// Text that cannot be taken over, or is longer than any that is taken, in words.
    Unfit(&'a str),
}

const TEXT: &str = "text (a string)";

impl<'a> Input<'a> {
    /// `text` is UTF-8, which whoever encoded it has seen to.
    pub fn new(text: &'a [u8], numbers: &'a [f64]) -> Self {
        let text = std::str::from_utf8(text).unwrap_or_default();
        Input { text, numbers: numbers.iter(), units: 0, at: 0 }
    }

    fn slot(&mut self) -> Slot<'a> {
        match self.numbers.next().copied() {
            Some(f64::INFINITY) => Slot::Odd(self.part()),
            Some(f64::NEG_INFINITY) => Slot::Alien(self.part()),
            Some(f64::MIN) => Slot::Unfit(self.part()),
            Some(number) if !number.is_nan() => Slot::Number(number),
            _ => Slot::Missing,
        }
    }

    /// Text that is there for sure: its end is the next number.
    pub fn part(&mut self) -> &'a str {
        let end = self.numbers.next().copied().unwrap_or_default();
        self.until(end)
    }

    fn until(&mut self, end: f64) -> &'a str {
        let rest = self.text.get(self.at..).unwrap_or_default();
        let units = (end as usize).saturating_sub(self.units);
        // In ASCII, which most texts are, a byte is a unit.
        let of_units = rest.as_bytes().get(..units);
        let length = if of_units.is_some_and(is_ascii) { units } else { bytes_of(rest, units) };
        let part = rest.get(..length).unwrap_or_default();
        self.at += part.len();
        self.units += units;
        part
    }

    /// Text.
    pub fn text(&mut self, argument: &str) -> Result<Option<&'a str>> {
        self.text_of(argument, TEXT)
    }

    /// Text, where something else would be allowed too.
    pub fn text_of(&mut self, argument: &str, allowed: &str) -> Result<Option<&'a str>> {
        match self.slot() {
            Slot::Missing => Ok(None),
            Slot::Number(end) => Ok(Some(self.until(end))),
            Slot::Odd(words) | Slot::Unfit(words) => Err(unfit(argument, words)),
            Slot::Alien(words) => Err(Error::of_type(argument, words, allowed)),
        }
    }

    /// Text that must be there.
    pub fn required(&mut self, argument: &str) -> Result<&'a str> {
        self.text(argument)?.ok_or_else(|| Error::of_type(argument, "undefined", TEXT))
    }

    /// Text; an empty one where it is missing.
    pub fn or_empty(&mut self, argument: &str) -> Result<&'a str> {
        self.text(argument).map(Option::unwrap_or_default)
    }

    /// A number that is never missing.
    pub fn kind(&mut self) -> usize {
        self.numbers.next().copied().unwrap_or_default() as usize
    }

    /// A count that is never wrong, where there is one.
    pub fn size(&mut self) -> Option<i64> {
        self.numbers.next().copied().filter(|number| !number.is_nan()).map(|number| number as i64)
    }

    /// A whole number in a range.
    pub fn integer(&mut self, range: &Range) -> Result<Option<i64>> {
        match self.slot() {
            Slot::Missing => Ok(None),
            Slot::Number(number) => range.check(number as i64).map(Some),
            Slot::Odd(words) | Slot::Unfit(words) => Err(Error::value(range.argument, words, range.allowed)),
            Slot::Alien(words) => Err(Error::of_type(range.argument, words, range.allowed)),
        }
    }

    /// Seconds, with decimals, as milliseconds.
    pub fn millis(&mut self, range: &Range) -> Result<Option<u32>> {
        match self.slot() {
            Slot::Missing => Ok(None),
            Slot::Number(seconds) => {
                // JavaScript's own notation: Rust's formatting of floats is 10 kB of wasm.
                let words = self.part();
                let millis = (seconds * 1000.0).ceil() as i64;
                let allowed = seconds >= 0.0 && range.check(millis).is_ok();
                if allowed { Ok(Some(millis as u32)) } else { Err(Error::value(range.argument, words, range.allowed)) }
            }
            Slot::Odd(words) | Slot::Unfit(words) => Err(Error::value(range.argument, words, range.allowed)),
            Slot::Alien(words) => Err(Error::of_type(range.argument, words, range.allowed)),
        }
    }

    /// `true` or `false`.
    pub fn flag(&mut self, argument: &str) -> Result<Option<bool>> {
        match self.slot() {
            Slot::Missing => Ok(None),
            Slot::Number(number) => Ok(Some(number != 0.0)),
            Slot::Odd(words) | Slot::Alien(words) | Slot::Unfit(words) => {
                Err(Error::of_type(argument, words, "true or false"))
            }
        }
    }

    /// Something that is handed over apart, such as a function.
    pub fn apart(&mut self, argument: &str, allowed: &str) -> Result<()> {
        match self.slot() {
            Slot::Odd(words) | Slot::Alien(words) | Slot::Unfit(words) => Err(Error::of_type(argument, words, allowed)),
            _ => Ok(()),
        }
    }

    /// Milliseconds since 1970, or text in ISO 8601.
    pub fn moment(&mut self, argument: &str) -> Result<Option<Timestamp>> {
        const ALLOWED: &str = "a valid Date between the years 1 and 9999, or text such as 2030-01-02T03:04:05Z";
        const MILLIS: std::ops::RangeInclusive<f64> = -62_135_596_800_000.0..=253_402_300_799_999.0;
        match self.slot() {
            Slot::Missing => Ok(None),
            Slot::Number(millis) if MILLIS.contains(&millis) => Ok(Some(Timestamp::from_millis(millis as i64))),
            Slot::Number(f64::MAX) => Err(Error::value(argument, "an invalid Date", ALLOWED)),
            Slot::Number(_) => Err(Error::value(argument, "a Date beyond that", ALLOWED)),
            Slot::Odd(text) => {
                let moment = Timestamp::from_iso8601(text);
                moment.map(Some).ok_or_else(|| Error::value(argument, Quoted(text), ALLOWED))
            }
            Slot::Alien(words) => Err(Error::of_type(argument, words, ALLOWED)),
            Slot::Unfit(words) => Err(Error::value(argument, words, ALLOWED)),
        }
    }

    /// How many items follow; `None` when there is no list.
    pub fn list(&mut self, argument: &str, allowed: &str) -> Result<Option<usize>> {
        // An item is a number at least.
        Ok(self.choice(argument, allowed)?.map(|count| count.min(self.numbers.len())))
    }

    /// Which of several forms a value has that is handed over in one of them.
    pub fn choice(&mut self, argument: &str, allowed: &str) -> Result<Option<usize>> {
        match self.slot() {
            Slot::Missing => Ok(None),
            Slot::Number(form) => Ok(Some(form as usize)),
            Slot::Odd(words) | Slot::Alien(words) => Err(Error::of_type(argument, words, allowed)),
            Slot::Unfit(words) => Err(unfit(argument, words)),
        }
    }

    /// Names and values; none when they are missing.
    pub fn pairs(&mut self, argument: &str) -> Result<Vec<(String, String)>> {
        let count = self.list(argument, "an object whose values are text")?;
        let mut pairs = Vec::new();
        for _ in 0..count.unwrap_or_default() {
            let (name, value) = (self.or_empty(argument)?, self.or_empty(argument)?);
            pairs.push((name.to_owned(), value.to_owned()));
        }
        Ok(pairs)
    }

    /// Headers, their names in lower case.
    pub fn headers(&mut self) -> Result<Headers> {
        let pairs = self.pairs("headers")?;
        Ok(pairs.into_iter().map(|(name, value)| (name.to_ascii_lowercase().into(), value.into())).collect())
    }

    /// A list of texts; none when it is missing.
    pub fn texts(&mut self, argument: &str) -> Result<Vec<String>> {
        let count = self.list(argument, "an array of texts")?;
        let mut texts = Vec::new();
        for _ in 0..count.unwrap_or_default() {
            texts.push(self.or_empty(argument)?.to_owned());
        }
        Ok(texts)
    }
}

/// A refusal of text for what it is made of, or its length.
fn unfit(argument: &str, words: &str) -> Error {
    let allowed = match argument {
        "content" => "well-formed text, or bytes, of at most 65536 bytes after encoding",
        _ => "well-formed text of at most 1048576 characters",
    };
    Error::value(argument, words, allowed)
}

/// How many bytes so many UTF-16 code units are.
fn bytes_of(text: &str, units: usize) -> usize {
    let (mut seen, mut length) = (0, 0);
    for character in text.chars() {
        if seen >= units {
            break;
        }
        seen += character.len_utf16();
        length += character.len_utf8();
    }
    length
}
