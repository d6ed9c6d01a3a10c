//! Text of specifications, made fit for rustdoc.
//!
//! Descriptions are Markdown by people and, in imported specifications, anything at all. What rustdoc or clippy would warn about,
//! or would run as a test, is defused here: bare URLs, angle and square brackets, loose backticks, code blocks, headings,
//! continuation lines of lists.

use alibabacloud_spec::{Kind, Schema};
use serde_json::Value;

/// Longest line of a paragraph, without the comment's own indentation.
const WIDTH: usize = 116;

/// Markdown of a specification as lines for doc comments. Empty for empty text.
pub fn markdown(text: &str) -> Vec<String> {
    let mut lines = Vec::new();
    let mut fence: Option<&str> = None;
    let mut lists = Lists::default();
    for raw in text.lines() {
        let line = clean(raw);
        let trimmed = line.trim_start();
        let marker = ["```", "~~~"].into_iter().find(|m| trimmed.starts_with(m));
        if let Some(open) = fence {
            if marker == Some(open) {
                fence = None;
                lines.push(open.to_owned());
            } else {
                lines.push(line);
            }
            continue;
        }
        if let Some(open) = marker {
            fence = Some(open);
            lists = Lists::default();
            // Without a language rustdoc would compile it.
            lines.push(format!("{open}text"));
        } else {
            paragraph_line(&line, &mut lists, &mut lines);
        }
    }
    if let Some(open) = fence {
        lines.push(open.to_owned());
    }
    balance_backticks(&mut lines);
    trim_blank(fill(&lines))
}

/// Text that is Markdown already, broken into lines.
pub fn paragraph(text: &str) -> Vec<String> {
    wrap(text)
}

/// The same as an item of a list.
pub fn item(text: &str) -> Vec<String> {
    wrap(&format!("- {text}"))
}

/// Text for one table cell or one line.
pub fn inline(text: &str) -> String {
    markdown(&text.split_whitespace().collect::<Vec<_>>().join(" "))
        .join(" ")
        .replace('|', "\\|")
}

/// A value as inline code, safe with backticks inside.
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

/// Without control characters, tabs and trailing blanks.
fn clean(line: &str) -> String {
    line.replace('\t', "    ")
        .chars()
        .filter(|c| !c.is_control() && !is_bidi_control(*c))
        .collect::<String>()
        .trim_end()
        .to_owned()
}

/// Characters that make source text look different from what it is; rustc refuses them in comments.
fn is_bidi_control(c: char) -> bool {
    matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// The lists that a line stands in, outermost first. Sources indent them by any width; the output by that of the marker, as
/// Markdown and clippy want it.
#[derive(Default)]
struct Lists(Vec<Level>);

struct Level {
    /// Where the marker stands in the source.
    source: usize,
    /// Where the text of the item begins in the output.
    text: usize,
}

impl Lists {
    /// Begins an item; gives where its marker goes.
    fn item(&mut self, indent: usize, width: usize) -> usize {
        self.leave(indent);
        let marker = self.text();
        self.0.push(Level {
            source: indent,
            text: marker + width,
        });
        marker
    }

    /// Leaves the lists that something at this indentation is not inside of.
    fn leave(&mut self, indent: usize) {
        while self.0.last().is_some_and(|level| indent < level.source + 2) {
            self.0.pop();
        }
    }

    /// Where text goes that belongs to the innermost item.
    fn text(&self) -> usize {
        self.0.last().map_or(0, |level| level.text)
    }
}

/// One line outside of code blocks.
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

/// Width of `- `, `* `, `+ ` or `1. ` at the start.
fn list_marker(text: &str) -> Option<usize> {
    if ["- ", "* ", "+ "].iter().any(|m| text.starts_with(m)) {
        return Some(2);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let after = text.get(digits..)?;
    ((1..=3).contains(&digits) && after.starts_with(". ")).then_some(digits + 2)
}

fn escape_item(text: &str, marker: usize) -> String {
    let (marker, rest) = text.split_at(marker);
    format!("{marker}{}", escape(rest.trim_start()))
}

/// A heading becomes bold text: the headings of generated documentation are its own.
fn heading(text: &str) -> String {
    let level = text.bytes().take_while(|b| *b == b'#').count();
    match text.get(level..) {
        Some(rest) if level > 0 && rest.starts_with(' ') => format!("**{}**", rest.trim()),
        _ => text.to_owned(),
    }
}

/// Defuses brackets and URLs outside of code spans.
fn escape(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(c) = rest.chars().next() {
        if c == '`' {
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
            out.push(c);
            rest = &rest[c.len_utf8()..];
        }
    }
    out
}

/// Length of the code span at the start, both runs of backticks included.
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

/// A URL at the start, without the punctuation that ends a sentence.
fn url_at(text: &str) -> Option<&str> {
    if !text.starts_with("http://") && !text.starts_with("https://") {
        return None;
    }
    let end = text
        .find(|c: char| !c.is_ascii_graphic() || "<>\"`()[]{}|\\^".contains(c))
        .unwrap_or(text.len());
    let url = text[..end].trim_end_matches(['.', ',', ';', ':', '!', '?', '\'', '*', '_']);
    // A scheme alone is no URL.
    (url.len() > "https://".len()).then_some(url)
}

/// What to write for a bracket at the start, and how much of the text that stands for.
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

/// `[text](target)`: kept when it leads into the web, else its text only.
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

/// Escapes the backticks of a paragraph that do not pair.
fn balance_backticks(lines: &mut [String]) {
    for paragraph in lines.split_mut(String::is_empty) {
        if paragraph
            .iter()
            .any(|l| l.starts_with("```") || l.starts_with("~~~"))
        {
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

/// Breaks long lines. A paragraph or list item that has one is filled anew; all others stay as they were written.
fn fill(lines: &[String]) -> Vec<String> {
    let mut filled = Vec::with_capacity(lines.len());
    let mut rest = lines;
    while let Some((first, after)) = rest.split_first() {
        if first.is_empty() {
            filled.push(String::new());
            rest = after;
            continue;
        }
        if let Some(open) = ["```", "~~~"].iter().find(|m| first.starts_with(**m)) {
            let close = rest.iter().skip(1).position(|line| line == open);
            let (block, after) = rest.split_at(close.map_or(rest.len(), |at| at + 2));
            filled.extend_from_slice(block);
            rest = after;
            continue;
        }
        let follows = rest.iter().skip(1).position(|line| begins_block(line));
        let (block, after) = rest.split_at(follows.map_or(rest.len(), |at| at + 1));
        if first.trim_start().starts_with('>') {
            filled.extend(quotation(first, block.get(1..).unwrap_or_default()));
        } else if block.iter().all(|line| line.chars().count() <= WIDTH) || is_verbatim(first) {
            filled.extend_from_slice(block);
        } else {
            let more = block.iter().skip(1).map(|line| line.trim_start());
            filled.extend(wrap(
                &[first.as_str()]
                    .into_iter()
                    .chain(more)
                    .collect::<Vec<_>>()
                    .join(" "),
            ));
        }
        rest = after;
    }
    filled
}

/// A quotation goes on in the lines behind it; each says so itself.
fn quotation<'a>(first: &'a str, more: &'a [String]) -> impl Iterator<Item = String> + 'a {
    let indent = first.len() - first.trim_start().len();
    let marked = move |line: &String| format!("{:indent$}> {}", "", line.trim_start());
    [first.to_owned()]
        .into_iter()
        .chain(more.iter().map(marked))
}

/// Whether a line is no continuation of the line before.
fn begins_block(line: &str) -> bool {
    let text = line.trim_start();
    text.is_empty() || list_marker(text).is_some() || is_verbatim(text)
}

/// Tables, quotations and code keep their lines.
fn is_verbatim(line: &str) -> bool {
    ["|", ">", "```", "~~~"]
        .iter()
        .any(|start| line.starts_with(start))
}

/// Breaks a line of text between words; what follows keeps the indentation that its list item asks for.
fn wrap(line: &str) -> Vec<String> {
    let text = line.trim_start();
    if line.chars().count() <= WIDTH {
        return vec![line.to_owned()];
    }
    let indent = line.len() - text.len() + list_marker(text).unwrap_or(0);
    let mut lines = Vec::new();
    let mut current = line[..line.len() - text.len()].to_owned();
    let mut width = current.len();
    for word in text.split(' ') {
        let length = word.chars().count();
        if width > indent && width + 1 + length > WIDTH && !reads_as_markup(word) {
            lines.push(std::mem::replace(&mut current, " ".repeat(indent)));
            width = indent;
        } else if !current.trim_start().is_empty() {
            current.push(' ');
            width += 1;
        }
        current.push_str(word);
        width += length;
    }
    lines.push(current);
    lines
}

/// A word that would begin a list, a heading or a quotation at the start of a line.
fn reads_as_markup(word: &str) -> bool {
    word.is_empty()
        || word.starts_with(['#', '>', '|', '=', '~', '`'])
        || matches!(word, "-" | "+" | "*")
        || word.starts_with("---")
        || word
            .trim_end_matches(['.', ')'])
            .bytes()
            .all(|b| b.is_ascii_digit())
}

fn trim_blank(mut lines: Vec<String>) -> Vec<String> {
    while lines.last().is_some_and(|l| l.is_empty()) {
        lines.pop();
    }
    let first = lines.iter().position(|l| !l.is_empty()).unwrap_or(0);
    lines.split_off(first)
}

/// Documentation of a field or setter: what it means, then what the specification knows about its values.
pub fn value(wire: &str, schema: &Schema, required: bool) -> Vec<String> {
    let mut lines = markdown(&schema.description);
    if lines.is_empty() {
        lines.push(format!("The service does not describe {}.", code(wire)));
    }
    let facts = facts(schema, required);
    if !facts.is_empty() {
        lines.push(String::new());
        lines.extend(wrap(&facts.join(" ")));
    }
    lines
}

fn facts(schema: &Schema, required: bool) -> Vec<String> {
    let mut facts = Vec::new();
    if schema.deprecated {
        facts.push("**Deprecated.**".to_owned());
    }
    if required {
        facts.push("Required.".to_owned());
    }
    facts.extend(range(schema.minimum, schema.maximum).map(|range| format!("{range}.")));
    facts.extend(length(schema.min_length, schema.max_length, "character"));
    facts.extend(length(schema.min_items, schema.max_items, "element"));
    if let Some(pattern) = &schema.pattern {
        facts.push(format!("Pattern: {}.", code(pattern)));
    }
    if let Some(default) = &schema.default {
        facts.push(format!("Default: {}.", json(default)));
    }
    if let Some(example) = schema.example.as_ref().filter(|_| shows_example(schema)) {
        facts.push(format!("Example: {}.", json(example)));
    }
    facts
}

/// Examples of secrets, and long ones, help nobody.
fn shows_example(schema: &Schema) -> bool {
    let length = schema.example.as_ref().map_or(0, |v| v.to_string().len());
    !schema.sensitive && length <= 200 && !matches!(schema.kind, Kind::Object(_) | Kind::Ref(_))
}

fn range<T: std::fmt::Display>(minimum: Option<T>, maximum: Option<T>) -> Option<String> {
    match (minimum, maximum) {
        (Some(low), Some(high)) => Some(format!("From {low} to {high}")),
        (Some(low), None) => Some(format!("At least {low}")),
        (None, Some(high)) => Some(format!("At most {high}")),
        (None, None) => None,
    }
}

fn length(minimum: Option<u64>, maximum: Option<u64>, unit: &str) -> Option<String> {
    let plural = if maximum.or(minimum) == Some(1) {
        ""
    } else {
        "s"
    };
    range(minimum, maximum).map(|range| format!("{range} {unit}{plural}."))
}

/// A JSON value as inline code; text without its quotes.
fn json(value: &Value) -> String {
    match value {
        Value::String(text) => code(text),
        other => code(&other.to_string()),
    }
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
    fn long_lines_are_broken_between_words() {
        let long = format!("- {}", "word ".repeat(40));
        let lines = markdown(&long);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with("  word"));
        assert!(lines.iter().all(|l| l.len() <= WIDTH));
    }

    #[test]
    fn a_paragraph_with_a_long_line_is_filled_anew() {
        let text = format!(
            "{}\nand on.\n\nShort\nlines.",
            "word ".repeat(30).trim_end()
        );
        let lines = markdown(&text);
        assert_eq!(lines[1].split(' ').next_back(), Some("on."));
        assert_eq!(lines[2..], ["", "Short", "lines."]);
        let after_list = format!("* one\n\n{}", "word ".repeat(30));
        assert_eq!(markdown(&after_list)[..2], ["* one", ""]);
        let table = format!("| {} |\n|---|", "wide ".repeat(30));
        assert_eq!(markdown(&table).len(), 2);
    }

    #[test]
    fn facts_follow_the_description() {
        let schema = Schema {
            kind: Kind::Int32,
            description: "Page size.".to_owned(),
            minimum: Some(1),
            maximum: Some(100),
            default: Some(Value::from(50)),
            example: Some(Value::from(20)),
            ..Schema::default()
        };
        assert_eq!(
            value("MaxResults", &schema, true),
            [
                "Page size.",
                "",
                "Required. From 1 to 100. Default: `50`. Example: `20`."
            ]
        );
    }

    #[test]
    fn secrets_have_no_example() {
        let schema = Schema {
            sensitive: true,
            example: Some(Value::from("hunter2")),
            ..Schema::default()
        };
        assert_eq!(
            value("Password", &schema, false),
            ["The service does not describe `Password`."]
        );
    }

    #[test]
    fn inline_code_survives_its_content() {
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code(""), "\"\"");
    }
}
