//! Markdown of specifications, made safe for rustdoc.
//!
//! Descriptions are Markdown written by people, and imported specifications contain arbitrary
//! text. This module neutralizes what rustdoc or clippy would warn about or run as a test: bare
//! URLs, angle and square brackets, unpaired backticks, code blocks, headings, and continuation
//! lines of lists. A parser of CommonMark has the last word on what is a code block.

use super::wrap::{fence, list_marker};
#[cfg(feature = "generate")]
use pulldown_cmark::{CodeBlockKind, Event, Options, Parser, Tag};

/// Converts Markdown of a specification to lines for doc comments. Returns no lines for empty text.
///
/// The lines are not wrapped; `fill` does that where they are written.
pub fn markdown(text: &str) -> Vec<String> {
    let source: Vec<String> = text.lines().map(clean).collect();
    let lines = convert(&source, 0);
    if may_contain_code(&lines) && !code_is_text(&lines) {
        // A combination of containers that this module does not know.
        return trim_blank(source.iter().map(|line| plain(line)).collect());
    }
    lines
}

/// Converts text to Markdown for a table cell or a single line, where nothing can begin a block.
pub fn inline(text: &str) -> String {
    let line = heading(&one_line(text));
    let mut lines = [escape(&escape_block_start(&line))];
    balance_backticks(&mut lines);
    let [line] = lines;
    escape_bars(&line)
}

/// Formats a URL as a link, and any other text as inline code.
pub fn link(url: &str) -> String {
    match url_at(url) {
        Some(whole) if whole == url => format!("<{url}>"),
        _ => code(url),
    }
}

/// Formats a value as inline code, even if it contains backticks.
pub fn code(text: &str) -> String {
    let visible: String = text
        .chars()
        .map(|c| if is_invisible(c) { ' ' } else { c })
        .collect();
    if visible.trim().is_empty() {
        return format!("\"{visible}\"");
    }
    let longest = visible.split(|c| c != '`').map(str::len).max();
    match longest.unwrap_or_default() {
        0 => format!("`{visible}`"),
        longest => {
            let ticks = "`".repeat(longest + 1);
            format!("{ticks} {visible} {ticks}")
        }
    }
}

/// Returns text as one line without control characters.
pub fn one_line(text: &str) -> String {
    let visible = text.replace(is_invisible, " ");
    visible.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// Whether a character breaks a line or has no form of its own, or changes the order in which text
/// is shown. rustc rejects some of them in comments.
pub(crate) fn is_invisible(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{2028}' | '\u{2029}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// Whether lines can contain a code block: it needs a fence or an indentation.
fn may_contain_code(lines: &[String]) -> bool {
    lines.iter().any(|line| {
        ["```", "~~~", "    "]
            .iter()
            .any(|mark| line.contains(mark))
    })
}

/// Whether rustdoc compiles none of the code blocks: all are marked as text.
#[cfg(feature = "generate")]
fn code_is_text(lines: &[String]) -> bool {
    let text = lines.join("\n");
    Parser::new_ext(&text, rustdoc_options()).all(|event| match event {
        Event::Start(Tag::CodeBlock(CodeBlockKind::Fenced(language))) => &*language == "text",
        Event::Start(Tag::CodeBlock(CodeBlockKind::Indented)) => false,
        _ => true,
    })
}

/// Returns that a code block could be one, because there is no parser. Nothing is documented with
/// such a text.
#[cfg(not(feature = "generate"))]
fn code_is_text(_lines: &[String]) -> bool {
    false
}

/// Returns the extensions of CommonMark that rustdoc enables.
#[cfg(feature = "generate")]
fn rustdoc_options() -> Options {
    Options::ENABLE_TABLES
        | Options::ENABLE_FOOTNOTES
        | Options::ENABLE_STRIKETHROUGH
        | Options::ENABLE_TASKLISTS
}

/// Returns a line of which a reader sees every character, and CommonMark reads none as markup.
fn plain(line: &str) -> String {
    let text = one_line(line);
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let mut out = String::with_capacity(text.len());
    for (at, c) in text.char_indices() {
        let after_number = at == digits && matches!(c, '.' | ')');
        if "\\`*_[]<>#+-=~|!&".contains(c) || after_number {
            out.push('\\');
        }
        out.push(c);
    }
    out
}

/// Maximum nesting of quotations. More is an attempt to exhaust the stack.
const DEEPEST_QUOTATION: usize = 8;

/// Converts clean lines.
fn convert(source: &[String], depth: usize) -> Vec<String> {
    let mut lines = Vec::new();
    let mut lists = Lists::default();
    let mut at = 0;
    while let Some(line) = source.get(at) {
        let trimmed = line.trim_start();
        at += 1;
        if let Some(open) = Fence::opening(trimmed) {
            lists = Lists::default();
            at += code_block(open, "", 0, &source[at..], &mut lines);
        } else if trimmed.starts_with('>') && depth < DEEPEST_QUOTATION {
            let (quoted, length) = quotation(&source[at - 1..]);
            at += length - 1;
            let indent = lists.paragraph(line.len() - trimmed.len(), &lines);
            for inner in convert(&quoted, depth + 1) {
                let marked = format!("{:indent$}> {inner}", "");
                lines.push(marked.trim_end().to_owned());
            }
            // As bold text, a heading would continue the last paragraph of the quotation, and so
            // would a table.
            let next = source.get(at).map(|line| line.trim_start());
            if next.is_some_and(|line| line.starts_with(['#', '|'])) {
                lines.push(String::new());
            }
        } else if let Some((marker, open)) = item_with_code(trimmed) {
            let column = lists.item(line.len() - trimmed.len(), marker.len());
            let first = format!("{:column$}{marker}", "");
            at += code_block(
                open,
                &first,
                column + marker.len(),
                &source[at..],
                &mut lines,
            );
        } else {
            paragraph_line(line, &mut lists, &mut lines);
        }
    }
    balance_backticks(&mut lines);
    trim_blank(lines)
}

/// The fence of a code block.
#[derive(Clone, Copy)]
struct Fence {
    mark: char,
    length: usize,
}

impl Fence {
    /// Returns the fence that a line opens a code block with.
    fn opening(text: &str) -> Option<Self> {
        let mark = text.chars().next().filter(|c| matches!(c, '`' | '~'))?;
        let info = text.trim_start_matches(mark);
        let length = text.len() - info.len();
        // With a backtick in it, the line starts with inline code.
        let opens = length >= 3 && !(mark == '`' && info.contains('`'));
        opens.then_some(Self { mark, length })
    }

    /// Whether a line closes a code block that this fence opened.
    fn is_closed_by(self, text: &str) -> bool {
        let rest = text.trim_start_matches(self.mark);
        text.len() - rest.len() >= self.length && rest.trim().is_empty()
    }

    /// Returns a fence of three characters that no line of the code is mistaken for.
    fn of(code: &[String], preferred: char) -> String {
        let other = if preferred == '`' { '~' } else { '`' };
        let free = |mark: &char| {
            let fence = mark.to_string().repeat(3);
            !code
                .iter()
                .any(|line| line.trim_start().starts_with(&fence))
        };
        match [preferred, other].iter().find(|mark| free(mark)) {
            Some(mark) => mark.to_string().repeat(3),
            None => {
                let run = |line: &String| {
                    let text = line.trim_start();
                    text.len() - text.trim_start_matches(preferred).len()
                };
                let longest = code.iter().map(run).max().unwrap_or_default();
                preferred.to_string().repeat(longest + 1)
            }
        }
    }
}

/// Adds a code block, which is marked as text: without a language, rustdoc would compile it.
/// `first` is what precedes the opening fence. Returns the number of lines after that fence.
fn code_block(
    open: Fence,
    first: &str,
    indent: usize,
    source: &[String],
    lines: &mut Vec<String>,
) -> usize {
    let close = source
        .iter()
        .position(|line| open.is_closed_by(line.trim_start()));
    let code = &source[..close.unwrap_or(source.len())];
    let fence = Fence::of(code, open.mark);
    lines.push(format!("{first}{fence}text"));
    for line in code {
        let blanks = line.len() - line.trim_start().len();
        let text = &line[blanks.min(indent)..];
        lines.push(format!("{:indent$}{text}", "").trim_end().to_owned());
    }
    lines.push(format!("{:indent$}{fence}", ""));
    close.map_or(source.len(), |at| at + 1)
}

/// Returns the marker of a list item that starts with a code block, and the fence of that.
fn item_with_code(text: &str) -> Option<(&str, Fence)> {
    let (marker, rest) = text.split_at(list_marker(text)?);
    Some((marker, Fence::opening(rest.trim_start())?))
}

/// Returns the lines of the quotation at the start without their marks, and their number. A source
/// may mark only the first line of a paragraph.
fn quotation(source: &[String]) -> (Vec<String>, usize) {
    let mut quoted: Vec<String> = Vec::new();
    let mut code: Option<Fence> = None;
    for line in source {
        let trimmed = line.trim_start();
        let text = match trimmed.strip_prefix('>') {
            Some(rest) => rest.strip_prefix(' ').unwrap_or(rest),
            None if code.is_some() || begins_block(trimmed) => break,
            None => trimmed,
        };
        let inner = text.trim_start();
        code = match code {
            Some(open) if open.is_closed_by(inner) => None,
            None => Fence::opening(inner),
            open => open,
        };
        quoted.push(text.to_owned());
    }
    let length = quoted.len();
    (quoted, length)
}

/// Whether a line does not continue the paragraph before it.
pub(crate) fn begins_block(text: &str) -> bool {
    text.is_empty()
        || text.starts_with(['|', '#', '>'])
        || list_marker(text).is_some()
        || Fence::opening(text).is_some()
}

/// Removes invisible characters and trailing whitespace, and replaces tabs by spaces.
fn clean(line: &str) -> String {
    let visible = line.replace('\t', "    ").replace(is_invisible, "");
    visible.trim_end().to_owned()
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

    /// Returns the column of a line at this indentation that is not an item.
    fn paragraph(&mut self, indent: usize, before: &[String]) -> usize {
        if before.last().is_none_or(|last| last.is_empty()) {
            self.leave(indent);
        }
        self.text()
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
    let indent = lists.paragraph(indent, lines);
    lines.push(format!("{:indent$}{}", "", escape(&heading(trimmed))));
}

fn escape_item(text: &str, marker: usize) -> String {
    let (marker, rest) = text.split_at(marker);
    format!("{marker}{}", escape(&escape_block_start(rest.trim_start())))
}

/// Escapes what would begin a list, a quotation or a code block at the start.
fn escape_block_start(text: &str) -> String {
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let is_number = digits > 0 && text[digits..].starts_with(['.', ')']);
    let rest = text[digits..].get(1..).unwrap_or_default();
    if is_number && (rest.is_empty() || rest.starts_with(' ')) {
        return format!("{}\\{}", &text[..digits], &text[digits..]);
    }
    let begins_other = list_marker(text).is_some()
        || matches!(text, "-" | "+" | "*")
        || text.starts_with("~~~")
        || text.starts_with('>');
    if begins_other {
        return format!("\\{text}");
    }
    text.to_owned()
}

/// Escapes the bars that would end a cell of a table.
pub fn escape_bars(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut escaped = false;
    for c in text.chars() {
        if c == '|' && !escaped {
            out.push('\\');
        }
        escaped = c == '\\' && !escaped;
        out.push(c);
    }
    out
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
        if rest.starts_with('\\') {
            let after = escaped(rest, &mut out);
            rest = &rest[after..];
        } else if rest.starts_with('`') {
            let ticks = rest.bytes().take_while(|b| *b == b'`').count();
            let span = code_span(rest, ticks);
            match span {
                // Three backticks could be a fence once the text is wrapped.
                Some(span) if ticks > 2 => out.push_str(&code(rest[ticks..span - ticks].trim())),
                None if ticks > 2 => out.push_str(&"\\`".repeat(ticks)),
                _ => out.push_str(&rest[..span.unwrap_or(ticks)]),
            }
            rest = &rest[span.unwrap_or(ticks)..];
        } else if let Some(url) = url_at(rest) {
            out.push_str(&format!("<{url}>"));
            rest = &rest[url.len()..];
        } else if let Some((written, length)) = bracket(rest) {
            out.push_str(&written);
            rest = &rest[length..];
        } else {
            // Up to the next character that may need an escape.
            let next = rest.bytes().skip(1).position(|b| b"`h<[]\\".contains(&b));
            let (plain, more) = rest.split_at(next.map_or(rest.len(), |at| at + 1));
            out.push_str(plain);
            rest = more;
        }
    }
    out
}

/// Writes the backslashes at the start with the character that they escape. Returns the length of
/// what was written. Sources escape brackets once or twice; those are left to the caller, which
/// escapes them itself.
fn escaped(text: &str, out: &mut String) -> usize {
    let rest = text.trim_start_matches('\\');
    let length = text.len() - rest.len();
    if rest.starts_with(['<', '[', ']']) {
        return length;
    }
    if rest.starts_with('>') {
        out.push_str("\\>");
        return length + 1;
    }
    out.push_str(&text[..length]);
    match rest.chars().next() {
        Some(c) if length % 2 == 1 && c.is_ascii_punctuation() => {
            out.push(c);
            length + 1
        }
        _ => length,
    }
}

/// Returns the length of the code span at the start, including both runs of backticks.
pub(crate) fn code_span(text: &str, ticks: usize) -> Option<usize> {
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
        let is_code = |line: &String| {
            let text = line.trim_start_matches([' ', '>']);
            fence(text).is_some() || item_with_code(text).is_some()
        };
        if paragraph.iter().any(is_code) {
            continue;
        }
        let ticks: usize = paragraph.iter().map(|line| backticks(line).count()).sum();
        if ticks % 2 == 1 {
            for line in paragraph {
                let found: Vec<usize> = backticks(line).collect();
                for at in found.into_iter().rev() {
                    line.insert(at, '\\');
                }
            }
        }
    }
}

/// Returns the positions of backticks that are not escaped.
fn backticks(line: &str) -> impl Iterator<Item = usize> + '_ {
    let mut escaped = false;
    line.bytes().enumerate().filter_map(move |(at, b)| {
        let found = b == b'`' && !escaped;
        escaped = b == b'\\' && !escaped;
        found.then_some(at)
    })
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
    fn a_quotation_ends_before_a_heading_or_a_table() {
        check(
            "> note\n### Limits\nFive.",
            &["> note", "", "**Limits**", "Five."],
        );
        check("> note\n| a |\n|---|", &["> note", "", "| a |", "|---|"]);
        check("> note\n- item", &["> note", "- item"]);
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
        // Published metadata repeats some markers; the second one is not a list of its own.
        check(
            "1.  1.  a\n2.  2.  b\n- - c",
            &["1. 1\\.  a", "2. 2\\.  b", "- \\- c"],
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
        assert_eq!(one_line("a\n\u{202e}b\u{85}c "), "a b c");
        assert_eq!(code("a\u{202e}\nb"), "`a  b`");
    }

    #[test]
    fn code_in_containers_is_never_run() {
        check(
            "> ```\n> panic!()\n> ```\n> text",
            &["> ```text", "> panic!()", "> ```", "> text"],
        );
        check("> ~~~\n> panic!()", &["> ~~~text", "> panic!()", "> ~~~"]);
        check("> ```\npanic!()", &["> ```text", "> ```", "panic!()"]);
        check(
            "Notes:\n\n- ~~~\n  panic!()\n",
            &["Notes:", "", "- ~~~text", "  panic!()", "  ~~~"],
        );
        check(
            "- > ```\n  > panic!()",
            &["- \\> \\`\\`\\`", "  > panic!()"],
        );
        check("- - ~~~\n  panic!()", &["- \\- ~~~", "  panic!()"]);
        check("1)     panic!()", &["1\\) panic\\!()"]);
        check("```a``` is code", &["`a` is code"]);
        check("```\n~~~\n````", &["```text", "~~~", "```"]);
        check("````\n```\nx\n````", &["~~~text", "```", "x", "~~~"]);
        check("text ``` is", &["text \\`\\`\\` is"]);
    }

    #[test]
    fn one_line_begins_no_block() {
        assert_eq!(
            inline("> ~~~\n> panic!()\n> ~~~"),
            "\\> ~~~ > panic!() > ~~~"
        );
        assert_eq!(inline("~~~ x"), "\\~~~ x");
        assert_eq!(inline("1. x"), "1\\. x");
        assert_eq!(inline("- x"), "\\- x");
        assert_eq!(inline("```\npanic!()\n```"), "`panic!()`");
        assert_eq!(inline("a|b\\|c"), "a\\|b\\|c");
        assert_eq!(link("https://a.b/c"), "<https://a.b/c>");
        assert_eq!(link("https://a.b/c>\n```"), "```` https://a.b/c> ``` ````");
    }

    #[test]
    fn brackets_that_a_source_escapes_are_shown_once() {
        check(
            r#"Has the form "\\<Box ID>-1", \<Other> or \[x\]."#,
            &[r#"Has the form "\<Box ID>-1", \<Other> or \[x\]."#],
        );
        check("a \\` b", &["a \\` b"]);
        check("a \\` b `c`", &["a \\` b `c`"]);
        check("a \\` b ` c", &["a \\` b \\` c"]);
    }

    #[test]
    fn inline_code_survives_its_content() {
        assert_eq!(code("a`b"), "`` a`b ``");
        assert_eq!(code(""), "\"\"");
    }
}
