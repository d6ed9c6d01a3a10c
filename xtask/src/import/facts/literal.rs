//! Values, limits, defaults and examples of published schemas. All are text, which often does not
//! fit the type.

use super::context::{Context, array};
use super::raw_schema::RawSchema;
use super::text::clean;
use crate::import::json::{Json, JsonPath};
use crate::import::report::{Refusal, Rule};
use alibabacloud_spec::{EnumValue, Kind, Schema};
use serde_json::Value;
use std::fmt::Write as _;

/// Reads `enum` and `enumValueTitles`: an open enum on strings, known values on numbers; titles of
/// those, and values of other types, become a sentence in the description.
pub(super) fn read_values<'a>(
    cx: &mut Context<'a>,
    raw: &RawSchema<'a>,
    schema: &mut Schema,
    path: &JsonPath<'_>,
) -> Result<(), Refusal> {
    let mut values = collect_values(cx, raw, path)?;
    if values.is_empty() {
        return Ok(());
    }
    if schema.kind == Kind::String {
        schema.kind = Kind::Enum(values);
        return Ok(());
    }
    let numbers: Option<Vec<i64>> = values
        .iter()
        .map(|value| value.value.parse().ok())
        .collect();
    let numeric = matches!(schema.kind, Kind::Int32 | Kind::Int64 | Kind::Number);
    if let Some(numbers) = numbers.filter(|_| numeric) {
        for number in numbers {
            // `1` and `01` are one number.
            if !schema.values.contains(&number) {
                schema.values.push(number);
            }
        }
        values.retain(|value| !value.description.is_empty());
        if values.is_empty() {
            return Ok(());
        }
    } else if raw.values.is_some() {
        cx.find(
            Rule::EnumDescribed,
            path,
            "enum values on a type other than a string or a number; listed in the description",
        );
    }
    let separator = if schema.description.is_empty() {
        ""
    } else {
        "\n\n"
    };
    let _ = write!(schema.description, "{separator}Values: ");
    for (index, value) in values.iter().enumerate() {
        let comma = if index == 0 { "" } else { ", " };
        let _ = write!(schema.description, "{comma}`{}`", value.value);
        if !value.description.is_empty() {
            let _ = write!(schema.description, " ({})", value.description);
        }
    }
    schema.description.push('.');
    Ok(())
}

fn collect_values<'a>(
    cx: &mut Context<'a>,
    raw: &RawSchema<'a>,
    path: &JsonPath<'_>,
) -> Result<Vec<EnumValue>, Refusal> {
    let mut values = Vec::new();
    if let Some(json) = raw.values {
        let at = path.key("enum");
        for (index, item) in array(json, &at)?.iter().enumerate() {
            add_value(cx, item, &at.index(index), &mut values);
        }
    }
    let listed = !values.is_empty();
    if let Some(json) = raw.value_titles {
        let at = path.key("enumValueTitles");
        // A list has values without titles.
        let entries: &[(String, Json)] = match json {
            Json::Array(items) if !listed => {
                for (index, item) in items.iter().enumerate() {
                    add_value(cx, item, &at.index(index), &mut values);
                }
                &[]
            }
            Json::Array(_) => &[],
            json => cx.object(json, &at)?,
        };
        for (value, title) in entries {
            let at = at.key(value);
            let title = title.scalar_text().map(|title| clean(&title));
            let value = value.trim();
            if !listed && !values.iter().any(|known| known.value == value) {
                add_value(cx, &Json::String(value.to_owned()), &at, &mut values);
            }
            if let Some(known) = values.iter_mut().find(|known| known.value == value) {
                known.description = title
                    .unwrap_or_default()
                    .split_whitespace()
                    .collect::<Vec<_>>()
                    .join(" ");
                if known.description == known.value {
                    known.description.clear();
                }
            }
        }
    }
    Ok(values)
}

fn add_value(cx: &mut Context<'_>, item: &Json, path: &JsonPath<'_>, values: &mut Vec<EnumValue>) {
    let Some(text) = item.scalar_text() else {
        let message = format!("expected a value, found {}; removed", item.kind());
        cx.find(Rule::EnumValueRemoved, path, message);
        return;
    };
    let value: String = text.trim().chars().filter(|c| !c.is_control()).collect();
    if value.is_empty() || values.iter().any(|known| known.value == value) {
        let what = if value.is_empty() {
            "empty value"
        } else {
            "repeated value"
        };
        cx.find(
            Rule::EnumValueRemoved,
            path,
            format!("{what} removed: {text:?}"),
        );
        return;
    }
    if value != text {
        cx.find(
            Rule::EnumValueTrimmed,
            path,
            format!("{text:?} trimmed to {value:?}"),
        );
    }
    values.push(EnumValue {
        value,
        rust_name: None,
        description: String::new(),
    });
}

/// Reads `minimum` and the other limits, each only where it fits the type.
pub(super) fn read_limits(
    cx: &mut Context<'_>,
    raw: &RawSchema<'_>,
    schema: &mut Schema,
    path: &JsonPath<'_>,
) {
    let limits = &raw.limits;
    let numeric = matches!(schema.kind, Kind::Int32 | Kind::Int64 | Kind::Number);
    let textual = matches!(schema.kind, Kind::String);
    let array = matches!(schema.kind, Kind::Array(_));
    let minimum = limit(cx, limits.minimum, "minimum", numeric, path);
    let maximum = limit(cx, limits.maximum, "maximum", numeric, path);
    let whole = schema.kind != Kind::Number;
    schema.minimum = minimum.and_then(|value| exclusive(value, limits.above && whole, 1));
    schema.maximum = maximum.and_then(|value| exclusive(value, limits.below && whole, -1));
    schema.min_length = limit(cx, limits.min_length, "minLength", textual, path);
    schema.max_length = limit(cx, limits.max_length, "maxLength", textual, path);
    schema.min_items = limit(cx, limits.min_items, "minItems", array, path);
    schema.max_items = limit(cx, limits.max_items, "maxItems", array, path);
    drop_contradictions(cx, schema, path);
    if let Some(pattern) = raw.pattern {
        if textual && !pattern.trim().is_empty() {
            schema.pattern = Some(clean(pattern));
        } else {
            ignored_limit(cx, "pattern", path);
        }
    }
}

/// Removes pairs of limits whose lower bound is above the upper one.
fn drop_contradictions(cx: &mut Context<'_>, schema: &mut Schema, path: &JsonPath<'_>) {
    if matches!((schema.minimum, schema.maximum), (Some(low), Some(high)) if low > high) {
        (schema.minimum, schema.maximum) = (None, None);
        ignored_limit(cx, "minimum", path);
    }
    if matches!((schema.min_length, schema.max_length), (Some(low), Some(high)) if low > high) {
        (schema.min_length, schema.max_length) = (None, None);
        ignored_limit(cx, "minLength", path);
    }
    if matches!((schema.min_items, schema.max_items), (Some(low), Some(high)) if low > high) {
        (schema.min_items, schema.max_items) = (None, None);
        ignored_limit(cx, "minItems", path);
    }
}

/// Returns the inclusive bound. JSON Schema draft 4 marks a bound as exclusive; for an integer the
/// inclusive bound is the next value.
fn exclusive(value: i64, exclusive: bool, step: i64) -> Option<i64> {
    if exclusive {
        value.checked_add(step)
    } else {
        Some(value)
    }
}

fn limit<T: std::str::FromStr>(
    cx: &mut Context<'_>,
    json: Option<&Json>,
    key: &str,
    fits: bool,
    path: &JsonPath<'_>,
) -> Option<T> {
    let text = json?.scalar_text().unwrap_or_default();
    let value = text.trim().parse().ok().filter(|_| fits);
    if value.is_none() {
        ignored_limit(cx, key, path);
    }
    value
}

fn ignored_limit(cx: &mut Context<'_>, key: &str, path: &JsonPath<'_>) {
    cx.find(
        Rule::LimitIgnored,
        &path.key(key),
        format!("`{key}` does not fit the type; ignored"),
    );
}

/// Reads `default` and `example`, each only if it is a value of the type.
pub(super) fn read_examples(
    cx: &mut Context<'_>,
    raw: &RawSchema<'_>,
    schema: &mut Schema,
    path: &JsonPath<'_>,
) {
    schema.default = literal(
        cx,
        raw.default,
        &schema.kind,
        Rule::DefaultIgnored,
        &path.key("default"),
    );
    schema.example = literal(
        cx,
        raw.example,
        &schema.kind,
        Rule::ExampleIgnored,
        &path.key("example"),
    );
}

fn literal(
    cx: &mut Context<'_>,
    json: Option<&Json>,
    kind: &Kind,
    rule: Rule,
    path: &JsonPath<'_>,
) -> Option<Value> {
    let json = json?;
    if matches!(json, Json::String(text) if text.trim().is_empty()) {
        return None;
    }
    let value = typed(json, kind);
    if value.is_none() {
        let shown: String = json
            .scalar_text()
            .unwrap_or_else(|| json.kind().to_owned())
            .chars()
            .take(40)
            .collect();
        cx.find(rule, path, format!("{shown:?} is not a value of the type"));
    }
    value
}

/// Returns the literal as a value of the type, if it is one.
fn typed(json: &Json, kind: &Kind) -> Option<Value> {
    let text = json.scalar_text();
    let trimmed = text.as_deref().map(str::trim);
    match kind {
        Kind::String | Kind::JsonText | Kind::DateTime | Kind::Enum(_) => {
            text.map(|text| Value::String(clean(&text)))
        }
        Kind::Int32 | Kind::Int64 => trimmed?.parse::<i64>().ok().map(Value::from),
        Kind::Number => serde_json::Number::from_f64(trimmed?.parse().ok()?).map(Value::Number),
        Kind::Boolean => match trimmed? {
            text if text.eq_ignore_ascii_case("true") => Some(Value::Bool(true)),
            text if text.eq_ignore_ascii_case("false") => Some(Value::Bool(false)),
            _ => None,
        },
        Kind::Array(_) => structured(json).filter(Value::is_array),
        Kind::Map(_) | Kind::Object(_) => structured(json).filter(Value::is_object),
        Kind::Any | Kind::Ref(_) => {
            structured(json).filter(|value| value.is_array() || value.is_object())
        }
        Kind::Binary => None,
    }
}

/// Returns JSON, which may be inside a string.
fn structured(json: &Json) -> Option<Value> {
    match json {
        Json::String(text) => serde_json::from_str(text).ok(),
        other => Some(other.to_value()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn literals_become_values_of_their_type() {
        let text = |text: &str| Json::String(text.to_owned());
        assert_eq!(typed(&text(" 50 "), &Kind::Int32), Some(Value::from(50)));
        assert_eq!(typed(&text("fasle"), &Kind::Boolean), None);
        assert_eq!(
            typed(&text("True"), &Kind::Boolean),
            Some(Value::Bool(true))
        );
        let list = Kind::Array(Box::default());
        assert_eq!(
            typed(&text("[\"a\"]"), &list),
            Some(serde_json::json!(["a"]))
        );
        assert_eq!(typed(&text("a"), &list), None);
        assert_eq!(typed(&text("NaN"), &Kind::Number), None);
    }
}
