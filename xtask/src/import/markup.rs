//! The markup of published texts, turned into Markdown.
//!
//! The portal shows its texts as Markdown with HTML in between: `<br>`, lists, tables, links, and
//! marks of its own such as `<props>` and `<notice>`.

use std::fmt::Write as _;

/// Returns a text as Markdown. Code stays as it is; what looks like a tag and is none, such as
/// `<RequestId>`, becomes text.
pub(super) fn to_markdown(text: &str) -> String {
    if !text.contains(['<', '&']) {
        return text.to_owned();
    }
    let mut converter = Converter::default();
    let mut fence: Option<&str> = None;
    for (index, line) in text.split('\n').enumerate() {
        if index > 0 {
            converter.new_line();
        }
        let mark = ["```", "~~~"]
            .into_iter()
            .find(|mark| line.trim_start().starts_with(mark));
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            (None, None) => {
                converter.line(line);
                continue;
            }
            _ => {}
        }
        converter.out.push_str(line);
    }
    converter.finish()
}

/// A list that is open.
enum HtmlList {
    Bullets,
    Numbers(usize),
}

#[derive(Default)]
struct Converter {
    out: String,
    lists: Vec<HtmlList>,
    /// The target of the link that is open, and where its text begins.
    link: Option<(String, usize)>,
    /// Where the code that is open begins.
    code: Option<usize>,
    /// The cells of the row that is open, and whether a row was written.
    row: Option<Vec<String>>,
    has_header: bool,
    /// Where the cell that is open begins.
    cell: Option<usize>,
}

impl Converter {
    fn line(&mut self, line: &str) {
        let mut rest = line;
        while let Some(at) = rest.find(['<', '&', '`']) {
            self.out.push_str(&rest[..at]);
            rest = &rest[at..];
            let taken = match rest.as_bytes().first() {
                Some(b'`') => self.code_span(rest),
                Some(b'&') => self.entity(rest),
                _ => self.tag(rest),
            };
            rest = &rest[taken..];
        }
        self.out.push_str(rest);
    }

    /// Copies code between backticks; returns its length.
    fn code_span(&mut self, text: &str) -> usize {
        let ticks = text.len() - text.trim_start_matches('`').len();
        let mark = &text[..ticks];
        let length = text[ticks..].find(mark).map_or(ticks, |at| ticks * 2 + at);
        self.out.push_str(&text[..length]);
        length
    }

    /// Writes the character of an entity; returns the length of the entity.
    fn entity(&mut self, text: &str) -> usize {
        let Some(end) = text.find(';').filter(|end| *end <= 10) else {
            self.out.push('&');
            return 1;
        };
        let character = match &text[1..end] {
            "nbsp" | "#160" => Some(' '),
            "amp" => Some('&'),
            "quot" => Some('"'),
            "apos" => Some('\''),
            "lt" => Some('<'),
            "gt" => Some('>'),
            name => name.strip_prefix('#').and_then(character),
        };
        match character {
            Some(c @ ('<' | '>')) if self.code.is_none() => self.out.extend(['\\', c]),
            Some(c) if !c.is_control() => self.out.push(c),
            _ => self.out.push_str(&text[..=end]),
        }
        end + 1
    }

    /// Writes the Markdown of a tag; returns the length of the tag.
    fn tag(&mut self, text: &str) -> usize {
        let Some(tag) = Tag::read(text) else {
            if self.code.is_none() {
                self.out.push('\\');
            }
            self.out.push('<');
            return 1;
        };
        if tag.is_closing {
            self.close(&tag.name);
        } else {
            self.open(&tag);
        }
        tag.length
    }

    fn open(&mut self, tag: &Tag<'_>) {
        match tag.name.as_str() {
            "br" if self.cell.is_some() || self.is_in_table() => self.out.push(' '),
            "br" => self.paragraph(),
            "p" | "div" | "blockquote" | "notice" | "note" | "warning" => self.paragraph(),
            "ul" => self.lists.push(HtmlList::Bullets),
            "ol" => self.lists.push(HtmlList::Numbers(0)),
            "li" => self.item(),
            "b" | "strong" => self.out.push_str("**"),
            "i" | "em" => self.out.push('*'),
            "code" => {
                self.code = Some(self.out.len());
                self.out.push('`');
            }
            "pre" => {
                self.paragraph();
                self.out.push_str("```text\n");
                self.code = Some(self.out.len());
            }
            "a" => {
                let target = tag.attribute("href").unwrap_or_default();
                self.link = Some((target.to_owned(), self.out.len()));
            }
            "h1" | "h2" | "h3" | "h4" | "h5" | "h6" => {
                self.paragraph();
                let level = usize::from(tag.name.as_bytes()[1] - b'0');
                self.out.extend(std::iter::repeat_n('#', level));
                self.out.push(' ');
            }
            "table" => {
                self.paragraph();
                self.has_header = false;
            }
            "tr" => self.row = Some(Vec::new()),
            "td" | "th" => self.cell = Some(self.out.len()),
            // The others have no meaning without the style sheet of the portal.
            _ => {}
        }
    }

    fn close(&mut self, name: &str) {
        match name {
            "p" | "div" | "blockquote" | "notice" | "note" | "warning" | "table" | "h1" | "h2"
            | "h3" | "h4" | "h5" | "h6" => self.paragraph(),
            "ul" | "ol" => {
                self.lists.pop();
                if self.lists.is_empty() {
                    self.trim_end();
                    self.out.push_str("\n\n");
                }
            }
            "b" | "strong" => self.out.push_str("**"),
            "i" | "em" => self.out.push('*'),
            "code" if self.code.take().is_some() => self.out.push('`'),
            "pre" if self.code.take().is_some() => {
                self.out.push_str("\n```");
                self.paragraph();
            }
            "a" => self.close_link(),
            "td" | "th" => {
                if let (Some(start), Some(row)) = (self.cell.take(), &mut self.row) {
                    let text = self.out.split_off(start);
                    let words: Vec<&str> = text.split_whitespace().collect();
                    row.push(words.join(" ").replace('|', "\\|"));
                }
            }
            "tr" => self.close_row(),
            _ => {}
        }
    }

    fn close_link(&mut self) {
        let Some((target, start)) = self.link.take() else {
            return;
        };
        let is_plain = |c: char| !c.is_whitespace() && !c.is_control() && !"()<>".contains(c);
        if !target.is_empty() && target.chars().all(is_plain) && start <= self.out.len() {
            let text = self.out.split_off(start);
            let _ = write!(self.out, "[{}]({target})", text.trim());
        }
    }

    fn close_row(&mut self) {
        let Some(row) = self.row.take().filter(|row| !row.is_empty()) else {
            return;
        };
        self.start_line();
        let _ = write!(self.out, "| {} |", row.join(" | "));
        if !self.has_header {
            self.has_header = true;
            let _ = write!(self.out, "\n|{}", "---|".repeat(row.len()));
        }
    }

    fn item(&mut self) {
        self.start_line();
        let depth = self.lists.len().saturating_sub(1);
        self.out.extend(std::iter::repeat_n("  ", depth));
        match self.lists.last_mut() {
            Some(HtmlList::Numbers(number)) => {
                *number += 1;
                let _ = write!(self.out, "{number}. ");
            }
            _ => self.out.push_str("- "),
        }
    }

    /// Ends the line, unless nothing is on it.
    fn start_line(&mut self) {
        self.trim_end();
        if !self.out.is_empty() && !self.out.ends_with('\n') {
            // A list or table ends the paragraph before it.
            let last = self
                .out
                .lines()
                .next_back()
                .unwrap_or_default()
                .trim_start();
            let is_inside =
                last.starts_with(['-', '|']) || last.starts_with(|c: char| c.is_ascii_digit());
            self.out.push_str(if is_inside { "\n" } else { "\n\n" });
        }
    }

    /// Ends the paragraph; the next one continues the item of the list that it is in.
    fn paragraph(&mut self) {
        if self.cell.is_some() {
            self.out.push(' ');
            return;
        }
        let last = self.out.lines().next_back().unwrap_or_default();
        let indent = item_indent(last);
        if indent > 0 && indent >= last.len() {
            // Nothing is in the item yet.
            return;
        }
        self.trim_end();
        if !self.out.is_empty() {
            self.out.push_str("\n\n");
            self.out.extend(std::iter::repeat_n(' ', indent));
        }
    }

    fn new_line(&mut self) {
        if self.cell.is_some() || self.row.is_some() {
            self.out.push(' ');
            return;
        }
        self.out.push('\n');
    }

    fn is_in_table(&self) -> bool {
        let line = self.out.lines().next_back().unwrap_or_default();
        !self.out.ends_with('\n') && line.trim_start().starts_with('|')
    }

    fn trim_end(&mut self) {
        let length = self.out.trim_end().len();
        self.out.truncate(length);
    }

    /// Returns the text without trailing blanks and with at most one empty line at a time.
    fn finish(mut self) -> String {
        if self.code.take().is_some() {
            self.out.push('`');
        }
        let mut out = String::with_capacity(self.out.len());
        let mut empty = 0;
        for line in self.out.lines() {
            let line = line.trim_end();
            empty = if line.is_empty() { empty + 1 } else { 0 };
            if empty < 2 {
                out.push_str(line);
                out.push('\n');
            }
        }
        out.trim().to_owned()
    }
}

/// Returns the column of the text of a list item, or the indentation of another line.
fn item_indent(line: &str) -> usize {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    if text.starts_with("- ") || text.starts_with("* ") {
        indent + 2
    } else if digits > 0 && text[digits..].starts_with(". ") {
        indent + digits + 2
    } else {
        indent
    }
}

fn character(number: &str) -> Option<char> {
    let code = match number.strip_prefix(['x', 'X']) {
        Some(hex) => u32::from_str_radix(hex, 16),
        None => number.parse(),
    };
    char::from_u32(code.ok()?)
}

/// A tag of HTML or of the portal.
struct Tag<'a> {
    name: String,
    is_closing: bool,
    attributes: &'a str,
    length: usize,
}

/// Names of tags; anything else between angle brackets is text.
const TAGS: &[&str] = &[
    "a",
    "b",
    "blockquote",
    "br",
    "code",
    "col",
    "colgroup",
    "dd",
    "details",
    "div",
    "dl",
    "dt",
    "em",
    "font",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "hr",
    "i",
    "img",
    "label",
    "li",
    "note",
    "notice",
    "ol",
    "p",
    "ph",
    "pre",
    "props",
    "section",
    "span",
    "strong",
    "sub",
    "summary",
    "sup",
    "table",
    "tbody",
    "td",
    "term",
    "th",
    "thead",
    "tr",
    "u",
    "ul",
    "uicontrol",
    "warning",
];

impl<'a> Tag<'a> {
    /// Reads the tag at the start of a text.
    fn read(text: &'a str) -> Option<Self> {
        let end = text.find('>').filter(|end| *end < 2000)?;
        let inner = text[1..end].trim_end_matches('/');
        let (is_closing, inner) = match inner.strip_prefix('/') {
            Some(inner) => (true, inner),
            None => (false, inner),
        };
        let length = inner.bytes().take_while(u8::is_ascii_alphanumeric).count();
        let name = inner[..length].to_ascii_lowercase();
        let attributes = &inner[length..];
        let is_tag = TAGS.contains(&name.as_str())
            && (attributes.is_empty() || attributes.starts_with(['=', ' ', '\t']))
            && (attributes.trim().is_empty() || attributes.contains('='));
        is_tag.then_some(Self {
            name,
            is_closing,
            attributes,
            length: end + 1,
        })
    }

    fn attribute(&self, name: &str) -> Option<&'a str> {
        let (_, after) = self.attributes.split_once(name)?;
        let value = after.trim_start().strip_prefix('=')?.trim_start();
        let quote = value.chars().next().filter(|c| matches!(c, '"' | '\''))?;
        value[1..].split(quote).next()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn html_becomes_markdown() {
        let cases = [
            ("a<br>b<br/>c", "a\n\nb\n\nc"),
            ("- a<br>b", "- a\n\n  b"),
            ("| a<br>b |", "| a b |"),
            (
                "Values:<ul><li>a</li><li><p>b</p></li></ul>End",
                "Values:\n\n- a\n- b\n\nEnd",
            ),
            ("<ol>\n<li>a</li>\n<li>b</li>\n</ol>", "1. a\n2. b"),
            (
                r#"see <a href="https://a.b/c?d=1" target="_blank">the page</a>."#,
                "see [the page](https://a.b/c?d=1).",
            ),
            ("<strong>a</strong> <i>b</i>", "**a** *b*"),
            (
                "<code>a&lt;b&gt;</code> x &lt; y&nbsp;&amp; z",
                "`a<b>` x \\< y & z",
            ),
            (
                r#"a <props="china">b</props> c <span style="x">d</span>"#,
                "a b c d",
            ),
            ("<h3>Title</h3>text", "### Title\n\ntext"),
            (
                "<table><tr><th>a</th><th>b</th></tr><tr><td>1|2</td><td>x<br>y</td></tr></table>z",
                "| a | b |\n|---|---|\n| 1\\|2 | x y |\n\nz",
            ),
            ("<pre>a\n b</pre>", "```text\na\n b\n```"),
        ];
        for (text, markdown) in cases {
            assert_eq!(to_markdown(text), markdown, "{text}");
        }
    }

    #[test]
    fn other_angle_brackets_are_text() {
        let cases = [
            ("<RequestId> and a < b", "\\<RequestId> and a \\< b"),
            ("`<br>` and `` `<b>` ``", "`<br>` and `` `<b>` ``"),
            ("```\n<br>&lt;\n```", "```\n<br>&lt;\n```"),
            ("AT&T &unknown; &", "AT&T &unknown; &"),
            ("<a>", ""),
            ("<b", "\\<b"),
            ("a <i + 1> b", "a \\<i + 1> b"),
        ];
        for (text, markdown) in cases {
            assert_eq!(to_markdown(text), markdown, "{text}");
        }
    }
}
