//! Reads one kind of scalar from the text of another.

/// Parses an integer: `50`, ` 50 `, `50.0`.
pub(super) fn integer(text: &str) -> Option<i64> {
    match text.trim().parse() {
        Ok(number) => Some(number),
        Err(_) => whole(number(text)?),
    }
}

/// Parses a number. `inf` and `NaN`, which Rust accepts, are not numbers here.
pub(super) fn number(text: &str) -> Option<f64> {
    let number: f64 = text.trim().parse().ok()?;
    number.is_finite().then_some(number)
}

/// Converts a float to an integer when it has no fraction and is in range.
pub(super) fn whole(number: f64) -> Option<i64> {
    /// 2 to the power of 63: the first float beyond `i64`.
    const LIMIT: f64 = 9_223_372_036_854_775_808.0;
    let fits = number.fract() == 0.0 && (-LIMIT..LIMIT).contains(&number);
    #[allow(
        clippy::cast_possible_truncation,
        reason = "checked to be whole and in range"
    )]
    fits.then_some(number as i64)
}

/// Parses a boolean.
pub(super) fn boolean(text: &str) -> Option<bool> {
    let text = text.trim();
    if text.eq_ignore_ascii_case("true") || text == "1" {
        Some(true)
    } else if text.eq_ignore_ascii_case("false") || text == "0" {
        Some(false)
    } else {
        None
    }
}

/// Words that services and languages write where they have no value.
const NO_VALUE: [&str; 13] = [
    "n/a",
    "na",
    "nan",
    "inf",
    "infinity",
    "null",
    "nil",
    "none",
    "undefined",
    "unknown",
    "unavailable",
    "not available",
    "not applicable",
];

/// Returns whether text says that there is no value: `N/A`, `NaN`, `-`. Any other word may be a
/// value that is written in an unknown way: `unlimited`, `10 MB`, `1,5`.
pub(super) fn is_placeholder(text: &str) -> bool {
    let text = text.trim();
    let is_mark = !text.contains(|c: char| c.is_alphanumeric() || matches!(c, '{' | '['));
    let word = text.strip_prefix(['-', '+']).unwrap_or(text);
    is_mark || NO_VALUE.iter().any(|none| word.eq_ignore_ascii_case(none))
}

/// Appends JSON text without the whitespace between its tokens. Numbers and escapes are unchanged.
pub(super) fn compact(json: &str, out: &mut String) {
    let mut in_string = false;
    let mut escaped = false;
    out.extend(json.chars().filter(|&c| {
        if in_string {
            in_string = escaped || c != '"';
            escaped = !escaped && c == '\\';
            true
        } else {
            in_string = c == '"';
            !c.is_ascii_whitespace()
        }
    }));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn integers_in_text() {
        for (text, expected) in [
            ("50", Some(50)),
            (" -7 ", Some(-7)),
            ("50.0", Some(50)),
            ("1e3", Some(1000)),
            ("9223372036854775807", Some(i64::MAX)),
            ("9223372036854775808", None),
            ("-9223372036854775808", Some(i64::MIN)),
            ("50.5", None),
            ("1e400", None),
            ("", None),
            ("inf", None),
            ("five", None),
        ] {
            assert_eq!(integer(text), expected, "{text:?}");
        }
    }

    #[test]
    fn numbers_in_text_are_finite() {
        assert_eq!(number(" 0.5 "), Some(0.5));
        for text in ["NaN", "inf", "-infinity", "1e999", "", "1,5"] {
            assert_eq!(number(text), None, "{text:?}");
        }
    }

    #[test]
    fn booleans_in_text_in_any_case() {
        assert_eq!(boolean("TRUE"), Some(true));
        assert_eq!(boolean(" False"), Some(false));
        assert_eq!(boolean("1"), Some(true));
        assert_eq!(boolean("0"), Some(false));
        assert_eq!(boolean("yes"), None);
    }

    #[test]
    fn placeholders_hold_no_value() {
        for text in [
            "N/A",
            "-",
            " -- ",
            "NaN",
            "None",
            "-Infinity",
            "\u{2014}",
            "?",
        ] {
            assert!(is_placeholder(text), "{text:?}");
        }
        for text in [
            "1,5",
            "1e400",
            "10 MB",
            "\u{ff15}",
            "unlimited",
            "yes",
            "{}",
            "[]",
        ] {
            assert!(!is_placeholder(text), "{text:?}");
        }
    }

    #[test]
    fn compact_keeps_strings_and_spelling() {
        let mut out = String::new();
        compact("{ \"a \\\" b\" : [ 1.10,\n\t\"\\\\\" , \" \" ] }", &mut out);
        assert_eq!(out, "{\"a \\\" b\":[1.10,\"\\\\\",\" \"]}");
    }
}
