//! Numbers and ranges in a text.

use super::text::{after_remark, ends_statement};

/// Reads a whole number, plain, bold or in backticks, with or without separators of thousands.
pub(super) fn number(text: &str) -> Option<(i64, &str)> {
    let text = text.trim_start_matches([' ', '\u{a0}']);
    let quote = ["**", "`"]
        .into_iter()
        .find(|quote| text.starts_with(quote));
    let text = text.strip_prefix(quote.unwrap_or_default())?;
    let (sign, digits_text) = match text.strip_prefix('-') {
        Some(rest) => (-1, rest),
        None => (1, text),
    };
    let mut digits = String::new();
    let mut end = 0;
    let bytes = digits_text.as_bytes();
    while let Some(&byte) = bytes.get(end) {
        let separator = byte == b','
            && !digits.is_empty()
            && bytes
                .get(end + 1..end + 4)
                .is_some_and(|next| next.iter().all(u8::is_ascii_digit))
            && !bytes.get(end + 4).is_some_and(u8::is_ascii_digit);
        match byte {
            b'0'..=b'9' => digits.push(char::from(byte)),
            b',' if separator => {}
            _ => break,
        }
        end += 1;
    }
    // `1.5` is not a whole number, and `5xx` none at all.
    let rest = &digits_text[end..];
    let next = rest.as_bytes();
    let decimal = matches!(next, [b'.', digit, ..] if digit.is_ascii_digit());
    if digits.is_empty() || decimal || next.first().is_some_and(|b| b.is_ascii_alphanumeric()) {
        return None;
    }
    let rest = match quote {
        Some(quote) => rest.strip_prefix(quote).unwrap_or(rest),
        None => rest,
    };
    Some((sign * digits.parse::<i64>().ok()?, rest))
}

/// Reads a small number, in digits or as a word.
pub(super) fn count(text: &str) -> Option<(u64, &str)> {
    const WORDS: &[&str] = &[
        "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten",
    ];
    if let Some((number, rest)) = number(text) {
        return Some((u64::try_from(number).ok()?, rest));
    }
    let text = text.trim_start();
    let end = text
        .find(|c: char| !c.is_ascii_alphabetic())
        .unwrap_or(text.len());
    let word = &text[..end];
    let index = WORDS
        .iter()
        .position(|known| word.eq_ignore_ascii_case(known))?;
    Some((u64::try_from(index).ok()? + 1, &text[end..]))
}

/// Reads `1 to 100`, `1~100`, `1-100`, `[1, 100]`, with the numbers in any form.
pub(super) fn range(text: &str) -> Option<(i64, i64, &str)> {
    let trimmed = text.trim_start_matches([' ', '\u{a0}', '*', '`', '\n']);
    // Inside bold text the quotes are around the whole range.
    let (inner, closing) = match trimmed.strip_prefix('[') {
        Some(inner) => (inner, Some(']')),
        None => (trimmed, None),
    };
    let (low, rest) = number(inner)?;
    let rest = rest.trim_start_matches(['*', '`', ' ', '\u{a0}']);
    let joined = ["to ", "to\u{a0}", "~", "–", "—", "-", "through "]
        .into_iter()
        .find_map(|word| rest.strip_prefix(word));
    let rest = match closing {
        Some(_) => rest.strip_prefix(',').or(joined)?,
        None => joined?,
    };
    let rest = rest.trim_start_matches(['*', '`', ' ', '\u{a0}']);
    let (high, rest) = number(rest)?;
    let rest = rest.trim_start_matches(['*', '`']);
    let rest = match closing {
        Some(closing) => rest.trim_start().strip_prefix(closing)?,
        None => rest,
    };
    (low < high).then_some((low, high, rest.trim_start_matches(['*', '`'])))
}

/// Reads a range that is a whole statement, such as `1 to 100.` after `Valid values:`.
pub(super) fn range_statement(text: &str) -> Option<(i64, i64)> {
    let (low, high, rest) = range(text)?;
    ends_statement(after_remark(rest)?).then_some((low, high))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_in_every_form() {
        assert_eq!(number(" 1,000 x"), Some((1000, " x")));
        assert_eq!(number("**50**."), Some((50, ".")));
        assert_eq!(number("-1 or"), Some((-1, " or")));
        assert_eq!(number("1, 2"), Some((1, ", 2")));
        assert_eq!(number("1.5"), None);
        assert_eq!(number("5xx"), None);
        assert_eq!(count("three vSwitches"), Some((3, " vSwitches")));
    }

    #[test]
    fn ranges_in_every_form() {
        for text in [
            "1 to 100.",
            "**1** to **100**",
            "**1 to 100**.",
            "1~100\n",
            "[1, 100].",
        ] {
            assert_eq!(range_statement(text), Some((1, 100)), "{text}");
        }
        for text in [
            "1 to 100 if",
            "1 to 10, 20",
            "0 to min{5}",
            "100 to 1",
            "1 to 100%",
        ] {
            assert_eq!(range_statement(text), None, "{text}");
        }
    }
}
