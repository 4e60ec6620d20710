//! The same answers read by quick-xml's events alone, to compare with.

use quick_xml::Reader;
use quick_xml::events::Event;

/// An element: its own text, without that of the elements in it.
#[derive(Default)]
pub struct Element {
    pub name: String,
    pub text: String,
    pub children: Vec<Element>,
}

impl Element {
    pub fn children<'a>(&'a self, name: &'a str) -> impl Iterator<Item = &'a Element> {
        self.children.iter().filter(move |child| child.name == name)
    }

    /// The text of the last child of this name.
    pub fn text_of<'a>(&'a self, name: &'a str) -> Option<&'a str> {
        self.children(name).last().map(|child| child.text.as_str())
    }
}

/// The root element; `None` when quick-xml does not get to its end.
pub fn root(body: &[u8]) -> Option<Element> {
    let body = std::str::from_utf8(body.strip_prefix(b"\xef\xbb\xbf").unwrap_or(body)).ok()?;
    let mut reader = Reader::from_str(body);
    reader.config_mut().expand_empty_elements = true;
    let mut open: Vec<Element> = Vec::new();
    loop {
        let text = match reader.read_event().ok()? {
            Event::Start(tag) => {
                open.push(Element { name: tag.name().into_inner().to_owned(), ..Element::default() });
                continue;
            }
            Event::End(_) => {
                let element = open.pop()?;
                match open.last_mut() {
                    Some(parent) => parent.children.push(element),
                    None => return Some(element),
                }
                continue;
            }
            Event::Text(piece) => piece.into_inner().into_owned(),
            Event::CData(piece) => piece.into_inner().into_owned(),
            Event::GeneralRef(reference) => referred(&reference).map(String::from).unwrap_or_default(),
            Event::Eof => return None,
            _ => continue,
        };
        if let Some(element) = open.last_mut() {
            element.text.push_str(&text);
        }
    }
}

fn referred(reference: &str) -> Option<char> {
    match reference {
        "lt" => Some('<'),
        "gt" => Some('>'),
        "amp" => Some('&'),
        "quot" => Some('"'),
        "apos" => Some('\''),
        _ => {
            let number = match reference.strip_prefix("#x") {
                Some(digits) => u32::from_str_radix(digits, 16),
                None => reference.strip_prefix('#')?.parse(),
            };
            char::from_u32(number.ok()?)
        }
    }
}
