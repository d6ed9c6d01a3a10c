//! Wrapping of Markdown at the width of generated comments.

/// Width of generated comments and Markdown, in columns.
pub(crate) const COLUMNS: usize = 100;

/// Wraps each paragraph and list item that has a line longer than `width`. All other lines stay as
/// they are, as do tables, code blocks, headings and link definitions.
pub(crate) fn fill(lines: &[String], width: usize) -> Vec<String> {
    let mut filled = Vec::with_capacity(lines.len());
    for block in blocks(lines) {
        let fits = block.iter().all(|line| fits(line, width));
        match block.split_first() {
            Some((first, more)) if !fits && !is_verbatim(first.trim_start()) => {
                let more = more.iter().map(|line| line.trim_start());
                let text: Vec<&str> = [first.as_str()].into_iter().chain(more).collect();
                wrap(&text.join(" "), width, &mut filled);
            }
            _ => filled.extend_from_slice(block),
        }
    }
    filled
}

/// Whether a line is at most `width` columns wide.
pub(crate) fn fits(line: &str, width: usize) -> bool {
    line.len() <= width || columns(line) <= width
}

/// The width of a text in columns.
fn columns(text: &str) -> usize {
    // Much faster than decoding the characters.
    if text.is_ascii() {
        text.len()
    } else {
        text.chars().count()
    }
}

/// The blocks of a document: paragraphs, list items, code blocks, and single lines that belong to
/// none of these, such as blank lines and rows of a table.
fn blocks(lines: &[String]) -> impl Iterator<Item = &[String]> {
    let mut rest = lines;
    std::iter::from_fn(move || {
        let first = rest.first()?;
        let length = if let Some(fence) = fence(first.trim_start()) {
            let close = rest.iter().skip(1).position(|line| line.trim() == fence);
            close.map_or(rest.len(), |at| at + 2)
        } else if first.is_empty() || is_heading(first) {
            1
        } else {
            let next = rest.iter().skip(1).position(|line| begins_block(line));
            next.map_or(rest.len(), |at| at + 1)
        };
        let (block, after) = rest.split_at(length);
        rest = after;
        Some(block)
    })
}

/// The fence that a line opens or closes a code block with.
pub(crate) fn fence(line: &str) -> Option<&'static str> {
    ["```", "~~~"]
        .into_iter()
        .find(|fence| line.starts_with(fence))
}

/// Width of `- `, `* `, `+ ` or `1. ` at the start.
pub(crate) fn list_marker(text: &str) -> Option<usize> {
    if ["- ", "* ", "+ "].iter().any(|m| text.starts_with(m)) {
        return Some(2);
    }
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    let after = text.get(digits..)?;
    ((1..=3).contains(&digits) && after.starts_with(". ")).then_some(digits + 2)
}

/// Whether a line does not continue the line before it.
fn begins_block(line: &str) -> bool {
    let text = line.trim_start();
    text.is_empty()
        || text.starts_with('>')
        || list_marker(text).is_some()
        || is_heading(text)
        || is_verbatim(text)
}

fn is_heading(line: &str) -> bool {
    line.starts_with('#') && line.trim_start_matches('#').starts_with(' ')
}

/// Whether a line starts a block whose lines must not be wrapped.
fn is_verbatim(line: &str) -> bool {
    line.starts_with('|') || fence(line).is_some() || is_heading(line) || is_definition(line)
}

/// Whether a line defines the target of a link: `` [`ListTags`]: crate::operation::ListTags ``.
fn is_definition(line: &str) -> bool {
    line.starts_with("[`") && line.contains("`]: ")
}

/// Breaks a line between words. Continuation lines are indented as the list item requires, and
/// repeat the marker of a quotation.
fn wrap(line: &str, width: usize, lines: &mut Vec<String>) {
    let text = line.trim_start();
    let indent = line.len() - text.len();
    let continued = continuation(line);
    // The current line: its prefix, where it starts and ends in `line`, and its width so far.
    let (mut prefix, mut start, mut end) = ("", 0, indent);
    let mut current = indent;
    // The last place in the current line where a new one can begin: the ends of what is before it
    // and the start of the word after it.
    let mut possible: Option<(usize, usize)> = None;
    for word in text.split(' ') {
        let length = columns(word);
        let first = end == indent;
        let next = if first { end } else { end + 1 };
        let fits = current + usize::from(!first) + length <= width;
        if current > continued.len() && !reads_as_markup(word) {
            possible = Some((end, next));
        }
        match possible.take_if(|_| !fits) {
            Some((before, after)) => {
                // Two blanks at the end would be a line break.
                lines.push([prefix, line[start..before].trim_end()].concat());
                prefix = &continued;
                start = after;
                let kept = if after < next {
                    columns(&line[after..end]) + 1
                } else {
                    0
                };
                current = continued.len() + kept + length;
            }
            None => current += usize::from(!first) + length,
        }
        end = next + word.len();
    }
    lines.push([prefix, &line[start..end]].concat());
}

/// Returns what a line that continues this one starts with: the marker of its quotation, and the
/// indentation of its list item, inside of the quotation, too.
fn continuation(line: &str) -> String {
    let text = line.trim_start();
    let indent = " ".repeat(line.len() - text.len());
    match (text.strip_prefix("> "), list_marker(text)) {
        (Some(quoted), _) => format!("{indent}> {}", continuation(quoted)),
        (None, Some(marker)) => indent + &" ".repeat(marker),
        (None, None) => indent,
    }
}

/// Whether a word would begin a list, a heading or a quotation at the start of a line.
fn reads_as_markup(word: &str) -> bool {
    word.is_empty()
        || word.starts_with(['#', '>', '|', '='])
        || ["---", "```", "~~~"]
            .iter()
            .any(|start| word.starts_with(start))
        || matches!(word, "-" | "+" | "*")
        || word
            .trim_end_matches(['.', ')'])
            .bytes()
            .all(|b| b.is_ascii_digit())
}

#[cfg(test)]
mod tests {
    use super::{COLUMNS, fill};
    use crate::markdown::markdown;

    /// The lines of a text as a generated comment has them.
    fn filled(text: &str) -> Vec<String> {
        fill(&markdown(text), COLUMNS)
    }

    #[test]
    fn long_lines_are_broken_between_words() {
        let long = format!("- {}", "word ".repeat(30));
        let lines = filled(&long);
        assert_eq!(lines.len(), 2);
        assert!(lines[1].starts_with("  word"));
        assert!(lines.iter().all(|l| l.len() <= COLUMNS));
    }

    #[test]
    fn blanks_do_not_stay_at_the_end_of_a_line() {
        let code = format!("`{} }}`", "{ \"Pid\": 1,      ".repeat(8));
        let lines = filled(&code);
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line == line.trim_end()));
    }

    #[test]
    fn a_paragraph_with_a_long_line_is_filled_anew() {
        let text = format!(
            "{}\nand on.\n\nShort\nlines.",
            "word ".repeat(30).trim_end()
        );
        let lines = filled(&text);
        assert_eq!(lines[1].split(' ').next_back(), Some("on."));
        assert_eq!(lines[2..], ["", "Short", "lines."]);
        let after_list = format!("* one\n\n{}", "word ".repeat(30));
        assert_eq!(filled(&after_list)[..2], ["* one", ""]);
        let table = format!("| {} |\n|---|", "wide ".repeat(30));
        assert_eq!(filled(&table).len(), 2);
    }

    #[test]
    fn long_quotations_are_marked_on_every_line() {
        let lines = filled(&format!("> {}", "word ".repeat(30)));
        assert_eq!(lines.len(), 2);
        assert!(lines.iter().all(|line| line.starts_with("> word")));
        let lines = filled(&format!("> - {}", "word ".repeat(30)));
        assert!(lines[0].starts_with("> - word") && lines[1].starts_with(">   word"));
    }

    #[test]
    fn a_number_that_would_begin_a_list_takes_the_word_before_it_along() {
        let lines = filled(&format!("{}weights 10. Next", "word ".repeat(18)));
        assert_eq!(lines[1], "weights 10. Next");
        assert!(lines.iter().all(|line| line.len() <= COLUMNS));
    }

    #[test]
    fn headings_code_and_definitions_of_links_are_never_filled() {
        let long = "word ".repeat(30);
        let lines = [
            "# Errors".to_owned(),
            "Short.".to_owned(),
            String::new(),
            "```text".to_owned(),
            long.clone(),
            "```".to_owned(),
            format!("[`ListTags`]: crate::{}", "x".repeat(COLUMNS)),
            format!("[`ListTemplates`]: crate::{}", "x".repeat(COLUMNS)),
        ];
        assert_eq!(fill(&lines, COLUMNS), lines);
        let code_first = fill(&[format!("{} `code` and more", "x".repeat(95))], COLUMNS);
        assert_eq!(code_first[1], "`code` and more");
    }
}
