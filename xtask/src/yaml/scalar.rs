//! The forms of a scalar: plain where every tool reads the same text, quoted, or a block.

use std::fmt::Write as _;

/// The last column of a line of text.
pub(crate) const WIDTH: usize = 100;

/// How a text is written.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Form {
    /// On the line of its key.
    Line,
    /// As lines below its key, `|`.
    Literal,
    /// As lines below its key that are one line of text, `>`.
    Folded,
}

/// Returns the form of a text that would begin at a column on the line of its key.
pub(super) fn form(text: &str, column: usize) -> Form {
    let body = text.strip_suffix('\n').unwrap_or(text);
    let is_multi_line = text.contains('\n');
    if is_multi_line && !fits_block(body) {
        return Form::Line;
    }
    if body.contains('\n') {
        return Form::Literal;
    }
    let can_fold = fits_block(body) && fold_points(body).next().is_some();
    let is_wide = column + line_width(body) > WIDTH;
    match (is_multi_line, can_fold && is_wide) {
        (_, true) => Form::Folded,
        (true, false) => Form::Literal,
        (false, false) => Form::Line,
    }
}

fn line_width(text: &str) -> usize {
    if is_plain(text) {
        text.chars().count()
    } else {
        let mut quoted = String::with_capacity(text.len() + 2);
        write_line(&mut quoted, text);
        quoted.chars().count()
    }
}

/// Returns the blanks where a folded block can break: between two words, one blank wide.
fn fold_points(text: &str) -> impl Iterator<Item = usize> + '_ {
    let bytes = text.as_bytes();
    let is_blank = move |at: usize| bytes.get(at).is_none_or(|byte| *byte == b' ');
    let points = text.match_indices(' ').map(|(at, _)| at);
    points.filter(move |at| *at > 0 && !is_blank(at - 1) && !is_blank(at + 1))
}

/// Returns the lines of a folded block, each at most `width` wide if its words allow it.
pub(super) fn fold(text: &str, width: usize) -> Vec<&str> {
    let mut lines = Vec::new();
    let (mut start, mut last) = (0, None);
    for point in fold_points(text).chain([text.len()]) {
        let too_wide = text[start..point].chars().count() > width;
        if let (true, Some(at)) = (too_wide, last) {
            lines.push(&text[start..at]);
            start = at + 1;
        }
        last = Some(point);
    }
    lines.push(&text[start..]);
    lines
}

/// Returns whether a block can hold a text exactly, apart from a line break at its end.
fn fits_block(body: &str) -> bool {
    let lines_fit = body
        .split('\n')
        .all(|line| !line.ends_with(' ') && line.chars().all(is_printable));
    lines_fit && !body.is_empty() && !body.starts_with([' ', '\n']) && !body.ends_with('\n')
}

/// Returns whether a character can be written as it is: it is not a control character, also not
/// one for the direction of writing, and not a line break of any YAML version.
fn is_printable(c: char) -> bool {
    !c.is_control()
        && !matches!(
            c,
            '\u{feff}'
                | '\u{2028}'
                | '\u{2029}'
                | '\u{61c}'
                | '\u{200e}'
                | '\u{200f}'
                | '\u{202a}'..='\u{202e}'
                | '\u{2066}'..='\u{2069}'
        )
        && u32::from(c) & 0xfffe != 0xfffe
}

/// Writes a text on one line.
pub(super) fn write_line(out: &mut String, text: &str) {
    if is_plain(text) {
        out.push_str(text);
    } else if prefers_single_quotes(text) {
        let _ = write!(out, "'{}'", text.replace('\'', "''"));
    } else {
        write_quoted(out, text);
    }
}

/// Returns whether a text, such as JSON, needs fewer escapes between single quotes.
fn prefers_single_quotes(text: &str) -> bool {
    let count = |wanted: &[char]| text.chars().filter(|c| wanted.contains(c)).count();
    text.chars().all(is_printable) && count(&['"', '\\']) > count(&['\''])
}

/// Returns whether every YAML tool reads the unquoted text as this text.
fn is_plain(text: &str) -> bool {
    let Some(first) = text.chars().next() else {
        return false;
    };
    let indicator = |c: char| "-?:,[]{}#&*!|>'\"%@`~=<".contains(c);
    !indicator(first)
        && !text.starts_with("...")
        && text.trim() == text
        && !text.ends_with(':')
        && !text.contains(": ")
        && !text.contains(" #")
        && text.chars().all(is_printable)
        && !is_ambiguous(text)
}

/// Returns whether some tools read a plain text as a number, a timestamp or a keyword.
fn is_ambiguous(text: &str) -> bool {
    const WORDS: &[&str] = &["null", "true", "false", "yes", "no", "on", "off", "y", "n"];
    let digits = text.trim_start_matches(['+', '-', '.']);
    if !digits.starts_with(|c: char| c.is_ascii_digit()) {
        let special = [".inf", ".nan"];
        return text.starts_with('+')
            || matches!(text, "~" | "<<" | "=")
            || special
                .iter()
                .any(|word| text.to_ascii_lowercase().ends_with(word))
            || WORDS.iter().any(|word| text.eq_ignore_ascii_case(word));
    }
    let numeric = |c: char| c.is_ascii_digit() || "+-.:_ eETtZz".contains(c);
    let based = ["0x", "0X", "0o", "0O", "0b", "0B"]
        .iter()
        .any(|prefix| digits.starts_with(prefix));
    let date = digits.len() > 5
        && digits.bytes().take(4).all(|b| b.is_ascii_digit())
        && digits.as_bytes().get(4) == Some(&b'-');
    let is_version = text.bytes().all(|b| b.is_ascii_digit() || b == b'.')
        && text.bytes().filter(|b| *b == b'.').count() > 1
        && !text.ends_with('.')
        && !text.contains("..");
    based || date || (digits.chars().all(numeric) && !is_version)
}

/// Returns whether tools disagree about a plain scalar: what is text for one is a number, a
/// timestamp or a keyword for another. Specifications cannot have it.
pub(super) fn is_disputed(text: &str) -> bool {
    const WORDS: &[&str] = &["yes", "no", "on", "off", ".inf", ".nan"];
    let unsigned = text.strip_prefix(['-', '+']).unwrap_or(text);
    let is_word = WORDS.iter().any(|word| unsigned.eq_ignore_ascii_case(word));
    let starts_as_number = unsigned.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let is_number = starts_as_number && text.parse::<f64>().is_ok();
    let is_sexagesimal = starts_as_number
        && unsigned
            .bytes()
            .all(|b| b.is_ascii_digit() || matches!(b, b'_' | b':' | b'.'));
    let is_based = ["0x", "0X", "0o", "0O", "0b", "0B"]
        .iter()
        .any(|prefix| unsigned.starts_with(prefix));
    is_word || is_number || is_based || (is_sexagesimal && is_ambiguous(text)) || is_date(text)
}

/// Returns whether a text begins as `2019-06-01`.
fn is_date(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let mut digits = |lengths: std::ops::RangeInclusive<usize>| {
        let part = parts.next().unwrap_or_default();
        let count = part.bytes().take_while(u8::is_ascii_digit).count();
        lengths.contains(&count).then(|| part[count..].to_owned())
    };
    let before = digits(4..=4).as_deref() == Some("") && digits(1..=2).as_deref() == Some("");
    before && digits(1..=2).is_some_and(|rest| rest.is_empty() || rest.starts_with(['T', 't', ' ']))
}

/// Returns a plain scalar as a number, boolean or `null`, or `None` if it is text.
pub(super) fn literal(text: &str) -> Option<String> {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Some("null".to_owned()),
        "true" | "True" | "TRUE" => return Some("true".to_owned()),
        "false" | "False" | "FALSE" => return Some("false".to_owned()),
        _ => {}
    }
    is_number(text).then(|| text.to_owned())
}

/// Returns whether a plain scalar is a number for every tool: digits without a zero in front, with
/// a fraction or exponent or without.
fn is_number(text: &str) -> bool {
    let digits = text.strip_prefix('-').unwrap_or(text);
    let (mantissa, exponent) = match digits.split_once(['e', 'E']) {
        Some((mantissa, exponent)) => (mantissa, Some(exponent)),
        None => (digits, None),
    };
    let (whole, fraction) = match mantissa.split_once('.') {
        Some((whole, fraction)) => (whole, Some(fraction)),
        None => (mantissa, None),
    };
    let all_digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    let exponent_fits =
        exponent.is_none_or(|e| all_digits(e.strip_prefix(['+', '-']).unwrap_or(e)));
    all_digits(whole)
        && (whole == "0" || !whole.starts_with('0'))
        && fraction.is_none_or(all_digits)
        && exponent_fits
        && text.parse::<f64>().is_ok_and(f64::is_finite)
}

fn write_quoted(out: &mut String, text: &str) {
    out.push('"');
    for c in text.chars() {
        match c {
            '"' => out.push_str("\\\""),
            '\\' => out.push_str("\\\\"),
            '\n' => out.push_str("\\n"),
            '\t' => out.push_str("\\t"),
            '\r' => out.push_str("\\r"),
            c if is_printable(c) => out.push(c),
            c if u32::from(c) <= 0xffff => {
                let _ = write!(out, "\\u{:04x}", u32::from(c));
            }
            c => {
                let _ = write!(out, "\\U{:08x}", u32::from(c));
            }
        }
    }
    out.push('"');
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quotes_stand_only_where_they_must() {
        let plain = [
            "oos:tag",
            "acs:oos:{#regionId}:x",
            "i-bp1",
            "../x",
            "1306108F-610C",
            "a#b",
            "a,b",
            "3.1.0",
            "中文：文",
        ];
        for text in plain {
            assert!(is_plain(text), "{text}");
        }
        let quoted = [
            "",
            "2019-06-01",
            "50",
            "1e5",
            "0x1f",
            "no",
            "Null",
            "a: b",
            "a #b",
            "- a",
            "{}",
            "12:30",
            "...",
            "*",
            "a:",
            "a\u{7f}b",
            "a\u{202e}b",
            "\u{a0}a",
            "2024-05-04T11:17:28",
            ".5",
            "+1",
            "<<",
            "-.inf",
        ];
        for text in quoted {
            assert!(!is_plain(text), "{text}");
        }
    }

    #[test]
    fn a_text_is_folded_between_words_only() {
        assert_eq!(fold("a bb  c d", 3), ["a", "bb  c", "d"]);
        assert_eq!(fold("aaaa b", 2), ["aaaa", "b"]);
        assert_eq!(fold("a b c", 5), ["a b c"]);
    }

    #[test]
    fn texts_that_no_block_holds_are_quoted() {
        for text in [" x\ny", "x\n\n", "\nx", "x \ny", "x\ty\nz"] {
            assert_eq!(form(text, 0), Form::Line, "{text:?}");
        }
        assert_eq!(form("x\n", 0), Form::Literal);
        assert_eq!(form("x\n y", 0), Form::Literal);
    }

    #[test]
    fn numbers_are_those_of_json() {
        for text in ["0", "-1", "1.5", "1e5", "10"] {
            assert_eq!(literal(text).as_deref(), Some(text));
        }
        for text in ["01", ".5", "1.", "+1", "1_000", "0x1", "1e999", "-"] {
            assert_eq!(literal(text), None, "{text}");
        }
    }
}
