//! JSON values and their schemas.

use alibabacloud_spec::{Kind, Schema, Service};
use serde_json::Value;

/// Checks a value of a request: types, enum values, limits, and required fields of objects.
///
/// # Errors
///
/// Describes what is wrong and where, as the end of a sentence.
pub(crate) fn check(service: &Service, schema: &Schema, value: &Value) -> Result<(), String> {
    check_at(service, schema, value, &mut String::new())
}

fn check_at(
    service: &Service,
    schema: &Schema,
    value: &Value,
    path: &mut String,
) -> Result<(), String> {
    let schema = service.resolve(schema);
    if value.is_null() {
        return Ok(());
    }
    check_one(schema, value).map_err(|why| {
        if path.is_empty() {
            why
        } else {
            format!("{why} at {path}")
        }
    })?;
    let length = path.len();
    match (&schema.kind, value) {
        (Kind::Array(inner), Value::Array(items)) => {
            for (index, item) in items.iter().enumerate() {
                path.push_str(&format!("[{index}]"));
                check_at(service, inner, item, path)?;
                path.truncate(length);
            }
        }
        (Kind::Map(inner), Value::Object(entries)) => {
            for (key, entry) in entries {
                path.push_str(&format!(".{key}"));
                check_at(service, inner, entry, path)?;
                path.truncate(length);
            }
        }
        (Kind::Object(properties), Value::Object(entries)) => {
            for (name, property) in properties {
                path.push_str(&format!(".{name}"));
                match entries.get(name) {
                    Some(entry) => check_at(service, &property.schema, entry, path)?,
                    None if property.required => return Err(format!("{path} is mandatory")),
                    None => {}
                }
                path.truncate(length);
            }
        }
        _ => {}
    }
    Ok(())
}

fn check_one(schema: &Schema, value: &Value) -> Result<(), String> {
    match &schema.kind {
        Kind::Array(_) => {
            let Value::Array(items) = value else {
                return Err("a list is expected".to_owned());
            };
            check_length(items.len(), schema.min_items, schema.max_items, "items")
        }
        Kind::Map(_) | Kind::Object(_) if !value.is_object() => {
            Err("an object is expected".to_owned())
        }
        Kind::Int32 | Kind::Int64 => {
            let number = whole(value).ok_or("an integer is expected")?;
            if matches!(schema.kind, Kind::Int32) && i32::try_from(number).is_err() {
                return Err("the integer is too large".to_owned());
            }
            check_range(schema, number)
        }
        Kind::Number if as_number(value).is_none() => Err("a number is expected".to_owned()),
        Kind::Boolean if as_boolean(value).is_none() => Err("true or false is expected".to_owned()),
        Kind::Enum(known) => {
            let text = text_of(value);
            if known.iter().any(|one| one.value == text) {
                return Ok(());
            }
            let known: Vec<&str> = known.iter().map(|one| one.value.as_str()).collect();
            Err(format!("it is none of {}", known.join(", ")))
        }
        Kind::JsonText => match value {
            Value::String(text) if !text.is_empty() => {
                serde_json::from_str::<serde::de::IgnoredAny>(text)
                    .map(|_| ())
                    .map_err(|error| format!("it is not valid JSON ({error})"))
            }
            _ => Ok(()),
        },
        Kind::String => {
            if value.is_array() || value.is_object() {
                return Err("a text is expected".to_owned());
            }
            let length = text_of(value).chars().count();
            check_length(length, schema.min_length, schema.max_length, "characters")
        }
        _ => Ok(()),
    }
}

fn check_length(
    length: usize,
    least: Option<u64>,
    most: Option<u64>,
    what: &str,
) -> Result<(), String> {
    let length = length as u64;
    match (least, most) {
        (Some(least), _) if length < least => Err(format!("it has fewer than {least} {what}")),
        (_, Some(most)) if length > most => Err(format!("it has more than {most} {what}")),
        _ => Ok(()),
    }
}

fn check_range(schema: &Schema, number: i64) -> Result<(), String> {
    match (schema.minimum, schema.maximum) {
        (Some(least), _) if number < least => Err(format!("it is less than {least}")),
        (_, Some(most)) if number > most => Err(format!("it is more than {most}")),
        _ => Ok(()),
    }
}

/// Converts a value to the schema of a response: removes unknown fields, and converts texts to
/// numbers and the reverse.
///
/// `None` for null and for a value that cannot be converted.
pub(crate) fn fit(service: &Service, schema: &Schema, mut value: Value) -> Option<Value> {
    fit_in_place(service, schema, &mut value).then_some(value)
}

/// Converts in place, since most values fit already and large lists are costly to rebuild.
fn fit_in_place(service: &Service, schema: &Schema, value: &mut Value) -> bool {
    let schema = service.resolve(schema);
    match (&schema.kind, &mut *value) {
        (_, Value::Null) => return false,
        (Kind::Object(properties), Value::Object(entries)) => {
            entries.retain(|name, value| {
                let property = properties.get(name);
                property.is_some_and(|known| fit_in_place(service, &known.schema, value))
            });
            return true;
        }
        (Kind::Map(inner), Value::Object(entries)) => {
            entries.retain(|_, value| fit_in_place(service, inner, value));
            return true;
        }
        (Kind::Array(inner), Value::Array(items)) => {
            items.retain_mut(|item| fit_in_place(service, inner, item));
            return true;
        }
        (Kind::Any | Kind::Ref(_), _) => return true,
        _ => {}
    }
    match fit_scalar(service, schema, value) {
        Some(fitted) => {
            *value = fitted;
            true
        }
        None => false,
    }
}

/// Converts what cannot change in place: scalars, and objects and lists encoded as text.
fn fit_scalar(service: &Service, schema: &Schema, value: &mut Value) -> Option<Value> {
    match &schema.kind {
        Kind::Object(_) | Kind::Map(_) | Kind::Array(_) => {
            let parsed: Value = serde_json::from_str(value.as_str()?).ok()?;
            let is_tree = parsed.is_object() || parsed.is_array();
            is_tree.then(|| fit(service, schema, parsed)).flatten()
        }
        Kind::Int32 | Kind::Int64 => whole(value).map(Value::from),
        Kind::Number => as_number(value).map(Value::from),
        Kind::Boolean => as_boolean(value).map(Value::Bool),
        _ => match value.take() {
            text @ Value::String(_) => Some(text),
            other => Some(Value::String(other.to_string())),
        },
    }
}

/// Returns an integer from a number or its text.
pub(crate) fn whole(value: &Value) -> Option<i64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_i64(),
    }
}

fn as_number(value: &Value) -> Option<f64> {
    match value {
        Value::String(text) => text.parse().ok(),
        other => other.as_f64(),
    }
}

/// Returns a boolean from a boolean or its text in any case.
pub(crate) fn as_boolean(value: &Value) -> Option<bool> {
    match value {
        Value::Bool(value) => Some(*value),
        Value::String(text) if text.eq_ignore_ascii_case("true") => Some(true),
        Value::String(text) if text.eq_ignore_ascii_case("false") => Some(false),
        _ => None,
    }
}

/// Returns a value as text: a string as it is, any other value as JSON.
pub(crate) fn text_of(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::empty_service;
    use alibabacloud_spec::{EnumValue, Property};
    use serde_json::json;

    fn schema(kind: Kind) -> Schema {
        Schema {
            kind,
            ..Schema::default()
        }
    }

    fn object(fields: Vec<(&str, Kind, bool)>) -> Schema {
        let fields = fields.into_iter().map(|(name, kind, required)| {
            let schema = schema(kind);
            (name.to_owned(), Property { schema, required })
        });
        schema(Kind::Object(fields.collect()))
    }

    #[test]
    fn a_value_fits_the_schema_of_the_response() {
        let service = empty_service();
        let response = object(vec![
            ("Version", Kind::String, false),
            ("Count", Kind::Int64, false),
            ("Tags", Kind::String, false),
            ("Names", Kind::Array(Box::new(schema(Kind::String))), false),
            ("Gone", Kind::String, false),
        ]);
        let record = json!({"Version": 3, "Count": "12", "Tags": {"a": "b"}, "Names": ["x", 1], "Gone": null, "~secret": 1});
        assert_eq!(
            fit(&service, &response, record),
            Some(
                json!({"Version": "3", "Count": 12, "Tags": "{\"a\":\"b\"}", "Names": ["x", "1"]})
            )
        );
    }

    #[test]
    fn errors_name_what_is_wrong_and_where() {
        let service = empty_service();
        let known = vec![EnumValue {
            value: "a".into(),
            rust_name: None,
            description: String::new(),
        }];
        let item = object(vec![
            ("Key", Kind::String, true),
            ("Kind", Kind::Enum(known), false),
        ]);
        let list = Schema {
            kind: Kind::Array(Box::new(item)),
            max_items: Some(2),
            ..Schema::default()
        };
        for (value, expected) in [
            (json!([{"Key": "k", "Kind": "a"}]), Ok(())),
            (json!({}), Err("a list is expected")),
            (json!([{}]), Err("[0].Key is mandatory")),
            (
                json!([{"Key": "k", "Kind": "b"}]),
                Err("it is none of a at [0].Kind"),
            ),
            (
                json!([{"Key": "k"}, {"Key": []}]),
                Err("a text is expected at [1].Key"),
            ),
            (
                json!([{"Key": "k"}, {"Key": "k"}, {"Key": "k"}]),
                Err("it has more than 2 items"),
            ),
        ] {
            assert_eq!(
                check(&service, &list, &value),
                expected.map_err(str::to_owned),
                "{value}"
            );
        }
    }

    #[test]
    fn integers_respect_width_and_limits() {
        let service = empty_service();
        let limited = Schema {
            minimum: Some(1),
            maximum: Some(100),
            ..schema(Kind::Int32)
        };
        for (value, good) in [
            (json!(1), true),
            (json!("100"), true),
            (json!(0), false),
            (json!(101), false),
            (json!(1.5), false),
            (json!("x"), false),
        ] {
            assert_eq!(check(&service, &limited, &value).is_ok(), good, "{value}");
        }
        assert!(check(&service, &schema(Kind::Int32), &json!(4_294_967_296_i64)).is_err());
        assert!(check(&service, &schema(Kind::Int64), &json!(4_294_967_296_i64)).is_ok());
    }
}
