//! Writes XML by hand. The answers are flat enough that a writer with one escaping function is all
//! there is to it.

use std::fmt::Write as _;

/// An XML document being written.
#[derive(Debug, Default)]
pub(crate) struct Xml {
    out: String,
}

impl Xml {
    pub fn new() -> Self {
        Self {
            out: String::with_capacity(1024),
        }
    }

    pub fn open_root(&mut self, tag: &str, namespace: &str) {
        let _ = write!(self.out, "<{tag} xmlns=\"{namespace}\">");
    }

    pub fn open(&mut self, tag: &str) {
        self.out.push('<');
        self.out.push_str(tag);
        self.out.push('>');
    }

    pub fn close(&mut self, tag: &str) {
        self.out.push_str("</");
        self.out.push_str(tag);
        self.out.push('>');
    }

    /// `<tag>content</tag>`, with the content written by `inner`.
    pub fn element(&mut self, tag: &str, inner: impl FnOnce(&mut Self)) {
        self.open(tag);
        inner(self);
        self.close(tag);
    }

    /// `<tag>value</tag>`, escaped.
    pub fn text(&mut self, tag: &str, value: &str) {
        self.open(tag);
        self.escape(value);
        self.close(tag);
    }

    /// `<tag>value</tag>` for anything that needs no escaping by nature (numbers, booleans, times).
    pub fn value(&mut self, tag: &str, value: impl std::fmt::Display) {
        self.open(tag);
        let _ = write!(self.out, "{value}");
        self.close(tag);
    }

    /// A list in the Query protocol: `<tag><member>…</member>…</tag>`.
    pub fn list<T>(
        &mut self,
        tag: &str,
        items: impl IntoIterator<Item = T>,
        mut write: impl FnMut(&mut Self, T),
    ) {
        self.open(tag);
        for item in items {
            self.element("member", |xml| write(xml, item));
        }
        self.close(tag);
    }

    /// A list of texts in the Query protocol.
    pub fn text_list<'a>(&mut self, tag: &str, items: impl IntoIterator<Item = &'a str>) {
        self.list(tag, items, |xml, item| xml.escape(item));
    }

    /// Text as element content. Characters that XML 1.0 cannot carry become U+FFFD, as a parser
    /// would refuse the whole document otherwise.
    pub fn escape(&mut self, value: &str) {
        let mut rest = value;
        // Whole runs at once: most of an answer needs no escaping.
        while let Some(at) = rest.find(needs_escape) {
            let (plain, special) = rest.split_at(at);
            self.out.push_str(plain);
            let mut characters = special.chars();
            match characters.next() {
                Some('&') => self.out.push_str("&amp;"),
                Some('<') => self.out.push_str("&lt;"),
                Some('>') => self.out.push_str("&gt;"),
                Some('"') => self.out.push_str("&quot;"),
                Some('\'') => self.out.push_str("&#39;"),
                Some('\r') => self.out.push_str("&#13;"),
                Some(_) | None => self.out.push('\u{fffd}'),
            }
            rest = characters.as_str();
        }
        self.out.push_str(rest);
    }

    /// Content that is already XML.
    pub fn raw(&mut self, xml: &str) {
        self.out.push_str(xml);
    }

    pub fn finish(self) -> String {
        self.out
    }
}

fn needs_escape(letter: char) -> bool {
    match letter {
        '&' | '<' | '>' | '"' | '\'' | '\u{fffe}' | '\u{ffff}' => true,
        '\t' | '\n' => false,
        other => other < ' ',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn markup_in_a_value_is_escaped() {
        let mut xml = Xml::new();
        xml.text("Name", "<script>alert('1') & \"2\"</script>");
        assert_eq!(
            xml.finish(),
            "<Name>&lt;script&gt;alert(&#39;1&#39;) &amp; &quot;2&quot;&lt;/script&gt;</Name>"
        );
    }

    #[test]
    fn what_xml_cannot_carry_is_replaced_and_line_breaks_survive() {
        let mut xml = Xml::new();
        xml.text("A", "a\u{0}b\r\n\u{202e}c");
        assert_eq!(xml.finish(), "<A>a\u{fffd}b&#13;\n\u{202e}c</A>");
    }

    #[test]
    fn a_list_has_one_member_an_item() {
        let mut xml = Xml::new();
        xml.text_list("Names", ["a", "b"]);
        assert_eq!(
            xml.finish(),
            "<Names><member>a</member><member>b</member></Names>"
        );
    }
}
