//! Reading a response body, element by element, in one pass.

use std::borrow::Cow;

use quick_xml::events::{BytesStart, Event};

use crate::error::{Error, ErrorKind, Result};
use crate::limits::quoted;
use crate::text::fill;

/// A cursor that stands inside an element. The shape of the document is the shape of the
/// code that reads it: [`child`](Self::child) enters elements, and each one entered is
/// left by `child` saying `None`, by [`text`](Self::text) or by [`skip`](Self::skip).
///
/// The first problem ends the document: nothing more is found, and [`finish`](Self::finish)
/// tells. A `Result` at every step would be a third of the code that reads.
pub(crate) struct Reader<'a> {
    xml: quick_xml::Reader<&'a [u8]>,
    body: &'a [u8],
    problem: Option<Error>,
}

/// The start of an element.
pub(crate) struct Element<'a>(BytesStart<'a>);

impl Element<'_> {
    /// The name of the element, a prefix included.
    pub fn name(&self) -> &str {
        self.0.name().into_inner()
    }
}

impl<'a> Reader<'a> {
    /// Enters the root element, which must have this name.
    pub fn open(body: &'a [u8], root: &str) -> Self {
        // The service begins its answers with a byte order mark.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let mut xml = quick_xml::Reader::from_reader(body);
        xml.config_mut().expand_empty_elements = true;
        let mut reader = Reader { xml, body, problem: None };
        match reader.child() {
            Some(element) if element.name() == root => {}
            Some(element) => {
                reader.refuse(&fill("it begins with {}, not with \"{}\"", &[&quoted(element.name()), root]));
            }
            None => reader.refuse("it has an end without a start"),
        }
        reader
    }

    /// Enters the next child element; `None` leaves the parent, at its end.
    pub fn child(&mut self) -> Option<Element<'a>> {
        loop {
            match self.next()? {
                Event::Start(start) => return Some(Element(start)),
                Event::End(_) => return None,
                _ => {}
            }
        }
    }

    /// The text of the element, which is thereby left. Elements inside it are passed over;
    /// nothing is trimmed and no line end is changed.
    pub fn text(&mut self) -> Cow<'a, str> {
        let mut text = self.text_in_one();
        while let Some(event) = self.next() {
            let piece = match event {
                Event::Text(piece) => piece.into_inner(),
                Event::CData(piece) => piece.into_inner(),
                Event::GeneralRef(reference) => self.referred(&reference).map(String::from).unwrap_or_default().into(),
                Event::End(_) => break,
                Event::Start(_) => {
                    self.skip();
                    continue;
                }
                _ => continue,
            };
            if text.is_empty() {
                text = piece;
            } else {
                text.to_mut().push_str(&piece);
            }
        }
        text
    }

    /// The text up to the next tag or whatever else begins with `<`, with what its references stand for. By events, a
    /// text of references would be as many pieces, at five times the time.
    fn text_in_one(&mut self) -> Cow<'a, str> {
        let rest: &'a [u8] = self.xml.get_ref();
        // `<Name/>` is told as a start and an end, and the end has not been told yet.
        let is_empty = self.body.get(..self.body.len() - rest.len()).is_some_and(|read| read.ends_with(b"/>"));
        let end = memchr::memchr(b'<', rest).filter(|_| !is_empty && self.problem.is_none());
        let Some((text, tag)) = end.and_then(|end| rest.split_at_checked(end)) else { return Cow::Borrowed("") };
        // What is no UTF-8 is left to be refused as all else.
        let Ok(text) = std::str::from_utf8(text) else { return Cow::Borrowed("") };
        *self.xml.get_mut() = tag;
        self.with_references(text)
    }

    fn with_references(&mut self, text: &'a str) -> Cow<'a, str> {
        let Some((mut whole, mut rest)) = cut(text, b'&').map(|(first, rest)| (first.to_owned(), rest)) else {
            return Cow::Borrowed(text);
        };
        loop {
            let Some((reference, after)) = cut(rest, b';') else {
                self.refuse("it is malformed");
                break;
            };
            whole.extend(self.referred(reference));
            match cut(after, b'&') {
                Some((piece, next)) => {
                    whole.push_str(piece);
                    rest = next;
                }
                None => {
                    whole.push_str(after);
                    break;
                }
            }
        }
        Cow::Owned(whole)
    }

    /// Leaves the element with everything in it. Counts instead of calling itself: a
    /// hostile body may nest as deep as it is long.
    pub fn skip(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.next() {
                Some(Event::Start(_)) => depth += 1,
                Some(Event::End(_)) => depth -= 1,
                Some(_) => {}
                None => return,
            }
        }
    }

    /// Says why the document is not what it should be.
    pub fn refuse(&mut self, why: &str) {
        self.problem.get_or_insert_with(|| broken(why));
    }

    /// What was read, unless there was a problem.
    pub fn finish<T>(self, read: T) -> Result<T> {
        self.problem.map_or(Ok(read), Err)
    }

    fn next(&mut self) -> Option<Event<'a>> {
        if self.problem.is_some() {
            return None;
        }
        let why = match self.xml.read_event() {
            Ok(Event::Eof) => "it ends too early",
            Ok(Event::DocType(_)) => "it has a document type",
            Ok(Event::Start(start)) if start.name().into_inner().is_empty() => "it has an element without a name",
            Ok(event) => return Some(event),
            Err(error) => why(&error),
        };
        self.refuse(why);
        None
    }

    /// The character that a reference stands for: `lt`, `#60` or `#x3c`.
    fn referred(&mut self, reference: &str) -> Option<char> {
        let (digits, base) = match reference {
            "lt" => return Some('<'),
            "gt" => return Some('>'),
            "amp" => return Some('&'),
            "quot" => return Some('"'),
            "apos" => return Some('\''),
            _ => match (reference.strip_prefix("#x"), reference.strip_prefix("#")) {
                (Some(digits), _) => (digits, 16),
                (None, Some(digits)) => (digits, 10),
                (None, None) => {
                    self.refuse(&fill("it has the unknown entity {}", &[&quoted(reference)]));
                    return None;
                }
            },
        };
        let mut number = 0_u32;
        for digit in digits.chars() {
            // What is no digit makes it too large for a character.
            number = number.saturating_mul(base).saturating_add(digit.to_digit(base).unwrap_or(u32::MAX));
        }
        let character = char::from_u32(number).filter(|_| number != 0);
        if character.is_none() {
            self.refuse("it has a reference to no character");
        }
        character
    }
}

/// What stands before and after the first of this byte, which is ASCII.
fn cut(text: &str, mark: u8) -> Option<(&str, &str)> {
    let (before, after) = text.split_at_checked(memchr::memchr(mark, text.as_bytes())?)?;
    Some((before, after.get(1..)?))
}

/// In a few words of our own: those of quick-xml are 9 kB of wasm.
fn why(error: &quick_xml::Error) -> &'static str {
    match error {
        quick_xml::Error::Syntax(_) => "it ends within a tag",
        quick_xml::Error::IllFormed(_) => "its tags do not match",
        quick_xml::Error::Encoding(_) => "it is not UTF-8",
        _ => "it is malformed",
    }
}

/// A body that cannot be read: the service, or something in between, did not say what it
/// should.
pub(crate) fn broken(why: &str) -> Error {
    Error::told(ErrorKind::ServiceResponse, "The response is not the XML that this operation returns: {}.", &[why])
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text_of(xml: &str) -> Result<String> {
        let mut reader = Reader::open(xml.as_bytes(), "A");
        let text = reader.text().into_owned();
        reader.finish(text)
    }

    fn refused(xml: &[u8]) -> String {
        let mut reader = Reader::open(xml, "A");
        reader.skip();
        reader.finish(()).expect_err("should be refused").to_string()
    }

    #[test]
    fn text_in_all_its_notations() {
        for (xml, text) in [
            ("<A>plain</A>", "plain"),
            ("\u{feff}<?xml version=\"1.0\" encoding=\"utf-8\"?><A>mark</A>", "mark"),
            ("<A/>", ""),
            ("<A />", ""),
            ("<A></A>", ""),
            ("<A>  blanks \t\n </A>", "  blanks \t\n "),
            ("<A>a\r\nb&#xD;&#xd;&#13;&#10;c</A>", "a\r\nb\r\r\r\nc"),
            ("<A>&lt;&gt;&amp;&quot;&apos;&#128512;&#x1F600;</A>", "<>&\"'😀😀"),
            ("<A>a<![CDATA[<b>&amp;]]>c</A>", "a<b>&amp;c"),
            ("<A>a<!-- no -->b<?no no?>c</A>", "abc"),
            ("<A>a<Unknown>no<A>no</A></Unknown>b</A>", "ab"),
            ("<A attribute=\"x\">é漢😀</A>", "é漢😀"),
        ] {
            assert_eq!(text_of(xml).as_deref(), Ok(text), "{xml}");
        }
    }

    #[test]
    fn children_in_any_order_and_unknown_ones() {
        let mut xml = Reader::open(b"<A> <B>1</B> <X><B>no</B></X> <C/> </A>", "A");
        let mut seen = Vec::new();
        while let Some(element) = xml.child() {
            match element.name() {
                "B" => seen.push(xml.text().into_owned()),
                "C" => seen.push(format!("C{}", xml.text())),
                _ => xml.skip(),
            }
        }
        assert_eq!(seen, ["1", "C"]);
    }

    #[test]
    fn bodies_that_are_broken() {
        for (xml, expected) in [
            (&b""[..], "ends too early"),
            (b"not xml", "ends too early"),
            (b"<html><body>proxy</body></html>", "begins with \"html\""),
            (b"<A>", "ends too early"),
            (b"<A><B></A>", "do not match"),
            (b"<A>&unknown;</B>", "do not match"),
            (b"<A>\xff</A>", "utf-8"),
            (b"<!DOCTYPE A [<!ENTITY a \"b\">]><A>&a;</A>", "document type"),
            (b"</A>", ""),
            (b"<A>< B/></A>", "element without a name"),
        ] {
            let message = refused(xml);
            assert!(message.contains("not the XML"), "{message}");
            assert!(message.to_lowercase().contains(expected), "{message} / {expected}");
        }
        for xml in ["<A>&unknown;</A>", "<A>&#0;</A>", "<A>&#xD800;</A>", "<A>&#99999999;</A>"] {
            assert!(text_of(xml).is_err(), "{xml}");
        }
    }

    #[test]
    fn hostile_nesting_costs_no_stack() {
        let depth = 200_000;
        let xml = format!("<A>{}{}</A>", "<B>".repeat(depth), "</B>".repeat(depth));
        assert_eq!(text_of(&xml).as_deref(), Ok(""));
        assert!(refused(&xml.as_bytes()[..xml.len() / 2]).contains("too early"));
    }
}
