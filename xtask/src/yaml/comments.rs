//! Finds the comments of a YAML text.

use saphyr_parser::ScalarStyle;
use std::ops::Range;

/// A comment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Comment {
    /// The text from `#` on.
    pub(super) text: String,
    /// The index of `#` among the characters.
    pub(super) at: usize,
    /// The line, counted from 1.
    pub(super) line: usize,
    /// The column, counted from 0.
    pub(super) column: usize,
    /// Whether nothing else is on the line.
    pub(super) is_alone: bool,
}

/// Returns the end of a scalar in the text. For quoted scalars the parser reports the end of the
/// blanks and the comment after them.
pub(super) fn scalar_end(text: &[char], span: &Range<usize>, style: ScalarStyle) -> usize {
    let quote = match style {
        ScalarStyle::SingleQuoted => '\'',
        ScalarStyle::DoubleQuoted => '"',
        _ => return span.end.min(text.len()),
    };
    let mut at = span.start + 1;
    while at < text.len() {
        match text[at] {
            '\\' if quote == '"' => at += 1,
            '\'' if quote == '\'' && text.get(at + 1) == Some(&'\'') => at += 1,
            c if c == quote => return at + 1,
            _ => {}
        }
        at += 1;
    }
    text.len()
}

/// Returns the comments outside of scalars, whose places are given in order.
pub(super) fn find(text: &[char], scalars: &[Range<usize>]) -> Vec<Comment> {
    let mut comments = Vec::new();
    let (mut at, mut line, mut line_start) = (0, 1, 0);
    let mut scalars = scalars.iter().peekable();
    while at < text.len() {
        while scalars.next_if(|scalar| scalar.end <= at).is_some() {}
        let is_in_scalar = scalars.peek().is_some_and(|scalar| scalar.contains(&at));
        let follows_blank = at == line_start || text[at - 1].is_whitespace();
        if text[at] == '#' && !is_in_scalar && follows_blank {
            let length = text[at..].iter().take_while(|c| **c != '\n').count();
            let content: String = text[at..at + length].iter().collect();
            comments.push(Comment {
                text: content.trim_end().to_owned(),
                at,
                line,
                column: at - line_start,
                is_alone: text[line_start..at].iter().all(|c| c.is_whitespace()),
            });
            at += length;
            continue;
        }
        if text[at] == '\n' {
            line += 1;
            line_start = at + 1;
        }
        at += 1;
    }
    comments
}
