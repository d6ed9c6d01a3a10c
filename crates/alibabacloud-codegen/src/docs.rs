//! Documentation of a field, parameter or setter: its description and the facts of its schema.

use super::markdown::{begins_block, code, code_span, inline, markdown};
use alibabacloud_spec::{Kind, Schema};
use serde_json::Value;

/// Returns the documentation of a value: its description, then the facts of its schema.
pub(crate) fn value(schema: &Schema, required: bool) -> Vec<String> {
    let mut lines = markdown(&schema.description);
    let mut facts = facts(schema, required, known_values(schema));
    if facts.is_empty() && lines.is_empty() {
        facts.push(UNDOCUMENTED.to_owned());
    }
    if !facts.is_empty() {
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(facts.join(" "));
    }
    lines
}

/// The documentation of a value of which nothing is known but its name and type. Public items
/// cannot be without documentation.
const UNDOCUMENTED: &str = "Undocumented.";

/// Returns whether the documentation of a value says nothing.
pub(crate) fn is_empty(lines: &[String]) -> bool {
    lines == [UNDOCUMENTED]
}

/// Returns the known values of an enum, unless its description names some and so explains them. A
/// text of a glossary, which is for several places, cannot. A long list is only at its type.
fn known_values(schema: &Schema) -> Option<String> {
    let Kind::Enum(values) = &schema.kind else {
        return None;
    };
    let values: Vec<String> = values.iter().map(|value| code(&value.value)).collect();
    match values.as_slice() {
        values
            if values
                .iter()
                .any(|value| schema.description.contains(value)) =>
        {
            None
        }
        [] => None,
        [only] => Some(format!("Known value: {only}.")),
        values if values.len() <= SHOWN_VALUES => {
            Some(format!("{KNOWN_VALUES}{}.", values.join(", ")))
        }
        _ => None,
    }
}

/// Values that a list in a sentence has at most.
const SHOWN_VALUES: usize = 12;

/// Returns a short form of the documentation of a value, for a field whose setter has all of it:
/// the first sentence, or the start of it if that is long.
pub(crate) fn summary(lines: &[String], deprecated: bool) -> String {
    let paragraph: Vec<&str> = lines
        .iter()
        .map(|line| line.trim())
        .take_while(|line| !line.is_empty())
        .collect();
    let is_text = !paragraph.is_empty() && !paragraph.iter().any(|line| begins_block(line));
    let summary = if is_text {
        short(&paragraph.join(" "))
    } else {
        "See the setter.".to_owned()
    };
    match (deprecated, summary.is_empty()) {
        (true, true) => DEPRECATED.to_owned(),
        (true, false) => format!("{DEPRECATED} {summary}"),
        (false, true) => UNDOCUMENTED.to_owned(),
        (false, false) => summary,
    }
}

/// Returns the first sentence of a paragraph that is more than a mark, and that can be short.
fn short(mut rest: &str) -> String {
    for mark in [DEPRECATED, REQUIRED] {
        rest = rest.strip_prefix(mark).unwrap_or(rest).trim_start();
    }
    let sentence = first_sentence(rest);
    // The start of a list would be a wrong list; the type has all of it.
    if sentence.starts_with(KNOWN_VALUES) && !fits(sentence) {
        return short(rest[sentence.len()..].trim_start());
    }
    shorten(sentence)
}

const DEPRECATED: &str = "**Deprecated.**";
const REQUIRED: &str = "Required.";
const KNOWN_VALUES: &str = "Known values: ";

/// Columns that a summary should not exceed: one line of the documentation of a field.
const SUMMARY_COLUMNS: usize = 92;

fn fits(text: &str) -> bool {
    text.chars().count() <= SUMMARY_COLUMNS
}

fn first_sentence(text: &str) -> &str {
    let end = outside_code(text).find(|&(at, c)| {
        let (sentence, rest) = text.split_at(at + c.len_utf8());
        let starts_another = |rest: &str| {
            rest.strip_prefix(' ')
                .is_some_and(|next| !next.starts_with(char::is_lowercase))
        };
        matches!(c, '.' | '!' | '?')
            && starts_another(rest)
            && !ABBREVIATIONS.iter().any(|short| sentence.ends_with(short))
    });
    end.map_or(text, |(at, c)| &text[..at + c.len_utf8()])
}

/// Ends of words that do not end a sentence.
const ABBREVIATIONS: &[&str] = &[" e.g.", "(e.g.", " i.e.", "(i.e.", " vs.", " etc.", " No."];

/// Returns the start of a sentence that is too long for a line, up to where its details begin.
fn shorten(sentence: &str) -> String {
    if fits(sentence) {
        return sentence.to_owned();
    }
    let depends = CONDITIONS.iter().any(|word| sentence.starts_with(word));
    let cut = ["; ", ": ", " (", ", "].iter().find_map(|separator| {
        if *separator == ", " && depends {
            return None;
        }
        let (at, _) =
            outside_code(sentence).find(|&(at, _)| sentence[at..].starts_with(separator))?;
        let start = &sentence[..at];
        let cut = format!("{start}.");
        (fits(&cut) && start.split(' ').count() >= 3).then_some(cut)
    });
    cut.unwrap_or_else(|| sentence.to_owned())
}

/// Words that start a sentence whose first comma follows a condition.
const CONDITIONS: &[&str] = &[
    "After ", "Because ", "Before ", "By ", "For ", "If ", "In ", "On ", "To ", "Unless ", "When ",
    "While ", "With ", "Without ",
];

/// Returns the characters of a text outside of inline code, with their positions.
fn outside_code(text: &str) -> impl Iterator<Item = (usize, char)> {
    let mut at = 0;
    std::iter::from_fn(move || {
        loop {
            let rest = &text[at..];
            let c = rest.chars().next()?;
            let ticks = rest.bytes().take_while(|b| *b == b'`').count();
            if ticks > 0 {
                // A run without a partner is text.
                at += code_span(rest, ticks).unwrap_or(ticks);
                continue;
            }
            let position = at;
            at += c.len_utf8();
            if c == '\\' && text[at..].starts_with('`') {
                at += 1;
            }
            return Some((position, c));
        }
    })
}

fn facts(schema: &Schema, required: bool, values: Option<String>) -> Vec<String> {
    let mut facts = Vec::new();
    if schema.deprecated {
        facts.push(DEPRECATED.to_owned());
    }
    if required {
        facts.push(REQUIRED.to_owned());
    }
    facts.extend(values);
    if !schema.values.is_empty() {
        let values: Vec<String> = schema.values.iter().map(|v| code(&v.to_string())).collect();
        facts.push(format!("{KNOWN_VALUES}{}.", values.join(", ")));
    }
    facts.extend(number(schema));
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

/// Returns the range of a number and its unit, in one sentence.
fn number(schema: &Schema) -> Option<String> {
    let range = range(schema.minimum, schema.maximum);
    match (range, schema.unit.as_deref().map(inline)) {
        (Some(range), Some(unit)) => Some(format!("{range}, in {unit}.")),
        (Some(range), None) => Some(format!("{range}.")),
        (None, Some(unit)) => Some(format!("In {unit}.")),
        (None, None) => None,
    }
}

/// Whether to show the example of a schema: not if it is a secret, and not if it is long.
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

/// Formats a JSON value as inline code, a string without its quotes.
fn json(value: &Value) -> String {
    match value {
        Value::String(text) => code(text),
        other => code(&other.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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
            value(&schema, true),
            [
                "Page size.",
                "",
                "Required. From 1 to 100. Default: `50`. Example: `20`."
            ]
        );
    }

    #[test]
    fn numbers_have_known_values_and_a_unit() {
        let mut schema = Schema {
            kind: Kind::Int32,
            description: "Size.".to_owned(),
            minimum: Some(20),
            unit: Some("GiB".to_owned()),
            ..Schema::default()
        };
        assert_eq!(value(&schema, false), ["Size.", "", "At least 20, in GiB."]);
        schema.minimum = None;
        schema.values = vec![20, 40];
        assert_eq!(
            value(&schema, false),
            ["Size.", "", "Known values: `20`, `40`. In GiB."]
        );
    }

    #[test]
    fn secrets_have_no_example() {
        let schema = Schema {
            sensitive: true,
            example: Some(Value::from("hunter2")),
            ..Schema::default()
        };
        assert_eq!(value(&schema, false), ["Undocumented."]);
    }

    #[test]
    fn known_values_follow_a_text_that_names_none() {
        let value_of = |value: &str| alibabacloud_spec::EnumValue {
            value: value.to_owned(),
            description: String::new(),
            rust_name: None,
        };
        let mut schema = Schema {
            kind: Kind::Enum(vec![value_of("a"), value_of("b"), value_of("c")]),
            ..Schema::default()
        };
        assert_eq!(value(&schema, false), ["Known values: `a`, `b`, `c`."]);
        schema.default = Some(Value::from("a"));
        assert_eq!(
            value(&schema, true),
            ["Required. Known values: `a`, `b`, `c`. Default: `a`."]
        );
        schema.description = "Mode.".to_owned();
        assert_eq!(
            value(&schema, false),
            ["Mode.", "", "Known values: `a`, `b`, `c`. Default: `a`."]
        );
        // A text that names values explains them, too.
        schema.description = "Mode: `a` or another.".to_owned();
        assert_eq!(
            value(&schema, false),
            ["Mode: `a` or another.", "", "Default: `a`."]
        );
    }

    fn summary_of(text: &str) -> String {
        let lines: Vec<String> = text.lines().map(str::to_owned).collect();
        summary(&lines, false)
    }

    #[test]
    fn a_summary_is_the_first_sentence() {
        for (text, expected) in [
            ("Page size.", "Page size."),
            ("Page size. At most 100.", "Page size."),
            (
                "Name of\nthe disk. Unique.\n\nExample: `a`.",
                "Name of the disk.",
            ),
            (
                "Version, e.g. `v1. 2`, of it. More.",
                "Version, e.g. `v1. 2`, of it.",
            ),
            ("Files of `a. B`. More.", "Files of `a. B`."),
            (
                "Pattern: `` `a. B`. C ``. More.",
                "Pattern: `` `a. B`. C ``.",
            ),
            ("A tick \\` is. More `b`.", "A tick \\` is."),
            ("Required. From 1 to 9. Default: `2`.", "From 1 to 9."),
            ("- one\n- two", "See the setter."),
            ("", "See the setter."),
            ("Required.", "Undocumented."),
        ] {
            assert_eq!(summary_of(text), expected, "{text}");
        }
        for text in ["**Deprecated.**", "**Deprecated.** Example: `a`."] {
            assert_eq!(summary(&[text.to_owned()], true), text);
        }
    }

    /// The details are at the setter. A sentence that has no such place stays as it is.
    #[test]
    fn a_long_summary_ends_before_its_details() {
        let tail = "and so on ".repeat(10);
        for (text, expected) in [
            ("Name of the disk: 1 to 9 letters {}.", "Name of the disk."),
            ("Rules of all values, as `a: b` {}.", "Rules of all values."),
            (
                "If `true`, lists one; if `false`, others {}.",
                "If `true`, lists one.",
            ),
            ("Kind of the disk (any), or none {}.", "Kind of the disk."),
        ] {
            let text = text.replace("{}", tail.trim_end());
            assert_eq!(summary_of(&text), expected, "{text}");
        }
        for text in [
            "If `true`, lists one {}.",
            "Disk, snapshot {}.",
            "Disks {}.",
        ] {
            let text = text.replace("{}", tail.trim_end());
            assert_eq!(summary_of(&text), text);
        }
    }
}
