//! Reading a response body, element by element, in one pass.
//!
//! What answers are made of, tags of nothing but a name and texts between them, is cut here: a parser's event for each
//! takes ten times as long as the cut. All other markup is quick-xml's.

use std::borrow::Cow;

use quick_xml::events::Event;

use crate::error::{Error, ErrorKind, Result};
use crate::limits::quoted;
use crate::text::{fill, find_any};

/// A cursor that stands inside an element. The shape of the document is the shape of the
/// code that reads it: [`child`](Self::child) enters elements, and each one entered is
/// left by `child` saying `None`, by [`text`](Self::text) or by [`skip`](Self::skip).
///
/// The first problem ends the document: nothing more is found, and [`finish`](Self::finish)
/// tells. A `Result` at every step would be a third of the code that reads.
pub(crate) struct Reader<'a> {
    body: &'a str,
    /// Where the cursor stands in it.
    at: usize,
    /// The names of the elements that the cursor stands in.
    open: Vec<&'a str>,
    /// Whether the innermost of them was begun and ended by one tag.
    is_ended: bool,
    problem: Option<Error>,
}

/// What stands between texts.
enum Markup<'a> {
    /// An element begins, with this name, a prefix included.
    Start(&'a str),
    /// The innermost element ends.
    End,
    /// Text in which nothing is markup.
    Data(Cow<'a, str>),
    /// A comment, for one.
    Other,
}

impl<'a> Reader<'a> {
    /// Enters the root element, which must have this name.
    pub fn open(body: &'a [u8], root: &str) -> Self {
        // The service begins its answers with a byte order mark.
        let body = body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body);
        let text = std::str::from_utf8(body);
        let body = text.unwrap_or_default();
        let mut reader = Reader { body, at: 0, open: Vec::new(), is_ended: false, problem: None };
        if text.is_err() {
            reader.refuse("it is not UTF-8");
        }
        reader.pass_declaration();
        match reader.child() {
            Some(name) if name == root => {}
            Some(name) => reader.refuse(&fill("it begins with {}, not with \"{}\"", &[&quoted(name), root])),
            None => reader.refuse("it has an end without a start"),
        }
        reader
    }

    /// Passes `<?xml version="1.0" encoding="utf-8"?>`, with which every answer begins.
    fn pass_declaration(&mut self) {
        if self.body.starts_with("<?xml ")
            && let Some(at) = find_any(self.body.as_bytes(), [b'>'])
            && self.body.as_bytes().get(at - 1) == Some(&b'?')
        {
            self.at = at + 1;
        }
    }

    /// Enters the next child element, and tells its name, a prefix included; `None` leaves the parent, at its end.
    pub fn child(&mut self) -> Option<&'a str> {
        loop {
            // Behind a tag that began and ended the element stands nothing that is in it.
            if !self.is_ended && self.byte() != Some(b'<') {
                self.pass_to([b'<']);
            }
            match self.markup()? {
                Markup::Start(name) => return Some(name),
                Markup::End => return None,
                Markup::Data(_) | Markup::Other => {}
            }
        }
    }

    /// The text of the element, which is thereby left. Elements inside it are passed over;
    /// nothing is trimmed and no line end is changed.
    pub fn text(&mut self) -> Cow<'a, str> {
        let mut text = self.plain_text();
        while let Some(markup) = self.markup() {
            match markup {
                Markup::End => break,
                Markup::Start(_) => self.skip(),
                Markup::Data(piece) => append(&mut text, piece),
                Markup::Other => {}
            }
            let piece = self.plain_text();
            append(&mut text, piece);
        }
        text
    }

    /// Leaves the element with everything in it. Counts instead of calling itself: a
    /// hostile body may nest as deep as it is long.
    pub fn skip(&mut self) {
        let mut depth = 1_usize;
        while depth > 0 {
            match self.child() {
                Some(_) => depth += 1,
                None if self.problem.is_some() => return,
                None => depth -= 1,
            }
        }
    }

    /// Says why the document is not what it should be.
    pub fn refuse(&mut self, why: &str) {
        self.problem.get_or_insert_with(|| broken(why));
    }

    /// Refuses a document without an element that the service always sends. A default in its place would be a false result.
    #[inline(never)]
    pub fn require(&mut self, element: &str, is_there: bool) {
        if !is_there {
            self.refuse(&fill("it has no {}", &[element]));
        }
    }

    /// What was read, unless there was a problem.
    pub fn finish<T>(self, read: T) -> Result<T> {
        self.problem.map_or(Ok(read), Err)
    }

    /// What has not been read.
    fn rest(&self) -> &'a str {
        self.body.get(self.at..).unwrap_or_default()
    }

    /// Passes so many bytes, and returns them.
    fn pass(&mut self, length: usize) -> &'a str {
        let from = self.at;
        self.at = self.body.len().min(from + length);
        self.body.get(from..self.at).unwrap_or_default()
    }

    /// The next byte.
    fn byte(&self) -> Option<u8> {
        self.body.as_bytes().get(self.at).copied()
    }

    /// Passes what stands before the first of these bytes, or all when there is none, and returns it.
    fn pass_to<const N: usize>(&mut self, marks: [u8; N]) -> &'a str {
        let rest = self.rest();
        self.pass(find_any(rest.as_bytes(), marks).unwrap_or(rest.len()))
    }

    /// The text up to the next markup, with what its references stand for.
    fn plain_text(&mut self) -> Cow<'a, str> {
        if self.is_ended || self.problem.is_some() {
            return Cow::Borrowed("");
        }
        let first = self.pass_to([b'<', b'&']);
        if self.byte() != Some(b'&') {
            return Cow::Borrowed(first);
        }
        let rest = self.pass_to([b'<']);
        let mut text = String::with_capacity(first.len() + rest.len());
        text.push_str(first);
        self.push_referred(&mut text, rest);
        Cow::Owned(text)
    }

    /// Appends a text, in which every ampersand begins a reference, with what the references stand for.
    fn push_referred(&mut self, text: &mut String, mut rest: &str) {
        while let Some(at) = find_any(rest.as_bytes(), [b'&']) {
            text.push_str(rest.get(..at).unwrap_or_default());
            let reference = rest.get(at + 1..).unwrap_or_default();
            let (character, length) = match reference.as_bytes() {
                [b'q', b'u', b'o', b't', b';', ..] => ('"', 5),
                [b'l', b't', b';', ..] => ('<', 3),
                [b'g', b't', b';', ..] => ('>', 3),
                [b'a', b'm', b'p', b';', ..] => ('&', 4),
                [b'a', b'p', b'o', b's', b';', ..] => ('\'', 5),
                _ => match self.referred(reference) {
                    Some(referred) => referred,
                    None => return,
                },
            };
            text.push(character);
            rest = reference.get(length..).unwrap_or_default();
        }
        text.push_str(rest);
    }

    /// The character that a reference by number stands for, and the length of the reference: `#60;` or `#x3c;`.
    fn referred(&mut self, rest: &str) -> Option<(char, usize)> {
        let Some(length) = find_any(rest.as_bytes(), [b';']) else {
            self.refuse("it is malformed");
            return None;
        };
        let reference = rest.get(..length).unwrap_or_default();
        let (digits, base) = match (reference.strip_prefix("#x"), reference.strip_prefix('#')) {
            (Some(digits), _) => (digits, 16),
            (None, Some(digits)) => (digits, 10),
            (None, None) => {
                self.refuse(&fill("it has the unknown entity {}", &[&quoted(reference)]));
                return None;
            }
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
        Some((character?, length + 1))
    }

    /// Reads what begins with the `<` at which the cursor stands.
    fn markup(&mut self) -> Option<Markup<'a>> {
        if self.problem.is_some() {
            return None;
        }
        if std::mem::take(&mut self.is_ended) {
            self.open.pop();
            return Some(Markup::End);
        }
        let is_end = self.body.as_bytes().get(self.at + 1) == Some(&b'/');
        let plain = if is_end { self.plain_end() } else { self.plain_start() };
        plain.or_else(|| self.other_markup())
    }

    /// `<Name>`, of letters, digits and the like.
    fn plain_start(&mut self) -> Option<Markup<'a>> {
        let is_plain = |byte: u8| {
            (byte | 0x20).wrapping_sub(b'a') < 26 || byte.is_ascii_digit() || matches!(byte, b'_' | b'-' | b'.' | b':')
        };
        let from = self.at + 1;
        let bytes = self.body.as_bytes().get(from..)?;
        let length = bytes.iter().position(|byte| !is_plain(*byte)).filter(|length| *length > 0)?;
        if bytes.get(length) != Some(&b'>') {
            return None;
        }
        self.at = from + length + 1;
        let name = self.body.get(from..from + length)?;
        self.open.push(name);
        Some(Markup::Start(name))
    }

    /// `</Name>`, of the innermost element.
    fn plain_end(&mut self) -> Option<Markup<'a>> {
        let name = *self.open.last()?;
        let from = self.at + 2;
        let end = from + name.len();
        let bytes = self.body.as_bytes();
        if bytes.get(end) != Some(&b'>') || bytes.get(from..end) != Some(name.as_bytes()) {
            return None;
        }
        self.at = end + 1;
        self.open.pop();
        Some(Markup::End)
    }

    /// Everything else.
    fn other_markup(&mut self) -> Option<Markup<'a>> {
        let rest = self.rest();
        let mut xml = quick_xml::Reader::from_reader(rest.as_bytes());
        // It sees one tag at a time: which ones match is seen to here.
        xml.config_mut().check_end_names = false;
        xml.config_mut().allow_unmatched_ends = true;
        let event = xml.read_event();
        let this = self.pass(rest.len() - xml.get_ref().len());
        let why = match event {
            Ok(Event::Start(tag) | Event::Empty(tag)) => match this.get(1..=tag.name().into_inner().len()) {
                Some(name) if !name.is_empty() => {
                    self.open.push(name);
                    self.is_ended = this.ends_with("/>");
                    return Some(Markup::Start(name));
                }
                _ => "it has an element without a name",
            },
            Ok(Event::End(tag)) => match self.open.pop() {
                Some(name) if name == tag.name().into_inner() => return Some(Markup::End),
                _ => "its tags do not match",
            },
            Ok(Event::CData(piece)) => return Some(Markup::Data(piece.into_inner())),
            Ok(Event::Eof) => "it ends too early",
            Ok(Event::DocType(_)) => "it has a document type",
            Ok(_) => return Some(Markup::Other),
            Err(error) => why(&error),
        };
        self.refuse(why);
        None
    }
}

fn append<'a>(text: &mut Cow<'a, str>, piece: Cow<'a, str>) {
    if text.is_empty() {
        *text = piece;
    } else if !piece.is_empty() {
        text.to_mut().push_str(&piece);
    }
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
            ("<?xml version='1.0' note='>'?><A>odd</A>", "odd"),
            ("<A/>", ""),
            ("<A />", ""),
            ("<A></A>", ""),
            ("<A>  blanks \t\n </A>", "  blanks \t\n "),
            ("<A>a\r\nb&#xD;&#xd;&#13;&#10;c</A>", "a\r\nb\r\r\r\nc"),
            ("<A>&lt;&gt;&amp;&quot;&apos;&#128512;&#x1F600;</A>", "<>&\"'😀😀"),
            ("<A>a<![CDATA[<b>&amp;]]>c</A>", "a<b>&amp;c"),
            ("<A>a<!-- no -->b<?no no?>c</A>", "abc"),
            ("<A>a<Unknown>no<A>no</A></Unknown>b</A>", "ab"),
            ("<A>a<Unknown/>b<Unknown attribute='/>'/>c</A >", "abc"),
            ("<A attribute=\"x\">é漢😀</A>", "é漢😀"),
        ] {
            assert_eq!(text_of(xml).as_deref(), Ok(text), "{xml}");
        }
    }

    #[test]
    fn children_in_any_order_and_unknown_ones() {
        let mut xml = Reader::open(b"<A> <B>1</B> <X><B>no</B></X> <C/> </A>", "A");
        let mut seen = Vec::new();
        while let Some(name) = xml.child() {
            match name {
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
