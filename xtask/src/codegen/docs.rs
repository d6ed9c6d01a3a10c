//! Documentation of a field, parameter or setter: its description and the facts of its schema.

use super::markdown::{code, inline, markdown};
use alibabacloud_spec::{Kind, Schema};
use serde_json::Value;

/// Returns the documentation of a value: its description, then the facts of its schema.
pub fn value(wire: &str, schema: &Schema, required: bool) -> Vec<String> {
    let mut lines = markdown(&schema.description);
    if lines.is_empty() {
        lines.push(format!(
            "The API calls this {}.{}",
            code(wire),
            values(schema)
        ));
    }
    let facts = facts(schema, required);
    if !facts.is_empty() {
        lines.push(String::new());
        lines.push(facts.join(" "));
    }
    lines
}

/// Returns the known values of an enum, as a sentence after another one.
fn values(schema: &Schema) -> String {
    let Kind::Enum(values) = &schema.kind else {
        return String::new();
    };
    let values: Vec<String> = values.iter().map(|value| code(&value.value)).collect();
    match values.as_slice() {
        [] => String::new(),
        [only] => format!(" The only known value is {only}."),
        [first @ .., last] => format!(" Known values are {} and {last}.", first.join(", ")),
    }
}

fn facts(schema: &Schema, required: bool) -> Vec<String> {
    let mut facts = Vec::new();
    if schema.deprecated {
        facts.push("**Deprecated.**".to_owned());
    }
    if required {
        facts.push("Required.".to_owned());
    }
    if !schema.values.is_empty() {
        let values: Vec<String> = schema.values.iter().map(|v| code(&v.to_string())).collect();
        facts.push(format!("Known values: {}.", values.join(", ")));
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
            value("MaxResults", &schema, true),
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
        assert_eq!(
            value("Size", &schema, false),
            ["Size.", "", "At least 20, in GiB."]
        );
        schema.minimum = None;
        schema.values = vec![20, 40];
        assert_eq!(
            value("Size", &schema, false),
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
        assert_eq!(
            value("Password", &schema, false),
            ["The API calls this `Password`."]
        );
    }

    #[test]
    fn known_values_describe_what_has_no_text() {
        let value_of = |value: &str| alibabacloud_spec::EnumValue {
            value: value.to_owned(),
            description: String::new(),
            rust_name: None,
        };
        let mut schema = Schema {
            kind: Kind::Enum(vec![value_of("a"), value_of("b"), value_of("c")]),
            ..Schema::default()
        };
        assert_eq!(
            value("Mode", &schema, false),
            ["The API calls this `Mode`. Known values are `a`, `b` and `c`."]
        );
        schema.description = "Mode.".to_owned();
        assert_eq!(value("Mode", &schema, false), ["Mode."]);
    }
}
