//! The known values of a field: a list with an item for each, or an enumeration in the sentence.

use super::text::{Text, TextPlace, Token, after_bullet, after_remark, ends_statement, token};

/// Values in a text.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Values {
    /// The name of the rule.
    pub(super) rule: &'static str,
    pub(super) values: Vec<String>,
    /// The value that the text marks as the default.
    pub(super) default: Option<String>,
    /// Whether each value is bold or in backticks.
    pub(super) is_quoted: bool,
}

/// Phrases that introduce the values.
const PHRASES: &[&str] = &[
    "valid values:",
    "valid value:",
    "valid values include:",
    "valid values are:",
    "possible values:",
    "allowed values:",
    "supported values:",
    "with values:",
];

/// Returns the place after the phrase that introduces the values, if there is exactly one and it
/// holds in general.
pub(super) fn introduction<'t>(text: &Text<'t>) -> Option<TextPlace<'t>> {
    let mut found = text.places("value", PHRASES);
    let place = found.pop().filter(|_| found.is_empty())?;
    // `Valid values when X is Y: ...`, `the valid values are ...` restrict or repeat them.
    let of_index = text.count("valid values of n");
    if text.count("valid value") > 1 + of_index {
        return None;
    }
    Some(place).filter(TextPlace::is_general)
}

/// Reads the values after the introduction.
pub(super) fn read(place: &TextPlace<'_>) -> Option<Values> {
    listed(place.rest).or_else(|| inline(place.rest))
}

/// Returns the place of a list that no phrase introduces, if it is the only one of the text.
pub(super) fn bare_list<'t>(text: &Text<'t>) -> Option<&'t str> {
    let text = text.raw();
    let is_item = |line: &&str| after_bullet(line).is_some();
    let start = text.split_inclusive('\n').position(|line| is_item(&line))?;
    let before: usize = text.split_inclusive('\n').take(start).map(str::len).sum();
    let introduction = text[..before].trim_end();
    // A line break must be in front of the first item.
    let is_own = !introduction.is_empty() && introduction.ends_with(['.', '。']);
    is_own.then(|| &text[before - 1..])
}

/// Reads the value of `Set the value to **a**.`
pub(super) fn constant(text: &Text<'_>) -> Option<Values> {
    let phrases = [
        "set the value to",
        "set this parameter to",
        "the value is set to",
    ];
    let mut all = text.places("set t", &phrases[..2]);
    all.extend(text.places("is set to", &phrases[2..]));
    let place = all.pop().filter(|_| all.is_empty())?;
    let token = token(place.rest)?;
    let ends = ends_statement(token.rest) || token.rest.starts_with(", which ");
    let stated = place.is_general() && place.starts_sentence() && ends;
    let is_word = !token.quote.is_empty() && !text.contains("valid value");
    (stated && is_word).then(|| Values {
        rule: "constant",
        values: vec![token.value],
        default: None,
        is_quoted: true,
    })
}

/// Returns whether a text describes several values in one, or values by a pattern.
pub(super) fn is_composed(text: &Text<'_>) -> bool {
    const SIGNS: &[&str] = &[
        "comma",
        "eparate",
        "ultiple values",
        "is a digit",
        "one or more of",
        "semicolon",
    ];
    SIGNS.iter().any(|sign| text.contains(sign))
}

/// Reads a list. Each item must start with a value; otherwise the list describes cases.
pub(super) fn listed(text: &str) -> Option<Values> {
    let mut lines = text.split('\n');
    let first = lines.next().unwrap_or_default();
    if !first.trim_matches([' ', '*', '`']).is_empty() {
        return None;
    }
    let mut found: Vec<Token<'_>> = Vec::new();
    let mut indent = None;
    let mut is_over = false;
    for line in lines {
        let Some(item) = after_bullet(line) else {
            let is_inside = line.trim().is_empty()
                || line.starts_with([' ', '\t'])
                || line.trim_start().starts_with('>');
            if !is_inside {
                is_over = true;
                if found.is_empty() {
                    return None;
                }
            }
            continue;
        };
        let depth = line.len() - line.trim_start().len();
        if depth > *indent.get_or_insert(depth) {
            continue;
        }
        let token = token(item).filter(is_item);
        if is_over {
            // The list may go on after a paragraph.
            if token.is_some_and(|token| token.quote == found[0].quote) {
                return None;
            }
            continue;
        }
        found.push(token?);
    }
    finish("value-list", found)
}

/// Returns whether an item of a list is one value and its explanation.
fn is_item(token: &Token<'_>) -> bool {
    let Some(rest) = after_remark(token.rest) else {
        return false;
    };
    let rest = rest.trim_start_matches(['*', '`']);
    let separated = rest.starts_with([':', '：', ',', ';']) && !token.rest.starts_with(", ");
    let dash = ["- ", "– ", "— ", ": ", "："]
        .iter()
        .any(|dash| rest.trim_start().starts_with(dash));
    separated || dash || token.has_colon || ends_statement(rest)
}

/// Reads `**a**, **b**, and **c**.`
fn inline(text: &str) -> Option<Values> {
    let mut rest = text.trim_start_matches([' ', '\u{a0}']);
    let mut found: Vec<Token<'_>> = Vec::new();
    loop {
        let token = token(rest)?;
        rest = after_remark(token.rest)?;
        found.push(token);
        if ends_statement(rest) {
            break;
        }
        let next = rest.trim_start_matches(' ');
        let next = next
            .strip_prefix(',')
            .unwrap_or(next)
            .trim_start_matches(' ');
        let next = ["and ", "or "]
            .iter()
            .find_map(|word| next.strip_prefix(word))
            .unwrap_or(next);
        if next.len() == rest.len() || next.starts_with('\n') {
            return None;
        }
        let had_separator =
            rest.starts_with(',') || rest.starts_with(" and ") || rest.starts_with(" or ");
        if !had_separator {
            return None;
        }
        rest = next;
    }
    // A single plain word is rather a description: `Integer`.
    if found.len() == 1 && found[0].quote.is_empty() {
        return None;
    }
    finish("value-inline", found)
}

fn finish(rule: &'static str, found: Vec<Token<'_>>) -> Option<Values> {
    let mut marked = found.iter().filter(|token| token.is_default);
    let default = match (marked.next(), marked.next()) {
        (Some(token), None) => Some(token.value.clone()),
        _ => None,
    };
    let is_quoted = found.iter().all(|token| !token.quote.is_empty());
    let mut values: Vec<String> = Vec::new();
    for token in found {
        if values.contains(&token.value) {
            return None;
        }
        values.push(token.value);
    }
    // The index of a parameter is not a value.
    let placeholder = |value: &String| {
        matches!(
            value.as_str(),
            "N" | "n" | "N/A" | "null" | "NULL" | "None" | "-"
        )
    };
    if values.is_empty() || values.iter().any(placeholder) {
        return None;
    }
    Some(Values {
        rule,
        values,
        default,
        is_quoted,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn values(text: &str) -> Option<(Vec<String>, Option<String>)> {
        let found = read(&introduction(&Text::new(text))?)?;
        Some((found.values, found.default))
    }

    fn some(values: &[&str], default: Option<&str>) -> Option<(Vec<String>, Option<String>)> {
        let values = values.iter().map(|&value| value.to_owned()).collect();
        Some((values, default.map(str::to_owned)))
    }

    #[test]
    fn lists_of_values() {
        for text in [
            "The mode. Valid values:\n\n*   Fast: quick.\n*   slow_1: less so.\n\nMore.",
            "The mode. Valid values:\n- **Fast**: quick.\n- **slow\\_1**\n\n> A note.",
            "The mode. Valid values:\n\n*   `Fast`: quick.\n\n    *   nested text\n\n*   `slow_1` (slow).",
            "Valid values:\n*   Fast.\n*   slow_1. See [this](a).",
            "Valid values: **Fast** and **slow_1**.",
            "Valid values: Fast, slow_1. Not more.",
        ] {
            assert_eq!(values(text), some(&["Fast", "slow_1"], None), "{text}");
        }
    }

    #[test]
    fn marked_defaults() {
        for text in [
            "Valid values:\n*   **a** (default): x.\n*   **b**: y.",
            "Valid values:\n*   **a(default)**: x.\n*   **b**: y.",
            "Valid values: **a** (default) and **b**.",
        ] {
            assert_eq!(values(text), some(&["a", "b"], Some("a")), "{text}");
        }
    }

    #[test]
    fn what_only_looks_like_values() {
        for text in [
            "Valid values:\n*   **1** to **200** if X.\n*   **1** to **500** if Y.",
            "Valid values:\n*   The first one.\n*   The second one.",
            "Valid values when X is set to a: 1, 2.",
            "If X is a, valid values: **b** and **c**.",
            "Valid values: a. When X is b, valid values: c.",
            "> Valid values: **a** and **b**.",
            "*   If X is a, that. Valid values: **b** and **c**.",
            "Valid values: 1 to 100.",
            "Valid values: Integer.",
            "Valid values:\n*   a\n\nOf others:\n\n*   b",
            "Valid values: 1 to 9, 12, and 24.",
        ] {
            assert_eq!(values(text), None, "{text}");
        }
    }
}
