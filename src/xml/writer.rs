//! Writing a request body.

use crate::text::find_any;

/// An XML document that grows at its end.
pub(crate) struct Writer(String);

impl Writer {
    /// A document with its root element begun.
    pub fn new(root: &'static str) -> Self {
        Writer::with_room(root, 0)
    }

    /// The same, with room for so many bytes of text.
    pub fn with_room(root: &'static str, bytes: usize) -> Self {
        let mut writer = Writer(String::with_capacity(256 + bytes));
        writer.0.push_str("<?xml version=\"1.0\" encoding=\"utf-8\"?>");
        writer.start(root);
        writer
    }

    /// Begins an element.
    pub fn start(&mut self, name: &'static str) {
        self.0.push('<');
        self.0.push_str(name);
        self.0.push('>');
    }

    /// Ends an element.
    pub fn end(&mut self, name: &'static str) {
        self.0.push_str("</");
        self.0.push_str(name);
        self.0.push('>');
    }

    /// An element with text in it.
    pub fn element(&mut self, name: &'static str, text: &str) {
        self.start(name);
        self.push_escaped(text);
        self.end(name);
    }

    /// The document, its root element ended.
    pub fn finish(mut self, root: &'static str) -> String {
        self.end(root);
        self.0
    }

    /// A carriage return is written as a reference, since XML readers turn a plain one
    /// into a line feed.
    fn push_escaped(&mut self, text: &str) {
        let mut rest = text;
        while let Some(at) = find_any(rest.as_bytes(), [b'&', b'<', b'>', b'\r']) {
            let (plain, marked) = rest.split_at_checked(at).unwrap_or_default();
            self.0.push_str(plain);
            self.0.push_str(match marked.bytes().next() {
                Some(b'&') => "&amp;",
                Some(b'<') => "&lt;",
                Some(b'>') => "&gt;",
                _ => "&#xD;",
            });
            rest = marked.get(1..).unwrap_or_default();
        }
        self.0.push_str(rest);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn text_is_escaped_and_nothing_else_is_changed() {
        let mut xml = Writer::new("A");
        xml.element("B", " <&>\"' \r\n\t é😀 ]]> ");
        xml.element("C", "");
        let expected = "<?xml version=\"1.0\" encoding=\"utf-8\"?>\
            <A><B> &lt;&amp;&gt;\"' &#xD;\n\t é😀 ]]&gt; </B><C></C></A>";
        assert_eq!(xml.finish("A"), expected);
    }
}
