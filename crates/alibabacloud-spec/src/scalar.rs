//! Plain scalars of YAML: what a text without quotes is.

use crate::node::Data;
use serde_json::Number;

/// Resolves a plain scalar by the core schema of YAML 1.2.
pub(crate) fn resolve_plain(text: &str) -> Data {
    match text {
        "" | "~" | "null" | "Null" | "NULL" => return Data::Null,
        "true" | "True" | "TRUE" => return Data::Flag(true),
        "false" | "False" | "FALSE" => return Data::Flag(false),
        _ => {}
    }
    match number(text) {
        Some(number) => Data::Number(number),
        None => Data::Text(text.to_owned()),
    }
}

fn number(text: &str) -> Option<Number> {
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts_as_number = digits.starts_with(|c: char| c.is_ascii_digit() || c == '.');
    let only_number_characters = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'.' | b'e' | b'E' | b'-' | b'+'));
    if !starts_as_number || !only_number_characters || !digits.bytes().any(|b| b.is_ascii_digit()) {
        return None;
    }
    let is_integer = digits.bytes().all(|b| b.is_ascii_digit());
    if is_integer && digits.len() > 1 && digits.starts_with('0') {
        return None;
    }
    let unsigned = text.strip_prefix('+').unwrap_or(text);
    if is_integer {
        if let Ok(value) = unsigned.parse::<i64>() {
            return Some(value.into());
        }
        if let Ok(value) = unsigned.parse::<u64>() {
            return Some(value.into());
        }
    }
    unsigned.parse::<f64>().ok().and_then(Number::from_f64)
}

/// Returns whether YAML 1.1 tools read this plain text as a boolean, a date or a number.
pub(crate) fn differs_in_yaml_1_1(text: &str) -> bool {
    const WORDS: [&str; 4] = ["yes", "no", "on", "off"];
    if WORDS.iter().any(|word| text.eq_ignore_ascii_case(word)) {
        return true;
    }
    let digits = text.strip_prefix(['-', '+']).unwrap_or(text);
    let starts_with_digit = digits.starts_with(|c: char| c.is_ascii_digit());
    let number_like = digits
        .bytes()
        .all(|b| b.is_ascii_digit() || matches!(b, b'_' | b':' | b'.'));
    (starts_with_digit && number_like && !digits.contains("..") && digits.matches('.').count() < 2)
        || is_date_like(text)
        || is_based_number(digits)
}

/// Returns whether the text looks like `2019-06-01`, with or without a time after it.
fn is_date_like(text: &str) -> bool {
    let mut parts = text.splitn(3, '-');
    let (Some(year), Some(month), Some(rest)) = (parts.next(), parts.next(), parts.next()) else {
        return false;
    };
    let numeric = |part: &str, most: usize| {
        !part.is_empty() && part.len() <= most && part.bytes().all(|b| b.is_ascii_digit())
    };
    let day_length = rest.bytes().take_while(u8::is_ascii_digit).count();
    let after_day = rest.get(day_length..).unwrap_or_default();
    year.len() == 4
        && numeric(year, 4)
        && numeric(month, 2)
        && (1..=2).contains(&day_length)
        && (after_day.is_empty() || after_day.starts_with(['T', 't', ' ']))
}

/// Returns whether the text looks like `0x1f`, `0b11` or `0o17`.
fn is_based_number(digits: &str) -> bool {
    ["0x", "0b", "0o"].iter().any(|prefix| {
        digits
            .strip_prefix(prefix)
            .is_some_and(|rest| !rest.is_empty() && rest.bytes().all(|b| b.is_ascii_hexdigit()))
    })
}
