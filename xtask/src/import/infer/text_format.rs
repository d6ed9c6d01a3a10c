//! Strings that hold JSON or a timestamp, by their examples.

use super::fields::{COMPONENTS, each_field};
use super::words::words;
use crate::import::json::JsonPath;
use crate::import::report::{Confidence, Report, Rule};
use alibabacloud_spec::{Kind, Schema, Service};
use serde_json::Value;

/// Last words of names whose text is opaque, even if it looks like JSON.
const OPAQUE: &[&str] = &["token", "marker", "cursor", "key"];
/// Words that a timestamp has in its name.
const TIMES: &[&str] = &["time", "date", "timestamp", "at", "datetime", "day"];

/// Finds the strings. Both types keep the text unchanged and have no limits.
pub(super) fn find(service: &mut Service, report: &mut Report) {
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
        let lengths = [schema.min_length.take(), schema.max_length.take()];
        let pattern = schema.pattern.take();
        if lengths.iter().any(Option::is_some) || pattern.is_some() {
            let message = format!("`{}` holds {conclusion}, which has no limits", field.name);
            ignored_limits(report, field.operation, message);
        }
        report.infer(
            "text",
            field.operation,
            Confidence::High,
            format!("{} holds {conclusion}", field.name),
        );
    });
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
