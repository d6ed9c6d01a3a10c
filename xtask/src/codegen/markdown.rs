//! Markdown of specifications, made safe for rustdoc.
//!
//! Descriptions are Markdown written by people, and imported specifications contain arbitrary
//! text. This module neutralizes what rustdoc or clippy would warn about or run as a test: bare
//! URLs, angle and square brackets, unpaired backticks, code blocks, headings, and continuation
//! lines of lists.

use super::wrap::{blocks, fence, list_marker};

/// Converts Markdown of a specification to lines for doc comments. Returns no lines for empty text.
///
/// The lines are not wrapped; [`fill`](super::wrap::fill) does that where they are written.
pub fn markdown(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut code_block: Option<&str> = None;
    let mut lists = Lists::default();
    for raw in text.lines() {
        let line = clean(raw);
        let trimmed = line.trim_start();
        let marker = fence(trimmed);
        if let Some(open) = code_block {
            if marker == Some(open) {
                code_block = None;
                lines.push(open.to_owned());
            } else {
                lines.push(line);
            }
            continue;
        }
        if let Some(open) = marker {
            code_block = Some(open);
            lists = Lists::default();
            // Without a language, rustdoc would compile it.
            lines.push(format!("{open}text"));
        } else {
            paragraph_line(&line, &mut lists, &mut lines);
        }
    }
    if let Some(open) = code_block {
        lines.push(open.to_owned());
    }
    balance_backticks(&mut lines);
    trim_blank(mark_quotations(lines))
}

/// Converts text to Markdown for a table cell or a single line.
pub fn inline(text: &str) -> String {
    markdown(&text.split_whitespace().collect::<Vec<_>>().join(" "))
        .join(" ")
        .replace('|', "\\|")
}

/// Formats a value as inline code, even if it contains backticks.
pub fn code(text: &str) -> String {
    let text: String = text
        .chars()
        .map(|c| if c.is_control() { ' ' } else { c })
        .collect();
    if text.trim().is_empty() {
        format!("\"{text}\"")
    } else if text.contains('`') {
        format!("`` {text} ``")
    } else {
        format!("`{text}`")
    }
}

/// Removes control characters and trailing whitespace, and replaces tabs by spaces.
fn clean(line: &str) -> String {
    line.replace('\t', "    ")
        .chars()
        .filter(|c| !c.is_control() && !is_bidi_control(*c))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// Whether a character changes the display order of source text. rustc rejects these in comments.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The lists that contain a line, outermost first. Sources indent items by any width; the output
/// indents them by the width of the marker, as Markdown and clippy require.
#[derive(Default)]
struct Lists(Vec<Level>);

struct Level {
    /// Column of the marker in the source.
    source: usize,
    /// Column of the item's text in the output.
    text: usize,
}

impl Lists {
    /// Begins an item and returns the column of its marker in the output.
    fn item(&mut self, indent: usize, width: usize) -> usize {
        self.leave(indent);
        let marker = self.text();
        self.0.push(Level {
            source: indent,
            text: marker + width,
        });
        marker
    }

    /// Leaves the lists that do not contain text at this indentation.
    fn leave(&mut self, indent: usize) {
        while self.0.last().is_some_and(|level| indent < level.source + 2) {
            self.0.pop();
        }
    }

    /// Returns the column of text that belongs to the innermost item.
    fn text(&self) -> usize {
        self.0.last().map_or(0, |level| level.text)
    }
}

/// Converts one line outside of code blocks.
fn paragraph_line(line: &str, lists: &mut Lists, lines: &mut Vec<String>) {
    let trimmed = line.trim_start();
    if trimmed.is_empty() {
        if lines.last().is_some_and(|last| !last.is_empty()) {
            lines.push(String::new());
        }
        return;
    }
    let indent = line.len() - trimmed.len();
    if let Some(width) = list_marker(trimmed) {
        let marker = lists.item(indent, width);
        lines.push(format!("{:marker$}{}", "", escape_item(trimmed, width)));
        return;
    }
    if lines.last().is_none_or(|last| last.is_empty()) {
        lists.leave(indent);
    }
    let indent = lists.text();
    lines.push(format!("{:indent$}{}", "", escape(&heading(trimmed))));
}

fn escape_item(text: &str, marker: usize) -> String {
    let (marker, rest) = text.split_at(marker);
    format!("{marker}{}", escape(rest.trim_start()))
}

/// Converts a heading to bold text, since generated documentation has headings of its own.
fn heading(text: &str) -> String {
    let level = text.bytes().take_while(|b| *b == b'#').count();
    match text.get(level..) {
        Some(rest) if level > 0 && rest.starts_with(' ') => format!("**{}**", rest.trim()),
        _ => text.to_owned(),
    }
}

/// Escapes brackets and marks URLs outside of code spans.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while !rest.is_empty() {
        if rest.starts_with('`') {
            let ticks = rest.bytes().take_while(|b| *b == b'`').count();
            let span = code_span(rest, ticks).unwrap_or(ticks);
            out.push_str(&rest[..span]);
            rest = &rest[span..];
        } else if let Some(url) = url_at(rest) {
            out.push_str(&format!("<{url}>"));
            rest = &rest[url.len()..];
        } else if let Some((written, length)) = bracket(rest) {
            out.push_str(&written);
            rest = &rest[length..];
        } else {
            // Up to the next character that may need an escape.
            let next = rest.bytes().skip(1).position(|b| b"`h<[]".contains(&b));
            let (plain, more) = rest.split_at(next.map_or(rest.len(), |at| at + 1));
            out.push_str(plain);
            rest = more;
        }
    }
    out
}

/// Returns the length of the code span at the start, including both runs of backticks.
fn code_span(text: &str, ticks: usize) -> Option<usize> {
    let fence = &text[..ticks];
    let inside = &text[ticks..];
    let mut from = 0;
    while let Some(found) = inside.get(from..)?.find(fence) {
        let start = from + found;
        let run = inside[start..].bytes().take_while(|b| *b == b'`').count();
        if run == ticks {
            return Some(ticks + start + run);
        }
        from = start + run;
    }
    None
}

/// Returns the URL at the start, without the punctuation that ends a sentence.
fn url_at(text: &str) -> Option<&str> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let end = text
        .find(|c: char| !c.is_ascii_graphic() || "<>\"`()[]{}|\\^".contains(c))
        .unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
    // A scheme alone is not a URL.
    (url.len() > "https://".len()).then_some(url)
}

/// Returns the replacement for a bracket at the start, and the length of what it replaces.
fn bracket(text: &str) -> Option<(String, usize)> {
    if let Some(rest) = text.strip_prefix('<') {
        if let Some(url) = url_at(rest).filter(|url| rest[url.len()..].starts_with('>')) {
            return Some((format!("<{url}>"), url.len() + 2));
        }
        return Some(("\\<".to_owned(), 1));
    }
    if text.starts_with('[') {
        return Some(link_at(text).unwrap_or_else(|| ("\\[".to_owned(), 1)));
    }
    text.starts_with(']').then(|| ("\\]".to_owned(), 1))
}

/// Reads `[text](target)` at the start. Keeps a link to a web page, and only the text of any other.
fn link_at(text: &str) -> Option<(String, usize)> {
    let close = text.find("](")?;
    let label = &text[1..close];
    let target_end = text[close..].find(')')? + close;
    let target = text[close + 2..target_end].trim();
    if label.contains(['[', ']', '`', '<']) {
        return None;
    }
    let written = match url_at(target) {
        Some(url) if url == target => format!("[{label}]({target})"),
        _ => escape(label),
    };
    Some((written, target_end + 1))
}

/// Escapes the backticks of each paragraph that has an odd number of them.
fn balance_backticks(lines: &mut [String]) {
    for paragraph in lines.split_mut(String::is_empty) {
        if paragraph.iter().any(|line| fence(line).is_some()) {
            continue;
        }
        let ticks: usize = paragraph.iter().map(|l| l.matches('`').count()).sum();
        if ticks % 2 == 1 {
            for line in paragraph {
                *line = line.replace('`', "\\`");
            }
        }
    }
}

/// Marks every line of a quotation, where a source may mark the first line only.
fn mark_quotations(lines: Vec<String>) -> Vec<String> {
    if !lines.iter().any(|line| line.trim_start().starts_with('>')) {
        return lines;
    }
    let mut marked = Vec::with_capacity(lines.len());
    for block in blocks(&lines) {
        let text = block[0].trim_start();
        if text.starts_with('>') {
            let indent = &block[0][..block[0].len() - text.len()];
            marked.push(block[0].clone());
            let more = block.iter().skip(1);
            marked.extend(more.map(|line| format!("{indent}> {}", line.trim_start())));
        } else {
            marked.extend_from_slice(block);
        }
    }
    marked
}

/// Removes blank lines at the start and the end.
fn trim_blank(mut lines: Vec<String>) -> Vec<String> {
    while lines.last().is_some_and(|l| l.is_empty()) {
        lines.pop();
    }
    let first = lines.iter().position(|l| !l.is_empty()).unwrap_or(0);
    lines.split_off(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        assert_eq!(markdown(text), expected, "{text}");
    }

    #[test]
    fn every_line_of_a_quotation_is_marked() {
        assert_eq!(
            markdown("> note\ngoes on\n- item\n  > inner\n  goes on"),
            ["> note", "> goes on", "- item", "  > inner", "  > goes on"]
        );
    }

    #[test]
    fn plain_text_stays() {
        check(
            "One.\nTwo `x`.\n\nThree.\n",
            &["One.", "Two `x`.", "", "Three."],
        );
        check("", &[]);
        check("\n\n  \nText\n\n", &["Text"]);
    }

    #[test]
    fn urls_become_links() {
        check("See https://a.b/c?d=e#f.", &["See <https://a.b/c?d=e#f>."]);
        check("See <https://a.b>.", &["See <https://a.b>."]);
        check("[page](https://a.b)", &["[page](https://a.b)"]);
        check("`https://a.b`", &["`https://a.b`"]);
        check("https:// is a scheme", &["https:// is a scheme"]);
    }

    #[test]
    fn links_into_nowhere_keep_their_text() {
        check("see [CreateVpc](~~35737~~) first", &["see CreateVpc first"]);
        check("a [note] here", &["a \\[note\\] here"]);
        check("tags[0].key", &["tags\\[0\\].key"]);
        check("[a][b]", &["\\[a\\]\\[b\\]"]);
        check("[`x`](y)", &["\\[`x`\\](y)"]);
        check("see [https://a.b/c](url)", &["see <https://a.b/c>"]);
    }

    #[test]
    fn tags_are_text() {
        check("give <name> or a<b", &["give \\<name> or a\\<b"]);
        check("`<name>` stays", &["`<name>` stays"]);
    }

    #[test]
    fn loose_backticks_are_text() {
        check("a ` b", &["a \\` b"]);
        check("`a\nb` c", &["`a", "b` c"]);
    }

    #[test]
    fn code_blocks_are_never_run() {
        check("```\nlet x;\n```", &["```text", "let x;", "```"]);
        check("```rust\nx", &["```text", "x", "```"]);
        check(
            "Text:\n\n    looks like code",
            &["Text:", "", "looks like code"],
        );
    }

    #[test]
    fn lists_are_indented_as_clippy_wants() {
        check("- one\ngoes on\n- two", &["- one", "  goes on", "- two"]);
        check("- one\n\nNext", &["- one", "", "Next"]);
        check("1. one\n      far", &["1. one", "   far"]);
        check("- a\n  - b\n    c", &["- a", "  - b", "    c"]);
        check(
            "- a\n    - b\n    - c\n\n      in c\n\n    in a\n- d",
            &["- a", "  - b", "  - c", "", "    in c", "", "  in a", "- d"],
        );
        check(
            "1. a\n   - b\n   - c\n2. d",
            &["1. a", "   - b", "   - c", "2. d"],
        );
    }

    #[test]
    fn headings_are_bold() {
        check("## Limits", &["**Limits**"]);
        check("#1 is first", &["#1 is first"]);
    }

    #[test]
    fn invisible_characters_go() {
        check("a\u{7}b\u{202e}c\td", &["abc    d"]);
    }

    #[test]
    fn inline_code_survives_its_content() {
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code(""), "\"\"");
    }
}
