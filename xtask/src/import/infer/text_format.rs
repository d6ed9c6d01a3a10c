//! Strings that hold a list, JSON or a timestamp, by their examples.

use super::fields::{COMPONENTS, each_field};
use super::words::words;
use crate::import::json::JsonPath;
use crate::import::report::{Confidence, Report, Rule};
use alibabacloud_spec::{
    Kind, Operation, Parameter, ParameterPlace, ParameterStyle, Schema, Service,
};
use serde_json::Value;

/// Last words of names whose text is opaque, even if it looks like JSON.
const OPAQUE: &[&str] = &["token", "marker", "cursor", "key"];
/// Words that a timestamp has in its name.
const TIMES: &[&str] = &["time", "date", "timestamp", "at", "datetime", "day"];

/// Finds the strings. JSON and timestamps keep the text unchanged; neither has limits.
pub(super) fn find(service: &mut Service, report: &mut Report) {
    for operation in &mut service.operations {
        for parameter in &mut operation.parameters {
            find_list(&operation.name, parameter, report);
        }
    }
    each_field(service, &mut |field| {
        // A path parameter stays a string.
        let Some(kind) = better_kind(field.name, field.schema).filter(|_| !field.in_path) else {
            return;
        };
        let schema = field.schema;
        let conclusion = if kind == Kind::JsonText {
            "json"
        } else {
            "date-time"
        };
        schema.kind = kind;
        drop_limits(schema, field.operation, field.name, conclusion, report);
        report.infer(
            "text",
            field.operation,
            Confidence::High,
            format!("{} holds {conclusion}", field.name),
        );
    });
}

/// Turns a parameter whose text is a JSON list of texts or integers into that list. It is sent as
/// the same text.
fn find_list(operation: &str, parameter: &mut Parameter, report: &mut Report) {
    if !is_listed(parameter)
        || parameter.style != ParameterStyle::Plain
        || parameter.schema.sensitive
    {
        return;
    }
    let Some((kind, example)) = list_of(&parameter.name, &parameter.schema) else {
        return;
    };
    let (name, schema) = (&parameter.name, &mut parameter.schema);
    schema.kind = Kind::Array(Box::new(Schema {
        kind,
        ..Schema::default()
    }));
    parameter.style = ParameterStyle::Json;
    drop_limits(schema, operation, name, "a JSON list", report);
    schema.example = Some(example);
    schema.default = match schema.default.take() {
        Some(Value::String(text)) => serde_json::from_str(&text).ok().filter(Value::is_array),
        _ => None,
    };
    report.infer(
        "text",
        operation,
        Confidence::High,
        format!("{name} holds a JSON list"),
    );
}

/// Returns the type of the elements, and the example as a list. Whether a text is such a list must
/// follow from the example, and from the name or the description.
fn list_of(name: &str, schema: &Schema) -> Option<(Kind, Value)> {
    if schema.kind != Kind::String {
        return None;
    }
    let example = schema.example.as_ref()?.as_str()?.trim();
    if !example.starts_with('[') || !(is_plural(name) || says_list(&schema.description)) {
        return None;
    }
    let elements = match serde_json::from_str(example) {
        Ok(Value::Array(elements)) => elements,
        _ => loose_list(example)?,
    };
    let kind = if elements.iter().all(Value::is_string) {
        Kind::String
    } else if elements.iter().all(Value::is_i64) {
        Kind::Int64
    } else {
        return None;
    };
    (!elements.is_empty()).then_some((kind, Value::Array(elements)))
}

fn is_plural(name: &str) -> bool {
    let words = words(name);
    words.last().is_some_and(|last| {
        matches!(last.as_str(), "list" | "set" | "array")
            || (last.ends_with('s') && !["ss", "us", "is"].iter().any(|end| last.ends_with(end)))
    })
}

fn says_list(description: &str) -> bool {
    let text = description.to_lowercase();
    let lists = ["array", "list", "\u{6570}\u{7ec4}", "\u{5217}\u{8868}"];
    text.contains("json") && lists.iter().any(|word| text.contains(word))
}

/// Reads a list of quoted texts that is not quite JSON: with ellipses between the texts,
/// typographic or escaped quotation marks.
fn loose_list(example: &str) -> Option<Vec<Value>> {
    let plain = example
        .replace(['\u{201c}', '\u{201d}'], "\"")
        .replace("\\\"", "\"");
    let mut rest = plain.strip_prefix('[')?.strip_suffix(']')?;
    let mut elements = Vec::new();
    loop {
        let is_filler =
            |c: char| c.is_whitespace() || matches!(c, ',' | '.' | '\u{2026}' | '\u{ff0c}');
        rest = rest.trim_start_matches(is_filler);
        if rest.is_empty() {
            return Some(elements);
        }
        let (text, after) = rest.strip_prefix('"')?.split_once('"')?;
        elements.push(Value::String(text.to_owned()));
        rest = after;
    }
}

/// Changes the lists of new metadata back into text that the specification has as text. Its form is
/// a promise to callers, and both are sent as the same text.
pub(super) fn keep_text(old: &Operation, new: &mut Operation) {
    for parameter in &mut new.parameters {
        let is_list = matches!(parameter.schema.kind, Kind::Array(_));
        if !is_list || parameter.style != ParameterStyle::Json || !is_listed(parameter) {
            continue;
        }
        let is_text = |known: &&Parameter| {
            let text = matches!(known.schema.kind, Kind::String | Kind::JsonText);
            text && is_listed(known) && known.style == ParameterStyle::Plain
        };
        if let Some(known) = old.parameter(&parameter.name).filter(is_text) {
            parameter.style = ParameterStyle::Plain;
            parameter.schema.kind = known.schema.kind.clone();
        }
    }
}

/// Returns whether a parameter is one of many in the query or the form.
fn is_listed(parameter: &Parameter) -> bool {
    matches!(
        parameter.place,
        ParameterPlace::Query | ParameterPlace::Form
    )
}

/// Removes the limits of a text that has another type now.
fn drop_limits(
    schema: &mut Schema,
    operation: &str,
    name: &str,
    conclusion: &str,
    report: &mut Report,
) {
    let lengths = [schema.min_length.take(), schema.max_length.take()];
    let pattern = schema.pattern.take();
    if lengths.iter().any(Option::is_some) || pattern.is_some() {
        let message = format!("`{name}` holds {conclusion}, which has no limits");
        ignored_limits(report, operation, message);
    }
}

fn ignored_limits(report: &mut Report, operation: &str, message: String) {
    let (rule, root) = (Rule::LimitIgnored, JsonPath::ROOT);
    if operation == COMPONENTS {
        report.find(rule, None, &root.key(COMPONENTS), message);
    } else {
        let apis = root.key("apis");
        report.find(rule, Some(operation), &apis.key(operation), message);
    }
}

fn better_kind(name: &str, schema: &Schema) -> Option<Kind> {
    if schema.kind != Kind::String {
        return None;
    }
    let text = schema.example.as_ref()?.as_str()?.trim();
    let words = words(name);
    if words
        .last()
        .is_some_and(|last| OPAQUE.contains(&last.as_str()))
    {
        return None;
    }
    if text.starts_with(['{', '[']) && is_json(text) {
        return Some(Kind::JsonText);
    }
    let named = words.iter().any(|word| TIMES.contains(&word.as_str()));
    (named && is_timestamp(text)).then_some(Kind::DateTime)
}

fn is_json(text: &str) -> bool {
    matches!(
        serde_json::from_str(text),
        Ok(Value::Object(_) | Value::Array(_))
    )
}

/// Returns whether a text is a date and a time of day: `2019-05-16T10:26:14Z`, `2023-07-09T10:01Z`,
/// `2024-05-04 11:17:28`, with fractions and offsets.
fn is_timestamp(text: &str) -> bool {
    let Some((date, time)) = text.split_once(['T', ' ']) else {
        return false;
    };
    let time = time.trim_end_matches('Z');
    let time = time.split(['+', '-', '.']).next().unwrap_or_default();
    shape(date, "dddd-dd-dd") && (shape(time, "dd:dd:dd") || shape(time, "dd:dd"))
}

/// Returns whether a text has a shape, where `d` is a digit and every other character is itself.
fn shape(text: &str, shape: &str) -> bool {
    text.len() == shape.len()
        && text.bytes().zip(shape.bytes()).all(|(b, s)| {
            if s == b'd' {
                b.is_ascii_digit()
            } else {
                b == s
            }
        })
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    #[test]
    fn lists_follow_from_the_example_and_the_name_or_the_description() {
        let list = |name: &str, example: &str, description: &str| {
            let schema = Schema {
                kind: Kind::String,
                example: Some(json!(example)),
                description: description.to_owned(),
                ..Schema::default()
            };
            list_of(name, &schema)
        };
        let texts = |elements: Value| Some((Kind::String, elements));
        for (example, elements) in [
            (r#"["i-1", "i-2"]"#, json!(["i-1", "i-2"])),
            (" [\"i-1\"]\n", json!(["i-1"])),
            (
                "[\"i-1\", \"i-2\", \u{2026} \"i-9\"]",
                json!(["i-1", "i-2", "i-9"]),
            ),
            (
                "[\u{201c}i-1\u{201d}, \u{201c}i-2\u{201d}\u{2026}]",
                json!(["i-1", "i-2"]),
            ),
            (r#"["sg-1","sg-2",....]"#, json!(["sg-1", "sg-2"])),
            (r#"[\"a/b\",\"c\"]"#, json!(["a/b", "c"])),
        ] {
            assert_eq!(
                list("InstanceIds", example, ""),
                texts(elements),
                "{example}"
            );
        }
        assert_eq!(
            list("AlertIds", "[1, 2]", ""),
            Some((Kind::Int64, json!([1, 2])))
        );
        let example = r#"["sl-1"]"#;
        assert_eq!(list("SnapshotLinkId", example, ""), None);
        let says = "A JSON array of IDs.";
        assert_eq!(
            list("SnapshotLinkId", example, says),
            texts(json!(["sl-1"]))
        );
        for (name, example) in [
            ("Tags", r#"[{"Key":"a"}]"#),
            ("Ids", "[]"),
            ("Ids", r#"["a", 1]"#),
            ("Ids", r#"["a", b]"#),
            ("Ids", "[1.5]"),
            ("Ids", "i-1,i-2"),
            ("Ids", "["),
            ("Status", r#"["a"]"#),
        ] {
            assert_eq!(list(name, example, ""), None, "{name} {example}");
        }
    }

    #[test]
    fn timestamps_of_every_form_the_services_write() {
        for text in [
            "2019-05-16T10:26:14Z",
            "2023-07-09T10:01Z",
            "2024-05-04 11:17:28",
            "2024-05-04T11:17:28.123Z",
            "2024-05-04T11:17:28+08:00",
        ] {
            assert!(is_timestamp(text), "{text}");
        }
        for text in [
            "2024-05-04",
            "10:26:14",
            "1557973574",
            "2024-05-04Tnoon",
            "",
        ] {
            assert!(!is_timestamp(text), "{text}");
        }
    }
}
